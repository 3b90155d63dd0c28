"""Rules and what they are made of. Loading them from YAML is `loading`; judging by them is `checks`."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from inmail_lint.errors import Fault
from inmail_lint.language import LanguagePack
from inmail_lint.learned import Learned, load_learned
from inmail_lint.patterns import Patterns
from inmail_lint.vocabulary import Severity

_reading = threading.Lock()  # weights are read once, whichever threads ask first

PLACEHOLDERS = {  # names a message may use, by kind of rule
    "threshold": ("value", "limit"), "forbid": ("match", "count", "characters"), "require": ("count", "limit")}


@dataclass(frozen=True, slots=True)
class Guide:
    """A source that rules cite; `evidence` is platform-limit, measured, advice, analogy or opinion; `address` is
    empty if it was none of a page. What it says, and what speaks against it, is by language of the report."""

    id: str
    title: str
    address: str
    says: Mapping[str, str]
    evidence: str
    read: str
    against: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Level:
    """A limit with its severity and points: `above`/`below` a metric, or `hits` of a forbid rule."""

    limit: int
    above: bool
    severity: Severity
    points: int
    message: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()

    def applies(self, value: float) -> bool:
        return value > self.limit if self.above else value < self.limit


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule runs only when a metric is above or below a value."""

    metric: str
    limit: int
    above: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A draft that a rule must (`bad`) or must not (`good`, `near`) flag; ⟦ ⟧ mark the words it must point at."""

    want: str
    language: str
    line: int
    subject: str
    body: str
    kind: str = "inmail"
    recipient: Mapping[str, object] = field(default_factory=dict)
    places: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule file."""

    id: str
    path: str
    category: str
    kind: str
    title: Mapping[str, str]
    message: Mapping[str, str]
    why: Mapping[str, str]
    fix: Mapping[str, str]
    guides: tuple[str, ...]
    languages: tuple[str, ...]  # empty: any, also drafts whose language is not known
    kinds: tuple[str, ...]
    scope: str
    severity: Severity
    points: int
    levels: tuple[Level, ...] = ()
    metric: str = ""
    patterns: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    at_least: int = 1
    needs: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    examples: tuple[Example, ...] = ()
    label: str = ""  # a label of the learned component, which then confirms or adds to what the patterns find
    sure: int = 0  # hundredths of log-odds that the learned component needs about the label for a finding to cost points
    trial: tuple[str, ...] = ()  # languages in which it is shown as a note without points until it errs less


def weighed(rule: Rule, severity: Severity | None, points: int | None) -> Rule:
    """A rule with another severity, with other points, or both, on all its levels; a severity alone brings its usual points."""
    changes: dict[str, Any] = {}
    if severity is not None:
        changes = {"severity": severity, "points": severity.points}
    if points is not None:
        changes["points"] = points
    return replace(rule, levels=tuple(replace(level, **changes) for level in rule.levels), **changes) if changes else rule


@dataclass(frozen=True)
class Profile:
    """Thresholds and points over the rules; `caps` bound what a category can cost (errors excepted)."""

    id: str
    about: Mapping[str, str]
    caps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rulebook:
    """Everything the linter runs on. `digest` names rules and profile together, so two scores can be compared."""

    profile: Profile
    rules: Mapping[str, Rule]
    patterns: Patterns
    packs: Mapping[str, LanguagePack]
    guides: Mapping[str, Guide]
    names: Mapping[str, frozenset[str]]  # folded given name -> folded names of the same person
    categories: tuple[str, ...]
    digest: str
    directory: Path  # where the learned weights lie
    cache_key: str = ""  # names the files this comes from; empty: keep nothing between runs
    missing: tuple[str, ...] = ()  # rules left out because they are broken
    faults: tuple[Fault, ...] = ()  # what is wrong with them

    def first_address(self, guides: Iterable[str]) -> str:
        """The web address of the first of some sources that has one."""
        return next((self.guides[name].address for name in guides if self.guides[name].address), "")

    @cached_property
    def towns(self) -> frozenset[str]:
        """Names of towns, folded (`rules/towns.txt`), read when first needed."""
        file = self.directory / "towns.txt"
        return frozenset(file.read_text(encoding="utf-8").splitlines() if file.is_file() else ())

    @cached_property
    def _weights(self) -> dict[str, Learned | None]:
        return {}

    def learned(self, code: str) -> Learned | None:
        """The learned weights of a language, read when first needed."""
        with _reading:
            if code not in self._weights:
                self._weights[code] = load_learned(self.directory, code, self.cache_key)
            return self._weights[code]
