"""Formats that are written while drafts are judged: each report is text as soon as it is there and is then forgotten.

A stream says something `first`, something for every `report`, and something `last`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from inmail_lint.errors import Fault
from inmail_lint.output import STREAMS
from inmail_lint.report import Report, Totals

if TYPE_CHECKING:
    from inmail_lint.output.run import Run
    from inmail_lint.rulebook import Rulebook


@dataclass
class Context:
    """What a stream may need besides a report; faults and totals are complete when `last` is asked for."""

    rulebook: Callable[[], Rulebook]
    faults: Sequence[Fault] = ()
    totals: Totals = field(default_factory=Totals)


class Stream(Protocol):
    """How a format is written piece by piece."""

    def first(self, context: Context) -> str: ...
    def report(self, report: Report) -> str: ...
    def last(self, context: Context) -> str: ...


def stream_of(form: str) -> Stream:
    """The stream of a format in STREAMS."""
    module, name = STREAMS[form]
    made: Stream = getattr(import_module(f"inmail_lint.output.{module}"), name)()
    return made


def pieces(stream: Stream, reports: Iterable[Report], context: Context) -> Iterator[str]:
    """Everything a stream says; nothing before the first report is there, for it may tell which rules hold."""
    begun = False
    for report in reports:
        if not begun:
            yield stream.first(context)
            begun = True
        yield stream.report(report)
    if not begun:
        yield stream.first(context)
    yield stream.last(context)


def whole(stream: Stream, run: Run) -> str:
    """A run that is over, in one text."""
    return "".join(pieces(stream, run.reports, Context(lambda: run.rulebook, run.faults, Totals(run.reports))))
