"""Whether the message calls its reader by somebody else's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from inmail_lint.document import ParsedDraft, Place, Word
from inmail_lint.draft import Recipient
from inmail_lint.firm_names import PLACES, is_kind
from inmail_lint.folding import fold, words_of
from inmail_lint.found import Found
from inmail_lint.greeting import PEOPLE, postscript
from inmail_lint.language import LanguagePack
from inmail_lint.rulebook import Rulebook
from inmail_lint.vocatives import vocatives

_SHORTEST_NAME = 2  # letters; one is an initial
_HEAD = 8  # words at the head of the body among which the reader's name may stand
_INITIAL = 2  # letters of the shortest name that people go by: Ju, Vi, JP
_SHORTEST_STEM = 3  # letters two forms of a name must share: Dani and Daniel, Alex and Alejandra
_SHORTEST_END = 4  # letters of the end of a name that its bearer goes by
_ABBREVIATED = 4  # letters of the longest title that is written with a full stop
_PET_ENDING = "i"  # of names that are short for others: Gabi, Fabi, Thandi
_DIMINUTIVE = re.compile(r"(?:c?it[oa]|ill[oa]|in|ete|uch[oa]|ie|y|i|u)$")
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1$")  # Manny, Danny, Bobby


def same_person(name: str, known: str, names: Mapping[str, frozenset[str]]) -> bool:
    """Whether two folded names can be one person's: equal, listed as forms of each other, or short and long form."""
    if name == known or known in names.get(name, ()):
        return True
    short, long = sorted((name, known), key=len)
    if long.startswith(short) and (len(short) == _INITIAL or len(long) - len(short) >= len(short) > _SHORTEST_STEM):
        return True  # Ju and Juliana, Theo and Theodoros
    if len(short) >= _SHORTEST_STEM and short.endswith(_PET_ENDING) and long.startswith(short) and len(long) - len(short) > 1:
        return True  # Fabi and Fabiola, whoever else goes by Fabi; but not Mari and Mario
    cut = len(long) - len(short) >= _SHORTEST_STEM or short not in names
    if len(short) >= _SHORTEST_END and long.endswith(short) and cut:
        return True  # Saia and Siosaia, Vonne and Ivonne, but not Lara and Clara
    if names.get(name) and names.get(known):
        return False  # two listed names that are not forms of each other: Lucía and Luciana
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
    known = _Known(recipient, book.names)
    greeted = _greeted(parsed)
    if greeted and _greets_another(greeted, parsed, parsed.pack, known):
        yield Place("body", greeted[0].start, greeted[-1].end)
    after = postscript(parsed)
    for part in parsed.parts:
        for sentence in part.sentences:
            signs = part.name == "body" and parsed.signoff <= sentence.paragraph < after
            for called, titled in vocatives(parsed, sentence, signs=signs):
                if all(known.is_another(w) and names_somebody(w, book.names, titled=titled) for w in called):
                    yield Place(part.name, called[0].start, called[-1].end)


class _Known:
    """The names that the reader goes by."""

    def __init__(self, recipient: Recipient, names: Mapping[str, frozenset[str]]) -> None:
        self.names = names
        self.company = frozenset(words_of(recipient.company))
        self.last = frozenset(words_of(recipient.last_name))
        first = words_of(recipient.first_name)
        initials = "".join(t[0] for t in first)
        self.own = [*first, *words_of(recipient.last_name), *([initials] if len(initials) >= _INITIAL else [])]  # no "G'day"
        told = [fold(t) for fact in recipient.facts for t in fact.split()[1:] if t[:1].isupper()]  # "goes by Craig"
        self.all = self.own + told

    def is_other(self, name: str) -> bool:
        """Whether a folded name is somebody else's."""
        return len(name) >= _SHORTEST_NAME and not any(same_person(name, k, self.names) for k in self.all)

    def is_another(self, word: Word) -> bool:
        """Whether a word is somebody else's name: "Mr O'Dowd"."""
        return all(self.is_other(t) for t in words_of(word.text) if len(t) >= _SHORTEST_NAME)


def _greets_another(greeted: Sequence[Word], parsed: ParsedDraft, pack: LanguagePack, known: _Known) -> bool:
    """Whether a greeting names somebody else: no «Dear Producer», no «señor Decano», but «Lic. Paredes»; with the right
    surname the name before it counts («Susana Palacios», of Lourdes)."""
    spoken = [t for w in greeted for t in words_of(w.text)]
    tags, titled = pack.lexicon.tags, _has_degree(parsed)
    if not any(t in known.names or _only_place(tags(t)) or (titled and not tags(t) & PEOPLE) for t in spoken):
        return False
    given = [t for t in spoken if t in known.names and t not in known.last] if known.last & set(spoken) else spoken
    if not given or not all(known.is_other(t) for t in given) or _introduces_itself(parsed):
        return False
    head = parsed.body.words[: min(_HEAD, _line_end(parsed))]
    beside = {t for w in head if w.capitalised for t in words_of(w.text)} - known.company - set(spoken)
    right = any(t in known.own or (t in known.names and not known.is_other(t)) for t in beside)  # «Quihubo, Hernando»
    return not right and not any(w.fold in known.company or is_kind(w.tags) for w in greeted)  # «Hello Pennywell Motors»


def _only_place(tags: frozenset[str]) -> bool:
    """Whether nothing speaks against a name but, at most, a town that has it: Preston, Austin."""
    return not tags or (not tags.isdisjoint(PLACES) and tags <= PLACES | {"x_place"})


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


def _line_end(parsed: ParsedDraft) -> int:
    """Number of the word after the paragraph of the greeting, of which later names say nothing of the one greeted."""
    at = parsed.greeting.first if parsed.greeting else 0
    return next((p.last for p in parsed.body.paragraphs if p.last > at), len(parsed.body.words))


def _greeted(parsed: ParsedDraft) -> list[Word]:
    return [parsed.body.words[i] for i in parsed.greeting.names] if parsed.greeting else []


def _has_degree(parsed: ParsedDraft) -> bool:
    """Whether the name greeted follows a title that goes with surnames alone, as «Lic.» does and «Estimada» does not."""
    at = parsed.greeting.names[0] - 1 if parsed.greeting and parsed.greeting.names else -1
    if at < 0 or parsed.pack is None:
        return False
    stop = parsed.body.words[at].text == "." and at > 0
    before = parsed.body.words[at - 1 if stop else at]
    if stop and len(before.text) > _ABBREVIATED:
        return False  # «Buenas tardes, arquitecto. Vendo …»
    return parsed.pack.is_title(before.fold) and "fct_dear" not in before.tags
