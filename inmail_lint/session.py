"""One run over paths: drafts judged each under its own settings as they are read, what fails and what went wrong.

Reports pass through; a run holds running totals and what went wrong, so that it needs no more memory for a million drafts.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from inmail_lint import __version__
from inmail_lint.baseline import Baseline, Entry, Held
from inmail_lint.config import Settings, SettingsFinder
from inmail_lint.config.engine import engine_key
from inmail_lint.draft import Draft
from inmail_lint.errors import Defect, DraftError, Fault, InmailLintError
from inmail_lint.garbage import collect_garbage
from inmail_lint.reading import STDIN
from inmail_lint.report import Finding, Report, Totals
from inmail_lint.tasks import Task, judged
from inmail_lint.vocabulary import Severity

if TYPE_CHECKING:  # a run whose reports are all kept needs neither
    from inmail_lint.config.linters import Linters
    from inmail_lint.results import Results
    from inmail_lint.rulebook import Rulebook

_MANY = 30  # drafts above which garbage is worth collecting


class Session:
    """A run.

    Attributes:
        faults: what could not be read or judged, in the order of the drafts; empty if they are told as they come.
        unread: how many of them there were.
        totals: how many drafts came out how.
        fails: whether a new finding is as grave, or a score as low, as the settings of its draft allow no more.
        defects: what broke in inmail-lint itself; what each says is told with the faults.
        stale: entries of baselines that no longer apply, once the run is over.
        files: configuration files that hold.
    """

    def __init__(self, finder: SettingsFinder, linters: Linters, *, tell: Callable[[Fault], object] | None = None,
                 debug: bool = False) -> None:
        self.faults: list[Fault] = []
        self.unread = 0
        self.totals = Totals()
        self.fails = False
        self.defects: list[Defect] = []
        self.stale: list[Entry] = []
        self.files: set[str] = set()
        self._results: Results | None = None
        self._nowhere = False  # whether there is no place to keep them
        self._finder, self._linters, self._debug = finder, linters, debug
        self._tell = tell or self.faults.append
        self._settings: dict[str, Settings] = {}  # those that drafts were judged under
        self._baselines: dict[Path, Held | None] = {}
        self._baseline_faults: list[Fault] = []
        self._said: set[Fault] = set()  # of settings: they concern many drafts, and are said once

    def reports(self, items: Iterable[Draft | DraftError], jobs: int | str = 1) -> Generator[Report, None, None]:
        """Judge drafts, each when its report is asked for; what cannot be judged is noted and the others go on."""
        number = 0
        with closing(judged(_Judge(self._linters), map(self._task, items), jobs)) as results:
            for task, result in results:
                if isinstance(result, Exception):
                    self._note(task, result)
                    continue
                assert task.settings is not None
                whole = task.result is None and self._is_whole(result, task.settings)
                if whole and (kept := self._kept(task.settings)):
                    kept.keep(result, task.settings)
                yield self._counted(result, task.settings)
                number += 1
                if number == _MANY:
                    collect_garbage()
        self._end()

    def note(self, fault: Fault) -> None:
        self.unread += 1
        self._tell(fault)

    @property
    def rulebook(self) -> Rulebook:
        """The rules of all settings together, loaded when first asked for."""
        books = [self._linters.of(settings).rulebook for settings in self._settings.values()] or [self._any_book()]
        rules = {name: rule for book in reversed(books) for name, rule in book.rules.items()}
        return replace(books[0], rules=rules) if len(books) > 1 else books[0]

    def _task(self, item: Draft | DraftError) -> Task:
        if isinstance(item, DraftError):
            return Task(None, result=item)
        try:
            settings = self._finder.of(item.path)
            draft = self._linters.prepared(item, settings)
            for faults in self._linters.faults.values():
                self._say_once(faults)
            kept = self._kept(settings)
            return Task(draft, settings, kept.find(draft, settings) if kept else None)
        except InmailLintError as error:
            return Task(item, result=error)

    def _is_whole(self, report: Report, settings: Settings) -> bool:
        """Whether no rule was left out of a report; which were, and why, is said."""
        faults = self._linters.of(settings).rulebook.faults
        self._say_once(faults)
        self._say_defects(report.draft, report.defects)
        return not faults and not report.defects

    def _counted(self, report: Report, settings: Settings) -> Report:
        self._settings.setdefault(engine_key(settings), settings)
        if settings.file:
            self.files.add(str(settings.file))
        if settings["baseline"]:
            held = self._held(Path(settings["baseline"]))
            report = held.marked(report) if held else report
        self.totals.add(report)
        self.fails = self.fails or _fails(report, settings)
        return report

    def _kept(self, settings: Settings) -> Results | None:
        """Reports of earlier runs, if the settings let them be kept."""
        if self._results is None and settings["cache"] and not self._nowhere:
            from inmail_lint.results import Results, folder

            place = folder()
            self._nowhere = place is None
            self._results = Results(place) if place else None
        return self._results if settings["cache"] else None

    def _note(self, task: Task, error: Exception) -> None:
        if not isinstance(error, InmailLintError):
            if self._debug:
                raise error
            self._say_defects(task.draft, (Defect.of("", error),))
        elif isinstance(error, DraftError):
            for fault in error.faults:
                self.note(fault)
        else:
            self._say_once(error.faults)

    def _say_defects(self, draft: Draft | None, defects: Iterable[Defect]) -> None:
        """One line a defect: which draft, what broke, and that we want to hear of it."""
        for defect in defects:
            self.defects.append(defect)
            what = defect.what or "the draft could not be judged"
            place = (draft.path, draft.line) if draft and draft.path else ("", None)
            self.note(Fault(place[0], f"{what}: a defect of ours ({defect.reason}); please report it with the draft and the "
                            f"version, {__version__}; --verbose shows where", place[1]))

    def _say_once(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            if fault not in self._said:
                self._said.add(fault)
                self.note(fault)

    def _held(self, file: Path) -> Held | None:
        if file not in self._baselines:
            try:
                self._baselines[file] = Held(Baseline.read(file))
            except InmailLintError as error:
                self._baseline_faults += error.faults
                self._baselines[file] = None
        return self._baselines[file]

    def _end(self) -> None:
        if self._results:
            self._results.close()
        if not self._settings:
            self._any_book()
        for fault in self._baseline_faults:
            self.note(fault)
        self.stale = [entry for held in self._baselines.values() if held for entry in held.stale()]

    def _any_book(self) -> Rulebook:
        """The rules of a run without a single judged draft: formats that list rules still can, and wrong settings are
        said."""
        try:
            return self._linters.of(self._finder.of("")).rulebook
        except InmailLintError as error:
            self._say_once(error.faults)
            return self._linters.of(SettingsFinder(isolated=True).of("")).rulebook


class _Judge:
    """What a process needs to judge: linters by settings."""

    def __init__(self, linters: Linters) -> None:
        self._linters = linters

    def __call__(self, task: Task) -> Report:
        from inmail_lint.tokens import spare_command_line

        assert task.draft is not None and task.settings is not None
        spare_command_line()
        return self._linters.of(task.settings).lint(task.draft)


def read(items: Iterable[Draft | DraftError], faults: list[Fault]) -> list[Draft]:
    """The drafts among what was read; what cannot be read is noted in `faults`."""
    drafts: list[Draft] = []
    for item in items:
        if isinstance(item, DraftError):
            faults.extend(item.faults)
        else:
            drafts.append(item)
    return drafts


def named(items: Iterable[Draft | DraftError], stdin_name: str) -> Iterator[Draft | DraftError]:
    """What was read, drafts of standard input under a file's name if one is given."""
    for item in items:
        named = stdin_name and isinstance(item, Draft) and item.path == STDIN
        yield replace(item, path=stdin_name) if named and isinstance(item, Draft) else item


def _fails(report: Report, settings: Settings) -> bool:
    least = settings["fail-on"]
    if least != "never" and any(f.severity.rank >= Severity.named(least).rank for f in new(report)):
        return True
    under = settings["fail-under"]
    return under is not None and report.score < under


def new(report: Report) -> Iterator[Finding]:
    """Findings that no baseline knows."""
    return (f for f in report.findings if not f.known)
