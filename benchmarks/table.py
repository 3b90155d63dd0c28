"""Results as Markdown tables, in English and Spanish; the words are in `labels.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

UI_LANGUAGES = ("en", "es")
Cell: TypeAlias = "str | Words | None"  # a figure or a command as it stands, words to be looked up, nothing
_NOTHING = "–"


@dataclass(frozen=True)
class Words:
    """A text of `labels.yaml` with its blanks filled."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def said(self, language: str) -> str:
        return str(_labels()[self.key][language]).format(**self.values)


def words(key: str, **values: Any) -> Words:
    return Words(key, values)


@dataclass
class Table:
    """One table: key of its title, keys of its columns, rows of cells; notes stand below."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[Cell]] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)

    def markdown(self, language: str) -> str:
        heads = [words(column).said(language) for column in self.columns]
        lines = [f"### {words(self.title).said(language)}", "", f"| {' | '.join(heads)} |",
                 f"|---|{'--:|' * (len(heads) - 1)}"]
        lines += [f"| {' | '.join(_cell(cell, language) for cell in row)} |" for row in self.rows]
        return "\n".join([*lines, *(f"\n{note.said(language)}" for note in self.notes)]) + "\n"


@cache
def _labels() -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "labels.yaml").read_text(encoding="utf-8"))
    return labels


def _cell(cell: Cell, language: str) -> str:
    if cell is None:
        return _NOTHING
    return cell.said(language) if isinstance(cell, Words) else cell


def figure(value: float) -> str:
    """A number with two figures that count, three from 100 on: 0.034, 2.1, 47, 312, 4,120."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def ratio(value: float, base: float) -> str:
    return f"{value / base:.1f}" if value >= base else f"{value / base:.2f}"
