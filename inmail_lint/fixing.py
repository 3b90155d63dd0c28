"""`check --fix` and `check --diff`: safe fixes written into text files, or shown; every other byte of a file stays."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from inmail_lint.detection import detect
from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError, Fault, InmailLintError
from inmail_lint.files import put
from inmail_lint.fixes import PARTS, Edit, apply, edits, in_file, mended, stands_as_written
from inmail_lint.lines import one_line
from inmail_lint.linter import Linter
from inmail_lint.reading import STDIN, format_of
from inmail_lint.reading.encoding import decode, splice
from inmail_lint.reading.plain import read_plain
from inmail_lint.vocabulary import UI_LANGUAGES
from inmail_lint.wording import say

LinterOf: TypeAlias = Callable[[Draft], Linter]  # the linter under the settings of a draft
# what could steer a terminal, or command the runner of a workflow
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]|^( [^\\S\\n]*):(?=:)", re.MULTILINE)


@dataclass
class Mending:
    """What came of it: the drafts as they are now, lines to say, what went wrong, and the output (None: the report is)."""

    drafts: list[Draft] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    output: str | bytes | None = None


@dataclass(frozen=True)
class _Plan:
    """A text file's fixes, its draft and its text once they are made, and whether the subject had to be left out."""

    fixes: tuple[Edit, ...]
    draft: Draft
    text: str
    subject_left: bool


def mend(linter_of: LinterOf, drafts: Iterable[Draft], form: str | None = None, stdin: bytes | None = None) -> Mending:
    """Write the safe fixes into the files of drafts; those of standard input (`stdin`) into the output."""
    result = Mending(output=stdin)
    done: dict[str, Draft] = {}
    for draft, key, linter in _editable(linter_of, drafts, form, result):
        if key in done:  # the same file by another path
            result.drafts.append(replace(done[key], path=draft.path))
            continue
        try:
            data = _data(draft, stdin)
            plan = _plan(draft, linter)
            if plan.fixes:
                new = splice(data, draft.path, [in_file(draft, e)[1:4] for e in plan.fixes])
                if draft.path == STDIN:
                    result.output = new
                else:
                    _write(draft.path, new)
            done[key] = plan.draft
            result.drafts.append(plan.draft)
            result.notes.append(f"{draft.path}: {_count(len(plan.fixes), _ui(linter, draft))}")
            _say_left(plan, linter, result)
        except DraftError as error:
            result.faults += error.faults
            result.drafts.append(draft)
    return result


def show(linter_of: LinterOf, drafts: Iterable[Draft], form: str | None = None) -> Mending:
    """The safe fixes as a unified diff in the output, empty if there are none; nothing is written."""
    result = Mending()
    shown: dict[str, str] = {}
    for draft, key, linter in _editable(linter_of, drafts, form, result):
        result.drafts.append(draft)
        if key in shown:
            continue
        try:
            plan = _plan(draft, linter)
            shown[key] = _diff(draft.path, draft.origin.text if draft.origin else draft.body, plan.text)
            _say_left(plan, linter, result)
        except DraftError as error:
            result.faults += error.faults
    result.output = "".join(shown.values())
    return result


def _editable(linter_of: LinterOf, drafts: Iterable[Draft], form: str | None, result: Mending
              ) -> Iterable[tuple[Draft, str, Linter]]:
    """Drafts that have a text file to themselves, with what names that file and the linter for it; the others are noted
    once a file."""
    named: set[str] = set()
    for draft in drafts:
        try:
            linter = linter_of(draft)
        except InmailLintError:  # broken settings: said when the draft is judged
            result.drafts.append(draft)
            continue
        if format_of(draft.path, form) == "text" and draft.origin is not None:
            yield draft, draft.path if draft.path == STDIN else os.path.realpath(draft.path), linter
            continue
        result.drafts.append(draft)
        if draft.path not in named:
            named.add(draft.path)
            result.notes.append(f"{draft.path}: {say('fixes-not-here', _ui(linter, draft))}")


def _plan(draft: Draft, linter: Linter) -> _Plan:
    """The fixes that the file can take; raises DraftError if it would be read otherwise with them."""
    wanted = [part for part in PARTS if stands_as_written(draft, part)]
    for parts in dict.fromkeys((tuple(wanted), ("body",))):
        fixes = edits(draft, linter=linter, parts=parts)
        text = apply(draft, fixes)
        again = _read_again(text, draft, mended(draft, fixes))
        if again is not None:
            left = "subject" not in parts and bool(draft.subject) and bool(edits(draft, linter=linter, parts=("subject",)))
            return _Plan(tuple(fixes), again, text, left)
    raise DraftError(Fault(draft.path, "not mended: with the fixes the file would be read otherwise; mend it by hand"))


def _read_again(text: str, draft: Draft, wanted: Draft) -> Draft | None:
    """The draft that a mended text gives, if that is the one wanted."""
    try:
        again = read_plain(text, draft.path)
    except DraftError:
        return None
    return again if replace(again, origin=None) == wanted else None


def _data(draft: Draft, stdin: bytes | None) -> bytes:
    """The bytes that a draft was read from; raises DraftError if they are others by now."""
    try:
        if draft.path == STDIN:
            data = stdin or b""
        else:
            if not Path(draft.path).is_file():
                raise DraftError(Fault(draft.path, "not mended: this is no file that can be written; use - for standard input"))
            data = Path(draft.path).read_bytes()
    except OSError as error:
        raise _cannot("read", draft.path, error) from error
    if draft.origin is None or decode(data, draft.path) != draft.origin.text:
        raise DraftError(Fault(draft.path, "not mended: the file has changed since it was read; run the command again"))
    return data


def _write(path: str, data: bytes) -> None:
    """Put a file's new bytes in its place in one step; links are followed, permissions and owner stay."""
    target = Path(os.path.realpath(path))
    try:
        before = target.stat()
        if not os.access(target, os.W_OK):
            raise PermissionError(13, "permission denied")
        put(target, data, like=before)
    except OSError as error:
        raise _cannot("written", path, error) from error


def _cannot(done: str, path: str, error: OSError) -> DraftError:
    reason = (error.strerror or str(error)).lower()
    return DraftError(Fault(path, f"cannot be {done}: {reason}; check the permissions of the file and its directory"))


def _diff(path: str, old: str, new: str) -> str:
    """A unified diff of a file's texts, harmless to a terminal."""
    if old == new:
        return ""
    lines = difflib.unified_diff(_lines(old), _lines(new), one_line(path), one_line(path))
    return _UNSEEN.sub(lambda m: f"{m.group(1) or ''}\\u{ord(m.group()[-1]):04x}", "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines))


def _lines(text: str) -> Sequence[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _say_left(plan: _Plan, linter: Linter, result: Mending) -> None:
    if plan.subject_left:
        result.notes.append(f"{plan.draft.path}: {say('fixes-not-subject', _ui(linter, plan.draft))}")


def _count(number: int, ui: str) -> str:
    return say("fixes-none", ui) if not number else say("fixes-one", ui) if number == 1 else say("fixes-many", ui, number)


def _ui(linter: Linter, draft: Draft) -> str:
    """The language in which a draft's report is written."""
    language = draft.language or detect(f"{draft.body}\n{draft.subject}", linter.rulebook.packs.values())
    return linter.ui or (language if language in UI_LANGUAGES else "en")
