"""A list of a campaign's contacts → the companies they work for."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inmail_lint.errors import DraftError, Fault
from inmail_lint.folding import fold
from inmail_lint.reading.collect import format_of
from inmail_lint.reading.contents import contents
from inmail_lint.reading.encoding import decode
from inmail_lint.reading.fields import field_names
from inmail_lint.reading.tables import parsed_json

_LONGEST = 200  # characters of a company's name; more is no name


def companies_in(file: Path) -> list[str]:
    """The companies in a file, each once, in order: a table with a column `company`, JSON or JSON lines with such a field
    (drafts have it too), or a text with one company a line.

    Raises DraftError if the file cannot be read, is broken, or names none.
    """
    return companies_of(contents(file, single=False), str(file))


def companies_of(data: bytes, path: str) -> list[str]:
    """The same of a file's bytes; its name tells what it is."""
    form = format_of(path)
    text = decode(data, path)
    if form == "eml":
        raise DraftError(Fault(path, "a mail is no list of contacts; give a .csv, .json, .jsonl or .txt"))
    values = {"csv": _of_table, "json": _of_json, "jsonl": _of_lines, "text": _of_text}[form](text, path)
    companies = [name for value in values if isinstance(value, str) and 0 < len(name := " ".join(value.split())) <= _LONGEST]
    if not companies:
        raise DraftError(Fault(path, "no company in it; give a table with a column 'company', or one company a line"))
    return list(dict.fromkeys(companies))


def _of_text(text: str, path: str) -> Iterator[str]:
    yield from text.split("\n")


def _of_table(text: str, path: str) -> Iterator[str]:
    lines = text.split("\n")
    rows = csv.reader(lines, delimiter=max(",;\t", key=lines[0].count), strict=True)
    try:
        columns = [i for i, name in enumerate(next(rows, [])) if _is_company(name)]
        if not columns:
            raise DraftError(Fault(path, "the first row has no column 'company'; name the column with the companies so", 1))
        for row in rows:
            yield from (row[i] for i in columns if i < len(row))
    except csv.Error as error:
        raise DraftError(Fault(path, f"broken table: {error}; mend this row", rows.line_num)) from error


def _of_json(text: str, path: str) -> Iterator[Any]:
    data = _parsed(text, path, 1)
    if isinstance(data, Mapping):  # {"drafts": […]}, {"contacts": […]}
        data = next((value for value in data.values() if isinstance(value, list)), [data])
    yield from (company for contact in (data if isinstance(data, list) else ()) for company in _of_contact(contact))


def _of_lines(text: str, path: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield from _of_contact(_parsed(line, path, number))


def _of_contact(contact: object) -> Iterator[Any]:
    """The companies of a contact: a name, or fields of which one may be the recipient with fields of its own."""
    if isinstance(contact, str):
        yield contact
    elif isinstance(contact, Mapping):
        for name, value in contact.items():
            if _is_company(str(name)):
                yield value
            elif isinstance(value, Mapping):
                yield from (v for n, v in value.items() if _is_company(str(n)))


def _parsed(text: str, path: str, line: int) -> Any:
    try:
        return parsed_json(text)
    except ValueError as error:
        number = line + getattr(error, "lineno", 1) - 1
        raise DraftError(Fault(path, f"broken JSON: {getattr(error, 'msg', error)}; mend this line", number)) from error


def _is_company(name: str) -> bool:
    return field_names().get(fold(name).strip()) == "company"
