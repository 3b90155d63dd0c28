"""Commands about the rules themselves: list, test, new, coverage; and `measure`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from inmail_lint.cli_check import write
from inmail_lint.files import unwritable
from inmail_lint.lines import defused, said
from inmail_lint.vocabulary import RULE_KINDS, UI_LANGUAGES

_rules_option = click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR",
                             help="a directory with rules and patterns of your own, added to ours")


@click.group()
def rules() -> None:
    """List, test and write rules."""


@rules.command("list")
@click.option("--profile", default="guides", show_default=True, metavar="NAME|FILE")
@_rules_option
@click.option("--ui", type=click.Choice(UI_LANGUAGES), default="en", show_default=True)
def list_rules(profile: str, rules_dir: Path | None, ui: str) -> None:
    """All rules of a profile, a line each: severity, points, name, title."""
    from inmail_lint.rule_texts import rows

    for category, held in rows(profile, rules_dir).items():
        click.echo(defused(click.style(category, bold=True)))
        for severity, points, name, title in held:
            click.echo(defused(f"  {severity:<8}{points:>3}  {name:<26}{title[ui]}"))


@rules.command("test")
@click.argument("names", nargs=-1, metavar="[RULE|PATTERN|FILE]...")
@_rules_option
@click.option("--own", is_flag=True, help="only the examples in the folder given with --rules")
def test_rules(names: Sequence[str], rules_dir: Path | None, own: bool) -> None:
    """Run the examples inside the rules and patterns (all, or those named)."""
    from inmail_lint.errors import Fault, RuleError
    from inmail_lint.examples import cases, failure
    from inmail_lint.linter import Linter

    if own and rules_dir is None:
        raise click.UsageError("--own needs --rules with the folder of your own rules")
    linter = Linter(rules=rules_dir)
    faults: list[Fault] = []
    for pack in linter.rulebook.packs.values():
        if pack.judged:
            linter.rulebook.patterns.compile(pack, faults)
    if faults:
        raise RuleError(faults)
    wanted = [Path(n).stem if n.endswith(".yaml") else n for n in names]
    run = [c for c in cases(linter, wanted) if not own or Path(c.path).is_relative_to(rules_dir or "")]
    if wanted and not run:
        raise click.UsageError(f"no rule or pattern called {', '.join(wanted)}; 'inmail-lint rules list' shows the rules")
    failed = 0
    for case in run:
        problem = failure(case, linter)
        if problem:
            failed += 1
            click.echo(said(f"{case.path}:{case.line}: {case.name}: {problem}"), err=True)
    click.echo(f"{len(run)} examples, {failed} failed")
    sys.exit(1 if failed else 0)


@rules.command("new")
@click.argument("name")
@click.option("--kind", type=click.Choice(RULE_KINDS), default="forbid", show_default=True)
@click.option("--dir", "directory", type=click.Path(file_okay=False, path_type=Path), default=Path(),
              help="where to write NAME.yaml; default: here")
def new_rule(name: str, kind: str, directory: Path) -> None:
    """Write a rule file to fill in, with every key explained."""
    from inmail_lint.skeleton import skeleton

    file = directory / f"{name}.yaml"
    if file.exists():
        raise click.UsageError(f"{file} exists already; choose another name or edit it")
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(directory, error) from error
    write(file, skeleton(name, kind))
    click.echo(f"{file} written; fill it in, then: inmail-lint rules test {name} --rules {directory}")


@rules.command("coverage")
@_rules_option
def coverage(rules_dir: Path | None) -> None:
    """Which rules exist in which language, and with how many examples."""
    from inmail_lint.loading import load_rulebook

    book = load_rulebook(extra=rules_dir)
    codes = [p.code for p in book.packs.values() if p.judged]
    click.echo(f"{'rule':<28}" + "".join(f"{c:>8}" for c in codes))
    for rule in book.rules.values():
        counts = [sum(e.language == c for e in rule.examples) for c in codes]
        click.echo(f"{rule.id:<28}" + "".join(f"{n or '-':>8}" for n in counts))


@rules.command("pages")
@click.option("--check", is_flag=True, help="write nothing; exit with 1 if a generated file is not fresh")
def make_pages(check: bool) -> None:
    """Write docs/rules/ and the tables of the READMEs from the rules (in a checkout)."""
    from inmail_lint.loading import load_rulebook, rules_directory
    from inmail_lint.measured import Figures
    from inmail_lint.pages import pages, stale
    from inmail_lint.pages import write as write_pages

    root = rules_directory().parent
    wanted = pages(load_rulebook(), Figures.load(rules_directory()), root)
    old = stale(wanted, root)
    if check:
        for file in old:
            click.echo(f"{file.relative_to(root)}: not fresh; run 'inmail-lint rules pages'", err=True)
        sys.exit(1 if old else 0)
    try:
        changed = write_pages(wanted, old)
    except OSError as error:
        raise unwritable(root, error) from error
    click.echo(f"{changed} files written")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="LABELLED.jsonl...")
@click.option("--profile", default="guides", show_default=True, metavar="NAME|FILE")
@_rules_option
@click.option("--by-writer", is_flag=True, help="a line for each writer besides")
@click.option("--misses", metavar="LABEL", help="print the drafts on which this label is wrong")
def measure(files: Sequence[str], profile: str, rules_dir: Path | None, by_writer: bool, misses: str | None) -> None:
    """Hold the linter against labelled drafts: per label and language precision, recall, F1, kappa, spans, and how well
    the score orders the drafts. Writers that were set aside (corpus/labelled/split.yaml) are reported apart."""
    from inmail_lint.linter import Linter
    from inmail_lint.measuring import print_measures

    for line in print_measures(files, Linter(profile, rules=rules_dir), by_writer=by_writer, misses=misses):
        click.echo(line)
