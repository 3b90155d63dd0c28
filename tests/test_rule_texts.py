"""`explain` and `rules list` say what a rulebook read anew would say, whatever is kept of it and whatever became of that."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_hostile_rules import rule

from inmail_lint import loading, rule_key, rule_texts
from inmail_lint.cli import main
from inmail_lint.where import rules_directory

COMMANDS = (("rules", "list"), ("rules", "list", "--ui", "es"), ("explain", "hedge"), ("explain", "hedge", "--ui", "es"),
            ("explain", "hegde"), ("rules", "list", "--profile", "linkedin-data"), ("rules", "list", "--profile", "none"))


@pytest.fixture(autouse=True)
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "inmail-lint"


def said(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    return result.exit_code, result.stdout, result.stderr


def anew(*arguments: object) -> tuple[int, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INMAIL_LINT_NO_CACHE", "1")
        return said(*arguments)


@pytest.fixture
def own_product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The product's rules where they can be changed."""
    folder = tmp_path / "rules"
    shutil.copytree(rules_directory(), folder)
    for module in (rule_key, rule_texts, loading):
        monkeypatch.setattr(module, "rules_directory", lambda: folder)
    return folder


def test_what_is_kept_says_what_the_rules_say(monkeypatch: pytest.MonkeyPatch, tables: Path) -> None:
    expected = [anew(*c) for c in COMMANDS]
    assert not tables.exists()
    assert [code for code, *_ in expected] == [0, 0, 0, 0, 2, 0, 2]
    assert [said(*c) for c in COMMANDS] == expected
    monkeypatch.setattr(loading, "_read", None)  # nothing is read a second time
    assert [said(*c) for c in COMMANDS[:-1]] == expected[:-1]


def test_a_changed_rule_is_seen_at_once(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    for points in ("3", "4"):
        rule(pack, points=points)
        assert f"  {points}  some-rule" in said("rules", "list", "--rules", pack)[1]
        assert f"{points} points" in said("explain", "some-rule", "--rules", pack)[1]
    rule(pack, severity="grave")
    for command in (("rules", "list"), ("explain", "hedge")):
        code, out, error = said(*command, "--rules", pack)
        assert (code, out) == (2, "")
        assert "unknown value 'grave'" in error
    rule(pack, points="4")
    assert "  4  some-rule" in said("rules", "list", "--rules", pack)[1]
    (pack / "some-rule.yaml").unlink()
    assert "some-rule" not in said("rules", "list", "--rules", pack)[1]
    assert "there is no rule 'some-rule'" in said("explain", "some-rule", "--rules", pack)[2]


def test_a_changed_profile_is_seen_at_once(tmp_path: Path) -> None:
    profile = tmp_path / "team.yaml"
    for change, line in (("{hedge: {points: 9}}", "  9  hedge"), ("{hedge: {points: 8}}", "  8  hedge"), ("{hedge: off}", "")):
        profile.write_text(f"id: team\nabout: {{en: Ours., es: Nuestro.}}\nrules: {change}\n", encoding="utf-8")
        shown = said("rules", "list", "--profile", profile)[1]
        assert line in shown and (" hedge " in shown) == bool(line)
        assert ("there is no rule 'hedge'" in said("explain", "hedge", "--profile", profile)[2]) != bool(line)


def test_changed_figures_and_a_changed_product_are_seen_at_once(own_product: Path) -> None:
    def change(file: str, old: str, new: str) -> None:
        text = (own_product / file).read_text(encoding="utf-8")
        assert old in text
        (own_product / file).write_text(text.replace(old, new), encoding="utf-8")

    before = said("explain", "hedge")[1]
    (own_product / "measured.json").unlink()
    unmeasured = said("explain", "hedge")[1]
    assert unmeasured != before
    assert " ".join(unmeasured.split()).count("not enough labelled drafts") == 2
    change("hedge.yaml", "severity: warning", "severity: note")
    assert said("explain", "hedge")[1] not in (before, unmeasured)
    change("guides.yaml", "title: ", "title: Changed ")
    assert "Changed" in said("explain", "hedge")[1]


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _turned(data: bytes) -> bytes:
    """One letter of what is said is another one: it could still be read."""
    assert b"hedge" in data
    return data.replace(b"hedge", b"hedgy")


@pytest.mark.parametrize("harm", [_cut, _turned, lambda _: b"", lambda _: b"\0" * 4096])
def test_damaged_tables_are_made_anew(harm: Callable[[bytes], bytes], tables: Path) -> None:
    commands = COMMANDS[0], COMMANDS[2]
    expected = [said(*c) for c in commands]
    assert {"list", "cards-en", "rulebook-guides"} <= {f.name.rsplit("-", 1)[0] for f in tables.iterdir()}
    for file in tables.iterdir():
        file.write_bytes(harm(file.read_bytes()))
    for _ in range(2):
        assert [said(*c) for c in commands] == expected


def test_nowhere_to_keep_anything_is_no_error(tables: Path) -> None:
    expected = anew("explain", "hedge")
    tables.parent.mkdir()
    tables.write_text("a file where the directory should be")
    assert said("explain", "hedge") == expected
