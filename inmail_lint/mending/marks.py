"""Blanks and marks: doubled blanks, a blank before a mark, a mark typed twice, rows of exclamation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from inmail_lint.mending.edit import JUDGED, Edit, Ground
from inmail_lint.sentences import BULLET

_BLANKS = re.compile(r"(?<=\S)[ \u00a0]{2,3}(?=\S)")  # four and more are no slip of the thumb
_COLUMNS = re.compile(r"(?<!\s)\s{2,}(?=\S)")
_WIDE = re.compile(r"(?<=\S) {4,}(?=\S)|\t|\|")
_CELLS = 8  # words of a line that may be a row of a list in columns
_BEFORE_MARK = re.compile(r"(?<=[\w)\]\"'»”’%€$!?…])([ \u00a0]{1,3})([,;:.]|!+|\?!?|!\?)(?=\s|$|[\"'»”’](?:\s|$))(?!\s*[.)(])")
_EVERYWHERE = frozenset(",.")  # marks before which no language puts a blank
_WHOLE = frozenset({"sender", "reader", "verb"})  # function words after which a phrase may end: «te espero a ti .»
_COMMAS = re.compile(r"(?<=[^\W_]),,(?=\s|$)")
_SEMICOLONS = re.compile(r"(?<=[^\W_]);;(?=\s|$)")
_STOPS = re.compile(r"(?<=[^\W\d_])\.\.(?=[\"'»”’)]?(?:\s*$|\s*\n|\s+[¿¡]?[A-ZÁÉÍÓÚÑÜ]))", re.MULTILINE)
_ROW = re.compile(r"(?<![=!?])!{2,}(?![=!?\[(]|[a-z0-9_]|\.\w)")
_OPENING_ROW = re.compile(r"(?<![¡¿\w])¡{2,}(?=[\w ])")


class _Line(NamedTuple):
    """A line of a part: where it begins, its text, and where what is written in it begins after blanks and bullet."""

    start: int
    text: str
    head: int


def doubled_blanks(ground: Ground) -> Iterator[Edit]:
    """Two or three blanks inside a line that is no row of columns, unless a value may have fallen out between them."""
    lines = list(_lines(ground.text))
    waiting = _waiting(ground)
    for i, line in enumerate(lines):
        beside = [*lines[max(0, i - 1) : i], *lines[i + 1 : i + 2]]
        if _WIDE.search(line.text, line.head) or (_is_row(line) and any(_is_row(b) for b in beside)):
            continue
        columns = {m.end() for b in beside for m in _COLUMNS.finditer(b.text, b.head)}
        for match in _BLANKS.finditer(line.text, line.head):
            start, end = line.start + match.start(), line.start + match.end()
            if match.end() in columns or start in waiting or " " not in match.group() or not ground.is_open(start, end):
                continue
            plain = not match.group().strip(" ")
            yield Edit(ground.part.name, start + plain, end, "" if plain else " ", "doubled-blank")


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        bullet = BULLET.match(line)
        yield _Line(start, line, bullet.end() if bullet else len(line) - len(line.lstrip()))
        start += len(line) + 1


def _is_row(line: _Line) -> bool:
    return len(line.text.split()) <= _CELLS and bool(_COLUMNS.search(line.text.rstrip(), line.head))


def blank_before_mark(ground: Ground) -> Iterator[Edit]:
    """A blank before a mark that belongs to the word before it; languages that space marks keep theirs."""
    waiting = _waiting(ground)
    for match in _BEFORE_MARK.finditer(ground.text):
        start, end = match.span(1)
        mark = match.group(2)
        if mark not in _EVERYWHERE and ground.language not in JUDGED:
            continue
        listed = mark == ":" and _in_list(ground.text, match)
        if start not in waiting and not listed and ground.is_open(start - 1, match.end()):
            yield Edit(ground.part.name, start, end, "", "blank-before-mark")


def _waiting(ground: Ground) -> set[int]:
    """Where words end after which something must follow: «in your role as  , you», «been a  at»."""
    return {w.end for w in ground.part.words if "function" in w.tags and not w.tags & _WHOLE}


def _in_list(text: str, match: re.Match[str]) -> bool:
    """Whether a colon stands under or over another: a list set in columns."""
    line = text.rfind("\n", 0, match.start()) + 1
    column = match.start(2) - line
    above = text[text.rfind("\n", 0, max(0, line - 1)) + 1 : max(0, line - 1)]
    after = text.find("\n", match.end())
    below = text[after + 1 :].split("\n", 1)[0] if after >= 0 else ""
    return len(match.group(1)) > 1 or any(other[column : column + 1] == ":" for other in (above, below))


def doubled_marks(ground: Ground) -> Iterator[Edit]:
    """A comma, semicolon or full stop typed twice. Two commas right after a word count as a slip although the linter
    takes them for a merge's scar: whatever fell out, the sentence is whole with one."""
    for expression in (_COMMAS, _SEMICOLONS, _STOPS):
        for match in expression.finditer(ground.text):
            own = [(s, e) for s, e in ground.scars if s == match.start() and ground.text[s:e].strip(" \u00a0") == match.group()]
            if ground.is_open(match.start() - 1, match.end(), but=own):
                yield Edit(ground.part.name, match.start() + 1, match.end(), "", "doubled-mark")


def exclamation_rows(ground: Ground) -> Iterator[Edit]:
    """Rows of exclamation marks, closing and opening, to one."""
    rows: Iterable[re.Match[str]] = (*_ROW.finditer(ground.text), *_OPENING_ROW.finditer(ground.text))
    for match in rows:
        if ground.is_open(match.start(), match.end()):
            yield Edit(ground.part.name, match.start() + 1, match.end(), "", "exclamation")
