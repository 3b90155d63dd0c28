"""Whether the message calls its reader by somebody else's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from inmail_lint.document import ParsedDraft, Place, Sentence, Word
from inmail_lint.firm_names import PLACES, is_kind
from inmail_lint.folding import fold, words_of
from inmail_lint.found import Found
from inmail_lint.greeting import PEOPLE, postscript
from inmail_lint.rulebook import Rulebook

_NONE: frozenset[str] = frozenset()
_OPENS = frozenset({"linker", "fct_dear"})  # what may stand before a name at the head: "So Travis, …", "P.S. Dear Nigel, …"
_TO_READER = frozenset({"reader", "verb:2", "verb:vos", "verb:imp", "verb:impu"})
_OF_THE_NAMED = frozenset({"definite", "possessive", "relative", "name_joint", "fct_of"})  # such a word tells of a third person
_PLAIN = frozenset({"function", "linker", "verb"})
_THANKS = frozenset({"x_thanks", "fct_congrats"})
_OPENING = 3  # words at the head of a sentence among which thanks open it
_SIGNATURE = 3  # words; «Matías, soporte» signs and calls nobody
_SHORTEST_NAME = 2  # letters; one is an initial
_HEARD = 200  # words after a name; the longest sentence anybody wrote has fewer
_HEAD = 8  # words at the head of the body among which the reader's name may stand; words before a name that tell of it
_SHORTEST_STEM = 3  # letters two forms of a name must share: Dani and Daniel, Alex and Alejandra
_DIMINUTIVE = re.compile(r"(?:c?it[oa]|ill[oa]|in|ete|uch[oa]|ie|y|i)$")
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1$")  # Manny, Danny, Bobby


def same_person(name: str, known: str, names: Mapping[str, frozenset[str]]) -> bool:
    """Whether two folded names can be one person's: equal, listed as forms of each other, or short and long form."""
    if name == known or known in names.get(name, ()):
        return True
    if names.get(name) and names.get(known):
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
    own.append("".join(t[0] for t in words_of(recipient.first_name)))  # JP, of Jean-Philippe
    known = own + [fold(t) for fact in recipient.facts for t in fact.split()[1:] if t[:1].isupper()]  # "goes by Craig"
    ordinary = parsed.pack.lexicon.tags

    def is_other(name: str) -> bool:
        return len(name) >= _SHORTEST_NAME and not any(same_person(name, k, book.names) for k in known)

    def is_another(word: Word) -> bool:
        return all(is_other(t) for t in words_of(word.text) if len(t) >= _SHORTEST_NAME)  # "Mr O'Dowd"

    greeted = _greeted(parsed)  # «Dear Producer», «señor Decano» name nobody; «Lic. Paredes» does
    spoken = [t for w in greeted for t in words_of(w.text)]
    named = [t for t in spoken if t in book.names or not ordinary(t) or (_has_degree(parsed) and not ordinary(t) & PEOPLE)]
    if named and all(is_other(t) for t in spoken) and not _introduces_itself(parsed):
        company = set(words_of(recipient.company))
        head = {t for w in parsed.body.words[: _HEAD] if w.capitalised for t in words_of(w.text)} - company
        right = any(t in own or (t in book.names and not is_other(t)) for t in head)  # «Quihubo, Hernando»: it stands beside
        if not right and not any(w.fold in company or is_kind(w.tags) for w in greeted):  # «Hello Pennywell Motors»
            yield Place("body", greeted[0].start, greeted[-1].end)
    after = postscript(parsed)
    for part in parsed.parts:
        for sentence in part.sentences:
            signs = part.name == "body" and parsed.signoff <= sentence.paragraph < after
            for called, titled in vocatives(parsed, sentence, signs=signs):
                if all(is_another(w) and names_somebody(w, book.names, titled=titled) for w in called):
                    yield Place(part.name, called[0].start, called[-1].end)


def names_somebody(word: Word, names: Mapping[str, frozenset[str]], *, titled: bool) -> bool:
    """Whether a word set off as an address is a name: a known one, or one after a title that does not say who somebody is
    («señor inversor»)."""
    return word.fold in names or (titled and word.tags.isdisjoint(PEOPLE))


def _introduces_itself(parsed: ParsedDraft) -> bool:
    """«Rodrigo Sanhueza, refractarios.»: first and last name, bare, at the head of a message are the writer's."""
    greeting = parsed.greeting
    if greeting is None or greeting.phrase:
        return False
    return 1 < len(greeting.names) == greeting.last - greeting.first


def _greeted(parsed: ParsedDraft) -> list[Word]:
    return [parsed.body.words[i] for i in parsed.greeting.names] if parsed.greeting else []


def _has_degree(parsed: ParsedDraft) -> bool:
    """Whether the name greeted follows a title that goes with surnames alone, as «Lic.» does and «Estimada» does not."""
    at = parsed.greeting.names[0] - 1 if parsed.greeting and parsed.greeting.names else -1
    if at < 0 or parsed.pack is None:
        return False
    before = parsed.body.words[at - 1 if parsed.body.words[at].text == "." and at else at]
    return before.fold.rstrip(".") in parsed.pack.titles and "fct_dear" not in before.tags


class _Address(NamedTuple):
    """A name in a sentence, numbers of its first word and of the word after it, and whether a title stands before it."""

    first: int
    end: int
    titled: bool


def vocatives(parsed: ParsedDraft, sentence: Sentence, *, signs: bool) -> Iterable[tuple[Sequence[Word], bool]]:
    """Names set off as an address: `…, Kevin?`, `A ti, Javier, que …`, `Beatriz, si quiere, …`, `Ms. Van Wyk, I …`; with
    each, whether it has a title. In a sentence that `signs` a message somebody is only thanked."""
    in_body = sentence.part == "body"
    if parsed.pack is None:
        return
    words = parsed.words_of(sentence)
    mark = _mark(words, parsed.pack.postscripts)
    words = words[mark:]
    thanks = next((i for i, w in enumerate(words) if w.tags & _THANKS), len(words)) if in_body else len(words)
    last = in_body and sentence.last == len(parsed.body.words)
    for name in _names(words, parsed.pack.titles):
        head = name.first - name.titled
        before = words[head - 1].text[0] if head else ""
        after = words[name.end].text[0] if name.end < len(words) else "\n" if last else "."
        rest = words[name.end + 1 : name.end + 1 + _HEARD]
        called = words[name.first : name.end], name.titled
        thanked = thanks < head  # «Muchas gracias por su tiempo, doña Irma.», "Many thanks Helen, and …"
        if signs and not (thanked and len(words) < name.end + _HEAD):
            continue
        leads = words[head - 1].tags if head else _NONE
        if ("x_thanks" in leads and after in ",.!") or ("fct_frank" in leads and after == ","):
            yield called  # "Many thanks Helen, and …", "and honestly Mariam, I think …"
        elif head == 1 and name.titled and "fct_dear" in words[0].tags and in_body:
            yield called  # «Estimado Lic. Freddy mi sistema le …»
        elif before == "" or (head == 1 and words[0].tags & _OPENS and after == "," and in_body):
            if after in ",:" and (not in_body or _speaks_on(rest, signs=last) or (mark and not _tells_who(rest))):
                yield called
        elif thanks < _OPENING and thanks < head and after in ",.!\n" and not name.titled and _closes(words[thanks + 1 : head]):
            yield called  # "Thanks so much for your time Belinda, …"
        elif head == 1 and "fct_to" in words[0].tags and after == ":":
            yield called  # «Para Gonzalo: los plazos de tu padrón»
        elif before == "," and (thanked or not (head > 1 and words[head - 2].capitalised and not words[head - 2].tags & _PLAIN)):
            told = _apposition(words[max(0, head - 1 - _HEAD) : head - 1], rest)  # «su esposa, doña Teresa.»
            ends = after in "?!" or (after == "." and in_body)  # a subject may end with a town: «…, Esperanza»
            ends = ends and not _of_reader(words[: head - 1])
            speaks = in_body or any(w.tags & _TO_READER for w in rest)  # a subject may name a town: «Jefe de obra, Vic, 2026»
            if (ends and not (name.titled and told)) or (after in ",!." and thanked) or (after == "," and speaks and not told):
                yield called


def _closes(thanked: Sequence[Word]) -> bool:
    """Whether what somebody is thanked for is at an end, so that a name after it, without a comma, calls the reader: "… for
    your time", «… por todo», but not «… por presentarme a», "… for meeting", "… to your colleague"."""
    if not thanked or thanked[-1].tags & (PEOPLE | {"linker"}) or not thanked[-1].is_word or thanked[-1].capitalised:
        return False
    last = thanked[-1].tags
    if "function" in last:
        return "fct_closes" in last
    noun = len(thanked) > 1 and thanked[-2].tags & {"possessive", "definite"}
    return bool(noun) or "verb" not in last


def _tells_who(rest: Sequence[Word]) -> bool:
    """Whether what follows a name and its comma says who is meant: "the colleague who …"."""
    return not rest or any(w.tags & PEOPLE or "relative" in w.tags for w in rest[:_HEAD])


def _names(words: Sequence[Word], titles: frozenset[str]) -> Iterable[_Address]:
    """Capitalised words that may be a name; after a title all that stand together, without one no place and no kind of
    firm («…, Viña, …»)."""
    for i, word in enumerate(words):
        if not word.capitalised or not word.is_word or word.text.isupper() or word.fold.rstrip(".") in titles:
            continue
        titled = i > 0 and words[i - 1].fold.rstrip(".") in titles
        end = i + 1
        while titled and end < len(words) and words[end].capitalised:
            end += 1
        if titled or (PLACES.isdisjoint(word.tags) and not is_kind(word.tags)):
            yield _Address(i, end, titled)


def _mark(words: Sequence[Word], marks: Sequence[str]) -> int:
    """How many words at the head are the mark of a postscript and what belongs to it: «P. D.:»."""
    if not words or words[0].fold.rstrip(".") not in {m.rstrip(".") for m in marks}:
        return 0
    return next((i for i, w in enumerate(words) if i and w.is_word), len(words))


def _speaks_on(rest: Sequence[Word], *, signs: bool) -> bool:
    """Whether what follows a name and its comma speaks to the reader, and does not tell of the one named; the last words
    of a message may sign it («Dafna, on call that week»)."""
    if any("x_thanks" in w.tags for w in rest[:_SIGNATURE]):
        return True  # «Don Patricio, muchas gracias desde ya.»
    if len(rest) < _SIGNATURE or rest[0].tags & _OF_THE_NAMED:
        return False
    if signs and len(rest) < _HEAD and not any("reader" in w.tags for w in rest):
        return False
    told = rest[0].capitalised and not rest[0].tags & {"sender", "reader"}
    return not told and not _goes_on(rest) and any(w.tags & _TO_READER for w in rest)


def _goes_on(rest: Sequence[Word]) -> bool:
    """Whether the verb of the one named comes after more about them: "Fatima, second year, economics, has asked …"."""
    for word, then in pairwise(rest[:_HEARD]):
        if word.text == "," and "fct_aux" in then.tags:
            return True
        if word.tags & _TO_READER or word.tags & {"verb", "sender"} or "fct_aux" in word.tags:
            return False
    return False


def _apposition(before: Sequence[Word], rest: Sequence[Word]) -> bool:
    """`my colleague, Pam, …`, `the buyer, Pam, who …`: the name of somebody told of, not spoken to."""
    introduces = len(rest) > 1 and "fct_of" in rest[0].tags and "sender" in rest[1].tags  # «…, Ing. Robles, en mi carácter de …»
    which = len(rest) > 1 and "definite" in rest[0].tags and rest[1].tags & {"fct_of", "relative"}
    if not before or introduces or which or _is_mentioned(before):
        return True  # «…, Rebeca, la de calidad, …»
    if before[-1].tags & _TO_READER:
        return _of_reader(before)
    one_of = len(before) > 1 and "fct_a" in before[-2].tags and before[-1].tags & PEOPLE  # «un compañero, Dawid, ya …»
    near = before[-_SIGNATURE:]
    if one_of or any(_points(w, near[i + 1 : i + 2]) for i, w in enumerate(near)):
        return True
    if any("verb:3" in w.tags for w in rest[:2]) and any("definite" in w.tags for w in before):
        return True  # «el director de cobranza de allá, Memo, me dijo …»
    if not rest or not rest[0].tags & _OF_THE_NAMED or "verb:1" in before[-1].tags:  # «pienso, Beatriz, que …»
        asked = len(before) > 1 and "verb:imp" in before[-2].tags  # "tell me, Zainab, is …", but "that's me, Gary, …"
        return "sender" in before[-1].tags and not asked
    if len(before) == 1 and "sender" in rest[0].tags:
        return False  # "So, Brent, my question …"
    return not any(w.tags & _TO_READER for w in before)  # «como le comentaba, Patricia, la instalación …»


def _of_reader(before: Sequence[Word]) -> bool:
    """«es alumna tuya, Jimena»."""
    return len(before) > 1 and "reader" in before[-1].tags and bool(before[-2].tags & PEOPLE)


def _points(word: Word, then: Sequence[Word]) -> bool:
    """Whether a word is an article or a possessive, and no pronoun as in «se los llevo»."""
    return bool(word.tags & {"definite", "possessive"}) and not any("verb:1" in w.tags for w in then)


def _is_mentioned(before: Sequence[Word]) -> bool:
    """`the pilot you mention, Mr Laine`, «la persona que mencionas, don Luis»."""
    return (len(before) > 2 and "verb" in before[-1].tags and bool(before[-2].tags & {"reader", "relative"})
            and any("definite" in w.tags for w in before[-5:-2]))
