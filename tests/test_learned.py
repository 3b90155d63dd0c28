"""The learned component: its sums are those of the weights' file, and what it remembers changes nothing."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from inmail_lint import Draft, Linter
from inmail_lint.features import Features, kind_and_key
from inmail_lint.learned import VIEWS, read, view_features
from inmail_lint.recent import Recent

ROOT = Path(__file__).resolve().parent.parent


def drafts(code: str, every: int) -> list[Draft]:
    rows = [json.loads(line) for file in sorted((ROOT / "corpus" / "labelled").glob(f"{code}-*.jsonl"))
            for line in file.read_text(encoding="utf-8").splitlines()]
    return [Draft(r["body"], r["subject"], r["kind"], code) for r in rows[::every]]


@pytest.mark.parametrize("code", ["en", "es"])
def test_sums_are_those_of_the_named_weights(code: str) -> None:
    linter = Linter()
    learned = linter.rulebook.learned(code)
    assert learned is not None
    data = json.loads((ROOT / "rules" / "learned" / f"{code}.json").read_text(encoding="utf-8"))
    checked = 0
    for draft in drafts(code, 40):
        found = linter.find_plain(draft)
        reading = read(found, learned, linter.rulebook)
        for row, odds in zip(reading.rows, reading.odds, strict=True):
            assert odds == by_name(data["sentence"], row.names)
            checked += 1
        for view in learned.views:
            features = view_features(found, reading, view)
            sums = dict(zip(data["views"][view]["labels"], by_name(data["views"][view], features.names()), strict=True))
            assert sums == {label: reading.whole(label) for label, of in VIEWS.items() if of == view}
    assert checked > 200


def by_name(data: dict, names: frozenset[str]) -> list[int]:
    sums = [b - c for b, c in zip(data["bias"], data["cut"], strict=True)]
    for pairs in (data["table"].get(name, []) for name in names):
        for label, weight in zip(pairs[::2], pairs[1::2], strict=True):
            sums[label] += weight
    return sums


def test_a_feature_is_told_from_its_name() -> None:
    features = Features({"s:question", "b:reader"}, {"hola"}, {("^", "hola")}, {("a", "b", "c")}, {"verb:2"}, {"s:words<3"},
                        {"p:cta.ask"})
    told: list[set] = [set() for _ in features]
    for name in features.names():
        kind, key = kind_and_key(name)
        told[kind].add(key)
    assert told == [set(kind) for kind in features]


def test_a_draft_is_judged_alike_whatever_was_judged_before() -> None:
    some = [*drafts("es", 60), *drafts("en", 60)]
    alone = [Linter().lint(draft).to_dict() for draft in some[::12]]
    linter = Linter()
    mixed = list(enumerate(some))
    random.Random(3).shuffle(mixed)
    for _ in range(2):
        reports = {number: linter.lint(draft).to_dict() for number, draft in mixed}
        assert [reports[number] for number in range(0, len(some), 12)] == alone


def test_recent_keeps_what_is_asked_for_and_forgets_the_rest() -> None:
    recent: Recent[int, str] = Recent(3)
    recent.put(0, "zero")
    for number in range(1, 40):
        recent.put(number, str(number))
        assert recent.get(0) == "zero"
        assert len(recent._young) + len(recent._old) <= 2 * 3
    assert recent.get(1) is None and recent.get(39) == "39"


def test_a_greeting_is_no_reason_where_a_sentence_follows(linter: Linter) -> None:
    body = ("Hola, Itziar:\n\nHe visto que en Talleres Oria cambiasteis la prensa en marzo. En [EMPRESA] bajamos las paradas "
            "un 18 %.\n\n¿Te mando la hoja de dos páginas?\n\nGorka")
    reasons = [m.spot.text for m in linter.lint(Draft(body, "Consulta")).markers if m.name == "reason"]
    assert reasons and not any("Hola" in text for text in reasons)
