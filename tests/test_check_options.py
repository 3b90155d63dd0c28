"""Options of `check` and the small commands beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inmail_lint.cli import main

STOP = "Subject: Hello [Name]\nLanguage: en\n\nHi {{first_name}}, shall we talk on Friday at ten?\n"
FINE = "Language: en\nKind: connection\n\nHi Laura, your Kafka talk in Madrid was clear. Shall I send our two pages on costs?\n"


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    (tmp_path / "stop.txt").write_text(STOP, encoding="utf-8")
    (tmp_path / "fine.txt").write_text(FINE, encoding="utf-8")
    return tmp_path


def run(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], input=text)


def test_several_outputs_in_one_run(drafts: Path) -> None:
    result = run("check", drafts, "-o", drafts / "r.json", "-o", f"jsonl:{drafts / 'lines.out'}", "-o", drafts / "r.sarif",
                 "-o", drafts / "t.txt", "--quiet")
    assert result.exit_code == 1 and result.stdout == ""
    assert len(json.loads((drafts / "r.json").read_text(encoding="utf-8"))["drafts"]) == 2
    assert len((drafts / "lines.out").read_text(encoding="utf-8").splitlines()) == 2
    assert json.loads((drafts / "r.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert "\x1b[" not in (drafts / "t.txt").read_text(encoding="utf-8")
    assert sorted(f.name for f in drafts.iterdir()) == ["fine.txt", "lines.out", "r.json", "r.sarif", "stop.txt", "t.txt"]


def test_outputs_that_cannot_be_written_or_are_of_no_format(drafts: Path) -> None:
    result = run("check", drafts / "fine.txt", "-o", drafts / "no" / "r.json")
    assert result.exit_code == 2 and "cannot be written" in result.stderr and "choose another place" in result.stderr
    result = run("check", drafts / "fine.txt", "-o", drafts / "r.pdf")
    assert result.exit_code == 2 and "which format?" in result.stderr
    assert sorted(f.name for f in drafts.iterdir()) == ["fine.txt", "stop.txt"]


def test_standard_input_under_a_name(drafts: Path) -> None:
    (drafts / ".inmail-lint.toml").write_text('select = ["placeholder"]\n')
    named = run("check", "-", "--stdin-filename", drafts / "new.txt", "--format", "json", text=STOP)
    draft = json.loads(named.stdout)["drafts"][0]
    assert draft["path"].endswith("new.txt") and {f["rule"] for f in draft["findings"]} == {"placeholder"}


def test_statistics_count_findings_by_rule(drafts: Path) -> None:
    lines = run("check", drafts, "--statistics").stdout.splitlines()
    assert any(line.split()[1:] == ["error", "placeholder"] for line in lines)
    counts = [int(line.split()[0]) for line in lines]
    assert counts == sorted(counts, reverse=True)


def test_verbose_says_which_settings_hold(drafts: Path) -> None:
    (drafts / ".inmail-lint.toml").write_text("fail-under = 1\n")
    assert ".inmail-lint.toml" in run("check", "--verbose", drafts / "fine.txt").stderr


def test_a_misspelt_command_is_guessed() -> None:
    result = run("chek")
    assert result.exit_code == 2 and "did you mean 'check'?" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    script = run("completion", shell)
    assert script.exit_code == 0 and "_INMAIL_LINT_COMPLETE" in script.stdout


def test_completion_of_rule_names() -> None:
    run_ = subprocess.run([sys.executable, "-c", "from inmail_lint.cli import main; main(prog_name='inmail-lint')"], check=False,
                          capture_output=True, text=True, env={**os.environ, "_INMAIL_LINT_COMPLETE": "zsh_complete",
                                                               "COMP_WORDS": "inmail-lint explain cta-", "COMP_CWORD": "2"})
    assert "cta-vague" in run_.stdout and "placeholder" not in run_.stdout


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_watch_judges_again_when_a_draft_changes(drafts: Path) -> None:
    shown = drafts / "shown.log"
    with shown.open("w", encoding="utf-8") as log:
        process = subprocess.Popen([sys.executable, "-m", "inmail_lint.cli", "check", "--watch", "--summary", "--ui", "en",
                                    str(drafts / "fine.txt")], stdout=log, stderr=subprocess.PIPE, text=True,
                                   env={**os.environ, "PYTHONUNBUFFERED": "1"})

    def wait_for(words: str) -> None:
        end = time.monotonic() + 90
        while words not in shown.read_text(encoding="utf-8"):
            assert time.monotonic() < end and process.poll() is None, shown.read_text(encoding="utf-8")
            time.sleep(0.2)

    try:
        wait_for("1 draft: R")  # ready, or to be reviewed
        (drafts / "fine.txt").write_text(STOP, encoding="utf-8")
        wait_for("1 draft: DO NOT SEND")
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert "Traceback" not in err


def test_explained_findings_and_links(drafts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("check", drafts / "stop.txt", "--ui", "en").stdout
    explained = run("check", drafts / "stop.txt", "--ui", "en", "--explain").stdout
    assert "Why: " not in plain and "Why: " in explained and "https://" in explained and "\x1b]8" not in explained
    from inmail_lint import Linter
    from inmail_lint.draft import Draft
    from inmail_lint.output import Run
    from inmail_lint.output.links import linked, supported
    from inmail_lint.output.text import render_run

    linter = Linter(ui="en")
    run_ = Run((linter.lint(Draft("Hi [Name], shall we talk?", language="en")),), (), linter.rulebook, links=True)
    assert linked("", "")[:5] in render_run(run_)
    assert supported({"VTE_VERSION": "7200"}) and supported({"TERM_PROGRAM": "WezTerm"}) and not supported({"TERM": "xterm"})
    assert not supported({"FORCE_HYPERLINK": "0", "WT_SESSION": "1"})
