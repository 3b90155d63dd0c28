"""Named values of a record → Draft: one table of field names and one set of checks for all formats."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from inmail_lint.draft import KINDS, RECIPIENT_FIELDS, Draft, Origin, Recipient, unknown_kind
from inmail_lint.errors import DraftError, Fault, RuleError
from inmail_lint.folding import fold
from inmail_lint.silencing import Silence, entries
from inmail_lint.source import load_yaml
from inmail_lint.spelling import nearest
from inmail_lint.where import rules_directory

_LISTS = ("facts", "shared", "ignore")
_TEXTS = ("subject", "body", "kind", "language", "id")


@lru_cache(maxsize=1)
def field_names() -> Mapping[str, str]:
    """Folded name as people write it → field."""
    faults: list[Fault] = []
    root = load_yaml(rules_directory() / "fields.yaml", faults)
    names = {fold(n): name for name, node in (root.fields() if root else {}).items() for n in (name, *node.texts())}
    if faults:
        raise RuleError(faults)
    return names


@dataclass
class Record:
    """One draft's values as read, and where they stand."""

    path: str
    line: int
    text: str  # the whole file, line ends normalised
    base: int = 0  # where `line` begins in it
    values: dict[str, Any] = field(default_factory=dict)
    offsets: dict[str, Sequence[int]] = field(default_factory=dict)

    def set(self, name: str, value: Any, line: int | None = None, offsets: Sequence[int] = ()) -> None:
        """Put a value under its field; raises DraftError for a name that is no field."""
        known = field_names().get(fold(str(name)).strip())
        if known is None:
            raise self.error(f"unknown field '{name}'{nearest(fold(str(name)), field_names())}", line)
        self.values[known] = value
        self.offsets.pop(known, None)  # a mail's own header may replace its subject
        if known in ("subject", "body") and offsets:
            self.offsets[known] = _short(offsets)

    def error(self, message: str, line: int | None = None) -> DraftError:
        return DraftError(Fault(self.path, message, line or self.line))

    def draft(self) -> Draft:
        """The draft; raises DraftError for a wrong type, kind or language, or if there is no body."""
        values = self.values
        for name in _TEXTS:
            value = values.get(name)
            if name in ("id", "language", "kind") and isinstance(value, int):
                values[name] = str(value)
            elif value is not None and not isinstance(value, str):
                raise self.error(f"'{name}' must be a text, not {type(value).__name__}")
        kind = (values.get("kind") or "inmail").strip().lower().replace("_", "-")
        if kind not in KINDS:
            raise self.error(unknown_kind(kind))
        body = values.get("body") or ""
        if not body.strip():
            raise self.error("the draft has no text; write its body or remove it")
        language = (values.get("language") or "").strip().lower()[:2] or None
        if language and not (language.isascii() and language.isalpha()):
            raise self.error(f"unknown language '{values['language']}'; write a code such as es or en")
        origin = Origin(self.text, self.offsets, self.base, self.line) if self.offsets else None
        ignore = tuple(_list(values.get("ignore"), self, "ignore"))
        for entry in ignore:
            try:
                Silence.of(entry)
            except ValueError as error:
                raise self.error(f"ignore '{entry}': {error}; write the last day as 2027-01-31") from error
        return Draft(body=body, subject=values.get("subject") or "", kind=kind, language=language,
                     recipient=self._recipient(), ignore=ignore, 
                     id=values.get("id") or "", path=self.path, line=self.line, origin=origin,
                     given=tuple(values))

    def _recipient(self) -> Recipient | None:
        given = self.values.get("recipient")
        if given is not None and not isinstance(given, Mapping):
            raise self.error("'recipient' must hold fields such as first_name and company")
        known: dict[str, Any] = {}
        for key, value in (given or {}).items():
            name = field_names().get(fold(str(key)), str(key))
            known[name] = _list(value, self, name) if name in _LISTS else value
        to = self.values.get("to")
        if to:
            names = str(to).split("<")[0].strip().strip('"').split()
            if names:
                known.setdefault("first_name", names[0])
                known.setdefault("last_name", " ".join(names[1:]))
        for name in RECIPIENT_FIELDS:
            value = self.values.get(name)
            if value:
                known[name] = _list(value, self, name) if name in _LISTS else value
        try:
            return Recipient.of(known)
        except DraftError as error:
            raise self.error(error.faults[0].message) from error


def _list(value: Any, record: Record, name: str) -> list[str]:
    """A list of texts, or one text with entries parted by semicolons or line breaks (for `ignore` see `silencing`)."""
    if value is None:
        return []
    if isinstance(value, str):
        parts = entries(value) if name == "ignore" else value.replace("\n", ";").split(";")
        return [p.strip() for p in parts if p.strip()]
    if isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value):
        return list(value)
    raise record.error(f"'{name}' must be a list of texts")


def _short(offsets: Sequence[int]) -> Sequence[int]:
    """Offsets that follow each other as a range, which takes no memory, others as four bytes each: a tuple has 36 for each
    character, much for the drafts of 50 MB."""
    first, last = offsets[0], offsets[-1]
    return range(first, last + 1) if last - first + 1 == len(offsets) else array("I", offsets)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without blank lines and spaces around it."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
