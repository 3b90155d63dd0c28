"""Run the examples inside rules and patterns: one set of examples for tests, the command line and the pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from inmail_lint.draft import Draft, Recipient
from inmail_lint.linter import Linter
from inmail_lint.patterns import Pattern
from inmail_lint.rulebook import Example, Rule


class Case(NamedTuple):
    """One example to run: a name such as `subject-length:bad:es:1`, and the file and line it stands on."""

    name: str
    path: str
    line: int
    owner: Rule | Pattern
    example: Example | str
    language: str
    wanted: bool


def cases(linter: Linter, only: Iterable[str] = ()) -> Iterator[Case]:
    """Every example of every rule and pattern (or of those named)."""
    names = set(only)
    for rule in linter.rulebook.rules.values():
        if names and rule.id not in names:
            continue
        numbers: dict[tuple[str, str], int] = {}
        for example in rule.examples:
            key = (example.want, example.language)
            numbers[key] = numbers.get(key, 0) + 1
            yield Case(f"{rule.id}:{example.want}:{example.language}:{numbers[key]}", rule.path, example.line, rule,
                       example, example.language, example.want == "bad")
    for pattern in linter.rulebook.patterns:
        if names and pattern.name not in names:
            continue
        for wanted, texts in ((True, pattern.hits), (False, pattern.misses)):
            for code, examples in texts.items():
                for number, text in enumerate(examples, 1):
                    word = "hit" if wanted else "miss"
                    yield Case(f"{pattern.name}:{word}:{code}:{number}", pattern.path, pattern.line, pattern, text, code,
                               wanted)


def failure(case: Case, linter: Linter) -> str:
    """Why a case fails, in one line; empty if it holds."""
    if isinstance(case.example, str):
        return _pattern_failure(case, case.example, linter)
    example = case.example
    draft = Draft(example.body, example.subject, example.kind, example.language, Recipient.of(example.recipient))
    report = linter.lint(draft)
    finding = next((f for f in report.findings if f.rule == case.owner.id), None)  # type: ignore[union-attr]
    if not case.wanted:
        if finding is None:
            return ""
        words = "; ".join(p.text for p in finding.places[:3]) or "something missing"
        return f"{example.want} example is flagged ({words})"
    if finding is None:
        return "bad example is not flagged"
    for part, start, end in example.places:
        if not any(p.part == part and p.start < end and start < p.end for p in finding.places):
            return f"flagged, but not at the marked words '{draft.text(part)[start:end]}'"
    return ""


def _pattern_failure(case: Case, text: str, linter: Linter) -> str:
    assert isinstance(case.owner, Pattern)
    in_subject = case.owner.scope == "subject"
    found = linter.find(Draft("" if in_subject else text, text if in_subject else "", language=case.language))
    hit = bool(found.of(case.owner.name))
    if hit == case.wanted:
        return ""
    return f"'{text}' is {'not ' if case.wanted else ''}found"
