"""One bad rule never hides the results of the others: a broken one is left out and named, one that crashes is reported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from test_hostile_rules import rule

from inmail_lint import Draft, Linter, RuleError
from inmail_lint.cli import main
from inmail_lint.loading import load_rulebook

DRAFT = "Subject: Hola\nTo: Ana Ruiz\n\nHi Ana,\n\nI hope this finds you well. Zebra crossing words, {{name}}. Could we talk?\n"


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    folder = tmp_path / "drafts"
    folder.mkdir()
    (folder / "a.txt").write_text(DRAFT, encoding="utf-8")
    (folder / "b.txt").write_text(DRAFT.replace("Zebra", "Donkey"), encoding="utf-8")
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    return folder


def report_of(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def missing_in(draft: dict[str, Any]) -> set[str]:
    return {n["rule"] for n in draft["not_run"] if "broken" in n["reason"] or "mal" in n["reason"]}


def test_a_broken_rule_is_left_out_and_named(drafts: Path, pack: Path) -> None:
    rule(pack, "good-one")
    file = rule(pack, "bad-one", severity="grave", phrases="{en: [donkey crossing words]}")
    result = run("check", drafts, "--rules", pack, "--format", "json", "--isolated")
    assert result.exit_code == 2
    report = report_of(result)
    assert [e["path"] for e in report["errors"]] == [str(file)]
    assert f"{file}:" in result.stderr
    assert "unknown value 'grave'" in result.stderr
    assert [missing_in(d) for d in report["drafts"]] == [{"bad-one"}] * 2
    fired = [{f["rule"] for f in d["findings"]} for d in report["drafts"]]
    assert "good-one" in fired[0]
    assert "placeholder" in fired[0] & fired[1]
    assert not any("bad-one" in f for f in fired)


def test_the_report_for_people_says_it_too(drafts: Path, pack: Path) -> None:
    rule(pack, "bad-one", severity="grave")
    result = run("check", drafts / "a.txt", "--rules", pack, "--ui", "es", "--isolated")
    assert "bad-one" in result.stdout
    assert "queda fuera, porque su archivo o un patrón suyo está mal" in " ".join(result.stdout.split())


def test_a_broken_copy_of_our_rule_does_not_leave_ours_in_its_place(drafts: Path, pack: Path) -> None:
    (pack / "placeholder.yaml").write_text("id: placeholder\n", encoding="utf-8")
    report = report_of(run("check", drafts, "--rules", pack, "--format", "json", "--isolated"))
    for draft in report["drafts"]:
        assert missing_in(draft) == {"placeholder"}
        assert "placeholder" not in {f["rule"] for f in draft["findings"]}


@pytest.mark.parametrize("text", ["own.words: {phrases: {en: ['(zebra']}}\n", "own.words: {phrases: {en: [zebra]}, scop: body}\n",
                                  "own.words: [not a pattern\n"])
def test_a_rule_without_one_of_its_patterns_is_left_out(text: str, drafts: Path, pack: Path) -> None:
    (pack / "patterns").mkdir()
    (pack / "patterns" / "own.yaml").write_text(text, encoding="utf-8")
    rule(pack, "by-name", phrases="{en: [donkey crossing words]}\npatterns: [own.words]")
    rule(pack, "by-family", phrases="{en: [mule crossing words]}\npatterns: [own.*]")
    rule(pack, "another")
    report = report_of(run("check", drafts, "--rules", pack, "--format", "json", "--isolated"))
    assert missing_in(report["drafts"][0]) == {"by-name", "by-family"}
    assert "another" in {f["rule"] for f in report["drafts"][0]["findings"]}


def test_a_broken_pattern_of_a_marker_takes_the_rules_of_that_marker(pack: Path) -> None:
    (pack / "patterns").mkdir()
    (pack / "patterns" / "own.yaml").write_text("own.ask: {marker: cta, phrases: {en: ['(shall we']}}\n", encoding="utf-8")
    book = load_rulebook(extra=pack, tolerant=True)
    assert "cta-missing" in book.missing
    assert "cta-missing" not in book.rules
    assert "personalization-missing" in book.rules


def test_settings_may_name_a_broken_rule(drafts: Path, pack: Path) -> None:
    rule(pack, "bad-one", severity="grave")
    config = drafts / ".inmail-lint.toml"
    config.write_text('rules = {bad-one = {points = 3}}\n', encoding="utf-8")
    assert missing_in(report_of(run("check", drafts, "--rules", pack, "--format", "json"))["drafts"][0]) == {"bad-one"}
    for text in ('ignore = ["bad-*"]\n', 'rules = {bad-one = "off"}\n', 'select = ["placeholder"]\n'):
        config.write_text(text, encoding="utf-8")
        result = run("check", drafts, "--rules", pack, "--format", "json")
        assert result.exit_code == 2  # the file is still broken
        assert missing_in(report_of(result)["drafts"][0]) == set()


def test_what_all_rules_need_must_be_in_order(drafts: Path, pack: Path) -> None:
    (pack / "names.yaml").write_text("- [Ana, Anita\n", encoding="utf-8")
    result = run("check", drafts, "--rules", pack, "--isolated")
    assert result.exit_code == 2
    assert "names.yaml:2:1: this is not YAML" in result.stderr
    assert "placeholder" not in result.stdout


def test_the_library_raises_unless_it_is_asked_to_go_on(pack: Path) -> None:
    rule(pack, "bad-one", severity="grave")
    with pytest.raises(RuleError, match="grave"):
        Linter(rules=pack)
    linter = Linter(rulebook=load_rulebook(extra=pack, tolerant=True))
    assert "bad-one" in {n.rule for n in linter.lint(Draft("Hi Ana, could we talk?")).not_run}


def test_a_broken_rule_is_told_from_the_kept_rulebook_too(drafts: Path, pack: Path, monkeypatch: pytest.MonkeyPatch,
                                                          tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rule(pack, "bad-one", severity="grave")
    first, second = (run("check", drafts, "--rules", pack, "--format", "json", "--isolated") for _ in range(2))
    assert (first.exit_code, first.stdout, first.stderr) == (second.exit_code, second.stdout, second.stderr)
    assert second.exit_code == 2


def breaks(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Put a defect into a check, a finder or a metric, for drafts that speak of zebras."""
    from inmail_lint import checks, finders, linter, metrics

    if what == "check":
        def check(rule: Any, found: Any, measured: Any) -> Any:
            if rule.id == "exclamation" and "Zebra" in found.parsed.draft.body:
                raise KeyError("stripes\nand more")
            return checks.check(rule, found, measured)
        monkeypatch.setattr(linter, "check", check)
    elif what == "finder":
        def finder(found: Any, book: Any) -> Any:
            if "Zebra" in found.parsed.draft.body:
                raise KeyError("stripes\nand more")
            return iter(())
        monkeypatch.setitem(finders.FINDERS, "other-name", finder)
    elif what == "metric":
        own = metrics.METRICS["body.links"]
        def metric(found: Any) -> Any:
            if "Zebra" in found.parsed.draft.body:
                raise KeyError("stripes\nand more")
            return own(found)
        monkeypatch.setitem(metrics.METRICS, "body.links", metric)
    else:
        def parse(draft: Any, *others: Any) -> Any:
            if "Zebra" in draft.body:
                raise KeyError("stripes\nand more")
            return real(draft, *others)
        real = linter.parse
        monkeypatch.setattr(linter, "parse", parse)


@pytest.mark.parametrize(("what", "rule_name", "said"), [
    ("check", "exclamation", "rule exclamation"), ("finder", "wrong-name", "pattern name.other"),
    ("metric", "links", "metric body.links")])
def test_a_rule_that_crashes_is_reported_and_the_rest_goes_on(what: str, rule_name: str, said: str, drafts: Path,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    whole = report_of(run("check", drafts, "--format", "json", "--isolated"))
    breaks(monkeypatch, what)
    result = run("check", drafts, "--format", "json", "--isolated")
    assert result.exit_code == 3
    report = report_of(result)
    crashed, fine = report["drafts"]
    assert {n["rule"]: n["reason"] for n in crashed["not_run"]}[rule_name] == (
        "stopped by a defect of inmail-lint (KeyError: 'stripes\\nand more'); please report it")
    assert crashed["findings"] == [f for f in whole["drafts"][0]["findings"] if f["rule"] != rule_name]
    assert fine == whole["drafts"][1]
    lines = [line for line in result.stderr.splitlines() if said in line]
    assert len(lines) == 1
    assert lines[0].startswith(f"{drafts / 'a.txt'}:1: {said}: a defect of ours (KeyError: ")
    assert "please report it with the draft and the version" in lines[0]
    assert "Traceback" not in result.stderr
    assert {e["path"] for e in report["errors"]} == {str(drafts / "a.txt")}
    assert "Traceback" in run("check", drafts, "--verbose", "--isolated").stderr


def test_a_draft_that_crashes_us_hides_no_other(drafts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, "parse")
    result = run("check", drafts, "--format", "json", "--isolated")
    assert result.exit_code == 3
    assert [d["path"] for d in report_of(result)["drafts"]] == [str(drafts / "b.txt")]
    assert result.stderr.startswith(f"{drafts / 'a.txt'}:1: the draft could not be judged: a defect of ours (KeyError")
    assert len(result.stderr.splitlines()) == 1


def test_the_library_says_what_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, "check")
    report = Linter().lint(Draft("Hi Ana,\n\nZebra crossing. Could we talk?"))
    assert [d.what for d in report.defects] == ["rule exclamation"]
    assert "KeyError" in report.defects[0].trace


def test_a_crash_in_a_process_of_its_own(drafts: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import inmail_lint.checks as checks\nreal = checks._forbid\n"
        "def broken(rule, found):\n    return 1 / 0 if rule.id == 'generic-phrase' else real(rule, found)\n"
        "checks._forbid = broken\n", encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).parent.parent)])
    done = subprocess.run([sys.executable, "-m", "inmail_lint.cli", "check", str(drafts), "--format", "json", "--isolated"],
                          capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
                          env={**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("rule generic-phrase: a defect of ours (ZeroDivisionError: division by zero)") == 2
    for draft in json.loads(done.stdout)["drafts"]:
        assert "placeholder" in {f["rule"] for f in draft["findings"]}
        assert "generic-phrase" in {n["rule"] for n in draft["not_run"]}
