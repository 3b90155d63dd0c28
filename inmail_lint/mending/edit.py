"""What a safe fix changes, and where none may change anything."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from inmail_lint.document import Part
from inmail_lint.found import Found
from inmail_lint.rulebook import Rulebook
from inmail_lint.vocabulary import Severity

SPANISH = "es"
JUDGED = ("en", "es")  # languages whose spacing of marks is known
_ADDRESSES = frozenset({"placeholder", "url", "email"})
_TICKS = re.compile(r"`+")
_CHUNK = re.compile(r"\S+")
_CODE_SIGNS = frozenset("_=<>{}\\|/`@^~")  # what holds such a sign is a path, a formula or markup
_QUOTED = re.compile(r"«[^«»\n]{1,300}»|“[^“”\n]{1,300}”|„[^„“”\n]{1,300}[“”]|\"(?=\S)[^\"\n]{1,300}\"")


class Edit(NamedTuple):
    """One change: the half-open range of a part and what stands there instead; `name` is the sort of fix."""

    part: str
    start: int
    end: int
    replacement: str
    name: str


@dataclass(frozen=True)
class Ground:
    """A part of a draft with what a fix must know of it; `closed` are the ranges that no fix touches."""

    part: Part
    found: Found
    language: str | None
    closed: tuple[tuple[int, int], ...]
    scars: frozenset[tuple[int, int]] = field(default_factory=frozenset)  # those `closed` for what a merge left

    @property
    def text(self) -> str:
        return self.part.text

    def is_open(self, start: int, end: int, *, but: Iterable[tuple[int, int]] = ()) -> bool:
        """Whether a change of the range touches nothing that is closed, apart from the ranges `but`."""
        kept = set(but)
        ranges, reach = self._ordered
        number = bisect_left(ranges, (max(end, start + 1),)) - 1
        while number >= 0 and reach[number] > start:
            if ranges[number][1] > start and ranges[number] not in kept:
                return False
            number -= 1
        return True

    @cached_property
    def _ordered(self) -> tuple[list[tuple[int, int]], list[int]]:
        """The closed ranges in order, and how far each or one before it reaches."""
        ranges = sorted(self.closed)
        return ranges, list(accumulate((end for _, end in ranges), max))


Fixer: TypeAlias = Callable[[Ground], Iterable[Edit]]


def ground(found: Found, name: str, book: Rulebook) -> Ground:
    """A part with all that is closed in it: addresses, placeholders, code, quotations, and what a stop points at."""
    part = found.parsed.part(name)
    closed = [(w.start, w.end) for w in part.words if w.tags & _ADDRESSES]
    closed += [*_code(part.text), *(m.span() for m in _QUOTED.finditer(part.text))]
    closed += [m.span() for m in _CHUNK.finditer(part.text) if not _CODE_SIGNS.isdisjoint(m.group())]
    evidence = _evidence(found, name, book)
    return Ground(part, found, found.parsed.language, (*closed, *evidence), frozenset(evidence))


def _code(text: str) -> Iterator[tuple[int, int]]:
    """What stands between two rows of as many backticks."""
    rows = [m.span() for m in _TICKS.finditer(text)]
    following: dict[int, list[int]] = {}  # length of a row -> the rows of it, the last first
    for number, (start, end) in reversed(list(enumerate(rows))):
        following.setdefault(end - start, []).append(number)
    number = 0
    while number < len(rows):
        start, end = rows[number]
        alike = following[end - start]
        while alike and alike[-1] <= number:
            alike.pop()
        if alike:
            number = alike[-1]
            yield start, rows[number][1]
        number += 1


def evidence_rules(book: Rulebook) -> frozenset[str]:
    """Rules that stop a draft for what stands in it; a fix must not make what they point at look well."""
    return frozenset(r.id for r in book.rules.values()
                     if r.kind == "forbid" and any(lv.severity is Severity.ERROR for lv in r.levels))


def _evidence(found: Found, name: str, book: Rulebook) -> list[tuple[int, int]]:
    """Where such rules' patterns stand, and the blanks around them."""
    patterns = [p for rule in evidence_rules(book) for p in book.rules[rule].patterns]
    text = found.parsed.part(name).text
    ranges = []
    for hit in found.of(*patterns):
        if hit.place.part == name:
            _, start, end = hit.place
            while start and text[start - 1] in " \u00a0":
                start -= 1
            while end < len(text) and text[end] in " \u00a0":
                end += 1
            ranges.append((start, end))
    return ranges
