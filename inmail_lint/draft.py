"""What is linted: one message and what is known of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inmail_lint.errors import DraftError, Fault
from inmail_lint.lines import whole
from inmail_lint.spelling import nearest

KINDS = ("inmail", "open-profile", "sponsored", "connection", "email")


@dataclass(frozen=True, slots=True)
class Recipient:
    """What the writer knows of the reader; every field may be empty."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    role: str = ""
    industry: str = ""
    facts: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any] | Recipient | None) -> Recipient | None:
        """From a mapping with these field names; raises DraftError for an unknown field or a wrong type."""
        if values is None or isinstance(values, Recipient):
            return values
        known: dict[str, Any] = {}
        for key, value in values.items():
            if key not in RECIPIENT_FIELDS:
                raise DraftError(f"recipient has no field '{key}'{nearest(key, RECIPIENT_FIELDS)}")
            if value is None or value == "":
                continue
            if key in ("facts", "shared"):
                items = [value] if isinstance(value, str) else value
                if not isinstance(items, (list, tuple)) or not all(isinstance(i, str) for i in items):
                    raise DraftError(f"recipient.{key} must be a list of texts")
                known[key] = tuple(whole(i) for i in items)
            elif isinstance(value, str):
                known[key] = whole(value.strip())
            else:
                raise DraftError(f"recipient.{key} must be a text, not {type(value).__name__}")
        return cls(**known) if known else None


RECIPIENT_FIELDS = tuple(Recipient.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the parts stand in their file: for every character of a part its offset in the file's text."""

    text: str
    offsets: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    base: int = 0  # offset at which line `first_line` begins, so that long files are not counted from their start
    first_line: int = 1

    def locate(self, part: str, index: int) -> tuple[int, int]:
        """1-based line and column in the file of character `index` of a part (its length is allowed too)."""
        offsets = self.offsets.get(part, ())
        if not offsets:
            return self.first_line, 1
        offset = offsets[index] if index < len(offsets) else offsets[-1] + 1
        line = self.text.count("\n", self.base, offset)
        return self.first_line + line, offset - (self.text.rfind("\n", 0, offset) + 1) + 1


@dataclass(frozen=True, slots=True)
class Draft:
    """One message as written. `language` None lets the text decide; line ends are `\\n`, nothing else is changed."""

    body: str
    subject: str = ""
    kind: str = "inmail"
    language: str | None = None
    recipient: Recipient | None = None
    ignore: tuple[str, ...] = ()
    id: str = ""
    path: str = ""
    line: int = 1
    origin: Origin | None = None
    given: frozenset[str] = frozenset()  # fields that its file gives; the others may come from a configuration
    sender: tuple[str, ...] = ()  # the sender's own name and company: naming them is no mistake

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise DraftError(Fault(self.path, unknown_kind(self.kind), self.line if self.path else None))
        if not isinstance(self.body, str) or not isinstance(self.subject, str):
            raise DraftError(Fault(self.path, "subject and body must be texts", self.line if self.path else None))
        for name in ("body", "subject", "id", "path"):
            object.__setattr__(self, name, whole(getattr(self, name)))

    def text(self, part: str) -> str:
        return self.subject if part == "subject" else self.body

    def locate(self, part: str, index: int) -> tuple[int, int]:
        """1-based line and column of a character: in the file, else in the part itself."""
        if self.origin is not None:
            return self.origin.locate(part, index)
        text = self.text(part)
        return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1


def unknown_kind(kind: str) -> str:
    return f"unknown kind '{kind}'{nearest(kind, KINDS) or '; use one of ' + ', '.join(KINDS)}"

