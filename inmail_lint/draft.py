"""What is linted: one message and what is known of its reader."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from inmail_lint.errors import DraftError, Fault
from inmail_lint.lines import whole
from inmail_lint.spelling import nearest

KINDS = ("inmail", "open-profile", "sponsored", "connection", "email")


@dataclass(frozen=True, slots=True)
class Recipient:
    """What the writer knows of the reader; every field may be empty.

    Attributes:
        first_name: the name to greet by.
        last_name: the family name or names.
        company: where the reader works; another firm spoken of as theirs is then found.
        role: the reader's position.
        industry: the reader's trade.
        facts: things known only of this reader, one text each; one that the draft uses counts as written to them.
        shared: contacts or groups in common, one text each.
    """

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    role: str = ""
    industry: str = ""
    facts: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any] | Recipient | None) -> Recipient | None:
        """From a mapping with these field names, None if it says nothing; raises DraftError for an unknown field or a
        wrong type."""
        if values is None or isinstance(values, Recipient):
            return values
        if not isinstance(values, Mapping):
            raise DraftError("the recipient must be a mapping with fields such as first_name and company, not "
                             f"{type(values).__name__}")
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


@lru_cache(maxsize=2)  # a draft's parts, or the file of many drafts: asked for again and again, then never more
def _line_ends(text: str) -> array[int]:
    return array("L", (match.start() for match in re.finditer("\n", text)))


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    """1-based line and column of a character, in time that hardly grows with the text."""
    ends = _line_ends(text)
    line = bisect_left(ends, offset)
    return line + 1, offset - (ends[line - 1] + 1 if line else 0) + 1


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the parts stand in their file: for every character of a part its offset in the file's text."""

    text: str
    offsets: Mapping[str, Sequence[int]] = field(default_factory=dict)
    base: int = 0  # offset at which line `first_line` begins, so that long files are not counted from their start
    first_line: int = 1

    def locate(self, part: str, index: int) -> tuple[int, int]:
        """1-based line and column in the file of character `index` of a part (its length is allowed too)."""
        offsets = self.offsets.get(part, ())
        if not offsets:
            return self.first_line, 1
        offset = offsets[index] if index < len(offsets) else offsets[-1] + 1
        line, column = _line_and_column(self.text, offset)
        return self.first_line + line - _line_and_column(self.text, self.base)[0], column

    def excerpt(self) -> Origin:
        """The same places with no more of the file's text than they need; `base` must be where a line begins."""
        last = max((offsets[-1] for offsets in self.offsets.values() if offsets), default=self.base)
        if self.base == 0 and last + 2 >= len(self.text):
            return self
        offsets = {part: tuple(o - self.base for o in given) for part, given in self.offsets.items()}
        return Origin(self.text[self.base : last + 1], offsets, 0, self.first_line)


@dataclass(frozen=True, slots=True)
class Draft:
    """One message as written, and what is known of its reader.

    Attributes:
        body: the message; its lines end with a line feed alone.
        subject: the subject line, empty if there is none.
        kind: where it is sent: `inmail`, `open-profile`, `sponsored`, `connection` or `email`.
        language: code of its language, such as `es`; None lets the text decide.
        recipient: what is known of the reader; without it wrong names and companies cannot be found.
        ignore: ids of rules that do not apply to it.
        id: its own name in reports.
        path: the file it comes from, for reports.
        line: the line of that file on which it begins, counted from 1.
        origin: where its characters stand in that file; None counts lines and columns in the part itself.
        given: the fields that its file gives; the others may come from a configuration.
        sender: the sender's own name and company: naming them is no mistake.
        others: companies of the other recipients of its campaign: naming one is a mistake, unless it is a client or the like.

    Raises:
        DraftError: the kind is unknown, subject or body is no text, or recipient no Recipient.
    """

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
    given: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise DraftError(Fault(self.path, unknown_kind(self.kind), self.line if self.path else None))
        if not isinstance(self.body, str) or not isinstance(self.subject, str):
            raise DraftError(Fault(self.path, "subject and body must be texts", self.line if self.path else None))
        for name in ("body", "subject", "id", "path"):
            object.__setattr__(self, name, whole(getattr(self, name)))
        object.__setattr__(self, "ignore", tuple(map(whole, self.ignore)))
        if self.recipient is not None and not isinstance(self.recipient, Recipient):
            raise DraftError(Fault(self.path, "recipient must be a Recipient; Recipient.of(…) makes one of a mapping",
                                   self.line if self.path else None))

    def text(self, part: str) -> str:
        """The text of a part: `subject` or `body`."""
        return self.subject if part == "subject" else self.body

    def locate(self, part: str, index: int) -> tuple[int, int]:
        """1-based line and column of a character: in the file, else in the part itself."""
        if self.origin is not None:
            return self.origin.locate(part, index)
        text = self.text(part)
        return _line_and_column(text, index)


def unknown_kind(kind: str) -> str:
    return f"unknown kind '{kind}'{nearest(kind, KINDS) or '; use one of ' + ', '.join(KINDS)}"

