"""Numbers about what the draft asks for: how many steps, how clear, how dear, and where."""

from __future__ import annotations

from inmail_lint.document import Place
from inmail_lint.found import Found, Marker
from inmail_lint.metrics import Measurement, metric


def _asks(found: Found) -> list[Marker]:
    return found.marked("cta")


def _sentence(found: Found, place: Place) -> int:
    return found.parsed.part(place.part).sentence_at(place.start)


def _by_sentence(found: Found, *patterns: str) -> dict[tuple[str, int], list[Place]]:
    places: dict[tuple[str, int], list[Place]] = {}
    for hit in found.of(*patterns):
        places.setdefault((hit.place.part, hit.sentence), []).append(hit.place)
    return places


@metric("cta.count")
def asks(found: Found) -> Measurement:
    """Phrases that ask the reader for a next step."""
    places = tuple(m.place for m in _asks(found))
    return Measurement(len(places), places)


@metric("cta.clear")
def clear_asks(found: Found) -> Measurement:
    """Asks after which the reader knows what to do, as learned; else those without a `cta-vague.*` pattern."""
    vague = _by_sentence(found, "cta-vague.*")
    learned = found.judged("cta_clear")
    if learned is not None:
        asks = tuple(m.place for m in _asks(found))
        return Measurement(len(asks) if learned else 0, tuple(p for ps in vague.values() for p in ps) or asks)
    clear = [m.place for m in _asks(found) if (m.place.part, _sentence(found, m.place)) not in vague]
    return Measurement(len(clear), tuple(p for places in vague.values() for p in places))


@metric("cta.effort")
def effort(found: Found) -> Measurement:
    """Signs in the asks' sentences that the step costs the reader much: `cta-effort.*` patterns where the learned
    component agrees, at least one where it says so by itself."""
    costly = _by_sentence(found, "cta-effort.*")
    places: list[Place] = []
    for mark in _asks(found):
        places += costly.pop((mark.place.part, _sentence(found, mark.place)), [])
    places = list(dict.fromkeys(places))  # two patterns may meet at one word
    learned = found.judged("cta_low_effort")
    if learned is not None:
        shown = tuple(places) or tuple(m.place for m in _asks(found))
        return Measurement(0 if learned else max(1, len(places)), shown)
    return Measurement(len(places), tuple(places))


@metric("cta.steps")
def steps(found: Found) -> Measurement:
    """Different next steps asked for: kinds of step (`step.*` patterns) in the asks' sentences, plus one for each
    `cta-or.*` pattern that offers another; the same step asked twice is one. Where learned, that says whether it is
    one or more."""
    kinds = {(h.place.part, h.sentence): set[str]() for h in found.of("step.*")}
    for hit in found.of("step.*"):
        kinds[hit.place.part, hit.sentence].add(hit.pattern)
    alternatives = _by_sentence(found, "cta-or.*")
    asked: set[str] = set()
    extra = 0
    places: list[Place] = []
    for mark in _asks(found):
        key = (mark.place.part, _sentence(found, mark.place))
        new = kinds.get(key, set()) - asked
        if new or not asked:
            places.append(mark.place)
        asked |= new
        extra += len(alternatives.pop(key, []))
    count = max(len(asked), 1 if _asks(found) else 0) + extra
    learned = found.judged("cta_single")
    if learned is not None and count:
        count = 1 if learned else max(2, count)
        places = places if len(places) > 1 else [m.place for m in _asks(found)]
    return Measurement(count, tuple(places))


@metric("cta.at_end")
def at_end(found: Found) -> Measurement:
    """Asks in the last paragraph before the sign-off, or after it."""
    parsed = found.parsed
    closing = parsed.scopes.get("body.closing", ())
    start = closing[0].start if closing else 0
    late = [m.place for m in _asks(found) if m.place.part == "body" and m.place.end > start]
    return Measurement(len(late), tuple(m.place for m in _asks(found)))
