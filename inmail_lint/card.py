"""The rule card that `explain` prints: what a rule wants, why, what it costs, who says so and how often it errs."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from inmail_lint.lines import defused, one_line
from inmail_lint.wording import say

if TYPE_CHECKING:  # a card that is kept is laid out without them
    from inmail_lint.measured import Figures
    from inmail_lint.rulebook import Example, Guide, Level, Rule, Rulebook

Entry: TypeAlias = str | tuple[str, str]  # a line as it is, or a label and what it says

_WIDTH = 80
# an example must show what it is about
_UNSEEN = re.compile(r"[\u00ad\u200b\u200c\u202a-\u202e\u2060-\u2069\U000e0000-\U000e007f]")
_EXAMPLES = 2  # of each sort and language on a card


def card(rule: Rule, book: Rulebook, figures: Figures, ui: str) -> str:
    """One rule, one screen."""
    return laid_out(entries(rule, book, figures, ui))


def laid_out(card: Iterable[Entry]) -> str:
    """What a card says, in lines of a screen or a log, none of which commands it."""
    return defused("\n".join(line for entry in card for line in ([entry] if isinstance(entry, str) else _wrapped(*entry))))


def entries(rule: Rule, book: Rulebook, figures: Figures, ui: str) -> list[Entry]:
    """What a card says."""
    looks = rule.metric or ", ".join([*rule.markers, *rule.patterns])
    said: list[Entry] = [
        f"{rule.id}   ({rule.category})", ("", rule.title[ui]), (say("Message", ui), rule.message[ui]),
        (say("Costs", ui), _costs(rule, ui)), (say("Looks", ui), f"{rule.scope}: {looks}"),
        (say("Kinds", ui), ", ".join(rule.kinds) or say("all-kinds", ui)),
        (say("Languages", ui), ", ".join(rule.languages) or say("any-language", ui))]
    if rule.needs:
        said.append((say("needs", ui), ", ".join(rule.needs)))
    said += [(say("Why", ui), rule.why[ui]), (say("Fix", ui), rule.fix[ui])]
    for number, name in enumerate(rule.guides):
        said += _source("" if number else say("Sources", ui), book.guides[name], ui)
    codes = rule.languages or ("es", "en")
    said += [(say("Measured", ui), "; ".join(figures.sentence(rule.id, code, ui) for code in codes)), say("Examples", ui)]
    said += [("", f"{e.language}, {say(e.want, ui)}: {_shown(e)}") for e in _chosen(rule.examples)]
    return [*said, (say("Silence", ui), say("silence", ui, rule.id))]


def _source(label: str, guide: Guide, ui: str) -> Iterable[Entry]:
    """A source in a block of its own, so that what speaks against one is not read into the next."""
    yield label, f"· {guide.title} [{say('evidence-' + guide.evidence, ui)}, {say('reads', ui)} {guide.read}]"
    if guide.address:
        yield "", guide.address
    yield "", guide.says[ui]
    if guide.against:
        yield "", f"{say('Against', ui)}: {guide.against[ui]}"


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(one_line(text), _WIDTH, initial_indent=f"{label:<12}", subsequent_indent=" " * 12,
                         break_long_words=False, break_on_hyphens=False)


def _costs(rule: Rule, ui: str) -> str:
    return ("; ".join(_cost(rule, level, ui) for level in rule.levels) + (f"; {say('in-doubt', ui)}" if rule.sure else "")
            + (f"; {', '.join(rule.trial)}: {say('trial', ui)}" if rule.trial else ""))


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
