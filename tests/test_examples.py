"""Every example inside every rule and pattern."""

from __future__ import annotations

import pytest

from inmail_lint import Linter
from inmail_lint.examples import Case, cases, failure

_CASES = list(cases(Linter()))


@pytest.mark.parametrize("case", _CASES, ids=lambda c: c.name)
def test_example(case: Case, linter: Linter) -> None:
    problem = failure(case, linter)
    assert not problem, f"{case.path}:{case.line}: {problem}"


def test_there_are_examples_of_every_rule(linter: Linter) -> None:
    assert {c.owner.id for c in _CASES if hasattr(c.owner, "id")} == set(linter.rulebook.rules)
