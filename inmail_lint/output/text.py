"""Reports for people at a terminal: verdict, stops, the sum, what works, what to change first; then every finding."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import chain, islice

import click

from inmail_lint.lines import defused, one_line
from inmail_lint.output.drafts import clipped, gives, name_of, silences_of, sum_of, tally, works_of, worst_first
from inmail_lint.output.links import linked
from inmail_lint.output.run import Run
from inmail_lint.report import Finding, NotRun, Report, Spot
from inmail_lint.scoring import changes
from inmail_lint.vocabulary import Severity
from inmail_lint.wording import say

WIDTH = 80
_MANY = 30  # drafts above which the summary alone is shown
# Middle tones of the 256 colours: they read on a light ground and on a dark one.
_RED, _ORANGE, _GREEN, _BLUE = 160, 130, 28, 31
_COLOURS = {"stop": _RED, "review": _ORANGE, "ready": _GREEN}
_SIGNS = {Severity.ERROR: ("x", _RED), Severity.WARNING: ("!", _ORANGE), Severity.NOTE: ("-", _BLUE)}
_SHOWN = 3  # places, changes and marks of a sort listed before "and n more"


def render_run(run: Run) -> str:
    """Every report and, for more than one draft, the summary; the summary alone where there are many."""
    every = len(run.reports) <= _MANY if run.full is None else run.full
    blocks = []
    if every:
        rule = "\n" + "─" * WIDTH + "\n" if len(run.reports) > 1 else ""
        blocks += [f"{render(report, run)}\n{rule}" for report in run.reports]
    if len(run.reports) > 1 or (run.reports and not every):
        blocks.append(render_summary(run.reports, run.ui, table=True))
        if not every:
            blocks.append(say("hint-full", run.ui))
    return defused("\n".join(blocks))


def render(report: Report, run: Run | None = None) -> str:
    """One draft's report, 80 columns wide, good without colour; the run says whether rules are explained and linked.

    Whoever stops after the first screen knows whether to send it, what works and what to change; the details follow.
    """
    lines = [*_head(report), *_findings(report, Severity.ERROR, run), "", *_sum(report), "", *_works(report), *_first(report)]
    for severity in (Severity.WARNING, Severity.NOTE):
        lines += _findings(report, severity, run)
    if report.not_run:
        lines += ["", *_not_checked(report)]
    if report.silenced:
        lines += ["", *_silenced(report)]
    return "\n".join(lines)


def _head(report: Report) -> list[str]:
    ui = report.ui
    name = name_of(report)
    size = say("size", ui, _number(report.metrics["body.words"]), _number(report.metrics["body.characters"]))
    about = f"{report.draft.kind}, {one_line(report.language or '') or say('unknown', ui)}, {size}"
    verdict = click.style(say(report.verdict, ui), fg=_COLOURS[report.verdict], bold=True)
    errors = sum(f.severity is Severity.ERROR for f in report.findings)
    stops = f" ({say('stops', ui, errors)})" if errors else ""
    return [click.style(name, bold=True), about, f"{verdict}{stops}   {say('score', ui, report.score)}"]


def _findings(report: Report, severity: Severity, run: Run | None) -> list[str]:
    own = [_finding(f, report.ui, run) for f in report.findings if f.severity is severity]
    return ["", click.style(say(severity.label, report.ui), bold=True), *chain.from_iterable(own)] if own else []


def _finding(finding: Finding, ui: str, run: Run | None) -> list[str]:
    sign, colour = _SIGNS[finding.severity]
    cost = f"-{finding.points}" if finding.points else "0"
    known = f" ({say('known', ui)})" if finding.known else ""
    name = click.style(finding.rule, bold=True)
    address = run.rulebook.first_address(finding.guides) if run is not None and run.links else ""
    lines = [f"  {click.style(sign, fg=colour)} {linked(name, address) if address else name}{known}"
             f"{' ' * max(1, 68 - len(finding.rule) - len(known))}{cost:>4}"]
    lines += _wrapped(finding.message, "      ", "      ")
    places = [f"{spot.line}:{spot.column} {_quoted(spot)}" for spot in finding.places[:_SHOWN]]
    if len(finding.places) > _SHOWN:
        places.append(say("more", ui, len(finding.places) + finding.unlisted - _SHOWN))
    lines += _wrapped(", ".join(places), "      ", "      ")
    lines += _wrapped(f"> {finding.fix}", "      ", "        ")
    return lines + (_explained(finding, ui, run) if run is not None and run.explain else [])


def _explained(finding: Finding, ui: str, run: Run) -> list[str]:
    rule = run.rulebook.rules.get(finding.rule)
    lines = _wrapped(f"{say('Why', ui)}: {rule.why[ui]}", "      ", "        ") if rule else []
    for name in finding.guides:
        guide = run.rulebook.guides[name]
        lines += _wrapped(f"{guide.title} [{say('evidence-' + guide.evidence, ui)}]", "      · ", "        ")
        if guide.address:
            lines.append(f"        {linked(guide.address, guide.address) if run.links else guide.address}")
    return lines


def _quoted(spot: Spot) -> str:
    return f"«{clipped(spot.text)}»"


def _wrapped(text: str, first: str, rest: str, tail: str = "") -> list[str]:
    lines = textwrap.wrap(one_line(text), WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False,
                          break_on_hyphens=False)
    if tail and lines and len(lines[-1]) + len(tail) <= WIDTH:
        lines[-1] += tail
    elif tail:
        lines.append(rest + tail.strip())
    return lines


def _sum(report: Report) -> list[str]:
    head = click.style(say("sum", report.ui), bold=True)
    if not any(f.points for f in report.findings):
        return [f"{head}  {sum_of(report)}"]
    return [head, *_wrapped(sum_of(report), "  ", "  ")]


def _works(report: Report) -> list[str]:
    ui = report.ui
    head = click.style(say("works", ui), bold=True)
    by_name = works_of(report)
    if not by_name:
        return [f"{head}  {say('works-none', ui)}"]
    lines = [head]
    for name, marks in by_name.items():
        shown = ", ".join(_quoted(m.spot) for m in marks[:2])
        more = f", {say('more', ui, len(marks) - 2)}" if len(marks) > 2 else ""
        lines += _wrapped(f"+ {say(name, ui)}: {shown}{more}", "  ", "    ")
    return lines


def _first(report: Report) -> list[str]:
    steps = list(islice(changes(report.findings, report.caps), _SHOWN))
    lines = ["", click.style(say("first", report.ui), bold=True)] if steps else []
    for number, step in enumerate(steps, 1):
        lines += _wrapped(f"{number}. {step.finding.fix}", "  ", "     ", f"  {gives(step, report.ui)}")
    return lines


def _not_checked(report: Report) -> list[str]:
    by_reason: dict[str, list[NotRun]] = {}
    for entry in report.not_run:
        by_reason.setdefault(entry.reason, []).append(entry)
    lines = [click.style(say("not-checked", report.ui), bold=True)]
    for reason, entries in by_reason.items():
        rules = ", ".join(e.rule for e in entries) if len(entries) <= 6 else say("all-rules", report.ui)
        lines += _wrapped(f"{rules}: {reason}", "  ", "    ")
    return lines


def _silenced(report: Report) -> list[str]:
    lines = [click.style(say("silenced", report.ui), bold=True)]
    for rule, said in silences_of(report):
        lines += _wrapped(f"{rule}: {said}", "  ", "    ")
    return lines


def render_summary(reports: Sequence[Report], ui: str, *, table: bool) -> str:
    """How a set of drafts came out; with `table` a line each, worst first."""
    return "\n".join([*(_table(reports, ui) if table else ()), click.style(tally(reports, ui), bold=True)])


def _table(reports: Iterable[Report], ui: str) -> list[str]:
    lines = [click.style(say("worst-first", ui), bold=True)]
    for report in worst_first(reports):
        first = report.findings[0].rule if report.findings else ""
        name = one_line(report.id)
        name = name if len(name) <= 38 else "…" + name[-37:]
        verdict = click.style(f"{say(report.verdict, ui):<12}", fg=_COLOURS[report.verdict])
        lines.append(f"  {report.score:>3}  {verdict} {name:<38} {first}".rstrip())
    return lines


def _number(value: float) -> str:
    return f"{value:,.0f}"
