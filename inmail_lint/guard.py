"""Which lines of pattern can match in a sentence at all, told by one addition of large numbers.

A line has a field of bits: one for every group of words of which it needs one, and above them a bit that stays clear.
The words of a sentence set the bits of the groups they belong to; adding one to every field then carries into the top
bit of those fields whose bits are all set. The cost hardly depends on how many lines there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Group: TypeAlias = frozenset[str]  # folded words, and classes as `<name>`, of which a line needs one
Symbol: TypeAlias = tuple[str, frozenset[str], int]  # a folded word, its tags, and the number of its form

_KEPT = 20_000  # forms and sets of tags whose bits are remembered


@dataclass
class Guard:
    """What every line needs; `add` takes one line, `possible` holds all against one sentence."""

    _width: int = 0
    _ones: int = 0  # the lowest bit of every field
    _tops: int = 0  # the highest
    _line_at: dict[int, int] = field(default_factory=dict)  # position of a top bit, from 1 -> key of the line
    _words: dict[str, int] = field(default_factory=dict)
    _classes: dict[str, int] = field(default_factory=dict)
    _of_tags: dict[frozenset[str], int] = field(default_factory=dict)  # kept answers
    _of_forms: dict[int, int] = field(default_factory=dict)

    def tables(self) -> tuple[object, ...]:
        return self._ones, self._tops, self._line_at, self._words, self._classes

    def restore(self, tables: tuple[Any, ...]) -> None:
        self._ones, self._tops, self._line_at, self._words, self._classes = tables

    def add(self, key: int, groups: Iterable[Group]) -> None:
        """A line under its key: it can match only where every group has a word."""
        start = self._width
        for group in set(groups):
            for label in group:
                table, name = (self._classes, label[1:-1]) if label.startswith("<") else (self._words, label)
                table[name] = table.get(name, 0) | 1 << self._width
            self._width += 1
        self._ones |= 1 << start
        self._tops |= 1 << self._width
        self._width += 1
        self._line_at[self._width] = key

    def possible(self, sentence: Iterable[Symbol]) -> set[int]:
        """Keys of the lines that can match in the sentence."""
        present = 0
        of_forms = self._of_forms
        for word, tags, form in sentence:
            known = of_forms.get(form)
            present |= self._formed(word, tags, form) if known is None else known
        full = (present + self._ones) & self._tops
        lines = set()
        while full:
            top = full.bit_length()
            lines.add(self._line_at[top])
            full ^= 1 << top - 1
        return lines

    def _formed(self, word: str, tags: frozenset[str], form: int) -> int:
        known = self._of_tags.get(tags)
        bits = self._tagged(tags) if known is None else known
        if word in self._words:
            bits |= self._words[word]
        if len(self._of_forms) > _KEPT:
            self._of_forms.clear()
        self._of_forms[form] = bits
        return bits

    def _tagged(self, tags: frozenset[str]) -> int:
        bits = 0
        for tag in tags:
            bits |= self._classes.get(tag, 0)
        if len(self._of_tags) > _KEPT:
            self._of_tags.clear()
        self._of_tags[tags] = bits
        return bits
