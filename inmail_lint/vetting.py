"""Patterns of a team's or a third party's folder, tried before any draft is: what cannot be used is said, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from inmail_lint.compiled import SHAPES, Line, visible
from inmail_lint.errors import Fault, RuleError
from inmail_lint.expressions import MOST as MOST_EXPRESSIONS
from inmail_lint.expressions import Expressions
from inmail_lint.language import LanguagePack
from inmail_lint.line import LineCompiler, PatternSyntaxError
from inmail_lint.patterns import Pattern

MOST_LINES = 20_000  # of all folders that are not the product's, which has some 4,500


class Vetting:
    """Tries patterns one after the other and counts what they hold together."""

    def __init__(self, packs: Mapping[str, LanguagePack]) -> None:
        self._packs = packs
        self._compilers: dict[str, LineCompiler] = {}
        self._lines = self._expressions = 0

    def faults_of(self, pattern: Pattern) -> list[Fault]:
        """What is wrong with a pattern's lines and expressions."""
        faults = [fault for lines in (pattern.phrases, pattern.exceptions) for code, own in lines.items()
                  for fault in self._faults_of_lines(code, own, pattern)]
        expressions = (*pattern.expressions, *pattern.and_expressions, *pattern.not_expressions)
        self._lines += sum(len(own) for lines in (pattern.phrases, pattern.exceptions) for own in lines.values())
        self._expressions += len(expressions)
        for number, most, what in ((self._lines, MOST_LINES, "lines"), (self._expressions, MOST_EXPRESSIONS // 2, "expressions")):
            if number > most:
                faults.append(Fault(pattern.path, f"'{pattern.name}' makes it {number:,} {what} in your folders; keep at most "
                                    f"{most:,} in all", pattern.line))
        for expression in expressions:
            try:
                Expressions(pattern.path, [expression], (), ())
            except RuleError as error:
                faults += error.faults
        return faults

    def _faults_of_lines(self, code: str, lines: Iterable[Line], pattern: Pattern) -> Iterable[Fault]:
        pack = self._packs.get(code)
        if pack is None or not pack.judged:
            return
        compiler = self._compilers.get(code)
        if compiler is None:  # the words of a line are cut by spaCy when drafts are judged; here only their number counts
            compiler = self._compilers[code] = LineCompiler(lambda text: visible((text,)), pack.classes.keys() | SHAPES)
        for line in lines:
            try:
                compiler.compile(line.text)
            except PatternSyntaxError as error:
                shown = line.text if len(line.text) <= 80 else line.text[:79] + "…"
                yield Fault(pattern.path, f"pattern '{shown}': {error}", line.line)
