"""What a draft looks like to the learned component: features by view, the `subject`, the `ask` and the `body`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from inmail_lint.document import ParsedDraft, Sentence
from inmail_lint.features import Features, Row, buckets, joined
from inmail_lint.found import Found, merged

_ASKED_FOR = frozenset({"x_meeting", "x_document", "x_channel", "x_decide", "x_talk", "x_place", "x_people", "x_pay"})
_WEIGHED = ("personalization", "value_offer", "generic_phrases", "cta", "spammy", "buzzwords", "weak")
_LEAST = [step / 2 for step in range(-6, 9)]  # log-odds
_STEPS = {label: [f"{label}>={least}" for least in _LEAST] for label in _WEIGHED}


def draft_features(view: str, found: Found, rows: Sequence[Row], asked: Callable[[str], Sequence[Row]],
                   strength: Callable[[str], float]) -> Features:
    """Features of one view: `subject`, `ask` (the sentences that ask) or `body`.

    `rows` are all sentences, `asked(label)` gives those that carry a label, `strength(label)` the draft's best log-odds for it.
    """
    if view == "subject":
        return _subject(found.parsed, asked("subject"))
    return _ask(found, asked("cta")) if view == "ask" else _body(found, rows, strength)


def _subject(parsed: ParsedDraft, rows: Sequence[Row]) -> Features:
    subject = joined([row.features for row in rows])
    return subject._replace(plain={*subject.plain, *_subject_links(parsed)})


def _ask(found: Found, rows: Sequence[Row]) -> Features:
    parsed = found.parsed
    ask = joined([row.features for row in rows])
    plain = set(ask.plain)
    plain.add(buckets("asks", len(rows), (1, 2, 3, 4)))
    steps = {f for f in plain if f.startswith("p:step")}
    plain.add(buckets("steps", len(steps), (1, 2, 3)))
    plain.add(buckets("ask-paragraphs", len({row.sentence.paragraph for row in rows}), (1, 2, 3)))
    spans = merged(h.place for h in found.hits if h.pattern.startswith("cta."))
    plain.add(buckets("ask-spans", len(spans), (1, 2, 3, 4)))
    plain.add(buckets("ask-words", sum(row.sentence.last - row.sentence.first for row in rows), (6, 10, 16, 24, 34, 50)))
    plain |= {f"{a}+{b}" for a in steps for b in steps if a < b}
    plain.update(_ask_shape(parsed, [row.sentence for row in rows]))
    plain |= {f"two:{f}" for f in _repeated(rows)}
    return ask._replace(plain=plain)


def _body(found: Found, rows: Sequence[Row], strength: Callable[[str], float]) -> Features:
    parsed = found.parsed
    patterns = {h.pattern for h in found.hits}
    plain = {f"p:{name}" for name in patterns} | {f"f:{name.split('.')[0]}" for name in patterns}
    for label in _WEIGHED:
        odds = strength(label)
        plain.update(_STEPS[label][: bisect_right(_LEAST, odds)])
    plain.update(_persons(r for r in rows if r.sentence.part == "body" and r.sentence.paragraph < parsed.signoff))
    plain |= {f"kind:{parsed.draft.kind}", buckets("words", parsed.body.count(), (30, 60, 100, 150, 200))}
    words = parsed.body.words
    return Features(plain, words={w.fold for w in words if w.is_word and not w.capitalised},
                    tags=parsed.body.tags)


def _ask_shape(parsed: ParsedDraft, sentences: Sequence[Sentence]) -> Iterable[str]:
    """How much the asks hold: orders, items listed, kinds of thing asked for, and other steps offered."""
    words = [w for s in sentences for w in parsed.words_of(s)]
    yield buckets("ask-orders", sum(bool(w.tags & {"verb:imp", "verb:impu"}) for w in words), (1, 2, 3, 5))
    yield buckets("ask-commas", sum(w.text == "," for w in words), (1, 2, 3, 5))
    yield buckets("ask-questions", sum(s.is_question for s in sentences), (1, 2, 3))
    kinds = sorted({t for w in words for t in w.tags if t in _ASKED_FOR})
    yield buckets("ask-kinds", len(kinds), (1, 2, 3, 4))
    for i, kind in enumerate(kinds):
        yield from (f"{kind}&{other}" for other in kinds[i + 1 :])
    for one, other in pairwise(sentences):
        first, second = ({t for w in parsed.words_of(s) for t in w.tags if t in _ASKED_FOR} for s in (one, other))
        if first and second and not first & second:
            yield "ask-changes"


def _repeated(rows: Sequence[Row]) -> Iterable[str]:
    seen: set[str] = set()
    for row in rows:
        mine = {f for f in row.around.plain if f.startswith("p:step")}
        if seen and mine - seen:
            yield "other-step"
        yield from mine & seen
        seen |= mine


def _subject_links(parsed: ParsedDraft) -> Iterable[str]:
    """Whether the subject's names come back in the body, and what it shares with the recipient's facts."""
    recipient = parsed.draft.recipient
    end = parsed.body.paragraphs[parsed.signoff].start if parsed.signoff < len(parsed.body.paragraphs) else 10**9
    main = {w.fold for w in parsed.body.words if w.start < end}
    signed = {w.fold for w in parsed.body.words if w.start >= end and w.capitalised}
    words = [w for w in parsed.subject.words if w.is_word and len(w.fold) > 2 and "function" not in w.tags]
    yield buckets("subject:words", len(words), (1, 2, 3, 5, 8))
    yield buckets("subject:back", sum(w.fold in main for w in words), (1, 2, 3))
    if any(w.capitalised and w.fold in signed for w in words):
        yield "subject:sender"
    if recipient:
        known = " ".join((recipient.company, *recipient.facts, recipient.role)).lower()
        if any(len(w.fold) > 3 and w.text.lower() in known for w in words):
            yield "subject:fact"


def _persons(rows: Iterable[Row]) -> Iterable[str]:
    sender = reader = sender_first = 0
    for row in rows:
        sender, reader = sender + row.own.sender, reader + row.own.reader
        sender_first += bool(row.own.sender) and not row.own.reader
    yield buckets("sender%", 100 * sender // max(1, sender + reader), (20, 40, 55, 70, 85))
    yield buckets("reader", reader, (1, 2, 4, 7, 11))
    yield buckets("sender-only", sender_first, (1, 2, 3, 5))
