"""The opening ¿ and ¡ that a Spanish sentence lacks, where it is certain where they stand.

A question may begin in the middle of its sentence (`Si te va bien, ¿hablamos?`), so a mark is put only before a sentence
that is one clause or begins with a question word. What is not certain is left to the writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from inmail_lint.document import Sentence, Word
from inmail_lint.mending.edit import SPANISH, Edit, Ground

_OPENING = {"?": "¿", "!": "¡"}
_ASKING = re.compile(r"(?:qué|cómo|cuándo|dónde|adónde|cuál(?:es)?|quién(?:es)?|cuánt[oa]s?)", re.IGNORECASE)
_CLOSE = re.compile(r"(\?|(?<!!)!+)\s*(?:[\U0001F300-\U0001FAFF\u2600-\u27BF\ufe0f]\s*)*$")
_INNER = re.compile(r"[,;:()«»\"“”…—–.¿¡?!\[\]*]|\s-\s")
_FINITE = frozenset({"verb:1", "verb:2", "verb:3", "verb:vos", "verb:1or3"})
_CLITICS = frozenset({"me", "te", "se", "nos", "os", "le", "les", "lo", "la", "los", "las"})
_NEAR = 2000  # characters looked back; no message LinkedIn takes has a paragraph as long
_LEADING = frozenset({"y", "o", "no"})  # may stand before a question's verb and belong to it
_FORMULA = frozenset({"hola", "gracias", "buenas", "buenos", "perdona", "perdone", "disculpa", "disculpe", "oye", "oiga",
                      "mira", "mire", "dime", "digame"})  # what follows one of these may be the question
_SHAPES = frozenset({"cap", "upper", "num", "digit", "money"})
_SHORT = 8  # words of a sentence without a verb that is surely one phrase


def missing_openers(ground: Ground) -> Iterator[Edit]:
    """One mark before each sentence that closes a question or exclamation never opened."""
    if ground.language != SPANISH:
        return
    for sentence in ground.part.sentences:
        mark = _wanted(ground, sentence)
        if mark:
            yield Edit(ground.part.name, sentence.start, sentence.start, mark, "opening-mark")


def _wanted(ground: Ground, sentence: Sentence) -> str:
    """The opening mark that a sentence lacks for certain, else an empty text."""
    text = ground.text[sentence.start : sentence.end]
    close = _CLOSE.search(text)
    if close is None or not text[0].isalpha() or not _begins(ground.text, sentence.start) or _is_open(ground, sentence):
        return ""
    inner = text[: close.start()]
    words = [w for w in ground.part.words[sentence.first : sentence.last] if w.is_word]
    if not words or not ground.is_open(sentence.start, sentence.end):
        return ""
    mark = close.group(1)[0]
    greeting = _greeting(ground, sentence)
    if greeting is not None:
        return _OPENING[mark] if mark == "!" and "?" not in inner and greeting >= words[-1].end else ""
    return _OPENING[mark] if _certain(inner, words, mark) else ""


def _certain(inner: str, words: Sequence[Word], mark: str) -> bool:
    first = _INNER.search(inner)
    after = [w for w in words if first and w.start - words[0].start >= first.start()]
    asks = _asks(words)
    if first and not (asks and mark == "?" and inner[first.start()] == "," and not any(_is_finite(w) for w in after)):
        return False
    if asks:
        return not _runs_on(words[: len(words) - len(after)])
    if words[0].fold in _FORMULA and len(words) > 1 and mark == "?":
        return False
    if not any(_is_finite(w) for w in words):
        spanish = any(w.tags - _SHAPES for w in words)  # «Let's talk?» in a Spanish draft is opened by nothing
        return spanish and len(words) <= _SHORT and words[0].fold not in ("si", "cuando", "como", "pero", "aunque")
    return _leads_with_verb(words) and not _runs_on(words)


def _asks(words: Sequence[Word]) -> bool:
    """Whether the sentence begins with a question word, with or without `y` and a preposition before it."""
    at = 0
    if words[0].fold in ("y", "o") and len(words) > 1:
        at = 1
    if "before_noun" in words[at].tags and at + 1 < len(words):
        at += 1
    return bool(_ASKING.fullmatch(words[at].text))


def _leads_with_verb(words: Sequence[Word]) -> bool:
    at = 0
    while at < len(words) - 1 and (words[at].fold in _LEADING or words[at].fold in _CLITICS):
        at += 1
    return _is_finite(words[at])


def _runs_on(words: Sequence[Word]) -> bool:
    """Whether a second verb follows that no `que`, `si`, preposition or article leads to: perhaps a second clause."""
    seen = False
    for i, word in enumerate(words):
        if not _is_finite(word):
            continue
        before = i - 1
        while before >= 0 and (words[before].fold in _CLITICS or words[before].fold == "no"):
            before -= 1
        led = before >= 0 and "function" in words[before].tags and not _is_finite(words[before])
        article = i > 0 and "definite" in words[i - 1].tags
        if seen and not led and not article:
            return True
        seen = True
    return False


def _is_finite(word: Word) -> bool:
    return bool(word.tags & _FINITE)


def _begins(text: str, start: int) -> bool:
    """Whether a sentence surely begins here: after a blank line, or after a mark that closes one."""
    before = text[max(0, start - _NEAR) : start].rstrip(" \u00a0")
    if not before:
        return True
    if before.endswith("\n"):
        above = before.rstrip()
        return not above or before[len(above) :].count("\n") > 1 or above[-1] in ".!?…"
    return before[-1] in "!?" or (before[-1] == "." and text[start].isupper() and not before.endswith(".."))


def _is_open(ground: Ground, sentence: Sentence) -> bool:
    """Whether the sentence, or one before it in its paragraph, has an opening mark that closes here."""
    begin = ground.part.paragraphs[sentence.paragraph].start
    text = ground.text
    own = text[sentence.start : sentence.end]
    before = text[max(begin, sentence.start - _NEAR) : sentence.start]
    asked = "¿" in before and before.count("¿") > before.count("?")
    return "¿" in own or "¡" in own or asked or ("¡" in before and before.count("¡") > len(re.findall("!+", before)))


def _greeting(ground: Ground, sentence: Sentence) -> int | None:
    """Where the greeting ends if it stands in this sentence."""
    greeting = ground.found.parsed.greeting
    if ground.part.name != "body" or greeting is None:
        return None
    words = ground.part.words
    start, end = words[greeting.first].start, words[greeting.last - 1].end
    return end if start < sentence.end and sentence.start < end else None
