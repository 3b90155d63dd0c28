"""Named patterns from `rules/patterns/` (and the phrases inside rules): loaded, compiled once a language, found."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from inmail_lint.automaton import Automaton, Match
from inmail_lint.cache import kept
from inmail_lint.compiled import Compiled, Line, Owned, Stretch, build, matches_in
from inmail_lint.document import ParsedDraft, Part, Place, Sentence, Word
from inmail_lint.errors import Fault, RuleError
from inmail_lint.expressions import Expression, Expressions, Regex, any_of, characters, encoded
from inmail_lint.language import LanguagePack
from inmail_lint.tokens import apart, overlaps

MARKERS = ("personalization", "value_offer", "cta", "greeting_name", "reason")
_MANY_NEEDS = 20  # literals from which one search for all is faster than one for each


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
    expressions: tuple[Expression, ...] = ()
    and_expressions: tuple[Expression, ...] = ()  # of which what was found must hold one, if there are any
    not_expressions: tuple[Expression, ...] = ()  # and these it must not hold
    phrases: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    exceptions: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    hits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    misses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Hit(NamedTuple):
    """A pattern found at a place, in sentence number `sentence` of its part (-1 outside any)."""

    pattern: str
    place: Place
    sentence: int
    own: bool = False  # by a line of a team's configuration


class Patterns:
    """All patterns; compiles a language's automaton when a draft of that language first needs it."""

    def __init__(self, patterns: Iterable[Pattern], cache_key: str = "") -> None:
        self._cache_key = cache_key
        self._by_name = {p.name: p for p in patterns}
        self._compiled: dict[tuple[str, str], Compiled] = {}  # by language and part: most lines concern only one
        self._formulas: dict[str, Compiled] = {}
        self._lock = threading.Lock()
        self.with_finders = [p for p in self._by_name.values() if p.finder]
        self._regular: dict[str, Expressions] = {}
        self._needed: dict[str, Regex | None] = {}
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
        """Places of expression patterns in the reading of a part, by pattern in the order of the files."""
        if not text:
            return
        data = encoded(text)
        for pattern in self._with_expressions:
            if pattern.scope != "message" and not pattern.scope.startswith(part):
                continue
            if pattern.needs and not self._has_needs(pattern, text, data):
                continue
            for start, end in self._regular_of(pattern).places(data):
                yield pattern.name, characters(data, start), characters(data, end)

    def _has_needs(self, pattern: Pattern, text: str, data: bytes) -> bool:
        """Whether a text holds one of the literals that a pattern needs; many of them are looked for at once."""
        if pattern.name not in self._needed:
            self._needed[pattern.name] = any_of(pattern.needs) if len(pattern.needs) >= _MANY_NEEDS else None
        needed = self._needed[pattern.name]
        return any(map(text.__contains__, pattern.needs)) if needed is None else needed.search(data) is not None

    def _regular_of(self, pattern: Pattern) -> Expressions:
        """A pattern's expressions, compiled when a text is first held against them."""
        known = self._regular.get(pattern.name)
        if known is None:
            known = self._regular[pattern.name] = Expressions(pattern.path, pattern.expressions, pattern.and_expressions,
                                                              pattern.not_expressions)
        return known

    def compile(self, pack: LanguagePack, faults: list[Fault]) -> None:
        """Compile a language's lines and all expressions; those that cannot be compiled become faults."""
        for pattern in self._with_expressions:
            try:
                self._regular_of(pattern)
            except RuleError as error:
                faults.extend(f for f in error.faults if f not in faults)
        found: list[Fault] = []
        for part in ("subject", "body"):
            self._for(pack, part, found)
        faults.extend(dict.fromkeys(found))  # a line that concerns both parts is compiled twice

    def _for(self, pack: LanguagePack, part: str, faults: list[Fault] | None = None) -> Compiled:
        key = pack.code, part
        known = self._compiled.get(key)
        if known is not None:
            return known
        with self._lock:
            known = self._compiled.get(key)  # another thread may have been first
            if known is None:
                lines = self._lines(pack.code, part)
                known = self._compiled[key] = build(lines, pack, faults) if faults is not None else self._kept(
                    f"patterns-{pack.code}-{part}", lines, pack)
            return known

    def _kept(self, name: str, lines: Iterable[Owned], pack: LanguagePack) -> Compiled:
        """Compiled in this run or an earlier one."""
        def make() -> tuple[object, ...]:
            compiled = build(lines, pack, None)
            return compiled.automaton.tables(), compiled.owners

        tables, owners = kept(name, self._cache_key, make)
        automaton = Automaton()
        automaton.restore(tables)
        return Compiled(automaton, owners)

    def _lines(self, code: str, part: str) -> Iterable[Owned]:
        for pattern in self._by_name.values():
            if pattern.scope != "message" and pattern.scope.split(".")[0] != part:
                continue
            for exception, lines in ((False, pattern.phrases), (True, pattern.exceptions)):
                for line in lines.get(code, ()):
                    yield pattern.name, exception, pattern.path, line

    def _formula(self, pack: LanguagePack) -> Compiled:
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
        key = tuple([w.form for w in words])
        stretches = compiled.met.get(key)
        if stretches is None:
            seen, matches = matches_in(compiled, words, whole=True)
            stretches = tuple(Stretch(compiled.owners[m.key][0], seen[m.first], seen[m.last], False) for m in matches
                              if m.first == 0)
            compiled.met.put(key, stretches)
        return max((s.last + 1 for s in stretches if s.pattern == kind), default=0)

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

    def _in_sentence(self, parsed: ParsedDraft, compiled: Compiled, part: Part, sentence: Sentence, number: int
                     ) -> Iterable[Hit]:
        words = part.words[sentence.first : sentence.last]
        key = (sentence.is_question, *[w.form for w in words])  # drafts of one campaign share sentences
        stretches = compiled.met.get(key)
        if stretches is None:
            stretches = tuple(self._stretches(compiled, words, sentence.is_question))
            compiled.met.put(key, stretches)
        for name, first, last, own in stretches:
            place = Place(part.name, words[first].start, words[last].end)
            if parsed.in_scope(place, self._by_name[name].scope):
                yield Hit(name, place, number, own)

    def _stretches(self, compiled: Compiled, words: Sequence[Word], is_question: bool) -> Iterable[Stretch]:
        """What the lines find in the words of a sentence, less what their exceptions cover."""
        seen, matches = matches_in(compiled, words)
        exceptions: dict[str, list[tuple[int, int]]] = {}
        for match in matches:
            name, exception, _ = compiled.owners[match.key]
            if exception:
                exceptions.setdefault(name, []).append((match.first, match.last + 1))
        excepted = {name: apart(ranges) for name, ranges in exceptions.items()}
        best: dict[str, list[Match]] = {}
        for match in sorted(matches, key=lambda m: (m.first, -m.last)):
            name, exception, _ = compiled.owners[match.key]
            if exception or (self._by_name[name].question and not is_question):
                continue
            if overlaps(excepted.get(name, ()), match.first, match.last + 1):
                continue
            kept = best.setdefault(name, [])
            if not kept or match.first > kept[-1].last:
                kept.append(match)
        for name, kept in best.items():
            for match in kept:
                yield Stretch(name, seen[match.first], seen[match.last], compiled.owners[match.key][2])


def _sentence_at(part: Part, offset: int) -> int:
    return next((i for i, s in enumerate(part.sentences) if s.start <= offset < s.end), -1)


def faults_of(pattern: Pattern, lines: Iterable[Line], pack: LanguagePack) -> list[Fault]:
    """What is wrong with lines that somebody adds to a pattern."""
    faults: list[Fault] = []
    build(((pattern.name, False, pattern.path, line) for line in lines), pack, faults)
    return faults
