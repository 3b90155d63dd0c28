"""Names by which a sentence calls its reader: set off by commas, at the head, after thanks, in a postscript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from inmail_lint.document import ParsedDraft, Sentence, Word
from inmail_lint.firm_names import PLACES, is_kind
from inmail_lint.greeting import PEOPLE, is_which
from inmail_lint.language import LanguagePack

_NO_NAME = PLACES | {"function", "fct_frank", "calendar"}  # «…, Viña, …», «Sí, leíste bien», «Mirá, yo sé …», «Domingo, a las 8»
_OPENS = frozenset({"linker", "fct_dear"})  # what may stand before a name at the head: "So Travis, …", "P.S. Dear Nigel, …"
_TO_READER = frozenset({"reader", "verb:2", "verb:vos", "verb:imp", "verb:impu"})
_SPOKEN = _TO_READER | {"sender", "verb:1", "verb:1p"}  # "Here's where I come in, Brandon: our card …"
_OF_THE_NAMED = frozenset({"definite", "possessive", "relative", "name_joint", "fct_of"})  # such a word tells of a third person
_LONGEST_MARK = 4  # words: «P . D .»
_PLAIN = frozenset({"function", "linker", "verb", "calendar"})
_OF_OTHERS = frozenset({"verb:1", "verb:1p", "verb:2", "verb:2p", "verb:vos", "verb:imp"})  # what the one told of does not do
_QUOTES = frozenset("\"»”’'")
_MY = frozenset({"sender", "possessive"})
_YOUR = frozenset({"reader", "possessive"})
_THANKS = frozenset({"x_thanks", "fct_congrats"})
_OPENING = 3  # words at the head of a sentence among which thanks open it
_SIGNATURE = 3  # words; «Matías, soporte» signs and calls nobody
_NEAR = 5  # words before a name among which somebody told of is introduced: "their head of logistics, Mr Prosser"
_HEARD = 200  # words after a name; the longest sentence anybody wrote has fewer
_HEAD = 8  # words before and after a name that tell of it


class _Address(NamedTuple):
    """A name in a sentence, numbers of its first word and of the word after it, and whether a title stands before it."""

    first: int
    end: int
    titled: bool


def vocatives(parsed: ParsedDraft, sentence: Sentence, *, signs: bool) -> Iterator[tuple[Sequence[Word], bool]]:
    """Names set off as an address: `…, Kevin?`, `A ti, Javier, que …`, `Beatriz, si quiere, …`, `Ms. Van Wyk, I …`; with
    each, whether it has a title. In a sentence that `signs` a message somebody is only thanked."""
    if parsed.pack is None:
        return
    in_body = sentence.part == "body"
    words = parsed.words_of(sentence)
    mark = _mark(words, parsed.pack.postscripts)
    words = words[mark:]
    thanks = next((i for i, w in enumerate(words) if w.tags & _THANKS), len(words)) if in_body else len(words)
    setting = _Setting(words, in_body, signs, in_body and sentence.last == len(parsed.body.words),
                       mark > 0 or (in_body and _opens_postscript(parsed, sentence, parsed.pack.postscripts)), thanks)
    for name in _names(words, parsed.pack):
        if setting.calls(name):
            yield words[name.first : name.end], name.titled


@dataclass(frozen=True, slots=True)
class _Setting:
    """A sentence whose names may call the reader."""

    words: Sequence[Word]
    in_body: bool
    signs: bool
    last: bool  # of the body
    added: bool  # opens a postscript
    thanks: int  # number of its first word of thanks, or of its words

    def calls(self, name: _Address) -> bool:
        """Whether a name is set off as an address."""
        words, head = self.words, name.first - name.titled
        before = words[head - 1] if head else None
        after = words[name.end].text[0] if name.end < len(words) else "\n" if self.last else "."
        after = "." if after == ";" else after
        thanked = self.thanks < head  # «Muchas gracias por su tiempo, doña Irma.»
        called = (thanked and len(words) < name.end + 2 * _HEAD) or (name.titled and self._takes_leave(head))
        if (self.signs and not called) or self._is_signature(name, head):
            return False
        if before is None or (head == 1 and before.tags & _OPENS and after == "," and self.in_body):
            return after in ",:" and self._opens(words[name.end + 1 : name.end + 1 + _HEARD])
        dear = name.titled and "fct_dear" in before.tags and self.in_body  # «Estimado Lic. Freddy mi sistema le …»
        if head == 1 and (dear or ("fct_to" in before.tags and after == ":")):
            return True  # «Para Gonzalo: los plazos de tu padrón»
        if ("x_thanks" in before.tags and after in ",.!") or ("fct_frank" in before.tags and after == ","):
            return True  # "Many thanks Helen, and …", "and honestly Mariam, I think …"
        if before.text[0] == ",":
            return self._stands_between(name, head, after, thanked=thanked)
        if thanked and self.thanks >= head - 2 and any("fct_to" in w.tags for w in words[name.end : name.end + 1]):
            return True  # "thank you Maureen for even considering it"
        return thanked and self.thanks < _OPENING and after in ",.!\n" and _closes(words[self.thanks + 1 : head])

    def _takes_leave(self, head: int) -> bool:
        """Whether the words before a name take leave of the reader: «Quedo a su disposición, doña Amalia.», «Reciba un cordial
        saludo, señora Ruiz.»."""
        before = self.words[:head]
        return bool(before) and before[-1].text == "," and (
            any(w.tags >= _YOUR for w in before[-_SIGNATURE:]) or bool(before[0].tags & _TO_READER))

    def _is_signature(self, name: _Address, head: int) -> bool:
        """Whether a name closes a message or its farewell after a word or two: «Gracias, Dayana.», "Cheers, Dev"."""
        rest = self.words[name.end :]
        closes = len(rest) < 2 if self.last else self.signs and (not rest or rest[0].capitalised)
        return closes and not name.titled and 1 < head <= _SIGNATURE and self.words[head - 1].text == ","

    def _opens(self, rest: Sequence[Word]) -> bool:
        """Whether a name at the head, its comma and the rest speak to the one named: `Beatriz, si quiere, …`."""
        return not self.in_body or _speaks_on(rest, signs=self.last) or (self.added and not _tells_who(rest))

    def _stands_between(self, name: _Address, head: int, after: str, *, thanked: bool) -> bool:
        """Whether a name after a comma is an address, and no apposition or item of a list."""
        before, rest = self.words[: head - 1], self.words[name.end + 1 : name.end + 1 + _HEARD]
        listed = bool(before) and before[-1].capitalised and not before[-1].tags & _PLAIN
        quoted = bool(before) and before[-1].text in _QUOTES  # «"Recuperé once citas", Dr. Medrano»
        if thanked and after in ",!.":
            return not _of_somebody(before)  # "thanks to my aide, Jo, …"
        if quoted or (not thanked and (listed or (after == "," and _is_item(rest)))):
            return False
        told = _apposition(before[-_HEAD:], rest)  # «su esposa, doña Teresa.»
        if after in "?!" or (after == "." and self.in_body):  # a subject may end with a town: «…, Esperanza»
            return not (name.titled and told) and not _of_somebody(before)
        if after == ":":  # "here is my thought, Tobias: give us a month", but "a planner, Marcus: he starts in May"
            speaks = _speaks_at_once(rest) or (any(w.tags & _SPOKEN for w in before) and not _is_thing(before))
            return self.in_body and speaks and not any(w.tags & PEOPLE for w in before[-_NEAR:])
        if self.added and after == "," and not (_is_somebody(before) or _tells_who(rest[:_OPENING]) or _is_from(rest)):
            return True  # "PS No rush on this, Graham, the moulds are booked out till March anyway."
        speaks = self.in_body or any(w.tags & _TO_READER for w in rest)  # a subject may name a town: «Jefe de obra, Vic, 2026»
        return after == "," and speaks and not told


def _speaks_at_once(rest: Sequence[Word]) -> bool:
    """Whether the words after a name and its colon speak to the reader: "…, Tobias: give us a month", "…, Declan: would you"."""
    return any(w.tags & _TO_READER for w in rest[:_OPENING]) or any(w.text[0] == "?" for w in rest)


def _is_thing(before: Sequence[Word]) -> bool:
    """Whether a noun with its article or possessive ends the words before a name, which is then that noun's: "your chatbot"."""
    return any(w.tags & {"definite", "possessive", "fct_a"} for w in before[-3:-1])


def _is_from(rest: Sequence[Word]) -> bool:
    """Whether the words after a name say where its owner is from: «de la aduana», "from our desk"."""
    return len(rest) > 1 and "fct_of" in rest[0].tags and bool(rest[1].tags & {"definite", "possessive"})


def _is_somebody(before: Sequence[Word]) -> bool:
    """Whether the words before a name say who is meant: "the new depot lead", «mi hermano», "our man in Leeds"."""
    return any(w.tags & PEOPLE or "definite" in w.tags or w.tags >= _MY for w in before[-_NEAR:])


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
    """Whether what follows a name and its comma says who is meant: "the colleague who …", but not «el correo que figura»."""
    return not rest or is_which(rest) or any(w.tags & PEOPLE or "fct_who" in w.tags for w in rest[:_HEAD])


def _names(words: Sequence[Word], pack: LanguagePack) -> Iterable[_Address]:
    """Capitalised words that may be a name; after a title all that stand together, without one no place and no kind of firm."""
    for i, word in enumerate(words):
        if not word.capitalised or not word.is_word or word.text.isupper() or pack.is_title(word.fold):
            continue
        titled = i > 0 and pack.is_title(words[i - 1].fold)
        end = i + 1
        while titled and end < len(words) and words[end].capitalised:
            end += 1
        if titled or (_NO_NAME.isdisjoint(word.tags) and not is_kind(word.tags)):
            yield _Address(i, end, titled)


def _mark(words: Sequence[Word], marks: Sequence[str]) -> int:
    """How many words at the head are the mark of a postscript and what belongs to it: «P. D.:»."""
    plain, head = {m.replace(".", "") for m in marks}, ""
    for i, word in enumerate(words[:_LONGEST_MARK]):
        head += word.fold.replace(".", "")
        if head in plain:
            return next((j for j in range(i + 1, len(words)) if words[j].is_word), len(words))
    return 0


def _opens_postscript(parsed: ParsedDraft, sentence: Sentence, marks: Sequence[str]) -> bool:
    """Whether nothing but the mark of a postscript stands before a sentence in its paragraph."""
    before = parsed.body.words[parsed.body.paragraphs[sentence.paragraph].first : sentence.first]
    return 0 < len(before) == _mark(before, marks)


def _speaks_on(rest: Sequence[Word], *, signs: bool) -> bool:
    """Whether what follows a name and its comma speaks to the reader, and does not tell of the one named; the last words
    of a message may sign it («Dafna, on call that week»)."""
    if any("x_thanks" in w.tags for w in rest[:_SIGNATURE]):
        return True  # «Don Patricio, muchas gracias desde ya.»
    if len(rest) < _SIGNATURE or rest[0].tags & _OF_THE_NAMED or "fct_who" in rest[1].tags:
        return False  # «Don Albeiro, con quien usted trabajó, me dio su nombre»
    if signs and len(rest) < _HEAD and not any("reader" in w.tags for w in rest):
        return False
    told = rest[0].capitalised and not rest[0].tags & {"sender", "reader"}
    return not told and not _goes_on(rest) and any(w.tags & _TO_READER for w in rest)


def _goes_on(rest: Sequence[Word]) -> bool:
    """Whether the verb of the one named comes after more about them: "Fatima, second year, economics, has asked …"."""
    for i, (word, then) in enumerate(pairwise(rest[:_HEARD])):
        if word.text == "," and "fct_aux" in then.tags:
            return not any("reader" in w.tags for w in rest[i + 2 : i + 3])  # "…, would you know somebody?"
        if word.tags & _TO_READER or word.tags & {"verb", "sender"} or "fct_aux" in word.tags:
            return False
    return False


def _apposition(before: Sequence[Word], rest: Sequence[Word]) -> bool:
    """`my colleague, Pam, …`, `the buyer, Pam, who …`: the name of somebody told of, not spoken to."""
    introduces = len(rest) > 1 and "fct_of" in rest[0].tags and "sender" in rest[1].tags  # «…, Ing. Robles, en mi carácter de …»
    called = len(before) > 1 and "reader" in before[-1].tags and before[-2].tags.isdisjoint(PEOPLE)
    if called and is_which(rest):
        return False  # «… que sos vos, Ernesto, el que decide»
    if not before or introduces or is_which(rest) or _is_from(rest) or _is_mentioned(before) or _acts(before, rest):
        return True  # «…, Rebeca, la de calidad, …», «…, don Lisandro, de la aduana, sabe …»
    points = any(w.tags & {"definite", "possessive"} for w in before[-_NEAR:])
    noun = points and before[-1].tags & PEOPLE  # "the new depot lead", "their present lead"
    if before[-1].tags & _TO_READER and not noun:
        return _of_somebody(before)
    one_of = len(before) > 1 and "fct_a" in before[-2].tags and before[-1].tags & PEOPLE  # «un compañero, Dawid, ya …»
    near = before[-_NEAR:]
    # "the recording, Amanda, or …" tells of nobody; «mi auxiliar, Toñi» does, whatever the word
    somebody = any(w.tags & PEOPLE or w.tags >= _MY for w in near)
    if one_of or (somebody and any(_points(w, near[i + 1 : i + 2]) for i, w in enumerate(near))):
        return True
    if before[-1].tags & PEOPLE and (any("fct_of" in w.tags for w in near) or (rest and "relative" in rest[0].tags)):
        return True  # "one of this year's students, Farhan, wants …", "one fieldwork manager, Tunde, who tells me …"
    if any("verb:3" in w.tags for w in rest[:2]) and any("definite" in w.tags for w in before):
        return True  # «el director de cobranza de allá, Memo, me dijo …»
    if not rest or not rest[0].tags & _OF_THE_NAMED or "verb:1" in before[-1].tags:  # «pienso, Beatriz, que …»
        asked = len(before) > 1 and "verb:imp" in before[-2].tags  # "tell me, Zainab, is …", but "that's me, Gary, …"
        return "sender" in before[-1].tags and not asked
    if len(before) == 1 and "sender" in rest[0].tags:
        return False  # "So, Brent, my question …"
    return not any(w.tags & _TO_READER for w in before)  # «como le comentaba, Patricia, la instalación …»


def _acts(before: Sequence[Word], rest: Sequence[Word]) -> bool:
    """Whether the verb of the one named follows at once: "…, Pam, said I could", «…, Memo, me dijo», "…, Espen, is with you"."""
    if not rest:
        return False
    asks = rest[-1].text[0] == "?" or any(w.tags & {"sender", "reader", "definite"} for w in rest[1:2])  # "so, Pam, is the …"
    said = any("verb:past" in w.tags and not w.tags & _OF_OTHERS for w in rest[:2])
    return said or ("fct_aux" in rest[0].tags and not asks and "reader" not in before[-1].tags)


def _is_item(rest: Sequence[Word]) -> bool:
    """Whether a list goes on after a name: "subtitles, German, Turkish, Arabic"."""
    return bool(rest) and rest[0].capitalised and not rest[0].tags & (_PLAIN | {"sender", "reader"})


def _of_somebody(before: Sequence[Word]) -> bool:
    """«es alumna tuya, Jimena», «con mi auxiliar, Toñi»: who is named is somebody of the sender's or the reader's."""
    if len(before) < 2:
        return False
    last, second = before[-1].tags, before[-2].tags
    return bool(("reader" in last and second & PEOPLE) or ("possessive" in second and last & PEOPLE))


def _points(word: Word, then: Sequence[Word]) -> bool:
    """Whether a word is an article or a possessive, and no pronoun as in «se los llevo»."""
    return bool(word.tags & {"definite", "possessive"}) and not any("verb:1" in w.tags for w in then)


def _is_mentioned(before: Sequence[Word]) -> bool:
    """`the pilot you mention, Mr Laine`, «la persona que mencionas, don Luis»."""
    return (len(before) > 2 and "verb" in before[-1].tags and bool(before[-2].tags & {"reader", "relative"})
            and any("definite" in w.tags for w in before[-5:-2]))
