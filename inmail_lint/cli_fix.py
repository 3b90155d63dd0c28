"""What --fix and --diff put on standard output and standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from inmail_lint.errors import Fault
from inmail_lint.lines import said

if TYPE_CHECKING:
    from inmail_lint.draft import Draft
    from inmail_lint.errors import DraftError
    from inmail_lint.linter import Linter


@dataclass
class Mending:
    """What is to be mended, and what standard output gets because of it: None where the report belongs there."""

    fix: bool = False
    diff: bool = False
    from_stdin: bool = False
    output: str | bytes | None = None

    @property
    def wanted(self) -> bool:
        return self.fix or self.diff

    @property
    def takes_output(self) -> bool:
        """Whether what is mended goes to standard output in place of the report."""
        return self.fix and self.from_stdin

    def mended(self, items: Iterable[Draft | DraftError], note: Callable[[Fault], None], form: str | None,
               stdin: bytes | None, linter_of: Callable[[Draft], Linter]) -> list[Draft]:
        """The drafts to judge, as they are once mended; the rest is said on standard error."""
        from inmail_lint.fixing import mend, show
        from inmail_lint.session import read
        from inmail_lint.tokens import spare_command_line

        spare_command_line()
        faults: list[Fault] = []
        drafts = read(items, faults)
        result = show(linter_of, drafts, form) if self.diff else mend(linter_of, drafts, form, stdin)
        for fault in (*faults, *result.faults):
            note(fault)
        for line in result.notes:
            click.echo(said(line), err=True)
        if result.output:
            click.echo(result.output, nl=False)
        self.output = result.output
        return [] if self.diff else result.drafts
