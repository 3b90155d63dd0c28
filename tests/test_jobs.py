"""Many drafts: several processes say what one says, lose no draft, and read no further ahead than they must."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from inmail_lint import Draft, DraftError, Linter, Report, session, tasks, workers
from inmail_lint.cli import main
from inmail_lint.draft import Origin
from inmail_lint.output import FORMATS
from inmail_lint.packing import packed, unpacked
from inmail_lint.reading import read_paths
from inmail_lint.tasks import Result, Task

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "corpus" / "examples"
FORKS = sys.platform == "linux"


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["check", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of every kind, good and broken, among them tables with many drafts in one file."""
    folder = tmp_path_factory.mktemp("many")
    rows = [json.dumps({"id": f"n{i}", "subject": f"Nota {i}", "body": f"Hi {{{{name}}}} {i},\n\nCan we talk on Tuesday?"})
            for i in range(25)]
    (folder / "b.jsonl").write_text("\n".join([*rows[:9], "{broken", *rows[9:], '{"body": ""}']) + "\n", encoding="utf-8")
    table = "id,subject,body\n" + "".join(f'{i},"A, b","Hola Ana:\n\nVi tu charla {i}. ¿Hablamos?"\n' for i in range(21))
    (folder / "c.csv").write_text(table, encoding="utf-8")
    (folder / "d.txt").write_text("Subject: x\n\n" + "long " * 50_000, encoding="utf-8")
    (folder / "e.txt").write_text("", encoding="utf-8")
    for number, file in enumerate(sorted(EXAMPLES.glob("*.inmail"))[:6]):
        (folder / f"f{number}.inmail").write_bytes(file.read_bytes())
    return folder


@pytest.mark.parametrize("form", FORMATS)
def test_any_number_of_processes_says_the_same(form: str, drafts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "FEW", 5)
    monkeypatch.setattr(workers, "cores", lambda: 2)
    one = run("--format", form, "--full", "--jobs", "1", drafts)
    assert one[0] == 2 and one[1]
    assert run("--format", form, "--full", "--jobs", "3", drafts) == one
    assert run("--format", form, "--full", drafts) == one


def test_fresh_processes_say_the_same(drafts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS and Windows, where a process begins with nothing."""
    one = run("--format", "json", "--jobs", "1", drafts)
    monkeypatch.setattr(workers, "method", lambda: "spawn")
    assert run("--format", "json", "--jobs", "2", drafts) == one


def test_the_configuration_says_how_many(drafts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    true = session.judged
    monkeypatch.setattr(session, "judged", lambda judge, found, jobs: (asked.append(jobs), true(judge, found, 1))[1])
    config = drafts / ".inmail-lint.toml"
    try:
        for said in ("3", '"auto"'):
            config.write_text(f"jobs = {said}\n", encoding="utf-8")
            run("--summary", drafts / "f0.inmail")
        run("--summary", "--jobs", "2", drafts / "f0.inmail")
        assert asked == [3, "auto", 2]
        config.write_text("jobs = 0\n", encoding="utf-8")
        assert "must be auto or a whole number from 1" in run(drafts / "f0.inmail")[2]
    finally:
        config.unlink()
    assert run("--jobs", "0", drafts)[0] == 2


def test_packed_reports_come_back_equal(linter: Linter, drafts: Path) -> None:
    silenced = Draft("Hi [Name],\n\nhttps://nimbo.example/x", ignore=("links: why, until 2020-01-01", "placeholder", "hedge"))
    read = [d for d in read_paths([str(drafts), str(EXAMPLES)]) if isinstance(d, Draft) and len(d.body) < 9000]
    for draft in (*read, silenced):
        report = linter.lint(draft)
        again = unpacked(json.loads(json.dumps(packed(report))), draft)
        assert again == report and again.to_dict() == report.to_dict() and type(again.caps) is type(report.caps)


def test_an_excerpt_of_a_file_tells_the_same_places() -> None:
    text = "a\nbb\nccc\n{x: hello\nyou}\nrest " + "z" * 1000
    start = text.index("hello")
    origin = Origin(text, {"body": tuple(range(start, start + 9))}, text.index("{"), 4)
    short = origin.excerpt()
    assert len(short.text) < 20
    assert [short.locate("body", i) for i in range(10)] == [origin.locate("body", i) for i in range(10)]


def test_the_library_gives_the_same_reports(linter: Linter, drafts: Path) -> None:
    given = [d for d in read_paths([str(drafts)]) if isinstance(d, Draft) and len(d.body) < 9000]
    assert list(linter.lint_many(given, jobs=2)) == list(linter.lint_many(given))
    with pytest.raises(DraftError, match="past 200,000"):
        list(linter.lint_many([given[0], Draft("long " * 50_000)], jobs=2))
    for wrong in (0, "many", 1.5):
        with pytest.raises(ValueError, match="jobs must be"):
            linter.lint_many(given, jobs=wrong)  # type: ignore[arg-type]


def test_drafts_are_read_as_they_are_needed(linter: Linter) -> None:
    taken = 0

    def endless() -> Iterator[Draft]:
        nonlocal taken
        while True:
            taken += 1
            yield Draft(f"Hi Ana,\n\nCan we talk about {taken}?", language="en")

    reports = linter.lint_many(endless(), jobs=2)
    assert taken == 0
    for wanted in range(1, 100):
        next(reports)
        assert taken <= wanted + 2 * 2 * workers.CHUNK
    reports.close()  # type: ignore[attr-defined]


class _Deadly:
    """A judge whose process is killed by some drafts: always, or the first time only."""

    def __init__(self, linter: Linter, mark: Path) -> None:
        self.linter, self.mark = linter, mark

    def __call__(self, task: Task) -> Report:
        assert task.draft is not None
        if "always" in task.draft.body or ("once" in task.draft.body and not self.mark.exists()):
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.linter.lint(task.draft)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_killed_process_loses_no_draft(linter: Linter, tmp_path: Path) -> None:
    bodies = [f"Hi Ana,\n\nCan we talk about {i}?" for i in range(70)]
    bodies[5] += " once"
    bodies[40] += " always"
    given = [Task(Draft(body, language="en", id=str(i))) for i, body in enumerate(bodies)]
    results: list[tuple[Task, Result]] = list(workers.spread(_Deadly(linter, tmp_path / "mark"), given, 2))
    assert [task.draft and task.draft.id for task, _ in results] == [str(i) for i in range(70)]
    died = [i for i, (_, result) in enumerate(results) if isinstance(result, Exception)]
    assert died == [40] and "SIGKILL" in str(results[40][1])


_COMMAND = """
import os, signal, inmail_lint.session
from inmail_lint.cli import main
true = inmail_lint.session._Judge.__call__
def deadly(self, task):
    if "deadly" in task.draft.subject:
        os.kill(os.getpid(), signal.SIGKILL)
    return true(self, task)
inmail_lint.session._Judge.__call__ = deadly
main(prog_name="inmail-lint")
"""


@pytest.mark.skipif(not FORKS, reason="the judge is replaced in processes that are forked")
def test_a_draft_that_kills_is_named_and_the_others_have_their_reports(tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    subjects = [f"Note {i}" for i in range(20)]
    subjects[7] = "deadly"
    file.write_text("".join(json.dumps({"subject": s, "body": "Hi Ana,\n\nCan we talk?"}) + "\n" for s in subjects))
    ended = subprocess.run([sys.executable, "-c", _COMMAND, "check", "--isolated", "--jobs", "2", "--format", "jsonl", str(file)],
                           capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert [json.loads(line)["line"] for line in ended.stdout.splitlines()] == [n for n in range(1, 21) if n != 8]
    assert ended.stderr.count("\n") == 1 and "(WorkerDied: signal SIGKILL)" in ended.stderr
    assert f"{file}:8: the draft could not be judged: a defect of ours" in ended.stderr


def test_where_no_process_can_be_had_drafts_are_judged_here(linter: Linter, monkeypatch: pytest.MonkeyPatch) -> None:
    from multiprocessing.process import BaseProcess

    def fails(self: BaseProcess) -> None:
        raise BlockingIOError("no more processes")

    given = [Draft(f"Hi Ana,\n\nCan we talk about {i}?") for i in range(40)]
    wanted = list(linter.lint_many(given))
    monkeypatch.setattr(BaseProcess, "start", fails)
    assert list(linter.lint_many(given, jobs=4)) == wanted


def test_processes_end_with_the_run(linter: Linter) -> None:
    import multiprocessing

    reports = linter.lint_many((Draft(f"Hi Ana {i}") for i in range(400)), jobs=2)
    next(reports)
    busy = multiprocessing.active_children()
    assert busy
    reports.close()  # type: ignore[attr-defined]
    end = time.monotonic() + 10
    while any(p.is_alive() for p in busy) and time.monotonic() < end:
        time.sleep(0.05)
    assert not multiprocessing.active_children()
