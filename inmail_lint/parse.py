"""Draft → ParsedDraft: the one place where words, sentences, greetings and sign-offs are told apart."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from sys import intern

from inmail_lint.detection import detect
from inmail_lint.document import (
    Expression,
    Paragraph,
    ParsedDraft,
    Part,
    Place,
    Sentence,
    Word,
)
from inmail_lint.draft import Draft
from inmail_lint.folding import Reading, fold, legible
from inmail_lint.greeting import find_greeting, find_signoff
from inmail_lint.language import LanguagePack, Lexicon, WordForm, form_numbers
from inmail_lint.patterns import Patterns
from inmail_lint.sentences import paragraphs, sentences
from inmail_lint.syllables import count_syllables
from inmail_lint.tokens import addresses, apart, tokenize

_KEPT_FORMS = 50_000  # tokens whose form is remembered
_new: Callable[[type[Word], tuple[object, ...]], Word] = tuple.__new__  # half the time of a named tuple's own way
_PUNCT = frozenset({"punct"})
_EMOJI = re.compile("[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50\u2B55\U0001F1E6-\U0001F1FF]")
_NUMBER = re.compile(r"^[+~≈-]?\d[\d.,/:]*(?:[kKmM]|st|nd|rd|th|h|º|ª)?$")
_MONEY = re.compile(r"^[$€£¥]|[$€£¥]$|^(?:USD|EUR|GBP|MXN|ARS|CLP|COP|PEN|US\$)$")


def _shape(text: str, kind: str) -> frozenset[str]:
    """Tags that the form of a token gives, whatever the language."""
    if kind:
        return frozenset({kind})
    if any(c.isalnum() for c in text):
        tags = set()
        if _NUMBER.match(text):
            tags.add("num")
        if any(c.isdigit() for c in text):
            tags.add("digit")
        if text[0].isupper():
            tags.add("cap")
        if len(text) > 1 and text.isupper() and text.isalpha():
            tags.add("upper")
        if _MONEY.search(text):
            tags.add("money")
        return frozenset(tags)
    if _EMOJI.search(text):
        return frozenset({"punct", "emoji"})
    if _MONEY.search(text):
        return frozenset({"money"})
    if text == "%":
        return frozenset({"percent"})
    return _PUNCT


def parse(draft: Draft, packs: Mapping[str, LanguagePack], patterns: Patterns) -> ParsedDraft:
    """Read a draft once. The language is the declared one, else the text's, else None."""
    code = draft.language or detect(legible(f"{draft.body}\n{draft.subject}"), packs.values())
    pack = packs.get(code or "")
    expressions: list[Expression] = []
    parts = [_part(name, draft.text(name), pack, patterns, expressions) for name in ("subject", "body")]
    subject, body = parts
    greeting = find_greeting(body, pack, patterns) if pack and pack.judged else None
    signoff = find_signoff(body, pack, patterns) if pack and pack.judged else len(body.paragraphs)
    parsed = ParsedDraft(draft, code, pack, subject, body, greeting, signoff, tuple(expressions))
    return ParsedDraft(draft, code, pack, subject, body, greeting, signoff, tuple(expressions), _scopes(parsed))


def _part(name: str, text: str, pack: LanguagePack | None, patterns: Patterns, found: list[Expression]) -> Part:
    reading = Reading.of(text)
    protect = addresses(reading.text)
    for pattern, start, end in patterns.expressions(reading.text, name):
        found.append(Expression(pattern, Place(name, reading.start(start), reading.end(end))))
        if patterns[pattern].protects:
            protect.insert(0, (start, end, "placeholder"))
    words, starts = _words(reading, pack, protect)
    blocks = paragraphs(reading.text)
    all_sentences: list[Sentence] = []
    all_paragraphs: list[Paragraph] = []
    abbreviations = pack.abbreviations if pack else frozenset[str]()
    ranges = apart((s, e) for s, e, _ in protect)
    for number, block in enumerate(blocks):
        first, last = bisect_left(starts, block.start), bisect_left(starts, block.end)
        all_paragraphs.append(Paragraph(reading.start(block.start), reading.end(block.end), first, last, block.is_item))
        for start, end in sentences(reading.text, block, abbreviations, ranges):
            a, b = bisect_left(starts, start), bisect_left(starts, end)
            if a < b:
                asks = any(w.text[0] == "?" for w in words[max(a, b - 3) : b])
                all_sentences.append(Sentence(name, a, b, reading.start(start), reading.end(end), number, asks))
    counted = tuple(accumulate([w.is_word for w in words], initial=0))
    tags = frozenset[str]().union(*{w.tags for w in words})
    return Part(name, text, reading, tuple(words), tuple(all_sentences), tuple(all_paragraphs), counted, tags)


def _words(reading: Reading, pack: LanguagePack | None, protect: Sequence[tuple[int, int, str]]
           ) -> tuple[list[Word], list[int]]:
    tokens = tokenize(reading.text, pack.spacy if pack else "xx", protect)
    lexicon = pack.lexicon if pack and pack.judged else None
    forms = lexicon.forms if lexicon else {}
    words: list[Word] = []
    as_written = reading.starts is None
    for text, start, end, kind in tokens:
        known = (text, kind) if kind else text
        form = forms.get(known)
        if form is None:
            form = forms[known] = _form(text, kind, pack, lexicon)
        if not as_written:
            start, end = reading.start(start), reading.end(end)
        words.append(_new(Word, (text, start, end, *form)))
    if len(forms) > _KEPT_FORMS:
        forms.clear()
    return words, [start for _, start, _, _ in tokens]


def _form(text: str, kind: str, pack: LanguagePack | None, lexicon: Lexicon | None) -> WordForm:
    """What a token's text and kind alone tell of it."""
    tags = _shape(text, kind)
    if lexicon is not None and not kind and "punct" not in tags:
        tags |= lexicon.tags(text)
    is_word = "punct" not in tags
    is_read = pack is not None and pack.readability is not None and is_word and text[0].isalpha() and "url" not in tags
    syllables = count_syllables(text.lower(), pack.code) if pack and is_read else 0
    return intern(fold(text)), tags, is_word, text[0].isupper(), syllables, next(form_numbers)


def _scopes(parsed: ParsedDraft) -> dict[str, tuple[Place, ...]]:
    """Where rules may look: greeting, opening (two sentences), closing (last paragraph), sign-off, main (the rest)."""
    subject, body = parsed.subject, parsed.body
    scopes: dict[str, tuple[Place, ...]] = {"subject": (Place("subject", 0, len(subject.text) + 1),),
                                            "body": (Place("body", 0, len(body.text) + 1),)}
    scopes["message"] = scopes["subject"] + scopes["body"]
    if parsed.pack is None or not body.words:
        return scopes
    greeting_end = 0
    if parsed.greeting:
        first, last = body.words[parsed.greeting.first], body.words[parsed.greeting.last - 1]
        scopes["body.greeting"] = (Place("body", first.start, last.end),)
        greeting_end = last.end
    tail = body.paragraphs[parsed.signoff].start if parsed.signoff < len(body.paragraphs) else len(body.text) + 1
    if parsed.signoff < len(body.paragraphs):
        scopes["body.signoff"] = (Place("body", tail, len(body.text) + 1),)
    scopes["body.main"] = (Place("body", greeting_end, tail),)
    main = [s for s in body.sentences if s.end > greeting_end and s.start < tail]
    if main:
        opening = main[:2]
        scopes["body.opening"] = (Place("body", max(opening[0].start, greeting_end), opening[-1].end),)
        scopes["body.closing"] = (Place("body", _closing(body, parsed.signoff, greeting_end), tail),)
    return scopes


def _closing(body: Part, signoff: int, greeting_end: int) -> int:
    """Where the last paragraph before the sign-off begins; a list or a very short line takes the one before along."""
    number = max(0, signoff - 1)
    while number > 0:
        paragraph = body.paragraphs[number]
        words = body.count(paragraph.first, paragraph.last)
        if words > 6 and not paragraph.is_item:
            break
        if body.paragraphs[number - 1].end <= greeting_end:
            break
        number -= 1
    return max(body.paragraphs[number].start, greeting_end)
