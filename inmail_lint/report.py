"""What the linter says of a draft; renderers work on this alone, `to_dict` is the one JSON shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from inmail_lint.draft import Draft
from inmail_lint.errors import Fault
from inmail_lint.vocabulary import Severity

SCHEMA = 1


class Spot(NamedTuple):
    """A place in a draft with its lines and columns in the file and its text."""

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
        return cls(part, start, end, *draft.locate(part, start), *draft.locate(part, end), draft.text(part)[start:end])


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired; `points` are the points charged, `cost` what it would cost were its category not capped."""

    rule: str
    category: str
    severity: Severity
    points: int
    message: str
    fix: str
    guides: tuple[str, ...]
    places: tuple[Spot, ...] = ()
    cost: int = 0
    known: bool = False  # in the baseline: it fails nothing

    def to_dict(self) -> dict[str, Any]:
        known = {"known": True} if self.known else {}
        return {"rule": self.rule, "category": self.category, "severity": self.severity.label, "points": self.points,
                "message": self.message, "fix": self.fix, "guides": list(self.guides),
                "places": [p._asdict() for p in self.places], **known}


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker found: a place where something speaks for the draft."""

    name: str
    pattern: str
    spot: Spot

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "pattern": self.pattern, **self.spot._asdict()}


@dataclass(frozen=True, slots=True)
class NotRun:
    """A rule that could not run, and why."""

    rule: str
    reason: str

    def to_dict(self) -> dict[str, str]:
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
    """The judgement of one draft."""

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

    @property
    def verdict(self) -> str:
        """`stop`: must not be sent; `review`: a warning is worth a look; `ready`."""
        if any(f.severity is Severity.ERROR for f in self.findings):
            return "stop"
        return "review" if any(f.severity is Severity.WARNING for f in self.findings) else "ready"

    @property
    def id(self) -> str:
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
                **({"silenced": [s.to_dict() for s in self.silenced]} if self.silenced else {})}


def summary(reports: Iterable[Report]) -> dict[str, Any]:
    """How many drafts of each verdict, and the median score (None without drafts)."""
    all_reports = list(reports)
    counts = {v: sum(r.verdict == v for r in all_reports) for v in ("stop", "review", "ready")}
    scores = [r.score for r in all_reports]
    return {"drafts": len(all_reports), **counts, "median_score": _median(scores)}


def _median(scores: list[int]) -> float | None:
    from statistics import median  # here, because it costs a start of the command 9 ms

    if not scores:
        return None
    middle = median(scores)
    return int(middle) if middle == int(middle) else middle


def fault_dict(fault: Fault) -> dict[str, Any]:
    return {"path": fault.path, "line": fault.line, "message": fault.message}
