"""The named numbers of a draft, each one short function; words, sentences and places come from the parsed draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from inmail_lint.document import Part, Place, Word
from inmail_lint.found import Found

_SHOUT_LETTERS = 4  # shorter words in capitals are as a rule acronyms
_COMMON_TAGS = frozenset({"verb", "function", "common", "x_urgency", "x_scarcity", "x_money_hype"})  # no acronym has them
_SHAPE_TAGS = frozenset({"cap", "upper", "num", "digit", "money"})  # what the form of a word says, whatever it means
_UNBROKEN = 120  # words a body may have without a break
# One emoji with its skin tone, variation and joined parts; ticks and stars serve as bullets and are none.
_ONE = "[\U0001F300-\U0001FAFF\u231A-\u23FF\u2600-\u2712\u2728-\u27BF\u2B50\u2B55]"
_EMOJI = re.compile(f"(?![\u2605\u2606\u2611\u2713\u2714])(?:{_ONE}[\ufe0f\U0001F3FB-\U0001F3FF]*(?:\u200d{_ONE}\ufe0f?)*"
                    "|[\U0001F1E6-\U0001F1FF]{2})")
_MAY_BE_EMOJI = re.compile(f"{_ONE[:-1]}\U0001F1E6-\U0001F1FF]")  # one set of characters is looked for much faster
_ROW = re.compile(r"[!¡]{3,}|‼[!‼]*|(?:❗️?){2,}")
_ROW_MARKS = ("!!", "¡¡", "!¡", "¡!", "‼", "❗")  # every row has one of them


class Measurement(NamedTuple):
    """A metric's value in a draft and the places it comes from."""

    value: float
    places: tuple[Place, ...] = ()


Metric = Callable[[Found], Measurement]
METRICS: dict[str, Metric] = {}


def metric(name: str) -> Callable[[Metric], Metric]:
    def register(function: Metric) -> Metric:
        METRICS[name] = function
        return function
    return register


class Measurements(dict[str, Measurement]):
    """The metrics of one draft, each measured when first asked for."""

    def __init__(self, found: Found) -> None:
        super().__init__()
        self._found = found

    def __missing__(self, name: str) -> Measurement:
        measured = self[name] = METRICS[name](self._found)
        return measured


def characters(text: str) -> int:
    """Characters as LinkedIn may count them: how it counts emoji is not documented, so the larger of code points and
    UTF-16 units is taken."""
    return max(len(text), len(text.encode("utf-16-le", "surrogatepass")) // 2)


def _whole(part: Part) -> tuple[Place, ...]:
    return (Place(part.name, 0, len(part.text)),) if part.text.strip() else ()


def _places(part: Part, words: Iterable[Word]) -> tuple[Place, ...]:
    return tuple(Place(part.name, w.start, w.end) for w in words)


@metric("subject.characters")
def subject_characters(found: Found) -> Measurement:
    """Characters of the subject, as LinkedIn counts them."""
    part = found.parsed.subject
    return Measurement(characters(part.text.strip()), _whole(part))


@metric("subject.words")
def subject_words(found: Found) -> Measurement:
    """Words of the subject."""
    return Measurement(found.parsed.subject.count(), _whole(found.parsed.subject))


@metric("subject.shouted")
def subject_shouted(found: Found) -> Measurement:
    """Words of four letters and more in capitals in the subject, if they are not lone acronyms."""
    return _shouted(found.parsed.subject)


@metric("subject.emoji")
def subject_emoji(found: Found) -> Measurement:
    """Emoji in the subject."""
    return _emoji(found.parsed.subject)


@metric("body.characters")
def body_characters(found: Found) -> Measurement:
    """Characters of the body, as LinkedIn counts them."""
    return Measurement(characters(found.parsed.body.text.strip()))


@metric("body.words")
def body_words(found: Found) -> Measurement:
    """Words of the body; an address or a placeholder is one word."""
    return Measurement(found.parsed.body.count())


@metric("body.sentences")
def body_sentences(found: Found) -> Measurement:
    """Sentences of the body, greeting and sign-off lines included."""
    return Measurement(len(found.parsed.body.sentences))


@metric("body.paragraphs")
def body_paragraphs(found: Found) -> Measurement:
    """Blocks of the body as the eye sees them."""
    return Measurement(len(found.parsed.body.paragraphs))


@metric("body.longest_paragraph")
def longest_paragraph(found: Found) -> Measurement:
    """Words of the body's longest paragraph."""
    body = found.parsed.body
    sizes = [(body.count(p.first, p.last), p) for p in body.paragraphs]
    if not sizes:
        return Measurement(0)
    size, longest = max(sizes, key=lambda s: s[0])
    return Measurement(size, (Place("body", longest.start, longest.end),))


@metric("body.unbroken")
def unbroken(found: Found) -> Measurement:
    """Words of a body that is one single block; 0 if it has a break."""
    body = found.parsed.body
    count = body.count() if len(body.paragraphs) == 1 else 0
    return Measurement(count, _whole(body) if count else ())


@metric("body.wall")
def wall(found: Found) -> Measurement:
    """Words of the longest block; a body over 120 words without any break counts as a block of at least 120, since on
    a phone nothing in it gives the eye a hold (corpus/labelled/LABELS.md, `wall_of_text`)."""
    longest, whole = longest_paragraph(found), unbroken(found)
    return whole if whole.value > _UNBROKEN else longest


@metric("body.longest_sentence")
def longest_sentence(found: Found) -> Measurement:
    """Words of the body's longest sentence."""
    body = found.parsed.body
    sizes = [(body.count(s.first, s.last), s) for s in body.sentences]
    if not sizes:
        return Measurement(0)
    size, longest = max(sizes, key=lambda s: s[0])
    return Measurement(size, (Place("body", longest.start, longest.end),))


@metric("body.questions")
def questions(found: Found) -> Measurement:
    """Sentences of the body that are questions."""
    return Measurement(sum(s.is_question for s in found.parsed.body.sentences))


@metric("body.exclamations")
def exclamations(found: Found) -> Measurement:
    """Exclamation marks in the body (a row counts each mark)."""
    body = found.parsed.body
    count = body.text.count("!")
    marks = [w for w in body.words if w.text[0] == "!"] if count else []
    return Measurement(count, _places(body, marks))


@metric("body.exclamation_rows")
def exclamation_rows(found: Found) -> Measurement:
    """Rows of three and more exclamation marks in the body."""
    body = found.parsed.body
    if not any(mark in body.text for mark in _ROW_MARKS):
        return Measurement(0)
    places = tuple(Place("body", m.start(), m.end()) for m in _ROW.finditer(body.text))
    return Measurement(len(places), places)


@metric("body.shouted")
def body_shouted(found: Found) -> Measurement:
    """Words of four letters and more in capitals in the body, if they are not lone acronyms."""
    return _shouted(found.parsed.body)


@metric("body.emoji")
def body_emoji(found: Found) -> Measurement:
    """Emoji in the body."""
    return _emoji(found.parsed.body)


@metric("body.links")
def links(found: Found) -> Measurement:
    """Web addresses in the body before the sign-off."""
    parsed = found.parsed
    end = parsed.body.paragraphs[parsed.signoff].start if parsed.signoff < len(parsed.body.paragraphs) else 10**9
    urls = [w for w in parsed.body.words if "url" in w.tags and w.start < end] if "url" in parsed.body.tags else []
    return Measurement(*_counted(parsed.body, urls))


def _counted(part: Part, words: list[Word]) -> tuple[int, tuple[Place, ...]]:
    return len(words), _places(part, words)


def _emoji(part: Part) -> Measurement:
    if not _MAY_BE_EMOJI.search(part.text):
        return Measurement(0)
    places = tuple(Place(part.name, m.start(), m.end()) for m in _EMOJI.finditer(part.text))
    return Measurement(len(places), places)


def _shouted(part: Part) -> Measurement:
    """Ordinary words in capitals: long ones, urgent ones, and all that stand beside one. What no word list knows is
    taken for an acronym or a name, and a word before a colon for a label."""
    loud: list[Word] = []
    if "upper" not in part.tags:
        return Measurement(0)
    words = [w for w in part.words if w.is_word]
    for i, word in enumerate(words):
        if "upper" not in word.tags or "placeholder" in word.tags:
            continue
        beside = [n for n in words[max(0, i - 1) : i] + words[i + 1 : i + 2] if _is_ordinary_shout(n)]
        long = len(word.fold) >= _SHOUT_LETTERS
        if (beside and long) or (_is_ordinary_shout(word) and (beside or long or "x_urgency" in word.tags)):
            loud.append(word)
    labels = {w.start for w, after in zip(part.words, part.words[1:], strict=False) if after.text == ":"}
    loud = [w for w in loud if w.start not in labels]
    return Measurement(*_counted(part, loud))


def _is_ordinary_shout(word: Word) -> bool:
    if "upper" not in word.tags:
        return False
    known = word.tags - _SHAPE_TAGS
    return bool(known) and (len(word.fold) > _SHOUT_LETTERS or bool(known & _COMMON_TAGS))


@metric("greeting.present")
def greeting_present(found: Found) -> Measurement:
    """1 if the body begins with a greeting or the reader's name."""
    return Measurement(int(found.parsed.greeting is not None), found.parsed.scopes.get("body.greeting", ()))


@metric("greeting.names")
def greeting_names(found: Found) -> Measurement:
    """Words of the greeting that name somebody."""
    return Measurement(len(found.parsed.greeting.names) if found.parsed.greeting else 0)


@metric("personalization.count")
def personalization_count(found: Found) -> Measurement:
    """Places that show the sender looked at this reader."""
    marks = [m.place for m in found.marked("personalization")]
    return Measurement(len(marks), tuple(marks))


@metric("personalization.position")
def personalization_position(found: Found) -> Measurement:
    """Words of the body before the first such place, in percent of the body; 0 if there is none or it is in the subject."""
    marks = [m.place for m in found.marked("personalization")]
    body = found.parsed.body
    total = body.count()
    if not marks or marks[0].part == "subject" or not total:
        return Measurement(0)
    before = sum(1 for w in body.real_words() if w.start < marks[0].start)
    return Measurement(round(100 * before / total), (marks[0],))


@metric("value.count")
def value_count(found: Found) -> Measurement:
    """Places that offer the reader something of use."""
    marks = [m.place for m in found.marked("value_offer")]
    return Measurement(len(marks), tuple(marks))
