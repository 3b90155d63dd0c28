"""A text that is changed in steps and still knows which of its characters stand where in the first one."""

from __future__ import annotations

from collections.abc import Iterable

from inmail_lint.mending.edit import Edit

_NEW = -1


class Trace:
    """One part under change: its characters, and for each where it stood or, if new, which fix put it there."""

    def __init__(self, part: str, text: str) -> None:
        self.part, self._length = part, len(text)
        self._chars: list[tuple[str, int, str]] = [(c, i, "") for i, c in enumerate(text)]
        self._gone: dict[int, str] = {}

    @property
    def text(self) -> str:
        return "".join(c for c, _, _ in self._chars)

    def change(self, edits: Iterable[Edit]) -> Trace:
        """A trace of the text with edits made, which are ranges of the text as it is now and do not overlap."""
        after = Trace(self.part, "")
        after._length, after._gone = self._length, dict(self._gone)
        chars: list[tuple[str, int, str]] = []
        at = 0
        for edit in sorted((e for e in edits if e.part == self.part), key=lambda e: (e.start, e.end)):
            chars += self._chars[at : edit.start]
            chars += [(c, _NEW, edit.name) for c in edit.replacement]
            after._gone.update((index, edit.name) for _, index, _ in self._chars[edit.start : edit.end])
            at = edit.end
        after._chars = chars + self._chars[at:]
        return after

    def edits(self) -> list[Edit]:
        """All changes since the first text, as ranges of that, in order."""
        found: list[Edit] = []
        at, new, name = 0, "", ""
        for char, index, by in (*self._chars, ("", self._length, "")):
            if index == _NEW:
                new, name = new + char, name or by
                continue
            if new or index > at:
                found.append(Edit(self.part, at, index, new, name or self._gone[at]))
            at, new, name = index + 1, "", ""
        return found


def changed(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits made, which are ranges of it and do not overlap."""
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        pieces += text[at : edit.start], edit.replacement
        at = edit.end
    return "".join((*pieces, text[at:]))
