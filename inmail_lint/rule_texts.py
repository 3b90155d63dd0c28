"""What `explain` and `rules list` say of the rules, kept between runs: they need a rulebook only when it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from inmail_lint.cache import digest_of, kept, key_of
from inmail_lint.rule_key import RuleFiles
from inmail_lint.where import rules_directory

if TYPE_CHECKING:
    from inmail_lint.card import Entry
    from inmail_lint.rulebook import Rule

Row: TypeAlias = tuple[str, int, str, Mapping[str, str]]  # severity, points, name, title


def cards(profile: str, extra: Path | None, ui: str) -> Mapping[str, list[Entry]]:
    """What the card of every rule says; raises RuleError."""
    def make() -> dict[str, list[Entry]]:
        from inmail_lint.card import entries
        from inmail_lint.loading import load_rulebook
        from inmail_lint.measured import Figures

        book, figures = load_rulebook(profile, extra, cache=True), Figures.load(rules_directory())
        return {name: entries(rule, book, figures, ui) for name, rule in book.rules.items()}

    key = _key(profile, extra)
    figures = rules_directory() / "measured.json"
    known: dict[str, list[Entry]] = kept(
        f"cards-{ui}", key and key_of(key, digest_of([figures] if figures.is_file() else [])), make)
    return known


def rows(profile: str, extra: Path | None) -> Mapping[str, list[Row]]:
    """Every rule in a line, by category; raises RuleError."""
    def make() -> dict[str, list[Row]]:
        from inmail_lint.loading import load_rulebook

        book = load_rulebook(profile, extra, cache=True)
        return {name: [_row(rule) for rule in book.rules.values() if rule.category == name] for name in book.categories}

    known: dict[str, list[Row]] = kept("list", _key(profile, extra), make)
    return known


def _row(rule: Rule) -> Row:
    level = max(rule.levels, key=lambda lv: (lv.severity.rank, lv.points))
    return level.severity.label, level.points, rule.id, rule.title


def _key(profile: str, extra: Path | None) -> str:
    return RuleFiles.of(profile, extra).of_profile
