"""Reading a file of ours, and writing one so that it is there whole or not at all, whoever reads it meanwhile and whatever
fails."""

from __future__ import annotations

import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inmail_lint.errors import Fault, InmailLintError
from inmail_lint.stopping import duty

_PREFIX, _SUFFIX = ".inmail-lint-", ".part"  # of a file that is being written
_LEFT = re.compile(rf"{re.escape(_PREFIX)}[a-z0-9_]{{8}}{re.escape(_SUFFIX)}")
_OLD = 24 * 3600  # seconds after which nobody is writing it any more
_swept: set[Path] = set()


class UnfitError(OSError):
    """A file that is not even opened; the text says why and what to do."""


def check_fit(file: Path, most: int | None = None) -> None:
    """Raise UnfitError for a pipe or a device, which could keep us waiting for ever, and for a file of more than `most` bytes;
    OSError if it is not there."""
    about = file.stat()
    if not stat.S_ISREG(about.st_mode):
        raise UnfitError("cannot be read: it is no plain file; put one in its place")
    if most is not None and about.st_size > most:
        raise UnfitError(f"has {about.st_size:,} bytes; write at most {most:,}, or several files")


def text_of(file: Path, most: int | None = None) -> str:
    """The text of a file of ours, in UTF-8; raises UnfitError, OSError, UnicodeDecodeError."""
    check_fit(file, most)
    return file.read_text(encoding="utf-8")


def unwritable(path: Path, error: OSError) -> InmailLintError:
    """What to say of a file that cannot be written."""
    return InmailLintError(Fault(str(path), f"cannot be written: {(error.strerror or str(error)).lower()}; choose another place"))


def put(path: Path, data: bytes, *, like: os.stat_result | None = None) -> None:
    """Write a file in one step, with the permissions and owner of a file it is `like`; raises OSError, leaving nothing."""
    with growing(path, like=like) as write:
        write(data)


@contextmanager
def growing(path: Path, *, like: os.stat_result | None = None) -> Iterator[Callable[[bytes], object]]:
    """Write a file piece by piece; it takes its name when all is written, and nothing is left if anything is raised."""
    folder = path.absolute().parent
    _sweep(folder)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=_PREFIX, suffix=_SUFFIX)

    def away() -> None:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108

    with duty(away):
        try:
            with os.fdopen(handle, "wb") as file:
                yield file.write
                file.flush()
                os.fsync(file.fileno())
            if like is not None and hasattr(os, "chown"):
                with suppress(OSError):  # somebody else's file in our directory becomes ours, as with any editor
                    os.chown(temporary, like.st_uid, like.st_gid)
            Path(temporary).chmod(stat.S_IMODE(like.st_mode) if like is not None else 0o666 & ~_umask())
            Path(temporary).replace(path)
        except BaseException:
            away()
            raise


def _sweep(folder: Path) -> None:
    """Remove what processes killed long ago left of their files in a folder, once in this process."""
    if folder in _swept:
        return
    _swept.add(folder)
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if (_LEFT.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
                        and time.time() - entry.stat(follow_symlinks=False).st_mtime > _OLD):
                    os.unlink(entry.path)  # noqa: PTH108


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
