"""The rule card that `explain` prints: what a rule wants, why, what it costs, who says so and how often it errs."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from inmail_lint.measured import Figures
from inmail_lint.rulebook import Example, Level, Rule, Rulebook
from inmail_lint.wording import say

_WIDTH = 80
# an example must show what it is about
_UNSEEN = re.compile(r"[\u00ad\u200b\u200c\u202a-\u202e\u2060-\u2069\U000e0000-\U000e007f]")
_EXAMPLES = 2  # of each sort and language on a card


def card(rule: Rule, book: Rulebook, figures: Figures, ui: str) -> str:
    """One rule, one screen."""
    lines = [f"{rule.id}   ({rule.category})", *_entry("", rule.title[ui])]
    lines += _entry(say("Message", ui), rule.message[ui])
    lines += _entry(say("Costs", ui), "; ".join(_cost(rule, lv, ui) for lv in rule.levels)
                    + (f"; {say('in-doubt', ui)}" if rule.sure else "")
                    + (f"; {', '.join(rule.trial)}: {say('trial', ui)}" if rule.trial else ""))
    looks = rule.metric or ", ".join([*rule.markers, *rule.patterns])
    lines += _entry(say("Looks", ui), f"{rule.scope}: {looks}")
    lines += _entry(say("Kinds", ui), ", ".join(rule.kinds) or say("all-kinds", ui))
    lines += _entry(say("Languages", ui), ", ".join(rule.languages) or say("any-language", ui))
    if rule.needs:
        lines += _entry(say("needs", ui), ", ".join(rule.needs))
    lines += _entry(say("Why", ui), rule.why[ui])
    lines += _entry(say("Fix", ui), rule.fix[ui])
    for name in rule.guides:
        guide = book.guides[name]
        lines += _entry(say("Sources", ui) if name == rule.guides[0] else "",
                        f"{guide.title}. {guide.says} [{guide.evidence}, {say('reads', ui)} {guide.read}] {guide.address}")
        if guide.against:
            lines += _entry(say("Against", ui), guide.against)
    lines += _entry(say("Measured", ui), "; ".join(figures.sentence(rule.id, code, ui)
                                                   for code in rule.languages or ("es", "en")))
    lines.append(say("Examples", ui))
    for example in _chosen(rule.examples):
        lines += _entry("", f"{example.language}, {say(example.want, ui)}: {_shown(example)}")
    lines += _entry(say("Silence", ui), say("silence", ui, rule.id))
    return "\n".join(lines)


def _entry(label: str, text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), _WIDTH, initial_indent=f"{label:<12}", subsequent_indent=" " * 12,
                         break_long_words=False, break_on_hyphens=False)


def _cost(rule: Rule, level: Level, ui: str) -> str:
    sign = ""
    if rule.kind == "threshold":
        sign = f"{'>' if level.above else '<'} {level.limit}"
    elif rule.kind == "forbid" and len(rule.levels) > 1:
        sign = f"× {level.limit}"
    points = say("points", ui, level.points) if level.points else say("no-points", ui)
    kinds = f" ({', '.join(level.kinds)})" if level.kinds else ""
    return f"{sign} {say(level.severity.label, ui).lower()}, {points}{kinds}".strip()


def _chosen(examples: Iterable[Example]) -> list[Example]:
    chosen: list[Example] = []
    for example in examples:
        alike = [e for e in chosen if (e.language, e.want) == (example.language, example.want)]
        if len(alike) < _EXAMPLES:
            chosen.append(example)
    return chosen


def _shown(example: Example) -> str:
    text = f"{example.subject} / {example.body}" if example.subject and example.body else example.subject or example.body
    words = " ".join(_UNSEEN.sub(lambda m: f"\\u{ord(m.group()):04x}", text).split())
    return f"«{words if len(words) <= 150 else words[:149] + '…'}»"
