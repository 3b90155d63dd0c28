"""Rule cards for the page: why a rule exists, who says so and how they know, how often it errs."""

from __future__ import annotations

from inmail_lint.measured import Figures
from inmail_lint.output.html_text import joined, plain, safe
from inmail_lint.rulebook import Guide, Rule, Rulebook
from inmail_lint.wording import say


def card(rule: Rule, book: Rulebook, figures: Figures, ui: str) -> str:
    """All that is said of one rule."""
    guides = [_guide(book.guides[name], ui) for name in rule.guides]
    sources = [_entry("Sources", f'<ul class="guides">\n{joined(guides)}\n</ul>', ui)] if guides else []
    return joined(["<dl>", _entry("Why", safe(rule.why[ui]), ui), *sources,
                   _entry("Measured", _measured(rule, figures, ui), ui),
                   _entry("Silence", f"<code>{safe(say('silence', ui, rule.id))}</code>", ui), "</dl>"])


def _measured(rule: Rule, figures: Figures, ui: str) -> str:
    """How often the rule errs, a line a language."""
    return "<br>".join(safe(figures.sentence(rule.id, code, ui)) for code in rule.languages or ("es", "en"))


def _entry(label: str, content: str, ui: str) -> str:
    return f"<dt>{safe(say(label, ui))}</dt><dd>{content}</dd>"


def _guide(guide: Guide, ui: str) -> str:
    against = f'<p><b>{safe(say("Against", ui))}:</b> {safe(guide.against[ui])}</p>' if guide.against else ""
    where = f'<span class="address">{safe(guide.address)}</span>, ' if guide.address else ""
    return (f'<li><p><b>{safe(guide.title)}</b> <span class="kind">{evidence(guide, ui)}</span></p>'
            f'<p>{safe(guide.says[ui])}</p>{against}'
            f'<p class="quiet">{where}{safe(say("reads", ui))} {safe(guide.read)}</p></li>')


def evidence(guide: Guide, ui: str) -> str:
    """What kind of support a source gives, in words."""
    return safe(say(f"evidence-{guide.evidence}", ui))


def appendix(book: Rulebook, figures: Figures, wanted: set[tuple[str, str]], ui: str) -> str:
    """One folded card for each rule and report language wanted, in the rulebook's order."""
    cards = []
    for rule in book.rules.values():
        for code in sorted(code for name, code in wanted if name == rule.id):
            cards.append(f'<details class="card" lang="{code}"><summary><b>{safe(rule.title[code])}</b> '
                         f'<code>{safe(rule.id)}</code></summary>\n<div id="rule-{plain(rule.id)}-{code}" tabindex="-1">\n'
                         f"{card(rule, book, figures, code)}\n</div></details>")
    if not cards:
        return ""
    return f'<section id="rules"><h2>{safe(say("html-rules", ui))}</h2>\n{joined(cards)}\n</section>'
