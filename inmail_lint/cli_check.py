"""The command `check`: its options, what it prints, and its exit code."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from inmail_lint.cli_fix import Mending
from inmail_lint.draft import KINDS
from inmail_lint.errors import Fault, InmailLintError
from inmail_lint.files import put, unwritable
from inmail_lint.lines import said
from inmail_lint.output import FORMATS, STREAMS
from inmail_lint.output.links import supported
from inmail_lint.vocabulary import MOST_JOBS, SEVERITIES, UI_LANGUAGES

if TYPE_CHECKING:  # the engine is loaded when the command runs
    from inmail_lint.config import SettingsFinder
    from inmail_lint.draft import Draft
    from inmail_lint.errors import DraftError
    from inmail_lint.report import Report
    from inmail_lint.session import Session

EXIT_OK, EXIT_FINDINGS, EXIT_WRONG_USE, EXIT_DEFECT = 0, 1, 2, 3
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
            click.option("--campaign", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
                         help="the contacts a campaign goes to (a table with a column company, or one a line): a draft that "
                         "names another's company is stopped"),
            click.option("--config", "config_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
                         help="this configuration file instead of the nearest one"),
            click.option("--isolated", is_flag=True, help="no configuration file at all"))):
        command = option(command)
    return command


def finder_of(options: Mapping[str, Any], **others: Any) -> SettingsFinder:
    """The settings that the options of `settings_options` (and `others`, keys with underscores) ask for, over those of the
    configuration files; raises ConfigError."""
    from inmail_lint.config import SettingsFinder

    overrides: dict[str, Any] = {name: options[name] for name in ("profile", "kind", "language", "ui", "campaign")}
    overrides |= {"rule-folders": tuple(options["rule_folders"]), "select": _names(options["select"]),
                  "ignore": _names(options["ignore"]), **{name.replace("_", "-"): value for name, value in others.items()}}
    return SettingsFinder(overrides, file=options["config_file"], isolated=options["isolated"])


def _names(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip() for text in given for name in text.split(",") if name.strip())


class _Jobs(click.ParamType):  # type: ignore[type-arg]
    """A number of processes from 1, or `auto`."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if value == "auto":
            return "auto"
        return click.IntRange(1, MOST_JOBS).convert(value, param, ctx)


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
@click.option("--jobs", type=_Jobs(), metavar="N", help="how many processes judge; auto (the default): as many as there are "
              "processors if drafts are many")
@click.option("--cache/--no-cache", default=None, help="keep reports on this machine, so that unchanged drafts are not judged "
              "again (default: no)")
def check(paths: Sequence[str], form: str, outputs: Sequence[str], fail_on: str | None, fail_under: int | None,
          baseline: Path | None, input_format: str | None, stdin_filename: str, full: bool | None, explain: bool,
          statistics: bool, quiet: bool, verbose: bool, fix: bool, diff: bool, watch: bool,
          jobs: int | str | None, cache: bool | None, **options: Any) -> None:
    """Judge drafts: files, directories, or - for standard input.

    A report says whether the draft may go out (stops must be mended), its score with every point explained, what
    already works, and the three changes that gain most.
    """
    targets = [_target(given) for given in outputs]
    finder = finder_of(options, fail_on=fail_on, fail_under=fail_under, baseline=baseline, jobs=jobs, cache=cache)
    if fix and (diff or watch):
        raise click.UsageError(f"--fix writes files; use it without --{'diff' if diff else 'watch'}")
    form = "" if quiet else "statistics" if statistics else form
    shown = {"asked_ui": options["ui"], "full": full, "explain": explain}

    def once() -> int:
        return _checked(paths, input_format, stdin_filename, finder, Mending(fix, diff, "-" in paths), form, targets, shown,
                        verbose=verbose)

    if watch:
        _watch(paths, once)
    sys.exit(once())


def _checked(paths: Sequence[str], input_format: str | None, stdin_filename: str, finder: SettingsFinder, mending: Mending,
             form: str, targets: Sequence[tuple[str, Path]], shown: dict[str, Any], *, verbose: bool) -> int:
    """One run; the exit code."""
    from inmail_lint.sinks import Sinks

    begun = time.perf_counter()
    with Sinks(shown) as sinks:
        for target, path in targets if not mending.diff else ():
            sinks.add_file(target, path)
        if form == "statistics":
            sinks.count(_out)
        elif form and not mending.diff and not mending.takes_output:
            sinks.add(form, _out, links=_on_terminal() and supported(os.environ))
        session, reports = judged(paths, input_format, stdin_filename, finder, mending, at_once=not sinks.tells_faults)
        with closing(reports):
            sinks.take_all(session, _progress(reports, hidden=form in STREAMS and _on_terminal()))
    _tell(session, verbose, time.perf_counter() - begun)
    if session.defects:
        return EXIT_DEFECT
    if session.unread:
        return EXIT_WRONG_USE
    return EXIT_FINDINGS if (mending.output if mending.diff else session.fails) else EXIT_OK


def judged(paths: Sequence[str], input_format: str | None, stdin_filename: str, finder: SettingsFinder,
           mending: Mending | None = None, *, at_once: bool = False) -> tuple[Session, Generator[Report, None, None]]:
    """A run over paths, and its reports as they come: drafts are read, mended if that is wanted, and judged.

    With `at_once` faults are told on standard error as they come, and not kept.
    """
    from inmail_lint.config.linters import Linters
    from inmail_lint.reading import read_paths, standard_input
    from inmail_lint.session import Session, named

    linters = Linters(cache=True, tolerant=True)
    session = Session(finder, linters, tell=_fault if at_once else None, debug=bool(os.environ.get("INMAIL_LINT_DEBUG")))
    stdin = standard_input().read() if mending and mending.takes_output else None
    items: Iterable[Draft | DraftError] = read_paths(paths, input_format, stdin)
    if mending and mending.wanted:
        items = mending.mended(items, session.note, input_format, stdin, lambda draft: linters.of(finder.of(draft.path)))
    return session, session.reports(named(items, stdin_filename), _jobs(paths, finder))


def _jobs(paths: Sequence[str], finder: SettingsFinder) -> int | str:
    """How many processes: what the settings of the first path say."""
    first = Path(paths[0])
    try:
        settings = finder.of(str(first / "draft.txt" if first.is_dir() else "" if paths[0] == "-" else first))
    except InmailLintError:  # it is said when drafts are judged
        return 1
    return cast("int | str", settings["jobs"])


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _out(text: str) -> None:
    click.echo(text, nl=False)


def _fault(fault: Fault) -> None:
    click.echo(str(fault), err=True)


def _progress(reports: Iterable[Report], *, hidden: bool) -> Iterator[Report]:
    """Reports as they come, counted on a terminal once they are many; how many will come nobody knows."""
    if hidden or sys.stderr is None or not sys.stderr.isatty():
        yield from reports
        return
    coming = iter(reports)
    yield from islice(coming, _SLOW)
    with click.progressbar(coming, file=sys.stderr, show_pos=True, label=f"{_SLOW} +") as bar:
        yield from bar


def _tell(session: Session, verbose: bool, seconds: float) -> None:
    """On standard error: faults, baseline entries that no longer apply and, if wanted, settings and time."""
    for entry in session.stale:
        name = f"{entry.path} {entry.id}".strip()
        click.echo(said(f"{name}: the baseline's {entry.rule} no longer applies; write the baseline anew"), err=True)
    for fault in session.faults:
        _fault(fault)
    if verbose:
        for defect in session.defects:
            for line in defect.trace.splitlines():
                click.echo(said(line), err=True)
        files = sorted(session.files) or ["no configuration file"]
        click.echo(said(f"{session.totals.drafts} drafts in {seconds:.2f} s; settings: {', '.join(files)}"), err=True)


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
        raise unwritable(path, error) from error


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
