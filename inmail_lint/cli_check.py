"""The command `check`: its options, what it prints, and its exit code."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from inmail_lint.draft import KINDS
from inmail_lint.errors import Fault, InmailLintError
from inmail_lint.files import put
from inmail_lint.lines import said
from inmail_lint.output import FORMATS
from inmail_lint.output.links import supported
from inmail_lint.vocabulary import SEVERITIES, UI_LANGUAGES

if TYPE_CHECKING:  # the engine is loaded when the command runs
    from inmail_lint.config import SettingsFinder
    from inmail_lint.draft import Draft
    from inmail_lint.linter import Linter
    from inmail_lint.session import Session

EXIT_OK, EXIT_FINDINGS, EXIT_WRONG_USE = 0, 1, 2
_MANY = 30  # drafts above which garbage is worth collecting
_SLOW = 150  # drafts above which a progress bar is worth its line
_PAUSE = 0.5  # seconds between two looks at watched files
_SUFFIXES = {".txt": "text", ".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".md": "markdown", ".html": "html",
             ".sarif": "sarif", ".xml": "junit"}


def settings_options(command: Any) -> Any:
    """The options that a configuration file has too."""
    for option in reversed((
            click.option("--profile", metavar="NAME|FILE",
                         help="thresholds and points: guides (default), linkedin-data, guia-creditos, guia-magicpost, or a file"),
            click.option("--rules", "rule_folders", type=click.Path(path_type=Path), multiple=True, metavar="DIR",
                         help="a folder with rules and patterns of your own, added to ours"),
            click.option("--kind", type=click.Choice(KINDS), help="what drafts are that do not say so (default: inmail)"),
            click.option("--language", type=click.Choice(("es", "en")), help="language of drafts that do not say so"),
            click.option("--ui", type=click.Choice(UI_LANGUAGES), help="language of the report; default: the draft's"),
            click.option("--select", multiple=True, metavar="RULE", help="only these rules, categories or patterns (cta-*)"),
            click.option("--ignore", multiple=True, metavar="RULE", help="not these rules, categories or patterns"),
            click.option("--config", "config_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
                         help="this configuration file instead of the nearest one"),
            click.option("--isolated", is_flag=True, help="no configuration file at all"))):
        command = option(command)
    return command


def finder_of(options: Mapping[str, Any], **others: Any) -> SettingsFinder:
    """The settings that the options of `settings_options` (and `others`, keys with underscores) ask for, over those of the
    configuration files; raises ConfigError."""
    from inmail_lint.config import SettingsFinder

    overrides: dict[str, Any] = {name: options[name] for name in ("profile", "kind", "language", "ui")}
    overrides |= {"rule-folders": tuple(options["rule_folders"]), "select": _names(options["select"]),
                  "ignore": _names(options["ignore"]), **{name.replace("_", "-"): value for name, value in others.items()}}
    return SettingsFinder(overrides, file=options["config_file"], isolated=options["isolated"])


def _names(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip() for text in given for name in text.split(",") if name.strip())


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@settings_options
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True,
              help="what standard output gets: text for people, json for programs, jsonl one draft a line …")
@click.option("-o", "--output", "outputs", multiple=True, metavar="[FORMAT:]FILE",
              help="write a file as well, in the format of its ending; may be given several times")
@click.option("--fail-on", type=click.Choice([*reversed(SEVERITIES), "never"]),
              help="exit with 1 from this severity on (default: error)")
@click.option("--fail-under", type=click.IntRange(0, 100), metavar="N", help="exit with 1 if a draft scores under N")
@click.option("--baseline", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="known findings; only new ones fail")
@click.option("--input-format", type=click.Choice(["text", "eml", "json", "jsonl", "csv"]),
              help="what the files are, whatever their names; for standard input too (default: text)")
@click.option("--stdin-filename", default="", metavar="PATH", help="the name that standard input goes by")
@click.option("--full/--summary", default=None, help="every report, or the table alone (default: full up to 30 drafts)")
@click.option("--explain", is_flag=True, help="say under every finding why its rule exists and who says so")
@click.option("--statistics", is_flag=True, help="how often each rule found something, instead of the reports")
@click.option("-q", "--quiet", is_flag=True, help="nothing but the exit code and what could not be read")
@click.option("-v", "--verbose", is_flag=True, help="say on standard error which settings hold and how long it took")
@click.option("--fix", is_flag=True, help="mend slips of blanks, marks and capitals in text files, then report what is left; "
              "standard input is mended to standard output")
@click.option("--diff", is_flag=True, help="show what --fix would change, write nothing, exit with 1 if it is anything")
@click.option("--watch", is_flag=True, help="judge again whenever a draft changes, until Ctrl-C")
def check(paths: Sequence[str], form: str, outputs: Sequence[str], fail_on: str | None, fail_under: int | None,
          baseline: Path | None, input_format: str | None, stdin_filename: str, full: bool | None, explain: bool,
          statistics: bool, quiet: bool, verbose: bool, fix: bool, diff: bool, watch: bool, **options: Any) -> None:
    """Judge drafts: files, directories, or - for standard input.

    A report says whether the draft may go out (stops must be mended), its score with every point explained, what
    already works, and the three changes that gain most.
    """
    targets = [_target(given) for given in outputs]
    finder = finder_of(options, fail_on=fail_on, fail_under=fail_under, baseline=baseline)

    if fix and (diff or watch):
        raise click.UsageError(f"--fix writes files; use it without --{'diff' if diff else 'watch'}")

    def once() -> int:
        begun = time.perf_counter()
        mending = _Mending(fix, diff, "-" in paths)
        session = judged(paths, input_format, stdin_filename, finder, mending)
        if diff:
            _tell(session, verbose, time.perf_counter() - begun)
            return EXIT_WRONG_USE if session.faults else EXIT_FINDINGS if mending.output else EXIT_OK
        if not quiet and mending.output is None:
            _show(session, form, statistics, asked_ui=options["ui"], full=full, explain=explain,
                  links=sys.stdout.isatty() and supported(os.environ))
        for target, path in targets:
            write(path, _rendered(session, target, asked_ui=options["ui"], full=full, explain=explain))
        _tell(session, verbose, time.perf_counter() - begun)
        return EXIT_WRONG_USE if session.faults else EXIT_FINDINGS if session.fails else EXIT_OK

    if watch:
        _watch(paths, once)
    sys.exit(once())


@dataclass
class _Mending:
    """What --fix or --diff put on standard output, None where the report belongs there."""

    fix: bool = False
    diff: bool = False
    from_stdin: bool = False
    output: str | bytes | None = None

    def mended(self, drafts: list[Draft], faults: list[Fault], form: str | None, stdin: bytes | None,
               linter_of: Callable[[Draft], Linter]) -> list[Draft]:
        """The drafts as they are once mended; the rest is said on standard error."""
        from inmail_lint.fixing import mend, show

        result = show(linter_of, drafts, form) if self.diff else mend(linter_of, drafts, form, stdin)
        faults.extend(result.faults)
        for line in result.notes:
            click.echo(said(line), err=True)
        if result.output:
            click.echo(result.output, nl=False)
        self.output = result.output
        return result.drafts


def judged(paths: Sequence[str], input_format: str | None, stdin_filename: str, finder: SettingsFinder,
           mending: _Mending | None = None) -> Session:
    """Read the drafts, mend them if that is wanted, and judge them."""
    from inmail_lint.config.linters import Linters
    from inmail_lint.session import judge, named, read
    from inmail_lint.tokens import spare_command_line

    faults: list[Fault] = []
    linters = Linters(cache=True)
    stdin = sys.stdin.buffer.read() if mending and mending.fix and mending.from_stdin else None
    drafts = read(paths, input_format, faults, stdin)
    spare_command_line()
    if mending and (mending.fix or mending.diff):
        drafts = mending.mended(drafts, faults, input_format, stdin, lambda draft: linters.of(finder.of(draft.path)))
        if mending.diff:
            drafts = []
    if len(drafts) > _MANY:
        gc.freeze()
        gc.enable()
    return judge(named(drafts, stdin_filename), faults, finder, linters, progress=_progress)


def _progress(drafts: Sequence[Draft]) -> Iterable[Draft]:
    hidden = len(drafts) < _SLOW or not sys.stderr.isatty()
    with click.progressbar(drafts, file=sys.stderr, hidden=hidden) as bar:
        yield from bar


def _rendered(session: Session, form: str, **shown: Any) -> str:
    from inmail_lint.output import Run, rendered

    return rendered(Run(tuple(session.reports), tuple(session.faults), session.rulebook, **shown), form)


def _show(session: Session, form: str, statistics: bool, **shown: Any) -> None:
    if statistics:
        counts = Counter((f.rule, f.severity.label) for r in session.reports for f in r.findings)
        for (rule, severity), number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            click.echo(f"{number:>6}  {severity:<8} {rule}")
        return
    click.echo(_rendered(session, form, **shown), nl=False)


def _tell(session: Session, verbose: bool, seconds: float) -> None:
    """On standard error: faults, baseline entries that no longer apply and, if wanted, settings and time."""
    for entry in session.stale:
        name = f"{entry.path} {entry.id}".strip()
        click.echo(said(f"{name}: the baseline's {entry.rule} no longer applies; write the baseline anew"), err=True)
    for fault in session.faults:
        click.echo(str(fault), err=True)
    if verbose:
        files = sorted({str(s.file) for s in session.settings if s.file}) or ["no configuration file"]
        click.echo(said(f"{len(session.reports)} drafts in {seconds:.2f} s; settings: {', '.join(files)}"), err=True)


def _target(given: str) -> tuple[str, Path]:
    form, colon, rest = given.partition(":")
    if colon and form in FORMATS and rest:
        return form, Path(rest)
    path = Path(given)
    known = _SUFFIXES.get(path.suffix.lower(), "")
    if known not in FORMATS:
        raise click.UsageError(f"--output {given}: which format? Write it before the name, as in json:{given}; "
                               f"formats: {', '.join(FORMATS)}")
    return known, path


def write(path: Path, text: str) -> None:
    """The whole file or none of it."""
    try:
        put(path, click.unstyle(text).encode("utf-8"))
    except OSError as error:
        raise InmailLintError(Fault(str(path), f"cannot be written: {(error.strerror or str(error)).lower()}; "
                                    "choose another place")) from error


def _watch(paths: Sequence[str], once: Any) -> None:
    """Run whenever something under the paths is newer than before."""
    seen: dict[str, float] = {}
    while True:
        now = {str(f): f.stat().st_mtime for p in paths for f in _files(Path(p))}
        if now != seen:
            seen = now
            click.clear()
            try:
                once()
            except InmailLintError as error:
                for fault in error.faults:
                    click.echo(str(fault), err=True)
        time.sleep(_PAUSE)


def _files(path: Path) -> Iterable[Path]:
    if path.is_dir():
        return [f for f in path.rglob("*") if f.is_file()]
    return [path] if path.is_file() else []
