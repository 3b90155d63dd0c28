"""Lines of patterns compiled for one language and part, and what they find in the words of one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, TypeAlias

from inmail_lint.automaton import Automaton, Match
from inmail_lint.document import Word
from inmail_lint.errors import Fault
from inmail_lint.language import LanguagePack
from inmail_lint.line import LineCompiler, PatternSyntaxError
from inmail_lint.recent import Recent
from inmail_lint.tokens import split_literal

# Tags that parsing gives to words of any language, usable as <class> in a pattern.
SHAPES = frozenset({"num", "digit", "cap", "upper", "url", "email", "placeholder", "money", "percent", "emoji", "verb",
                    "clitic", "function", "linker"})
_OPENING_MARKS = frozenset("¿¡«»\"'“”()[]*—–-")
_BULLETS = frozenset("•·▪‣◦✓✔✅➡→»›*")
_UNSEEN = _OPENING_MARKS | _BULLETS  # patterns read past them, in a text as in a line: mock-up is mock up
CLAUSE_MARKS = frozenset(",;:—–-(")
_MET = 4_000  # sentences whose stretches are remembered: a few MB


class Line(NamedTuple):
    """One line of a pattern with the YAML line it stands on."""

    text: str
    line: int
    own: bool = False  # added by a team's configuration: it counts whatever the learned component thinks of it


Owned: TypeAlias = tuple[str, bool, str, Line]  # a line with its pattern, whether it is an exception, and its file


class Stretch(NamedTuple):
    """A pattern found in a sentence: numbers of its first and last word there."""

    pattern: str
    first: int
    last: int
    own: bool


@dataclass(slots=True)
class Compiled:
    """The automaton of some lines, whose each line is, and what sentences met before had in them."""

    automaton: Automaton
    owners: list[tuple[str, bool, bool]]  # key -> (pattern, whether the line is an exception, and a team's own)
    met: Recent[tuple[int, ...], tuple[Stretch, ...]] = field(default_factory=lambda: Recent(_MET))


def visible(words: Iterable[str]) -> list[str]:
    """Those of some words that patterns do not read past."""
    return [word for word in words if word not in _UNSEEN]


def build(lines: Iterable[Owned], pack: LanguagePack, faults: list[Fault] | None) -> Compiled:
    """Compile lines; what cannot be compiled is noted in `faults`, if that is given."""

    @cache
    def split(literal: str) -> list[str]:
        return visible(split_literal(literal, pack.spacy))

    compiler = LineCompiler(split, pack.classes.keys() | SHAPES)
    compiled = Compiled(Automaton(), [])
    for owner, exception, path, line in lines:
        try:
            compiled.automaton.add(compiler.compile(line.text), len(compiled.owners))
        except PatternSyntaxError as error:
            if faults is not None:
                faults.append(Fault(path, f"pattern '{line.text}': {error}", line.line))
        compiled.owners.append((owner, exception, line.own))
    return compiled


def matches_in(compiled: Compiled, words: Sequence[Word], *, whole: bool = False) -> tuple[list[int], list[Match]]:
    """Numbers of the words that patterns see, and where lines match among those; `$` is before the last punctuation, or
    after it where the words are taken as a `whole`."""
    seen, clauses = _symbols(words)
    symbols = [(words[i].fold, words[i].tags, words[i].form) for i in seen]
    last = len(seen) - 1 if whole else _last_real(words, seen)
    return seen, list(compiled.automaton.search(symbols, clauses, last))


def _symbols(words: Sequence[Word]) -> tuple[list[int], frozenset[int]]:
    """Numbers of the words that patterns see, and which of those begin a clause."""
    seen: list[int] = []
    clauses: set[int] = set()
    opens = True
    for i, word in enumerate(words):
        if word.text in _UNSEEN or ("emoji" in word.tags and not seen):
            opens = opens or word.text in CLAUSE_MARKS or word.text in "¿¡"
            continue
        if opens:
            clauses.add(len(seen))
        seen.append(i)
        opens = word.text[0] in CLAUSE_MARKS or "linker" in word.tags or "emoji" in word.tags
    return seen, frozenset(clauses)


def _last_real(words: Sequence[Word], seen: Sequence[int]) -> int:
    last = len(seen) - 1
    while last > 0 and not words[seen[last]].is_word:
        last -= 1
    return last
