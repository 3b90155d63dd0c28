"""JSON lines read line by line, so that a file or a pipe of any length takes the memory of one line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, cast

from inmail_lint.errors import DraftError, Fault
from inmail_lint.reading.encoding import decode, is_wide
from inmail_lint.reading.fields import Record
from inmail_lint.reading.tables import Item, json_item

LONGEST_LINE = 10_000_000  # characters; fifty times the longest draft that is judged, facts and all
_HEAD = 4096  # bytes by which an encoding is told
_RAW = re.compile("[\udc80-\udcff]")  # a byte that is no UTF-8


def stream_jsonl(stream: BinaryIO, path: str) -> Iterator[Item]:
    """One draft a line; a broken line, or one too long to be a draft, is an error with its number and the rest is read.

    Every line tells its own encoding, UTF-8 or else Windows-1252. Raises DraftError for binary data and an empty file.
    """
    buffered = cast("io.BufferedReader", stream if hasattr(stream, "peek") else io.BufferedReader(cast("io.RawIOBase", stream)))
    with _lines(buffered, buffered.peek(_HEAD)[:_HEAD], path) as lines:
        empty, number = True, 0
        while line := lines.readline(LONGEST_LINE):
            number += 1
            if not line.endswith("\n") and len(line) == LONGEST_LINE and _skipped(lines):
                empty = False
                yield DraftError(Fault(path, f"the line is longer than {LONGEST_LINE:,} characters; a draft has a few "
                                       "thousand: write one draft a line", number))
            elif line.strip():
                empty = False
                text = _true(line.rstrip("\n"))
                yield json_item(text, 0, Record(path, number, text))
    if empty:
        raise DraftError(Fault(path, "the file is empty; write a draft or remove it"))


@contextmanager
def _lines(stream: io.BufferedReader, head: bytes, path: str) -> Iterator[io.TextIOBase]:
    if is_wide(head, path):
        yield io.StringIO(decode(stream.read(), path))
        return
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape")
    try:
        yield text
    finally:
        with suppress(ValueError):
            text.detach()  # the stream belongs to whoever opened it


def _skipped(lines: io.TextIOBase) -> bool:
    """Read on to the end of a line; whether there was more of it."""
    more = False
    while piece := lines.readline(LONGEST_LINE):
        more = True
        if piece.endswith("\n"):
            break
    return more


def _true(line: str) -> str:
    """A line in which bytes that are no UTF-8 stand as half characters, in its true encoding."""
    if line.isascii() or not _RAW.search(line):
        return line
    return line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
