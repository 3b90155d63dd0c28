"""Paths → drafts: which files are drafts, what format they have, and one error for each that cannot be read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError, Fault
from inmail_lint.lines import whole
from inmail_lint.reading.contents import bounded, contents, files_in, unreadable
from inmail_lint.reading.encoding import decode
from inmail_lint.reading.jsonl import stream_jsonl
from inmail_lint.reading.plain import read_plain
from inmail_lint.reading.tables import read_csv, read_json, read_jsonl


def _mail(text: str, path: str) -> Draft:
    from inmail_lint.reading.mail import read_mail  # the mail package costs a start more than all other readers together

    return read_mail(text, path)


_SINGLE: dict[str, Callable[[str, str], Draft]] = {"text": read_plain, "eml": _mail}
_MANY: dict[str, Callable[[str, str], Iterator[Draft | DraftError]]] = {
    "json": read_json, "jsonl": read_jsonl, "csv": read_csv}
FORMATS = (*_SINGLE, *_MANY)
_STREAMED = "jsonl"  # read line by line
_SUFFIXES = {".txt": "text", ".md": "text", ".inmail": "text", ".eml": "eml", ".json": "json", ".jsonl": "jsonl",
             ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}
NOT_DRAFTS = ("readme", "changelog", "license", "contributing", "policy", "labels")  # beside drafts in a directory
STDIN = "<stdin>"  # the path of drafts from standard input


def format_of(path: str, form: str | None = None) -> str:
    """The format that a file or standard input is read in: the one asked for, else its suffix's, else text."""
    return form or ("text" if path == STDIN else _SUFFIXES.get(Path(path).suffix.lower(), "text"))


def standard_input() -> BinaryIO:
    """What is piped in; raises DraftError where there is no standard input."""
    if sys.stdin is None:
        raise DraftError(Fault(STDIN, "standard input is closed; pipe a draft in, or name a file"))
    return sys.stdin.buffer


def read_paths(paths: Iterable[str], form: str | None = None, stdin: bytes | None = None) -> Iterator[Draft | DraftError]:
    """Drafts of files, directories and `-` (standard input, or `stdin` where that was read already) in order; what cannot
    be read comes as its error."""
    for path in paths:
        if path == "-":
            yield from _read_stdin(stdin, format_of(STDIN, form))
        elif _is_dir(Path(path)):
            yield from _read_folder(path, form)
        else:
            yield from _read_file(Path(path), form)


def _read_stdin(data: bytes | None, form: str) -> Iterator[Draft | DraftError]:
    try:
        stream = standard_input() if data is None else BytesIO(data)
        if form == _STREAMED:
            yield from stream_jsonl(stream, STDIN)
        else:
            yield from _read(bounded(stream, STDIN, single=form in _SINGLE), STDIN, form)
    except DraftError as error:
        yield error


def _read_folder(path: str, form: str | None) -> Iterator[Draft | DraftError]:
    refused: list[OSError] = []
    files = sorted(f for f in files_in(Path(path), refused.append) if _is_draft_file(f, Path(path)))
    yield from (unreadable(str(error.filename), error) for error in refused)
    if not files and not refused:
        yield DraftError(Fault(path, "no drafts in this directory; drafts end in " + ", ".join(_SUFFIXES)))
    for file in files:
        yield from _read_file(file, form)


def _is_dir(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a folder on the way may not be entered, or the name is too long: said when it is read
        return False


def _is_draft_file(file: Path, root: Path) -> bool:
    hidden = any(p.startswith(".") for p in file.relative_to(root).parts)
    return file.suffix.lower() in _SUFFIXES and not hidden and not file.stem.lower().startswith(NOT_DRAFTS)


def _read_file(file: Path, form: str | None) -> Iterator[Draft | DraftError]:
    path = whole(str(file))
    form = format_of(path, form)
    try:
        if form == _STREAMED and file.is_file():  # whatever its size: a line at a time
            with file.open("rb") as stream:
                yield from stream_jsonl(stream, path)
        else:
            yield from _read(contents(file, single=form in _SINGLE), path, form)
    except DraftError as error:
        yield error
    except OSError as error:
        yield unreadable(path, error)


def _read(data: bytes, path: str, form: str) -> Iterator[Draft | DraftError]:
    try:
        text = decode(data, path)
        if not text.strip():
            raise DraftError(Fault(path, "the file is empty; write a draft or remove it"))
        if form in _SINGLE:
            yield _SINGLE[form](text, path)
        else:
            yield from _MANY[form](text, path)
    except DraftError as error:
        yield error
