"""YAML with positions: nodes become typed values by the type the caller asks for, never by YAML's guess.

`no` in a phrase list stays the word "no", `12:30` stays text, and a key given twice, unknown or misspelt is a
fault with file, line and column. All faults of a file are collected, so one run shows them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inmail_lint.errors import Fault
from inmail_lint.files import UnfitError, text_of
from inmail_lint.spelling import nearest

if TYPE_CHECKING:
    import yaml

MOST_BYTES = 1_000_000  # of one file; the product's largest has 265,098
DEEPEST = 20  # levels of lists and keys inside one another; the product's files have 6
_LARGEST_NUMBER = 1_000_000
_LONGEST_SHOWN = 80  # characters of what somebody wrote, in a message about it
_TAGS = (None, "!", "tag:yaml.org,2002:str")


@dataclass(frozen=True, slots=True)
class Node:
    """One YAML value with its place; reads itself as the type asked for and notes what is wrong in `faults`."""

    raw: yaml.Node
    path: str
    faults: list[Fault]
    first_line: int = 0  # of the YAML block in its file, for front matter

    @property
    def line(self) -> int:
        return int(self.raw.start_mark.line) + 1 + self.first_line

    @property
    def is_map(self) -> bool:
        return type(self.raw).__name__ == "MappingNode"

    @property
    def is_list(self) -> bool:
        return type(self.raw).__name__ == "SequenceNode"

    @property
    def is_scalar(self) -> bool:
        return type(self.raw).__name__ == "ScalarNode"

    def fault(self, message: str) -> None:
        self.faults.append(Fault(self.path, message, self.line, int(self.raw.start_mark.column) + 1))

    def text(self) -> str:
        if not self.is_scalar:
            self.fault("expected text here; write one value")
            return ""
        return str(self.raw.value)

    def number(self) -> int:
        value = self.text()
        try:
            number = float(value)
            if abs(number) <= _LARGEST_NUMBER:
                return round(number)
            self.fault(f"expected a number up to {_LARGEST_NUMBER:,}, found '{_shown(value)}'")
        except ValueError:
            self.fault(f"expected a whole number, found '{_shown(value)}'")
        return 0

    def boolean(self) -> bool:
        value = self.text().lower()
        if value not in ("true", "false", "yes", "no"):
            self.fault(f"expected true or false, found '{_shown(value)}'")
        return value in ("true", "yes")

    def choice(self, allowed: Iterable[str]) -> str:
        value, names = self.text(), list(allowed)
        if value not in names:
            value = _shown(value)
            hint = nearest(value, names) or f"; use one of {', '.join(names)}"
            self.fault(f"unknown value '{value}'{hint}")
            return names[0]
        return value

    def items(self) -> Iterator[Node]:
        if not self.is_list:
            self.fault("expected a list here; begin each entry with '- '")
            return
        for value in self.raw.value:
            yield Node(value, self.path, self.faults, self.first_line)

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def words(self) -> tuple[str, ...]:
        """A list of words, or one text of words parted by spaces."""
        return self.texts() if self.is_list else tuple(self.text().split())

    def fields(self, allowed: Iterable[str] | None = None, required: Iterable[str] = ()) -> dict[str, Node]:
        """The mapping's values by key; repeated and (if `allowed` is given) unknown keys are faults."""
        found: dict[str, Node] = {}
        if not self.is_map:
            self.fault("expected 'key: value' lines here")
            return found
        names = None if allowed is None else list(allowed)
        for key_node, value in self.raw.value:
            key = Node(key_node, self.path, self.faults, self.first_line)
            name = key.text()
            if name in found:
                key.fault(f"key '{_shown(name)}' is given twice; keep one")
            elif names is not None and name not in names:
                name = _shown(name)
                hint = nearest(name, names) or f"; known keys: {', '.join(names)}"
                key.fault(f"unknown key '{name}'{hint}")
            else:
                found[name] = Node(value, self.path, self.faults, self.first_line)
        for name in required:
            if name not in found:
                self.fault(f"missing key '{name}'; add it")
        return found


def parse_yaml(text: str, path: str, faults: list[Fault], first_line: int = 0) -> Node | None:
    """Read YAML text as nodes; broken YAML, and what a rule or a configuration has no use for, becomes a fault and None.

    Nodes are made from the parser's events, not composed: that takes a deep nesting for a deep stack, and an alias for
    all that it stands for, again wherever it stands. Nothing is ever constructed, whatever a tag asks for.
    """
    import yaml  # a run whose rulebook is kept reads none

    try:
        root = _tree(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = (error.problem or error.context or "broken YAML").strip()
        line = mark.line + 1 + first_line if mark else None
        faults.append(Fault(path, f"this is not YAML: {what}; check quotes and indentation", line,
                            mark.column + 1 if mark else None))
        return None
    except yaml.YAMLError as error:
        faults.append(Fault(path, f"this is not YAML: {str(error).splitlines()[0]}"))
        return None
    except _NeedlessError as error:
        faults.append(Fault(path, str(error), error.mark.line + 1 + first_line, error.mark.column + 1))
        return None
    return None if root is None else Node(root, path, faults, first_line)


class _NeedlessError(ValueError):
    """Good YAML that no file of ours needs; `mark` says where."""

    def __init__(self, message: str, mark: Any) -> None:
        super().__init__(message)
        self.mark = mark


def _tree(events: Iterable[Any]) -> yaml.Node | None:
    """The one document of a stream; raises _NeedlessError."""
    import yaml

    made = {yaml.ScalarEvent: yaml.ScalarNode, yaml.SequenceStartEvent: yaml.SequenceNode,
            yaml.MappingStartEvent: yaml.MappingNode}
    root: yaml.Node | None = None
    open_: list[tuple[yaml.Node, list[yaml.Node]]] = []  # nodes that are not closed yet, with what stands in them
    for event in events:
        kind = type(event)
        if kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
            node, within = open_.pop()
            node.end_mark = event.end_mark
            node.value = within if kind is yaml.SequenceEndEvent else list(zip(within[::2], within[1::2], strict=True))
        elif kind is yaml.AliasEvent:
            raise _NeedlessError(f"aliases are not read; write out what *{event.anchor} stands for", event.start_mark)
        elif kind in made:
            if event.tag not in _TAGS:
                raise _NeedlessError(f"tags are not read; remove '{_shown(event.tag)}'", event.start_mark)
            scalar = kind is yaml.ScalarEvent
            node = made[kind](event.tag, event.value if scalar else [], event.start_mark, event.end_mark,
                              event.style if scalar else event.flow_style)
            if open_:
                holder, within = open_[-1]
                if type(holder) is yaml.MappingNode and len(within) % 2 == 0 and node.value == "<<":
                    raise _NeedlessError("'<<' merges nothing here; write out the keys", event.start_mark)
                within.append(node)
            elif root is None:
                root = node
            else:
                raise _NeedlessError("a second document begins here; keep one", event.start_mark)
            if not scalar:
                open_.append((node, []))
                if len(open_) > DEEPEST:
                    raise _NeedlessError(f"this stands more than {DEEPEST} levels deep; no file needs that", event.start_mark)
    return root


def load_yaml(file: Path, faults: list[Fault]) -> Node | None:
    """Read one YAML file; an unreadable, far too long or empty one is a fault."""
    text = read_text(file, faults)
    if text is None:
        return None
    node = parse_yaml(text, str(file), faults)
    if node is None and not any(f.path == str(file) for f in faults):
        faults.append(Fault(str(file), "the file is empty; delete it or fill it in", 1))
    return node


def read_text(file: Path, faults: list[Fault]) -> str | None:
    """The text of a file of rules or settings; what is no plain file, or too long, is a fault and never waited for."""
    try:
        return text_of(file, MOST_BYTES)
    except UnfitError as error:
        faults.append(Fault(str(file), str(error)))
        return None
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(str(file), f"cannot be read: {error}; save it as UTF-8"))
        return None


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
