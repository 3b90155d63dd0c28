"""Text drafts: YAML front matter, mail-like header lines, or a bare body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError, Fault
from inmail_lint.folding import fold
from inmail_lint.reading.fields import Record, field_names, trimmed
from inmail_lint.reading.limits import LONGEST_FRONT_MATTER, MOST_FAULTS
from inmail_lint.source import Node, parse_yaml
from inmail_lint.spelling import nearest

_HEADER = re.compile(r"([^\W\d_][\w .-]{0,24}?)[ \t]*:[ \t]*(.*)")
_FENCE = re.compile(r"(?:---|\.\.\.)[ \t]*(?:\n|$)")
_ABOVE = ("subject", "to")  # fields that no message begins with
_REPEATABLE = ("facts", "shared", "ignore")


def read_plain(text: str, path: str) -> Draft:
    """One draft from a text file; raises DraftError."""
    if not text.strip():
        raise DraftError(Fault(path, "the file is empty; write a draft or remove it"))
    record = Record(path, 1, text)
    start = _front_matter(record) if re.match(r"---[ \t]*\n", text) else _headers(record)
    begin, end = trimmed(text, start, len(text))
    record.values["body"] = text[begin:end]
    record.offsets["body"] = range(begin, end)
    return record.draft()


def _front_matter(record: Record) -> int:
    text = record.text
    begin = text.index("\n") + 1
    closing = next((m for m in re.finditer(r"^(?:---|\.\.\.)[ \t]*$", text[begin:], re.MULTILINE)), None)
    if closing is None:
        raise record.error("the front matter that begins here is not closed; add a line '---' after it")
    if closing.start() > LONGEST_FRONT_MATTER:
        raise record.error(f"the front matter has {closing.start():,} characters; at most {LONGEST_FRONT_MATTER:,} are read: "
                           "put the message after it, and facts in a few words")
    faults: list[Fault] = []
    root = parse_yaml(text[begin : begin + closing.start()], record.path, faults, first_line=1)
    if root is not None:
        _fill(record, root, faults)
    if faults:
        more = [Fault(record.path, f"and {len(faults) - MOST_FAULTS} more faults in the front matter", 1)]
        raise DraftError(faults if len(faults) <= MOST_FAULTS else faults[:MOST_FAULTS] + more)
    _none_below(record, begin + closing.end())
    return begin + closing.end()


def _none_below(record: Record, at: int) -> None:
    """Refuse a subject line below the front matter: it would be judged as text of the message."""
    at += len(record.text[at:]) - len(record.text[at:].lstrip())
    header = _HEADER.match(record.text, at)
    if header and field_names().get(fold(header.group(1))) in _ABOVE:
        raise record.error(f"the header '{header.group(1)}' stands below the front matter; move it above the closing '---'",
                           record.text.count("\n", 0, at) + 1)


def _fill(record: Record, root: Node, faults: list[Fault]) -> None:
    """Put the values of a front matter under their fields."""
    seen: set[int] = set()
    for name, node in root.fields().items():
        known = field_names().get(fold(name))
        if known is None:
            hint = nearest(name, field_names()) if len(faults) < MOST_FAULTS else ""
            faults.append(Fault(record.path, f"unknown field '{name}'{hint}", node.line))
        elif known in record.values:
            faults.append(Fault(record.path, f"field '{name}' is given twice, once under another name; keep one", node.line))
        else:
            record.values[known] = _value(node, seen)
            if known == "subject" and isinstance(record.values[known], str):
                record.offsets["subject"] = _find_value(record, record.values[known], node)


def _value(node: Node, seen: set[int]) -> Any:
    """The value of a node as plain texts, lists and mappings; `seen` are the nodes met before, for an alias stands for one
    of them, and a few dozen aliases of aliases unfold into more than any memory holds."""
    if id(node.raw) in seen:
        node.fault("this is an alias (*name); write the value out")
        return ""
    seen.add(id(node.raw))
    if node.is_map:
        return {k: _value(v, seen) for k, v in node.fields().items()}
    return [str(_value(n, seen)) if n.is_scalar else n.text() for n in node.items()] if node.is_list else node.text()


def _find_value(record: Record, value: str, node: Node) -> Sequence[int]:
    """Offsets of a front-matter value: exact if it stands there as it is, else all at the value's beginning."""
    line_start = _offset_of_line(record.text, node.line)
    line_end = record.text.find("\n", line_start)
    at = record.text.find(value, line_start, len(record.text) if line_end < 0 else line_end)
    if value and at >= 0:
        return range(at, at + len(value))
    return (line_start,) * len(value)


def _offset_of_line(text: str, line: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = text.index("\n", at) + 1
    return at


def _headers(record: Record) -> int:
    """Read header lines if the text begins with one of a known name; returns where the body begins."""
    text, at, number = record.text, 0, 0
    first = _HEADER.match(text)
    if not first or fold(first.group(1)) not in field_names() or "\n" not in text:
        return 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        number += 1
        if not text[at:end].strip():
            break
        match = _HEADER.match(text, at, end)
        if match is None:
            break
        name, value = match.group(1), match.group(2).rstrip()
        known = field_names().get(fold(name))
        if known is None:
            if number > 1 and len(name.split()) > 2:
                break  # «Hola Ana Ruiz: …» right after the headers: the body has begun
            raise record.error(f"unknown header '{name}'{nearest(fold(name), field_names())}", number)
        start = match.start(2)
        if known in record.values and known not in _REPEATABLE:
            raise record.error(f"header '{name}' is given twice; keep one", number)
        if known in record.values:
            value = f"{record.values[known]};{value}"
        record.set(name, value, number, range(start, start + len(value)))
        at = end + 1
    return at
