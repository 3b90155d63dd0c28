"""Our own rules as lists that other linters can use, so that all look for the same things: lines of patterns become regular
expressions, thresholds become limits.

Left out are lines that no list can say: those that ask for a place in the sentence, for a form of a verb, or for a kind of
word that has no list. Exceptions (`not`) are left out too, and so is what the learned component thinks; others therefore
report somewhat more. Counts are taken on the words alone: no gap crosses the end of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from inmail_lint.language import LanguagePack
from inmail_lint.loading import load_rulebook
from inmail_lint.rulebook import Rule, Rulebook

PHRASE_RULES = ("generic-phrase", "hedge", "buzzword", "spam-phrase", "pushy")
LIMIT_RULES = ("exclamation-many", "questions", "links", "body-length", "subject-length", "sentence-length")
COMPARABLE = PHRASE_RULES + LIMIT_RULES
_LONGEST_CLASS = 400  # words; a longer one would be no list that a person keeps
_LONGEST_PLAIN = 400  # characters of an expression; longer ones hold a class, or more choices than a list by hand would
_PIECE = re.compile(r"\(|\)|\||<[^<>]*>|…\d*|[^\s()|<>…]+")
_WORD = re.compile(r"[^\s<>…]*\w[^\s<>…]*")
_BETWEEN = r"[^\w.!?]*"  # what may stand between two words of a phrase
_ANY = r"\b[\w'’-]+\b"
_ACCENTS = {"a": "aá", "e": "eé", "i": "ií", "o": "oó", "u": "uúü", "n": "nñ"}
_PLAIN = str.maketrans("áéíóúüñ", "aeiouun")


class _Unsayable(Exception):
    """A line that is no regular expression over words."""


@dataclass(frozen=True)
class Expressions:
    """Lines of one language → regular expressions, without look-around and back-references.

    `accents` writes vowels so that they match with and without an accent, for tools that cannot be given a folded text.
    """

    pack: LanguagePack
    accents: bool = False

    def of(self, line: str) -> str | None:
        """The regular expression of a line, None if there is none."""
        if line[0] in "^~":
            return None
        pieces = _PIECE.findall(line.removesuffix("$"))
        try:
            tree, _ = _parsed(pieces, 0)
            body = self._choices(tree, first=True)
        except _Unsayable:
            return None
        return body + (r"\s*(?:[.!?\n]|$)" if line.endswith("$") else "")

    def _choices(self, choices: Sequence[Sequence[Any]], *, first: bool) -> str:
        """Alternatives; those of one word share one gap and one pair of word edges, as a careful hand would write it."""
        words = [self._literal(c[0]) for c in choices if len(c) == 1 and isinstance(c[0], str) and _WORD.fullmatch(c[0])]
        other = [c for c in choices if c and not (len(c) == 1 and isinstance(c[0], str) and _WORD.fullmatch(c[0]))]
        own = [self._word("|".join(dict.fromkeys(words)), first=first)] if words else []
        own += [self._sequence(sequence, first=first) for sequence in other]
        if not all(choices):
            return f"(?:{'|'.join(own)})?"
        return own[0] if len(own) == 1 else f"(?:{'|'.join(own)})"

    @staticmethod
    def _word(alternatives: str, *, first: bool) -> str:
        return f"{'' if first else _BETWEEN}\\b(?:{alternatives})\\b"

    def _sequence(self, pieces: Sequence[Any], *, first: bool) -> str:
        if not pieces:
            return ""
        head, *rest = pieces
        if first and isinstance(head, list) and any(not choice for choice in head):
            filled = [choice for choice in head if choice]  # what begins a line has no gap before it
            return f"(?:{self._sequence([filled, *rest], first=True)}|{self._sequence(rest, first=True)})"
        return self._piece(head, first=first) + self._sequence(rest, first=False)

    def _piece(self, given: Any, *, first: bool) -> str:
        if isinstance(given, list):
            return self._choices(given, first=first)
        piece, before = str(given), "" if first else _BETWEEN
        if piece.startswith("…"):
            return f"(?:{_BETWEEN}{_ANY}){{0,{piece[1:] or 4}}}"
        if piece == "<any>":
            return before + _ANY
        if piece in ("<num>", "<digit>"):
            return before + r"\b\d[\d.,]*\b"
        if piece.startswith("<"):
            return self._word("|".join(dict.fromkeys(map(self._literal, self._class(piece[1:-1])))), first=first)
        if re.search(r"\w", piece):
            return self._word(self._literal(piece), first=first)
        return r"\s*" + re.escape(piece)

    def _class(self, name: str) -> Sequence[str]:
        words, verbs = self.pack.classes.get(name, ((), ()))
        if not words or verbs or len(words) > _LONGEST_CLASS:
            raise _Unsayable
        return sorted(words, key=len, reverse=True)

    def _literal(self, word: str) -> str:
        plain = re.escape(word.lower().translate(_PLAIN)).replace("'", "['’]").replace(r"\ ", " ")
        return "".join(f"[{_ACCENTS[c]}]" if c in _ACCENTS else c for c in plain) if self.accents else plain


def _parsed(pieces: Sequence[str], at: int) -> tuple[list[list[Any]], int]:
    choices: list[list[Any]] = [[]]
    while at < len(pieces) and pieces[at] != ")":
        if pieces[at] == "|":
            choices.append([])
        elif pieces[at] == "(":
            inner, at = _parsed(pieces, at + 1)
            choices[-1].append(inner)
        else:
            choices[-1].append(pieces[at])
        at += 1
    return choices, at


@dataclass(frozen=True)
class Lists:
    """What is given to others for one language: expressions by rule, limits by rule, and how many of our lines they are."""

    phrases: dict[str, list[str]]
    limits: dict[str, dict[str, int]]
    taken: int
    lines: int

    def plain(self) -> Lists:
        """The phrases without gaps, free words and classes alone, and the same limits."""
        phrases = {name: [e for e in own if r"[\w'" not in e and len(e) < _LONGEST_PLAIN] for name, own in self.phrases.items()}
        return replace(self, phrases=phrases, taken=sum(map(len, phrases.values())))


@cache
def _book() -> Rulebook:
    return load_rulebook()


def lists_for(language: str, *, accents: bool = False) -> Lists:
    """The comparable part of our rules for a language."""
    book = _book()
    expressions = Expressions(book.packs[language], accents)
    phrases: dict[str, list[str]] = {}
    lines = 0
    for name in PHRASE_RULES:
        own = list(_lines(book, book.rules[name], language))
        lines += len(own)
        phrases[name] = [e for line in own if (e := expressions.of(line))]
    return Lists(phrases, {name: _limits(book.rules[name]) for name in LIMIT_RULES}, sum(map(len, phrases.values())), lines)


def _lines(book: Rulebook, rule: Rule, language: str) -> Iterable[str]:
    for pattern in book.patterns:
        if any(pattern.name == name or (name[-1] == "*" and pattern.name.startswith(name[:-1])) for name in rule.patterns):
            yield from (line.text for line in pattern.phrases.get(language, ()))


def _limits(rule: Rule) -> dict[str, int]:
    """The mildest limits of a threshold rule: over the one or under the other it reports something."""
    above = [level.limit for level in rule.levels if level.above]
    below = [level.limit for level in rule.levels if not level.above]
    return {**({"above": min(above)} if above else {}), **({"below": max(below)} if below else {})}
