"""What is said under the pointer: the card of a rule that fired here, and what works here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsprotocol import types

from inmail_lint.card import card
from inmail_lint.loading import rules_directory
from inmail_lint.lsp.analysis import Analysis, Shown
from inmail_lint.lsp.diagnostics import spot_range
from inmail_lint.lsp.text import contains
from inmail_lint.measured import Figures
from inmail_lint.report import Finding, Mark, Report
from inmail_lint.rulebook import Rule, Rulebook
from inmail_lint.vocabulary import Severity
from inmail_lint.wording import say

# what begins a link, an emphasis, a tag or an entity anywhere, and a heading, list or line at the beginning
_MEANING = re.compile(r"([\\`*_\[\]<>&~|@]|:(?=//)|(?<=www)\.|^[#+=-]|(?<=^\d)[.)])", re.IGNORECASE)
_MANY_DIGITS = re.compile(r"^(\d{2,9})(?=[.)])")


def hover(analysis: Analysis, shown: Iterable[Shown], position: types.Position, *, markdown: bool = True
          ) -> types.Hover | None:
    """The cards of the findings at a position, then the markers there; None if there is neither."""
    report = analysis.report
    if report is None:
        return None
    places: list[types.Range] = []
    found: dict[str, Finding] = {}
    for entry in shown:
        if entry.finding is not None and contains(entry.diagnostic.range, position):
            places.append(entry.diagnostic.range)
            found.setdefault(entry.finding.rule, entry.finding)
    marks = [m for m in _speaking(report) if contains(spot_range(m.spot, analysis.text), position)]
    places += [spot_range(m.spot, analysis.text) for m in marks]
    if not places:
        return None
    book, figures = analysis.linter.rulebook, Figures.load(rules_directory())
    if markdown:
        parts = [markdown_card(f, book.rules[f.rule], book, figures, report.ui) for f in found.values()]
        parts += [_works(marks, report.ui)] if marks else []
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(parts)), places[0])
    parts = [card(book.rules[f.rule], book, figures, report.ui) for f in found.values()]
    parts += [f"+ {name}" for name in _names(marks, report.ui)]
    return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, "\n\n".join(parts)), places[0])


def markdown_card(finding: Finding, rule: Rule, book: Rulebook, figures: Figures, ui: str) -> str:
    """A rule's card for one finding: what is wrong here and what it costs here, then what holds of the rule."""
    cost = say("points", ui, finding.points) if finding.points else say("no-points", ui)
    measured = "; ".join(figures.sentence(rule.id, code, ui) for code in rule.languages or ("es", "en"))
    lines = [f"**{escape(rule.title[ui])}** · `{rule.id}`", escape(finding.message),
             _entry("Costs", f"{say(finding.severity.label, ui).lower()}, {cost}", ui), _entry("Why", rule.why[ui], ui),
             _entry("Fix", finding.fix, ui)]
    if rule.guides:
        lines.append(f"**{say('Sources', ui)}:**\n\n" + "\n".join(_guides(rule, book, ui)))
    lines += [_entry("Measured", measured, ui), _entry("Silence", say("silence", ui, rule.id), ui)]
    return "\n\n".join(lines)


def _guides(rule: Rule, book: Rulebook, ui: str) -> Iterator[str]:
    for name in rule.guides:
        guide = book.guides[name]
        yield (f"- {escape(guide.title)}. {escape(guide.says[ui])} "
               f"({escape(say('evidence-' + guide.evidence, ui))}, {say('reads', ui)} {escape(guide.read)})"
               + (f" <{guide.address}>" if guide.address else ""))
        if guide.against:
            yield f"- {say('Against', ui)}: {escape(guide.against[ui])}"


def escape(text: str) -> str:
    """Text that Markdown shows as it is: what a draft holds must not become a link, a tag or a heading."""
    return _MANY_DIGITS.sub(r"\1\\", _MEANING.sub(r"\\\1", " ".join(text.split())))


def _entry(label: str, text: str, ui: str) -> str:
    return f"**{say(label, ui)}:** {escape(text)}"


def _speaking(report: Report) -> list[Mark]:
    """Markers but those inside an error: a greeting by somebody else's name is nothing that works."""
    stopped = {p for f in report.findings if f.severity is Severity.ERROR for p in f.places}
    return [m for m in report.markers if m.spot not in stopped]


def _names(marks: Iterable[Mark], ui: str) -> list[str]:
    return list(dict.fromkeys(say(m.name, ui) for m in marks))


def _works(marks: Iterable[Mark], ui: str) -> str:
    return f"**{say('works', ui).capitalize()}:** {escape(', '.join(_names(marks, ui)))}"
