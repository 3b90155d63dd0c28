"""Reports kept between runs: an unchanged draft under unchanged rules and settings is answered without judging it anew.

One SQLite file holds them, as compressed JSON under keys of `results_key`: written in transactions, so that runs at the
same time see each other's reports or none; readable for its user alone, for reports quote drafts. Nothing that is wrong
with the file is an error: what cannot be read is judged anew, and a file that is no database is replaced.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from inmail_lint.cache import directory
from inmail_lint.draft import Draft
from inmail_lint.packing import packed, unpacked
from inmail_lint.report import Report
from inmail_lint.results_key import Keys

if TYPE_CHECKING:
    import sqlite3

    from inmail_lint.config import Settings

MOST = 20_000  # reports kept; ten times a large library of templates
LARGEST = 64_000_000  # bytes that they take together, compressed
OLDEST = 7  # days since a report was last used
_BATCH = 500  # reports written in one transaction
_PATIENCE = 2.0  # seconds to wait for another run that is writing; then nothing is kept
_LONGEST = 16_000_000  # bytes of one report: a thousand times a long one
_DAY = 24 * 3600
_TABLES = ("CREATE TABLE IF NOT EXISTS reports (key BLOB PRIMARY KEY, used INTEGER NOT NULL, size INTEGER NOT NULL, "
           "data BLOB NOT NULL)", "CREATE INDEX IF NOT EXISTS ages ON reports (used, size)")


def folder() -> Path | None:
    """Where reports are kept, beneath the tables; None if nothing may be kept."""
    tables = directory()
    return tables / "reports" if tables else None


class Results:
    """The reports kept, for one run; `today` tells the day, `now` seconds since 1970."""

    def __init__(self, place: Path, *, today: Callable[[], date] = date.today, now: Callable[[], float] = time.time) -> None:
        self._file = place / "reports.sqlite3"
        self._keys = Keys(today)
        self._day = int(now() // _DAY)
        self._new: dict[bytes, tuple[int, bytes]] = {}
        self._used: set[bytes] = set()  # found, and not yet noted as used today
        self._written = 0
        self._damaged = False
        self._base = self._opened()

    def find(self, draft: Draft, settings: Settings) -> Report | None:
        """The report of a draft as it was judged before, None if it was not."""
        if self._base is None:
            return None
        key = self._keys.of(draft, settings)
        row = self._row(key)
        if row is None:
            return None
        try:
            inflater = zlib.decompressobj()
            text = inflater.decompress(row[1], _LONGEST)
            if not inflater.eof:
                return None
            report = unpacked(json.loads(text), draft)
        except (zlib.error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None  # it is judged and written anew
        if row[0] != self._day and len(self._used) < MOST:
            self._used.add(key)
        return report

    def keep(self, report: Report, settings: Settings) -> None:
        """Keep a report of a draft for later runs."""
        if self._base is None or self._written + len(self._new) >= MOST:
            return
        data = zlib.compress(json.dumps(packed(report)).encode(), 1)
        self._new[self._keys.of(report.draft, settings)] = (len(data), data)
        if len(self._new) >= _BATCH:
            self._write()

    def close(self) -> None:
        """Write what is new; another run may follow at once."""
        if self._base is not None:
            if self._new or self._used:
                self._write()
            with suppress(Exception):
                self._base.close()
            self._base = None

    def _row(self, key: bytes) -> tuple[int, bytes] | None:
        import sqlite3

        assert self._base is not None
        try:
            row: tuple[int, bytes] | None = self._base.execute("SELECT used, data FROM reports WHERE key = ?", (key,)).fetchone()
        except sqlite3.OperationalError:  # another run is writing, or there are no tables yet
            return None
        except sqlite3.DatabaseError:
            self._damaged = True
            return None
        return row if row and isinstance(row[1], bytes) else None

    def _write(self) -> None:
        """Everything new in one transaction, or nothing: a folder that cannot be written is no error."""
        import sqlite3

        rows = [(key, self._day, size, data) for key, (size, data) in self._new.items()] if self._keys.hold() else []
        touched = [(self._day, key) for key in self._used]
        self._written += len(rows)
        self._new, self._used = {}, set()
        for _ in range(2):
            try:
                self._put(rows, touched)
                return
            except sqlite3.OperationalError:
                return
            except sqlite3.DatabaseError:  # it is no database any more
                self._damaged = True

    def _put(self, rows: list[tuple[bytes, int, int, bytes]], touched: list[tuple[int, bytes]]) -> None:
        base = self._base = self._anew() if self._damaged else self._base
        if base is None:
            return
        with base:
            base.execute("BEGIN IMMEDIATE")
            for statement in _TABLES:
                base.execute(statement)
            base.executemany("INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?)", rows)
            base.executemany("UPDATE reports SET used = ? WHERE key = ?", touched)
            base.execute("DELETE FROM reports WHERE used < ? OR used > ?", (self._day - OLDEST, self._day + 1))
            self._shrink(base)

    def _shrink(self, base: sqlite3.Connection) -> None:
        """Away with those unused longest while there are too many."""
        number, size = base.execute("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM reports").fetchone()
        while number > MOST or (size > LARGEST and number):
            share = max(1, number - MOST, number // 8)
            base.execute("DELETE FROM reports WHERE key IN (SELECT key FROM reports ORDER BY used LIMIT ?)", (share,))
            number, size = base.execute("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM reports").fetchone()

    def _opened(self) -> sqlite3.Connection | None:
        try:
            import sqlite3
        except ImportError:  # a Python built without it
            return None
        try:
            self._prepare()
            base = sqlite3.connect(self._file.absolute().as_uri() + "?mode=rw", uri=True, timeout=_PATIENCE, isolation_level=None)
        except (OSError, sqlite3.Error):
            return self._read_only()
        with suppress(sqlite3.Error):
            base.execute("PRAGMA secure_delete = ON")  # what is deleted is not left in the file
            base.execute("PRAGMA synchronous = NORMAL")
        return base

    def _read_only(self) -> sqlite3.Connection | None:
        import sqlite3

        with suppress(OSError, sqlite3.Error):
            return sqlite3.connect(self._file.absolute().as_uri() + "?mode=ro", uri=True, timeout=_PATIENCE, isolation_level=None)
        return None

    def _prepare(self) -> None:
        """The file, for its user alone; SQLite gives what it writes beside it the same permissions."""
        place = self._file.parent
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if place.stat().st_mode & 0o077:
            place.chmod(0o700)
        os.close(os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600))

    def _anew(self) -> sqlite3.Connection | None:
        if self._base is not None:
            with suppress(Exception):
                self._base.close()
        with suppress(OSError):
            remove(self._file.parent)
        self._damaged = False
        return self._opened()


def remove(place: Path) -> int:
    """Remove all reports kept; how many there were, 0 if that cannot be told. Raises OSError."""
    number = 0
    with suppress(Exception):
        import sqlite3

        with closing(sqlite3.connect(place.absolute().joinpath("reports.sqlite3").as_uri() + "?mode=ro", uri=True)) as base:
            number = base.execute("SELECT COUNT(*) FROM reports").fetchone()[0]
    for file in sorted(place.glob("reports.sqlite3*")):
        file.unlink(missing_ok=True)
    with suppress(OSError):
        place.rmdir()
    return number
