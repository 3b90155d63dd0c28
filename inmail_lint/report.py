"""What the linter says of a draft; renderers work on this alone, `to_dict` is the one JSON shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from inmail_lint.draft import Draft
from inmail_lint.errors import Defect, Fault
from inmail_lint.vocabulary import Severity

SCHEMA = 1


class Spot(NamedTuple):
    """A place in a draft.

    Attributes:
        part: `subject` or `body`.
        start: its first character in the part, counted from 0 in Unicode code points.
        end: the character after its last.
        line: line of its first character in the draft's file, from 1; in the part itself if there is no file.
        column: column of its first character, from 1.
        end_line: line of the character after its last.
        end_column: column of the character after its last.
        text: the words there.
    """

    part: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    text: str

    @classmethod
    def of(cls, draft: Draft, part: str, start: int, end: int) -> Spot:
        """The half-open range `start` to `end` of a part, its lines and columns looked up."""
        return cls(part, start, end, *draft.locate(part, start), *draft.locate(part, end), draft.text(part)[start:end])


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired.

    Attributes:
        rule: id of the rule, such as `cta-vague`.
        category: what the rule belongs to, such as `cta`.
        severity: `Severity.ERROR` stops the draft; a warning is advice; a note costs little or nothing.
        points: points charged; the score is 100 minus those of all findings.
        message: what is wrong, in the report's language.
        fix: what to do about it.
        guides: ids of the sources behind the rule.
        places: where it is wrong, in order; empty where something is missing.
        cost: points it would cost were its category not capped.
        known: whether the baseline knows it; then it fails nothing.
        unlisted: how many more places there are; `places` holds the first 1000.
    """

    rule: str
    category: str
    severity: Severity
    points: int
    message: str
    fix: str
    guides: tuple[str, ...]
    places: tuple[Spot, ...] = ()
    cost: int = 0
    known: bool = False
    unlisted: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Its entry under `findings` in the JSON report."""
        known = {"known": True} if self.known else {}
        unlisted = {"unlisted": self.unlisted} if self.unlisted else {}
        return {"rule": self.rule, "category": self.category, "severity": self.severity.label, "points": self.points,
                "message": self.message, "fix": self.fix, "guides": list(self.guides),
                "places": [p._asdict() for p in self.places], **unlisted, **known}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where something speaks for the draft.

    Attributes:
        name: `personalization`, `value_offer`, `cta`, `greeting_name` or `reason`.
        pattern: what found it: a pattern's name, or `learned.` and the marker's name.
        spot: where.
    """

    name: str
    pattern: str
    spot: Spot

    def to_dict(self) -> dict[str, Any]:
        """Its entry under `markers` in the JSON report."""
        return {"name": self.name, "pattern": self.pattern, **self.spot._asdict()}


@dataclass(frozen=True, slots=True)
class NotRun:
    """A rule that could not run.

    Attributes:
        rule: id of the rule.
        reason: why, in the report's language, such as a fact about the reader that was not given.
    """

    rule: str
    reason: str

    def to_dict(self) -> dict[str, str]:
        """Its entry under `not_run` in the JSON report."""
        return {"rule": self.rule, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Silenced:
    """What a header's silence did: `state` is silenced, stale (its rule found nothing) or expired (its last day is over)."""

    rule: str
    state: str
    reason: str = ""
    until: str = ""
    finding: Finding | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"rule": self.rule, "state": self.state, "reason": self.reason, "until": self.until,
                "finding": self.finding.to_dict() if self.finding else None}


@dataclass(frozen=True)
class Report:
    """The judgement of one draft.

    Attributes:
        draft: the draft as it was given.
        language: code of the language it was judged in; None if that could not be told.
        ui: language of the messages, `en` or `es`.
        score: 100 minus the points of the findings, never under 0.
        findings: what is wrong, the gravest first.
        markers: what speaks for the draft, in order of place.
        metrics: named numbers, such as `body.words`.
        not_run: rules that could not run, and why.
        categories: every category of the rulebook, in its order.
        caps: category → the most points that its findings can cost together, errors aside.
        silenced: what became of every rule that the draft's header silences.
        defects: what broke in inmail-lint itself while it judged; `not_run` names the rules.
        unlisted: how many more markers there are; `markers` holds the first 1000.
    """

    draft: Draft
    language: str | None
    ui: str
    score: int
    findings: tuple[Finding, ...]
    markers: tuple[Mark, ...]
    metrics: Mapping[str, float]
    not_run: tuple[NotRun, ...]
    categories: tuple[str, ...] = ()
    caps: Mapping[str, int] = field(default_factory=dict)
    silenced: tuple[Silenced, ...] = ()
    defects: tuple[Defect, ...] = ()
    unlisted: int = 0

    @property
    def verdict(self) -> str:
        """`stop`: must not be sent; `review`: a warning is worth a look; `ready`."""
        if any(f.severity is Severity.ERROR for f in self.findings):
            return "stop"
        return "review" if any(f.severity is Severity.WARNING for f in self.findings) else "ready"

    @property
    def id(self) -> str:
        """The draft's own id, else its path."""
        return self.draft.id or self.draft.path

    def lost(self) -> dict[str, int]:
        """Points lost by category, in the rulebook's order."""
        lost = dict.fromkeys(self.categories, 0)
        for finding in self.findings:
            lost[finding.category] = lost.get(finding.category, 0) + finding.points
        return lost

    def to_dict(self) -> dict[str, Any]:
        """The draft's entry in the JSON report (schema 1)."""
        return {"id": self.id, "path": self.draft.path, "line": self.draft.line, "language": self.language,
                "kind": self.draft.kind, "score": self.score, "verdict": self.verdict,
                "categories": {name: {"lost": points} for name, points in self.lost().items()},
                "findings": [f.to_dict() for f in self.findings], "markers": [m.to_dict() for m in self.markers],
                "metrics": dict(self.metrics), "not_run": [n.to_dict() for n in self.not_run],
                **({"markers_unlisted": self.unlisted} if self.unlisted else {}),
                **({"silenced": [s.to_dict() for s in self.silenced]} if self.silenced else {})}


class Totals:
    """How many drafts came out how, counted as they come."""

    def __init__(self, reports: Iterable[Report] = ()) -> None:
        self.verdicts = dict.fromkeys(("stop", "review", "ready"), 0)
        self._scores = [0] * 101  # how often each score from 0 to 100
        for report in reports:
            self.add(report)

    def add(self, report: Report) -> None:
        self.verdicts[report.verdict] += 1
        self._scores[report.score] += 1

    @property
    def drafts(self) -> int:
        return sum(self.verdicts.values())

    def to_dict(self) -> dict[str, Any]:
        """How many drafts of each verdict, and the median score (None without drafts)."""
        return {"drafts": self.drafts, **self.verdicts, "median_score": self._median()}

    def _median(self) -> float | None:
        number = self.drafts
        if not number:
            return None
        middle = (self._nth((number - 1) // 2) + self._nth(number // 2)) / 2
        return int(middle) if middle == int(middle) else middle

    def _nth(self, wanted: int) -> int:
        """The score at a position, from 0, when all are in order."""
        for score, often in enumerate(self._scores):
            wanted -= often
            if wanted < 0:
                return score
        raise IndexError(wanted)


def summary(reports: Iterable[Report]) -> dict[str, Any]:
    """How many drafts of each verdict, and the median score (None without drafts)."""
    return Totals(reports).to_dict()


def fault_dict(fault: Fault) -> dict[str, Any]:
    return {"path": fault.path, "line": fault.line, "message": fault.message}
