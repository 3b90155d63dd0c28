"""What a sentence and a draft look like to the learned component: plain named features, nothing hidden.

Words that are names become `CAP`, numbers `NUM`: what carries over to another writer is the form of a sentence,
not whom it speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from inmail_lint.document import ParsedDraft, Sentence, Word
from inmail_lint.found import Found, merged

_ASKED_FOR = frozenset({"x_meeting", "x_document", "x_channel", "x_decide", "x_talk", "x_place", "x_people", "x_pay"})
_SHORT_CALL = 20  # minutes (corpus/labelled/LABELS.md, `cta_low_effort`)
_DIGITS_READ = 1000  # Python makes no number of more than 4300 digits (sys.set_int_max_str_digits)
_QUOTES = frozenset("«»“”\"'‘’")
_DIGITS = re.compile(r"\d+")
_MINUTES = re.compile(r"(\d+)(?:min|mins|m|')")
_GLUED = re.compile(r"(\d+)-?(?:min|mins|minute|minutes|minutos|')")
SentenceFeatures = tuple[Sentence, frozenset[str]]


def _buckets(name: str, value: int, limits: Sequence[int]) -> str:
    return f"{name}<{next((limit for limit in limits if value < limit), 'more')}"


def _token(word: Word, first: bool) -> str:
    tags = word.tags
    for kind in ("placeholder", "url", "email", "emoji", "money", "percent"):
        if kind in tags:
            return kind.upper()
    if "digit" in tags:
        return "NUM"
    if word.capitalised and not first and "upper" not in tags and not tags & {"function", "verb"}:
        return "CAP"
    return word.fold


def sentence_features(found: Found) -> list[SentenceFeatures]:
    """Features of every sentence of the draft's parts, in order."""
    parsed = found.parsed
    hits: dict[tuple[str, int], set[str]] = {}
    for hit in found.hits:
        hits.setdefault((hit.place.part, hit.sentence), set()).add(hit.pattern)
    rows: list[SentenceFeatures] = []
    last = next((s for s in reversed(parsed.body.sentences) if s.paragraph < parsed.signoff), None)
    for part in parsed.parts:
        own = [_own(parsed, s, hits.get((part.name, i), set())) for i, s in enumerate(part.sentences)]
        for i, sentence in enumerate(part.sentences):
            features = set(own[i]) | set(_position(parsed, sentence, i, last))
            if i:
                features |= {f"prev:{f}" for f in own[i - 1] if f[:2] in ("p:", "s:")}
            if i + 1 < len(own):
                features |= {f"next:{f}" for f in own[i + 1] if f[:2] in ("p:", "s:")}
            rows.append((sentence, frozenset(features)))
    return rows


def _own(parsed: ParsedDraft, sentence: Sentence, patterns: Iterable[str]) -> set[str]:
    words = parsed.words_of(sentence)
    features = {f"p:{name}" for name in patterns} | {f"f:{name.split('.')[0]}" for name in patterns}
    tokens = [_token(w, i == 0) for i, w in enumerate(words) if w.is_word or w.text[0] in "?!"]
    features |= {f"w:{t}" for t in tokens}
    features |= {f"b:{a} {b}" for a, b in zip(["^", *tokens], [*tokens, "$"], strict=True)}
    features |= {f"c:{a} {b} {c}" for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False)}
    tags = set[str]().union(*(w.tags for w in words)) if words else set[str]()
    features |= {f"t:{t}" for t in tags}
    real = [w for w in words if w.is_word]
    if real:
        features |= {f"first:{t}" for t in real[0].tags} | {f"head:{tokens[0]}"}
    features |= set(_shape(words, real, tags, sentence))
    return features


def _shape(words: Sequence[Word], real: Sequence[Word], tags: set[str], sentence: Sentence) -> Iterable[str]:
    yield from _durations(real)
    names = sum(1 for i, w in enumerate(real) if i and w.capitalised and "function" not in w.tags)
    numbers = sum("digit" in w.tags for w in real)
    rare = sum(not w.tags - {"cap"} and len(w.fold) > 4 for w in real)
    yield _buckets("s:words", len(real), (3, 6, 10, 16, 24, 34))
    yield _buckets("s:names", names, (1, 2, 3, 5))
    yield _buckets("s:numbers", numbers, (1, 2, 3))
    yield _buckets("s:rare", rare, (1, 2, 4, 7))
    sender = "sender" in tags or "verb:1" in tags
    reader = "reader" in tags or bool(tags & {"verb:2", "verb:vos", "verb:imp"})
    yield f"s:persons={'S' if sender else ''}{'R' if reader else ''}"
    if sentence.is_question:
        yield "s:question"
        yield f"s:question{'R' if reader else ''}{'S' if sender else ''}"
    if any(w.text[0] == "!" for w in words):
        yield "s:exclaims"
    if any(w.text in _QUOTES for w in words):
        yield "s:quotes"
    if reader and (names or numbers):
        yield "s:reader+specific"
    if sender and numbers:
        yield "s:sender+number"


def _durations(words: Sequence[Word]) -> Iterable[str]:
    """Whether a length of time is short (up to 20 minutes) or long."""
    for number, unit in pairwise(words):
        if "minutes" in unit.tags or ("digit" in unit.tags and _MINUTES.fullmatch(unit.fold)):
            digits = _DIGITS.match(number.fold)
            short = _is_short(digits.group()) if digits else "over_20" not in number.tags
            yield "time:short" if short else "time:long"
        elif "hours" in unit.tags and ("digit" in number.tags or number.tags & {"up_to_20", "number_word"}):
            yield "time:long"
    for word in words:
        glued = _GLUED.fullmatch(word.fold) if "digit" in word.tags else None
        if glued:
            yield "time:short" if _is_short(glued.group(1)) else "time:long"


def _is_short(minutes: str) -> bool:
    return len(minutes) < _DIGITS_READ and int(minutes) <= _SHORT_CALL


def _position(parsed: ParsedDraft, sentence: Sentence, index: int, last: Sentence | None) -> Iterable[str]:
    """Where a sentence stands; `last` is the body's last one before the sign-off."""
    if sentence.part == "subject":
        yield "at:subject"
        return
    sentences = parsed.body.sentences
    yield "at:body"
    yield f"kind:{parsed.draft.kind}"
    if sentence.paragraph >= parsed.signoff:
        yield "at:signoff"
        return
    if sentence is last:
        yield "at:last"
    if last is not None and sentence.paragraph == last.paragraph:
        yield "at:last-paragraph"
    if index < 2:
        yield f"at:{index}"
    yield _buckets("at:tenth", 10 * index // max(1, len(sentences)), (2, 4, 6, 8))
    if parsed.body.paragraphs[sentence.paragraph].is_item:
        yield "at:item"


def draft_features(found: Found, asked: Callable[[str], Sequence[tuple[Sentence, frozenset[str]]]],
                   strength: Callable[[str], float]) -> dict[str, frozenset[str]]:
    """Features by view: `subject`, `ask` (the sentences that ask), `body`.

    `asked(label)` gives the sentences that carry a label with their features, `strength(label)` the draft's best
    log-odds for it.
    """
    parsed = found.parsed
    subject = {f for s, fs in asked("subject") for f in fs}
    subject |= set(_subject_links(parsed))
    ask_rows = asked("cta")
    ask = {f for _, fs in ask_rows for f in fs}
    ask.add(_buckets("asks", len(ask_rows), (1, 2, 3, 4)))
    steps = {f for _, fs in ask_rows for f in fs if f.startswith("p:step")}
    ask.add(_buckets("steps", len(steps), (1, 2, 3)))
    ask.add(_buckets("ask-paragraphs", len({s.paragraph for s, _ in ask_rows}), (1, 2, 3)))
    spans = merged(h.place for h in found.hits if h.pattern.startswith("cta."))
    ask.add(_buckets("ask-spans", len(spans), (1, 2, 3, 4)))
    ask.add(_buckets("ask-words", sum(s.last - s.first for s, _ in ask_rows), (6, 10, 16, 24, 34, 50)))
    ask |= {f"{a}+{b}" for a in steps for b in steps if a < b}
    ask |= set(_ask_shape(parsed, [s for s, _ in ask_rows]))
    ask |= {f"two:{f}" for f in _repeated(ask_rows)}
    body = {f"p:{h.pattern}" for h in found.hits} | {f"f:{h.pattern.split('.')[0]}" for h in found.hits}
    body |= {f"w:{w.fold}" for w in parsed.body.words if w.is_word and not w.capitalised}
    body |= {f"t:{t}" for w in parsed.body.words for t in w.tags}
    for label in ("personalization", "value_offer", "generic_phrases", "cta", "spammy", "buzzwords", "weak"):
        odds = strength(label)
        body |= {f"{label}>={step / 2}" for step in range(-6, 9) if odds >= step / 2}
    body |= set(_persons(parsed)) | {f"kind:{parsed.draft.kind}"}
    count = parsed.body.count()
    body.add(_buckets("words", count, (30, 60, 100, 150, 200)))
    return {"subject": frozenset(subject), "ask": frozenset(ask), "body": frozenset(body)}


def _ask_shape(parsed: ParsedDraft, sentences: Sequence[Sentence]) -> Iterable[str]:
    """How much the asks hold: orders, items listed, kinds of thing asked for, and other steps offered."""
    words = [w for s in sentences for w in parsed.words_of(s)]
    yield _buckets("ask-orders", sum(bool(w.tags & {"verb:imp", "verb:impu"}) for w in words), (1, 2, 3, 5))
    yield _buckets("ask-commas", sum(w.text == "," for w in words), (1, 2, 3, 5))
    yield _buckets("ask-questions", sum(s.is_question for s in sentences), (1, 2, 3))
    kinds = sorted({t for w in words for t in w.tags if t in _ASKED_FOR})
    yield _buckets("ask-kinds", len(kinds), (1, 2, 3, 4))
    for i, kind in enumerate(kinds):
        yield from (f"{kind}&{other}" for other in kinds[i + 1 :])
    for one, other in pairwise(sentences):
        first, second = ({t for w in parsed.words_of(s) for t in w.tags if t in _ASKED_FOR} for s in (one, other))
        if first and second and not first & second:
            yield "ask-changes"


def _repeated(rows: Sequence[tuple[Sentence, frozenset[str]]]) -> Iterable[str]:
    seen: set[str] = set()
    for _, features in rows:
        mine = {f for f in features if f.startswith("p:step")}
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
    yield _buckets("subject:words", len(words), (1, 2, 3, 5, 8))
    yield _buckets("subject:back", sum(w.fold in main for w in words), (1, 2, 3))
    if any(w.capitalised and w.fold in signed for w in words):
        yield "subject:sender"
    if recipient:
        known = " ".join((recipient.company, *recipient.facts, recipient.role)).lower()
        if any(len(w.fold) > 3 and w.text.lower() in known for w in words):
            yield "subject:fact"


def _persons(parsed: ParsedDraft) -> Iterable[str]:
    sender = reader = sender_first = 0
    for sentence in parsed.body.sentences:
        if sentence.paragraph >= parsed.signoff:
            continue
        words = parsed.words_of(sentence)
        speaks = [w for w in words if "sender" in w.tags or "verb:1" in w.tags]
        addresses = [w for w in words if "reader" in w.tags or w.tags & {"verb:2", "verb:vos"}]
        sender, reader = sender + len(speaks), reader + len(addresses)
        sender_first += bool(speaks) and not addresses
    yield _buckets("sender%", 100 * sender // max(1, sender + reader), (20, 40, 55, 70, 85))
    yield _buckets("reader", reader, (1, 2, 4, 7, 11))
    yield _buckets("sender-only", sender_first, (1, 2, 3, 5))
