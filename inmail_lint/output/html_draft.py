"""One draft on the page: verdict, what to change first, the sum, the marked message beside its findings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from inmail_lint.measured import Figures
from inmail_lint.output.drafts import gives, silences_of
from inmail_lint.output.html_cards import card, evidence
from inmail_lint.output.html_charts import waterfall
from inmail_lint.output.html_marks import Pin, Pins, pins
from inmail_lint.output.html_phone import phone
from inmail_lint.output.html_text import icon, joined, name_of, number, plain, safe, sentence, shortened, title_case, where
from inmail_lint.report import Finding, NotRun, Report
from inmail_lint.rulebook import Rulebook
from inmail_lint.scoring import changes
from inmail_lint.vocabulary import Severity
from inmail_lint.wording import say

_CHANGES = 3  # changes shown under "change first"
_PLACES = 5  # places of a finding before the rest is folded
_MANY_RULES = 6  # rules named for one reason before they are "every rule"
_EASE = "body.reading_ease"
_FIGURES = ("body.words", "body.characters", "subject.characters", "body.sentences", "body.paragraphs",
            "body.longest_sentence", "body.longest_paragraph", "body.questions", "body.links", "body.emoji",
            _EASE, "body.sender_share")


@dataclass(frozen=True, slots=True)
class Scene:
    """What all drafts of a page share; `alone` if there is but one, which then is the page."""

    book: Rulebook
    figures: Figures
    ui: str
    alone: bool

    def judges(self, report: Report) -> bool:
        """Whether there are rules for the draft's language."""
        pack = self.book.packs.get(report.language or "")
        return pack is not None and pack.judged

    def heading(self, depth: int, text: str, extra: str = "") -> str:
        level = depth if self.alone else min(6, depth + 2)
        return f"<h{level}{extra}>{text}</h{level}>"


def draft(report: Report, order: int, scene: Scene) -> str:
    """The section of one draft, the `order`-th of the run."""
    prefix = f"d{order}"
    found = pins(report, prefix)
    top = "" if scene.alone else (f'<p class="back"><a href="#drafts" lang="{scene.ui}">'
                                  f'{safe(say("html-back", scene.ui))}</a></p>')
    return joined([
        f'<article class="draft" id="{prefix}" lang="{report.ui}" tabindex="-1">', _head(report, order, scene),
        '<div class="lead">', _first(report, prefix, scene),
        _section("sum", title_case("sum", report.ui), waterfall(report, prefix), scene), "</div>",
        '<div class="pair">',
        _section("message", say("html-message", report.ui), phone(report, found), scene),
        '<div class="said">', _findings(report, found, prefix, scene), _works(report, found, prefix, scene), "</div></div>",
        '<div class="lead rest">', _not_checked(report, prefix, scene), _figures(report, scene), "</div>", top, "</article>"])


def _section(kind: str, title: str, content: str, scene: Scene, anchor: str = "") -> str:
    attributes = f' id="{anchor}" tabindex="-1"' if anchor else ""
    return f'<section class="{kind}"{attributes}>\n{scene.heading(2, safe(title))}\n{content}\n</section>'


def _head(report: Report, order: int, scene: Scene) -> str:
    ui = report.ui
    name = name_of(report, order)
    place = where(report)
    pack = scene.book.packs.get(report.language or "")
    language = pack.names.get(ui, pack.code) if pack else report.language or say("unknown", ui)
    size = say("size", ui, number(report.metrics["body.words"], ui), number(report.metrics["body.characters"], ui))
    about = " · ".join([*([place] if place and place != name else []), say(f"kind-{report.draft.kind}", ui), language, size])
    errors = sum(f.severity is Severity.ERROR for f in report.findings)
    more = f'<span class="stops">{safe(sentence(say("stops", ui, errors)))}</span>' if errors else ""
    if report.not_run:
        reason = (say("html-unchecked", ui, len(report.not_run)) if scene.judges(report) else say("html-unjudged", ui))
        more += f'<a class="less" href="#d{order}-unchecked">{safe(sentence(reason))}</a>'
    return joined([
        '<header class="head">', f'<div class="name">{scene.heading(1, safe(name))}<p class="quiet">{safe(about)}</p></div>',
        f'<div class="outcome {report.verdict}">{icon(report.verdict)}<p class="verdict"><b>{safe(say(report.verdict, ui))}</b>'
        f'{more}</p><p class="score"><span class="label">{safe(say("html-score", ui))}</span> <b>{report.score}</b>'
        f' <span class="of">{safe(say("html-of", ui))}</span></p></div>', "</header>"])


def _first(report: Report, prefix: str, scene: Scene) -> str:
    ui = report.ui
    rows = []
    for step in islice(changes(report.findings, report.caps), _CHANGES):
        count = next(n for n, f in enumerate(report.findings, 1) if f.rule == step.finding.rule)
        rows.append(f'<li><p>{safe(step.finding.fix)}</p><p class="gain"><b>{safe(gives(step, ui))}</b> '
                    f'<a href="#{prefix}-f{count}">{safe(say("html-finding", ui, count))}</a></p></li>')
    content = f"<ol>\n{joined(rows)}\n</ol>" if rows else f"<p>{safe(say('html-no-change', ui))}</p>"
    return _section("first", title_case("first", ui), content, scene)


def _findings(report: Report, found: Pins, prefix: str, scene: Scene) -> str:
    ui = report.ui
    numbered = list(enumerate(zip(report.findings, found.findings, strict=True), 1))
    groups = []
    for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE):
        items = [_finding(f, p, n, prefix, report, scene) for n, (f, p) in numbered if f.severity is severity]
        if items:
            about = f'{safe(title_case(severity.label, ui))} <span class="quiet">{safe(say("html-" + severity.label, ui))}</span>'
            groups += [scene.heading(3, about, f' class="{severity.label}"'), f'<ul class="findings">\n{joined(items)}\n</ul>']
    content = joined(groups) or f"<p>{safe(say('html-no-findings', ui))}</p>"
    return _section("found", say("html-findings", ui, len(numbered)), content, scene)


def _finding(finding: Finding, places: tuple[Pin, ...], count: int, prefix: str, report: Report, scene: Scene) -> str:
    ui, label = report.ui, finding.severity.label
    rule = scene.book.rules[finding.rule]
    cost = f"−{finding.points}" if finding.points else "0"
    unit = say("html-points", ui)
    title = f'<span class="n {label}">{count}</span> {safe(rule.title[ui])}'
    return joined([
        f'<li class="finding {label}" id="{prefix}-f{count}" data-to="{prefix}-f{count}" tabindex="-1">',
        f'<div class="title">{scene.heading(4, title)}<p class="cost"><b>{cost}</b> <span class="quiet">{safe(unit)}</span></p>'
        "</div>",
        f"<p>{safe(finding.message)}</p>", _places(places, report, "html-nowhere"),
        f'<p class="fix"><b>{safe(say("Fix", ui))}:</b> {safe(finding.fix)}</p>',
        _why(finding, report, scene), "</li>"])


def _places(places: tuple[Pin, ...], report: Report, nowhere: str) -> str:
    ui = report.ui
    if not places:
        return f'<p class="places quiet">{safe(say(nowhere, ui))}</p>'
    lang = f' lang="{plain(report.language)}"' if report.language else ""
    items = []
    for pin in places:
        line = say("html-line", ui, pin.spot.line, pin.spot.column)
        items.append(f'<li><a href="#{pin.id}"><q{lang}><bdi>{safe(shortened(pin.spot.text))}</bdi></q></a> '
                     f'<span class="quiet">{safe(line)}</span></li>')
    folded = ""
    if len(items) > _PLACES + 1:
        folded = (f"<details><summary>{safe(say('more', ui, len(items) - _PLACES))}</summary>"
                  f'<ul class="places">{"".join(items[_PLACES:])}</ul></details>')
        items = items[:_PLACES]
    return f'<ul class="places">{"".join(items)}</ul>{folded}'


def _why(finding: Finding, report: Report, scene: Scene) -> str:
    """The sources in a line and the folded card; where there are many drafts the card stands once, at the end."""
    ui, book = report.ui, scene.book
    rule = book.rules[finding.rule]
    kinds = ", ".join(dict.fromkeys(evidence(book.guides[g], ui) for g in finding.guides))
    sources = f' · {safe(say("html-sources", ui, len(finding.guides)))}: {kinds}' if finding.guides else ""
    if scene.alone:
        inside = card(rule, book, scene.figures, ui)
    else:
        titles = "".join(f"<li>{safe(book.guides[g].title)}</li>" for g in finding.guides)
        inside = joined([f"<p>{safe(rule.why[ui])}</p>", f'<ul class="guides short">{titles}</ul>' if titles else "",
                         f'<p><a href="#rule-{plain(rule.id)}-{ui}">{safe(say("html-card", ui, rule.id))}</a></p>'])
    return (f'<details class="card"><summary>{safe(say("html-why", ui))} <code>{safe(rule.id)}</code>'
            f'<span class="quiet">{sources}</span></summary>\n<div>{inside}</div></details>')


def _works(report: Report, found: Pins, prefix: str, scene: Scene) -> str:
    ui = report.ui
    items = []
    for name, places in found.markers.items():
        sign = places[0].sign
        items.append(f'<li class="working" id="{prefix}-{sign}" data-to="{prefix}-{sign}" tabindex="-1"><p>'
                     f'<span class="n good">{sign}</span> {safe(sentence(say(name, ui)))}</p>'
                     f"{_places(places, report, 'html-nowhere')}</li>")
    none = say("works-none" if scene.judges(report) else "html-unjudged", ui)
    content = f"<ul>\n{joined(items)}\n</ul>" if items else f"<p>{safe(sentence(none))}.</p>"
    return _section("works", title_case("works", ui), content, scene)


def _not_checked(report: Report, prefix: str, scene: Scene) -> str:
    ui = report.ui
    by_reason: dict[str, list[NotRun]] = {}
    for entry in report.not_run:
        by_reason.setdefault(entry.reason, []).append(entry)
    items = []
    for reason, entries in by_reason.items():
        rules = ", ".join(e.rule for e in entries) if len(entries) <= _MANY_RULES else say("all-rules", ui)
        items.append(f"<li><b>{safe(rules)}</b>: {safe(reason)}</li>")
    for rule, said in silences_of(report):
        items.append(f"<li><b>{safe(rule)}</b>: {safe(say('html-silenced', ui))}; {safe(said)}</li>")
    content = f"<ul>\n{joined(items)}\n</ul>" if items else f"<p>{safe(say('html-all-checked', ui))}</p>"
    return _section("unchecked", title_case("not-checked", ui), content, scene, f"{prefix}-unchecked")


def _figures(report: Report, scene: Scene) -> str:
    ui = report.ui
    rows = []
    for name in _FIGURES:
        value = report.metrics.get(name)
        if value is None or (name == _EASE and value == 100):
            continue  # an ease of 100 stands for a body too short to tell
        rows.append(f"<div><dt>{safe(say(name, ui))}</dt><dd>{number(value, ui)}</dd></div>")
    return _section("figures", say("html-figures", ui), f'<dl class="figures">\n{joined(rows)}\n</dl>', scene)
