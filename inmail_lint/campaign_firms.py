"""Companies of a campaign's other recipients: a message that names one was written for somebody else, however it is put."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from inmail_lint.campaign import Campaign
from inmail_lint.document import WRITTEN, Place
from inmail_lint.firm_names import (
    Firm,
    excused,
    is_kind,
    is_place,
    is_spelt,
    is_tool,
    run_end,
)
from inmail_lint.folding import words_of
from inmail_lint.found import Found
from inmail_lint.greeting import postscript
from inmail_lint.language import LanguagePack
from inmail_lint.own_firm import OwnFirm

if TYPE_CHECKING:
    from inmail_lint.rulebook import Rulebook

_CAMPAIGNS = 8  # that a process keeps the words of
_NO_NAME = frozenset({"legal_form", "name_joint"})  # words at the end of a firm's name that nobody writes in a message
_BESIDE = _NO_NAME | {"function"}  # capitalised words that make no other name of the one they stand beside


@lru_cache(maxsize=_CAMPAIGNS)
def _campaign(companies: tuple[str, ...]) -> Campaign:
    return Campaign(companies)


def campaign_companies(found: Found, book: Rulebook) -> Iterator[Place]:
    """Companies of the campaign's other recipients that the message names and that nothing excuses."""
    parsed, draft = found.parsed, found.parsed.draft
    recipient, pack = draft.recipient, parsed.pack
    if not draft.others or pack is None or recipient is None or not recipient.company:
        return
    names = {spoken: frozenset(words_of(company)) for company in _campaign(draft.others).may_name(draft)
             if (spoken := _spoken(company, pack))}
    if not names:
        return
    own, allowed = OwnFirm(parsed, recipient), excused(found, recipient)
    for firm, whole in _mentions(found, names):
        words = firm.words
        no_firm = is_tool(words) or (len(words) == 1 and is_place(words))
        excuse = no_firm or allowed.any_of(firm.proper, words) or own.is_named_by(words) or own.holds(words)
        if not excuse and _is_meant(firm, whole):
            yield firm.place


def _spoken(company: str, pack: LanguagePack) -> tuple[str, ...]:
    """The words of a firm's name as a message would have it: without its legal form («S. de R.L.», "Ltd."), and without its
    article if two more words tell it from others."""
    words = words_of(company)
    while words and (len(words[-1]) == 1 or pack.lexicon.tags(words[-1]) & _NO_NAME):
        words = words[:-1]
    return words[1:] if len(words) > 2 and "definite" in pack.lexicon.tags(words[0]) else words


def _mentions(found: Found, names: Mapping[tuple[str, ...], frozenset[str]]) -> Iterator[tuple[Firm, frozenset[str]]]:
    """Where a draft has the words of a name side by side, and all words of the name; longer names first, no signature."""
    parsed, end = found.parsed, postscript(found.parsed)
    longest = sorted(names, key=lambda name: (-len(name), name))
    for part in parsed.parts:
        sentences = [s for s in part.sentences if part.name == "subject" or not parsed.signoff <= s.paragraph < end]
        said = [(word, i) for s in sentences for i in range(s.first, s.last) for word in words_of(part.words[i].text)]
        begins: dict[str, list[int]] = {}
        for number, (word, _) in enumerate(said):
            begins.setdefault(word, []).append(number)
        taken: set[int] = set()
        for name in longest:
            for at in begins.get(name[0], ()):
                first, last = said[at][1], said[min(at + len(name), len(said)) - 1][1]
                if tuple(word for word, _ in said[at : at + len(name)]) == name and taken.isdisjoint(range(first, last + 1)):
                    taken.update(range(first, last + 1))
                    yield Firm(part, next(s for s in sentences if first < s.last), first, last + 1), names[name]


def _is_meant(firm: Firm, whole: frozenset[str]) -> bool:
    """Whether words that are a firm's name are meant as one here, and are no words of every day or part of another name."""
    words = firm.words[len(firm.words) > 1 and "definite" in firm.words[0].tags :]  # "at the Bluebell"
    rare = any(w.tags <= WRITTEN and len(w.text) > 2 for w in words)
    if not words[0].capitalised:
        return rare and len(words) > 1
    return is_spelt(words) and (rare or len(words) > 1 or firm.first > firm.sentence.first) and not _goes_on(firm, whole)


def _goes_on(firm: Firm, whole: frozenset[str]) -> bool:
    """Whether what is said is a longer name than the `whole` of this one: «Pinar Alto» is not Pinar, «Hotel Pinar» is."""
    words = firm.part.words
    before = words[firm.first - 1 : firm.first] if firm.first - 1 > firm.sentence.first else ()
    after = words[firm.last : run_end(words, firm.last - 1, max(firm.sentence.last, firm.last))]
    return any(w.capitalised and not w.tags & _BESIDE and not is_kind(w.tags) and not whole.issuperset(words_of(w.text))
               for w in (*before, *after))
