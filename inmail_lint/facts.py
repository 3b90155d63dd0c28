"""What the message says that the facts known of its reader confirm."""

from __future__ import annotations

from collections.abc import Iterator

from inmail_lint.document import Place
from inmail_lint.folding import words_of
from inmail_lint.found import Found
from inmail_lint.rulebook import Rulebook


def known_facts(found: Found, book: Rulebook) -> Iterator[Place]:
    """Places that say something the recipient's facts confirm: two content words of one fact in a sentence."""
    parsed = found.parsed
    recipient = parsed.draft.recipient
    if recipient is None or parsed.pack is None:
        return
    facts = [{t for t in words_of(f) if len(t) > 3 and t not in parsed.pack.function_words}
             for f in (*recipient.facts, *recipient.shared)]
    for part in parsed.parts:
        for sentence in part.sentences:
            words = [w for w in part.words[sentence.first : sentence.last] if w.is_word]
            for fact in facts:
                hits = [w for w in words if _in_fact(w.fold, fact)]
                if len({w.fold for w in hits}) >= min(2, len(fact)) and fact:
                    yield Place(part.name, hits[0].start, hits[-1].end)


def _in_fact(word: str, fact: set[str]) -> bool:
    """The word or an inflected form of it (same first five letters) is among the fact's words."""
    return word in fact or (len(word) > 5 and any(f[:5] == word[:5] for f in fact))
