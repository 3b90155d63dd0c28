"""One linter for all tests: rules and pipelines load once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from inmail_lint import Draft, Linter, Report


@pytest.fixture(scope="session")
def linter() -> Linter:
    return Linter()


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of the rules in a folder of their own, made once, for tests that need a cache and are not about making it."""
    home = tmp_path_factory.mktemp("tables")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(home))
        linter = Linter(cache=True)
        for language in ("en", "es"):
            linter.lint(Draft("Hi Ana, shall we talk?", "x", language=language))
    return home / "inmail-lint"


@pytest.fixture(scope="session")
def lint_text(linter: Linter) -> Callable[..., Report]:
    def lint(body: str, subject: str = "", language: str | None = None, **fields: object) -> Report:
        return linter.lint(Draft(body, subject, language=language, **fields))  # type: ignore[arg-type]

    return lint
