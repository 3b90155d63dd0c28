"""Code actions: mend a finding where a fix is known, or silence its rule in this draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from lsprotocol import types

from inmail_lint.lsp.analysis import Analysis, Shown
from inmail_lint.lsp.fixers import fixes
from inmail_lint.lsp.silence import silence
from inmail_lint.lsp.text import touches
from inmail_lint.report import Report
from inmail_lint.wording import say

Doing: TypeAlias = tuple[types.CodeAction, list[types.TextEdit]]


def actions(analysis: Analysis, shown: Iterable[Shown], place: types.Range) -> list[Doing]:
    """What can be done at a range, each with its edits: fixes first, then silencing the rules that fired there."""
    report = analysis.report
    if report is None:
        return []
    here = [s.diagnostic for s in shown if s.finding is not None and touches(s.diagnostic.range, place)]
    return [*_fixes(analysis, here, place), *_silences(analysis, here, report)]


def _fixes(analysis: Analysis, here: Sequence[types.Diagnostic], place: types.Range) -> Iterator[Doing]:
    for fix in fixes(analysis):
        at = analysis.text.between(fix.start, fix.end)
        mended = [d for d in here if touches(d.range, at)]
        if mended or touches(at, place):
            yield _action(fix.title, mended, preferred=True), [types.TextEdit(at, fix.text)]


def _silences(analysis: Analysis, here: Sequence[types.Diagnostic], report: Report) -> Iterator[Doing]:
    for rule in dict.fromkeys(str(d.code) for d in here):
        put = silence(rule, analysis.text, analysis.header, report.draft)
        if put is not None:
            at = analysis.text.position(put.line, put.column)
            yield (_action(say("silence-here", report.ui, rule), [d for d in here if d.code == rule], preferred=False),
                   [types.TextEdit(types.Range(at, at), put.text)])


def _action(title: str, diagnostics: Sequence[types.Diagnostic], *, preferred: bool) -> types.CodeAction:
    return types.CodeAction(title, kind=types.CodeActionKind.QuickFix, diagnostics=diagnostics,
                            is_preferred=preferred or None)


def workspace_edit(uri: str, version: int | None, edits: Sequence[types.TextEdit], *, versioned: bool
                   ) -> types.WorkspaceEdit:
    """Edits of one document; `versioned` if the editor refuses those made for an older text."""
    if not versioned:
        return types.WorkspaceEdit(changes={uri: edits})
    document = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(edits))])
