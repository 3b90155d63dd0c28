"""CSV for spreadsheets: a row a finding, safe to open in one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from inmail_lint.lines import one_line, said
from inmail_lint.output.drafts import line_of
from inmail_lint.output.run import Run
from inmail_lint.report import Finding, Report

COLUMNS = ("draft", "path", "line", "column", "language", "kind", "score", "verdict", "rule", "category", "severity", "points",
           "message", "fix", "matched")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
# Where a spreadsheet would take text for a formula: where a cell begins; also after a semicolon, where a Spanish one ends it.
_FORMULA = re.compile(r'(^|;)(?=[\s"]*[=+\-@＝＋－＠])')


def render_csv(run: Run) -> str:
    """Rows in the order of the drafts; one for a draft without findings, one for each that could not be read."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in _rows(run):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def _rows(run: Run) -> Iterator[dict[str, object]]:
    for report in run.reports:
        head = _draft(report)
        for finding in report.findings:
            yield {**head, **_finding(report, finding)}
        if not report.findings:
            yield head
    for fault in run.faults:
        yield {"path": fault.path, "line": fault.line or "", "column": fault.column or "", "verdict": "unreadable",
               "message": fault.message}


def _draft(report: Report) -> dict[str, object]:
    draft = report.draft
    return {"draft": report.id, "path": draft.path, "line": draft.line, "language": report.language or "", "kind": draft.kind,
            "score": report.score, "verdict": report.verdict}


def _finding(report: Report, finding: Finding) -> dict[str, object]:
    column = finding.places[0].column if finding.places else ""
    return {"line": line_of(report, finding), "column": column, "rule": finding.rule, "category": finding.category,
            "severity": finding.severity.label, "points": finding.points, "message": finding.message, "fix": finding.fix,
            "matched": " | ".join(one_line(spot.text) for spot in finding.places)}


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = said(value)
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'", text)
