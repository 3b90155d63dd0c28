"""Where the reports of a run go: standard output and files, piece by piece where the format allows it, else at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from click import unstyle

from inmail_lint.files import growing, unwritable
from inmail_lint.output import STREAMS
from inmail_lint.output.streams import Context, Stream, stream_of
from inmail_lint.report import Report

if TYPE_CHECKING:
    from inmail_lint.session import Session

Write = Callable[[str], object]


class Sink(Protocol):
    """Takes reports as they come, and writes the rest when all have come."""

    def take(self, report: Report) -> None: ...
    def end(self) -> None: ...


class Streaming:
    """Writes every report at once."""

    def __init__(self, stream: Stream, write: Write, context: Context) -> None:
        self._stream, self._write, self._context, self._begun = stream, write, context, False

    def take(self, report: Report) -> None:
        self._begin()
        self._write(self._stream.report(report))

    def end(self) -> None:
        self._begin()
        self._write(self._stream.last(self._context))

    def _begin(self) -> None:
        if not self._begun:  # not before a report is there: it tells which rules hold
            self._begun = True
            self._write(self._stream.first(self._context))


class Keeping:
    """Keeps reports for formats that show all of them together."""

    def __init__(self) -> None:
        self.reports: list[Report] = []

    def take(self, report: Report) -> None:
        self.reports.append(report)

    def end(self) -> None:
        """Others read what is kept."""


class Counting:
    """How often each rule found something."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._counts: Counter[tuple[str, str]] = Counter()

    def take(self, report: Report) -> None:
        self._counts.update((f.rule, f.severity.label) for f in report.findings)

    def end(self) -> None:
        for (rule, severity), number in sorted(self._counts.items(), key=lambda item: (-item[1], item[0])):
            self._write(f"{number:>6}  {severity:<8} {rule}\n")


class Sinks:
    """All that a run writes: open files take their names when it is over, and none does if it is not."""

    def __init__(self, shown: dict[str, Any]) -> None:
        self._shown = shown
        self._streams: list[tuple[str, Write]] = []
        self._kept: list[tuple[str, Write, bool]] = []
        self._files = ExitStack()
        self._counting: Write | None = None

    def __enter__(self) -> Sinks:
        return self

    def __exit__(self, *raised: Any) -> None:
        self._files.__exit__(*raised)

    @property
    def tells_faults(self) -> bool:
        """Whether something written shows what could not be read, so that it must be kept."""
        return bool(self._kept) or any(form != "jsonl" for form, _ in self._streams)

    @property
    def keeps(self) -> bool:
        """Whether something written needs all reports."""
        return bool(self._kept)

    def add(self, form: str, write: Write, *, links: bool = False) -> None:
        if form in STREAMS:
            self._streams.append((form, write))
        else:
            self._kept.append((form, write, links))

    def add_file(self, form: str, path: Path) -> None:
        """Raises InmailLintError for a file that cannot be written."""
        self.add(form, self._files.enter_context(_file(path)))

    def count(self, write: Write) -> None:
        """Write how often each rule found something."""
        self._counting = write

    def take_all(self, session: Session, reports: Iterable[Report]) -> None:
        """Write a run."""
        context = Context(lambda: session.rulebook, session.faults, session.totals)
        sinks: list[Sink] = [Streaming(stream_of(form), write, context) for form, write in self._streams]
        if self._counting:
            sinks.append(Counting(self._counting))
        keeping = Keeping()
        if self._kept:
            sinks.append(keeping)
        for report in reports:
            for sink in sinks:
                sink.take(report)
        for sink in sinks:
            sink.end()
        for form, write, links in self._kept:
            write(_rendered(session, keeping.reports, form, {**self._shown, "links": links}))


def _rendered(session: Session, reports: Iterable[Report], form: str, shown: dict[str, Any]) -> str:
    from inmail_lint.output import Run, rendered

    return rendered(Run(tuple(reports), tuple(session.faults), lambda: session.rulebook, **shown), form)


@contextmanager
def _file(path: Path) -> Iterator[Write]:
    others: list[BaseException] = []  # what went wrong elsewhere while the file was open
    try:
        with growing(path) as put:
            def write(text: str) -> None:
                try:
                    put(unstyle(text).encode("utf-8"))
                except OSError as error:
                    raise unwritable(path, error) from error
            try:
                yield write
            except BaseException as error:
                others.append(error)
                raise
    except OSError as error:
        if error in others:
            raise
        raise unwritable(path, error) from error
