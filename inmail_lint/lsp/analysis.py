"""One state of a document, judged: its report or why it cannot be read. Made in a worker thread, then only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lsprotocol import types

from inmail_lint.errors import DraftError, Fault
from inmail_lint.linter import Linter
from inmail_lint.lsp.header import Header, read_header
from inmail_lint.lsp.text import Text
from inmail_lint.reading.collect import _NOT_DRAFTS as NOT_DRAFTS
from inmail_lint.reading.collect import LARGEST_TEXT
from inmail_lint.reading.plain import read_plain
from inmail_lint.report import Finding, Report

_OWN_LANGUAGE = "inmail"
_LANGUAGES = (_OWN_LANGUAGE, "plaintext", "plain text", "text", "text/plain")  # names editors have for plain text
_SUFFIXES = (".inmail", ".txt", ".md")


@dataclass(frozen=True, slots=True)
class Shown:
    """A diagnostic and the finding it shows; None for a fault and for what is said of the header."""

    diagnostic: types.Diagnostic
    finding: Finding | None = None


@dataclass(frozen=True, eq=False)
class Analysis:
    """A document and what the linter says of it; neither report nor faults if there is nothing in it yet."""

    text: Text
    header: Header
    linter: Linter
    report: Report | None = None
    faults: Sequence[Fault] = ()


def is_draft(language: str | None, name: str) -> bool:
    """Whether a document is a draft: by its language, or by its file name unless that is a read-me or the like."""
    if (language or "").lower() == _OWN_LANGUAGE:
        return True
    lowered = name.lower()
    return not lowered.startswith(NOT_DRAFTS) and ((language or "").lower() in _LANGUAGES or lowered.endswith(_SUFFIXES))


def analyse(text: Text, linter: Linter, name: str, kind: str | None = None) -> Analysis:
    """Judge a document; `kind` is that of drafts which name none."""
    analysis = Analysis(text, read_header(text.lines), linter)
    if not text.text.strip():
        return analysis  # a new file: an empty page is no mistake yet
    try:
        if len(text.text) > LARGEST_TEXT:
            raise DraftError(Fault(name, f"the file has {len(text.text):,} characters; a draft has a few thousand", 1))
        draft = read_plain(text.text, name)
        if kind and analysis.header.entry("kind") is None:
            draft = replace(draft, kind=kind)
        return replace(analysis, report=linter.lint(draft))
    except DraftError as error:
        return replace(analysis, faults=tuple(error.faults))
