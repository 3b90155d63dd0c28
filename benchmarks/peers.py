"""Other linters on the same drafts: where they are found, what they are given, how their findings are counted.

For comparable work each gets our own phrases and limits (see `lists`): textlint as a local rule, write-good and proselint as
checks of one's own (phrases alone, English), Vale as a style. write-good and proselint also run as they come.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from benchmarks.drafts import LANGUAGES
from benchmarks.lists import Lists, lists_for

_OTHERS = Path(__file__).parent / "others"
_BAD_COUNT = tuple(range(256))  # write-good exits with the number of its findings


@dataclass(frozen=True)
class Peer:
    """Another linter in one set-up (`name` is a key of the labels); `version` is empty where it is not installed."""

    name: str
    command: Sequence[str | Path] = ()
    findings: Callable[[bytes], int] = len
    fine: tuple[int, ...] = (0, 1)
    english: bool = True  # only English drafts make sense
    version: str = ""


def _program(name: str, folders: Sequence[Path]) -> str | None:
    for folder in folders:
        for file in (folder / name, folder / "bin" / name, folder / "node_modules" / ".bin" / name):
            if os.access(file, os.X_OK) and file.is_file():
                return str(file.absolute())
    return shutil.which(name)


def _version(*command: str) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    found = re.search(r"\d+\.\d+(?:\.\d+)?", said.stdout + said.stderr)
    return found.group() if found else "?"


def write_lists(folder: Path) -> dict[str, Lists]:
    """Write what the others are given into a folder, and under `plain` the plain phrases alone; the lists by language."""
    lists = {code: lists_for(code) for code in LANGUAGES}
    for home, own in ((folder, lists), (folder / "plain", {code: one.plain() for code, one in lists.items()})):
        (home / "rules").mkdir(parents=True)
        (home / "lists.json").write_text(json.dumps({code: asdict(one) for code, one in own.items()}), encoding="utf-8")
        (home / ".textlintrc.json").write_text(json.dumps({"rules": {"inmail": True}}), encoding="utf-8")
        shutil.copy(_OTHERS / "inmail.js", home / "rules" / "inmail.js")
    _write_vale(folder)
    return lists


def _write_vale(folder: Path) -> None:
    """A style for each language: phrases of a rule as `existence`, counts as `occurrence`; `.vale.ini` chooses by file name."""
    parts = ["StylesPath = styles\nMinAlertLevel = suggestion\n"]
    for code in LANGUAGES:
        lists = lists_for(code, accents=code != "en")
        style = folder / "styles" / f"Inmail{code.upper()}"
        style.mkdir(parents=True)
        for name, expressions in lists.phrases.items():
            _write_vale_rule(style / f"{name}.yml", "existence", name, ignorecase=True, tokens=expressions)
        limits = {name: limit["above"] for name, limit in lists.limits.items()}
        counts = {"exclamation-many": ("raw", "!"), "questions": ("raw", r"\?"), "links": ("raw", r"https?://|www\."),
                  "sentence-length": ("sentence", r"[\w'’-]+"), "body-length": ("raw", r"[\w'’-]+")}
        for name, (scope, token) in counts.items():
            _write_vale_rule(style / f"{name}.yml", "occurrence", name, scope=scope, max=limits[name], token=token)
        long = rf"\ASubject: [^\n]{{{limits['subject-length'] + 1},}}"
        _write_vale_rule(style / "subject-length.yml", "existence", "subject-length", scope="raw", nonword=True, tokens=[long])
        parts.append(f"[{code}-*.txt]\nBasedOnStyles = Inmail{code.upper()}\n")
    (folder / ".vale.ini").write_text("\n".join(parts), encoding="utf-8")


def _write_vale_rule(file: Path, extends: str, message: str, **keys: object) -> None:
    rule = {"extends": extends, "message": message, "level": "warning", **keys}
    file.write_text(yaml.safe_dump(rule, sort_keys=False, allow_unicode=True, width=10_000), encoding="utf-8")


def peers(given: Path, folder: Path, files: Sequence[Path], folders: Sequence[Path]) -> list[Peer]:
    """Every peer over the drafts `files` of `folder`; `given` is where `write_lists` wrote."""
    node = _program("node", folders)
    return [*_textlint(given, folder, folders, node), *_write_good(given, files, folders, node),
            *_proselint(given, files, folders), _vale(given, folder, folders)]


def _textlint(given: Path, drafts: Path, folders: Sequence[Path], node: str | None) -> list[Peer]:
    program = _program("textlint", folders) if node else None
    version = f"textlint {_version(program, '--version')}" if program else ""
    found = []
    for name, own in (("textlint-own", given), ("textlint-plain", given / "plain")):
        options: list[str | Path] = ["--config", own / ".textlintrc.json", "--rulesdir", own / "rules", "--format", "json"]
        command: list[str | Path] = [program or "", *options, drafts]
        found.append(Peer(name, command, lambda out: sum(len(f["messages"]) for f in json.loads(out)), english=False,
                          version=version))
    return found


def _write_good(given: Path, files: Sequence[Path], folders: Sequence[Path], node: str | None) -> list[Peer]:
    stock, own = "write-good-stock", "write-good-own"
    program = _program("write-good", folders) if node else None
    if program is None or node is None:
        return [Peer(stock), Peer(own)]

    def count(out: bytes) -> int:
        return len(re.findall(rb" on line \d+ at column \d+", out))

    module = Path(program).resolve().parent.parent / "write-good.js"
    version = f"write-good {_version(program, '--version')}"
    return [Peer(stock, [program, *files], count, _BAD_COUNT, version=version),
            Peer(own, [node, _OTHERS / "write_good_checks.js", module, given / "lists.json", *files], int, version=version)]


def _proselint(given: Path, files: Sequence[Path], folders: Sequence[Path]) -> list[Peer]:
    stock, own = "proselint-stock", "proselint-own"
    program = _program("proselint", folders)
    python = Path(program).with_name("python") if program else None
    if program is None or python is None:
        return [Peer(stock), Peer(own)]

    def count(out: bytes) -> int:
        return out.count(b'"check_path"')

    version = f"proselint {_version(program, 'version')}"
    found = [Peer(stock, [program, "check", "--output-format", "json", *files], count, version=version)]
    if python.exists():
        found.append(Peer(own, [python, _OTHERS / "proselint_checks.py", given / "lists.json", *files], int, version=version))
    return found


def _vale(given: Path, drafts: Path, folders: Sequence[Path]) -> Peer:
    name, program = "vale", _program("vale", folders)
    # The Python package of that name is a stub that fetches the program when first run: it names no version then.
    version = _version(program, "--version") if program else "?"
    if program is None or version == "?":
        return Peer(name, english=False)
    command: list[str | Path] = [program, "--config", given / ".vale.ini", "--no-exit", "--output", "JSON", drafts]
    return Peer(name, command, lambda out: sum(map(len, json.loads(out).values())), english=False, version=f"Vale {version}")
