"""Markdown for a comment on a pull request: counts, a table of drafts, one report to open for each."""

from __future__ import annotations

import re
from collections.abc import Iterable

from inmail_lint.lines import one_line
from inmail_lint.output.drafts import clipped, headline, name_of, silences_of, sum_of, tally, works_of, worst_first
from inmail_lint.output.run import Run
from inmail_lint.report import Finding, Mark, Report
from inmail_lint.wording import say

LONGEST = 60_000  # characters; GitHub refuses a comment of more than 65,536
_TABLE = 20_000  # characters of it that table and unreadable drafts may take each, so that reports find room
_CLOSING = 400  # characters kept for the line that says what was left out
_NAME, _FAULT = 80, 300  # characters of a name or a fault before it is cut
_MISSES = 10  # pieces without room after which the rest is not even written
_SHOWN = 3  # places of a finding and quotations of a mark listed
_MARKUP = str.maketrans({c: f"&#{ord(c)};" for c in "\\`*_[]<>&|~$"})
_GAP = "&#8203;"  # a space without width: no word is linked over it, neither in Markdown nor afterwards by the site
# names and addresses (@), issues (#1, GH-1, CVE-1), commits, protocols and emoji (:), addresses without a protocol (www.)
_LINKED = re.compile(r"(?<=@)|(?<=#)(?=\d)|(?<=[a-z]-)(?=\d)|(?<=\bghsa-)|(?<=:)(?=[^\s\d]|\d+:)|(?<=\bwww)(?=\.)"
                     r"|(?<=\b[0-9a-f]{6})(?=[0-9a-f]+\b)", re.I)


def escaped(text: str) -> str:
    """Text on one line that shows as it is: no markup, HTML, link, mention or emoji comes of it."""
    return _GAP.join(part.translate(_MARKUP) for part in _LINKED.split(one_line(text)))


def render_markdown(run: Run) -> str:
    """At most LONGEST characters, worst drafts first, with a line on what was left out."""
    ui, reports = run.ui, worst_first(run.reports)
    faults = _fitting((f"- {escaped(clipped(str(f), _FAULT))}" for f in run.faults), _TABLE)
    rows = _fitting(map(_row, reports), _TABLE)
    parts = ["## inmail-lint", f"**{tally(run.reports, ui)}**"]
    if faults:
        parts.append("\n".join([say("unreadable", ui, len(run.faults)), "", *faults]))
    if rows:
        heads = [say(f"head-{name}", ui) for name in ("draft", "verdict", "score", "worst")]
        parts.append("\n".join([f"| {' | '.join(heads)} |", "|---|---|--:|---|", *rows]))
    room = LONGEST - _CLOSING - sum(len(part) + 2 for part in parts)
    blocks = _fitting(map(_details, reports), room)
    parts += blocks
    left = len(reports) - len(rows), len(reports) - len(blocks), len(run.faults) - len(faults)
    if any(left):
        parts.append(f"*{say('left-out', ui, *left)}*")
    return "\n\n".join(parts)


def _fitting(pieces: Iterable[str], room: int) -> list[str]:
    """The pieces that fit, in order; a few too long do not keep out those after them."""
    kept: list[str] = []
    misses = 0
    for piece in pieces:
        if len(piece) + 2 <= room:
            kept.append(piece)
            room -= len(piece) + 2
        elif (misses := misses + 1) == _MISSES:
            break
    return kept


def _row(report: Report) -> str:
    worst = escaped(report.findings[0].rule) if report.findings else ""
    return f"| {_name(report)} | {say(report.verdict, report.ui)} | {report.score} | {worst} |"


def _name(report: Report) -> str:
    return escaped(clipped(name_of(report), _NAME))


def _details(report: Report) -> str:
    ui = report.ui
    lines = ["<details>", f"<summary>{_name(report)}: {headline(report)}</summary>", ""]
    lines += [_finding(finding, ui) for finding in report.findings]
    lines += ["", f"**{say('sum', ui)}** {escaped(sum_of(report))}", ""]
    works = works_of(report)
    if works:
        lines += [f"**{say('works', ui)}**", "", *(f"- {say(name, ui)}: {_quotes(marks, ui)}" for name, marks in works.items())]
    else:
        lines.append(f"**{say('works', ui)}** {say('works-none', ui)}")
    silences = silences_of(report)
    if silences:
        lines += ["", f"**{say('silenced', ui)}**", "", *(f"- {escaped(rule)}: {escaped(said)}" for rule, said in silences)]
    return "\n".join([*lines, "", "</details>"])


def _finding(finding: Finding, ui: str) -> str:
    cost = f"-{finding.points}" if finding.points else "0"
    lines = [f"- **{escaped(finding.rule)}** ({say(finding.severity.label, ui).lower()}, {cost}): {escaped(finding.message)}"]
    lines += [f"{spot.line}:{spot.column} {_quoted(spot.text)}" for spot in finding.places[:_SHOWN]]
    if len(finding.places) > _SHOWN:
        lines.append(say("more", ui, len(finding.places) + finding.unlisted - _SHOWN))
    return "<br>".join([*lines, f"→ {escaped(finding.fix)}"])


def _quotes(marks: list[Mark], ui: str) -> str:
    shown = ", ".join(_quoted(mark.spot.text) for mark in marks[:_SHOWN])
    return f"{shown}, {say('more', ui, len(marks) - _SHOWN)}" if len(marks) > _SHOWN else shown


def _quoted(text: str) -> str:
    return f"«{escaped(clipped(text))}»"
