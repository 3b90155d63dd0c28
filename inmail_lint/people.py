"""Whether the message calls its reader by somebody else's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from inmail_lint.document import ParsedDraft, Place, Sentence, Word
from inmail_lint.folding import fold, words_of
from inmail_lint.found import Found
from inmail_lint.rulebook import Rulebook

_TO_READER = frozenset({"reader", "verb:2", "verb:vos", "verb:imp", "verb:impu"})
_OF_THE_NAMED = frozenset({"definite", "possessive", "relative", "name_joint"})  # such a word goes on about a third person
_PLAIN = frozenset({"function", "linker", "verb"})
_SIGNATURE = 3  # words; «Matías, soporte» signs and calls nobody
_SHORTEST_NAME = 2  # letters; one is an initial
_HEARD = 200  # words after a name; the longest sentence anybody wrote has fewer
_HEAD = 8  # words at the head of the body among which the reader's name may stand
_SHORTEST_STEM = 3  # letters two forms of a name must share: Dani and Daniel, Alex and Alejandra
_DIMINUTIVE = re.compile(r"(?:c?it[oa]|ill[oa]|in|ete|uch[oa]|ie|y|i)$")
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1$")  # Manny, Danny, Bobby


def same_person(name: str, known: str, names: Mapping[str, frozenset[str]]) -> bool:
    """Whether two folded names can be one person's: equal, listed as forms of each other, or short and long form."""
    if name == known or known in names.get(name, ()):
        return True
    if name in names and known in names:
        return False  # two listed names that are not forms of each other: Lucía and Luciana
    short, long = sorted((name, known), key=len)
    if len(short) >= _SHORTEST_STEM and long.startswith(short):
        return True
    stems = [_DOUBLED.sub(r"\1", _DIMINUTIVE.sub("", n)) for n in (name, known)]
    short, long = sorted(stems, key=len)
    return len(short) >= _SHORTEST_STEM and long.startswith(short) and (stems[0] != name or stems[1] != known)


def other_names(found: Found, book: Rulebook) -> Iterator[Place]:
    """Names that the message calls its reader by and that are not the recipient's."""
    parsed = found.parsed
    recipient = parsed.draft.recipient
    if recipient is None or not recipient.first_name or parsed.pack is None:
        return
    own = [*words_of(recipient.first_name), *words_of(recipient.last_name)]
    known = own + [fold(t) for fact in recipient.facts for t in fact.split()[1:] if t[:1].isupper()]  # "goes by Craig"
    ordinary = parsed.pack.lexicon.tags

    def is_other(name: str) -> bool:
        return len(name) >= _SHORTEST_NAME and not any(same_person(name, k, book.names) for k in known)

    greeted = _greeted(parsed)
    spoken = [t for w in greeted for t in words_of(w.text)]
    named = [t for t in spoken if t in book.names or not ordinary(t)]  # «Dear Producer», «señor Decano» name nobody
    if named and all(is_other(t) for t in spoken):
        company = set(words_of(recipient.company))
        head = {t for w in parsed.body.words[: _HEAD] if w.capitalised for t in words_of(w.text)} - company
        right = any(t in own or (t in book.names and not is_other(t)) for t in head)  # «Quihubo, Hernando»: it stands beside
        if not right and not any(w.fold in company for w in greeted):
            yield Place("body", greeted[0].start, greeted[-1].end)
    for part in parsed.parts:
        for sentence in part.sentences:
            for address in _vocatives(parsed, part.words[sentence.first : sentence.last], sentence):
                called = address.words
                if all(is_other(w.fold) and (address.titled or w.fold in book.names) for w in called):
                    yield Place(part.name, called[0].start, called[-1].end)


def _greeted(parsed: ParsedDraft) -> list[Word]:
    return [parsed.body.words[i] for i in parsed.greeting.names] if parsed.greeting else []


class _Address(NamedTuple):
    """Words that call somebody, and whether a title stands before them."""

    words: Sequence[Word]
    titled: bool


def _vocatives(parsed: ParsedDraft, words: Sequence[Word], sentence: Sentence) -> Iterable[_Address]:
    """Names set off as an address: `…, Kevin?`, `A ti, Javier, que …`, `Beatriz, si quiere, …`, `Ms. Van Wyk, I …`."""
    if parsed.pack is None or (sentence.part == "body" and sentence.paragraph >= parsed.signoff):
        return
    titles = parsed.pack.titles
    for i, word in enumerate(words):
        if not word.capitalised or not word.is_word or word.fold.rstrip(".") in titles:
            continue
        titled = i > 0 and words[i - 1].fold.rstrip(".") in titles
        end = i + 1
        while titled and end < len(words) and words[end].capitalised:
            end += 1
        head = i - titled  # where the address begins
        before = words[head - 1].text[0] if head else ""
        after = words[end].text[0] if end < len(words) else "."
        rest = words[end + 1 : end + 1 + _HEARD]
        if before == "" and after in ",:":
            if sentence.part == "subject" or _speaks_on(rest):
                yield _Address(words[i:end], titled)
        elif before == "," and not (head > 1 and words[head - 2].capitalised and not words[head - 2].tags & _PLAIN):
            told = _apposition(words[max(0, head - 1 - _SIGNATURE) : head - 1], rest)  # «su esposa, doña Teresa.»
            ends = after in "?!" or (after == "." and sentence.part == "body")  # a subject may end with a town: «…, Esperanza»
            if (ends and not (titled and told)) or (after == "," and not told):
                yield _Address(words[i:end], titled)


def _speaks_on(rest: Sequence[Word]) -> bool:
    """Whether what follows a name and its comma speaks to the reader, and does not tell of the one named."""
    if len(rest) < _SIGNATURE or rest[0].tags & _OF_THE_NAMED:
        return False
    told = rest[0].capitalised and not rest[0].tags & {"sender", "reader"}
    return not told and any(w.tags & _TO_READER for w in rest)


def _apposition(before: Sequence[Word], rest: Sequence[Word]) -> bool:
    """`my colleague, Pam, …`, `the buyer, Pam, who …`: the name of somebody told of, not spoken to."""
    if not before or before[-1].tags & _TO_READER:
        return not before
    tells = any(w.tags & {"definite", "possessive"} for w in before[-3:])
    return tells or bool(rest and rest[0].tags & _OF_THE_NAMED)
