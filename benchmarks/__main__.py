"""The command: measure, print the tables, and put them into the documentation if that is wanted."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks import groups
from benchmarks.groups import QUICK, Bench, Size
from benchmarks.ours import ROOT
from benchmarks.table import Table, figure, words
from benchmarks.targets import targets
from benchmarks.timing import Failed

_GROUPS = ("start", "many", "inside", "hook", "long", "phrases", "memory", "others")
_BUSY = 0.5  # load for each core above which the seconds are not to be trusted
_PAGES = {"en": ROOT / "docs" / "speed.md", "es": ROOT / "docs" / "speed.es.md"}
_BLOCK = re.compile(r"(<!-- speed: written by `python -m benchmarks --write` -->\n).*?(<!-- /speed -->)", re.DOTALL)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; exits with 2 if a command could not be run as it should."""
    options = _options(arguments)
    size = QUICK if options.quick else Size()
    size = replace(size, runs=options.runs or size.runs)
    load = os.getloadavg()[0]

    def tell(said: str) -> None:
        sys.stderr.write(f"{said}\n")

    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(size, Path(scratch), options.path, tell)
        try:
            tables = measured(bench, options.only or _GROUPS)
        except Failed as error:
            sys.exit(f"benchmarks: {error}")
        if not options.only:
            tables.append(targets(bench.values, size.many))
    pages = {language: page(bench, tables, language, load=load, quick=options.quick) for language in _PAGES}
    sys.stdout.write(pages[options.language])
    if options.write:
        for language, text in pages.items():
            _put(_PAGES[language], text)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Print how fast and how large inmail-lint is.")
    parser.add_argument("--quick", action="store_true", help="tiny numbers, to see that everything works")
    parser.add_argument("--runs", type=int, metavar="N", help="runs of each command (default: 3)")
    parser.add_argument("--only", action="append", choices=_GROUPS, help="only this table; may be given several times")
    parser.add_argument("--path", action="append", type=Path, default=[], metavar="DIR",
                        help="where other linters are installed: a virtual environment, or a folder of npm; may be given "
                             "several times")
    parser.add_argument("--language", choices=tuple(_PAGES), default="en", help="of the tables printed")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/speed.md and docs/speed.es.md as well")
    options = parser.parse_args(arguments)
    if options.write and (options.only or options.quick):
        parser.error("--write needs a whole run: leave out --only and --quick")
    return options


def measured(bench: Bench, names: Sequence[str]) -> list[Table]:
    """The tables of the named groups, in their order."""
    tables: list[Table] = []
    for name in _GROUPS:
        if name in names:
            made = getattr(groups, name)(bench)
            tables += made if isinstance(made, list) else [made]
    return tables


def page(bench: Bench, tables: Sequence[Table], language: str, *, load: float, quick: bool) -> str:
    """Everything measured as Markdown in one language."""
    cores = os.cpu_count() or 1
    versions = ", ".join([f"inmail-lint {version('inmail-lint')}", f"Python {platform.python_version()}",
                          f"spaCy {version('spacy')}", *bench.versions])
    machine = f"{platform.system()} {platform.machine()}, {_processor()}, {cores} cores, {date.today().isoformat()}"
    lines = [words("machine", machine=machine, versions=versions, runs=bench.size.runs)]
    if load > _BUSY * cores:
        lines.append(words("busy", load=figure(load), cores=cores))
    if quick:
        lines.append(words("sample"))
    return "\n".join([*(line.said(language) + "\n" for line in lines), *(table.markdown(language) for table in tables)])


def _processor() -> str:
    """The processor's name; where the system does not say, its kind."""
    try:
        found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or "?"


def _put(file: Path, text: str) -> None:
    """Put the tables between the marks of a page."""
    old = file.read_text(encoding="utf-8")
    if not _BLOCK.search(old):
        sys.exit(f"benchmarks: {file.name} has no marks for the tables; put '<!-- speed: written by "
                 "`python -m benchmarks --write` -->' and '<!-- /speed -->' into it")
    file.write_text(_BLOCK.sub(lambda m: f"{m.group(1)}{text}{m.group(2)}", old), encoding="utf-8")


if __name__ == "__main__":
    main()
