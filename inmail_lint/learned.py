"""The learned component: linear weights over named features, read from `rules/learned/`, summed and compared with a
threshold. It decides what patterns alone cannot, and every decision is a plain sum of named weights."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any

from inmail_lint.cache import kept
from inmail_lint.document import Place, Sentence, Word
from inmail_lint.features import Features, Key, Own, Row, kind_and_key, own_features, sentence_rows
from inmail_lint.firms import TOLD, foreign_firms, is_told
from inmail_lint.found import Found
from inmail_lint.recent import Recent
from inmail_lint.views import draft_features

if TYPE_CHECKING:
    from inmail_lint.rulebook import Rulebook

SENTENCE_LABELS = ("cta", "personalization", "value_offer", "generic_phrases", "spammy", "buzzwords", "weak")
VIEWS = {  # which view of a draft decides a label of the whole draft
    "subject_vague": "subject", "subject_specific": "subject", "subject_spammy": "subject",
    "cta_clear": "ask", "cta_low_effort": "ask", "cta_single": "ask",
    "reason": "body", "self_centred": "body", "pushy": "body",
    # whether the draft carries a sentence label at all, judged with the whole draft in view
    "any:cta": "body", "any:personalization": "body", "any:value_offer": "body",
    "any:spammy": "body"}
LABELS = (*SENTENCE_LABELS, *VIEWS)


_MET = 4_000  # sentences whose features are remembered: some 20 MB at most
_BITS = 32  # of a label's field in a packed sum: a thousand weights of a thousand hundredths fit many times
_HALF, _FIELD = 1 << _BITS - 1, (1 << _BITS) - 1


def packed(sums: Iterable[int]) -> int:
    """A number for each label as one large number, so that all labels' sums take one addition a feature."""
    return sum(value << _BITS * i for i, value in enumerate(sums))


def unpacked(total: int, count: int) -> list[int]:
    """The `count` numbers in a sum of packed numbers."""
    values = []
    for _ in range(count):
        value = (total + _HALF & _FIELD) - _HALF
        values.append(value)
        total = total - value >> _BITS
    return values


@dataclass(frozen=True)
class Weights:
    """One language's weights in hundredths of log-odds, packed with one field a label."""

    labels: tuple[str, ...]
    start: int  # bias less threshold, packed
    tables: Sequence[Mapping[Key, int]]  # by kind of feature (see `Features`): feature → its weights, packed

    def odds(self, features: Features) -> list[int]:
        """Log-odds above each label's threshold, in hundredths: positive means yes."""
        return self.unpacked(self.weight(features))

    def weight(self, features: Features) -> int:
        """What features weigh, packed; weights of features that have none in common may be added."""
        total = 0
        for table, keys in zip(self.tables, features.kinds(), strict=True):
            if keys and table:
                total += sum(filter(None, map(table.get, keys)))
        return total

    def unpacked(self, weight: int) -> list[int]:
        """Log-odds above each label's threshold from a weight."""
        return unpacked(self.start + weight, len(self.labels))


@dataclass(frozen=True)
class Learned:
    """Weights of one language: for sentences, and for each view of a draft."""

    sentence: Weights
    views: Mapping[str, Weights]
    firm: Weights | None = None  # whether a firm that is named is spoken of as the reader's
    writers: tuple[str, ...] = ()  # of the labelled drafts it was trained on
    met: Recent[tuple[object, ...], Own] = field(default_factory=lambda: Recent(_MET))
    views_met: Recent[tuple[str, Own], int] = field(default_factory=lambda: Recent(_MET))

    def own(self, words: Sequence[Word], is_question: bool) -> Own:
        """What the words of a sentence alone say of it; remembered, for drafts of one campaign share sentences."""
        key = (is_question, *[w.form for w in words])
        known = self.met.get(key)
        if known is None:
            own = own_features(words, is_question)
            known = replace(own, weight=self.sentence.weight(own.features))
            self.met.put(key, known)
        return known

    @cached_property
    def view_of(self) -> Mapping[str, str]:
        """Which view decides a label of the whole draft."""
        return {label: view for view, weights in self.views.items() for label in weights.labels}

    def spoken(self, row: Row, view: str) -> list[int]:
        """How much one sentence speaks for each label of a view."""
        weights = self.views[view]
        own = self.views_met.get((view, row.own))
        if own is None:
            own = weights.weight(row.own.features)
            self.views_met.put((view, row.own), own)
        return weights.unpacked(own + weights.weight(row.around))


@dataclass
class Reading:
    """What the learned component says of one draft."""

    rows: list[Row]
    labels: tuple[str, ...]
    odds: list[list[int]]
    learned: Learned | None = None
    plain: Found | None = None  # what the patterns found; None where `drafts` are given
    drafts: dict[str, int] = field(default_factory=dict)  # label of the whole draft -> its log-odds, as far as known
    firms: list[tuple[Place, int]] = field(default_factory=list)  # firms not the reader's, and the odds that they pass for it
    _spoken: dict[str, list[tuple[Sentence, list[int]]]] = field(default_factory=dict)  # view -> what its sentences speak for

    def whole(self, label: str) -> int | None:
        """Log-odds of a label of the whole draft; None where it was not learned. A view is summed when one of its labels is
        first asked for: a few rules need few."""
        if label not in self.drafts and self.plain and self.learned and label in self.learned.view_of:
            view = self.learned.view_of[label]
            weights = self.learned.views[view]
            self.drafts.update(zip(weights.labels, weights.odds(view_features(self.plain, self, view)), strict=True))
        return self.drafts.get(label)

    def of(self, label: str) -> tuple[int, ...]:
        """Log-odds above the label's threshold of every row; none where it was not learned."""
        return self._columns.get(label, ())

    @cached_property
    def _columns(self) -> dict[str, tuple[int, ...]]:
        return dict(zip(self.labels, zip(*self.odds, strict=True), strict=bool(self.odds)))

    def most_telling(self, label: str, greeted: int = 0) -> Sentence | None:
        """The sentence before the sign-off that speaks most for a label of a whole draft; those within the first `greeted`
        words, the greeting, only if there is no other."""
        view = VIEWS[label]
        if self.learned is None:
            return None
        if view not in self._spoken:
            main = [row for row in self.rows if row.sentence.part == "body" and "at:signoff" not in row.around.plain]
            self._spoken[view] = [(row.sentence, self.learned.spoken(row, view)) for row in main]
        number = self.learned.views[view].labels.index(label)
        message = [spoken for spoken in self._spoken[view] if spoken[0].last > greeted + 1]  # the greeting's comma is its own
        return max(message or self._spoken[view], key=lambda spoken: spoken[1][number], default=(None,))[0]


def read(found: Found, learned: Learned, book: Rulebook) -> Reading:
    """Apply the weights to a draft; the rulebook knows given names and towns."""
    weights = learned.sentence
    rows = sentence_rows(found, learned.own)
    reading = Reading(rows, weights.labels, [weights.unpacked(r.own.weight + weights.weight(r.around)) for r in rows],
                      learned, found)
    if learned.firm is not None:
        reading.firms = [(firm.place, learned.firm.odds(Features(fs))[0] + TOLD * is_told(found, firm))
                         for firm, fs in foreign_firms(found, book)]
    return reading


def view_features(found: Found, reading: Reading, view: str) -> Features:
    """Features of a view of the whole draft, given what the sentences said."""

    def asked(label: str) -> list[Row]:
        if label == "subject":
            return [row for row in reading.rows if row.sentence.part == "subject"]
        number = reading.labels.index(label)
        return [row for row, odds in zip(reading.rows, reading.odds, strict=True) if odds[number] > 0]

    def strength(label: str) -> float:
        body = [odds for row, odds in zip(reading.rows, reading.of(label), strict=True) if row.sentence.part == "body"]
        return max(body, default=-400) / 100

    return draft_features(view, found, reading.rows, asked, strength)


def load_learned(directory: Path, code: str, cache_key: str = "") -> Learned | None:
    """The committed weights of a language; None if it has none."""
    file = directory / "learned" / f"{code}.json"
    if not file.is_file():
        return None

    def make() -> tuple[Any, ...]:
        data = json.loads(file.read_text(encoding="utf-8"))
        views = {view: _plain(weights_of(w)) for view, w in data["views"].items()}
        firm = _plain(weights_of(data["firm"])) if "firm" in data else None
        return _plain(weights_of(data["sentence"])), views, firm, tuple(data["writers"])

    sentence, views, firm, writers = kept(f"learned-{code}", cache_key, make)
    return Learned(_ready(sentence), {view: _ready(w) for view, w in views.items()}, _ready(firm) if firm else None, writers)


def _ready(weights: tuple[tuple[str, ...], int, Sequence[Mapping[Key, int]]]) -> Weights:
    """Weights whose texts are the very ones that features have: a key is then found without a look at its letters."""
    labels, start, tables = weights
    return Weights(labels, start, tuple({intern(key) if isinstance(key, str) else tuple(map(intern, key)): weight
                                         for key, weight in table.items()} for table in tables))


def _plain(weights: Weights) -> tuple[object, ...]:
    return weights.labels, weights.start, tuple(map(dict, weights.tables))


def weights_of(data: Mapping[str, Any]) -> Weights:
    """Weights as the file has them: by feature, pairs of label number and weight in one list."""

    def row(pairs: Sequence[int]) -> int:
        return sum(weight << _BITS * label for label, weight in zip(pairs[::2], pairs[1::2], strict=True))

    tables: tuple[dict[Key, int], ...] = tuple({} for _ in Features._fields)
    for name, pairs in data["table"].items():
        kind, key = kind_and_key(name)
        tables[kind][key] = row(pairs)
    start = packed(b - c for b, c in zip(data["bias"], data["cut"], strict=True))
    return Weights(tuple(data["labels"]), start, tables)
