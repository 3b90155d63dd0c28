"""Ways to find what no list of phrases can: each finder reads a parsed draft and yields places.

A pattern in `rules/patterns/` names its finder, so that what is found has a name, a description and examples.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from inmail_lint.campaign_firms import campaign_companies
from inmail_lint.document import ParsedDraft, Place
from inmail_lint.errors import Defect
from inmail_lint.facts import known_facts
from inmail_lint.firms import OTHER_FIRM, meet, other_companies
from inmail_lint.found import Found, Marker, merged
from inmail_lint.judgement import agreed
from inmail_lint.learned import Reading, read
from inmail_lint.lookalikes import hidden_text, mixed_words
from inmail_lint.metrics import Measurements
from inmail_lint.patterns import MARKERS, Hit, Pattern
from inmail_lint.people import names_somebody, other_names
from inmail_lint.register import mixed_register
from inmail_lint.rulebook import Rulebook
from inmail_lint.vocatives import vocatives

Finder = Callable[[Found, Rulebook], Iterable[Place]]


def _greeting_name(found: Found, book: Rulebook) -> Iterable[Place]:
    """The name in the greeting, or by which the first sentence calls the reader: «Perdona que te moleste, Gonzalo, …»."""
    parsed = found.parsed
    if parsed.greeting and parsed.greeting.names:
        words = [parsed.body.words[i] for i in parsed.greeting.names]
        yield Place("body", words[0].start, words[-1].end)
    elif parsed.body.sentences:
        for called, titled in vocatives(parsed, parsed.body.sentences[0], signs=False):
            if names_somebody(called[0], book.names, titled=titled):
                yield Place("body", called[0].start, called[-1].end)
                return


def _shouting(found: Found, book: Rulebook) -> Iterable[Place]:
    """Words shouted in capitals."""
    measured = Measurements(found)
    yield from measured["body.shouted"].places


FINDERS: dict[str, Finder] = {
    "greeting-name": _greeting_name,
    "shouting": _shouting,
    "other-name": other_names,
    "other-company": other_companies,
    "campaign-company": campaign_companies,
    "known-fact": known_facts,
    "mixed-register": mixed_register,
    "mixed-words": mixed_words,
    "hidden-text": hidden_text,
}
_OF_CHARACTERS = frozenset({"mixed-words", "hidden-text"})  # which need no language


def find(parsed: ParsedDraft, book: Rulebook) -> Found:
    """Hits and markers of a draft, the learned component's judgement applied where the language has one."""
    hits = _hits(parsed, book)
    learned = book.learned(parsed.language) if parsed.language else None
    return _marked(hits, book) if learned is None else with_reading(hits, read(hits, learned, book), book)


def with_reading(plain: Found, reading: Reading, book: Rulebook) -> Found:
    """What patterns found, with what the learned component says of it."""
    hits = plain.hits
    if reading.firms:  # the names it knows it judges, the patterns' word included
        others = [h for h in hits if h.pattern != OTHER_FIRM or not any(meet(h.place, p) for p, _ in reading.firms)]
        found = [_hit(OTHER_FIRM, plain.parsed, p) for p, odds in reading.firms if odds > 0]
        hits = tuple(sorted((*others, *found), key=_order))
    judged = Found(plain.parsed, hits, (), reading, plain.defects)
    return Found(plain.parsed, hits, tuple(_markers(judged, book)), reading, plain.defects)


def find_patterns(parsed: ParsedDraft, book: Rulebook) -> Found:
    """Hits of all patterns, finders included, and the markers they make without the learned component."""
    return _marked(_hits(parsed, book), book)


def _marked(found: Found, book: Rulebook) -> Found:
    return Found(found.parsed, found.hits, tuple(_markers(found, book)), None, found.defects)


def _hits(parsed: ParsedDraft, book: Rulebook) -> Found:
    hits: list[Hit] = book.patterns.find(parsed)
    found = Found(parsed, tuple(hits), ())
    defects: dict[str, Defect] = {}
    judged = parsed.pack is not None and parsed.pack.judged
    for pattern in book.patterns.with_finders:
        if judged or pattern.finder in _OF_CHARACTERS:
            try:
                hits.extend(_run(pattern, found, book))
            except Exception as error:  # a defect of ours: whoever needs the pattern is told, the others go on
                defects[pattern.name] = Defect.of(f"pattern {pattern.name}", error)
    ordered = tuple(sorted(hits, key=_order))
    return Found(parsed, ordered, (), None, defects)


def _order(hit: Hit) -> tuple[bool, int, int, str]:
    return hit.place.part != "subject", hit.place.start, hit.place.end, hit.pattern


def _start(place: Place) -> tuple[bool, int]:
    return place.part != "subject", place.start


def _run(pattern: Pattern, found: Found, book: Rulebook) -> list[Hit]:
    return [_hit(pattern.name, found.parsed, place) for place in FINDERS[pattern.finder](found, book)
            if found.parsed.in_scope(place, pattern.scope)]


def _hit(name: str, parsed: ParsedDraft, place: Place) -> Hit:
    return Hit(name, place, parsed.part(place.part).sentence_at(place.start))


def _markers(found: Found, book: Rulebook) -> Iterable[Marker]:
    """One marker for each stretch of overlapping hits of the same marker, named after its first pattern; where the
    learned component knows the marker, what it confirms and what it adds."""
    by_name: dict[str, list[Hit]] = {name: [] for name in MARKERS}
    for hit in found.hits:
        marker = book.patterns[hit.pattern].marker
        if marker:
            by_name[marker].append(hit)
    markers = []
    for name, own in by_name.items():
        places = agreed(found, name, own)
        starts = [_start(h.place) for h in own]
        for place in merged(h.place for h in own) if places is None else places:
            first = bisect_left(starts, _start(place))
            named = first < len(own) and starts[first] < (place.part != "subject", place.end)
            markers.append(Marker(name, own[first].pattern if named else f"learned.{name}", place))
    return sorted(markers, key=lambda m: (m.place.part != "subject", m.place.start, m.name))
