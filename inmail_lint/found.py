"""What was found in a parsed draft: pattern hits and markers; rules and metrics read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from inmail_lint.document import ParsedDraft, Place
from inmail_lint.errors import Defect
from inmail_lint.patterns import Hit

if TYPE_CHECKING:
    from inmail_lint.learned import Reading


@dataclass(frozen=True, slots=True)
class Marker:
    """A place where a pattern speaks for the draft."""

    name: str
    pattern: str
    place: Place


@dataclass(frozen=True)
class Found:
    """Hits and markers of one draft, in order of place."""

    parsed: ParsedDraft
    hits: tuple[Hit, ...]
    markers: tuple[Marker, ...]
    reading: Reading | None = None  # what the learned component says; None for a language without weights
    defects: Mapping[str, Defect] = field(default_factory=dict)  # pattern -> how its finder broke

    def judged(self, label: str) -> bool | None:
        """Whether the draft as a whole carries a learned label; None if that was not learned."""
        odds = self.reading.whole(label) if self.reading else None
        return None if odds is None else odds > 0

    def of(self, *patterns: str) -> list[Hit]:
        """Hits of the named patterns; a name ending in `*` takes the whole family."""
        by_name, asked = self._by_name, _asked(patterns)
        wanted = [name for name in by_name if asked[name]]
        if len(wanted) > 1:
            return [h for h in self.hits if h.pattern in wanted]
        return by_name[wanted[0]] if wanted else []

    @cached_property
    def _by_name(self) -> dict[str, list[Hit]]:
        by_name: dict[str, list[Hit]] = {}
        for hit in self.hits:
            by_name.setdefault(hit.pattern, []).append(hit)
        return by_name

    def broken(self, *patterns: str) -> Defect | None:
        """The first defect of the named patterns."""
        return next((defect for name, defect in self.defects.items() for wanted in patterns
                     if name == wanted or (wanted[-1] == "*" and name.startswith(wanted[:-1]))), None)

    def marked(self, name: str) -> list[Marker]:
        return [m for m in self.markers if m.name == name]


class _Asked(dict[str, bool]):
    """Whether a pattern's name is one of those asked for, or begins as one that ends in `*`; each answer is remembered."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        super().__init__()
        self._names = frozenset(p for p in patterns if not p.endswith("*"))
        self._families = tuple(p[:-1] for p in patterns if p.endswith("*"))

    def __missing__(self, name: str) -> bool:
        asked = self[name] = name in self._names or name.startswith(self._families)
        return asked


_asked = lru_cache(maxsize=1_000)(_Asked)


def merged(places: Iterable[Place]) -> tuple[Place, ...]:
    """Places in order, those that overlap joined."""
    places = tuple(places)
    if len(places) < 2:
        return places
    out: list[Place] = []
    for place in sorted(places, key=lambda p: (p.part != "subject", p.start, p.end)):
        if out and out[-1].part == place.part and place.start < out[-1].end:
            out[-1] = Place(place.part, out[-1].start, max(out[-1].end, place.end))
        else:
            out.append(place)
    return tuple(out)
