"""Completion in the header block: names of fields, and the values of those that have a known set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lsprotocol import types

from inmail_lint.draft import KINDS, RECIPIENT_FIELDS
from inmail_lint.folding import fold
from inmail_lint.lsp.header import Header, read_header, spelled_names
from inmail_lint.lsp.text import Text
from inmail_lint.reading.fields import field_names
from inmail_lint.rulebook import Rulebook

TRIGGERS = (":", ",", "[")
_BEGUN_NAME = re.compile(r"[^\W\d_][\w .-]{0,24}|")
_LIST_ITEM = re.compile(r"[ \t]*-[ \t]+")
_SEPARATOR = re.compile(r".*[,;\[]", re.DOTALL)
_REPEATABLE = ("facts", "shared", "ignore")


class _Offer(NamedTuple):
    """One candidate: what is shown, what is put in, and a word on it."""

    label: str
    insert: str
    detail: str
    kind: types.CompletionItemKind


def complete(text: Text, position: types.Position, book: Rulebook, ui: str) -> list[types.CompletionItem]:
    """What may stand at a position of the header block; nothing in the body."""
    header = read_header(text.lines)
    if position.line >= len(text.lines) or not _is_in(header, position.line):
        return []
    before = text.lines[position.line][: text.column(position)]
    start, offers = _offers(text, header, position.line, before, book, ui)
    place = types.Range(text.position(position.line, start), position)
    return [types.CompletionItem(o.label, kind=o.kind, detail=o.detail or None, filter_text=o.insert.strip(),
                                 sort_text=f"{number:03}", text_edit=types.TextEdit(place, o.insert))
            for number, o in enumerate(offers)]


def _is_in(header: Header, line: int) -> bool:
    if header.form == "front":
        return 0 < line < header.end
    return line <= header.end  # the line after the last entry may be the next one, half written


def _offers(text: Text, header: Header, line: int, before: str, book: Rulebook, ui: str) -> tuple[int, list[_Offer]]:
    """Where the word at the cursor begins on its line, and what may take its place."""
    name, colon, value = before.partition(":")
    front = header.form == "front"
    item = _LIST_ITEM.match(before) if front else None
    owner = _owner(header, line) if front and before[:1] in (" ", "\t", "-") else ""
    if item and owner == "ignore":
        return item.end(), list(_rule_names(book, ui, _named(text, header), ""))
    if not colon:
        return _names(header, before, line, owner)
    field = field_names().get(fold(name.strip()), "")
    begun = _SEPARATOR.match(value) if field == "ignore" else None
    start = len(name) + 1 + (begun.end() if begun else 0)
    space = "" if before[start:].startswith(" ") or before[start - 1 : start] == "[" else " "
    start += len(before[start:]) - len(before[start:].lstrip())
    return start, list(_values(field, book, ui, _named(text, header), space))


def _values(field: str, book: Rulebook, ui: str, named: Iterable[str], space: str) -> Iterator[_Offer]:
    value = types.CompletionItemKind.EnumMember
    if field == "kind":
        yield from (_Offer(kind, space + kind, "", value) for kind in KINDS)
    elif field == "language":
        packs = [p for p in book.packs.values() if p.judged]
        yield from (_Offer(p.code, space + p.code, p.names.get(ui, ""), value) for p in packs)
    elif field == "ignore":
        yield from _rule_names(book, ui, named, space)


def _rule_names(book: Rulebook, ui: str, named: Iterable[str], space: str) -> Iterator[_Offer]:
    taken = set(named)
    return (_Offer(r.id, space + r.id, r.title[ui], types.CompletionItemKind.EnumMember)
            for r in book.rules.values() if r.id not in taken)


def _names(header: Header, before: str, line: int, owner: str) -> tuple[int, list[_Offer]]:
    begun = before.lstrip(" \t")
    if not _BEGUN_NAME.fullmatch(begun) or (begun is not before and owner != "recipient"):
        return 0, []
    return len(before) - len(begun), list(_field_names(header, line, owner))


def _field_names(header: Header, line: int, owner: str) -> Iterator[_Offer]:
    taken = {e.field for e in header.entries if e.line != line} - (set() if header.form == "front" else set(_REPEATABLE))
    for field, name in spelled_names():
        if owner == "recipient":
            fits = field in RECIPIENT_FIELDS and "." not in name and " " not in name
        elif header.form == "front":
            fits = field not in taken and field != "body" and "." not in name and " " not in name
        else:
            fits = field not in taken and field not in ("body", "recipient") and not set("._") & set(name)
        if fits:
            shown = name if header.form == "front" else name.capitalize()
            yield _Offer(shown, f"{shown}: ", "" if fold(name) == field else field, types.CompletionItemKind.Field)


def _owner(header: Header, line: int) -> str:
    """The field in front matter under which a line stands."""
    above = [e for e in header.entries if e.line < line]
    return above[-1].field if above and above[-1].value == "" else ""


def _named(text: Text, header: Header) -> Iterator[str]:
    """Rules that the header ignores already, in whatever form."""
    ends = [*(e.line for e in header.entries[1:]), header.end]
    for entry, end in zip(header.entries, ends, strict=False):
        if entry.field == "ignore":
            yield from re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join([entry.value, *text.lines[entry.line + 1 : end]]))
