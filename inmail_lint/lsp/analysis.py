"""One state of a document, judged: its report or why it cannot be read. Made in a worker thread, then only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from lsprotocol import types

from inmail_lint.config import SettingsFinder
from inmail_lint.config.linters import Linters
from inmail_lint.errors import DraftError, Fault, InmailLintError
from inmail_lint.linter import Linter
from inmail_lint.lsp.header import Header, read_header
from inmail_lint.lsp.text import Text
from inmail_lint.reading.collect import NOT_DRAFTS
from inmail_lint.reading.limits import LARGEST_TEXT
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


def analyse(text: Text, linters: Linters, finder: SettingsFinder, path: str) -> Analysis:
    """Judge a document under the settings that hold where it lies."""
    name = PurePath(path).name
    header = read_header(text.lines)
    try:
        settings = finder.of(path)
        linter = linters.of(settings)
    except InmailLintError as error:  # in what all rules need: said at the head of the draft, which is not judged
        settings = SettingsFinder(isolated=True).of(path)
        return Analysis(text, header, linters.of(settings), faults=tuple(Fault(name, str(f), 1) for f in error.faults))
    analysis = Analysis(text, header, linter)
    if not text.text.strip():
        return analysis  # a new file: an empty page is no mistake yet
    try:
        if len(text.text) > LARGEST_TEXT:
            raise DraftError(Fault(name, f"the file has {len(text.text):,} characters; a draft has a few thousand", 1))
        draft = linters.prepared(read_plain(text.text, name), settings)
        faults = tuple(Fault(name, str(f), 1) for faults in linters.faults.values() for f in faults)
        return replace(analysis, report=linter.lint(draft), faults=faults)
    except DraftError as error:
        return replace(analysis, faults=tuple(error.faults))
