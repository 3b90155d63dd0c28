"""One linter for all tests: rules and pipelines load once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inmail_lint import Draft, Linter, Report


@pytest.fixture(scope="session")
def linter() -> Linter:
    return Linter()


@pytest.fixture(scope="session")
def lint_text(linter: Linter) -> Callable[..., Report]:
    def lint(body: str, subject: str = "", language: str | None = None, **fields: object) -> Report:
        return linter.lint(Draft(body, subject, language=language, **fields))  # type: ignore[arg-type]

    return lint
