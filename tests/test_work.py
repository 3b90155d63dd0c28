"""How work grows, held by counting rather than by the clock: modules imported, functions called, and CPU time only as a ratio
of the best of several runs taken in turn, so that a busy machine makes no difference."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.drafts import LANGUAGES, drafts, long_draft
from benchmarks.phrases import write_folder
from inmail_lint import Draft, Linter

_ATTEMPTS = 4  # of a ratio of times: one good one shows what the code can do, a slow moment shows nothing


def _calls(work: Callable[[], object]) -> int:
    """How many functions are entered and left, of Python and of C."""
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def _best(works: list[Callable[[], object]], rounds: int = 4) -> list[float]:
    """The least CPU seconds of each work, taken in turn."""
    least = [float("inf")] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            begun = time.process_time()
            work()
            least[number] = min(least[number], time.process_time() - begun)
    return least


def _grows_at_most(times: float, small: Callable[[], object], large: Callable[[], object]) -> None:
    ratios = []
    for _ in range(_ATTEMPTS):
        first, second = _best([small, large])
        ratios.append(second / first)
        if ratios[-1] < times:
            return
    pytest.fail(f"CPU time grows {min(ratios):.2f} times at best, at most {times} is allowed")


def _modules(*arguments: str) -> set[str]:
    script = ("import sys; sys.argv = ['inmail-lint'] + sys.argv[1:]\nbefore = set(sys.modules)\n"
              "from inmail_lint.cli import main\n"
              "try:\n    main()\nexcept SystemExit:\n    pass\n"
              "print('\\n'.join(sorted(set(sys.modules) - before)), file=sys.stderr)")
    run = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    return set(run.stderr.split())


def test_the_watch_sees_work_that_grows_too_fast() -> None:
    def pairs(number: int) -> Callable[[], object]:
        return lambda: [abs(i - j) for i in range(number) for j in range(number)]

    assert _calls(pairs(200)) > 3.5 * _calls(pairs(100))
    with pytest.raises(pytest.fail.Exception, match="CPU time grows"):
        _grows_at_most(2.6, pairs(400), pairs(800))


@pytest.mark.parametrize(("arguments", "most"), [(("--help",), 140), (("explain", "hedge"), 190), (("rules", "list"), 190)])
def test_small_commands_import_little(arguments: tuple[str, ...], most: int) -> None:
    """Each has some 30 modules to spare; spaCy alone would bring a thousand."""
    modules = _modules(*arguments)
    assert "inmail_lint.cli" in modules
    assert len(modules) <= most, sorted(modules)
    assert not {m.split(".")[0] for m in modules} & {"spacy", "numpy", "thinc", "pydantic", "requests", "asyncio"}


@pytest.mark.parametrize("arguments", [("explain", "hedge"), ("rules", "list")])
def test_what_the_rules_say_is_read_once(arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time, the command imports hardly more than `--help`: no YAML, no rulebook."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first, second = _modules(*arguments), _modules(*arguments)
    assert {"yaml", "inmail_lint.rulebook"} <= first
    assert not {"yaml", "inmail_lint.rulebook", "inmail_lint.loading"} & second
    assert len(second - _modules("--help")) <= 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_twice_the_words_cost_twice_the_work(language: str, linter: Linter) -> None:
    short, long = (Draft(m.body, m.subject, language=language) for m in (long_draft(language, 1500), long_draft(language, 3000)))

    def judge(draft: Draft) -> Callable[[], object]:
        return lambda: linter.lint(draft)

    for draft in (long, short):
        linter.lint(draft)  # what is remembered of words is made now, for both
    assert _calls(judge(long)) < 2.2 * _calls(judge(short))
    _grows_at_most(2.6, judge(short), judge(long))


def test_ten_times_the_phrases_hardly_cost_a_draft_more(tmp_path: Path) -> None:
    many = [Draft(m.body, m.subject, language=m.language) for m in drafts(12)]

    def judge(linter: Linter) -> Callable[[], object]:
        return lambda: [linter.lint(draft) for draft in many]

    few, lots = (judge(Linter(rules=write_folder(tmp_path / str(number), number))) for number in (800, 8000))
    for work in (few, lots):
        work()
    assert _calls(lots) < 1.15 * _calls(few)
    _grows_at_most(1.5, few, lots)


def test_own_phrases_are_found(tmp_path: Path) -> None:
    """So that the test above does not measure phrases that are not there."""
    linter = Linter(rules=write_folder(tmp_path / "rules", 300))
    line = linter.rulebook.patterns["bench.house"].phrases["en"][250].text
    report = linter.lint(Draft(f"Hi Ana,\n\nWe saw {line} in Leeds. Shall we talk on Tuesday?", language="en"))
    assert "bench-house-words" in {f.rule for f in report.findings}
