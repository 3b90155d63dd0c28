"""What a sentence looks like to the learned component: plain named features, nothing hidden.

Words that are names become `CAP`, numbers `NUM`: what carries over to another writer is the form of a sentence,
not whom it speaks of. Features lie in sets by kind, so that the usual ones need no name spelt out to be looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from sys import intern
from typing import NamedTuple, TypeAlias, TypeVar

from inmail_lint.document import ParsedDraft, Sentence, Word
from inmail_lint.found import Found

_SHORT_CALL = 20  # minutes (corpus/labelled/LABELS.md, `cta_low_effort`)
_DIGITS_READ = 1000  # Python makes no number of more than 4300 digits (sys.set_int_max_str_digits)
_QUOTES = frozenset("«»“”\"'‘’")
_SHORT = 4  # letters; a longer word that no list knows is rare
_OF_SENDER, _OF_READER = frozenset({"sender", "verb:1"}), frozenset({"reader", "verb:2", "verb:vos"})
_OF_TIME = frozenset({"minutes", "hours", "digit"})
_DIGITS = re.compile(r"\d+")
_MINUTES = re.compile(r"(\d+)(?:min|mins|m|')")
_GLUED = re.compile(r"(\d+)-?(?:min|mins|minute|minutes|minutos|')")
_STANDS_FOR = ("placeholder", "url", "email", "emoji", "money", "percent")
_NONE: frozenset[str] = frozenset()
_NO_PAIRS: frozenset[tuple[str, ...]] = frozenset()

Key: TypeAlias = "str | tuple[str, ...]"  # a feature within its kind
_T = TypeVar("_T")


class Features(NamedTuple):
    """The features of a sentence or of a draft, by kind."""

    plain: Set[str] = _NONE  # those that have their whole name
    words: Set[str] = _NONE  # w:
    pairs: Set[tuple[str, ...]] = _NO_PAIRS  # b:, words side by side
    triples: Set[tuple[str, ...]] = _NO_PAIRS  # c:
    tags: Set[str] = _NONE  # t:
    before: Set[str] = _NONE  # prev:, what the sentence before is
    after: Set[str] = _NONE  # next:

    def kinds(self) -> tuple[Set[Key], ...]:
        """The sets, by number of kind."""
        return self

    def names(self) -> frozenset[str]:
        """Every feature by its full name, as the weights' file has it."""
        return frozenset((*self.plain, *(f"w:{w}" for w in self.words), *(f"b:{' '.join(p)}" for p in self.pairs),
                          *(f"c:{' '.join(t)}" for t in self.triples), *(f"t:{t}" for t in self.tags),
                          *(f"prev:{f}" for f in self.before), *(f"next:{f}" for f in self.after)))


_PREFIXES = {"w:": 1, "b:": 2, "c:": 3, "t:": 4, "prev:": 5, "next:": 6}
_WORDS = {2: 2, 3: 3}  # how many words a key of the kind has


def kind_and_key(name: str) -> tuple[int, Key]:
    """The number of a feature's kind (its field in Features) and what stands for it there, from its full name."""
    prefix = name[: name.find(":") + 1]
    kind = _PREFIXES.get(prefix, 0)
    rest = name[len(prefix) :]
    if kind in _WORDS:
        words = tuple(rest.split(" "))
        return (kind, words) if len(words) == _WORDS[kind] else (0, name)
    return (kind, rest) if kind else (0, name)


def joined(features: Sequence[Features]) -> Features:
    """All features of several sentences."""
    return Features(_union(f.plain for f in features), _union(f.words for f in features), _union(f.pairs for f in features),
                    _union(f.triples for f in features), _union(f.tags for f in features),
                    _union(f.before for f in features), _union(f.after for f in features))


def _union(sets: Iterable[Set[_T]]) -> frozenset[_T]:
    return frozenset[_T]().union(*sets)


@dataclass(frozen=True, eq=False)
class Own:
    """The features that a sentence's own words give it, those of them that its neighbours see, how many of its words speak
    of the sender and to the reader, and what the features weigh."""

    features: Features
    shown: frozenset[str]
    sender: int = 0
    reader: int = 0
    weight: int = 0


class Row:
    """A sentence with its features: its own, and those of its place and its patterns."""

    def __init__(self, sentence: Sentence, own: Own, around: Features) -> None:
        self.sentence, self.own, self.around = sentence, own, around

    @cached_property
    def features(self) -> Features:
        return joined((self.own.features, self.around))

    @cached_property
    def names(self) -> frozenset[str]:
        """All of them by their full names."""
        return self.features.names()


def sentence_rows(found: Found, own_of: Callable[[Sequence[Word], bool], Own] | None = None) -> list[Row]:
    """Every sentence of the draft's parts, in order, with its features. `own_of` may remember what `own_features` makes."""
    parsed = found.parsed
    patterns: dict[tuple[str, int], set[str]] = {}
    for hit in found.hits:
        patterns.setdefault((hit.place.part, hit.sentence), set()).add(hit.pattern)
    rows: list[Row] = []
    last = next((s for s in reversed(parsed.body.sentences) if s.paragraph < parsed.signoff), None)
    for part in parsed.parts:
        owns = [(own_of or own_features)(part.words[s.first : s.last], s.is_question) for s in part.sentences]
        named = [{f"p:{name}" for name in patterns.get((part.name, i), ())} for i in range(len(owns))]
        shown = [_NONE, *(own.shown | names for own, names in zip(owns, named, strict=True)), _NONE]
        for i, sentence in enumerate(part.sentences):
            plain = named[i] | {f"f:{name[2:].split('.')[0]}" for name in named[i]}
            plain.update(_position(parsed, sentence, i, last))
            rows.append(Row(sentence, owns[i], Features(plain, before=shown[i], after=shown[i + 2])))
    return rows


def own_features(words: Sequence[Word], is_question: bool) -> Own:
    """What the words of a sentence alone say of it."""
    looks = [_LOOKS.get(w.form) or _look(w) for w in words]
    tokens = [look.token for look in looks if look.tells]
    tags = _NONE.union(*[w.tags for w in words])
    real = [w for w in words if w.is_word]
    plain = set(_shape(real, looks, tags, is_question))
    shown = frozenset([f for f in plain if f.startswith("s:")])
    if real:
        if looks[0].tells:
            tokens[0] = looks[0].opening
        plain |= (_LOOKS.get(real[0].form) or _look(real[0])).first
        plain.add(f"head:{tokens[0]}")
    return Own(Features(plain, set(tokens), set(pairwise(("^", *tokens, "$"))),
                        set(zip(tokens, tokens[1:], tokens[2:], strict=False)), tags), shown,
               sum(not w.tags.isdisjoint(_OF_SENDER) for w in words), sum(not w.tags.isdisjoint(_OF_READER) for w in words))


class _Look(NamedTuple):
    """What a token says of its sentence, wherever it stands there."""

    token: str  # as features have it
    opening: str  # the same where it opens the sentence
    tells: bool  # whether it is a token of features at all
    is_name: bool
    is_number: bool
    is_rare: bool
    marks: frozenset[str]  # features that it gives wherever it stands
    first: frozenset[str]  # and as the first word


_LOOKS: dict[int, _Look] = {}  # by number of form: remembered, for a sentence has few tokens that none had before
_KEPT_LOOKS = 50_000


def _look(word: Word) -> _Look:
    tags = word.tags
    look = _Look(_token(word, first=False), _token(word, first=True), word.is_word or word.text[0] in "?!",
                 word.is_word and word.capitalised and "function" not in tags, word.is_word and "digit" in tags,
                 word.is_word and not tags - {"cap"} and len(word.fold) > _SHORT, _marks(word.text),
                 frozenset([intern(f"first:{t}") for t in tags]))
    if len(_LOOKS) > _KEPT_LOOKS:
        _LOOKS.clear()
    _LOOKS[word.form] = look
    return look


@lru_cache(maxsize=10_000)
def buckets(name: str, value: int, limits: tuple[int, ...]) -> str:
    """The feature that says under which limit a number is."""
    return f"{name}<{next((limit for limit in limits if value < limit), 'more')}"


def _token(word: Word, *, first: bool) -> str:
    tags = word.tags
    if not tags.isdisjoint(_STANDS_FOR):
        return next(kind for kind in _STANDS_FOR if kind in tags).upper()
    if "digit" in tags:
        return "NUM"
    if word.capitalised and not first and "upper" not in tags and not tags & {"function", "verb"}:
        return "CAP"
    return word.fold


def _marks(text: str) -> frozenset[str]:
    return frozenset({"s:exclaims"}) if text[0] == "!" else frozenset({"s:quotes"}) if text in _QUOTES else _NONE


def _shape(real: Sequence[Word], looks: Sequence[_Look], tags: Set[str], is_question: bool) -> Iterable[str]:
    if not tags.isdisjoint(_OF_TIME):
        yield from _durations(real)
    names = len([look for look in looks if look.is_name])
    if names and real[0].capitalised and "function" not in real[0].tags:
        names -= 1  # which need be no name
    numbers = len([look for look in looks if look.is_number])
    rare = len([look for look in looks if look.is_rare])
    yield buckets("s:words", len(real), (3, 6, 10, 16, 24, 34))
    yield buckets("s:names", names, (1, 2, 3, 5))
    yield buckets("s:numbers", numbers, (1, 2, 3))
    yield buckets("s:rare", rare, (1, 2, 4, 7))
    sender = "sender" in tags or "verb:1" in tags
    reader = "reader" in tags or bool(tags & {"verb:2", "verb:vos", "verb:imp"})
    yield f"s:persons={'S' if sender else ''}{'R' if reader else ''}"
    if is_question:
        yield "s:question"
        yield f"s:question{'R' if reader else ''}{'S' if sender else ''}"
    yield from _NONE.union(*[look.marks for look in looks])
    if reader and (names or numbers):
        yield "s:reader+specific"
    if sender and numbers:
        yield "s:sender+number"


def _durations(words: Sequence[Word]) -> Iterable[str]:
    """Whether a length of time is short (up to 20 minutes) or long."""
    for number, unit in pairwise(words):
        if "minutes" in unit.tags or ("digit" in unit.tags and _MINUTES.fullmatch(unit.fold)):
            digits = _DIGITS.match(number.fold)
            short = _is_short(digits.group()) if digits else "over_20" not in number.tags
            yield "time:short" if short else "time:long"
        elif "hours" in unit.tags and ("digit" in number.tags or number.tags & {"up_to_20", "number_word"}):
            yield "time:long"
    for word in words:
        glued = _GLUED.fullmatch(word.fold) if "digit" in word.tags else None
        if glued:
            yield "time:short" if _is_short(glued.group(1)) else "time:long"


def _is_short(minutes: str) -> bool:
    return len(minutes) < _DIGITS_READ and int(minutes) <= _SHORT_CALL


def _position(parsed: ParsedDraft, sentence: Sentence, index: int, last: Sentence | None) -> Iterable[str]:
    """Where a sentence stands; `last` is the body's last one before the sign-off."""
    if sentence.part == "subject":
        yield "at:subject"
        return
    sentences = parsed.body.sentences
    yield "at:body"
    yield f"kind:{parsed.draft.kind}"
    if sentence.paragraph >= parsed.signoff:
        yield "at:signoff"
        return
    if sentence is last:
        yield "at:last"
    if last is not None and sentence.paragraph == last.paragraph:
        yield "at:last-paragraph"
    if index < 2:
        yield f"at:{index}"
    yield buckets("at:tenth", 10 * index // max(1, len(sentences)), (2, 4, 6, 8))
    if parsed.body.paragraphs[sentence.paragraph].is_item:
        yield "at:item"
