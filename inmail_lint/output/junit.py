"""JUnit XML, as test dashboards read it: a suite a file, a case a draft; what stops a draft is a failure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from inmail_lint.errors import Fault
from inmail_lint.lines import one_line
from inmail_lint.output.drafts import clipped, file_of, headline, sum_of
from inmail_lint.output.run import Run
from inmail_lint.report import Finding, Report
from inmail_lint.vocabulary import Severity
from inmail_lint.wording import say

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 has no way to write


def render_junit(run: Run) -> str:
    """One document, in ASCII with character references, so that it is right in whatever encoding it is stored."""
    suites: dict[str, list[ET.Element]] = {}
    for report in run.reports:
        file = file_of(report.draft.path) or report.id
        suites.setdefault(file, []).append(_case(report, file))
    for fault in run.faults:
        file = file_of(fault.path)
        suites.setdefault(file, []).append(_unreadable(fault, file))
    root = _element("testsuites", name="inmail-lint", **_counts(case for cases in suites.values() for case in cases))
    for file, cases in suites.items():
        suite = _element("testsuite", name=one_line(file) or "inmail-lint", **_counts(cases))
        suite.extend(cases)
        root.append(suite)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii").replace("##[", "##&#91;")  # no command to a workflow's runner


def _case(report: Report, file: str) -> ET.Element:
    name = report.draft.id or (f"{file}:{report.draft.line}" if report.draft.line > 1 else file)
    case = _element("testcase", classname=one_line(file) or "inmail-lint", name=one_line(name) or "inmail-lint")
    stops = [f for f in report.findings if f.severity is Severity.ERROR]
    if stops:
        case.append(_element("failure", "\n".join(_finding(f, report.ui) for f in stops), message=headline(report), type="stop"))
    others = [_finding(f, report.ui) for f in report.findings if f.severity is not Severity.ERROR]
    case.append(_element("system-out", "\n".join([headline(report), sum_of(report), *others])))
    return case


def _unreadable(fault: Fault, file: str) -> ET.Element:
    where = ":".join(str(x) for x in (one_line(file), fault.line) if x)
    case = _element("testcase", classname=one_line(file) or "inmail-lint", name=where or "inmail-lint")
    case.append(_element("error", one_line(str(fault)), message=one_line(fault.message), type="unreadable"))
    return case


def _finding(finding: Finding, ui: str) -> str:
    cost = f" -{finding.points}" if finding.points else ""
    lines = [f"{say(finding.severity.label, ui)} {finding.rule}{cost}: {one_line(finding.message)}"]
    lines += [f"  {spot.line}:{spot.column} «{clipped(spot.text)}»" for spot in finding.places]
    if finding.unlisted:
        lines.append(f"  {say('more', ui, finding.unlisted)}")
    return "\n".join([*lines, f"  > {one_line(finding.fix)}"])


def _counts(cases: Iterable[ET.Element]) -> dict[str, str]:
    counted = list(cases)
    return {"tests": str(len(counted)), "failures": str(sum(c.find("failure") is not None for c in counted)),
            "errors": str(sum(c.find("error") is not None for c in counted))}


def _element(tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.Element(tag, {name: _FORBIDDEN.sub("", value) for name, value in attributes.items()})
    element.text = None if text is None else _FORBIDDEN.sub("", text)
    return element
