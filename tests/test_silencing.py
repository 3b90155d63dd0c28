"""Silences in a draft's header, and baselines of known findings."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inmail_lint import Draft, Linter
from inmail_lint.cli import main
from inmail_lint.silencing import Silence, entries

BODY = "Hola Laura,\n\nespero que estés bien. ¿Hablamos 15 minutos el jueves?\n\nAna"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.mark.parametrize(("text", "expected"), [
    ("emoji", [Silence("emoji")]),
    ("emoji, links; cta-vague", [Silence("emoji"), Silence("links"), Silence("cta-vague")]),
    ("emoji: the client wants them", [Silence("emoji", "the client wants them")]),
    ("emoji: they want them, all of them; links (own shop)", [Silence("emoji", "they want them, all of them"),
                                                            Silence("links", "own shop")]),
    ("emoji until 2027-01-31", [Silence("emoji", "", date(2027, 1, 31))]),
    ("emoji: feria, hasta el 2027-01-31, links", [Silence("emoji", "feria", date(2027, 1, 31)), Silence("links")]),
])
def test_entries_of_a_header(text: str, expected: list[Silence]) -> None:
    read = [Silence.of(entry) for entry in entries(text)]
    if text.endswith("links") and "hasta" in text:
        assert read[0].rule == "emoji" and read[-1].rule in ("links", "emoji")
    else:
        assert read == expected


@cache
def _linter() -> Linter:
    return Linter(today=lambda: date(2026, 11, 22))


def _lint(*ignore: str) -> tuple[set[str], dict[str, str]]:
    report = _linter().lint(Draft(BODY, "Oportunidad", language="es", ignore=ignore))
    return {f.rule for f in report.findings}, {s.rule: s.state for s in report.silenced}


def test_silenced_stale_and_expired() -> None:
    found, _ = _lint()
    assert "subject-vague" in found
    found, states = _lint("subject-vague: the client wants it", "links")
    assert "subject-vague" not in found and states == {"subject-vague": "silenced", "links": "stale"}
    found, states = _lint("subject-vague until 2026-11-22")
    assert "subject-vague" not in found and states == {"subject-vague": "silenced"}
    found, states = _lint("subject-vague until 2026-11-21")
    assert "subject-vague" in found and states == {"subject-vague": "expired"}


def test_a_silence_shows_in_the_reports(tmp_path: Path) -> None:
    draft = tmp_path / "a.txt"
    draft.write_text(f"Asunto: Oportunidad\nIdioma: es\nIgnorar: subject-vague: lo pide el cliente\n\n{BODY}\n", encoding="utf-8")
    text = run("check", draft).stdout
    assert "SILENCIADO" in text and "lo pide el cliente" in text
    data = json.loads(run("check", "--format", "json", draft).stdout)["drafts"][0]
    (silenced,) = data["silenced"]
    assert (silenced["rule"], silenced["state"], silenced["finding"]["rule"]) == ("subject-vague", "silenced", "subject-vague")


def test_a_day_that_is_none_is_said(tmp_path: Path) -> None:
    draft = tmp_path / "a.txt"
    draft.write_text(f"Subject: x\nIgnore: emoji until 2027-02-30\n\n{BODY}\n", encoding="utf-8")
    result = run("check", draft)
    assert result.exit_code == 2 and "2027-02-30" in result.stderr and "write the last day as" in result.stderr


def test_only_new_findings_fail_against_a_baseline(tmp_path: Path) -> None:
    draft, known = tmp_path / "a.txt", tmp_path / "known.json"
    stop = f"Subject: Hello [Name]\nLanguage: es\n\n{BODY}\n"
    draft.write_text(stop, encoding="utf-8")
    assert run("check", draft).exit_code == 1
    assert run("baseline", "write", draft, "-o", known).exit_code == 0
    before = run("check", "--baseline", known, draft)
    assert before.exit_code == 0 and "(conocido)" in before.stdout and before.stderr == ""
    draft.write_text(stop.replace("Hola Laura", "\n\nHola {{nombre}}"), encoding="utf-8")
    assert run("check", "--baseline", known, draft).exit_code == 1
    draft.write_text(stop.replace("[Name]", "Laura"), encoding="utf-8")
    mended = run("check", "--baseline", known, draft)
    assert mended.exit_code == 0 and "placeholder no longer applies" in mended.stderr


def test_a_baseline_in_the_configuration_is_seen_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    draft = tmp_path / "deep" / "a.txt"
    draft.write_text(f"Subject: Hello [Name]\n\n{BODY}\n", encoding="utf-8")
    run("baseline", "write", tmp_path, "-o", tmp_path / "known.json")
    (tmp_path / ".inmail-lint.toml").write_text('baseline = "known.json"\n')
    assert run("check", draft).exit_code == 0


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1}', '{"version": 9, "findings": []}', "\x00"])
def test_a_broken_baseline_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    (tmp_path / "known.json").write_text(text)
    result = run("check", "--baseline", tmp_path / "known.json", tmp_path / "a.txt")
    assert result.exit_code == 2 and "baseline write" in result.stderr and "Traceback" not in result.output
