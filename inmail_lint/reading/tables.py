"""Drafts as records: JSON, JSON lines and CSV. The standard readers forget where a value stood, so values are
scanned here with their offsets; JSON's own grammar is still checked by the standard parser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError, Fault
from inmail_lint.folding import fold
from inmail_lint.reading.fields import Record, field_names

Item = Draft | DraftError
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def read_jsonl(text: str, path: str) -> Iterator[Item]:
    """One draft a line; a broken line is an error with its number and the rest is read."""
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield json_item(line, start, Record(path, number, text, start))
        start += len(line) + 1


def read_json(text: str, path: str) -> Iterator[Item]:
    """One draft, a list of drafts, or an object with a list under `drafts`."""
    try:
        data = json.loads(text)
    except ValueError as error:
        yield _broken(error, Record(path, getattr(error, "lineno", 1), text))
        return
    spans = _objects(text, data)
    if spans is None:
        yield DraftError(Fault(path, "expected a draft, a list of drafts, or {\"drafts\": [...]}", 1))
        return
    for start, end in spans:
        line = text.count("\n", 0, start)
        yield json_item(text[start:end], start, Record(path, line + 1, text, text.rfind("\n", 0, start) + 1))


def _objects(text: str, data: Any) -> list[tuple[int, int]] | None:
    if isinstance(data, dict) and isinstance(data.get("drafts"), list):
        data, start = data["drafts"], text.index("[", text.index('"drafts"')) + 1
    elif isinstance(data, list):
        start = text.index("[") + 1
    elif isinstance(data, dict):
        return [(text.index("{"), len(text.rstrip()))]
    else:
        return None
    decoder = json.JSONDecoder()
    spans = []
    for _ in data:
        while text[start] in " \t\n,":
            start += 1
        _, end = decoder.raw_decode(text, start)
        spans.append((start, end))
        start = end
    return spans


def _broken(error: ValueError, record: Record) -> DraftError:
    column = getattr(error, "colno", None)
    what = getattr(error, "msg", str(error))
    return DraftError(Fault(record.path, f"broken JSON: {what[0].lower()}{what[1:]}; mend this line", record.line, column))


def json_item(source: str, start: int, record: Record) -> Item:
    """The draft of one JSON object, which begins at `start` of the record's text, or what is wrong with it."""
    try:
        data = json.loads(source)
    except ValueError as error:
        return _broken(error, record)
    if not isinstance(data, dict):
        return record.error("expected an object with a 'body'; one draft is {\"subject\": …, \"body\": …}")
    strings = _top_strings(source)
    for name, value in data.items():
        known = field_names().get(fold(name))
        if known is None:
            continue  # tables carry columns of their own; they are not ours to judge
        at = strings.get(name)
        offsets = _string_offsets(source, at, start) if at is not None and known in ("subject", "body") else ()
        if value is None:
            continue
        if isinstance(value, str) and known in ("subject", "body"):
            value, offsets = normalised(value, offsets)
        record.set(name, value, None, offsets)
    try:
        return record.draft()
    except DraftError as error:
        return error


def _top_strings(source: str) -> dict[str, int]:
    """Offsets of the string values of an object's own keys."""
    found: dict[str, int] = {}
    depth, at, key = 0, 0, None
    while at < len(source):
        char = source[at]
        if char == '"':
            match = _STRING.match(source, at)
            if match is None:
                break
            if depth == 1 and key is None:
                key = json.loads(match.group(), strict=False)
            elif depth == 1 and key is not None:
                found[key] = at
            at = match.end()
            continue
        depth += (char in "{[") - (char in "}]")
        if char == "," and depth == 1:
            key = None
        at += 1
    return found


def _string_offsets(source: str, at: int, start: int) -> tuple[int, ...]:
    offsets: list[int] = []
    i = at + 1
    while source[i] != '"':
        match = _ESCAPE.match(source, i)
        if match is None:
            offsets.append(start + i)
            i += 1
            continue
        high = match.group(1) and 0xD800 <= int(match.group(1), 16) < 0xDC00
        following = _ESCAPE.match(source, match.end()) if high else None
        offsets.append(start + i)
        i = following.end() if following and following.group(1) else match.end()
    return tuple(offsets)


def normalised(value: str, offsets: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """Line ends as `\\n` inside a record's text."""
    if "\r" not in value:
        return value, offsets
    kept = [i for i, c in enumerate(value) if not (c == "\r" and value[i + 1 : i + 2] == "\n")]
    text = "".join("\n" if value[i] == "\r" else value[i] for i in kept)
    return text, tuple(offsets[i] for i in kept) if offsets else ()


def read_csv(text: str, path: str) -> Iterator[Item]:
    """One draft a row under a header row; comma, semicolon or tab."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = _rows(text, delimiter, path)
    try:
        head = next(rows, None)
    except DraftError as error:
        yield error
        return
    names = [value.strip() for value, _, _ in head] if head else []
    if "body" not in {field_names().get(fold(n)) for n in names}:
        yield DraftError(Fault(path, "the first row has no column 'body'; name the columns subject, body, …", 1))
        return
    line, at = 1, 0
    while True:
        try:
            row = next(rows, None)
        except DraftError as error:
            yield error
            return
        if row is None:
            return
        if any(value.strip() for value, _, _ in row):
            line += text.count("\n", at, row[0][1])
            at = row[0][1]
            yield _csv_item(names, row, Record(path, line, text, at))


Cell = tuple[str, int, tuple[int, ...]]


def _csv_item(names: list[str], row: list[Cell], record: Record) -> Item:
    if len(row) > len(names):
        return record.error(f"the row has {len(row)} cells, the header {len(names)}; quote texts that hold the delimiter")
    try:
        for name, (value, _, offsets) in zip(names, row, strict=False):
            if fold(name) in field_names() and value.strip():
                record.set(name, value if field_names()[fold(name)] in ("subject", "body") else value.strip(), None, offsets)
        return record.draft()
    except DraftError as error:
        return error


def _rows(text: str, delimiter: str, path: str) -> Iterator[list[Cell]]:
    """Rows of cells with their offsets (RFC 4180)."""
    at, row = 0, list[Cell]()
    while at < len(text):
        begin = at
        if text[at] == '"':
            chars, offsets, at = _quoted(text, at, path)
        else:
            end = re.compile(f"[{re.escape(delimiter)}\n]").search(text, at)
            at = end.start() if end else len(text)
            chars, offsets = text[begin:at], tuple(range(begin, at))
        row.append((chars, begin, offsets))
        if at >= len(text) or text[at] == "\n":
            yield row
            row = []
        at += 1
    if row:
        yield row


def _quoted(text: str, at: int, path: str) -> tuple[str, tuple[int, ...], int]:
    begin, i = at, at + 1
    chars: list[str] = []
    offsets: list[int] = []
    while i < len(text):
        if text[i] == '"':
            if text[i + 1 : i + 2] != '"':
                return "".join(chars), tuple(offsets), i + 1
            i += 1
        chars.append(text[i])
        offsets.append(i)
        i += 1
    raise DraftError(Fault(path, "a quotation mark opened here is never closed; the rows after it cannot be read",
                           text.count("\n", 0, begin) + 1))
