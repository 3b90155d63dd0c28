"""One line of pattern → the few states it becomes, and the words without which it cannot match.

    hope (this|my) (message|note) finds you     choices; an empty choice is optional: (this|)
    can I <send> you … <resource>               <class> of the language pack, … up to four words of anything
    <send:imp> me                               a class in one grammatical form
    ~ <verb:imp>                                ~ only where a clause begins, ^ only where the sentence begins
    sound good ?   … $                          punctuation is a word; $ only where the sentence ends
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from inmail_lint.folding import fold
from inmail_lint.guard import Group

_PIECE = re.compile(r"\(|\)|\||<[^<>]*>|…\d*|[^\s()|<>…]+")
_GAP = 4
_WHERE = {"^": "sentence", "~": "clause"}
_NOTHING: frozenset[str] = frozenset()
_ACCEPT = 0  # the state that is reached when the line has matched

LONGEST = 3_000  # characters of one line; the product's longest list of alternatives has 1,744
DEEPEST = 12  # brackets inside one another
WIDEST_GAP = 25  # words; what stands further apart belongs to no phrase
_STATES, _WAYS = 300, 1_000  # of one line, and from one state to another; the product's largest have 58 and 196

Entries: TypeAlias = frozenset[int]
_Choices: TypeAlias = list[list[object]]  # sequences of words, classes, gaps and choices


class PatternSyntaxError(ValueError):
    """A line that cannot be compiled; the text says why."""


class State(NamedTuple):
    """`kind` is "w" for one of some words, "c" for one of some classes, "a" for anything."""

    kind: str
    labels: frozenset[str]
    follow: Entries


class CompiledLine(NamedTuple):
    """States, the first of which means that the line has matched; `where` it may begin: any, clause or sentence."""

    states: list[State]
    entries: Entries
    where: str
    at_end: bool  # it matches only where the sentence ends
    needs: list[Group]  # groups of words and classes, one of each of which every match holds


@dataclass
class LineCompiler:
    """Compiles lines with a language's way of cutting words and the classes it knows."""

    split: Callable[[str], list[str]]  # how the language's tokeniser cuts a literal, without marks that patterns read past
    classes: Set[str]  # names that may stand in <>
    _states: list[State] = field(default_factory=list)
    _known: dict[State, int] = field(default_factory=dict)
    _ways: int = 0

    def compile(self, line: str) -> CompiledLine:
        """Compile one line; raises PatternSyntaxError."""
        if len(line) > LONGEST:
            raise PatternSyntaxError(f"it has {len(line):,} characters; write at most {LONGEST:,}, or several lines")
        pieces = _PIECE.findall(line)
        where = _WHERE[pieces.pop(0)] if pieces and pieces[0] in _WHERE else "any"
        at_end = bool(pieces) and pieces[-1] == "$"
        if at_end:
            pieces.pop()
        if not pieces:
            raise PatternSyntaxError("the pattern has no words")
        if "^" in pieces or "~" in pieces or "$" in pieces:
            raise PatternSyntaxError("^ and ~ stand only first, $ only last")
        tree, rest = _parse(pieces, 0)
        if rest < len(pieces):
            raise PatternSyntaxError("a ')' closes nothing")
        self._states, self._known, self._ways = [State("a", _NOTHING, frozenset())], {}, 0
        entries = self._choices(tree, frozenset((_ACCEPT,)))
        if _ACCEPT in entries:
            raise PatternSyntaxError("the pattern matches nothing at all; make one word of it required")
        if any(self._states[entry].kind == "a" for entry in entries):
            raise PatternSyntaxError("a pattern cannot begin with a gap")
        return CompiledLine(*_reachable(self._states, entries), where, at_end, self._needed(tree))

    def _state(self, kind: str, labels: frozenset[str], follow: Entries) -> int:
        """Number of a state; one that is there already serves again."""
        state = State(kind, labels, follow)
        if state not in self._known:
            self._known[state] = len(self._states)
            self._states.append(state)
            self._ways += len(follow)
            if len(self._states) > _STATES or self._ways > _WAYS:
                raise PatternSyntaxError("too much of it is optional; make words required, shorten gaps, or write several lines")
        return self._known[state]

    def _choices(self, choices: _Choices, follow: Entries) -> Entries:
        entries: set[int] = set()
        for sequence in choices:
            after = follow
            for piece in reversed(sequence):
                after = self._piece(piece, after)
            entries |= after
        return self._joined(entries)

    def _joined(self, entries: Set[int]) -> Entries:
        """Entries, with those of one kind that lead to the same states made one: fewer to try at every word."""
        alike: dict[tuple[str, Entries], list[int]] = {}
        for entry in sorted(entries - {_ACCEPT}):
            alike.setdefault((self._states[entry].kind, self._states[entry].follow), []).append(entry)
        joined = {_ACCEPT} & entries
        for (kind, follow), same in alike.items():
            labels = _NOTHING.union(*(self._states[e].labels for e in same))
            joined.add(same[0] if len(same) == 1 else self._state(kind, labels, follow))
        return frozenset(joined)

    def _piece(self, piece: object, follow: Entries) -> Entries:
        if isinstance(piece, list):
            return self._choices(piece, follow)
        text = str(piece)
        if text.startswith("…"):
            if len(text) > 4 or int(text[1:] or _GAP) > WIDEST_GAP:
                raise PatternSyntaxError(f"the gap {text[:9]} is too wide; skip at most {WIDEST_GAP} words, as …{WIDEST_GAP}")
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
        words = self.split(text)
        if not words:
            raise PatternSyntaxError(f"patterns read past {text} and never meet it; leave it out")
        after = follow
        for word in reversed(words):
            after = frozenset((self._state("w", frozenset((fold(word),)), after),))
        return after

    def _needed(self, choices: _Choices) -> list[Group]:
        """What every match holds: all groups of a sequence; of a choice one group, made of each alternative's rarest."""
        per_choice: list[list[Group]] = []
        for sequence in choices:
            groups: list[Group] = []
            for piece in sequence:
                if isinstance(piece, list):
                    groups += self._needed(piece)
                elif str(piece).startswith("<") and piece != "<any>":
                    groups.append(frozenset((str(piece),)))
                elif not str(piece).startswith(("…", "<")):
                    groups += [frozenset((fold(word),)) for word in self.split(str(piece))]
            per_choice.append(groups)
        if len(per_choice) == 1:
            return per_choice[0]
        if not all(per_choice):
            return []
        return [_NOTHING.union(*(min(groups, key=_commonness) for groups in per_choice))]


def _commonness(group: Group) -> tuple[bool, int, int]:
    """A guess at how often a sentence satisfies a group: classes more often than words, short words more often."""
    return any(label.startswith("<") for label in group), len(group), -min(map(len, group))


def _parse(pieces: list[str], at: int, depth: int = 0) -> tuple[_Choices, int]:
    """Pieces from number `at` up to a closing bracket as choices, and the number of that bracket."""
    if depth > DEEPEST:
        raise PatternSyntaxError(f"brackets stand more than {DEEPEST} deep; write several lines")
    choices: _Choices = [[]]
    while at < len(pieces) and pieces[at] != ")":
        piece = pieces[at]
        if piece == "|":
            choices.append([])
        elif piece == "(":
            inner, at = _parse(pieces, at + 1, depth + 1)
            if at >= len(pieces):
                raise PatternSyntaxError("a '(' is not closed")
            choices[-1].append(inner)
        else:
            choices[-1].append(piece)
        at += 1
    return choices, at


def _reachable(states: list[State], entries: Entries) -> tuple[list[State], Entries]:
    """The states that can be entered, numbered anew, the accepting one first."""
    order: dict[int, int] = {_ACCEPT: 0}
    waiting = sorted(entries)
    while waiting:
        state = waiting.pop()
        if state not in order:
            order[state] = len(order)
            waiting += sorted(states[state].follow)
    anew = [states[s]._replace(follow=frozenset(order[f] for f in states[s].follow)) for s in order]
    return anew, frozenset(order[e] for e in entries)
