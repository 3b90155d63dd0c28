"""Whether the message speaks of another firm as the reader's: by patterns, and by how firms are spoken of at all."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, takewhile
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from inmail_lint.document import ParsedDraft, Part, Place, Sentence, Word
from inmail_lint.draft import Recipient
from inmail_lint.folding import words_of
from inmail_lint.found import Found

if TYPE_CHECKING:
    from inmail_lint.rulebook import Rulebook

Names: TypeAlias = Mapping[str, frozenset[str]]  # folded given name -> folded names of the same person
_NEAR = 4  # words before and after a name that tell how it is spoken of
_AROUND = 8
_MOST = 200  # names looked at in a draft, each of which costs a look at its whole sentence
_LONGEST = 30  # words of a firm's name
_PERSONS = ("reader", "sender", "verb:1", "verb:1p", "verb:2", "verb:2p", "verb:vos", "digit")
_TELLING = ("company.", "personalization", "reason", "value", "subject-specific")  # families of patterns that tell of firms


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
    def place(self) -> Place:
        return Place(self.part.name, self.words[0].start, self.words[-1].end)

    @property
    def key(self) -> frozenset[str]:
        return frozenset(w.fold for w in self.words if "name_joint" not in w.tags)


def other_companies(found: Found, book: Rulebook) -> Iterator[Place]:
    """Companies that patterns show to be spoken of as the reader's and that are not the recipient's."""
    recipient = found.parsed.draft.recipient
    if recipient is None or not recipient.company or names_own(found.parsed, recipient):
        return
    excepted = _excused(found, recipient) | book.names.keys()
    for hit in found.of("company.reader", "company.reader-subject"):
        part = found.parsed.part(hit.place.part)
        run = _capital_run(part, hit.place)
        own_words = [w.fold for w in run if not w.tags & {"fct_org", "function"}]
        firm = bool(own_words) and _is_spelt(run) and "fct_place" not in run[-1].tags and not _is_date(run)
        if firm and own_words[0] not in excepted:
            yield Place(part.name, run[0].start, run[-1].end)


def own_words(parsed: ParsedDraft, recipient: Recipient) -> set[str]:
    """Folded words that only the recipient's own company has: no legal form, no joint, not the owner's name, and not its
    kind (hotel, clínica) where the message speaks of that kind."""
    if parsed.pack is None:
        return set()
    kind = {t: parsed.pack.lexicon.tags(t) for t in words_of(recipient.company)}
    own = {t for t, tags in kind.items() if not tags & {"legal_form", "name_joint"}}
    named = set(words_of(f"{recipient.first_name} {recipient.last_name}"))
    own = own - named or own  # «Mrs. Judith Crane» names no Crane & Oduya
    return own - {w.fold for part in parsed.parts for w in part.words if "fct_org" in w.tags} or own


def names_own(parsed: ParsedDraft, recipient: Recipient) -> bool:
    """Whether the message names the recipient's own company, in words or by its initials."""
    message = {t for part in parsed.parts for w in part.words if w.capitalised for t in words_of(w.text)}
    joints = {t for t in words_of(recipient.company) if parsed.pack and "name_joint" in parsed.pack.lexicon.tags(t)}
    initials = "".join(t[0] for t in words_of(recipient.company) if t not in joints)
    own = {t for t in own_words(parsed, recipient) if len(t) > 2}
    return bool(own & message) or (len(initials) > 1 and initials in message)


def firms(found: Found, names: Names) -> list[tuple[Firm, frozenset[str]]]:
    """All names in a draft that may be a firm's and that nothing excuses, with the features that tell whose it is."""
    parsed = found.parsed
    recipient = parsed.draft.recipient
    if recipient is None or parsed.pack is None:
        return []
    excused = _excused(found, recipient)
    runs = (f for part in parsed.parts for s in part.sentences for f in _runs(parsed, part, s, names))
    all_firms = list(islice(runs, _MOST))
    times = Counter(f.key for f in all_firms)
    both = {k for k in times if len({f.part.name for f in all_firms if f.key == k}) > 1}
    own = own_words(parsed, recipient)
    kinds = {t for t in words_of(recipient.company) if "fct_org" in parsed.pack.lexicon.tags(t)}
    rows = []
    for firm in all_firms:
        is_own = bool(own & {t for w in firm.words for t in words_of(w.text)})
        if not is_own and (firm.key & excused or _is_senders(firm)):
            continue
        features = set(_context(firm)) | set(_form(found, firm, names))
        features |= {f"times<{min(3, times[firm.key])}", *(["both"] if firm.key in both else [])}
        org = {w.fold for w in firm.words if "fct_org" in w.tags}
        if not is_own:  # how the name compares with theirs: only another's can tell
            features.add("shares-kind" if org & kinds else "other-kind" if org else "no-kind")
        rows.append((firm, frozenset(features)))
    return rows


def _is_senders(firm: Firm) -> bool:
    """«our new Center for …», «nuestra planta de …»."""
    before = firm.part.words[max(firm.sentence.first, firm.first - _NEAR) : firm.first]
    return any({"sender", "possessive"} <= w.tags for w in before) and not any("reader" in w.tags for w in before)


def _runs(parsed: ParsedDraft, part: Part, sentence: Sentence, names: Names) -> Iterable[Firm]:
    if part.name == "body" and sentence.paragraph >= parsed.signoff:
        return
    words = part.words
    at = sentence.first
    if part.name == "body" and parsed.greeting:
        at = max(at, parsed.greeting.last)
    while at < sentence.last:
        if not words[at].capitalised or words[at].tags & {"placeholder", "url"}:
            at += 1
            continue
        end = at + 1
        while end < sentence.last and (words[end].capitalised or (
                (words[end].text == "&" or "name_joint" in words[end].tags) and end + 1 < sentence.last
                and words[end + 1].capitalised)):
            end += 1
        first = at
        while first < end and words[first].tags & {"function", "verb"}:
            first += 1
        if first < end and _may_be_firm(words[first:end], opens=first == sentence.first, names=names):
            yield Firm(part, sentence, first, end)
        at = end


def _may_be_firm(run: tuple[Word, ...], *, opens: bool, names: Names) -> bool:
    if _is_date(list(run)) or run[0].fold in names or all("calendar" in w.tags for w in run):
        return False
    if not _is_spelt(run) or (len(run) > 1 and "fct_street" in run[0].tags | run[-1].tags):
        return False
    if len(run) == 1 and (opens or "fct_org" in run[0].tags):
        return not run[0].tags - {"cap"}  # an ordinary word at the head of a sentence, or a kind of firm, names none
    return True


def _is_spelt(run: Iterable[Word]) -> bool:
    """Whether a run has a word in it, and not initials alone («D.O.»)."""
    return any(sum(c.isalpha() for c in w.text) > 2 for w in run)


def _seen(word: Word) -> str:
    if "digit" in word.tags:
        return "NUM"
    return "CAP" if word.capitalised and not word.tags & {"function", "verb"} else word.fold


def _context(firm: Firm) -> Iterable[str]:
    """The words and persons around a name in its sentence."""
    words, sentence = firm.part.words, firm.sentence
    before, after = words[sentence.first : firm.first], words[firm.last : sentence.last]
    left = ["^", *(_seen(w) for w in before)][: -_NEAR - 1 : -1]
    right = [*(_seen(w) for w in after), "$"][:_NEAR]
    left += ["^"] * (3 - len(left))
    right += ["$"] * (2 - len(right))
    yield from (f"p1={left[0]}", f"p2={left[1]}", f"p12={left[1]} {left[0]}", f"p123={left[2]} {left[1]} {left[0]}")
    yield from (f"n1={right[0]}", f"n2={right[1]}", f"n12={right[0]} {right[1]}", f"p1n1={left[0]}_{right[0]}")
    yield from (f"P:{t}" for t in left)
    yield from (f"N:{t}" for t in right)
    yield from (f"bw:{_seen(w)}" for w in before[-_AROUND:] if w.is_word)
    yield from (f"aw:{_seen(w)}" for w in after[: _AROUND - 2] if w.is_word)
    for distance in (1, 2):
        yield from (f"t-{distance}:{t}" for w in before[-distance:][:1] if len(before) >= distance for t in w.tags)
        yield from (f"t+{distance}:{t}" for w in after[distance - 1 : distance] for t in w.tags)
    for side, stretch in (("b", before), ("a", after)):
        tags = frozenset[str]().union(*(w.tags for w in stretch))
        yield from (f"{side}:{t}" for t in _PERSONS if t in tags)


def _form(found: Found, firm: Firm, names: Names) -> Iterable[str]:
    """Where a name stands, what its words are, and which patterns meet there."""
    words, part = firm.words, firm.part
    yield f"length={min(len(words), 4)}"
    yield f"part:{part.name}"
    if part.name == "body":
        number = part.sentences.index(firm.sentence)
        yield from (f"sentence={min(number, 4)}", f"third={3 * number // len(part.sentences)}")
    if firm.first == firm.sentence.first:
        yield "starts"
    yield from (f"run:{t}" for w in words for t in w.tags if t != "cap")
    if any(w.text.isupper() and len(w.text) > 1 for w in words):
        yield "upper"
    if any(w.fold in names for w in words):
        yield "person"
    if all(w.tags - {"cap", "upper"} for w in words):
        yield "ordinary"  # «Industrias Alimentarias», "Advanced Manufacturing": a subject as well as a firm
        yield f"ordinary,org={any('fct_org' in w.tags for w in words)}"
    titles = found.parsed.pack.titles if found.parsed.pack else frozenset[str]()
    if firm.first and part.words[firm.first - 1].fold.rstrip(".") in titles:
        yield "titled"
    place = firm.place
    for hit in found.hits:
        if hit.pattern.startswith(_TELLING) and hit.pattern != "company.other" and hit.place.part == part.name \
                and hit.place.start < place.end and place.start < hit.place.end:
            yield f"p:{hit.pattern}"
            yield f"f:{hit.pattern.split('.')[0]}"


def _is_date(run: list[Word]) -> bool:
    return all("digit" in w.tags or "calendar" in w.tags or "function" in w.tags for w in run)


def _excused(found: Found, recipient: Recipient) -> set[str]:
    """Folded words that may be named: the sender's own, those of the known facts, and former employers."""
    parsed = found.parsed
    facts = [f for f in (*recipient.facts, *recipient.shared) if not _is_past(f, parsed)]
    words = set(words_of(" ".join((recipient.first_name, recipient.last_name, recipient.role, recipient.industry, *facts,
                                  *parsed.draft.sender))))
    if parsed.signoff < len(parsed.body.paragraphs):
        start = parsed.body.paragraphs[parsed.signoff].start
        words |= {w.fold for w in parsed.body.words if w.start >= start}
    words |= {w.fold for w in takewhile(lambda w: w.capitalised, reversed(parsed.body.words))}  # «… Curt Bollinger»
    for hit in found.of("company.sender", "company.former"):
        part = parsed.part(hit.place.part)
        words |= {w.fold for w in _capital_run(part, hit.place)}
    return words


def _is_past(fact: str, parsed: ParsedDraft) -> bool:
    """Whether a fact says where the reader is no longer or never was: «left Brightharbor in 2024»."""
    return parsed.pack is not None and any("fct_not_now" in parsed.pack.lexicon.tags(t) for t in words_of(fact)[:2])


def _capital_run(part: Part, place: Place) -> list[Word]:
    """The run of capitalised words that begins inside a place, connectors within it included."""
    first, after = (bisect_left(part.words, at, key=lambda w: w.start) for at in (place.start, place.end))
    inside = [i for i, w in enumerate(part.words[first:after], first) if w.capitalised
              and "function" not in w.tags and "reader" not in w.tags]
    if not inside:
        return []
    last = inside[-1]
    begin = last
    while begin - 1 in inside:
        begin -= 1
    end = last + 1
    words = part.words
    stop = min(len(words), last + _LONGEST)
    while end < stop and not (words[end - 1].text.endswith(".") and _is_spelt([words[end - 1]])):  # «… SpA. La …»
        if words[end].capitalised or ("name_joint" in words[end].tags and end + 1 < len(words)
                                      and words[end + 1].capitalised):
            end += 1
        else:
            break
    return list(words[begin:end])
