"""What is said of many drafts together: how they came out, what costs most, and the table that leads to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inmail_lint.errors import Fault
from inmail_lint.output.html_charts import histogram, per_rule
from inmail_lint.output.html_text import icon, joined, name_of, number, plain, safe, sentence, where
from inmail_lint.output.run import Run
from inmail_lint.report import Report, summary
from inmail_lint.scoring import changes
from inmail_lint.wording import say

VERDICTS = ("stop", "review", "ready")
_COLUMNS = {"html-verdict": "order", "html-score": "number", "html-draft-column": "text", "html-first-column": "text",
            "html-language": "text", "html-words": "number"}  # column → how it is sorted


def overview(run: Run, *, linked: bool) -> str:
    """Counts by verdict, then the two charts; with `linked` the rules lead to their cards."""
    ui, counts = run.ui, summary(run.reports)
    tiles = [f'<li class="{v}">{icon(v)}<b>{counts[v]}</b> <span>{safe(say("html-count-" + v, ui))}</span></li>'
             for v in VERDICTS]
    tiles.append(f'<li><b>{number(counts["median_score"], ui)}</b> <span>{safe(say("html-median", ui))}</span></li>')
    return joined([
        f'<header class="head"><h1>{safe(say("html-drafts", ui, len(run.reports)))}</h1>',
        f'<ul class="tiles">\n{joined(tiles)}\n</ul></header>', '<div class="lead">',
        f'<section class="costs"><h2>{safe(say("html-costs", ui))}</h2>\n'
        f'<p class="quiet">{safe(say("html-costs-about", ui))}</p>\n{per_rule(run, cards=linked)}\n</section>',
        f'<section><h2>{safe(say("html-scores", ui))}</h2>\n<p class="quiet">{safe(say("html-scores-about", ui))}</p>\n'
        f"{histogram(run.reports, ui)}\n</section>", "</div>"])


def table(run: Run, *, linked: bool) -> str:
    """A row a draft, worst first, with the means to sort and to sift; with `linked` each leads to its section."""
    ui = run.ui
    heads = [f'<th scope="col" data-kind="{kind}"{" class=num" if kind == "number" else ""}>{safe(say(key, ui))}</th>'
             for key, kind in _COLUMNS.items()]
    numbered = sorted(enumerate(run.reports, 1), key=lambda e: (VERDICTS.index(e[1].verdict), e[1].score, e[1].id))
    rows = [_row(report, order, run, linked=linked) for order, report in numbered]
    return joined([
        f'<section id="drafts" tabindex="-1"><h2>{safe(say("html-all-drafts", ui))}</h2>', _controls(run),
        f'<table class="drafts"><caption class="quiet">{safe(sentence(say("worst-first", ui).lower()))}</caption>',
        f"<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>\n{joined(rows)}\n</tbody></table></section>"])


def _row(report: Report, order: int, run: Run, *, linked: bool) -> str:
    ui, lang = run.ui, f' lang="{plain(report.language)}"' if report.language else ""
    name = f"<bdi>{safe(name_of(report, order))}</bdi>"
    first = next(changes(report.findings, report.caps), None)
    change = f'<span class="rule">{safe(first.finding.rule)}</span> <b class="num">+{first.gain}</b>' if first else "–"
    subject = f'<span class="quiet"{lang}><bdi>{safe(report.draft.subject)}</bdi></span>' if report.draft.subject else ""
    words = report.metrics["body.words"]
    pack = run.rulebook.packs.get(report.language or "")
    unjudged = "" if pack and pack.judged else f'<span class="less">{safe(say("html-unjudged", ui))}</span>'
    place = where(report)
    return (f'<tr class="{report.verdict}" data-draft="d{order}" data-verdict="{report.verdict}" data-more="{plain(place)}">'
            f'<td data-value="{VERDICTS.index(report.verdict)}">{icon(report.verdict)} {safe(say(report.verdict, ui))}'
            f"{unjudged}</td>"
            f'<td class="num" data-value="{report.score}">{report.score}</td>'
            f'<th scope="row">{f"""<a href="#d{order}">{name}</a>""" if linked else name}{subject}</th>'
            f"<td>{change}</td><td>{safe(report.language or '–')}</td>"
            f'<td class="num" data-value="{words:g}">{number(words, ui)}</td></tr>')


def _controls(run: Run) -> str:
    """Hidden until the script that serves them runs."""
    ui, counts = run.ui, summary(run.reports)
    choices: Sequence[tuple[str, str, int]] = [("", say("html-all", ui), counts["drafts"]),
                                               *((v, say(v, ui), counts[v]) for v in VERDICTS)]
    radios = "".join(f'<label><input type="radio" name="verdict" value="{value}"{"" if value else " checked"}> '
                     f"{safe(text)} <span>{count}</span></label>" for value, text, count in choices)
    return (f'<form class="controls" hidden><fieldset><legend class="unseen">{safe(say("html-filter", ui))}</legend>{radios}'
            f'</fieldset><label class="search"><span>{safe(say("html-search", ui))}</span> '
            '<input type="search" autocomplete="off" spellcheck="false"></label>'
            f'<p class="quiet" role="status" data-text="{plain(say("html-shown", ui, "{}", "{}"))}"></p></form>')


def faults(unread: Sequence[Fault], ui: str) -> str:
    """What could not be read, and why."""
    if not unread:
        return ""
    items = [f'<li lang="en"><code>{safe(_place(f))}</code> {safe(f.message)}</li>' for f in unread]
    return (f'<section class="faults"><h2>{icon("stop")} {safe(say("html-unread", ui, len(items)))}</h2>\n'
            f"<ul>\n{joined(items)}\n</ul></section>")


def _place(fault: Fault) -> str:
    parts: Mapping[str, object] = {"path": fault.path, "line": fault.line, "column": fault.column}
    return ":".join(str(p) for p in parts.values() if p not in (None, ""))
