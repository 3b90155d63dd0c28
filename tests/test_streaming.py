"""Runs of any length take the memory of a few drafts, and end tidily whoever ends them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import click
import pytest
from click.testing import CliRunner

from inmail_lint import Draft, DraftError, Linter, tokens
from inmail_lint.cli import main
from inmail_lint.output import FORMATS, Run, rendered
from inmail_lint.reading import collect, jsonl, read_paths
from inmail_lint.report import Report, Totals, summary

COMMAND = [sys.executable, "-m", "inmail_lint.cli", "check", "--isolated"]
ALLOWED = 12_000_000  # bytes by which 12,000 records more may grow a run; kept, their reports would take ten times that
# One report for all drafts: what is measured is all that happens around judging.
_MEASURED = """
import resource, sys
from dataclasses import replace
import inmail_lint.session
from inmail_lint.cli import main
true, first = inmail_lint.session._Judge.__call__, []
def judge(self, task):
    if not first:
        first.append(true(self, task))
    return replace(first[0], draft=task.draft, metrics=dict(first[0].metrics), caps=dict(first[0].caps),
                   findings=tuple(replace(f) for f in first[0].findings))
inmail_lint.session._Judge.__call__ = judge
try:
    main(sys.argv[1:])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)
"""


def _rows(number: int) -> Iterator[str]:
    for i in range(number):
        yield json.dumps({"id": f"n{i}", "subject": "Nota", "body": f"Hi {{{{name}}}} {i},\n\nCan we talk?"})


def _peak(tmp_path: Path, number: int, *options: str) -> int:
    file = tmp_path / f"{number}.jsonl"
    file.write_text("\n".join(_rows(number)) + "\n", encoding="utf-8")
    ended = subprocess.run([sys.executable, "-c", _MEASURED, "check", "--isolated", *options, str(file)], check=False,
                           capture_output=True, text=True)
    assert ended.returncode == 1, ended.stderr
    return int(ended.stderr.splitlines()[-1])


@pytest.mark.skipif(sys.platform != "linux", reason="measures the memory as Linux tells it")
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_more_drafts_take_no_more_memory(form: str, tmp_path: Path) -> None:
    options = ["--jobs", "1", "--quiet", "-o", f"{form}:{tmp_path / 'out'}"]
    few, many = _peak(tmp_path, 3_000, *options), _peak(tmp_path, 15_000, *options)
    assert many - few < ALLOWED, (few, many)
    assert (tmp_path / "out").stat().st_size > 15_000 * 100


def test_a_report_leaves_before_the_next_draft_is_read(linter: Linter) -> None:
    """A consumer that waits keeps the reader waiting."""
    process = subprocess.Popen([*COMMAND, "-", "--input-format", "jsonl", "--format", "jsonl"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, bufsize=1)
    assert process.stdin and process.stdout
    for row in _rows(4):
        process.stdin.write(row + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == json.loads(row)["id"]
    process.stdin.close()
    assert process.wait(60) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_piece_by_piece_is_what_it_is_at_once(form: str, tmp_path: Path, linter: Linter) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join([*_rows(3), "{broken", ""]), encoding="utf-8")
    for name in ("a.jsonl", "none.txt"):
        items = list(read_paths([str(tmp_path / name)]))
        reports = tuple(linter.lint(d) for d in items if isinstance(d, Draft))
        faults = tuple(f for e in items if isinstance(e, DraftError) for f in e.faults)
        out = CliRunner().invoke(main, ["check", "--isolated", "--format", form, str(tmp_path / name)])
        assert out.stdout == click.unstyle(rendered(Run(reports, faults, linter.rulebook), form))


def test_totals_are_those_of_all_reports(linter: Linter) -> None:
    reports = [linter.lint(Draft(b)) for b in ("Hi [Name]", "Hi Ana,\n\nCan we talk?", "GRATIS!!! {{x}}", "Hola")]
    for number in range(5):
        scores = [r.score for r in reports[:number]]
        assert summary(reports[:number])["median_score"] == (median(scores) if scores else None)
    totals = Totals(reports)
    assert totals.drafts == 4 == sum(totals.verdicts.values())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_are_read_as_the_whole_file_was(encoding: str, ends: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    rows = ['{"body": "¿Qué tal, señor?"}', "", '{"subject": "É", "body": "x\\r\\ny"}', "{", '{"body": "último"}']
    file.write_bytes(ends.join(rows).encode(encoding))
    streamed = list(read_paths([str(file)]))
    at_once = list(collect._read(file.read_bytes(), str(file), "jsonl"))
    for one, other in zip(streamed, at_once, strict=True):
        if isinstance(one, Draft) and isinstance(other, Draft):
            assert (one.body, one.subject, one.line) == (other.body, other.subject, other.line)
            assert [one.locate("body", i) for i in range(5)] == [other.locate("body", i) for i in range(5)]
        else:
            assert str(one) == str(other)


def test_a_line_without_end_is_an_error_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 1000)
    file = tmp_path / "a.jsonl"
    file.write_text(f'{{"body": "{"x" * 5000}"}}\n{{"body": "Hola"}}\n', encoding="utf-8")
    broken, fine = read_paths([str(file)])
    assert "a.jsonl:1: the line is longer than 1,000" in str(broken)
    assert isinstance(fine, Draft) and fine.line == 2


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_closed_pipe_ends_quietly(jobs: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(_rows(500)), encoding="utf-8")
    process = subprocess.Popen([*COMMAND, "--jobs", jobs, "--format", "jsonl", "-o", f"{tmp_path / 'out.jsonl'}", str(file)],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout and process.stderr
    assert process.stdout.readline().startswith("{")
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(60) == 0
    assert [f.name for f in tmp_path.iterdir()] == ["a.jsonl"]


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(words[1]) == pid and words[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes as Linux shows them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", [0.05, 0.4, None])
def test_a_signal_ends_it_tidily(number: signal.Signals, after: float | None, tmp_path: Path) -> None:
    """At the start, while modules load, and (None) in the midst of judging with several processes and a file open."""
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(_rows(20_000)), encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-m", "inmail_lint", "check", "--isolated", "--jobs", "2", "--format", "jsonl",
                                "-o", str(tmp_path / "out.json"), str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, start_new_session=True)
    assert process.stdout
    workers: list[int] = []
    if after is None:
        process.stdout.readline()
        workers = _children(process.pid)
        assert len(workers) == 2
    else:
        _wait_for_start(process.pid, after)
    os.killpg(process.pid, number)  # as a terminal does: to all processes of the command
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number, err
    assert err.count("\n") <= 1 and "Traceback" not in err
    assert [f.name for f in tmp_path.iterdir()] == ["a.jsonl"]
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < end
        time.sleep(0.05)


def _wait_for_start(pid: int, seconds: float) -> None:
    """Until Python itself has started (it cannot be asked to ignore what comes before that), and so long again."""
    mask, end = 1 << signal.SIGTERM - 1, time.monotonic() + 30
    while time.monotonic() < end:
        caught = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) & mask:
            break
        time.sleep(0.005)
    time.sleep(seconds)


def test_ctrl_c_inside_a_program_has_its_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Linter, draft: Draft) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr(Linter, "lint", interrupted)
    (tmp_path / "a.txt").write_text("Hola", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "-o", str(tmp_path / "out.html"), str(tmp_path / "a.txt")])
    assert result.exit_code == 130 and result.output.strip() == ""
    assert [f.name for f in tmp_path.iterdir()] == ["a.txt"]


def test_words_seen_are_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """spaCy's vocabulary grows with every new word; a million names would fill the memory."""
    monkeypatch.setattr(tokens, "_WORDS", 2_000)
    texts = [f"Ana{i} isn't at work-{i}, e.g. on {i}th." for i in range(2_000)]
    cut = [tokens.tokenize(text, "en") for text in texts]
    assert len(tokens._tokenizer("en").vocab) <= 2_010
    monkeypatch.undo()
    assert [tokens.tokenize(text, "en") for text in texts] == cut
