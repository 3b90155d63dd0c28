"""The draft held against what is known of its reader: other people's names, other companies, confirmed facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from inmail_lint.document import ParsedDraft, Part, Place, Word
from inmail_lint.draft import Recipient
from inmail_lint.folding import fold
from inmail_lint.found import Found
from inmail_lint.rulebook import Rulebook

_HEAD = 8  # words at the head of the body among which the reader's name may stand
_SHORTEST_STEM = 3  # letters two forms of a name must share: Dani and Daniel, Alex and Alejandra
_DIMINUTIVE = re.compile(r"(?:c?it[oa]|ill[oa]|in|ete|uch[oa]|ie|y|i)$")
_WORDS = re.compile(r"[^\W_]+")


def _tokens(text: str) -> list[str]:
    return [fold(w) for w in _WORDS.findall(text)]


def same_person(name: str, known: str, names: Mapping[str, frozenset[str]]) -> bool:
    """Whether two folded names can be one person's: equal, listed as forms of each other, or short and long form."""
    if name == known or known in names.get(name, ()):
        return True
    if name in names and known in names:
        return False  # two listed names that are not forms of each other: Lucía and Luciana
    short, long = sorted((name, known), key=len)
    if len(short) >= _SHORTEST_STEM and long.startswith(short):
        return True
    stems = [_DIMINUTIVE.sub("", n) for n in (name, known)]
    short, long = sorted(stems, key=len)
    return len(short) >= _SHORTEST_STEM and long.startswith(short) and (stems[0] != name or stems[1] != known)


def other_names(found: Found, book: Rulebook) -> Iterator[Place]:
    """Names that the message calls its reader by and that are not the recipient's."""
    recipient = found.parsed.draft.recipient
    if recipient is None or not recipient.first_name:
        return
    known = [*_tokens(recipient.first_name), *_tokens(recipient.last_name)]
    known += [t for fact in recipient.facts for t in _tokens(fact) if t in book.names]  # "goes by Craig"

    def is_other(name: str) -> bool:
        return len(name) > 1 and not any(same_person(name, k, book.names) for k in known)

    parsed = found.parsed
    if parsed.greeting and parsed.greeting.names:
        words = [parsed.body.words[i] for i in parsed.greeting.names]
        company = set(_tokens(recipient.company))
        head = [t for w in parsed.body.words[: _HEAD] if w.capitalised for t in _tokens(w.text)]
        if not all(is_other(t) for t in head if t not in company and (t in book.names or t in known)):
            return  # «Quihubo, Hernando»: the right name stands beside it
        if all(is_other(fold(t)) for w in words for t in _WORDS.findall(w.text)) and not any(
                w.fold in company for w in words):
            yield Place("body", words[0].start, words[-1].end)
    for part in parsed.parts:
        for word in _vocatives(part, parsed):
            if word.fold in book.names and is_other(word.fold):
                yield Place(part.name, word.start, word.end)


def _vocatives(part: Part, parsed: ParsedDraft) -> Iterable[Word]:
    """Single capitalised words set off as an address: `…, Kevin?` and, at the head of a subject, `Kevin, …`."""
    end = part.paragraphs[parsed.signoff].start if part.name == "body" and parsed.signoff < len(part.paragraphs) else 10**9
    words = part.words
    for i, word in enumerate(words):
        if not word.capitalised or word.start >= end or not word.is_word:
            continue
        before = words[i - 1].text if i else ""
        after = words[i + 1].text[0] if i + 1 < len(words) else "."
        listed = i > 1 and words[i - 2].capitalised
        if (part.name == "subject" and i == 0 and after in ",:") or (before == "," and after in "?!." and not listed):
            yield word


def other_companies(found: Found, book: Rulebook) -> Iterator[Place]:
    """Companies that the message speaks of as the reader's and that are not the recipient's."""
    parsed = found.parsed
    recipient = parsed.draft.recipient
    if recipient is None or not recipient.company:
        return
    if parsed.pack is None:
        return
    kind = {t: parsed.pack.lexicon.tags(t) for t in _tokens(recipient.company)}
    joints = {t for t, tags in kind.items() if "name_joint" in tags}
    own = {t for t, tags in kind.items() if "legal_form" not in tags}
    named = set(_tokens(f"{recipient.first_name} {recipient.last_name}"))
    if own - named - joints:
        own -= named  # «Mrs. Judith Crane» names no Crane & Oduya
    kinds = {w.fold for part in parsed.parts for w in part.words if "fct_org" in w.tags}  # hotel, clínica: no firm's own
    if own - kinds - joints:
        own -= kinds
    message = {t for part in parsed.parts for w in part.words if w.capitalised for t in _tokens(w.text)}
    initials = "".join(t[0] for t in _tokens(recipient.company) if t not in joints)
    if {t for t in own if t not in joints and len(t) > 2} & message or (len(initials) > 1 and initials in message):
        return
    excused = _excused(found, recipient)
    for hit in found.of("company.reader", "company.reader-subject"):
        part = parsed.part(hit.place.part)
        run = _capital_run(part, hit.place)
        own_words = [w.fold for w in run if "fct_org" not in w.tags]
        if own_words and own_words[0] not in excused | book.names.keys() and not _is_date(run):
            yield Place(part.name, run[0].start, run[-1].end)


def _is_date(run: list[Word]) -> bool:
    return all("digit" in w.tags or "calendar" in w.tags or "function" in w.tags for w in run)


def _excused(found: Found, recipient: Recipient) -> set[str]:
    """Folded words that may be named: the sender's own, those of the known facts, and former employers."""
    parsed = found.parsed
    facts = [f for f in (*recipient.facts, *recipient.shared) if not _is_past(f, parsed)]
    words = set(_tokens(" ".join((recipient.first_name, recipient.last_name, recipient.role, recipient.industry, *facts))))
    if parsed.signoff < len(parsed.body.paragraphs):
        start = parsed.body.paragraphs[parsed.signoff].start
        words |= {w.fold for w in parsed.body.words if w.start >= start}
    for hit in found.of("company.sender", "company.former"):
        part = parsed.part(hit.place.part)
        words |= {w.fold for w in _capital_run(part, hit.place)}
    return words


def _is_past(fact: str, parsed: ParsedDraft) -> bool:
    """Whether a fact says where the reader is no longer or never was: «left Brightharbor in 2024»."""
    return parsed.pack is not None and any("fct_not_now" in parsed.pack.lexicon.tags(t) for t in _WORDS.findall(fact)[:2])


def _capital_run(part: Part, place: Place) -> list[Word]:
    """The run of capitalised words that begins inside a place, connectors within it included."""
    inside = [i for i, w in enumerate(part.words) if place.start <= w.start < place.end and w.capitalised
              and "function" not in w.tags and "reader" not in w.tags]
    if not inside:
        return []
    last = inside[-1]
    begin = last
    while begin - 1 in inside:
        begin -= 1
    end = last + 1
    words = part.words
    while end < len(words) and not words[end - 1].text.endswith("."):  # «… SpA. La Universidad»
        if words[end].capitalised or ("name_joint" in words[end].tags and end + 1 < len(words)
                                      and words[end + 1].capitalised):
            end += 1
        else:
            break
    return list(words[begin:end])


def known_facts(found: Found, book: Rulebook) -> Iterator[Place]:
    """Places that say something the recipient's facts confirm: two content words of one fact in a sentence."""
    parsed = found.parsed
    recipient = parsed.draft.recipient
    if recipient is None or parsed.pack is None:
        return
    facts = [{t for t in _tokens(f) if len(t) > 3 and t not in parsed.pack.function_words}
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
