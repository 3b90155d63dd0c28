"""What other programs read: every format, SARIF and GitHub annotations, each by a reader of its own kind."""

# ruff: noqa: F811  (the fixtures come by import)

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from click.testing import CliRunner
from format_runs import ENGLISH, SPANISH, folder, none, run, run_of  # noqa: F401

from inmail_lint import Linter
from inmail_lint.cli import main
from inmail_lint.errors import Fault
from inmail_lint.output import FORMATS, Run, rendered
from inmail_lint.output.drafts import file_of, one_line

ROOT = Path(__file__).parent.parent
NEW = ("sarif", "github", "junit", "csv", "markdown")


def test_there_is_something_to_render(run: Run) -> None:
    assert {r.ui for r in run.reports} == {"en", "es"}
    assert {"stop", "ready"} <= {r.verdict for r in run.reports}
    assert len(run.faults) == 2
    hostile = [r for r in run.reports if r.draft.id]
    assert any("pwned" in p.text for r in hostile for f in r.findings for p in f.places)
    assert any(len(f.places) > 1 for r in run.reports for f in r.findings)


@pytest.mark.parametrize("form", NEW)
def test_every_format_is_deterministic_and_can_be_written(form: str, run: Run) -> None:
    text = rendered(run, form)
    assert text == rendered(run, form)
    assert text.encode("utf-8").decode("utf-8") == text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", text)
    assert text.endswith("\n")


def test_the_command_offers_every_format(folder: Path) -> None:
    for form in FORMATS:
        result = CliRunner().invoke(main, ["check", "--format", form, str(folder / "en.txt")])
        assert (result.exit_code, bool(result.output)) == (1, True), form
    assert "sarif" in CliRunner().invoke(main, ["check", "--help"]).output


def test_help_does_not_load_the_engine() -> None:
    run = subprocess.run([sys.executable, "-X", "importtime", "-m", "inmail_lint.cli", "--help"], capture_output=True, text=True,
                         check=True, cwd=ROOT)
    loaded = {line.rsplit("|", 1)[-1].strip() for line in run.stderr.splitlines()}
    assert not {m for m in loaded if m.split(".")[0] == "spacy"}
    assert not loaded & {"inmail_lint.rulebook", "inmail_lint.report", "inmail_lint.output.run", "inmail_lint.output.sarif"}


# SARIF


@pytest.fixture(scope="module")
def valid() -> Callable[[str], dict[str, object]]:
    schema = json.loads((ROOT / "tests" / "data" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker(("uri", "uri-reference")))

    def check(text: str) -> dict[str, object]:
        log = json.loads(text)
        assert [e.message for e in validator.iter_errors(log)] == []
        return log["runs"][0]

    with pytest.raises(AssertionError):
        check('{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "originalUriBaseIds": {"a": {"uri": "a b"}}}]}')
    return check


def test_sarif(run: Run, none: Run, valid: Callable[[str], dict]) -> None:  # type: ignore[type-arg]
    log = valid(rendered(run, "sarif"))
    rules = log["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == list(run.rulebook.rules)
    findings = [(r, f) for r in run.reports for f in r.findings]
    assert len(log["results"]) == len(findings)
    for result, (report, finding) in zip(log["results"], findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        assert result["level"] == finding.severity.label
        assert result["message"]["text"].startswith(one_line(finding.message)[:20])
        assert result["properties"]["points"] == finding.points
        assert "](" not in result["message"]["text"]
        for location in result["locations"]:
            artifact, region = (location["physicalLocation"][k] for k in ("artifactLocation", "region"))
            assert Path(unquote(artifact["uri"]).removeprefix("file://")) == Path(report.draft.path)
            start, end = (region["startLine"], region.get("startColumn", 1)), (region.get("endLine"), region.get("endColumn"))
            assert end == (None, None) or start <= end
    place = next(r for r in log["results"] if r["ruleId"] == "placeholder" and r["level"] == "error")["locations"][0]
    assert "startColumn" in place["physicalLocation"]["region"]
    notes = log["invocations"][0]["toolExecutionNotifications"]
    assert [n["message"]["text"] for n in notes] == [one_line(f.message) for f in run.faults]
    assert log["invocations"][0]["executionSuccessful"] is False
    assert valid(rendered(none, "sarif"))["results"] == []


def test_sarif_rules_carry_their_help(none: Run, linter: Linter, valid: Callable[[str], dict]) -> None:  # type: ignore[type-arg]
    for ui, word in (("en", "**Sources**"), ("es", "**Fuentes**")):
        driver = valid(rendered(Run((), (), linter.rulebook, ui), "sarif"))["tool"]["driver"]
        for rule in driver["rules"]:
            ours = linter.rulebook.rules[rule["id"]]
            assert rule["shortDescription"]["text"] == ours.title[ui]
            assert one_line(ours.fix[ui]) in rule["help"]["text"]
            assert word in rule["help"]["markdown"]
            assert all(linter.rulebook.guides[g].address in rule["help"]["markdown"] for g in ours.guides)
            assert rule["properties"]["category"] == ours.category
        placeholder = next(r for r in driver["rules"] if r["id"] == "placeholder")
        assert placeholder["defaultConfiguration"]["level"] == "error"
        assert placeholder["properties"]["points"] == max(lv.points for lv in linter.rulebook.rules["placeholder"].levels)
    assert any("measured" in r["properties"] for r in driver["rules"])


def test_sarif_paths_are_relative_uris(linter: Linter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                       valid: Callable[[str], dict]) -> None:  # type: ignore[type-arg]
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mañana %" / "a:b#c?.txt"
    file.parent.mkdir()
    file.write_text(ENGLISH, encoding="utf-8")
    for path in (file, file.relative_to(tmp_path)):
        result = valid(rendered(run_of(linter, path), "sarif"))["results"][0]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact == {"uri": "ma%C3%B1ana%20%25/a%3Ab%23c%3F.txt", "uriBaseId": "%SRCROOT%"}
    assert file_of(str(file)) == "mañana %/a:b#c?.txt"


def test_sarif_fingerprints_outlive_moved_lines(linter: Linter, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"

    def prints() -> tuple[list[str], list[int]]:
        results = json.loads(rendered(run_of(linter, file), "sarif"))["runs"][0]["results"]
        lines = [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in results]
        return [f"{r['ruleId']} {r['partialFingerprints']['inmailLint/v1']}" for r in results], lines

    file.write_text(SPANISH, encoding="utf-8")
    before, lines = prints()
    file.write_text(SPANISH.replace("Hola {{", "\n\n\nHola {{"), encoding="utf-8")
    after, moved = prints()
    assert before == after
    assert lines != moved
    file.write_text(SPANISH.replace("nombre", "apellido"), encoding="utf-8")
    assert [p.split()[0] for p, q in zip(before, prints()[0], strict=True) if p != q] == ["placeholder"]
    file.with_suffix(".jsonl").write_text('{"body": "Hola {{x}}"}\n{"body": "Hola {{x}}"}\n', encoding="utf-8")
    file = file.with_suffix(".jsonl")
    assert len(set(prints()[0])) == len(prints()[0])


# GitHub


def _command(line: str) -> tuple[str, dict[str, str], str]:
    """As the runner reads a line: the first `::` after the name ends the properties."""
    assert line.startswith("::")
    head, data = line[2:].split("::", 1)
    name, _, rest = head.partition(" ")
    pairs = dict(pair.split("=", 1) for pair in rest.split(","))
    return name, {k: _raw(v.replace("%3A", ":").replace("%2C", ",")) for k, v in pairs.items()}, _raw(data)


def _raw(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_github(run: Run, none: Run) -> None:
    lines = rendered(run, "github").split("\n")[:-1]
    findings = [(r, f) for r in run.reports for f in r.findings]
    assert len(lines) == len(findings) + len(run.faults)
    assert not any("\r" in line for line in lines)
    for line, (report, finding) in zip(lines, findings, strict=False):
        name, properties, message = _command(line)
        assert name == {"error": "error", "warning": "warning", "note": "notice"}[finding.severity.label]
        assert properties["file"] == one_line(report.draft.path)
        assert properties["title"].split(" ")[0] == finding.rule
        assert message.split("\n")[:2] == [one_line(finding.message), one_line(finding.fix)]
        if finding.places and finding.places[0].line == finding.places[0].end_line:
            spot = finding.places[0]
            assert {k: int(properties[k]) for k in ("line", "col", "endLine", "endColumn")} == {
                "line": spot.line, "col": spot.column, "endLine": spot.end_line, "endColumn": spot.end_column}
        else:
            assert "col" not in properties
    for line, fault in zip(lines[len(findings):], run.faults, strict=True):
        name, properties, message = _command(line)
        assert (name, properties["file"], message) == ("error", one_line(fault.path), one_line(fault.message))
    assert rendered(none, "github") == ""


def test_github_faults_cannot_command(none: Run) -> None:
    fault = Fault("a,b:c\r\n::add-mask::x", "no such kind 'x\r\n::error::y %0A'", 3, 4)
    text = rendered(Run((), (fault,), none.rulebook), "github")
    assert text.count("\n") == 1
    where = {"file": "a,b:c ::add-mask::x", "line": "3", "col": "4", "title": "inmail-lint"}
    assert _command(text.rstrip("\n")) == ("error", where, "no such kind 'x ::error::y %0A'")
