"""Named patterns from `rules/patterns/` (and the phrases inside rules): loaded, compiled once a language, found."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, TypeAlias

from inmail_lint.automaton import Automaton, Match
from inmail_lint.cache import kept
from inmail_lint.document import ParsedDraft, Part, Place, Sentence, Word
from inmail_lint.errors import Fault, RuleError
from inmail_lint.language import LanguagePack
from inmail_lint.line import LineCompiler, PatternSyntaxError
from inmail_lint.tokens import apart, overlaps, split_literal

MARKERS = ("personalization", "value_offer", "cta", "greeting_name", "reason")
# Tags that parsing gives to words of any language, usable as <class> in a pattern.
SHAPES = frozenset({"num", "digit", "cap", "upper", "url", "email", "placeholder", "money", "percent", "emoji", "verb",
                    "clitic", "function", "linker"})
_OPENING_MARKS = frozenset("¿¡«»\"'“”()[]*—–-")
_ENDLESS = re.compile(r"(?:[+*]|\{\d+,\})\)(?:[+*]|\{\d+,\})")  # an open repetition of an open repetition
_BULLETS = frozenset("•·▪‣◦✓✔✅➡→»›*")
CLAUSE_MARKS = frozenset(",;:—–-(")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a pattern with the YAML line it stands on."""

    text: str
    line: int
    own: bool = False  # added by a team's configuration: it counts whatever the learned component thinks of it


@dataclass(frozen=True)
class Pattern:
    """A named thing to find: phrase lines per language, expressions for any language, or a finder in Python."""

    name: str
    path: str
    line: int
    about: str = ""
    marker: str = ""
    protects: bool = False
    question: bool = False
    scope: str = "message"
    finder: str = ""
    needs: tuple[str, ...] = ()  # literals of which a text must hold one for the expressions to be tried at all
    expressions: tuple[Line, ...] = ()
    not_expressions: tuple[Line, ...] = ()
    phrases: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    exceptions: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    hits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    misses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_Owned: TypeAlias = tuple[str, bool, str, Line]  # a line with its pattern, whether it is an exception, and its file


class Hit(NamedTuple):
    """A pattern found at a place, in sentence number `sentence` of its part (-1 outside any)."""

    pattern: str
    place: Place
    sentence: int
    own: bool = False  # by a line of a team's configuration


@dataclass(slots=True)
class _Compiled:
    automaton: Automaton
    owners: list[tuple[str, bool, bool]]  # key -> (pattern, whether the line is an exception, and a team's own)


class Patterns:
    """All patterns; compiles a language's automaton when a draft of that language first needs it."""

    def __init__(self, patterns: Iterable[Pattern], cache_key: str = "") -> None:
        self._cache_key = cache_key
        self._by_name = {p.name: p for p in patterns}
        self._compiled: dict[tuple[str, str], _Compiled] = {}  # by language and part: most lines concern only one
        self._formulas: dict[str, _Compiled] = {}
        self._lock = threading.Lock()
        self.with_finders = [p for p in self._by_name.values() if p.finder]
        self._regular: dict[str, tuple[list[re.Pattern[str]], list[re.Pattern[str]]]] = {}
        self._with_expressions = [p for p in self._by_name.values() if p.expressions]

    def __reduce__(self) -> tuple[object, ...]:
        return Patterns, (list(self._by_name.values()), self._cache_key)  # what is compiled is kept elsewhere

    def __getitem__(self, name: str) -> Pattern:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Pattern]:
        return iter(self._by_name.values())

    def expressions(self, text: str, part: str) -> Iterable[tuple[str, int, int]]:
        """Matches of expression patterns in the reading of a part, less those their exceptions cover."""
        for pattern in self._with_expressions if text else ():
            if pattern.scope != "message" and not pattern.scope.startswith(part):
                continue
            if pattern.needs and not any(literal in text for literal in pattern.needs):
                continue
            regular = self._regular.get(pattern.name)
            if regular is None:
                regular = self._regular[pattern.name] = (_regular(pattern.expressions, pattern.path),
                                                         _regular(pattern.not_expressions, pattern.path))
            expressions, exceptions = regular
            for expression in expressions:
                for match in expression.finditer(text):
                    if match.end() > match.start() and not any(e.search(match.group()) for e in exceptions):
                        yield pattern.name, match.start(), match.end()

    def compile(self, pack: LanguagePack, faults: list[Fault]) -> None:
        """Compile a language's lines and all expressions; those that cannot be compiled become faults."""
        for pattern in self._with_expressions:
            try:
                _regular((*pattern.expressions, *pattern.not_expressions), pattern.path)
            except RuleError as error:
                faults.extend(f for f in error.faults if f not in faults)
        found: list[Fault] = []
        for part in ("subject", "body"):
            self._for(pack, part, found)
        faults.extend(dict.fromkeys(found))  # a line that concerns both parts is compiled twice

    def _for(self, pack: LanguagePack, part: str, faults: list[Fault] | None = None) -> _Compiled:
        key = pack.code, part
        known = self._compiled.get(key)
        if known is not None:
            return known
        with self._lock:
            known = self._compiled.get(key)  # another thread may have been first
            if known is None:
                lines = self._lines(pack.code, part)
                known = self._compiled[key] = _build(lines, pack, faults) if faults is not None else self._kept(
                    f"patterns-{pack.code}-{part}", lines, pack)
            return known

    def _kept(self, name: str, lines: Iterable[_Owned], pack: LanguagePack) -> _Compiled:
        """Compiled in this run or an earlier one."""
        def make() -> tuple[object, ...]:
            compiled = _build(lines, pack, None)
            return compiled.automaton.tables(), compiled.owners

        tables, owners = kept(name, self._cache_key, make)
        automaton = Automaton()
        automaton.restore(tables)
        return _Compiled(automaton, owners)

    def _lines(self, code: str, part: str) -> Iterable[_Owned]:
        for pattern in self._by_name.values():
            if pattern.scope != "message" and pattern.scope.split(".")[0] != part:
                continue
            for exception, lines in ((False, pattern.phrases), (True, pattern.exceptions)):
                for line in lines.get(code, ()):
                    yield pattern.name, exception, pattern.path, line

    def _formula(self, pack: LanguagePack) -> _Compiled:
        known = self._formulas.get(pack.code)
        if known is not None:
            return known
        with self._lock:
            known = self._formulas.get(pack.code)
            if known is None:
                lines = [("greeting", False, "", Line(t, 0)) for t in pack.greetings]
                lines += [("signoff", False, "", Line(t, 0)) for t in pack.signoffs]
                known = self._formulas[pack.code] = self._kept(f"formulas-{pack.code}", lines, pack)
            return known

    def greeting_end(self, pack: LanguagePack, words: Sequence[Word]) -> int:
        """How many words at the head are a greeting phrase of the language; 0 if none."""
        return self._formula_end(pack, words, "greeting")

    def signoff_end(self, pack: LanguagePack, words: Sequence[Word]) -> int:
        """How many words at the head are a closing formula of the language; 0 if none."""
        return self._formula_end(pack, words, "signoff")

    def _formula_end(self, pack: LanguagePack, words: Sequence[Word], kind: str) -> int:
        compiled = self._formula(pack)
        seen, clauses = _symbols(words)
        matches = compiled.automaton.search([(words[i].fold, words[i].tags) for i in seen], clauses, len(seen) - 1)
        ends = [seen[m.last] + 1 for m in matches if m.first == 0 and compiled.owners[m.key][0] == kind]
        return max(ends, default=0)

    def find(self, parsed: ParsedDraft) -> list[Hit]:
        """Hits of all phrase and expression patterns in a parsed draft, in order of place."""
        hits = [Hit(e.pattern, e.place, parsed.part(e.place.part).sentence_at(e.place.start))
                for e in parsed.expressions if parsed.in_scope(e.place, self._by_name[e.pattern].scope)]
        if parsed.pack is not None and parsed.pack.judged:
            for part in (p for p in parsed.parts if p.words):
                compiled = self._for(parsed.pack, part.name)
                for number, sentence in enumerate(part.sentences):
                    hits.extend(self._in_sentence(parsed, compiled, part, sentence, number))
        return sorted(set(hits), key=lambda h: (h.place.part != "subject", h.place.start, h.place.end, h.pattern))

    def _in_sentence(self, parsed: ParsedDraft, compiled: _Compiled, part: Part, sentence: Sentence, number: int
                     ) -> Iterable[Hit]:
        words = part.words[sentence.first : sentence.last]
        seen, clauses = _symbols(words)
        matches = compiled.automaton.search([(words[i].fold, words[i].tags) for i in seen], clauses,
                                            _last_real(words, seen))
        exceptions: dict[str, list[tuple[int, int]]] = {}
        for match in matches:
            name, exception, _ = compiled.owners[match.key]
            if exception:
                exceptions.setdefault(name, []).append((match.first, match.last + 1))
        excepted = {name: apart(ranges) for name, ranges in exceptions.items()}
        best: dict[str, list[Match]] = {}
        for match in sorted(matches, key=lambda m: (m.first, -m.last)):
            name, exception, _ = compiled.owners[match.key]
            pattern = self._by_name[name]
            if exception or (pattern.question and not sentence.is_question):
                continue
            if overlaps(excepted.get(name, ()), match.first, match.last + 1):
                continue
            kept = best.setdefault(name, [])
            if not kept or match.first > kept[-1].last:
                kept.append(match)
        for name, kept in best.items():
            for match in kept:
                place = Place(part.name, words[seen[match.first]].start, words[seen[match.last]].end)
                if parsed.in_scope(place, self._by_name[name].scope):
                    yield Hit(name, place, number, compiled.owners[match.key][2])


def _symbols(words: Sequence[Word]) -> tuple[list[int], frozenset[int]]:
    """Numbers of the words that patterns see, and which of those begin a clause."""
    seen: list[int] = []
    clauses: set[int] = set()
    opens = True
    for i, word in enumerate(words):
        if word.text in _OPENING_MARKS or word.text in _BULLETS or ("emoji" in word.tags and not seen):
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


def _build(lines: Iterable[_Owned], pack: LanguagePack, faults: list[Fault] | None) -> _Compiled:
    @cache
    def split(literal: str) -> list[str]:
        return split_literal(literal, pack.spacy)

    compiler = LineCompiler(split, pack.classes.keys() | SHAPES)
    compiled = _Compiled(Automaton(), [])
    for owner, exception, path, line in lines:
        try:
            compiled.automaton.add(compiler.compile(line.text), len(compiled.owners))
        except PatternSyntaxError as error:
            if faults is not None:
                faults.append(Fault(path, f"pattern '{line.text}': {error}", line.line))
        compiled.owners.append((owner, exception, line.own))
    return compiled


def faults_of(pattern: Pattern, lines: Iterable[Line], pack: LanguagePack) -> list[Fault]:
    """What is wrong with lines that somebody adds to a pattern."""
    faults: list[Fault] = []
    _build(((pattern.name, False, pattern.path, line) for line in lines), pack, faults)
    return faults


def _regular(lines: Iterable[Line], path: str) -> list[re.Pattern[str]]:
    """Compiled when first needed, for compiling costs; nested repetition can take forever and is refused."""
    compiled = []
    for line in lines:
        try:
            if _ENDLESS.search(line.text):
                raise re.error("a repetition inside a repetition can take forever")
            compiled.append(re.compile(line.text))
        except re.error as error:
            raise RuleError(Fault(path, f"expression '{line.text}' cannot be used: {error}", line.line)) from error
    return compiled
