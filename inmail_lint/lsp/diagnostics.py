"""Findings and faults as an editor shows them: one diagnostic for each place."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from inmail_lint.errors import Fault
from inmail_lint.lsp.analysis import Analysis, Shown
from inmail_lint.lsp.text import Text
from inmail_lint.report import Finding, Report, Spot
from inmail_lint.rulebook import Rule
from inmail_lint.vocabulary import Severity
from inmail_lint.wording import say

SOURCE = "inmail-lint"
_SEVERITIES = {Severity.ERROR: types.DiagnosticSeverity.Error, Severity.WARNING: types.DiagnosticSeverity.Warning,
               Severity.NOTE: types.DiagnosticSeverity.Information}


def shown(analysis: Analysis) -> tuple[Shown, ...]:
    """Every diagnostic of a document, in the order of the report."""
    faults = tuple(Shown(_of_fault(f, analysis.text)) for f in analysis.faults)
    if analysis.report is None:
        return faults
    findings = tuple(s for f in analysis.report.findings for s in _of_finding(f, analysis, analysis.report))
    return faults + findings + tuple(_of_ignores(analysis, analysis.report))


def spot_range(spot: Spot, text: Text) -> types.Range:
    return text.range(spot.line - 1, spot.column - 1, spot.end_line - 1, spot.end_column - 1)


def _of_finding(finding: Finding, analysis: Analysis, report: Report) -> Iterator[Shown]:
    rule = analysis.linter.rulebook.rules[finding.rule]
    address = analysis.linter.rulebook.first_address(rule.guides)
    ranges = [spot_range(p, analysis.text) for p in finding.places] or [_home(rule, analysis, report)]
    for place in ranges:
        yield Shown(types.Diagnostic(
            place, f"{finding.message} ({_cost(finding, len(ranges), report.ui)})", _SEVERITIES[finding.severity],
            code=finding.rule, code_description=types.CodeDescription(address) if address else None, source=SOURCE),
            finding)


def _cost(finding: Finding, places: int, ui: str) -> str:
    if not finding.points:
        return say("no-points", ui)
    return say("cost-shared", ui, -finding.points, places) if places > 1 else str(-finding.points)


def _home(rule: Rule, analysis: Analysis, report: Report) -> types.Range:
    """Where a finding about something missing sits: the subject's header line, else the body's first."""
    subject = analysis.header.entry("subject") if rule.scope.startswith("subject") else None
    return analysis.text.line_range(subject.line if subject else report.draft.locate("body", 0)[0] - 1)


def _of_fault(fault: Fault, text: Text) -> types.Diagnostic:
    line = (fault.line or 1) - 1
    place = text.line_range(line)
    if fault.column is not None:
        start = text.position(line, fault.column - 1)
        if start.character < place.end.character:
            place = types.Range(start, place.end)
    return types.Diagnostic(place, fault.message, types.DiagnosticSeverity.Error, source=SOURCE)


def _of_ignores(analysis: Analysis, report: Report) -> Iterator[Shown]:
    """Names in the draft's list of ignored rules that are no rules."""
    entry = analysis.header.entry("ignore")
    if entry is None:
        return
    place, book = analysis.text.line_range(entry.line), analysis.linter.rulebook
    for name in report.not_run:
        if name.rule not in book.rules and name.rule not in book.missing:
            yield Shown(types.Diagnostic(place, f"{name.rule}: {name.reason}", types.DiagnosticSeverity.Warning,
                                         source=SOURCE))
