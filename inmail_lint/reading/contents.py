"""A path → its bytes, whatever stands there: a file, a folder nobody may read, a pipe nobody writes to, a device."""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from inmail_lint.errors import DraftError, Fault
from inmail_lint.reading.limits import LARGEST_FILE, LARGEST_TEXT, PIPE_PATIENCE

_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a directory"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"), (stat.S_ISSOCK, "a socket"))
_CHUNK = 65536  # bytes: what a pipe holds


def contents(file: Path, *, single: bool) -> bytes:
    """The bytes of a file of one draft or of many; raises DraftError for one that cannot be read, has too many, or is none."""
    path = str(file)
    try:
        mode = file.stat().st_mode
        what = next((name for is_it, name in _KINDS if is_it(mode)), None)
        if what is not None:
            raise DraftError(Fault(path, f"this is {what}, not a file; give a file, or - for standard input"))
        if stat.S_ISFIFO(mode):
            return _of_pipe(path, single=single)
        with open(file, "rb", opener=_never_waiting) as opened:
            return bounded(opened, path, single=single, size=os.fstat(opened.fileno()).st_size)
    except FileNotFoundError as error:
        raise DraftError(Fault(path, "there is no such file or directory; check the path")) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise unreadable(path, error) from error


def bounded(stream: BinaryIO, path: str, *, single: bool, size: int = 0) -> bytes:
    """All of a stream, of which `size` bytes are known to come; raises DraftError for more than a file may have."""
    most = LARGEST_TEXT if single else LARGEST_FILE
    data = b"" if size > most else stream.read(most + 1) or b""  # None where a system's file would make us wait
    if max(len(data), size) > most:
        raise _too_large(path, size, most, single=single)
    return data


def _never_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def files_in(folder: Path, unread: Callable[[OSError], None]) -> Iterator[Path]:
    """Everything below a folder that is no folder, links to folders not followed; `unread` hears of what cannot be listed."""
    for parent, folders, names in os.walk(folder, onerror=unread):
        folders.sort()
        yield from (Path(parent, name) for name in names)


def unreadable(path: str, error: Exception) -> DraftError:
    """What to say of a path that the system does not let be read."""
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return DraftError(Fault(path, f"cannot be read: {reason}; check its permissions"))


def _of_pipe(path: str, *, single: bool) -> bytes:
    """What is written into a pipe until its writers close it; raises DraftError if nothing comes for five seconds."""
    handle = _never_waiting(path, os.O_RDONLY)  # opening one does not wait for a writer either
    most = LARGEST_TEXT if single else LARGEST_FILE
    data = BytesIO()
    try:
        while data.tell() <= most:
            ready, _, _ = select.select([handle], [], [], PIPE_PATIENCE)
            if not ready:
                raise DraftError(Fault(path, f"a pipe into which nobody wrote for {PIPE_PATIENCE:.0f} seconds; "
                                       "start its writer first, or give a file"))
            piece = os.read(handle, _CHUNK)
            if not piece:
                return data.getvalue()
            data.write(piece)
    finally:
        os.close(handle)
    raise _too_large(path, 0, most, single=single)


def _too_large(path: str, size: int, most: int, *, single: bool) -> DraftError:
    has = f"{size / 1e6:.1f} MB" if size else f"more than {most / 1e6:.0f} MB"
    if single:
        return DraftError(Fault(path, f"the file has {has}; a draft has a few kilobytes and at most {most / 1e6:.0f} MB are "
                                "read: split it, or give many drafts as .jsonl or .csv"))
    return DraftError(Fault(path, f"the file has {has}; at most {most / 1e6:.0f} MB are read: split it"))
