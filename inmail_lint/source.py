"""YAML with positions: nodes become typed values by the type the caller asks for, never by YAML's guess.

`no` in a phrase list stays the word "no", `12:30` stays text, and a key given twice, unknown or misspelt is a
fault with file, line and column. All faults of a file are collected, so one run shows them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inmail_lint.errors import Fault
from inmail_lint.files import text_of
from inmail_lint.spelling import nearest

if TYPE_CHECKING:
    import yaml

DEEPEST = 100  # values inside each other; a rule or a draft has five, and what composes them has a stack with an end
_DEEP_LINE = re.compile(rf"^[ \t?:-]{{{DEEPEST}}}", re.MULTILINE)


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
            return int(value)
        except ValueError:
            try:
                return round(float(value))
            except (ValueError, OverflowError):
                self.fault(f"expected a whole number, found '{value}'")
                return 0

    def boolean(self) -> bool:
        value = self.text().lower()
        if value not in ("true", "false", "yes", "no"):
            self.fault(f"expected true or false, found '{value}'")
        return value in ("true", "yes")

    def choice(self, allowed: Iterable[str]) -> str:
        value, names = self.text(), list(allowed)
        if value not in names:
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
                key.fault(f"key '{name}' is given twice; keep one")
            elif names is not None and name not in names:
                hint = nearest(name, names) or f"; known keys: {', '.join(names)}"
                key.fault(f"unknown key '{name}'{hint}")
            else:
                found[name] = Node(value, self.path, self.faults, self.first_line)
        for name in required:
            if name not in found:
                self.fault(f"missing key '{name}'; add it")
        return found


def parse_yaml(text: str, path: str, faults: list[Fault], first_line: int = 0) -> Node | None:
    """Compose YAML text; broken YAML becomes a fault and None, an empty text is None."""
    import yaml  # a run whose rulebook is kept reads none

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if _may_be_deep(text):
            depth = 0
            for event in yaml.parse(text, Loader=loader):
                depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
                if depth > DEEPEST:
                    line = event.start_mark.line + 1 + first_line if event.start_mark else None
                    faults.append(Fault(path, f"the YAML has more than {DEEPEST} values inside each other; unfold them", line))
                    return None
        root = yaml.compose(text, Loader=loader)
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
    return None if root is None else Node(root, path, faults, first_line)


def _may_be_deep(text: str) -> bool:
    """Whether YAML could hold more values inside each other than its composer bears, which ends the process: cheaply told
    by brackets, and by the blanks and signs at the head of lines."""
    return text.count("[") + text.count("{") > DEEPEST or bool(_DEEP_LINE.search(text))


def load_yaml(file: Path, faults: list[Fault]) -> Node | None:
    """Read one YAML file; an unreadable or empty one is a fault."""
    try:
        text = text_of(file)
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(str(file), f"cannot be read: {error}; save it as UTF-8"))
        return None
    node = parse_yaml(text, str(file), faults)
    if node is None and not any(f.path == str(file) for f in faults):
        faults.append(Fault(str(file), "the file is empty; delete it or fill it in", 1))
    return node
