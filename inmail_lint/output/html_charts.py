"""Drawings as inline SVG, each with its figures as text beside it or in its description."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inmail_lint.output.html_text import joined, number, plain, safe, title_case
from inmail_lint.output.run import Run
from inmail_lint.report import Report
from inmail_lint.vocabulary import Severity
from inmail_lint.wording import say

_SHOWN = 8  # rules in the chart before the rest is folded
_BINS = [(low, low + 9 if low < 90 else 100) for low in range(0, 100, 10)]
_STEP, _HIGH, _EDGE = 34, 120, 12  # the histogram's column, height and margin, in its own units


def bar(*pieces: tuple[float, float, str]) -> str:
    """Pieces from a start to an end on a scale from 0 to 100; figures in the same row say what they show."""
    drawn = []
    for start, end, look in pieces:
        low, high = max(0.0, start), max(0.0, end)
        if end > 0:
            drawn.append(f'<rect class="{look}" x="{low:.4g}" width="{max(high - low, 0.6):.4g}" height="10"/>')
    return ('<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
            f'<rect class="track" width="100" height="10"/>{"".join(drawn)}</svg>')


def waterfall(report: Report, prefix: str) -> str:
    """The score as a sum: a hundred, what each finding takes, what is left."""
    ui = report.ui
    charged = [(n, f) for n, f in enumerate(report.findings, 1) if f.points]
    rows = [_step(safe(say("html-start", ui)), "", 0, 100, "start", "100")]
    left = 100
    for count, finding in charged:
        about = plain(say("html-finding", ui, count))
        label = (f'<a class="n {finding.severity.label}" href="#{prefix}-f{count}" aria-label="{about}">{count}</a> '
                 f'<span class="rule">{safe(finding.rule)}</span>')
        rows.append(_step(label, f"−{finding.points}", left - finding.points, left, finding.severity.label,
                          str(max(0, left - finding.points))))
        left -= finding.points
    floor = f" {say('floor', ui)}" if left < 0 else ""
    nothing = "" if charged else f", {say('nothing-lost', ui)}"
    rows.append(_step(safe(title_case("html-score", ui) + floor + nothing), "", 0, report.score, "total", str(report.score)))
    heads = [f'<th scope="col">{safe(say(k, ui))}</th>' for k in ("html-rule", "html-scale", "html-points", "html-left")]
    return (f'<table class="waterfall"><caption class="unseen">{safe(say("html-sum-about", ui))}</caption>'
            f'<thead class="unseen"><tr>{"".join(heads)}</tr></thead><tbody>\n{joined(rows)}\n</tbody></table>')


def _step(label: str, points: str, start: float, end: float, look: str, left: str) -> str:
    return (f'<tr class="{look}"><th scope="row">{label}</th><td class="draw">{bar((start, end, look))}</td>'
            f'<td class="num">{points}</td><td class="num">{left}</td></tr>')


def histogram(reports: Sequence[Report], ui: str) -> str:
    """How many drafts score how much, in steps of ten."""
    counts = [sum(low <= r.score <= high for r in reports) for low, high in _BINS]
    most = max(counts) or 1
    drawn = [f'<text class="axis" x="{_EDGE + mark * _STEP}" y="{_HIGH + 16}">{mark * 10}</text>' for mark in range(11)]
    for place, count in enumerate(counts):
        high = round((_HIGH - 20) * count / most, 1)
        left = _EDGE + place * _STEP
        if count:
            drawn.append(f'<rect class="column" x="{left + 2}" y="{_HIGH - high:g}" width="{_STEP - 4}" height="{high:g}"/>'
                         f'<text x="{left + _STEP / 2:g}" y="{_HIGH - high - 5:g}">{count}</text>')
    about = "; ".join(say("html-bin", ui, low, high, count) for (low, high), count in zip(_BINS, counts, strict=True))
    wide = 2 * _EDGE + len(_BINS) * _STEP
    return (f'<svg class="histogram" viewBox="0 0 {wide} {_HIGH + 22}" role="img" aria-labelledby="dist-t dist-d">'
            f'<title id="dist-t">{plain(say("html-scores", ui))}</title><desc id="dist-d">{plain(about)}</desc>'
            f'<line x1="0" x2="{wide}" y1="{_HIGH}" y2="{_HIGH}"/>{"".join(drawn)}</svg>')


@dataclass
class _Fired:
    """What one rule did over a run: drafts it fired in, drafts it cost points, points in all, the gravest severity."""

    drafts: int = 0
    charged: int = 0
    points: int = 0
    severity: Severity = Severity.NOTE


def per_rule(run: Run, *, cards: bool) -> str:
    """Which rules fire in how many drafts and what they cost in all; with `cards` each leads to its card."""
    ui, every = run.ui, len(run.reports)
    rows = []
    for rule, fired in _fired(run.reports):
        name = f'<a href="#rule-{plain(rule)}-{ui}">{safe(rule)}</a>' if cards else safe(rule)
        figures = say("html-fired", ui, fired.drafts, every, number(fired.points, ui))
        look, charged = fired.severity.label, 100 * fired.charged / every
        pieces = [(0.0, charged, look)] if charged else []
        if fired.drafts > fired.charged:
            pieces.append((charged, 100 * fired.drafts / every, f"{look} pale"))
        rows.append(f'<li><span class="rule">{name}</span> <span class="num">{safe(figures)}</span>{bar(*pieces)}</li>')
    if not rows:
        return f"<p>{safe(say('html-no-findings', ui))}</p>"
    more = (f'<details><summary>{safe(say("more", ui, len(rows) - _SHOWN))}</summary><ul class="bars">\n'
            f"{joined(rows[_SHOWN:])}\n</ul></details>") if len(rows) > _SHOWN else ""
    return f'<ul class="bars">\n{joined(rows[:_SHOWN])}\n</ul>{more}'


def _fired(reports: Iterable[Report]) -> list[tuple[str, _Fired]]:
    """The rules that fired, first those that cost points in most drafts."""
    rules: dict[str, _Fired] = {}
    for finding in (f for r in reports for f in r.findings):
        fired = rules.setdefault(finding.rule, _Fired())
        fired.drafts += 1
        fired.charged += finding.points > 0
        fired.points += finding.points
        fired.severity = max(fired.severity, finding.severity, key=lambda s: s.rank)
    return sorted(rules.items(), key=lambda e: (-e[1].charged, -e[1].drafts, e[0]))
