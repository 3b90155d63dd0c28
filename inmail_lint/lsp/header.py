"""The header block of a text draft as it stands in an editor, finished or not. What it means is read by `reading`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from inmail_lint.folding import fold
from inmail_lint.loading import rules_directory
from inmail_lint.reading.fields import field_names
from inmail_lint.source import load_yaml

_OPENING = re.compile(r"---[ \t]*")
_CLOSING = re.compile(r"(?:---|\.\.\.)[ \t]*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One `name: value` line; `line` is 0-based."""

    field: str
    name: str
    line: int
    value: str


@dataclass(frozen=True, slots=True)
class Header:
    """The block on top of a draft. `form` is `front` (YAML), `lines` or empty; `end` is the first line after the entries:
    for front matter its closing fence, or the number of lines if there is none yet."""

    form: str
    entries: tuple[Entry, ...]
    end: int

    def entry(self, field: str) -> Entry | None:
        """The last entry of a field, as a later one adds to it or replaces it."""
        return next((e for e in reversed(self.entries) if e.field == field), None)


def read_header(lines: Sequence[str]) -> Header:
    """The header block of a document's lines."""
    if len(lines) > 1 and _OPENING.fullmatch(lines[0]):
        end = next((n for n, line in enumerate(lines) if n and _CLOSING.fullmatch(line)), len(lines))
        found = (_entry(n, lines[n]) for n in range(1, end) if lines[n][:1].strip(" \t-#"))
        return Header("front", tuple(e for e in found if e), end)
    entries: list[Entry] = []
    for number, line in enumerate(lines if len(lines) > 1 else ()):  # a line alone is a body, whatever it looks like
        entry = _entry(number, line)
        if entry is None:
            break
        entries.append(entry)
    return Header("lines" if entries else "", tuple(entries), len(entries))


def _entry(number: int, line: str) -> Entry | None:
    name, colon, value = line.partition(":")
    name = name.rstrip(" \t")
    field = field_names().get(fold(name))
    return Entry(field, name, number, value.strip()) if colon and field else None


@lru_cache(maxsize=1)
def spelled_names() -> tuple[tuple[str, str], ...]:
    """Every field with each of its names as people write it, accents and all."""
    root = load_yaml(rules_directory() / "fields.yaml", [])
    return tuple((field, name) for field, node in (root.fields() if root else {}).items() for name in node.texts())


def name_like(field: str, header: Header) -> str:
    """What to call `field` beside the names in the header: as the first, unless all others are in the other language."""
    names = [name for known, name in spelled_names() if known == field]
    own = not header.entries or any(fold(e.name).replace(" ", "_") == e.field for e in header.entries)
    return names[0] if own else names[-1]
