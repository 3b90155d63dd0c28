"""The recipient's own company: what it may be called in a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from inmail_lint.document import WRITTEN, ParsedDraft, Part, Sentence, Word
from inmail_lint.draft import Recipient
from inmail_lint.firm_names import PLACES, is_kind, is_proper, own_words, run_end, trades
from inmail_lint.folding import words_of

_SYLLABLE = 3  # letters of each word in a blend of words
_LETTERS = 3  # of initials that may be those of a trade
_STEM = 4  # letters of a word that stands for a longer one


class OwnFirm:
    """What the recipient's company may be called in a message: a brand, initials, a part of the whole name."""

    def __init__(self, parsed: ParsedDraft, recipient: Recipient) -> None:
        self.parsed = parsed
        company = list(dict.fromkeys(words_of(recipient.company)))
        lexicon = parsed.pack.lexicon if parsed.pack else None
        tags = {t: lexicon.tags(t) if lexicon else frozenset[str]() for t in company}
        named = set(words_of(f"{recipient.first_name} {recipient.last_name}"))
        own = [t for t in company if not tags[t] & {"legal_form", "name_joint"}]
        own = [t for t in own if t not in named] or own  # «Mrs. Judith Crane» names no Crane & Oduya
        spoken = {w.fold for part in parsed.parts for w in part.words if is_kind(w.tags)}
        own = [t for t in own if t not in spoken] or own  # no kind (hotel, clínica) of which the message speaks
        self.words = frozenset(own) - self._town(company, tags) or frozenset(own)
        self.lead = next((t for t in own if t in self.words and PLACES.isdisjoint(tags[t]) and not is_kind(tags[t])), None)
        self.kinds = frozenset(t for t in company if is_kind(tags[t]))
        self.trades = trades(t for ts in tags.values() for t in ts)
        self._written = [t for t in company if not tags[t] & {"legal_form", "name_joint"}]
        self._plain_lead = self.lead is not None and bool(tags[self.lead])
        telling = [t for t in company if "name_joint" not in tags[t]]
        ways = (company, telling, [t for t in telling if len(t) > 1])  # TDM, of Textiles del Mayo; LPA, of Llonch Puig i Andreu
        self._initials = frozenset("".join(t[0] for t in way) for way in ways)
        self._company = frozenset(company)

    @staticmethod
    def _town(company: Sequence[str], tags: Mapping[str, frozenset[str]]) -> set[str]:
        """The last word of «Instituto Cumbres de Metepec»: Metepec alone names no school."""
        joints = takewhile(lambda t: "name_joint" in tags[t], reversed(company[:-1]))
        return {company[-1]} if any("fct_of" in tags[t] for t in joints) else set()

    def is_named_by(self, run: Sequence[Word], *, opens: bool = False) -> bool:
        """Whether capitalised words side by side are a name of the company: its first word of its own («en Alcora», of
        Cerámicas Alcora Sur), most of its words, two of them and no other, or one of it and none that is not in its name,
        unless that is an ordinary word which `opens` its sentence."""
        said = {t for w in run for t in words_of(w.text)}
        mine = {t for t in said & self.words if len(t) > 2}
        if sum(len(t) > 2 for t in said) > 1 and said <= self._company:
            return True
        if not mine:
            return any(self._is_short_form(w) for w in run) or any(map(self._is_blend, said)) or self._is_shortened(run)
        if len(mine) * 2 > len(self.words) or any(self._begins(w) for w in run):  # «HG Restauració»
            return True
        if self.lead in mine and (len(mine) > 1 or not self._plain_lead):
            return True  # of an ordinary word more is asked: «Sala Norte» is another than Sala El Tinglado
        article = "definite" in run[0].tags and len(run) > 1 and run[0].fold not in self._company  # «El Alto»
        trade = len(run) == 1 and run[0].text.isupper() and len(run[0].text) <= _LETTERS  # "EMS", of Bitterroot EMS District
        rare = self.lead is None or any(is_proper(w) and w.tags <= WRITTEN for w in run)
        return self.holds(run) and not article and not trade and (rare or not opens)

    def _is_shortened(self, run: Sequence[Word]) -> bool:
        """Whether a run is the company's name with its first words as initials: «UC Chaco»."""
        return len(run) > 1 and self._begins(run[0]) and all(t in self._company for w in run[1:] for t in words_of(w.text))

    def _is_short_form(self, word: Word) -> bool:
        """Whether a word is the company's initials, with those of its joints or without, or the first three and more; two
        only where they are no word that lists have."""
        least = 1 if word.tags <= WRITTEN else 2
        letters = "".join(words_of(word.text))
        return len(letters) > 1 and (letters in self._initials or (len(letters) > least and self._begins(word)))

    def _begins(self, word: Word) -> bool:
        """Whether a word is the beginning of the company's initials: «AP&M», «SyA»."""
        letters = "".join(words_of(word.text))
        return sum(c.isupper() for c in word.text) > 1 and any(i.startswith(letters) for i in self._initials)

    def _is_blend(self, token: str) -> bool:
        """Whether a token is made of the beginnings of words of the company's name side by side: «Rodamar», of Rodamientos
        del Mar."""
        ends = {0}  # where the beginnings tried so far may end in the token
        for number, word in enumerate(self._written):
            ends = {at + n for at in ends for n in range(_SYLLABLE, len(word) + 1) if token.startswith(word[:n], at)}
            if number and len(token) in ends:
                return True
        return False

    def holds(self, run: Sequence[Word]) -> bool:
        """Whether a run has no word of its own that is not in the company's name: that is never another firm."""
        tokens = {t for w in own_words(run) for t in words_of(w.text)} - self._company
        return all(len(t) >= _STEM and any(c.startswith(t) for c in self._company) for t in tokens)  # «Fitz», of Fitzgerald's

    def shares(self, run: Sequence[Word]) -> bool:
        """Whether a run has a word in common with the company's name that is no mere kind of firm: «Puerto Cayo», of Brisas
        de Cayo."""
        return any(t in self._company for w in run if is_proper(w) for t in words_of(w.text))

    def is_named(self) -> bool:
        """Whether the message names the company, in words or by its initials."""
        return any(self.is_named_by(run, opens=run[0] is part.words[s.first])
                   for part in self.parsed.parts for s in part.sentences for run in _capitals(part, s))


def _capitals(part: Part, sentence: Sentence) -> Iterator[Sequence[Word]]:
    """Runs of capitalised words in a sentence, joints and hyphens within them included, its first word only if it is a name."""
    at = sentence.first
    while at < sentence.last:
        word = part.words[at]
        if not word.capitalised or (at == sentence.first and "function" in word.tags):
            at += 1
            continue
        end = run_end(part.words, at, sentence.last)
        yield part.words[at:end]
        at = end
