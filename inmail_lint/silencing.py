"""Findings that a draft's header silences: which rule, why, and until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_RULE = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_UNTIL = re.compile(r"\b(?:until|till|hasta(?: el)?)\s+(\d{4}-\d{2}-\d{2})\)?\s*$")
_ENTRY = re.compile(rf"({_RULE})\s*(?:[:(=–—]\s*|\s-\s+|\s+(?=until|till|hasta))?(.*)", re.DOTALL)
# A comma or semicolon parts two entries only where a rule's name follows, so that a reason may hold them too.
SEPARATOR = re.compile(r"(?<!\s)(?:\s*[,;]|[^\S\n]*\n)\s*"
                       rf"(?={_RULE}\s*(?:[,;\n:(=–—]|(?<=\s)-\s|(?<=\s)(?:until|till|hasta)\b|$))")


@dataclass(frozen=True, slots=True)
class Silence:
    """One entry of a header's `ignore`: `until` is the last day it holds, None for ever."""

    rule: str
    reason: str = ""
    until: date | None = None

    @classmethod
    def of(cls, entry: str) -> Silence:
        """Read `rule`, `rule: reason` or `rule: reason, until 2027-01-31`; raises ValueError for a day that is none."""
        match = _ENTRY.fullmatch(entry.strip())
        if match is None:
            return cls(entry.strip())
        rule, rest = match.groups()
        day = _UNTIL.search(rest)
        reason = rest[: day.start()] if day else rest
        return cls(rule, reason.strip().strip(" \t\n,;()-–—"), date.fromisoformat(day.group(1)) if day else None)

    def holds(self, today: date) -> bool:
        return self.until is None or today <= self.until


def entries(text: str) -> list[str]:
    """The entries of a header line `Ignore: …`."""
    return [part.strip() for part in SEPARATOR.split(text) if part.strip()]
