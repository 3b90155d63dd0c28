"""Annotations of a GitHub workflow: one command a finding, which the runner shows at its line in the change."""

from __future__ import annotations

from inmail_lint.errors import Fault
from inmail_lint.lines import one_line
from inmail_lint.output.drafts import file_of, line_of
from inmail_lint.output.run import Run
from inmail_lint.output.streams import Context, whole
from inmail_lint.report import Finding, Report
from inmail_lint.vocabulary import Severity
from inmail_lint.wording import say

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_SHOWN = 3  # further places listed


class GithubStream:
    """A line a finding, then a line a draft that could not be read."""

    def first(self, context: Context) -> str:
        return ""

    def report(self, report: Report) -> str:
        return "".join(f"{_finding(report, finding)}\n" for finding in report.findings)

    def last(self, context: Context) -> str:
        return "".join(f"{_fault(fault)}\n" for fault in context.faults)


def render_github(run: Run) -> str:
    return whole(GithubStream(), run)


def _finding(report: Report, finding: Finding) -> str:
    where: dict[str, str | int] = {"file": one_line(file_of(report.draft.path)), "line": line_of(report, finding)}
    if finding.places:
        spot = finding.places[0]
        if spot.line == spot.end_line:  # columns count only within one line
            where |= {"col": spot.column, "endLine": spot.end_line, "endColumn": spot.end_column}
        else:
            where["endLine"] = spot.end_line
    cost = f" (-{finding.points})" if finding.points else ""
    lines = [finding.message, finding.fix]
    others = finding.places[1:]
    if others:
        places = ", ".join(f"{p.line}:{p.column}" for p in others[:_SHOWN])
        lines.append(f"{say('more', report.ui, len(others) + finding.unlisted)}: {places}{', …' if len(others) > _SHOWN else ''}")
    return _command(_COMMANDS[finding.severity], {**where, "title": f"{finding.rule}{cost}"}, lines)


def _fault(fault: Fault) -> str:
    where = {"file": one_line(file_of(fault.path)), "line": fault.line or "", "col": fault.column or "", "title": "inmail-lint"}
    return _command("error", where, [fault.message])


def _command(name: str, properties: dict[str, str | int], lines: list[str]) -> str:
    pairs = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value != "")
    return f"::{name} {pairs}::{_data(chr(10).join(map(one_line, lines)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
