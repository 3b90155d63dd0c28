"""The score: 100 minus the points charged, every point attributed to a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inmail_lint.report import Finding
from inmail_lint.vocabulary import Severity


def charge(findings: Sequence[Finding], caps: Mapping[str, int]) -> tuple[int, tuple[Finding, ...]]:
    """Charge each finding its points within its category's cap, dearest first; errors are never capped.

    Returns the score and the findings in the order to show them (gravest first) with the points charged. A pile of
    alike slips thus costs no more than its category's cap, and only errors take a good draft to the bottom.
    """
    left = dict(caps)
    ordered = sorted(findings, key=lambda f: (-f.severity.rank, -f.cost, f.rule))
    charged: list[Finding] = []
    for finding in ordered:
        points = finding.cost
        if finding.severity is not Severity.ERROR and finding.category in left:
            points = min(points, left[finding.category])
            left[finding.category] -= points
        charged.append(finding if points == finding.points else replace(finding, points=points))
    charged.sort(key=lambda f: (-f.severity.rank, -f.points, f.rule))
    return max(0, 100 - sum(f.points for f in charged)), tuple(charged)


def gains(findings: Sequence[Finding], caps: Mapping[str, int]) -> list[tuple[Finding, int]]:
    """What mending each finding alone would add to the score, best first; those that add nothing are left out."""
    score, _ = charge(findings, caps)
    gained = [(f, charge([g for g in findings if g is not f], caps)[0] - score) for f in findings]
    return sorted((g for g in gained if g[1] > 0), key=lambda g: (-g[1], -g[0].severity.rank, g[0].rule))
