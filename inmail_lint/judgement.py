"""Where patterns and the learned component meet: hits that it confirms stay, and what it finds that no pattern names
becomes a hit of the label's `learned` pattern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from inmail_lint.document import Place, Sentence
from inmail_lint.found import Found
from inmail_lint.learned import VIEWS, Learned, Reading
from inmail_lint.patterns import Hit
from inmail_lint.rulebook import Rulebook


def confirmed(found: Found, reading: Reading, book: Rulebook) -> Iterator[Hit]:
    """Hits whose label holds for their sentence, or for the draft; hits without a label always."""
    holding = {label: _holding(reading, label) for label in reading.labels}
    for hit in found.hits:
        label = book.patterns[hit.pattern].label
        if not label:
            yield hit
        elif label in holding:
            if any(s.part == hit.place.part and s.start <= hit.place.start < s.end for s in holding[label]):
                yield hit
        elif reading.drafts.get(label, 1) > 0:
            yield hit


def unnamed(found: Found, reading: Reading, learned: Learned, book: Rulebook) -> Iterator[Hit]:
    """Sentences (or the part of the draft) that carry a label although no pattern of that label stands in them."""
    for pattern in book.patterns.with_finders:
        if pattern.finder != "learned" or not pattern.label:
            continue
        places = _sentence_places(found, reading, pattern.label, book) if pattern.label in reading.labels \
            else _draft_place(found, reading, learned, pattern.label, book)
        for place in places:
            if found.parsed.in_scope(place, pattern.scope):
                sentences = found.parsed.part(place.part).sentences
                yield Hit(pattern.name, place, next((i for i, s in enumerate(sentences) if s.start == place.start), -1))


def _holding(reading: Reading, label: str) -> list[Sentence]:
    return [s for s, odds in reading.of(label) if odds > 0]


def _sentence_places(found: Found, reading: Reading, label: str, book: Rulebook) -> Iterable[Place]:
    named = [h.place for h in found.hits if book.patterns[h.pattern].label == label]
    for sentence in _holding(reading, label):
        if not any(p.part == sentence.part and sentence.start <= p.start < sentence.end for p in named):
            yield Place(sentence.part, sentence.start, sentence.end)


def _draft_place(found: Found, reading: Reading, learned: Learned, label: str, book: Rulebook) -> Iterable[Place]:
    if reading.drafts.get(label, 0) <= 0:
        return
    if any(book.patterns[h.pattern].label == label for h in found.hits):
        return
    if VIEWS[label] == "subject":
        yield Place("subject", 0, len(found.parsed.subject.text))
        return
    weights = learned.views[VIEWS[label]]
    number = weights.labels.index(label)
    main = [(s, fs) for s, fs in reading.rows if s.part == "body" and "at:signoff" not in fs]
    if main:
        best = max(main, key=lambda row: sum(_weight(weights.table.get(f, ()), number) for f in row[1]))[0]
        yield Place("body", best.start, best.end)


def _weight(row: Iterable[int], number: int) -> int:
    flat = list(row)
    return sum(flat[i + 1] for i in range(0, len(flat), 2) if flat[i] == number)
