"""Where and how a rule's name is put into a draft's list of ignored rules, whatever form its header has."""

from __future__ import annotations

from typing import Any, NamedTuple

from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError
from inmail_lint.folding import fold
from inmail_lint.lsp.header import Header, name_like
from inmail_lint.lsp.text import Text
from inmail_lint.reading.fields import field_names
from inmail_lint.reading.plain import read_plain
from inmail_lint.source import Node, parse_yaml


class Insertion(NamedTuple):
    """Text to put before a 0-based code point column of a line."""

    line: int
    column: int
    text: str


def silence(rule: str, text: Text, header: Header, draft: Draft) -> Insertion | None:
    """What makes the draft ignore a rule; None where its front matter has a form that cannot be added to."""
    put = _in_front_matter(rule, text, header) if header.form == "front" else _in_lines(rule, text, header)
    return put if put is not None and _does_it(put, rule, text, draft) else None


def _does_it(put: Insertion, rule: str, text: Text, draft: Draft) -> bool:
    """Whether the draft, read again, ignores the rule and is otherwise the same: YAML has more forms than are known here."""
    lines = text.lines.copy()
    if put.line >= len(lines):
        return False
    lines[put.line] = lines[put.line][: put.column] + put.text.replace(text.line_end, "\n") + lines[put.line][put.column :]
    try:
        after = read_plain("\n".join(lines), draft.path)
    except DraftError:
        return False
    return (after.body, after.subject, after.ignore) == (draft.body, draft.subject, (*draft.ignore, rule))


def _in_lines(rule: str, text: Text, header: Header) -> Insertion:
    entry = header.entry("ignore")
    if entry is not None:
        return Insertion(entry.line, len(text.lines[entry.line].rstrip()), f", {rule}" if entry.value else f" {rule}")
    blank = "" if header.form else text.line_end
    return Insertion(header.end, 0, f"{name_like('ignore', header).capitalize()}: {rule}{text.line_end}{blank}")


def _in_front_matter(rule: str, text: Text, header: Header) -> Insertion | None:
    root = parse_yaml("\n".join(text.lines[1 : header.end]) + "\n", "", [])
    name = name_like("ignore", header)
    if root is None:
        return Insertion(header.end, 0, f"{name}: [{rule}]{text.line_end}")
    if not root.is_map:
        return None
    raw: Any = root.raw
    node = next((v for k, v in root.fields().items() if field_names().get(fold(k)) == "ignore"), None)
    if node is not None:
        return _into(node, rule, text)
    if raw.flow_style:
        comma = ", " if raw.value else ""
        return _before_end(raw, f"{comma}{name}: [{rule}]")
    return Insertion(header.end, 0, f"{name}: [{rule}]{text.line_end}")


def _into(node: Node, rule: str, text: Text) -> Insertion | None:
    raw: Any = node.raw
    if node.is_list and raw.flow_style:
        return _before_end(raw, f", {rule}" if raw.value else rule)
    if node.is_list:
        last = raw.value[-1]
        dash = text.lines[raw.start_mark.line + 1][: raw.start_mark.column]
        return Insertion(last.start_mark.line + 2, 0, f"{dash}- {rule}{text.line_end}") if _is_plain(last) else None
    if not node.is_scalar or raw.style in ("|", ">"):
        return None
    if raw.style in ("'", '"'):
        return _before_end(raw, f", {rule}" if raw.value.strip() else rule)
    if raw.value:
        return Insertion(raw.end_mark.line + 1, raw.end_mark.column, f", {rule}")
    line = raw.start_mark.line + 1
    return Insertion(line, text.lines[line].find(":") + 1, f" {rule}")


def _before_end(raw: Any, text: str) -> Insertion:
    """Before the bracket or quotation mark that closes a value; lines of the block begin under its fence."""
    return Insertion(raw.end_mark.line + 1, raw.end_mark.column - 1, text)


def _is_plain(item: Any) -> bool:
    return isinstance(item.value, str) and bool(item.start_mark.line == item.end_mark.line)
