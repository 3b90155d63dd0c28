"""The parsed draft: words, sentences, paragraphs and scopes with offsets; everything else only reads it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from inmail_lint.draft import Draft
from inmail_lint.folding import Reading
from inmail_lint.language import LanguagePack

WRITTEN = frozenset({"cap", "upper"})  # tags of a word in capitals that no list has
_PERSONS = frozenset({"sender", "reader", "verb:1", "verb:2", "verb:vos", "verb:imp"})


class Word(NamedTuple):
    """A token with its original half-open offsets, its folded form and what it can be."""

    text: str
    start: int
    end: int
    fold: str
    tags: frozenset[str]
    is_word: bool  # no punctuation
    capitalised: bool
    syllables: int  # 0 for what is not read out as a word, and in languages without a formula for reading ease
    form: int  # tokens of one number are alike in everything but their place


class Place(NamedTuple):
    """Part and half-open character range in it."""

    part: str
    start: int
    end: int


class Sentence(NamedTuple):
    """Words `first` to `last` (exclusive) of a part; `paragraph` is its paragraph's number."""

    part: str
    first: int
    last: int
    start: int
    end: int
    paragraph: int
    is_question: bool


class Paragraph(NamedTuple):
    """A block as the eye sees it (hard-wrapped lines joined); `is_item` for a bullet or numbered line."""

    start: int
    end: int
    first: int
    last: int
    is_item: bool


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    text: str
    reading: Reading
    words: tuple[Word, ...]
    sentences: tuple[Sentence, ...]
    paragraphs: tuple[Paragraph, ...]
    counted: tuple[int, ...]  # how many of the words before each are no punctuation, and of all
    tags: frozenset[str]  # of all words

    def count(self, first: int = 0, last: int = -1) -> int:
        """How many words are no punctuation, from number `first` to before `last` (or the end)."""
        return self.counted[last] - self.counted[first]

    def sentence_at(self, offset: int) -> int:
        """Number of the sentence that holds a character; -1 for one between sentences."""
        number = bisect_right(self.sentences, offset, key=lambda s: s.start) - 1
        return number if number >= 0 and offset < self.sentences[number].end else -1

    def real_words(self, first: int = 0, last: int | None = None) -> Iterable[Word]:
        """Words that are no punctuation."""
        return (w for w in self.words[first:last] if w.is_word)


@dataclass(frozen=True, slots=True)
class Greeting:
    """The greeting's words (last exclusive) and which of them name somebody; `phrase` is false for a bare vocative."""

    first: int
    last: int
    names: tuple[int, ...]
    phrase: bool


@dataclass(frozen=True, slots=True)
class Expression:
    """A match of an expression pattern, in original offsets."""

    pattern: str
    place: Place


@dataclass(frozen=True)
class ParsedDraft:
    """A draft with everything found in it while parsing; `language` None when it could not be told."""

    draft: Draft
    language: str | None
    pack: LanguagePack | None
    subject: Part
    body: Part
    greeting: Greeting | None
    signoff: int  # number of the first paragraph of the sign-off (number of paragraphs if there is none)
    expressions: tuple[Expression, ...]
    scopes: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[Part, Part]:
        return self.subject, self.body

    @cached_property
    def mentions(self) -> tuple[int, int]:
        """How often the main text speaks of the sender, and of or to the reader."""
        sender = reader = 0
        spoken = [(w.start, w.tags) for w in self.body.words if not w.tags.isdisjoint(_PERSONS)]
        for place in self.scopes.get("body.main", ()):
            for start, tags in spoken:
                if not place.start <= start < place.end:
                    continue
                if "sender" in tags or "verb:1" in tags:
                    sender += 1
                elif "reader" in tags or "verb:2" in tags or "verb:vos" in tags or (
                        "verb:imp" in tags and "verb:3" not in tags):
                    reader += 1
        return sender, reader

    def part(self, name: str) -> Part:
        return self.subject if name == "subject" else self.body

    def in_scope(self, place: Place, scope: str) -> bool:
        """Whether a place begins inside a scope; an unknown scope holds nothing."""
        return any(s.part == place.part and s.start <= place.start < s.end for s in self.scopes.get(scope, ()))

    def words_of(self, sentence: Sentence) -> tuple[Word, ...]:
        return self.part(sentence.part).words[sentence.first : sentence.last]

    def sentence_text(self, sentence: Sentence) -> str:
        return self.part(sentence.part).text[sentence.start : sentence.end]
