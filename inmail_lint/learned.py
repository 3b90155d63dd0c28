"""The learned component: linear weights over named features, read from `rules/learned/`, summed and compared with a
threshold. It decides what patterns alone cannot, and every decision is a plain sum of named weights."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inmail_lint.document import Sentence
from inmail_lint.features import draft_features, sentence_features
from inmail_lint.found import Found

SENTENCE_LABELS = ("cta", "personalization", "value_offer", "generic_phrases", "spammy", "buzzwords", "weak")
VIEWS = {  # which view of a draft decides a label of the whole draft
    "subject_vague": "subject", "subject_specific": "subject", "subject_spammy": "subject",
    "cta_clear": "ask", "cta_low_effort": "ask", "cta_single": "ask",
    "reason": "body", "self_centred": "body", "pushy": "body",
    # whether the draft carries a sentence label at all, judged with the whole draft in view
    "any:cta": "body", "any:personalization": "body", "any:value_offer": "body",
    "any:spammy": "body"}
LABELS = (*SENTENCE_LABELS, *VIEWS)


@dataclass(frozen=True)
class Weights:
    """One language's weights: feature → weight by label, in hundredths of log-odds; `cut` is each label's threshold."""

    labels: tuple[str, ...]
    bias: tuple[int, ...]
    cut: tuple[int, ...]
    table: Mapping[str, tuple[tuple[int, int], ...]]  # (label number, weight) pairs

    def odds(self, features: Iterable[str]) -> list[int]:
        """Log-odds above each label's threshold, in hundredths: positive means yes."""
        sums = [b - c for b, c in zip(self.bias, self.cut, strict=True)]
        table = self.table
        for feature in features:
            for number, weight in table.get(feature, ()):
                sums[number] += weight
        return sums

    def weight(self, features: Iterable[str], number: int) -> int:
        """What features add up to for one label."""
        total = 0
        for feature in features:
            for label, weight in self.table.get(feature, ()):
                if label == number:
                    total += weight
        return total


@dataclass(frozen=True)
class Learned:
    """Weights of one language: for sentences, and for each view of a draft."""

    sentence: Weights
    views: Mapping[str, Weights]
    writers: tuple[str, ...] = ()  # of the labelled drafts it was trained on


@dataclass
class Reading:
    """What the learned component says of one draft."""

    rows: list[tuple[Sentence, frozenset[str]]]
    labels: tuple[str, ...]
    odds: list[list[int]]
    drafts: dict[str, int] = field(default_factory=dict)  # label of the whole draft -> hundredths of log-odds
    learned: Learned | None = None

    def of(self, label: str) -> list[tuple[Sentence, int]]:
        """Sentences with their log-odds above the label's threshold."""
        if label not in self.labels:
            return []
        number = self.labels.index(label)
        return [(s, o[number]) for (s, _), o in zip(self.rows, self.odds, strict=True)]


def read(found: Found, learned: Learned) -> Reading:
    """Apply the weights to a draft."""
    rows = sentence_features(found)
    reading = Reading(rows, learned.sentence.labels, [learned.sentence.odds(fs) for _, fs in rows], learned=learned)
    views = view_features(found, reading)
    for view, weights in learned.views.items():
        for label, odds in zip(weights.labels, weights.odds(views[view]), strict=True):
            reading.drafts[label] = odds
    return reading


def view_features(found: Found, reading: Reading) -> dict[str, frozenset[str]]:
    """Features of the whole draft, given what the sentences said."""

    def asked(label: str) -> list[tuple[Sentence, frozenset[str]]]:
        if label == "subject":
            return [(s, fs) for s, fs in reading.rows if s.part == "subject"]
        yes = {id(s) for s, o in reading.of(label) if o > 0}
        return [(s, fs) for s, fs in reading.rows if id(s) in yes]

    def strength(label: str) -> float:
        return max((o for s, o in reading.of(label) if s.part == "body"), default=-400) / 100

    return draft_features(found, asked, strength)


def load_learned(directory: Path, code: str) -> Learned | None:
    """The committed weights of a language; None if it has none."""
    file = directory / "learned" / f"{code}.json"
    if not file.is_file():
        return None
    data = json.loads(file.read_text(encoding="utf-8"))
    return Learned(weights_of(data["sentence"]), {view: weights_of(w) for view, w in data["views"].items()},
                   tuple(data.get("writers", ())))


def weights_of(data: Mapping[str, object]) -> Weights:
    return Weights(tuple(data["labels"]), tuple(data["bias"]), tuple(data["cut"]),  # type: ignore[arg-type]
                   {f: tuple(zip(row[::2], row[1::2], strict=True)) for f, row in data["table"].items()})  # type: ignore[attr-defined]
