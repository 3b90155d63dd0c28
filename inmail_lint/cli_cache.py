"""Commands about what is kept between runs: where it is, and away with it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from inmail_lint.errors import Fault, InmailLintError


@click.group()
def cache() -> None:
    """What is kept between runs: tables made of the rules and, with 'check --cache', reports."""


@cache.command("dir")
def cache_dir() -> None:
    """Print the folder that it is kept in."""
    click.echo(_folder())


@cache.command("clear")
def cache_clear() -> None:
    """Remove everything that is kept."""
    from inmail_lint.results import folder, remove

    place, tables = folder(), _folder()
    try:
        reports = remove(place) if place else 0
        files = sorted(tables.glob("*.bin"))
        for file in files:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise InmailLintError(Fault(str(tables), f"cannot be emptied: {(error.strerror or str(error)).lower()}; "
                                    "check its permissions")) from error
    with suppress(OSError):  # it holds something that is not ours
        tables.rmdir()
    click.echo(f"{tables}: {reports} reports and {len(files)} tables removed")


def _folder() -> Path:
    from inmail_lint.cache import directory

    found = directory()
    if found is None:
        raise click.UsageError("nothing is kept: INMAIL_LINT_NO_CACHE is set, or there is no home directory")
    return found
