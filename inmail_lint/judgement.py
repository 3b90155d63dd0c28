"""Where patterns and the learned component meet: hits that it confirms stay, and what it finds that no pattern names
is pointed at as a whole sentence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from inmail_lint.compiled import CLAUSE_MARKS
from inmail_lint.document import Place, Sentence
from inmail_lint.found import Found, merged
from inmail_lint.learned import VIEWS, Reading
from inmail_lint.patterns import MARKERS, Hit

# Labels of the whole draft that blame: they want more than a shade of doubt.
_BLAME = frozenset({"pushy", "self_centred", "any:spammy"})
# From so many a sentence's praise stands, whatever the whole looks like: one unfilled field makes all of it look like a template.
_CERTAIN = 100
_ALONE = 100  # hundredths of log-odds that such a label needs where no pattern stands in the draft


def agreed(found: Found, label: str, hits: Iterable[Hit]) -> list[Place] | None:
    """Places that carry a label, given the hits of the patterns for it; None where the label was not learned. What a team
    added to a pattern always counts."""
    hits = list(hits)
    places = _judged(found, label, hits)
    return places if places is None else list(dict.fromkeys((*places, *[h.place for h in hits if h.own])))


def _judged(found: Found, label: str, hits: Iterable[Hit]) -> list[Place] | None:
    """What the learned component leaves of the hits, and what it adds.

    In a sentence that carries the label its hits are the places, or the sentence itself if no pattern stands in it;
    hits elsewhere do not count. A label of the whole draft works alike, with the sentence that speaks most for it.
    """
    reading = found.reading
    if reading is None:
        return None
    asked = reading.whole(label) if label not in reading.labels else None
    if label not in reading.labels and asked is None:
        return None
    if VIEWS.get(label) == "subject" and not found.parsed.subject.words:
        return []
    own = merged(h.place for h in hits)
    if asked is not None:
        if asked <= (_ALONE if label in _BLAME and not own else 0):
            return []
        return list(own) or _evidence(found, reading, label)
    column = reading.of(label)
    most = max(column, default=0)
    whole, blames = reading.whole(f"any:{label}"), f"any:{label}" in _BLAME
    if whole is not None and (blames or most < _CERTAIN) and whole <= (_ALONE if blames and not own else 0):
        return []
    least = min(0, most - 1) if whole is not None else 0
    if most <= least:
        return []
    places: list[Place] = []
    by_part = {name: [p for p in own if p.part == name] for name in ("subject", "body")}
    for row, odds in zip(reading.rows, column, strict=True):
        if odds > least:
            sentence = row.sentence
            here = by_part[sentence.part]
            first, after = (bisect_left(here, at, key=lambda p: p.start) for at in (sentence.start, sentence.end))
            inside = here[first:after]
            if not inside and _is_signed(found, sentence):
                continue  # a name or a closing formula: only a pattern can find something in it
            if inside and label in MARKERS:
                inside = [_clauses(found, sentence, inside[0].start, inside[-1].end)]
            places += inside or [Place(sentence.part, sentence.start, sentence.end)]
    return places


def _clauses(found: Found, sentence: Sentence, start: int, end: int) -> Place:
    """The clauses of a sentence that hold a stretch of it: patterns end where they are sure, readers want the whole."""
    words = found.parsed.words_of(sentence)
    marks = [w for w in words if w.text[0] in CLAUSE_MARKS]
    before = max([w.end for w in marks if w.end <= start], default=sentence.start)
    after = min([w.start for w in marks if w.start >= end], default=sentence.end)
    inside = [w for w in words if before <= w.start < after]
    return Place(sentence.part, inside[0].start, inside[-1].end)


def _is_signed(found: Found, sentence: Sentence) -> bool:
    return sentence.part == "body" and sentence.paragraph >= found.parsed.signoff


def _evidence(found: Found, reading: Reading, label: str) -> list[Place]:
    """The subject, or the sentence of the body whose features weigh most for the label; a greeting only if nothing follows."""
    if VIEWS[label] == "subject":
        return [Place("subject", 0, len(found.parsed.subject.text))]
    best = reading.most_telling(label, found.parsed.greeting.last if found.parsed.greeting else 0)
    return [] if best is None else [Place("body", best.start, best.end)]
