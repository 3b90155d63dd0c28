"""A campaign's contacts: which of their companies a draft may name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from inmail_lint.draft import Draft
from inmail_lint.folding import legible, words_of

_FEW = 5  # companies that share a word which still tells them from most: of «Norda Foods» and «Norda GmbH», Norda


class Campaign:
    """The companies of a list of contacts, by the words that tell them from each other."""

    def __init__(self, companies: Iterable[str]) -> None:
        listed = [companies] if isinstance(companies, str) else companies
        names = {company: words_of(company) for company in listed if isinstance(company, str)}  # a column may have gaps
        times = Counter(word for words in names.values() for word in set(words))
        self._by_word: dict[str, list[str]] = {}
        for company, words in names.items():
            rarest = min((times[word] for word in words), default=0)
            for word in {word for word in words if times[word] <= max(rarest, _FEW)}:
                self._by_word.setdefault(word, []).append(company)

    def may_name(self, draft: Draft) -> tuple[str, ...]:
        """Those of the companies that a draft may name, as it has a rare word of each, in order; not its reader's own."""
        if not self._by_word:
            return ()
        said = {*words_of(legible(draft.subject)), *words_of(legible(draft.body))}
        own = words_of(draft.recipient.company) if draft.recipient else ()
        return tuple(sorted({company for word in said & self._by_word.keys() for company in self._by_word[word]
                             if words_of(company) != own}))
