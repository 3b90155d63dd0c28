"""The score: 100 minus the points charged, every point attributed to a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from inmail_lint.report import Finding
from inmail_lint.vocabulary import Severity


def charge(findings: Sequence[Finding], caps: Mapping[str, int]) -> tuple[int, tuple[Finding, ...]]:
    """Charge each finding its points within its category's cap, dearest first; errors are never capped.

    Returns the score and the findings in the order to show them (gravest first) with the points charged. A pile of
    alike slips thus costs no more than its category's cap, and only errors take a good draft to the bottom.
    """
    charged = sorted(_charged(findings, caps), key=lambda f: (-f.severity.rank, -f.points, f.rule))
    return _score(sum(f.points for f in charged)), tuple(charged)


def _charged(findings: Sequence[Finding], caps: Mapping[str, int]) -> list[Finding]:
    left = dict(caps)
    ordered = sorted(findings, key=lambda f: (-f.severity.rank, -f.cost, f.rule))
    charged: list[Finding] = []
    for finding in ordered:
        points = finding.cost
        if finding.severity is not Severity.ERROR and finding.category in left:
            points = min(points, left[finding.category])
            left[finding.category] -= points
        charged.append(finding if points == finding.points else replace(finding, points=points))
    return charged


class Change(NamedTuple):
    """A step of mending: what is mended, what it adds to the score, and the score then."""

    finding: Finding
    gain: int
    score: int


def changes(findings: Sequence[Finding], caps: Mapping[str, int]) -> Iterator[Change]:
    """What to mend, one after the other: stops, then whatever gives most back once those before it are mended.

    A step may add nothing yet: where more than 100 points are lost, or where a category's cap hides what else is wrong in it.
    Nothing is named once no points are lost and no stop is left.
    """
    left = list(findings)
    lost = _lost(left, caps)
    while left:
        rest, best = min(((_lost([g for g in left if g is not f], caps), f) for f in left),
                         key=lambda e: (e[1].severity is not Severity.ERROR, e[0], -e[1].cost, e[1].rule))
        if not lost and best.severity is not Severity.ERROR:
            return
        yield Change(best, _score(rest) - _score(lost), _score(rest))
        left, lost = [f for f in left if f is not best], rest


def _lost(findings: Sequence[Finding], caps: Mapping[str, int]) -> int:
    return sum(f.points for f in _charged(findings, caps))


def _score(lost: int) -> int:
    return max(0, 100 - lost)
