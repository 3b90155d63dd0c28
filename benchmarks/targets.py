"""What the project sets itself, held against what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from benchmarks.table import Table, Words, words


class Target(NamedTuple):
    """A measured `value` that must not pass `most`, or that must be at least `least`."""

    label: str
    value: str
    most: float | None = None
    least: float | None = None

    def met(self, value: float) -> bool:
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)


TARGETS = (
    Target("target-many", "ratio", most=3),
    Target("target-textlint-both", "others-both:textlint-own", least=1),
    Target("target-textlint-english", "others-english:textlint-own", least=1),
    Target("target-proselint-stock", "others-english:proselint-stock", least=1),
    Target("target-proselint-own", "others-english:proselint-own", least=1),
    Target("target-cached", "cached", most=1 / 3),
    Target("target-long", "per-word", most=1.3),
    Target("target-phrases", "phrases", most=1.5),
)


def targets(values: Mapping[str, float], number: int) -> Table:
    """Each target with what was measured: a ratio, for others theirs to ours."""
    table = Table("targets", ("target", "measured", "met"), notes=[words("targets-read")])
    for target in TARGETS:
        value = values.get(target.value)
        met: Words = words("not-available") if value is None else words("yes" if target.met(value) else "no")
        table.rows.append((words(target.label, number=f"{number:,}"), None if value is None else f"{value:.2f}", met))
    return table
