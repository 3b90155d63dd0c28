"""One run of the linter over drafts: everything that an output format may show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from inmail_lint import __version__
from inmail_lint.errors import Fault
from inmail_lint.report import Report
from inmail_lint.vocabulary import UI_LANGUAGES

if TYPE_CHECKING:
    from inmail_lint.rulebook import Rulebook


@dataclass(frozen=True)
class Run:
    """Reports in the order of the drafts, and what could not be read; the rules may be given as what loads them.

    `asked_ui` is the report language asked for, None if each draft's own; `full` whether every report is wanted in full,
    None if that hangs on how many there are; `explain` adds to every finding why its rule exists and who says so; `links`
    says that the terminal shows links.
    """

    reports: tuple[Report, ...]
    faults: tuple[Fault, ...]
    rules: Rulebook | Callable[[], Rulebook]
    asked_ui: str | None = None
    full: bool | None = None
    explain: bool = False
    links: bool = False
    version: str = __version__

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules that the drafts were judged by."""
        return self.rules() if callable(self.rules) else self.rules

    @property
    def ui(self) -> str:
        """The language of what is said of all drafts together: the one asked for, else that of most reports."""
        return self.asked_ui or max(UI_LANGUAGES, key=lambda code: sum(r.ui == code for r in self.reports))
