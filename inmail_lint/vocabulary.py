"""The fixed words of rules, reports and commands: severities, kinds of rule, report languages."""

from __future__ import annotations

from enum import Enum

RULE_KINDS = ("threshold", "forbid", "require")
UI_LANGUAGES = ("en", "es")
NAME = r"\w[\w.-]*"  # of a rule or of a source
MOST_JOBS = 256  # processes; each takes some 100 MB


class Severity(Enum):
    """How grave a finding is.

    Attributes:
        label: `error`, `warning` or `note`, as written in rules and JSON.
        rank: 3, 2 or 1; the graver, the higher.
        points: what a finding costs unless its rule says otherwise.
    """

    ERROR = ("error", 3, 25)
    WARNING = ("warning", 2, 6)
    NOTE = ("note", 1, 0)

    def __init__(self, label: str, rank: int, points: int) -> None:
        self.label, self.rank, self.points = label, rank, points

    @classmethod
    def named(cls, label: str) -> Severity:
        """The severity with a label; raises StopIteration for another word."""
        return next(s for s in cls if s.label == label)


SEVERITIES = tuple(s.label for s in Severity)
