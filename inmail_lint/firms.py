"""Whether the message speaks of another firm as the reader's: by patterns, and by how firms are spoken of at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from inmail_lint.document import Place, Word
from inmail_lint.firm_names import (
    NEAR,
    Firm,
    Names,
    capital_run,
    excused,
    is_date,
    is_kind,
    is_person,
    is_place,
    is_post,
    is_senders,
    is_shouted,
    is_small,
    is_spelt,
    is_tool,
    is_town,
    own_words,
    runs,
    small_words,
    trades,
)
from inmail_lint.found import Found
from inmail_lint.own_firm import OwnFirm

if TYPE_CHECKING:
    from inmail_lint.rulebook import Rulebook

OTHER_FIRM = "company.other"  # the pattern under which firms are found, by other patterns and by weights
TOLD = 150  # hundredths of log-odds that the word of a pattern counts, where weights judge the same name
_AROUND = 8
_MOST = 200  # names looked at in a draft, each of which costs a look at its whole sentence
_PERSONS = ("reader", "sender", "verb:1", "verb:1p", "verb:2", "verb:2p", "verb:vos", "digit")
_TELLING = ("company.", "personalization", "reason", "value", "subject-specific")  # families of patterns that tell of firms


def other_companies(found: Found, book: Rulebook) -> Iterator[Place]:
    """Companies that patterns show to be spoken of as the reader's and that are not the recipient's."""
    recipient, pack = found.parsed.draft.recipient, found.parsed.pack
    if pack is None or recipient is None or not recipient.company or (own := OwnFirm(found.parsed, recipient)).is_named():
        return
    allowed, small = excused(found, recipient), small_words(found.parsed)
    for hit in found.of("company.reader*"):
        part = found.parsed.part(hit.place.part)
        run = capital_run(part, hit.place)
        telling = [w.fold for w in own_words(run) if not pack.is_title(w.fold)]
        named = bool(telling) and is_spelt(run) and not is_small(run, part.words[part.sentences[hit.sentence].first], small)
        if not named or _is_no_firm(run) or is_town(part, run, book.towns) or allowed.any_of({telling[0]}, run):
            continue
        if not (own.shares(run) or own.holds(run) or is_person(run, book.names)):
            yield Place(part.name, run[0].start, run[-1].end)


def _is_no_firm(run: Sequence[Word]) -> bool:
    own = len(run) == 1 and "sender" in run[0].tags  # "Ours would have failed"
    return own or is_place(run) or is_date(run) or is_tool(run) or is_shouted(run) or is_post(run)


def foreign_firms(found: Found, book: Rulebook) -> list[tuple[Firm, frozenset[str]]]:
    """Names that may be a firm's, with their features, in a message that never names the recipient's own company."""
    recipient = found.parsed.draft.recipient
    if recipient is None or not recipient.company or (own := OwnFirm(found.parsed, recipient)).is_named():
        return []
    return firms(found, own, book)


def is_told(found: Found, firm: Firm) -> bool:
    """Whether patterns show a firm to be spoken of as the reader's."""
    return any(meet(hit.place, firm.place) for hit in found.of(OTHER_FIRM))


def meet(one: Place, other: Place) -> bool:
    """Whether two places have a character in common."""
    return one.part == other.part and one.start < other.end and other.start < one.end


def firms(found: Found, own: OwnFirm, book: Rulebook) -> list[tuple[Firm, frozenset[str]]]:
    """All names in a draft that may be a firm's and that nothing excuses, with the features that tell whose it is."""
    parsed, recipient = found.parsed, found.parsed.draft.recipient
    if recipient is None or parsed.pack is None:
        return []
    allowed = excused(found, recipient)
    all_firms = list(islice(runs(parsed, book.names), _MOST))
    times = Counter(f.key for f in all_firms)
    both = {k for k in times if len({f.part.name for f in all_firms if f.key == k}) > 1}
    rows = []
    for firm in all_firms:
        is_own = own.is_named_by(firm.words, opens=firm.opens)
        place = is_town(firm.part, firm.words, book.towns) or (len(firm.words) == 1 and is_place(firm.words))
        if not is_own and (place or allowed.any_of(firm.proper, firm.words) or own.holds(firm.words) or is_senders(firm)):
            continue
        features = set(_context(firm)) | set(_form(found, firm, book.names))
        features |= {f"times<{min(3, times[firm.key])}", *(["both"] if firm.key in both else [])}
        org = {w.fold for w in firm.words if is_kind(w.tags)}
        theirs = trades(t for w in firm.words for t in w.tags)
        if not is_own:  # how the name compares with theirs: only another's can tell
            features.add("shares-kind" if org & own.kinds else "other-kind" if org else "no-kind")
            features.add("shares-trade" if theirs & own.trades else "other-trade" if theirs and own.trades else "no-trade")
        rows.append((firm, frozenset(features)))
    return rows


def _seen(word: Word) -> str:
    if "digit" in word.tags:
        return "NUM"
    return "CAP" if word.capitalised and not word.tags & {"function", "verb"} else word.fold


def _context(firm: Firm) -> Iterable[str]:
    """The words and persons around a name in its sentence."""
    words, sentence = firm.part.words, firm.sentence
    before, after = words[sentence.first : firm.first], words[firm.last : sentence.last]
    left = ["^", *(_seen(w) for w in before)][: -NEAR - 1 : -1]
    right = [*(_seen(w) for w in after), "$"][:NEAR]
    left += ["^"] * (3 - len(left))
    right += ["$"] * (2 - len(right))
    yield from (f"p1={left[0]}", f"p2={left[1]}", f"p12={left[1]} {left[0]}", f"p123={left[2]} {left[1]} {left[0]}")
    yield from (f"n1={right[0]}", f"n2={right[1]}", f"n12={right[0]} {right[1]}", f"p1n1={left[0]}_{right[0]}")
    yield from (f"P:{t}" for t in left)
    yield from (f"N:{t}" for t in right)
    yield from (f"bw:{_seen(w)}" for w in before[-_AROUND:] if w.is_word)
    yield from (f"aw:{_seen(w)}" for w in after[: _AROUND - 2] if w.is_word)
    for distance in (1, 2):
        beside = [("-", w) for w in before[-distance:][:1] if len(before) >= distance]
        beside += [("+", w) for w in after[distance - 1 : distance]]
        yield from (f"t{side}{distance}:{t}" for side, w in beside for t in w.tags - trades(w.tags))
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
    if firm.opens:
        yield "starts"
    yield from (f"run:{'trade' if t.startswith('trd_') else t}" for w in words for t in w.tags if t != "cap")
    if any(w.text.isupper() and len(w.text) > 1 for w in words):
        yield "upper"
    if any(w.fold in names for w in words):
        yield "person"
    if all(w.tags - {"cap", "upper"} for w in words):
        yield "ordinary"  # «Industrias Alimentarias», "Advanced Manufacturing": a subject as well as a firm
        yield f"ordinary,org={any(is_kind(w.tags) for w in words)}"
    pack = found.parsed.pack
    if pack and firm.first and pack.is_title(part.words[firm.first - 1].fold):
        yield "titled"
    place = firm.place
    for hit in found.hits:
        if hit.pattern.startswith(_TELLING) and hit.pattern != OTHER_FIRM and meet(hit.place, place):
            yield f"p:{hit.pattern}"
            yield f"f:{hit.pattern.split('.')[0]}"
