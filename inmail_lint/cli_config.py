"""Commands about settings: config, init, schema, baseline, completion."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from inmail_lint.cli_check import finder_of, judged, settings_options, write
from inmail_lint.errors import Fault, InmailLintError
from inmail_lint.lines import defused, one_line

_TEMPLATE = ".inmail-lint.toml"
_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("path", default="draft.txt", metavar="[PATH]")
@settings_options
def config(path: str, **options: Any) -> None:
    """Show which settings hold for a draft, and where each comes from."""
    from inmail_lint.config.describing import described

    settings = finder_of(options).of(path)
    rows = list(described(settings))
    widths = [max(len(row[i]) for row in rows) for i in (0, 1)]
    for key, value, origin in rows:
        click.echo(defused(f"{key:<{widths[0]}}  {one_line(value):<{min(widths[1], 40)}}  {one_line(origin)}"))


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--ui", type=click.Choice(("en", "es")), default="en", show_default=True, help="language of the comments")
def init(folder: Path, ui: str) -> None:
    """Write a commented configuration file to start from; an existing one is left alone."""
    from inmail_lint.config.describing import template

    file = folder / _TEMPLATE
    if file.exists():
        raise InmailLintError(Fault(str(file), "is there already; edit it, or remove it first"))
    write(file, template(ui))
    click.echo(f"{file}: written; every setting in it is still a comment")


@click.command()
@click.argument("what", type=click.Choice(("config", "rule")))
def schema(what: str) -> None:
    """Print the JSON Schema of configuration files or of rule files, for editors."""
    from inmail_lint.config.describing import config_schema, rule_schema
    from inmail_lint.loading import load_rulebook
    from inmail_lint.rule_reader import KEYS, LEVEL_KEYS

    found = config_schema() if what == "config" else rule_schema(KEYS, LEVEL_KEYS, load_rulebook(cache=True).guides)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


@click.group()
def baseline() -> None:
    """Known findings of an old library of drafts, so that only new ones fail."""


@baseline.command("write")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default="inmail-lint-baseline.json",
              show_default=True, help="the file to write")
@settings_options
def baseline_write(paths: Sequence[str], output: Path, **options: Any) -> None:
    """Write down every finding of the drafts as known. Use it with 'check --baseline FILE' or in the configuration."""
    from inmail_lint.baseline import written

    session, reports = judged(paths, None, "", finder_of(options))
    found = list(reports)
    write(output, written(found, output))
    known = sum(len(r.findings) for r in found)
    click.echo(f"{output}: {known} known findings in {len(found)} drafts")
    if session.faults:
        raise InmailLintError(session.faults)


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes commands, options and rule names in a shell.

    \b
    bash: eval "$(inmail-lint completion bash)" in ~/.bashrc
    zsh:  eval "$(inmail-lint completion zsh)" in ~/.zshrc
    fish: inmail-lint completion fish > ~/.config/fish/completions/inmail-lint.fish
    """
    from click.shell_completion import get_completion_class

    from inmail_lint.cli import main

    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(main, {}, "inmail-lint", "_INMAIL_LINT_COMPLETE").source())
