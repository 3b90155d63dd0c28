"""SARIF 2.1.0, as code scanning reads it: every rule with its help, every finding at its place in the file."""

from __future__ import annotations

import json
import os
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from inmail_lint.errors import Fault
from inmail_lint.lines import one_line, quoted
from inmail_lint.measured import ENOUGH, Figures
from inmail_lint.output.drafts import file_of
from inmail_lint.output.run import Run
from inmail_lint.report import Finding, Report, Spot, summary
from inmail_lint.rulebook import Guide, Rule, Rulebook
from inmail_lint.wording import say

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FINGERPRINT = "inmailLint/v1"  # another number when what it is made of changes
_ROOT = "%SRCROOT%"
_MARKUP = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>"})


def render_sarif(run: Run) -> str:
    """One log with one run, in ASCII with JSON's own escapes."""
    book, figures = run.rulebook, Figures.load(run.rulebook.directory)
    places = {rule: index for index, rule in enumerate(book.rules)}
    driver = {"name": "inmail-lint", "version": run.version, "semanticVersion": run.version, "language": run.ui,
              "rules": [_rule(rule, book, figures, run.ui) for rule in book.rules.values()]}
    seen: Counter[str] = Counter()
    results = [_result(report, finding, places, seen) for report in run.reports for finding in report.findings]
    invocation = {"executionSuccessful": not run.faults, "toolExecutionNotifications": [_notification(f) for f in run.faults]}
    return quoted(json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [{
        "tool": {"driver": driver}, "invocations": [invocation], "columnKind": "unicodeCodePoints", "language": run.ui,
        "results": results,
        "properties": {"profile": book.profile.id, "rulebook": book.digest, "summary": summary(run.reports)}}]}))


def _rule(rule: Rule, book: Rulebook, figures: Figures, ui: str) -> dict[str, Any]:
    gravest = max(rule.levels, key=lambda lv: (lv.severity.rank, lv.points))
    properties: dict[str, Any] = {"category": rule.category, "points": gravest.points, "tags": [rule.category]}
    measured = {code: {key: row[key] for key in ("precision", "recall", "drafts", "cases")}
                for code, row in figures.rules.get(rule.id, {}).items()
                if row["cases"] >= ENOUGH and row["precision"] is not None}
    if measured:
        properties["measured"] = measured
    guides = [book.guides[name] for name in rule.guides]
    return {"id": rule.id, "shortDescription": {"text": rule.title[ui]}, "fullDescription": {"text": one_line(rule.why[ui])},
            "help": {"text": _help(rule, guides, ui), "markdown": _help_markdown(rule, guides, ui)},
            "defaultConfiguration": {"level": gravest.severity.label}, "properties": properties}


def _help(rule: Rule, guides: list[Guide], ui: str) -> str:
    sources = [f"- {g.title}. {one_line(g.says[ui])} [{say('evidence-' + g.evidence, ui)}] {g.address}".rstrip() for g in guides]
    return "\n".join([f"{say('Why', ui)}: {one_line(rule.why[ui])}", f"{say('Fix', ui)}: {one_line(rule.fix[ui])}",
                      f"{say('Sources', ui)}:", *sources])


def _help_markdown(rule: Rule, guides: list[Guide], ui: str) -> str:
    sources = [f"- {_linked(g)}: {_shown(g.says[ui])} *{say('evidence-' + g.evidence, ui)}*" for g in guides]
    return "\n\n".join([f"**{say('Why', ui)}**: {_shown(rule.why[ui])}", f"**{say('Fix', ui)}**: {_shown(rule.fix[ui])}",
                        f"**{say('Sources', ui)}**", "\n".join(sources)])


def _linked(guide: Guide) -> str:
    title = _shown(guide.title)
    return f"[{title}](<{guide.address}>)" if guide.address else title


def _shown(text: str) -> str:
    return one_line(text).translate(_MARKUP)


def _result(report: Report, finding: Finding, places: dict[str, int], seen: Counter[str]) -> dict[str, Any]:
    draft = report.draft
    # A finding is mended only when each of its places is, so they are locations of one result.
    locations = [_location(draft.path, _region(spot)) for spot in finding.places]
    return {"ruleId": finding.rule, "ruleIndex": places[finding.rule], "level": finding.severity.label,
            "message": {"text": _plain(f"{finding.message} {finding.fix}")},
            "locations": locations or [_location(draft.path, {"startLine": draft.line})],
            "partialFingerprints": {_FINGERPRINT: _fingerprint(report, finding, seen)},
            "properties": {"category": finding.category, "points": finding.points, "draft": one_line(report.id)}}


def _fingerprint(report: Report, finding: Finding, seen: Counter[str]) -> str:
    """Names a finding by its rule and words, so that it stays the same when lines move; alike ones of a file are counted."""
    words = [f"{spot.part}:{one_line(spot.text)}" for spot in finding.places]
    digest = sha256("\0".join([finding.rule, one_line(report.draft.id), *words]).encode()).hexdigest()[:32]
    key = f"{report.draft.path}\0{digest}"
    seen[key] += 1
    return f"{digest}:{seen[key]}"


def _notification(fault: Fault) -> dict[str, Any]:
    region = {"startLine": fault.line, **({"startColumn": fault.column} if fault.column else {})} if fault.line else {}
    notification: dict[str, Any] = {"level": "error", "message": {"text": _plain(fault.message)}}
    return {**notification, "locations": [_location(fault.path, region)]} if fault.path else notification


def _location(path: str, region: dict[str, int]) -> dict[str, Any]:
    if not path:
        return {"logicalLocations": [{"name": "draft"}]}
    return {"physicalLocation": {"artifactLocation": _artifact(path), **({"region": region} if region else {})}}


def _artifact(path: str) -> dict[str, str]:
    file = file_of(path)
    if Path(file).is_absolute():
        return {"uri": Path(file).as_uri()}
    return {"uri": quote(os.fsencode(file)), "uriBaseId": _ROOT}


def _region(spot: Spot) -> dict[str, int]:
    return {"startLine": spot.line, "startColumn": spot.column, "endLine": spot.end_line, "endColumn": spot.end_column}


def _plain(text: str) -> str:
    """Text without what viewers take for a link. Braces stay single, though the standard would have them doubled where no
    arguments are: viewers show the text as it is, and placeholders are quoted often."""
    return one_line(text).replace("](", "] (")
