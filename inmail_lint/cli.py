"""The command line. The only module that prints; it also chooses the exit code."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from pathlib import Path
from typing import Any

import click

from inmail_lint import __version__, cli_cache, cli_check, cli_config, cli_rules
from inmail_lint.errors import InmailLintError
from inmail_lint.lines import said
from inmail_lint.spelling import nearest
from inmail_lint.stopping import stop_tidily
from inmail_lint.vocabulary import UI_LANGUAGES

EXIT_INTERRUPTED = 130  # as shells say it of a command that Ctrl-C ended
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))


class _Group(click.Group):
    """Turns what the user did into one line and exit code 2, and what we did into exit code 3."""

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        _speak_plainly()
        return super().make_context(*given, **more)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            raise click.UsageError(f"there is no command '{name}'{nearest(name, self.commands)}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InmailLintError as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            ctx.exit(cli_check.EXIT_WRONG_USE)
        except click.ClickException as error:
            vars(error)["message"] = said(error.message)  # it may quote a name
            raise
        except (click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            ctx.exit(EXIT_INTERRUPTED)
        except BrokenPipeError:
            _silence_stdout()
            ctx.exit(cli_check.EXIT_OK)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in _NO_ROOM and error.filename is None:
                _silence_stdout()
                click.echo(f"standard output cannot be written: {str(error.strerror).lower()}; make room, or write elsewhere",
                           err=True)
                ctx.exit(cli_check.EXIT_WRONG_USE)
            if os.environ.get("INMAIL_LINT_DEBUG"):
                raise
            click.echo(said(f"inmail-lint {__version__}: a defect of ours ({type(error).__name__}: {error}); please report it "
                            "with the draft, INMAIL_LINT_DEBUG=1 shows where"), err=True)
            ctx.exit(cli_check.EXIT_DEFECT)


def _speak_plainly() -> None:
    """Files and pipes get UTF-8 wherever we run; a terminal gets its own characters, with marks for those it has not."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        own = sys.stdout.isatty() or os.environ.get("PYTHONIOENCODING")
        sys.stdout.reconfigure(encoding=None if own else "utf-8", errors="replace")


def _silence_stdout() -> None:
    """What could not be written is not tried once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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


def _default_ui(ui: str | None) -> str:
    """The report language where there is no draft to tell: the terminal's, Spanish or else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return ui or ("es" if locale.lower().startswith("es") else "en")


def _rule_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from inmail_lint.folders import NOT_RULES
    from inmail_lint.where import rules_directory

    names = (file.stem for file in rules_directory().glob("*.yaml"))
    return sorted(name for name in names if name.startswith(incomplete) and name not in NOT_RULES)


@main.command()
@click.argument("rule", shell_complete=_rule_names)
@_profile
@_rules
@click.option("--ui", type=click.Choice(UI_LANGUAGES), help="language of the card; default: the terminal's")
def explain(rule: str, profile: str, rules_dir: Path | None, ui: str | None) -> None:
    """Show a rule's card: what it wants, why, what it costs, its sources, examples and measured error rate."""
    from inmail_lint.card import laid_out
    from inmail_lint.rule_texts import cards

    known = cards(profile, rules_dir, _default_ui(ui))
    if rule not in known:
        raise click.UsageError(f"there is no rule '{rule}'{nearest(rule, known)}; 'inmail-lint rules list' shows all")
    click.echo(laid_out(known[rule]))


@main.command()
@click.option("--profile", metavar="NAME|FILE", help="thresholds and points; default: the configuration's")
@_rules
@_ui
def lsp(profile: str | None, rules_dir: Path | None, ui: str | None) -> None:
    """Serve an editor over standard input and output (language server; needs the extra 'lsp')."""
    from inmail_lint.lsp import serve

    sys.exit(serve(profile, rules_dir, ui))


main.add_command(cli_check.check)
main.add_command(cli_cache.cache)
for command in (cli_config.config, cli_config.init, cli_config.schema, cli_config.baseline, cli_config.completion):
    main.add_command(command)
main.add_command(cli_rules.rules)
main.add_command(cli_rules.measure)

if __name__ == "__main__":
    stop_tidily()
    main()
