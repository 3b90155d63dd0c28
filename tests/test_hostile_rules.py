"""Rules, profiles and configurations that somebody else wrote: they run no code, read nothing else, and end soon."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from inmail_lint import RuleError, expressions, line, source
from inmail_lint.cli import main
from inmail_lint.config.reading import ConfigError, read_config
from inmail_lint.errors import Fault
from inmail_lint.folders import MOST_FILES
from inmail_lint.line import LineCompiler, PatternSyntaxError
from inmail_lint.loading import load_rulebook, rules_directory
from inmail_lint.source import MOST_BYTES, load_yaml, parse_yaml
from inmail_lint.vetting import MOST_LINES

GOOD = (Path(__file__).parent / "broken_rules" / "misspelt-key.yaml").read_text(encoding="utf-8").replace("severty:", "severity:")


def rule(folder: Path, name: str = "some-rule", **changes: str) -> Path:
    """A rule file in which some lines are others."""
    text = re.sub(r"^# expected: .*\n", "", GOOD, flags=re.MULTILINE).replace("misspelt-key", name)
    for key, value in changes.items():
        text, number = re.subn(rf"^{key}:.*$(\n  .*$)*", f"{key}: {value}".replace("\\", r"\\"), text, flags=re.MULTILINE)
        assert number == 1
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def faults_of(folder: Path, profile: str = "guides") -> str:
    begun = time.perf_counter()
    with pytest.raises(RuleError) as raised:
        load_rulebook(profile, folder)
    assert time.perf_counter() - begun < 20
    lines = str(raised.value).splitlines()
    assert len(lines) == len(raised.value.faults)
    assert all(len(line) < 500 for line in lines)
    return str(raised.value)


def test_the_rule_itself_is_good(tmp_path: Path) -> None:
    rule(tmp_path)
    assert "some-rule" in load_rulebook(extra=tmp_path).rules


@pytest.mark.parametrize(("text", "why"), [
    ("a: &x [1]\nb: *x\n", "p:2:4: aliases are not read; write out what *x stands for"),
    ("a: &x [&y [z, z], *y]\n", "aliases are not read"),
    ("a: !!python/object/apply:os.system [true]\n", "p:1:4: tags are not read; remove 'tag:yaml.org,2002:python/object/apply"),
    ("a: !!binary x\n", "tags are not read"), ("a: !own x\n", "tags are not read"),
    ("a: {<<: {b: c}}\n", "p:1:5: '<<' merges nothing here"), ("a: 1\n---\nb: 2\n", "p:3:1: a second document begins here"),
    ("[" * 100_000 + "]" * 100_000, "this stands more than 20 levels deep"), ("- " * 100_000 + "x", "more than 20 levels deep"),
    ("? " * 100_000 + "x", "more than 20 levels deep"), ("{a: " * 100_000 + "}" * 100_000, "more than 20 levels deep")])
def test_yaml_that_no_file_needs(text: str, why: str) -> None:
    faults: list[Fault] = []
    assert parse_yaml(text, "p", faults) is None
    assert len(faults) == 1
    assert why in str(faults[0])


def test_a_phrase_may_look_like_a_merge() -> None:
    faults: list[Fault] = []
    node = parse_yaml("[<<, !!str no]", "p", faults)
    assert node is not None
    assert node.texts() == ("<<", "no")
    assert faults == []


@pytest.mark.parametrize("value", ["1e999", "nan", "-inf", "9" * 5000, "1" + "0" * 400, "x" * 100_000])
def test_numbers_without_bounds(value: str) -> None:
    faults: list[Fault] = []
    node = parse_yaml(value, "p", faults)
    assert node is not None
    assert node.number() == 0
    assert len(faults) == 1
    assert len(str(faults[0])) < 200


def test_files_that_are_none_or_too_long(tmp_path: Path) -> None:
    long = tmp_path / "long.yaml"
    long.write_text("a: " + "x" * MOST_BYTES, encoding="utf-8")
    faults: list[Fault] = []
    assert load_yaml(long, faults) is None
    assert load_yaml(tmp_path, faults) is None
    assert "write at most 1,000,000, or several files" in str(faults[0])
    assert "no plain file" in str(faults[1])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are a thing of Unix")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    rule(tmp_path)
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "pipe.yaml: cannot be read: it is no plain file; put one in its place" in faults_of(tmp_path)
    os.mkfifo(tmp_path / "profile.yml")
    assert "no plain file" in faults_of(tmp_path, str(tmp_path / "profile.yml"))
    os.mkfifo(tmp_path / ".inmail-lint.toml")
    with pytest.raises(ConfigError, match="no plain file"):
        read_config(tmp_path / ".inmail-lint.toml")


def test_links_stay_in_the_folder(tmp_path: Path) -> None:
    pack, outside = tmp_path / "pack", tmp_path / "outside"
    pack.mkdir()
    outside.mkdir()
    rule(outside, "secret")
    (outside / "words.yaml").write_text("a.b: {phrases: {en: [x]}}\n", encoding="utf-8")
    try:
        (pack / "secret.yaml").symlink_to(outside / "secret.yaml")
        (pack / "patterns").symlink_to(outside, target_is_directory=True)
        (pack / "round.yaml").symlink_to(pack / "round.yaml")
    except OSError:
        pytest.skip("no links here")
    said = faults_of(pack)
    assert "secret.yaml: leads out of the folder; put the file itself here" in said
    assert "words.yaml: leads out of the folder" in said
    assert "round.yaml: cannot be read" in said


def test_a_link_within_the_folder_is_good(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    try:
        (tmp_path / "some-rule.yaml").symlink_to(rule(kept))
    except OSError:
        pytest.skip("no links here")
    assert "some-rule" in load_rulebook(extra=tmp_path).rules


def test_far_too_many_files(tmp_path: Path) -> None:
    for number in range(501):
        (tmp_path / f"r{number:03}.yaml").touch()
    assert "holds 501 rule files; keep at most 500" in faults_of(tmp_path)


@pytest.mark.parametrize(("line", "why"), [
    ("one …50 two", "the gap …50 is too wide"), ("one …999999999 two", "the gap …99999999 is too wide"),
    ("one " + "(a|b|) " * 60 + "two", "too much of it is optional"), ("one " + "…25 " * 60 + "two", "too much of it is optional"),
    ("one " + "(…9 (a|) …9 (b|)|) " * 40 + "two", "too much of it is optional"),
    ("(" * 2_000 + "a" + ")" * 900, "brackets stand more than 12 deep"), ("a " * 2_000, "write at most 3,000"),
    ("(" + "|".join(f"({'a|' * 30}b c)" for _ in range(30)) + ")", "")])
def test_lines_that_would_be_too_much(line: str, why: str) -> None:
    begun = time.perf_counter()
    if why:
        with pytest.raises(PatternSyntaxError, match=re.escape(why)):
            LineCompiler(str.split, frozenset()).compile(line)
    else:
        assert len(LineCompiler(str.split, frozenset()).compile(line).states) < 300
    assert time.perf_counter() - begun < 2


def test_lines_of_a_folder_are_tried_when_it_is_loaded(tmp_path: Path) -> None:
    file = rule(tmp_path, phrases='{en: ["one …50 two", "<nonsense> one", "(one", "one (–|:|) two"]}')
    said = faults_of(tmp_path)
    assert f"{file}:8: pattern 'one …50 two': the gap …50 is too wide; skip at most 25 words, as …25" in said
    assert "unknown class <nonsense>" in said
    assert "a '(' is not closed" in said
    assert "patterns read past – and never meet it; leave it out" in said


def test_expressions_of_a_folder_are_tried_when_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "patterns").mkdir()
    file = tmp_path / "patterns" / "own.yaml"
    file.write_text("own.x:\n  expressions: ['(a+)+$', '(?<=a)b']\n  not_expressions: ['(a)\\1']\n", encoding="utf-8")
    said = faults_of(tmp_path)
    assert said.count("\n") == 1
    assert f"{file}:2: expression '(?<=a)b' cannot be used: '(?<=' looks at what stands before" in said
    assert f"{file}:3: expression '(a)\\1' cannot be used" in said


def test_far_too_many_expressions_and_lines(tmp_path: Path) -> None:
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "own.yaml").write_text(
        "own.x:\n  expressions: [" + ", ".join(f"a{n}" for n in range(251)) + "]\n"
        "own.y:\n  phrases: {xx: [" + ", ".join(f"a{n}" for n in range(20_001)) + "]}\n", encoding="utf-8")
    said = faults_of(tmp_path)
    assert "'own.x' makes it 251 expressions in your folders; keep at most 250 in all" in said
    assert "'own.y' makes it 20,001 lines in your folders; keep at most 20,000 in all" in said


@pytest.mark.parametrize(("template", "why"), [
    ("{match.__class__}", "the message uses {match.__class__}; a forbid rule provides {match}, {count}"),
    ("{match[0]}", "the message uses {match[0]}"), ("{0}", "the message uses {0}"), ("{}", "the message uses {}"),
    ("{count:999999999}", "the message gives {count} a form; write {count} alone"), ("{match!r}", "gives {match} a form"),
    ("{match:{count}}", "gives {match} a form"), ("{match", "has a bracket too many or too few"), ("}", "too many or too few")])
def test_messages_give_nothing_away(template: str, why: str, tmp_path: Path) -> None:
    rule(tmp_path, message=f'{{en: "See {template}", es: "Mira {{match}}"}}')
    assert why in faults_of(tmp_path)


def test_messages_of_a_profile_and_of_levels(tmp_path: Path) -> None:
    profile = tmp_path / "mine.yaml"
    profile.write_text("id: mine\nabout: {en: a, es: a}\nrules:\n"
                       "  hedge: {message: {en: '{match.__class__}', es: x}}\n"
                       "  body-length: {levels: [{above: 9, message: {en: '{value:9999999999}', es: x}, severity: note}]}\n",
                       encoding="utf-8")
    with pytest.raises(RuleError) as raised:
        load_rulebook(str(profile))
    assert "mine.yaml:4:10: the message uses {match.__class__}" in str(raised.value)
    assert "mine.yaml:5:16: the message gives {value} a form" in str(raised.value)


def test_sources_lead_to_pages_only(tmp_path: Path) -> None:
    (tmp_path / "guides.yaml").write_text(
        "bad: {title: t, address: 'javascript:alert(1)', says: s, evidence: advice, read: '2026-01-01'}\n", encoding="utf-8")
    assert "guides.yaml:1:26: an address begins with https:// or http://" in faults_of(tmp_path)


@pytest.mark.parametrize(("key", "value"), [("verbs", "../../../etc/x.yaml"), ("verbs", "/etc/x.yaml"), ("spacy", "os.path")])
def test_a_language_names_no_other_place(key: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "xx.yaml").write_text(
        f"code: xx\nname: {{en: X, es: X}}\nfunction_words: [x]\njudged: true\n{key}: {value}\n", encoding="utf-8")
    assert f"xx.yaml:5:{len(key) + 3}: '{key}' must be the " in faults_of(tmp_path)


def test_a_folder_replaces_a_rule_wherever_it_lies(tmp_path: Path) -> None:
    """Files are read folder by folder, so that neither name nor place of a folder decides which rule counts."""
    for name in ("a", "z"):
        folder = tmp_path / name
        folder.mkdir()
        text = (rules_directory() / "hedge.yaml").read_text(encoding="utf-8")
        (folder / "hedge.yaml").write_text(text, encoding="utf-8")
    for order in (("a", "z"), ("z", "a")):
        book = load_rulebook(extra=[tmp_path / name for name in order])
        assert Path(book.rules["hedge"].path).parent.name == order[-1]


@pytest.mark.parametrize(("text", "why"), [
    ("x = " + "[" * 5_000 + "]" * 5_000, "lists and tables stand too deep"), ("x = " + "9" * 5_000, "a number is too long"),
    ("x = 1\n" * (MOST_BYTES // 6 + 1), "write at most 1,000,000"), ("[" + " " * 100_000, "this is not TOML"),
    ("ignore = ['" + "a" * 1_000, "this is not TOML")])
def test_hostile_toml(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / ".inmail-lint.toml"
    file.write_text(text, encoding="utf-8")
    begun = time.perf_counter()
    with pytest.raises(ConfigError) as raised:
        read_config(file)
    assert why in str(raised.value)
    assert len(str(raised.value)) < 600
    assert time.perf_counter() - begun < 10


def test_lines_of_a_long_toml_are_found_soon(tmp_path: Path) -> None:
    file = tmp_path / ".inmail-lint.toml"
    file.write_text("# " + "[ " * 50_000 + "\n[[files]]  # x\nmatch = 'a'\nemoji = 1\n" + "[" + " " * 100_000 + "rules]\n",
                    encoding="utf-8")
    begun = time.perf_counter()
    with pytest.raises(ConfigError, match=r"\.inmail-lint\.toml:4: unknown key 'emoji'"):
        read_config(file)
    assert time.perf_counter() - begun < 2


def test_a_pyproject_whose_tools_are_no_table(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text("tool = 3\n", encoding="utf-8")
    assert read_config(file, needed=False) is None


def test_added_phrases_keep_the_same_limits(tmp_path: Path) -> None:
    (tmp_path / ".inmail-lint.toml").write_text('phrases = {"spam.free" = {add = {en = ["one …50 two"]}}}\n', encoding="utf-8")
    (tmp_path / "a.txt").write_text("Hi Ana,\n\nCould we talk?\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", str(tmp_path / "a.txt")])
    assert result.exit_code == 2
    assert "the gap …50 is too wide" in result.stderr


@pytest.mark.parametrize("page", ["writing-rules.md", "writing-rules.es.md"])
def test_the_limits_in_the_documentation_are_those_of_the_code(page: str) -> None:
    text = (Path(__file__).parent.parent / "docs" / page).read_text(encoding="utf-8").replace(".", ",")
    limits = text[text.index("| 500; 1,000,000 |") - 300 :]
    for limit in (MOST_FILES, MOST_BYTES, source.DEEPEST, MOST_LINES, line.LONGEST, line.WIDEST_GAP, line.DEEPEST,
                  expressions.MOST // 2, expressions.LONGEST):
        assert re.search(rf"\b{limit:,}\b", limits), limit


@pytest.mark.parametrize("page", ["writing-rules.md", "writing-rules.es.md"])
def test_the_expressions_in_the_documentation_do_what_is_said(page: str, tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / "docs" / page).read_text(encoding="utf-8")
    (tmp_path / "patterns").mkdir()
    block = re.findall(r"```yaml\n(invoice\.number:.*?)```", text, re.DOTALL)[0]
    (tmp_path / "patterns" / "own.yaml").write_text(block, encoding="utf-8")
    result = CliRunner().invoke(main, ["rules", "test", "--rules", str(tmp_path), "--own"])
    assert result.output == "4 examples, 0 failed\n"
