"""Statistics of agreement: precision, recall, F1 and Cohen's kappa over yes/no answers, Spearman over scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(slots=True)
class Tally:
    """Counts of answers against the truth."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0

    def add(self, *, truth: bool, answer: bool) -> None:
        if truth:
            self.tp, self.fn = self.tp + answer, self.fn + (not answer)
        else:
            self.fp, self.tn = self.fp + answer, self.tn + (not answer)

    @property
    def n(self) -> int:
        return self.tp + self.fp + self.fn + self.tn

    @property
    def precision(self) -> float | None:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    @property
    def f1(self) -> float | None:
        whole = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / whole if whole else None

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance (Cohen 1960); None where chance alone agrees always."""
        if not self.n:
            return None
        agree = (self.tp + self.tn) / self.n
        chance = ((self.tp + self.fp) * (self.tp + self.fn) + (self.fn + self.tn) * (self.fp + self.tn)) / self.n**2
        return (agree - chance) / (1 - chance) if chance < 1 else None


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    i = 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and values[order[j + 1]] == values[order[i]]:
            j += 1
        for k in range(i, j + 1):
            ranks[order[k]] = (i + j) / 2
        i = j + 1
    return ranks


def spearman(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Rank correlation with ties shared; 0 where one side does not vary."""
    a, b = _ranks(xs), _ranks(ys)
    if not a:
        return 0.0
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    covariance = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    spread = (sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)) ** 0.5
    return covariance / spread if spread else 0.0


def pairs_in_order(scores: Sequence[float], truth: Sequence[float], apart: float = 20) -> float | None:
    """Share of the pairs whose truth lies `apart` or more that the scores put in the same order."""
    pairs = [(i, j) for i, j in combinations(range(len(truth)), 2) if abs(truth[i] - truth[j]) >= apart]
    if not pairs:
        return None
    return sum((truth[i] - truth[j]) * (scores[i] - scores[j]) > 0 for i, j in pairs) / len(pairs)
