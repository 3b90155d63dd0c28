"""One linear-time matcher for all phrases and patterns of a language.

A line of pattern is words with choices, classes and gaps; lines become the states of one automaton that reads the
words of a sentence once, whatever the number of patterns:

    hope (this|my) (message|note) finds you     choices; an empty choice is optional: (this|)
    can I <send> you … <resource>               <class> of the language pack, … up to four words of anything
    <send:imp> me                               a class in one grammatical form
    ~ <verb:imp>                                ~ only where a clause begins, ^ only where the sentence begins
    sound good ?   … $                          punctuation is a word; $ only where the sentence ends
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from inmail_lint.folding import fold

_PIECE = re.compile(r"\(|\)|\||<[^<>]*>|…\d*|[^\s()|<>…]+")
_GAP = 4
_KEPT_STARTS = 50_000  # words in their positions whose starting states are remembered
_GUARDS = 2  # groups checked before a line is tried; more cost as much as they spare

Follow: TypeAlias = frozenset[int]
Symbol: TypeAlias = tuple[str, frozenset[str]]  # a folded word and its tags


class PatternSyntaxError(ValueError):
    """A line that cannot be compiled; the text says why."""


@dataclass(frozen=True, slots=True)
class Match:
    """Line number `key` matched the words `first` to `last` (inclusive) of the sentence searched."""

    key: int
    first: int
    last: int


# kind ("w" one of some words, "c" a class, "a" anything), the words or the class, the states that follow, the line it
# belongs to, and what is matched when it is passed: (key, only at the end)
_State: TypeAlias = tuple[str, frozenset[str], Follow, int, tuple[tuple[int, bool], ...]]
_NOTHING: frozenset[str] = frozenset()
Group: TypeAlias = frozenset[str]  # words, and classes as `<name>`, of which a line needs one


@dataclass
class Automaton:
    """States of all lines; `add` compiles one, `search` runs all over one sentence."""

    split: Callable[[str], list[str]]  # how the language's tokeniser cuts a literal
    classes: frozenset[str]  # names that may stand in <>
    _states: list[_State] = field(default_factory=list)
    _accepts: dict[int, tuple[int, bool]] = field(default_factory=dict)  # accepting state -> (key, only at the end)
    _starts: dict[str, dict[str, dict[str, list[int]]]] = field(default_factory=dict)
    _started: dict[tuple[str, frozenset[str], bool, bool], tuple[int, ...]] = field(default_factory=dict)  # kept answers
    _needs: list[tuple[Group, ...]] = field(default_factory=list)  # by line: what a sentence must hold for it to match

    def tables(self) -> tuple[object, ...]:
        """Everything compiled, as plain tables; `restore` takes them back."""
        return self._states, self._accepts, self._starts, self._needs

    def restore(self, tables: tuple[Any, ...]) -> None:
        self._states, self._accepts, self._starts, self._needs = tables

    def add(self, line: str, key: int) -> None:
        """Compile a line under the number `key`; raises PatternSyntaxError."""
        pieces = _PIECE.findall(line)
        where = "any"
        if pieces and pieces[0] in ("^", "~"):
            where = {"^": "sentence", "~": "clause"}[pieces.pop(0)]
        at_end = bool(pieces) and pieces[-1] == "$"
        if at_end:
            pieces.pop()
        if not pieces:
            raise PatternSyntaxError("the pattern has no words")
        if "^" in pieces or "~" in pieces or "$" in pieces:
            raise PatternSyntaxError("^ and ~ stand only first, $ only last")
        tree, rest = self._parse(pieces, 0)
        if rest < len(pieces):
            raise PatternSyntaxError("a ')' closes nothing")
        required = [group for group in self._required(tree)[1:] if not any(s.startswith("<") for s in group)]
        self._needs.append(tuple(sorted(required, key=len)[:_GUARDS]))
        accept = self._state("a", _NOTHING, frozenset())
        self._accepts[accept] = (key, at_end)
        entries = self._compile(tree, frozenset((accept,)))
        if accept in entries:
            raise PatternSyntaxError("the pattern matches nothing at all; make one word of it required")
        for entry in entries:
            kind, labels = self._states[entry][:2]
            if kind == "a":
                raise PatternSyntaxError("a pattern cannot begin with a gap")
            for label in labels:
                self._starts.setdefault(where, {}).setdefault(kind, {}).setdefault(label, []).append(entry)

    def _state(self, kind: str, labels: frozenset[str], follow: Follow) -> int:
        passed = tuple(self._accepts[state] for state in follow if state in self._accepts)
        plain = follow - self._accepts.keys() if passed else follow
        self._states.append((kind, labels, plain, len(self._needs) - 1, passed))
        return len(self._states) - 1

    def _single_words(self, choices: list[list[object]]) -> frozenset[str]:
        """The folded words of a choice between single plain words; empty for anything else."""
        if len(choices) < 2 or any(len(c) != 1 or not isinstance(c[0], str) or c[0][0] in "<…" for c in choices):
            return _NOTHING
        cut = [self.split(str(c[0])) for c in choices]
        return frozenset(fold(words[0]) for words in cut) if all(len(words) == 1 for words in cut) else _NOTHING

    def _required(self, choices: list[list[object]]) -> list[Group]:
        """Groups of symbols, one of each of which every match holds: a sound guard that spares most lines a search."""
        words = self._single_words(choices)
        if words:
            return [words]
        per_choice: list[list[Group]] = []
        for sequence in choices:
            groups: list[Group] = []
            for piece in sequence:
                if isinstance(piece, list):
                    groups += self._required(piece)
                elif str(piece).startswith("<") and piece != "<any>":
                    groups.append(frozenset((str(piece),)))
                elif not str(piece).startswith(("…", "<")):
                    groups += [frozenset((fold(word),)) for word in self.split(str(piece))]
            per_choice.append(groups)
        if len(per_choice) == 1:
            return per_choice[0]
        if not all(per_choice):
            return []
        return [frozenset().union(*(groups[0] for groups in per_choice))]

    def _parse(self, pieces: list[str], at: int) -> tuple[list[list[object]], int]:
        choices: list[list[object]] = [[]]
        while at < len(pieces) and pieces[at] != ")":
            piece = pieces[at]
            if piece == "|":
                choices.append([])
            elif piece == "(":
                inner, at = self._parse(pieces, at + 1)
                if at >= len(pieces):
                    raise PatternSyntaxError("a '(' is not closed")
                choices[-1].append(inner)
            else:
                choices[-1].append(piece)
            at += 1
        return choices, at

    def _compile(self, choices: list[list[object]], follow: Follow) -> Follow:
        entries: set[int] = set()
        for sequence in choices:
            after = follow
            for piece in reversed(sequence):
                after = self._piece(piece, after)
            entries |= after
        return frozenset(entries)

    def _piece(self, piece: object, follow: Follow) -> Follow:
        if isinstance(piece, list):
            words = self._single_words(piece)
            return frozenset((self._state("w", words, follow),)) if words else self._compile(piece, follow)
        text = str(piece)
        if text.startswith("…"):
            entries = follow
            for _ in range(int(text[1:] or _GAP)):
                entries = follow | {self._state("a", _NOTHING, entries)}
            return entries
        if text.startswith("<"):
            name = text[1:-1]
            if name == "any":
                return frozenset((self._state("a", _NOTHING, follow),))
            if name not in self.classes and name.split(":")[0] not in self.classes:
                raise PatternSyntaxError(f"unknown class <{name}>")
            return frozenset((self._state("c", frozenset((name,)), follow),))
        after = follow
        for word in reversed(self.split(text)):
            after = frozenset((self._state("w", frozenset((fold(word),)), after),))
        return after

    def search(self, sentence: Sequence[Symbol], clause_starts: frozenset[int], last_word: int) -> Iterable[Match]:
        """Longest match of every line from every start; words count from 0, `last_word` is where `$` holds."""
        states, needs = self._states, self._needs
        present = {word for word, _ in sentence}
        possible: dict[int, bool] = {}
        longest: dict[tuple[int, int], int] = {}
        active: dict[int, int] = {}
        for index, (word, tags) in enumerate(sentence):
            reached: dict[int, int] = {}
            for state_id, begun in active.items():
                state = states[state_id]
                kind = state[0]
                if kind == "a" or (word in state[1] if kind == "w" else not state[1].isdisjoint(tags)):
                    for target in state[2]:
                        if reached.get(target, index + 1) > begun:
                            reached[target] = begun
                    for key, at_end in state[4]:
                        if not at_end or index >= last_word:
                            longest[key, begun] = index
            for state_id in self._starting(index, word, tags, clause_starts):
                state = states[state_id]
                line = state[3]
                can = possible.get(line)
                if can is None:
                    can = True
                    for group in needs[line]:
                        if group.isdisjoint(present):
                            can = False
                            break
                    possible[line] = can
                if can:
                    for target in state[2]:
                        reached.setdefault(target, index)
                    for key, at_end in state[4]:
                        if not at_end or index >= last_word:
                            longest[key, index] = index
            active = reached
        return [Match(key, first, last) for (key, first), last in longest.items()]

    def _starting(self, index: int, word: str, tags: frozenset[str], clause_starts: frozenset[int]) -> Iterable[int]:
        key = (word, tags, index in clause_starts, index == 0)
        known = self._started.get(key)
        if known is None:
            wheres = ["any", *(["clause"] if key[2] else []), *(["sentence"] if key[3] else [])]
            kinds = [self._starts[where] for where in wheres if where in self._starts]
            known = tuple(state for kind in kinds for state in (
                *kind.get("w", {}).get(word, ()),
                *(s for tag in sorted(tags) for s in kind.get("c", {}).get(tag, ()))))
            if len(self._started) > _KEPT_STARTS:
                self._started.clear()
            self._started[key] = known
        return known
