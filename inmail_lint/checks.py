"""The three kinds of check: a rule and what was found → the level that applies, with places and values."""

from __future__ import annotations

from dataclasses import dataclass, field

from inmail_lint.document import Place
from inmail_lint.found import Found, merged
from inmail_lint.judgement import agreed
from inmail_lint.lookalikes import Named
from inmail_lint.metrics import Measurements
from inmail_lint.rulebook import Level, Rule


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule that fired: at which level, where, and the values for its message."""

    level: Level
    places: tuple[Place, ...]
    values: dict[str, object] = field(default_factory=dict)


def check(rule: Rule, found: Found, measured: Measurements) -> Verdict | None:
    """Run one rule; None if it has nothing to say."""
    for condition in rule.when:
        if not _holds(measured[condition.metric].value, condition.limit, above=condition.above):
            return None
    if rule.kind == "threshold":
        return _threshold(rule, found, measured)
    if rule.kind == "forbid":
        return _forbid(rule, found)
    return _require(rule, found)


def is_sure(rule: Rule, found: Found) -> bool:
    """Whether the learned component leaves no more doubt of the rule's label than `sure` allows. In doubt a finding is
    shown and costs nothing, so that a rule which costs points is right four times in five."""
    if found.reading is None or any(h.own for h in found.of(*rule.patterns)):
        return True
    reading = found.reading
    odds = reading.whole(f"any:{rule.label}")
    if odds is None:
        odds = reading.whole(rule.label)
    if odds is None:
        odds = max(reading.of(rule.label), default=rule.sure)
    return abs(odds) >= rule.sure


def _holds(value: float, limit: int, *, above: bool) -> bool:
    return value > limit if above else value < limit


def _threshold(rule: Rule, found: Found, measured: Measurements) -> Verdict | None:
    measurement = measured[rule.metric]
    kind = found.parsed.draft.kind
    strongest = None
    for level in rule.levels:
        if level.kinds and kind not in level.kinds:
            continue
        if level.applies(measurement.value) and (strongest is None or _rank(level) > _rank(strongest)):
            strongest = level
    if strongest is None:
        return None
    return Verdict(strongest, measurement.places, {"value": _number(measurement.value), "limit": strongest.limit})


def _forbid(rule: Rule, found: Found) -> Verdict | None:
    joined = merged(_places(rule, found))
    levels = [level for level in rule.levels if len(joined) >= level.limit] if joined else []
    if not levels:
        return None
    level = max(levels, key=_rank)
    first = joined[0]
    text = found.parsed.draft.text(first.part)[first.start : first.end]
    words = " ".join(text.split())
    return Verdict(level, joined, {"match": words if len(words) <= 60 else words[:59] + "…", "count": len(joined),
                                   "characters": Named(text)})


def _require(rule: Rule, found: Found) -> Verdict | None:
    count = len(merged(_places(rule, found)))
    if count >= rule.at_least:
        return None
    return Verdict(rule.levels[0], (), {"count": count, "limit": rule.at_least})


def _places(rule: Rule, found: Found) -> list[Place]:
    """Where the rule's patterns and markers stand in its scope, as far as the learned component agrees."""
    hits = [h for h in found.of(*rule.patterns) if found.parsed.in_scope(h.place, rule.scope)]
    places = agreed(found, rule.label, hits) if rule.label else None
    if places is None:
        places = [h.place for h in hits]
    marks = [m.place for name in rule.markers for m in found.marked(name)]
    return [p for p in (*places, *marks) if found.parsed.in_scope(p, rule.scope)] if places or marks else []


def _rank(level: Level) -> tuple[int, int]:
    return level.severity.rank, level.points


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else round(value, 1)
