"""What several formats say alike of a draft: its file, its name, its words on one line, what works in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from inmail_lint.lines import one_line
from inmail_lint.report import Finding, Mark, Report, summary
from inmail_lint.scoring import Change
from inmail_lint.vocabulary import Severity
from inmail_lint.wording import say

_ORDER = {"stop": 0, "review": 1, "ready": 2}
_QUOTE = 46  # characters of a quotation before it is cut


def clipped(text: str, length: int = _QUOTE) -> str:
    """Text on one line, cut after `length` characters."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def file_of(path: str) -> str:
    """A path with forward slashes, relative to the working directory if it lies there."""
    if not path:
        return ""
    file = Path(path)
    if file.is_absolute() and file.is_relative_to(Path.cwd()):
        file = file.relative_to(Path.cwd())
    return file.as_posix()


def name_of(report: Report) -> str:
    """A draft's file, its line where the file holds several, and its own id."""
    draft = report.draft
    file = one_line(file_of(draft.path))
    if file and (draft.line > 1 or draft.id):
        file = f"{file}:{draft.line}"
    return f"{file} {one_line(draft.id)}".strip() or say("body", report.ui)


def worst_first(reports: Iterable[Report]) -> list[Report]:
    """Stopped drafts first, then by score."""
    return sorted(reports, key=lambda r: (_ORDER[r.verdict], r.score, r.id))


def line_of(report: Report, finding: Finding) -> int:
    """Where a finding begins in its file; one about something missing stands where its draft begins."""
    return finding.places[0].line if finding.places else report.draft.line


def headline(report: Report) -> str:
    """The verdict, how many findings must be mended first, and the score."""
    errors = sum(f.severity is Severity.ERROR for f in report.findings)
    stops = f" ({say('stops', report.ui, errors)})" if errors else ""
    return f"{say(report.verdict, report.ui)}{stops}, {say('score', report.ui, report.score)}"


def tally(reports: Sequence[Report], ui: str) -> str:
    """How a set of drafts came out, in one line."""
    if not reports:
        return say("no-drafts", ui)
    if len(reports) == 1:
        return f"{say('summary-one', ui)}: {headline(reports[0])}"
    counts = summary(reports)
    return say("summary", ui, counts["drafts"], counts["stop"], counts["review"], counts["ready"], counts["median_score"])


def sum_of(report: Report) -> str:
    """The score as a sum of what each rule took."""
    terms = [f"-{f.points} {f.rule}" for f in report.findings if f.points]
    if not terms:
        return f"100, {say('nothing-lost', report.ui)}"
    floor = f" {say('floor', report.ui)}" if sum(f.points for f in report.findings) > 100 else ""
    return f"100 {', '.join(terms)} = {report.score}{floor}"


def gives(step: Change, ui: str) -> str:
    """What a step of mending adds to the score, and the score then."""
    return say("gives", ui, step.gain, step.score) if step.score else say("still-0", ui)


def silences_of(report: Report) -> list[tuple[str, str]]:
    """Each rule that the header silences, with the reason, the last day, and whether it is stale or over."""
    ui = report.ui
    said = []
    for entry in report.silenced:
        until = f", {say('until', ui, entry.until)}" if entry.until else ""
        state = "" if entry.state == "silenced" else f" — {say(entry.state, ui)}"
        said.append((entry.rule, f"{one_line(entry.reason) or say('no-reason', ui)}{until}{state}"))
    return said


def works_of(report: Report) -> dict[str, list[Mark]]:
    """What speaks for a draft, by its name; nothing that a stop stands on."""
    stopped = {p for f in report.findings if f.severity is Severity.ERROR for p in f.places}
    works: dict[str, list[Mark]] = {}
    for mark in report.markers:
        if mark.spot not in stopped:
            works.setdefault(mark.name, []).append(mark)
    return works
