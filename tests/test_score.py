"""The laws of the score."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inmail_lint import Finding, Severity
from inmail_lint.scoring import changes, charge

_CAPS = {"tone": 30, "subject": 25}
_findings = st.lists(
    st.builds(lambda rule, category, severity, cost: Finding(f"rule-{rule}", category, severity, cost, "m", "f", (), (), cost),
              st.integers(0, 40), st.sampled_from(["tone", "subject", "cta"]), st.sampled_from(list(Severity)),
              st.integers(0, 40)),
    max_size=14, unique_by=lambda f: f.rule)


def test_no_finding_gives_100() -> None:
    assert charge([], _CAPS) == (100, ())


@given(_findings)
def test_what_is_shown_adds_up(findings: list[Finding]) -> None:
    score, charged = charge(findings, _CAPS)
    assert score == max(0, 100 - sum(f.points for f in charged))
    assert len(charged) == len(findings)


@given(_findings, st.randoms())
def test_order_changes_nothing(findings: list[Finding], random: object) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert charge(findings, _CAPS) == charge(shuffled, _CAPS)


@given(_findings)
def test_adding_a_finding_never_raises_and_mending_never_lowers(findings: list[Finding]) -> None:
    score, _ = charge(findings, _CAPS)
    for i in range(len(findings)):
        without, _ = charge(findings[:i] + findings[i + 1:], _CAPS)
        assert without >= score


@given(_findings)
def test_a_category_costs_no_more_than_its_cap(findings: list[Finding]) -> None:
    _, charged = charge(findings, _CAPS)
    for category, cap in _CAPS.items():
        assert sum(f.points for f in charged if f.category == category and f.severity is not Severity.ERROR) <= cap


@given(_findings)
def test_changes_are_steps_of_a_plan(findings: list[Finding]) -> None:
    score, charged = charge(findings, _CAPS)
    left = list(charged)
    for step in changes(charged, _CAPS):
        left = [f for f in left if f is not step.finding]
        assert charge(left, _CAPS)[0] == step.score == score + step.gain
        score = step.score
    assert score == 100 and not any(f.severity is Severity.ERROR for f in left)


@given(_findings)
def test_the_first_change_is_a_stop_or_gives_back_most(findings: list[Finding]) -> None:
    score, charged = charge(findings, _CAPS)
    first = next(changes(charged, _CAPS), None)
    if first is None:
        assert score == 100 and not any(f.severity is Severity.ERROR for f in charged)
    elif first.finding.severity is not Severity.ERROR:
        assert not any(f.severity is Severity.ERROR for f in charged)
        assert all(charge([g for g in charged if g is not f], _CAPS)[0] <= first.score for f in charged)


def test_a_draft_far_under_0_still_has_a_plan() -> None:
    findings = [Finding(f"rule-{n}", "cta", Severity.WARNING, 30, "m", "f", (), (), 30) for n in range(5)]
    steps = list(changes(findings, {}))
    assert [s.score for s in steps] == [0, 10, 40, 70, 100]
