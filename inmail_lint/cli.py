"""The command line. The only module that prints; it also chooses the exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from inmail_lint import __version__
from inmail_lint.errors import DraftError, Fault, InmailLintError
from inmail_lint.vocabulary import UI_LANGUAGES, Severity

if TYPE_CHECKING:  # the engine is loaded by the commands that need it
    from inmail_lint.draft import Draft
    from inmail_lint.report import Report

_MANY = 30  # drafts above which the terminal shows the summary alone
_SLOW = 150  # drafts above which a progress bar is worth its line
EXIT_OK, EXIT_FINDINGS, EXIT_WRONG_USE, EXIT_DEFECT = 0, 1, 2, 3


class _Group(click.Group):
    """Turns what the user did into one line and exit code 2, and what we did into exit code 3."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InmailLintError as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            ctx.exit(EXIT_WRONG_USE)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(EXIT_OK)
        except Exception as error:
            if os.environ.get("INMAIL_LINT_DEBUG"):
                raise
            click.echo(f"inmail-lint {__version__}: a defect of ours ({type(error).__name__}: {error}); please report it "
                       "with the draft, INMAIL_LINT_DEBUG=1 shows where", err=True)
            ctx.exit(EXIT_DEFECT)


_profile = click.option("--profile", default="guides", show_default=True, metavar="NAME|FILE",
                        help="thresholds and points: guides, linkedin-data, guia-creditos, guia-magicpost, or a file of yours")
_rules = click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR",
                      help="a directory with rules and patterns of your own, added to ours")
_ui = click.option("--ui", type=click.Choice(UI_LANGUAGES), help="language of the report; default: the draft's")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="inmail-lint")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Lint LinkedIn InMail drafts before they are sent: offline, in Spanish and English, every point explained.

    \b
    inmail-lint check drafts/            judge every draft in a directory
    inmail-lint check - < draft.txt      judge what is pasted
    inmail-lint explain cta-vague        why a rule exists, who says so, how to mend it
    inmail-lint rules list               all rules, a line each

    A draft is a text file (with "Subject:" and "To:" lines or YAML front matter on top, if you like), an .eml, or a
    record of a .json, .jsonl or .csv file. Nothing is ever sent anywhere.

    Exit codes: 0 fine, 1 findings at or above --fail-on (default: stops), 2 wrong use or an unreadable draft,
    3 a defect of ours.
    """
    gc.disable()  # a start only loads what stays: collecting meanwhile costs a tenth of it
    if os.environ.get("NO_COLOR"):
        ctx.color = False


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_profile
@_rules
@_ui
@click.option("--format", "form", type=click.Choice(["text", "json", "jsonl"]), default="text", show_default=True,
              help="text for people, json for programs, jsonl one draft a line")
@click.option("--fail-on", type=click.Choice(["error", "warning", "note", "never"]), default="error", show_default=True,
              help="exit with 1 from this severity on")
@click.option("--fail-under", type=click.IntRange(0, 100), metavar="N", help="exit with 1 if a draft scores under N")
@click.option("--input-format", type=click.Choice(["text", "eml", "json", "jsonl", "csv"]),
              help="what the files are, whatever their names; for standard input too (default: text)")
@click.option("--full/--summary", default=None, help="every report, or the table alone (default: full up to 30 drafts)")
@click.option("--fix", is_flag=True, help="mend slips of blanks, marks and capitals in text files, then report what is left; "
              "standard input is mended to standard output")
@click.option("--diff", is_flag=True, help="show what --fix would change, write nothing, exit with 1 if it is anything")
def check(paths: Sequence[str], profile: str, rules_dir: Path | None, ui: str | None, form: str, fail_on: str,
          fail_under: int | None, input_format: str | None, full: bool | None, fix: bool, diff: bool) -> None:
    """Judge drafts: files, directories, or - for standard input.

    A report says whether the draft may go out (stops must be mended), its score with every point explained, what
    already works, and the three changes that gain most.
    """
    from inmail_lint.linter import Linter
    from inmail_lint.output import Run, rendered
    from inmail_lint.reading import read_paths
    from inmail_lint.tokens import spare_command_line

    linter = Linter(profile, rules=rules_dir, ui=ui, cache=True)
    spare_command_line()
    faults: list[Fault] = []
    drafts: list[Draft] = []
    if fix and diff:
        raise click.UsageError("--fix writes and --diff writes nothing; use one of them")
    stdin = sys.stdin.buffer.read() if fix and "-" in paths else None
    for item in read_paths(paths, input_format, stdin):
        if isinstance(item, DraftError):
            faults.extend(item.faults)
        else:
            drafts.append(item)
    if len(drafts) > _MANY:
        gc.freeze()
        gc.enable()
    if fix or diff:
        drafts, output = _mended(linter, drafts, faults, input_format, stdin, diff=diff)
        if diff:
            sys.exit(EXIT_WRONG_USE if faults else EXIT_FINDINGS if output else EXIT_OK)
    reports = list(_linted(linter, drafts, faults))
    if stdin is None:
        click.echo(rendered(Run(tuple(reports), tuple(faults), linter.rulebook, ui, full), form), nl=False)
    for fault in faults:
        click.echo(str(fault), err=True)
    sys.exit(_exit_code(reports, faults, fail_on, fail_under))


def _mended(linter: Any, drafts: Sequence[Draft], faults: list[Fault], form: str | None, stdin: bytes | None, *, diff: bool
            ) -> tuple[list[Draft], str | bytes | None]:
    """Mend drafts, or with `diff` show how; gives the drafts as they are then and what was put on standard output."""
    from inmail_lint.fixing import mend, show

    result = show(linter, drafts, form) if diff else mend(linter, drafts, form, stdin)
    faults.extend(result.faults)
    for line in (*result.notes, *(str(f) for f in (faults if diff else ()))):
        click.echo(line, err=True)
    if result.output:
        click.echo(result.output, nl=False)
    return result.drafts, result.output


def _linted(linter: Any, drafts: Sequence[Draft], faults: list[Fault]) -> Iterable[Report]:
    hidden = len(drafts) < _SLOW or not sys.stderr.isatty()
    with click.progressbar(drafts, file=sys.stderr, hidden=hidden) as bar:
        for draft in bar:
            try:
                yield linter.lint(draft)
            except DraftError as error:
                faults.extend(error.faults)


def _exit_code(reports: Sequence[Report], faults: Sequence[Fault], fail_on: str, fail_under: int | None) -> int:
    if faults:
        return EXIT_WRONG_USE
    if fail_on != "never":
        rank = Severity.named(fail_on).rank
        if any(f.severity.rank >= rank for r in reports for f in r.findings):
            return EXIT_FINDINGS
    if fail_under is not None and any(r.score < fail_under for r in reports):
        return EXIT_FINDINGS
    return EXIT_OK


def _default_ui(ui: str | None) -> str:
    """The report language where there is no draft to tell: the terminal's, Spanish or else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return ui or ("es" if locale.lower().startswith("es") else "en")


@main.command()
@click.argument("rule")
@_profile
@_rules
@click.option("--ui", type=click.Choice(UI_LANGUAGES), help="language of the card; default: the terminal's")
def explain(rule: str, profile: str, rules_dir: Path | None, ui: str | None) -> None:
    """Show a rule's card: what it wants, why, what it costs, its sources, examples and measured error rate."""
    from inmail_lint.card import card
    from inmail_lint.loading import load_rulebook, rules_directory
    from inmail_lint.measured import Figures
    from inmail_lint.spelling import nearest

    book = load_rulebook(profile, rules_dir)
    if rule not in book.rules:
        raise click.UsageError(f"there is no rule '{rule}'{nearest(rule, book.rules)}; 'inmail-lint rules list' shows all")
    click.echo(card(book.rules[rule], book, Figures.load(rules_directory()), _default_ui(ui)))


from inmail_lint import cli_rules  # noqa: E402  (its commands hang on `main`)

main.add_command(cli_rules.rules)
main.add_command(cli_rules.measure)

if __name__ == "__main__":
    main()
