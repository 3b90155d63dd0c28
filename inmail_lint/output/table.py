"""CSV for spreadsheets: a row a finding, safe to open in one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from inmail_lint.lines import one_line, said
from inmail_lint.output.drafts import line_of
from inmail_lint.output.run import Run
from inmail_lint.output.streams import Context, whole
from inmail_lint.report import Finding, Report

COLUMNS = ("draft", "path", "line", "column", "language", "kind", "score", "verdict", "rule", "category", "severity", "points",
           "message", "fix", "matched")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
# Where a spreadsheet would take text for a formula: where a cell begins; also after a semicolon, where a Spanish one ends it.
_FORMULA = re.compile(r'(^|;)(?=[\s"]*[=+\-@＝＋－＠])')


class CsvStream:
    """Rows in the order of the drafts; one for a draft without findings, one for each that could not be read."""

    def first(self, context: Context) -> str:
        return _lines([dict(zip(COLUMNS, COLUMNS, strict=True))])

    def report(self, report: Report) -> str:
        head = _draft(report)
        return _lines([{**head, **_finding(report, finding)} for finding in report.findings] or [head])

    def last(self, context: Context) -> str:
        return _lines({"path": fault.path, "line": fault.line or "", "column": fault.column or "", "verdict": "unreadable",
                       "message": fault.message} for fault in context.faults)


def render_csv(run: Run) -> str:
    return whole(CsvStream(), run)


def _lines(rows: Iterable[dict[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


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
