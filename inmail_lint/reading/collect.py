"""Paths → drafts: which files are drafts, what format they have, and one error for each that cannot be read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError, Fault
from inmail_lint.reading.encoding import decode
from inmail_lint.reading.plain import read_plain
from inmail_lint.reading.tables import read_csv, read_json, read_jsonl


def _mail(text: str, path: str) -> Draft:
    from inmail_lint.reading.mail import read_mail  # the mail package costs a start more than all other readers together

    return read_mail(text, path)


_SINGLE: dict[str, Callable[[str, str], Draft]] = {"text": read_plain, "eml": _mail}
_MANY: dict[str, Callable[[str, str], Iterator[Draft | DraftError]]] = {
    "json": read_json, "jsonl": read_jsonl, "csv": read_csv}
FORMATS = (*_SINGLE, *_MANY)
_SUFFIXES = {".txt": "text", ".md": "text", ".inmail": "text", ".eml": "eml", ".json": "json", ".jsonl": "jsonl",
             ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}
NOT_DRAFTS = ("readme", "changelog", "license", "contributing", "policy", "labels")  # beside drafts in a directory
STDIN = "<stdin>"  # the path of drafts from standard input
LARGEST_TEXT = 2_000_000  # bytes of a single draft's file; a thousand times LinkedIn's limit


def format_of(path: str, form: str | None = None) -> str:
    """The format that a file or standard input is read in: the one asked for, else its suffix's, else text."""
    return form or ("text" if path == STDIN else _SUFFIXES.get(Path(path).suffix.lower(), "text"))


def standard_input() -> bytes:
    """What is piped in; raises DraftError where there is no standard input."""
    if sys.stdin is None:
        raise DraftError(Fault(STDIN, "standard input is closed; pipe a draft in, or name a file"))
    return sys.stdin.buffer.read()


def read_paths(paths: Iterable[str], form: str | None = None, stdin: bytes | None = None) -> Iterator[Draft | DraftError]:
    """Drafts of files, directories and `-` (standard input, or `stdin` where that was read already) in order; what cannot
    be read comes as its error."""
    for path in paths:
        if path == "-":
            yield from _read_stdin(stdin, form)
        elif Path(path).is_dir():
            files = [f for f in sorted(Path(path).rglob("*")) if _is_draft_file(f, Path(path))]
            if not files:
                yield DraftError(Fault(path, "no drafts in this directory; drafts end in " + ", ".join(_SUFFIXES)))
            for file in files:
                yield from _read_file(file, form)
        else:
            yield from _read_file(Path(path), form)


def _is_draft_file(file: Path, root: Path) -> bool:
    hidden = any(p.startswith(".") for p in file.relative_to(root).parts)
    return file.is_file() and file.suffix.lower() in _SUFFIXES and not hidden \
        and not file.stem.lower().startswith(NOT_DRAFTS)


def _read_stdin(given: bytes | None, form: str | None) -> Iterator[Draft | DraftError]:
    try:
        data = standard_input() if given is None else given
    except DraftError as error:
        yield error
        return
    yield from _read(data, STDIN, format_of(STDIN, form))


def _read_file(file: Path, form: str | None) -> Iterator[Draft | DraftError]:
    path = str(file)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        yield DraftError(Fault(path, "there is no such file or directory; check the path"))
        return
    except OSError as error:
        yield DraftError(Fault(path, f"cannot be read: {(error.strerror or str(error)).lower()}; check its permissions"))
        return
    yield from _read(data, path, format_of(path, form))


def _read(data: bytes, path: str, form: str) -> Iterator[Draft | DraftError]:
    try:
        if form in _SINGLE and len(data) > LARGEST_TEXT:
            raise DraftError(Fault(path, f"the file has {len(data) / 1e6:.1f} MB; a draft has a few kilobytes: "
                                   "split it, or give many drafts as .jsonl or .csv"))
        text = decode(data, path)
        if not text.strip():
            raise DraftError(Fault(path, "the file is empty; write a draft or remove it"))
        if form in _SINGLE:
            yield _SINGLE[form](text, path)
        else:
            yield from _MANY[form](text, path)
    except DraftError as error:
        yield error
