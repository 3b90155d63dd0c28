"""Drafts as records: JSON, JSON lines and CSV. The standard readers forget where a value stood, so values are
scanned here with their offsets; JSON's own grammar is still checked by the standard parser."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError, Fault
from inmail_lint.folding import fold
from inmail_lint.reading.fields import Record, field_names
from inmail_lint.reading.limits import LONGEST_NUMBER, MOST_COLUMNS
from inmail_lint.source import DEEPEST

Item = Draft | DraftError
# A text that nothing closes is a token too: else all that follows would be read again from each of its marks.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.|\\\Z)*(?:"|\Z)|[\[\]{}:,]', re.DOTALL)
_SPACE = re.compile(r"\s*")
# What stands for one character in a string, two escapes among it, and the string's end
_STRING_MARK = re.compile(r'"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])')


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
        data = parsed_json(text)
    except ValueError as error:
        yield _broken(error, Record(path, getattr(error, "lineno", 1), text))
        return
    spans = _objects(text, data)
    if spans is None:
        yield DraftError(Fault(path, "expected a draft, a list of drafts, or {\"drafts\": [...]}", 1))
        return
    line, at = 1, 0
    for start, end in spans:
        line += text.count("\n", at, start)
        at = start
        yield json_item(text[start:end], start, Record(path, line, text, text.rfind("\n", 0, start) + 1))


def parsed_json(text: str) -> Any:
    """What JSON says; raises ValueError where it is broken or too deep. A number too long for Python stays a text."""
    if text.count("[") + text.count("{") > DEEPEST:
        depth = 0
        for match in _TOKEN.finditer(text):
            depth += (match.group() in "[{") - (match.group() in "]}")
            if depth > DEEPEST:
                raise json.JSONDecodeError(f"More than {DEEPEST} values inside each other", text, match.start())
    return json.loads(text, parse_int=_number)


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


def _objects(text: str, data: Any) -> list[tuple[int, int]] | None:
    if isinstance(data, dict) and isinstance(data.get("drafts"), list):
        data, start = data["drafts"], _own_values(text)["drafts"] + 1
    elif isinstance(data, list):
        start = text.index("[") + 1
    elif isinstance(data, dict):
        return [(text.index("{"), len(text.rstrip()))]
    else:
        return None
    decoder = json.JSONDecoder(parse_int=_number)
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
    what = getattr(error, "msg", str(error)).removesuffix(" starting at")  # the place is told by line and column
    return DraftError(Fault(record.path, f"broken JSON: {what[0].lower()}{what[1:]}; mend this line", record.line, column))


def json_item(source: str, start: int, record: Record) -> Item:
    """The draft of one JSON object, which begins at `start` of the record's text, or what is wrong with it."""
    try:
        data = parsed_json(source)
    except ValueError as error:
        return _broken(error, record)
    if not isinstance(data, dict):
        return record.error("expected an object with a 'body'; one draft is {\"subject\": …, \"body\": …}")
    values = _own_values(source)
    for name, value in data.items():
        known = field_names().get(fold(name))
        if known is None or value is None:
            continue  # tables carry columns of their own; they are not ours to judge
        offsets: Sequence[int] = ()
        if isinstance(value, str) and known in ("subject", "body"):
            value, offsets = normalised(value, _string_offsets(source, values[name], start))
        record.set(name, value, None, offsets)
    try:
        return record.draft()
    except DraftError as error:
        return error


def _own_values(source: str) -> dict[str, int]:
    """Offsets at which the values of a JSON object's own keys begin; of a key given twice, the last, as JSON has it."""
    found: dict[str, int] = {}
    depth, key, awaited = 0, "", True
    for match in _TOKEN.finditer(source):
        sign = match.group()
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif depth > 1:
            continue
        elif sign == ":":
            found[key] = _SPACE.match(source, match.end()).end()  # type: ignore[union-attr]
        elif sign == ",":
            awaited = True
        elif awaited:
            key, awaited = json.loads(sign, strict=False) if "\\" in sign else sign[1:-1], False
    return found


def _string_offsets(source: str, at: int, start: int) -> Sequence[int]:
    """Where each character of the string that begins at `at` stands, counted from `start`: the stretches between escapes."""
    offsets = array("I")
    begin = at + 1
    for mark in _STRING_MARK.finditer(source, begin):
        offsets.extend(range(start + begin, start + mark.start()))
        if mark.group() == '"':
            break
        offsets.append(start + mark.start())
        begin = mark.end()
    return offsets


def normalised(value: str, offsets: Sequence[int]) -> tuple[str, Sequence[int]]:
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
    twice = _twice(names)
    if twice:
        yield DraftError(Fault(path, f"the column '{twice}' is there twice; keep one", 1))
        return
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


Cell = tuple[str, int, Sequence[int]]


def _twice(names: list[str]) -> str:
    """A column of ours that stands in the header row twice under the same name."""
    seen: set[str] = set()
    for name in map(fold, names):
        if name in seen and name in field_names():
            return name
        seen.add(name)
    return ""


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
    ends = re.compile(f"[{re.escape(delimiter)}\n]")
    while at < len(text):
        begin = at
        offsets: Sequence[int]
        if text[at] == '"':
            chars, offsets, at = _quoted(text, at, path)
        else:
            end = ends.search(text, at)
            at = end.start() if end else len(text)
            chars, offsets = text[begin:at], range(begin, at)
        row.append((chars, begin, offsets))
        if len(row) > MOST_COLUMNS:
            raise DraftError(Fault(path, f"a row has more than {MOST_COLUMNS:,} cells; keep the columns that drafts need",
                                   text.count("\n", 0, begin) + 1))
        if at >= len(text) or text[at] == "\n":
            yield row
            row = []
        at += 1
    if row:
        yield row


def _quoted(text: str, at: int, path: str) -> tuple[str, Sequence[int], int]:
    begin, i = at, at + 1
    chars: list[str] = []
    offsets: list[int] = []
    while (end := text.find('"', i)) >= 0:
        closed = text[end + 1 : end + 2] != '"'
        stretch = range(i, end if closed else end + 1)  # a mark written twice stands for one
        chars.append(text[stretch.start : stretch.stop])
        if closed and not offsets:
            return chars[0], stretch, end + 1
        offsets += stretch
        if closed:
            return "".join(chars), offsets, end + 1
        i = end + 2
    raise DraftError(Fault(path, "a quotation mark opened here is never closed; the rows after it cannot be read",
                           text.count("\n", 0, begin) + 1))
