"""Who is greeted, and where the message proper begins and ends."""

from __future__ import annotations

from collections.abc import Sequence

from inmail_lint.document import WRITTEN, Greeting, ParsedDraft, Part, Word
from inmail_lint.language import LanguagePack
from inmail_lint.patterns import Patterns

PEOPLE = frozenset({"x_people", "x_family", "x_role", "t_person"})  # what a word is that says who somebody is, and is no name
_STOPS = frozenset(",:;.!?—–-…\n")
_LONGEST_NAME = 4
_LONGEST_GREETING = 12  # words
_LONGEST_SIGNATURE_LINE = 8  # words


def find_greeting(body: Part, pack: LanguagePack, patterns: Patterns) -> Greeting | None:
    """The greeting at the head of the body: a greeting phrase with or without a name, or a bare vocative."""
    if not body.sentences:
        return None
    words = body.words
    begin = 0
    while begin < len(words) and not words[begin].is_word:
        begin += 1
    if begin == len(words):
        return None
    head = body.paragraphs[0]
    end = min(head.last, begin + 14)
    phrase_end = patterns.greeting_end(pack, words[begin:end])
    if phrase_end:
        return _after_phrase(words, begin, begin + phrase_end, head.last, pack)
    if own := _line_to(words, begin, head.last, pack):
        return own
    names, after = _name_run(words, begin, head.last, pack, strict=not pack.is_title(words[begin].fold))
    ends = after >= head.last or words[after].text[0] in ",:—–-!"
    alone = after + 1 >= head.last and any(words[i].fold in pack.given_names for i in names)  # «Pete.», on a line of its own
    if names and (ends or alone) and len(names) <= 3 and not _is_told_of(words[after : head.last]):
        return Greeting(begin, after, tuple(names), phrase=False)
    return None


def _line_to(words: tuple[Word, ...], begin: int, end: int, pack: LanguagePack) -> Greeting | None:
    """A first line that greets in words of no known language: «Wotcha Eng. Yousef,» ends with a given name and a comma, and
    nothing in it is said of anybody."""
    last = end - 1
    if not 1 < last - begin <= _LONGEST_NAME or words[last].text not in (",", "!", ":"):
        return None
    unsaid = all(w.text == "." or w.tags <= WRITTEN or pack.is_title(w.fold) for w in words[begin : last - 1])
    name = words[last - 1]
    named = name.capitalised and name.fold in pack.given_names and words[begin].fold not in pack.given_names
    return Greeting(begin, last, (last - 1,), phrase=True) if unsaid and named else None


def _is_told_of(words: Sequence[Word]) -> bool:
    """Whether a comma and what follows a bare name say who that is: «Quique, el de la quesería, …», "Jo, who runs your bar, …",
    and not "Sam, who runs your bar?"."""
    rest = words[1:]
    if len(rest) < 2 or words[0].text != ",":
        return False
    whose = "possessive" in rest[0].tags and "reader" not in rest[0].tags and bool(rest[1].tags & PEOPLE)
    end = next((w.text[0] for w in rest if w.text[0] in ".!?"), "")
    return is_which(rest) or whose or ("fct_who" in rest[0].tags and end != "?")


def is_which(rest: Sequence[Word]) -> bool:
    """Whether words begin by telling somebody from others: «la de calidad», «el que decide»."""
    return len(rest) > 1 and "definite" in rest[0].tags and bool(rest[1].tags & {"fct_of", "relative"})


def _after_phrase(words: tuple[Word, ...], begin: int, phrase_end: int, end: int, pack: LanguagePack) -> Greeting:
    at = phrase_end
    while at < end and words[at].text[0] in ",!¡" and at - begin < 6:
        at += 1
    names, after = _name_run(words, at, end, pack, strict=any(w.text[0] == "!" for w in words[phrase_end:at]))
    last = after
    if not names:
        last = phrase_end
        while last < end and last - begin < _LONGEST_GREETING and words[last].text[0] not in _STOPS:
            last += 1
        if last - begin >= _LONGEST_GREETING:
            last = phrase_end
    return Greeting(begin, last, tuple(names), phrase=True)


def _name_run(words: tuple[Word, ...], at: int, end: int, pack: LanguagePack, *, strict: bool
              ) -> tuple[list[int], int]:
    """Numbers of the words that look like a name from `at` on (what may stand before one skipped), and the word after them."""
    names: list[int] = []
    start = at
    while at < end and at - start < _LONGEST_NAME + 2:
        word = words[at]
        titled = at > start and not names
        if not names and word.fold in ("the", "el", "la"):
            break
        if not names and _leads_to_name(words, at, end, pack, titled=titled):
            at += 1
            continue
        if pack.is_title(word.fold) or (word.text == "." and at > start and pack.is_title(words[at - 1].fold)):
            at += 1
            continue
        if not _can_be_name(word, pack, strict=strict, titled=titled, alone=_stops_after(words, at, end)):
            break
        names.append(at)
        at += 1
    if names and names[0] == start and _says_who(words[start : min(at + 1, end)], pack):
        return [], at
    return names[:_LONGEST_NAME], at


def _says_who(words: tuple[Word, ...], pack: LanguagePack) -> bool:
    """Whether words tell only what somebody is: «Dear Education Leader», «Enfermera:»."""
    known = all(w.fold not in pack.given_names and not w.tags <= WRITTEN for w in words if w.is_word)
    return known and any(not w.tags.isdisjoint(PEOPLE) for w in words)


def _leads_to_name(words: tuple[Word, ...], at: int, end: int, pack: LanguagePack, *, titled: bool) -> bool:
    """Whether a word that is no name may stand before one: «{{title}} Okonjo», «amigo Crisanto», «Mr and Mrs Cho»."""
    word = words[at]
    if at + 1 >= end or not (following := words[at + 1]).capitalised:
        return False
    if titled and "name_joint" in word.tags:
        return True
    if "placeholder" in word.tags:
        return not following.tags - WRITTEN and "placeholder" not in following.tags
    who = not word.tags.isdisjoint(PEOPLE) and word.fold not in pack.given_names
    return who and following.fold in pack.given_names


def _stops_after(words: tuple[Word, ...], at: int, end: int) -> bool:
    return at + 1 >= end or words[at + 1].text[0] in _STOPS


def _can_be_name(word: Word, pack: LanguagePack, *, strict: bool, titled: bool, alone: bool) -> bool:
    if not word.is_word or "placeholder" in word.tags or not word.text.replace("'", "").replace("-", "").isalpha():
        return False
    if word.fold in pack.not_names or (len(word.fold) < 2 and not word.capitalised):
        return False
    if word.fold in pack.given_names and (alone or word.tags <= WRITTEN):
        return True  # «alright paul hope you are well»
    common = word.fold in pack.function_words or "verb" in word.tags
    if word.capitalised:
        return not (common and strict) and word.fold not in pack.function_words
    return titled and not strict and alone and not common and not word.tags  # «estimado sr gutierrez»


def find_signoff(body: Part, pack: LanguagePack, patterns: Patterns) -> int:
    """Number of the first paragraph of the sign-off: closing formula, signature, contact lines, postscript."""
    paragraphs = body.paragraphs
    number = len(paragraphs)
    while number > 1 and _is_signoff_line(body, number - 1, pack, patterns):
        number -= 1
    return number


def _is_signoff_line(body: Part, number: int, pack: LanguagePack, patterns: Patterns) -> bool:
    paragraph = body.paragraphs[number]
    words = body.words[paragraph.first : paragraph.last]
    real = [w for w in words if w.is_word]
    if not real:
        return True
    if _begins_postscript(words, pack):
        return True
    if paragraph.is_item or any(w.text[0] == "?" for w in words):
        return False
    if len(real) <= _LONGEST_SIGNATURE_LINE + 2 and patterns.signoff_end(pack, words):
        return True
    if all("url" in w.tags or "email" in w.tags or "digit" in w.tags or "placeholder" in w.tags for w in real):
        return len(real) <= 5
    return len(real) <= _LONGEST_SIGNATURE_LINE and _looks_signed(words, real, pack)


def _begins_postscript(words: tuple[Word, ...], pack: LanguagePack) -> bool:
    first = next((w for w in words if w.is_word), None)
    head = "".join(w.text for w in words[:4]).lower()
    return first is not None and (first.fold in pack.postscripts or head.startswith(tuple(p.lower() for p in pack.postscripts)))


def postscript(parsed: ParsedDraft) -> int:
    """Number of the first paragraph of the sign-off that is a postscript (number of paragraphs if there is none)."""
    body, pack = parsed.body, parsed.pack
    rest = range(parsed.signoff, len(body.paragraphs)) if pack else ()
    return next((i for i in rest if pack and _begins_postscript(
        body.words[body.paragraphs[i].first : body.paragraphs[i].last], pack)), len(body.paragraphs))


def _looks_signed(words: tuple[Word, ...], real: list[Word], pack: LanguagePack) -> bool:
    """A line of names, titles and firms: mostly capitals, no sentence in it."""
    if words[-1].text[-1] in "?!:" or (words[-1].text == "." and len(real) > 3):
        return False
    content = [w for w in real if w.fold not in pack.function_words]
    capitals = sum(w.capitalised or "digit" in w.tags for w in content)
    return (bool(content) and capitals * 2 > len(content) and real[0].capitalised) or len(real) == 1
