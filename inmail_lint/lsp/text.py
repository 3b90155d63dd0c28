"""A document as the editor has it: lines, and positions in the units that editor and server agreed on."""

from __future__ import annotations

import re

from lsprotocol import types

_HALF = re.compile(r"[\ud800-\udfff]")  # half a character, as an editor may send while one is typed; nothing can encode it


class Text:
    """A document's text with `\\n` line ends; lines and columns given and taken here are 0-based code points.

    Only `\\n`, `\\r\\n` and `\\r` end a line, as the protocol says; `str.splitlines` knows more and would lose count.
    """

    def __init__(self, source: str, encoding: str = "utf-16") -> None:
        self.source = source
        self.text = _HALF.sub("\ufffd", source.replace("\r\n", "\n").replace("\r", "\n"))
        self.lines = self.text.split("\n")
        self.line_end = "\r\n" if "\r\n" in source else "\r" if "\r" in source else "\n"
        self._encoding = encoding

    def position(self, line: int, column: int) -> types.Position:
        """The editor's position of a code point; what lies outside the text is drawn to its border."""
        line = max(0, min(line, len(self.lines) - 1))
        return types.Position(line, sum(map(self._units, self.lines[line][: max(0, column)])))

    def range(self, line: int, column: int, end_line: int, end_column: int) -> types.Range:
        return types.Range(self.position(line, column), self.position(end_line, end_column))

    def line_range(self, line: int) -> types.Range:
        """A whole line without the spaces around it."""
        line = max(0, min(line, len(self.lines) - 1))
        bare = self.lines[line].rstrip()
        return self.range(line, len(bare) - len(bare.lstrip()), line, len(bare))

    def between(self, start: int, end: int) -> types.Range:
        """The range of two offsets in the text."""
        return types.Range(self._at(start), self._at(end))

    def column(self, position: types.Position) -> int:
        """The code point column of the editor's position; inside a character it is that character's beginning."""
        if position.line >= len(self.lines):
            return 0
        units = 0
        for column, char in enumerate(self.lines[position.line]):
            units += self._units(char)
            if units > position.character:
                return column
        return len(self.lines[position.line])

    def _at(self, offset: int) -> types.Position:
        offset = max(0, min(offset, len(self.text)))
        return self.position(self.text.count("\n", 0, offset), offset - self.text.rfind("\n", 0, offset) - 1)

    def _units(self, char: str) -> int:
        code = ord(char)
        if self._encoding == "utf-8":
            return 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)
        return 1 + (code > 0xFFFF) if self._encoding == "utf-16" else 1


def contains(outer: types.Range, position: types.Position) -> bool:
    """Whether a position lies in a range or at its border."""
    return _key(outer.start) <= _key(position) <= _key(outer.end)


def touches(one: types.Range, other: types.Range) -> bool:
    """Whether two ranges have a position in common; an empty one counts as its place."""
    return _key(one.start) <= _key(other.end) and _key(other.start) <= _key(one.end)


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
