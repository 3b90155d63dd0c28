"""Text made safe for a page: escaped, and what would hide or turn it round shown for what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from inmail_lint.report import Report
from inmail_lint.wording import say

_QUOTE = 64  # characters of a quotation before it is cut
# Control characters, what turns the direction of text, what takes no room, halves of characters, and tags unseen.
# Joiners and variation selectors stay, for emoji are made of them.
_COMMAND = re.compile(r"^[^\S\n]*::|##\[", re.MULTILINE)  # to a workflow's runner, if the page is printed there
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                     "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]")


def safe(text: str) -> str:
    """Text for between tags; characters nobody sees stand as their code."""
    return _UNSEEN.sub(lambda m: f'<span class="ctl">U+{ord(m[0]):04X}</span>', _escaped(text))


def plain(text: str) -> str:
    """Text for an attribute or a title, on one line, where no tag may stand."""
    return _UNSEEN.sub(lambda m: f"[U+{ord(m[0]):04X}]", _escaped(" ".join(text.split())))


def _escaped(text: str) -> str:
    return _COMMAND.sub(lambda m: m[0].replace(":", "&#58;").replace("[", "&#91;"), escape(text))


def shortened(text: str, length: int = _QUOTE) -> str:
    """Text on one line, cut to `length` characters."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def number(value: float, ui: str) -> str:
    """A number as the report's language writes it."""
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,")) if ui == "es" else text


def sentence(text: str) -> str:
    """A phrase of the report with a capital at its start."""
    return text[:1].upper() + text[1:]


def title_case(key: str, ui: str) -> str:
    """A heading that terminals show in capitals, in sentence case for a page."""
    return sentence(say(key, ui).lower())


def icon(name: str) -> str:
    """A sign by its shape: octagon, triangle or circle; words stand beside it."""
    return f'<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{name}"/></svg>'


def joined(parts: Iterable[str]) -> str:
    return "\n".join(p for p in parts if p)


def name_of(report: Report, order: int) -> str:
    """What a draft is called: its own id, else its file's name, else its place in the run."""
    draft = report.draft
    if draft.id:
        return draft.id
    return draft.path.replace("\\", "/").rsplit("/", 1)[-1] or say("html-draft", report.ui, order)


def where(report: Report) -> str:
    """File and line of a draft, empty if it came from none."""
    draft = report.draft
    return f"{draft.path}:{draft.line}" if draft.path and draft.line > 1 else draft.path
