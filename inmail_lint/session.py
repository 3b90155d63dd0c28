"""One run over paths: drafts read, each judged under its own settings, what fails and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from inmail_lint import __version__
from inmail_lint.baseline import Baseline, Entry
from inmail_lint.config import Settings, SettingsFinder
from inmail_lint.config.linters import Linters
from inmail_lint.draft import Draft
from inmail_lint.errors import Defect, DraftError, Fault, InmailLintError
from inmail_lint.reading import STDIN, read_paths
from inmail_lint.report import Finding, Report
from inmail_lint.rulebook import Rulebook
from inmail_lint.vocabulary import Severity

Progress = Callable[[Sequence[Draft]], Iterable[Draft]]


@dataclass
class Session:
    """Reports in the order of the drafts with the settings of each, faults, and baseline entries that no longer apply."""

    reports: list[Report] = field(default_factory=list)
    settings: list[Settings] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    books: list[Rulebook] = field(default_factory=list)
    stale: list[Entry] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)  # of ours; what each says stands in `faults` too

    @property
    def rulebook(self) -> Rulebook:
        """The rules of all settings together."""
        rules = {name: rule for book in reversed(self.books) for name, rule in book.rules.items()}
        return replace(self.books[0], rules=rules) if len(self.books) > 1 else self.books[0]

    @property
    def fails(self) -> bool:
        """Whether a new finding is as grave, or a score as low, as the settings of its draft allow no more."""
        return any(_fails(r, s) for r, s in zip(self.reports, self.settings, strict=True))


def read(paths: Iterable[str], form: str | None, faults: list[Fault], stdin: bytes | None = None) -> list[Draft]:
    """The drafts of paths; what cannot be read is noted in `faults`."""
    drafts: list[Draft] = []
    for item in read_paths(paths, form, stdin):
        if isinstance(item, DraftError):
            faults.extend(item.faults)
        else:
            drafts.append(item)
    return drafts


def named(drafts: Iterable[Draft], stdin_name: str) -> list[Draft]:
    """The drafts, those of standard input under a file's name if one is given."""
    return [replace(d, path=stdin_name) if stdin_name and d.path == STDIN else d for d in drafts]


def judge(drafts: Sequence[Draft], faults: list[Fault], finder: SettingsFinder, linters: Linters, *,
          progress: Progress = iter) -> Session:
    """Judge drafts; one under a broken configuration or too long to be a message becomes a fault, the others go on."""
    session = Session(faults=faults)
    for draft in progress(drafts):
        try:
            settings = finder.of(draft.path)
            linter = linters.of(settings)
            session.faults.extend(f for f in linter.rulebook.faults if f not in session.faults)
            report = linter.lint(linters.prepared(draft, settings))
            session.reports.append(report)
            session.settings.append(settings)
            _note_defects(session, draft, report.defects)
            if linter.rulebook not in session.books:
                session.books.append(linter.rulebook)
        except InmailLintError as error:
            session.faults.extend(f for f in error.faults if f not in session.faults)
        except Exception as error:  # a defect of ours, which one draft meets and the others perhaps do not
            _note_defects(session, draft, (Defect.of("", error),))
    if not session.books:
        session.books.append(_any_book(session, finder, linters))
    _hold_against_baselines(session)
    return session


def _note_defects(session: Session, draft: Draft, defects: Iterable[Defect]) -> None:
    """One line a defect: which draft, what broke, and that we want to hear of it."""
    for defect in defects:
        session.defects.append(defect)
        what = defect.what or "the draft could not be judged"
        session.faults.append(Fault(draft.path, f"{what}: a defect of ours ({defect.reason}); please report it with the draft "
                                    f"and the version, {__version__}; --verbose shows where", draft.line if draft.path else None))


def _any_book(session: Session, finder: SettingsFinder, linters: Linters) -> Rulebook:
    """The rules of a run without a single judged draft: formats that list rules still can, and wrong settings are said."""
    try:
        return linters.of(finder.of("")).rulebook
    except InmailLintError as error:
        session.faults.extend(f for f in error.faults if f not in session.faults)
        return linters.of(SettingsFinder(isolated=True).of("")).rulebook


def _hold_against_baselines(session: Session) -> None:
    files: dict[Path, list[int]] = {}
    for number, settings in enumerate(session.settings):
        if settings["baseline"]:
            files.setdefault(Path(settings["baseline"]), []).append(number)
    for file, numbers in files.items():
        try:
            marked, stale = Baseline.read(file).applied([session.reports[n] for n in numbers])
        except InmailLintError as error:
            session.faults.extend(error.faults)
            continue
        session.stale += stale
        for number, report in zip(numbers, marked, strict=True):
            session.reports[number] = report


def _fails(report: Report, settings: Settings) -> bool:
    least = settings["fail-on"]
    if least != "never" and any(f.severity.rank >= Severity.named(least).rank for f in new(report)):
        return True
    under = settings["fail-under"]
    return under is not None and report.score < under


def new(report: Report) -> Iterator[Finding]:
    """Findings that no baseline knows."""
    return (f for f in report.findings if not f.known)
