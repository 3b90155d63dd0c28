"""The command: output, exit codes, and one clear line for whatever a user does wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inmail_lint.cli import main

_GOOD = """Subject: Your Leeds talk on night buses
To: Ana Ruiz

Hi Ana,

Your Leeds talk on night buses said that one in three drivers skips the break. I timed the breaks at our depot in York and
wrote the figures on one page.

Shall I send you the page?

Best,
Tom Hill
"""
_STOP = ("Subject: Hola\n\nHola {{first_name}}:\n\n¡¡¡GANA DINERO YA!!! Somos los líderes del sector y queremos que "
         "usted sea parte de esto.\n")


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    (tmp_path / "good.txt").write_text(_GOOD, encoding="utf-8")
    (tmp_path / "stop.txt").write_text(_STOP, encoding="utf-8")
    return tmp_path


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)


def test_text_report_says_all_there_is(drafts: Path) -> None:
    result = run("check", drafts / "stop.txt")
    assert result.exit_code == 1
    for words in ("NO ENVIAR", "placeholder", "«{{first_name}}»", "LA CUENTA", "LO QUE FUNCIONA", "LO PRIMERO QUE CAMBIAR",
                  "SIN COMPROBAR", "wrong-name"):
        assert words in result.output, words
    assert max(len(line) for line in result.output.splitlines()) <= 80


def test_report_without_colour(drafts: Path) -> None:
    assert "\x1b[" not in run("check", drafts / "stop.txt").output
    coloured = CliRunner().invoke(main, ["check", str(drafts / "stop.txt")], color=True)
    assert "\x1b[" in coloured.output
    plain = CliRunner(env={"NO_COLOR": "1"}).invoke(main, ["check", str(drafts / "stop.txt")], color=True)
    assert "\x1b[" not in plain.output


def test_ui_language(drafts: Path) -> None:
    assert "DO NOT SEND" in run("check", "--ui", "en", drafts / "stop.txt").output


def test_summary_is_worst_first(drafts: Path) -> None:
    lines = run("check", "--summary", "--ui", "en", drafts).output.splitlines()
    assert lines[0] == "WORST FIRST"
    assert "stop.txt" in lines[1]
    assert "good.txt" in lines[2]
    assert lines[3].startswith("2 drafts: 1 stopped")


def test_json_shape(drafts: Path) -> None:
    data = json.loads(run("check", "--format", "json", drafts).output)
    assert set(data) == {"schema", "version", "rulebook", "profile", "drafts", "errors", "summary"}
    assert data["schema"] == 1
    assert data["profile"] == "guides"
    draft = next(d for d in data["drafts"] if d["path"].endswith("stop.txt"))
    assert set(draft) == {"id", "path", "line", "language", "kind", "score", "verdict", "categories", "findings", "markers",
                          "metrics", "not_run"}
    finding = next(f for f in draft["findings"] if f["rule"] == "placeholder")
    assert set(finding) == {"rule", "category", "severity", "points", "message", "fix", "guides", "places"}
    place = finding["places"][0]
    assert place == {"part": "body", "start": 5, "end": 19, "line": 3, "column": 6, "end_line": 3, "end_column": 20,
                     "text": "{{first_name}}"}
    assert draft["score"] == max(0, 100 - sum(f["points"] for f in draft["findings"]))
    assert sum(c["lost"] for c in draft["categories"].values()) == sum(f["points"] for f in draft["findings"])
    assert data["summary"]["drafts"] == 2
    mark = next(d for d in data["drafts"] if d["path"].endswith("good.txt"))["markers"][0]
    assert set(mark) == {"name", "pattern", "part", "start", "end", "line", "column", "end_line", "end_column", "text"}


def test_jsonl_is_one_draft_a_line(drafts: Path) -> None:
    lines = run("check", "--format", "jsonl", drafts).output.strip().splitlines()
    assert [json.loads(line)["verdict"] for line in lines][1] == "stop"


def test_exit_codes(drafts: Path) -> None:
    good, stop = drafts / "good.txt", drafts / "stop.txt"
    assert run("check", good).exit_code == 0
    assert run("check", stop).exit_code == 1
    assert run("check", "--fail-on", "never", stop).exit_code == 0
    assert run("check", "--fail-on", "never", "--fail-under", "99", stop).exit_code == 1
    assert run("check", good, drafts / "none.txt").exit_code == 2


def test_standard_input() -> None:
    result = run("check", "-", "--format", "json", stdin="Hola Ana:\n\nVi tu charla de Lugo sobre puentes. ¿Hablamos diez minutos?")  # noqa: E501
    assert json.loads(result.output)["drafts"][0]["path"] == "<stdin>"
    many = run("check", "-", "--format", "json", "--input-format", "jsonl", stdin='{"id": "a", "body": "Hola"}\n')
    assert json.loads(many.output)["drafts"][0]["id"] == "a"


def test_unreadable_drafts_do_not_hide_the_others(drafts: Path) -> None:
    (drafts / "bad.json").write_text("{", encoding="utf-8")
    (drafts / "zero.txt").write_text("", encoding="utf-8")
    result = run("check", "--format", "json", drafts)
    data = json.loads(result.stdout)
    assert result.exit_code == 2
    assert len(data["drafts"]) == 2
    assert [Path(e["path"]).name for e in data["errors"]] == ["bad.json", "zero.txt"]
    assert len(result.stderr.strip().splitlines()) == 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser reads everything")
def test_no_permission(drafts: Path) -> None:
    (drafts / "good.txt").chmod(0)
    assert "check its permissions" in run("check", drafts / "good.txt").stderr


@pytest.mark.parametrize(("arguments", "message"), [
    (["check", "x.txt", "--profile", "guide"], "unknown profile 'guide'; did you mean 'guides'?"),
    (["check", "x.txt", "--rules", "nowhere"], "there is no such directory of rules"),
    (["explain", "cta-vage"], "there is no rule 'cta-vage'; did you mean 'cta-vague'?"),
    (["rules", "test", "nothing"], "no rule or pattern called nothing"),
    (["measure", "none.jsonl"], "cannot be read"),
    (["check"], "Missing argument"),
])
def test_wrong_use(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_huge_draft_in_a_table(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"body": "hola " * 1_000_000}) + '\n{"body": "Hola Ana"}\n', encoding="utf-8")
    result = run("check", "--format", "json", file)
    assert result.exit_code == 2
    assert "past 200,000 it is no message" in result.stderr
    assert len(json.loads(result.stdout)["drafts"]) == 1


def test_a_defect_of_ours_is_no_traceback(drafts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inmail_lint.linter.check", lambda *_: 1 / 0)
    result = run("check", drafts / "good.txt")
    assert result.exit_code == 3
    assert "a defect of ours (ZeroDivisionError" in result.stderr


def test_rule_commands(tmp_path: Path) -> None:
    listed = run("rules", "list")
    assert listed.exit_code == 0
    assert "placeholder" in listed.output
    assert "cta-missing" in run("rules", "coverage").output
    for kind in ("forbid", "require", "threshold"):
        name = f"my-{kind}"
        assert run("rules", "new", name, "--kind", kind, "--dir", tmp_path).exit_code == 0
    assert "exists already" in run("rules", "new", "my-forbid", "--dir", tmp_path).stderr
    tested = run("rules", "test", "my-forbid", "--rules", tmp_path)
    assert (tested.exit_code, tested.output) == (0, "6 examples, 0 failed\n")


def test_explain_in_both_languages() -> None:
    english, spanish = run("explain", "cta-vague", "--ui", "en").output, run("explain", "cta-vague", "--ui", "es").output
    assert "Sources" in english
    assert "Fuentes" in spanish
    assert max(len(line) for line in english.splitlines() if "://" not in line) <= 80


def test_help_names_every_command() -> None:
    text = run("--help").output
    for word in ("check", "explain", "rules", "measure", "Exit codes"):
        assert word in text


def test_a_wrong_name_is_nothing_that_works(tmp_path: Path) -> None:
    draft = tmp_path / "wrong.txt"
    text = "To: Ana Ruiz\n\nHola Marta:\n\nTe escribo por la plaza de Lugo que has abierto. ¿Hablamos el lunes?\n"
    draft.write_text(text, encoding="utf-8")
    output = run("check", draft).output
    assert "wrong-name" in output
    assert "saluda por el nombre" not in output
