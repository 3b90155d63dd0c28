"""What there is to judge, in this process or in several: `judged` decides which."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from inmail_lint.draft import Draft
from inmail_lint.report import Report

if TYPE_CHECKING:
    from inmail_lint.config import Settings

# Drafts judged here before `auto` takes more processes. A forked process costs 30 ms and a draft 8 ms of one core, so
# that two cores gain from some ten drafts on; a fresh process (macOS, Windows) loads rules and spaCy for about a second.
FEW, FEW_IF_SPAWNED = 40, 400
AUTO = "auto"
Result: TypeAlias = "Report | Exception"


@dataclass(frozen=True, slots=True)
class Task:
    """A draft and its settings; `result` is there already where nothing needs judging."""

    draft: Draft | None
    settings: Settings | None = None
    result: Result | None = None


Results: TypeAlias = Generator[tuple[Task, Result], None, None]
Judge: TypeAlias = Callable[[Task], Report]


def done(judge: Judge, task: Task) -> Result:
    """The report, or what went wrong."""
    try:
        return judge(task)
    except Exception as error:
        return error


def judged(judge: Judge, tasks: Iterable[Task], jobs: int | str = 1) -> Results:
    """Tasks in their order with their results, each read when it is needed; raises ValueError for a wrong `jobs`.

    `jobs` is how many processes work, 1 for this one alone; `auto` takes as many as there are processors once there are
    more drafts to judge than it is worth to do here.
    """
    if jobs != AUTO and (not isinstance(jobs, int) or jobs < 1):
        raise ValueError(f"jobs must be a whole number from 1, or '{AUTO}', not {jobs!r}")
    return _judged(judge, iter(tasks), jobs)


def _judged(judge: Judge, tasks: Iterator[Task], jobs: int | str) -> Results:
    if jobs == 1:
        yield from _here(judge, tasks)
        return
    if jobs == AUTO:
        yield from _here(judge, tasks, FEW)  # whatever is loaded for these, processes forked later have too
        first = next(tasks, None)
        if first is None:
            return
        tasks = chain([first], tasks)
    from inmail_lint.workers import CHUNK, cores, method, spread

    if jobs == AUTO:
        jobs = cores()
        if method() != "fork":
            yield from _here(judge, tasks, FEW_IF_SPAWNED - FEW)
        begun = list(islice(tasks, CHUNK if jobs > 1 else 0))
        tasks = chain(begun, tasks)
        if len(begun) < CHUNK:  # a chunk is worth no second process
            yield from _here(judge, tasks)
            return
    yield from spread(judge, tasks, int(jobs))


def _here(judge: Judge, tasks: Iterable[Task], most: int = sys.maxsize) -> Iterator[tuple[Task, Result]]:
    """Tasks done in this process until `most` drafts were judged."""
    for task in tasks:
        yield task, done(judge, task) if task.result is None else task.result
        most -= task.result is None
        if most <= 0:
            return
