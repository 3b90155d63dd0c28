"""Broken rule files: the exact message of every fault, all of them in one run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inmail_lint import RuleError
from inmail_lint.errors import Fault
from inmail_lint.language import load_language
from inmail_lint.loading import load_rulebook
from inmail_lint.pattern_files import read_pattern
from inmail_lint.patterns import Patterns
from inmail_lint.source import parse_yaml

_FILES = sorted((Path(__file__).parent / "broken_rules").glob("*.yaml"))


@pytest.mark.parametrize("file", _FILES, ids=lambda f: f.stem)
def test_message(file: Path, tmp_path: Path) -> None:
    text = file.read_text(encoding="utf-8")
    expected = re.findall(r"^# expected: (.*)$", text, re.MULTILINE)
    copy = tmp_path / file.name
    copy.write_text(re.sub(r"^# expected: .*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(RuleError) as raised:
        load_rulebook(extra=tmp_path)
    assert [str(f) for f in raised.value.faults] == [e.replace("{path}", str(copy)) for e in expected]


def test_all_files_in_one_run(tmp_path: Path) -> None:
    for file in _FILES[:4]:
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(RuleError) as raised:
        load_rulebook(extra=tmp_path)
    assert {Path(f.path).name for f in raised.value.faults} == {f.name for f in _FILES[:4]}


def test_same_phrase_in_two_rules(tmp_path: Path) -> None:
    good = (Path(__file__).parent / "broken_rules" / "misspelt-key.yaml").read_text(encoding="utf-8")
    for name in ("first-one", "second-one"):
        text = good.replace("severty:", "severity:").replace("id: misspelt-key", f"id: {name}")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=r"second-one.yaml:9: phrase 'zebra crossing words' is also in first-one.yaml:9"):
        load_rulebook(extra=tmp_path)


@pytest.mark.parametrize(("line", "why"), [
    ("(one|two", "a '(' is not closed"), ("one) two", "a ')' closes nothing"), ("… one", "cannot begin with a gap"),
    ("<nonsense> one", "unknown class <nonsense>"), ("(|)", "matches nothing at all"),
    ("one ^ two", "^ and ~ stand only first")])
def test_pattern_syntax(line: str, why: str) -> None:
    faults: list[Fault] = []
    node = parse_yaml(f"phrases: {{en: ['{line}']}}\nabout: x", "p.yaml", faults)
    assert node is not None
    pack = load_language(Path(__file__).parent.parent / "rules" / "languages" / "en.yaml", faults)
    assert pack is not None
    Patterns([read_pattern("some.pattern", node)]).compile(pack, faults)
    assert len(faults) == 1
    assert why in str(faults[0])
    assert str(faults[0]).startswith("p.yaml:1: ")


def test_yaml_does_not_guess() -> None:
    faults: list[Fault] = []
    node = parse_yaml("[no, on, 12:30, 010, 2026-11-21, ~]", "x.yaml", faults)
    assert node is not None
    assert node.texts() == ("no", "on", "12:30", "010", "2026-11-21", "~")


def test_unknown_profile_and_directory(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="unknown profile 'guide'; did you mean 'guides'"):
        load_rulebook("guide")
    with pytest.raises(RuleError, match="no such directory of rules"):
        load_rulebook(extra=tmp_path / "none")
