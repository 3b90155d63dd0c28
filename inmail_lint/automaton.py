"""One linear-time matcher for all phrases and patterns of a language: lines (see `line.py`) become the states of one
automaton that reads the words of a sentence once, whatever the number of patterns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from inmail_lint.guard import Guard, Symbol
from inmail_lint.line import CompiledLine

_KEPT_STARTS = 10_000  # words in their positions whose starting states are remembered
_NO, _ALWAYS, _AT_END = 0, 1, 2  # whether a line has matched when a state is passed


class Match(NamedTuple):
    """The line with `key` matched the words `first` to `last` (inclusive) of the sentence searched."""

    key: int
    first: int
    last: int


# kind and labels (see `line.State`), the states that follow, the line's key, and whether it has then matched
_State: TypeAlias = tuple[str, frozenset[str], tuple[int, ...], int, int]


@dataclass
class Automaton:
    """States of all lines; `add` takes a line, `search` runs all over one sentence."""

    _states: list[_State] = field(default_factory=list)
    _starts: dict[str, dict[str, dict[str, list[int]]]] = field(default_factory=dict)  # where, kind, label -> states
    _started: dict[int, dict[int, list[int]]] = field(default_factory=dict)  # kept: form and position -> starting states
    _tagged: dict[tuple[frozenset[str], int], dict[int, list[int]]] = field(default_factory=dict)  # the same of tags alone
    _guard: Guard = field(default_factory=Guard)

    def tables(self) -> tuple[object, ...]:
        """Everything compiled, as plain tables; `restore` takes them back."""
        return self._states, self._starts, self._guard.tables()

    def restore(self, tables: tuple[Any, ...]) -> None:
        self._states, self._starts, guard = tables
        self._guard.restore(guard)

    def add(self, line: CompiledLine, key: int) -> None:
        """Take a compiled line under the number `key`."""
        base = len(self._states) - 1  # the accepting state, number 0 of the line, needs no place
        for kind, labels, follow in line.states[1:]:
            passed = (_AT_END if line.at_end else _ALWAYS) if 0 in follow else _NO
            self._states.append((kind, labels, tuple(base + f for f in sorted(follow) if f), key, passed))
        for entry in sorted(line.entries):
            kind, labels, _ = line.states[entry]
            for label in labels:
                self._starts.setdefault(line.where, {}).setdefault(kind, {}).setdefault(label, []).append(base + entry)
        self._guard.add(key, line.needs)

    def search(self, sentence: Sequence[Symbol], clause_starts: frozenset[int], last_word: int) -> Iterable[Match]:
        """Longest match of every line from every start; words count from 0, `last_word` is where `$` holds."""
        states = self._states
        possible = self._guard.possible(sentence)
        if not possible:
            return []
        longest: dict[tuple[int, int], int] = {}
        active: dict[int, int] = {}  # state -> number of the word with which its match began
        started = self._started
        for index, (word, tags, form) in enumerate(sentence):
            reached: dict[int, int] = {}
            for state_id, begun in active.items():
                kind, labels, follow, key, passed = states[state_id]
                if kind == "a" or (word in labels if kind == "w" else not labels.isdisjoint(tags)):
                    for target in follow:
                        if reached.get(target, index) > begun:
                            reached[target] = begun
                    if passed and (passed == _ALWAYS or index >= last_word):
                        longest[key, begun] = index
            where = form * 4 + (index in clause_starts) * 2 + (not index)
            starting = started.get(where)
            if starting is None:
                starting = self._starting(where, word, tags)
            for key in possible & starting.keys():
                for state_id in starting[key]:
                    _, _, follow, _, passed = states[state_id]
                    for target in follow:
                        reached.setdefault(target, index)
                    if passed and (passed == _ALWAYS or index >= last_word):
                        longest[key, index] = index
            active = reached
        return [Match(key, first, last) for (key, first), last in longest.items()]

    def _starting(self, where: int, word: str, tags: frozenset[str]) -> dict[int, list[int]]:
        """States that a word enters, by line; `where` is four times its form, 2 more where a clause begins, 1 more where the
        sentence does. Words alike in their tags share what those enter."""
        wheres = ["any", *(["clause"] if where & 2 else []), *(["sentence"] if where & 1 else [])]
        kinds = [self._starts[where] for where in wheres if where in self._starts]
        if len(self._started) > _KEPT_STARTS:
            self._started.clear()
            self._tagged.clear()
        states = self._tagged.get((tags, where & 3))
        if states is None:
            states = self._tagged[tags, where & 3] = self._with(
                {}, [s for kind in kinds for t in tags for s in kind.get("c", {}).get(t, ())])
        own = [s for kind in kinds for s in kind.get("w", {}).get(word, ())]
        if own:
            states = self._with(states, own)
        self._started[where] = states
        return states

    def _with(self, states: dict[int, list[int]], more: Iterable[int]) -> dict[int, list[int]]:
        """States by line, and some more."""
        states = dict(states)
        for state in more:
            key = self._states[state][3]
            states[key] = [*states.get(key, ()), state]
        return states
