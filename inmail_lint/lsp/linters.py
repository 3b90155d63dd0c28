"""Linters of a session: an editor stays open while rules are written, so they follow their files, and a broken rule is left
out and told instead of ending everything."""

from __future__ import annotations

import threading
from pathlib import Path

from inmail_lint.config import linters
from inmail_lint.config.engine import engine_key, profile_of
from inmail_lint.config.settings import Settings
from inmail_lint.errors import Fault
from inmail_lint.folders import rule_files
from inmail_lint.lines import said
from inmail_lint.linter import Linter
from inmail_lint.rulebook import Rulebook

_Stamp = tuple[tuple[str, int, int, int], ...]


class Linters(linters.Linters):
    """Makes a linter anew when a rule file or profile of the user has changed, and keeps what is wrong with them to be told."""

    def __init__(self) -> None:
        super().__init__(cache=True, tolerant=True)
        self._stamps: dict[str, _Stamp] = {}
        self._broken: dict[str, tuple[Fault, ...]] = {}  # what is wrong now, by settings
        self._news: list[str] = []
        self._making = threading.Lock()  # drafts are judged in several threads

    def of(self, settings: Settings) -> Linter:
        """The linter for settings as the files are now; raises RuleError or ConfigError."""
        key, stamp = engine_key(settings), _stamp(settings)
        with self._making:
            is_new = self._stamps.get(key) != stamp
            if is_new:
                self._made.pop(key, None)
            linter = super().of(settings)
            if is_new:
                self._stamps[key] = stamp
                self._compare(key, linter.rulebook)
            return linter

    def news(self) -> list[str]:
        """What has become wrong since this was asked last, a line for each set of settings that is concerned."""
        with self._making:
            news, self._news = self._news, []
            return news

    def _compare(self, key: str, book: Rulebook) -> None:
        known = {fault for faults in self._broken.values() for fault in faults}
        fresh = [fault for fault in book.faults if fault not in known]
        self._broken[key] = book.faults
        if fresh:
            more = f" (and {len(fresh) - 1} more; 'inmail-lint check' shows all)" if len(fresh) > 1 else ""
            left_out = f"; left out until it is mended: {', '.join(book.missing)}" if book.missing else ""
            self._news.append(said(f"{fresh[0]}{more}{left_out}"))


def _stamp(settings: Settings) -> _Stamp:
    """What tells that a file was changed, added or removed, without reading one."""
    profile = profile_of(settings)
    files = [file for root in settings["rule-folders"] for file in rule_files(root)]
    if profile.endswith((".yaml", ".yml")):
        files.append(Path(profile))
    stamp = []
    for file in files:
        try:
            about = file.stat()
            stamp.append((str(file), about.st_mtime_ns, about.st_size, about.st_ino))
        except OSError:
            stamp.append((str(file), 0, 0, 0))
    return tuple(stamp)
