"""The laws of the score."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inmail_lint import Finding, Severity
from inmail_lint.scoring import charge, gains

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
def test_gains_are_what_mending_adds(findings: list[Finding]) -> None:
    score, charged = charge(findings, _CAPS)
    for finding, gain in gains(charged, _CAPS):
        assert charge([f for f in charged if f is not finding], _CAPS)[0] == score + gain
