"""Safe fixes: slips of blanks, marks and capitals that are mended without a change of wording.

A fix changes no word but its case, touches no address, placeholder, code or quotation, hides nothing that stops a draft,
and never lowers the score; mending twice changes nothing more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from inmail_lint.draft import Draft
from inmail_lint.linter import LONGEST_BODY, Linter
from inmail_lint.mending.edit import Edit, Fixer, evidence_rules, ground
from inmail_lint.mending.marks import blank_before_mark, doubled_blanks, doubled_marks, exclamation_rows
from inmail_lint.mending.openers import missing_openers
from inmail_lint.mending.shouts import sentence_case
from inmail_lint.mending.trace import Trace, changed
from inmail_lint.report import Report, Spot
from inmail_lint.rulebook import Rulebook
from inmail_lint.vocabulary import Severity

# Sort of fix → what finds it, in the order in which they are tried one at a time.
FIXES: dict[str, Fixer] = {
    "blank-before-mark": blank_before_mark,
    "doubled-blank": doubled_blanks,
    "doubled-mark": doubled_marks,
    "exclamation": exclamation_rows,
    "opening-mark": missing_openers,
    "shouting": sentence_case,
}
_UNCOVERS = "doubled-mark"  # two commas are taken for a merge's scar; one is none
PARTS = ("subject", "body")

__all__ = ["FIXES", "Edit", "apply", "edits", "fixable", "mended"]


def edits(draft: Draft, language: str | None = None, *, linter: Linter | None = None, parts: Sequence[str] = PARTS
          ) -> list[Edit]:
    """All safe fixes of a draft's `parts`, as ranges of its subject and body in order; none overlap.

    `language` is the draft's if it says none itself. A sort of fix is left out where it would lower the score, where the
    draft ignores its rule, or where the profile has turned that off.
    """
    linter = linter or _default_linter()
    if len(draft.body) + len(draft.subject) > LONGEST_BODY:
        return []
    state = _State(linter, replace(draft, language=draft.language or language, origin=None), parts)
    while (after := _step(state)) is not None:
        state = after
    return [e for trace in state.traces for e in trace.edits()]


def mended(draft: Draft, fixes: Iterable[Edit]) -> Draft:
    """The draft with edits made in its subject and body; where they stood in the file is no longer known."""
    by_part = {part: [e for e in fixes if e.part == part] for part in PARTS}
    return replace(draft, subject=changed(draft.subject, by_part["subject"]), body=changed(draft.body, by_part["body"]),
                   origin=None)


def apply(draft: Draft, fixes: Iterable[Edit]) -> str:
    """The text of the draft's file with edits made, all else as it is; of a draft from no file the body."""
    fixes = list(fixes)
    if draft.origin is None:
        return mended(draft, fixes).body
    return changed(draft.origin.text, [in_file(draft, e) for e in fixes])


def in_file(draft: Draft, edit: Edit) -> Edit:
    """An edit as a range of the text of the draft's file."""
    offsets = draft.origin.offsets.get(edit.part, ()) if draft.origin else ()
    if not stands_as_written(draft, edit.part):
        raise ValueError(f"the {edit.part} does not stand in the file as it is read")
    start = offsets[edit.start] if edit.start < len(offsets) else offsets[-1] + 1
    return edit._replace(start=start, end=start + edit.end - edit.start)


def stands_as_written(draft: Draft, part: str) -> bool:
    """Whether a part stands in the draft's file character for character, so that it can be edited there."""
    if draft.origin is None:
        return False
    offsets, text = draft.origin.offsets.get(part, ()), draft.text(part)
    return bool(offsets) and len(offsets) == len(text) and tuple(offsets) == tuple(range(offsets[0], offsets[0] + len(text))) \
        and draft.origin.text[offsets[0] : offsets[-1] + 1] == text


def fixable(report: Report, linter: Linter | None = None) -> frozenset[str]:
    """Rules of a report whose findings safe fixes at their places would mend altogether."""
    linter = linter or _default_linter()
    fixes = edits(report.draft, report.language, linter=linter)
    if not fixes:
        return frozenset()
    left = {f.rule for f in linter.lint(mended(report.draft, fixes)).findings}
    return frozenset(f.rule for f in report.findings if f.rule not in left and any(_meet(s, e) for s in f.places for e in fixes))


def _meet(spot: Spot, edit: Edit) -> bool:
    return spot.part == edit.part and spot.start < max(edit.end, edit.start + 1) and edit.start < spot.end


@lru_cache(maxsize=1)
def _default_linter() -> Linter:
    return Linter()


class _State:
    """A draft on its way to its last form: its traces, report, and the edits that each sort of fix would make now."""

    def __init__(self, linter: Linter, draft: Draft, parts: Sequence[str], traces: Sequence[Trace] = ()) -> None:
        self.linter, self.draft, self.parts = linter, draft, parts
        self.traces = traces or [Trace(part, draft.text(part)) for part in PARTS]
        self._found = linter.find(draft)
        self.report = linter.judge(self._found)

    def wanted(self) -> dict[str, list[Edit]]:
        book = self.linter.rulebook
        grounds = [ground(self._found, part, book) for part in self.parts if self.draft.text(part)]
        wanted = {name: [e for g in grounds for e in fixer(g)] for name, fixer in FIXES.items()
                  if _is_on(name, self.draft, book)}
        return {name: found for name, found in wanted.items() if found}

    def after(self, fixes: Sequence[Edit]) -> _State:
        traces = [trace.change(fixes) for trace in self.traces]
        draft = replace(self.draft, subject=traces[0].text, body=traces[1].text)
        return _State(self.linter, draft, self.parts, traces)


def _step(state: _State) -> _State | None:
    """The state after all fixes at once if that does no harm, else after the first sort that does none; None at the end."""
    wanted = state.wanted()
    if not wanted:
        return None
    attempts = [tuple(wanted), *((name,) for name in wanted)] if len(wanted) > 1 else [tuple(wanted)]
    for names in attempts:
        after = state.after(_apart([e for name in names for e in wanted[name]]))
        if _is_harmless(state, after, names):
            return after
    return None


def _apart(fixes: Iterable[Edit]) -> list[Edit]:
    """Edits without those that overlap an earlier one; what is left out comes up again in the next step."""
    kept: list[Edit] = []
    ranges: dict[str, list[tuple[int, int]]] = {}
    for edit in fixes:
        own = ranges.setdefault(edit.part, [])
        number = bisect_right(own, (edit.start, edit.end))
        if not any(_overlap(beside, (edit.start, edit.end)) for beside in own[max(0, number - 1) : number + 1]):
            own.insert(number, (edit.start, edit.end))
            kept.append(edit)
    return kept


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return (one[0] < other[1] and other[0] < one[1]) or one == other


def _is_harmless(before: _State, after: _State, names: Sequence[str]) -> bool:
    """Whether the score does not fall, nothing new stops the draft, and nothing that must be seen is hidden."""
    if after.report.score < before.report.score or not _stops(after.report) <= _stops(before.report):
        return False
    hidden = (_stops(before.report) - _stops(after.report)) & evidence_rules(before.linter.rulebook)
    return not hidden or tuple(names) == (_UNCOVERS,)


def _stops(report: Report) -> set[str]:
    return {f.rule for f in report.findings if f.severity is Severity.ERROR}


def _is_on(name: str, draft: Draft, book: Rulebook) -> bool:
    """A fix that mends a rule's findings is off where the rule is."""
    ruled = name in ("exclamation", "shouting")
    return not ruled or (name in book.rules and name not in draft.ignore)
