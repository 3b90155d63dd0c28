"""Quick fixes: a table of functions that know how to mend something in a draft, each change on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple, TypeAlias

from inmail_lint.draft import Draft
from inmail_lint.lsp.analysis import Analysis
from inmail_lint.report import Report
from inmail_lint.wording import say

_AROUND = 24  # characters of the words beside a change that its title shows at most


class Fix(NamedTuple):
    """A change and what it is called: characters `start` to `end` of the document, line ends as `\\n`, become `text`."""

    title: str
    start: int
    end: int
    text: str


Fixer: TypeAlias = Callable[[Analysis, Report], Iterable[Fix]]


@lru_cache(maxsize=16)
def fixes(analysis: Analysis) -> tuple[Fix, ...]:
    """Every fix known for a document, in the order of the table; kept, for editors ask at every move of the cursor."""
    report = analysis.report
    return tuple(f for fixer in FIXERS.values() for f in fixer(analysis, report)) if report else ()


def _safe(analysis: Analysis, report: Report) -> Iterator[Fix]:
    """The safe fixes of `inmail_lint.fixes`, if this installation has that module."""
    try:
        edits = import_module("inmail_lint.fixes").edits
    except ModuleNotFoundError as error:
        if error.name != "inmail_lint.fixes":
            raise
        return
    draft, text = report.draft, analysis.text.text
    for edit in edits(draft, report.language, linter=analysis.linter):
        start = _in_file(draft, text, edit.part, edit.start, edit.end)
        if start is not None:
            end = start + edit.end - edit.start
            yield Fix(_title(text, start, end, edit.replacement, report.ui), start, end, edit.replacement)


FIXERS: dict[str, Fixer] = {"safe": _safe}


def _in_file(draft: Draft, text: str, part: str, start: int, end: int) -> int | None:
    """Where a range of a part begins in the document; None if the part does not stand there as it is read."""
    offsets = draft.origin.offsets.get(part, ()) if draft.origin else ()
    if not offsets:
        return None
    first = max(0, start - 1)
    around = draft.text(part)[first : end + 1]
    at = offsets[first] if first < len(offsets) else len(text)
    return at + start - first if text[at : at + len(around)] == around else None


def _title(text: str, start: int, end: int, new: str, ui: str) -> str:
    """What a change does, shown with the words it touches: a blank or a mark alone says little."""
    left, right = start, end
    while left and start - left < _AROUND and not text[left - 1].isspace():
        left -= 1
    while right < len(text) and right - end < _AROUND and not text[right].isspace():
        right += 1
    return say("write-instead", ui, text[left:start] + new + text[end:right], text[left:right])
