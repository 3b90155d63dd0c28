"""Runs of capitalised words that may name a firm: which there are in a draft, and which may be named without offence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple, TypeAlias

from inmail_lint.document import WRITTEN, ParsedDraft, Part, Place, Sentence, Word
from inmail_lint.draft import Recipient
from inmail_lint.folding import words_of
from inmail_lint.found import Found
from inmail_lint.greeting import PEOPLE, postscript
from inmail_lint.language import LanguagePack

Names: TypeAlias = Mapping[str, frozenset[str]]  # folded given name -> folded names of the same person
NEAR = 4  # words before and after a name that tell how it is spoken of
_LONGEST = 30  # words of a firm's name
PLACES = frozenset({"fct_place", "fct_town"})
_COMMON = frozenset({"function", "name_joint", "legal_form"})  # words that all firms share
_HYPHENS = frozenset("-‐‑–")
_I = frozenset({"function", "sender"})  # "I", which has a capital wherever it stands
_BINDERS = _HYPHENS | {"&"}  # «Serna & Partners»


def trades(tags: Iterable[str]) -> set[str]:
    """The trades that a word in a firm's name tells of (`rules/words/trades.yaml`)."""
    return {t for t in tags if t.startswith("trd_")}


@lru_cache(maxsize=20_000)  # every word of a draft is asked, and most have the tags of another
def is_kind(tags: frozenset[str]) -> bool:
    """Whether a word says what kind of firm one is: «hotel», "dairies"."""
    return "fct_org" in tags or bool(trades(tags))


def is_proper(word: Word) -> bool:
    """Whether a word of a firm's name tells it from others."""
    return word.tags.isdisjoint(_COMMON) and not is_kind(word.tags)


def own_words(run: Sequence[Word]) -> list[Word]:
    """Words of a run that tell the firm from others of its kind; of two kinds the later («Gestoría Tabernas»)."""
    return [w for w in run if is_proper(w)] or [w for w in run[1:] if "fct_org" in run[0].tags]


class Firm(NamedTuple):
    """A run of capitalised words that may name a firm, in its sentence; `last` exclusive, both numbers of the part's words."""

    part: Part
    sentence: Sentence
    first: int
    last: int

    @property
    def words(self) -> tuple[Word, ...]:
        return self.part.words[self.first : self.last]

    @property
    def opens(self) -> bool:
        """Whether it opens its sentence, where every word has a capital."""
        return self.first == self.sentence.first

    @property
    def place(self) -> Place:
        return Place(self.part.name, self.words[0].start, self.words[-1].end)

    @property
    def key(self) -> frozenset[str]:
        return frozenset(w.fold for w in self.words if "name_joint" not in w.tags)

    @property
    def proper(self) -> frozenset[str]:
        """Its folded words that tell it from others of its kind; all of them where it has none."""
        return frozenset(w.fold for w in self.words if is_proper(w) and w.is_word) or self.key


def run_end(words: Sequence[Word], at: int, stop: int) -> int:
    """Number of the word after the run of capitalised words that begins at `at`: «Ortiz & Hijos», «Tri-County Feed»."""
    end = at + 1
    while end < stop:
        goes_on = end + 1 < stop and words[end + 1].capitalised
        if words[end].tags >= _I:
            break
        if not words[end].capitalised and not (goes_on and _joins(words, end)):
            break
        end += 1
    return end


def _joins(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if word.text in _HYPHENS:
        return words[at - 1].end == word.start and word.end == words[at + 1].start
    return word.text == "&" or "name_joint" in word.tags


def runs(parsed: ParsedDraft, names: Names) -> Iterator[Firm]:
    """All runs of a draft, greeting and signature left out, that may name a firm."""
    end, recipient, small = postscript(parsed), parsed.draft.recipient, small_words(parsed)
    role = frozenset(words_of(recipient.role) if recipient else ())
    for part in parsed.parts:
        greeted = parsed.greeting.last if part.name == "body" and parsed.greeting else 0
        for sentence in part.sentences:
            if part.name == "subject" or not parsed.signoff <= sentence.paragraph < end:
                for first, last in _in_sentence(part.words, max(greeted, sentence.first), sentence.last, role):
                    run = part.words[first:last]
                    if not (is_small(run, part.words[sentence.first], small) or _is_titled(run, parsed.pack)) \
                            and _may_be_firm(run, opens=first == sentence.first, names=names):
                        yield Firm(part, sentence, first, last)


def small_words(parsed: ParsedDraft) -> frozenset[str]:
    """Folded words that stand without a capital somewhere in the draft."""
    return frozenset(w.fold for part in parsed.parts for w in part.words if not w.capitalised)


def is_small(run: Sequence[Word], opening: Word, small: Container[str]) -> bool:
    """Whether a run is but the opening word of its sentence, and a common one ("Nothing") or one that stands in small letters
    elsewhere: "Footrot", and below "footrot"."""
    return len(run) == 1 and run[0] is opening and ("common" in opening.tags or opening.fold in small)


def _in_sentence(words: Sequence[Word], at: int, stop: int, role: frozenset[str]) -> Iterator[tuple[int, int]]:
    while at < stop:
        if not words[at].capitalised or words[at].tags & {"placeholder", "url"}:
            at += 1
            continue
        end = run_end(words, at, stop)
        first = at
        while first < end and (_leads(words[first]) or words[first].fold in role or words[first].text in _HYPHENS):
            first += 1  # «Gerente de Riesgos de Banco Altos»
        if first < end:
            yield first, end
        at = end


def _leads(word: Word) -> bool:
    """Whether a capitalised word before a name is none of it, as at the head of a sentence; «Calzados» is."""
    return not word.tags.isdisjoint({"function", "verb", "name_joint", "linker"}) and not is_kind(word.tags)


def _may_be_firm(run: Sequence[Word], *, opens: bool, names: Names) -> bool:
    if is_person(run, names) or is_date(run) or is_shouted(run) or is_post(run) or all("calendar" in w.tags for w in run):
        return False
    if not is_spelt(run) or (len(run) > 1 and "fct_street" in run[0].tags | run[-1].tags):
        return False
    if len(run) == 1 and (opens or is_kind(run[0].tags)):
        return not run[0].tags - {"cap", "digit"}  # an ordinary word at the head of a sentence, or a kind of firm, names none
    return True


def is_town(part: Part, run: Sequence[Word], towns: Container[str]) -> bool:
    """Whether a run is the whole name of a known town, its article included: «en Los Olivos»."""
    name = " ".join(token for w in run for token in words_of(w.text))
    at = bisect_left(part.words, run[0].start, key=lambda w: w.start)
    article = part.words[at - 1] if at else None
    return name in towns or (article is not None and article.capitalised and f"{article.fold} {name}" in towns)


def is_shouted(run: Iterable[Word]) -> bool:
    """Whether a run is a piece of a shouted sentence: «HOY NO ME CONTESTA»."""
    return any(w.text.isupper() and len(w.text) > 1 and "function" in w.tags and w.tags.isdisjoint({"name_joint", "definite"})
               for w in run)


def is_person(run: Sequence[Word], names: Names) -> bool:
    """Whether a run is somebody's name: a given name first, and no kind of firm in it («Lourdes Hill College»)."""
    return run[0].fold in names and not any(is_kind(w.tags) or w.text == "&" for w in run)


def _is_titled(run: Sequence[Word], pack: LanguagePack | None) -> bool:
    """Whether a run is somebody with a title, such as «Mrs. Ruiz», and no «Doctor Sleep Clinics»."""
    return pack is not None and pack.is_title(run[0].fold) and not any(is_kind(w.tags) for w in run[1:])


def is_spelt(run: Iterable[Word]) -> bool:
    """Whether a run has a word in it, and not initials alone («D.O.»)."""
    return any(sum(c.isalpha() for c in w.text) > 2 for w in run)


def is_place(run: Sequence[Word]) -> bool:
    """Whether a run ends with a place, and no kind of firm is in it («Hotel Toledo»)."""
    return not PLACES.isdisjoint(run[-1].tags) and not any(is_kind(w.tags) for w in run)


def is_post(run: Sequence[Word]) -> bool:
    """Whether a run is what somebody is employed as, all of it words that lists have: "Development Associate"."""
    return not run[-1].tags.isdisjoint(PEOPLE) and not any("fct_org" in w.tags or w.tags <= WRITTEN for w in run)


def is_tool(run: Sequence[Word]) -> bool:
    """Whether every word of a run is known as software, an authority, an exam: «LinkedIn», «Excel»."""
    return all("fct_tool" in w.tags or "function" in w.tags for w in run)


def is_date(run: Iterable[Word]) -> bool:
    """Whether a run is made of what dates are made of («Marzo 3», and not «Dock7»)."""
    return all(("digit" in w.tags and sum(c.isalpha() for c in w.text) < 3) or "calendar" in w.tags or "function" in w.tags
               for w in run)


def is_senders(firm: Firm) -> bool:
    """«our new Center for …», «nuestra planta de …»."""
    before = firm.part.words[max(firm.sentence.first, firm.first - NEAR) : firm.first]
    return any({"sender", "possessive"} <= w.tags for w in before) and not any("reader" in w.tags for w in before)


class Excused(NamedTuple):
    """Folded words that may be named without offence; those of `places` in no firm («Galería Punta Gorda»), unless it begins
    with them («Colegio de Abogados»)."""

    words: frozenset[str]
    places: frozenset[str]

    def any_of(self, words: Set[str], run: Sequence[Word]) -> bool:
        """Whether one of some words of a run may be named."""
        place = words & self.places and (run[0].fold in self.places or not any(is_kind(w.tags) for w in run))
        return bool(place or words & self.words)


def excused(found: Found, recipient: Recipient) -> Excused:
    """What may be named: the sender's own, the names in the known facts, clients, former employers and places."""
    parsed = found.parsed
    facts = [_names_in(f) for f in (*recipient.facts, *recipient.shared) if not _is_past(f, parsed)]
    words = set(words_of(" ".join((recipient.first_name, recipient.last_name, recipient.role, recipient.industry, *facts,
                                  *parsed.draft.sender))))
    body, end = parsed.body, postscript(parsed)
    signed = body.paragraphs[parsed.signoff : end]
    words |= {w.fold for p in signed for w in body.words[p.first : p.last]}
    if end == len(body.paragraphs):
        words |= {w.fold for w in takewhile(lambda w: w.capitalised, reversed(body.words))}  # «… Curt Bollinger»
    told = _named(found, "company.former") | _named(found, "company.sender", "company.client", whole=True)
    theirs = _named(found, "company.reader-now", "company.reader-field")
    return Excused(frozenset(words | (told - theirs)), frozenset(_named(found, "company.place", whole=True)))


def _names_in(fact: str) -> str:
    """The words of a fact that may be names: those with a capital, all if there is none but the first."""
    words = fact.split()
    return " ".join([w for w in words if not w.islower()] if any(not w.islower() for w in words[1:]) else words)


def _named(found: Found, *patterns: str, whole: bool = False) -> set[str]:
    """Folded words of the names in the hits of patterns: of the last in each, or of the `whole` hit as well."""
    parts = [(found.parsed.part(hit.place.part), hit.place) for hit in found.of(*patterns)]
    named = {w.fold for part, place in parts for w in capital_run(part, place)}
    return named | {part.words[i].fold for part, place in parts if whole for i in _capitals(part, place)}


def _is_past(fact: str, parsed: ParsedDraft) -> bool:
    """Whether a fact says where the reader is no longer or never was: «left Brightharbor in 2024»."""
    return parsed.pack is not None and any("fct_not_now" in parsed.pack.lexicon.tags(t) for t in words_of(fact)[:2])


def _capitals(part: Part, place: Place) -> list[int]:
    """Numbers of the capitalised words inside a place that may be part of a name."""
    first, after = (bisect_left(part.words, at, key=lambda w: w.start) for at in (place.start, place.end))
    return [i for i, w in enumerate(part.words[first:after], first) if w.capitalised
            and "function" not in w.tags and "reader" not in w.tags]


def capital_run(part: Part, place: Place) -> list[Word]:
    """The run of capitalised words that begins inside a place, connectors within it included."""
    inside = _capitals(part, place)
    if not inside:
        return []
    words = part.words
    begin = last = inside[-1]
    while begin - 1 in inside or (begin - 2 in inside and words[begin - 1].text in _BINDERS):
        begin -= 1
    end = last + 1
    stop = min(len(words), last + _LONGEST)
    while end < stop and not (words[end - 1].text.endswith(".") and is_spelt([words[end - 1]])):  # «… SpA. La …»
        if words[end].capitalised or ("name_joint" in words[end].tags and end + 1 < len(words)
                                      and words[end + 1].capitalised):
            end += 1
        else:
            break
    return list(words[begin:end])
