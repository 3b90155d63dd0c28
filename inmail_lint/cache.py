"""What is derived from the rules, kept between runs of the command: the rulebook, verb tables, compiled patterns, weights.

Made anew they cost a start half a second. A file is named after the contents of the rules and of the program, so a
change in either never meets a stale table; reading one can only make plain values and this package's own classes. Only
the command line uses this; a directory that cannot be written is no error. INMAIL_LINT_NO_CACHE=1 switches it off.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import sys
import time
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from inmail_lint.files import put

_OLD = 7 * 24 * 3600  # seconds after which a table is removed, for its rules are mostly gone
_SUM = 4  # bytes in front of a table


class _Plain(pickle.Unpickler):
    """Makes nothing but plain values, paths and the classes of this package."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in (("builtins", "frozenset"), ("builtins", "set")) or module.split(".")[0] in (
                "inmail_lint", "pathlib"):
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a table")


def directory() -> Path | None:
    """Where the tables lie: the user's cache directory; None if switched off or not to be found."""
    if os.environ.get("INMAIL_LINT_NO_CACHE"):
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if home:
        return Path(home) / "inmail-lint"
    try:
        return Path.home() / ".cache" / "inmail-lint"
    except RuntimeError:
        return None


def key_of(*names: str) -> str:
    """A key for tables made from what `names` stand for, by this very program under this Python."""
    return hashlib.sha256("\0".join((_program(), sys.implementation.cache_tag or "", *names)).encode()).hexdigest()[:16]


@cache
def _program() -> str:
    """A digest of the package's own code, for a changed program may make other tables of the same rules."""
    package = Path(__file__).parent
    return digest_of(sorted(package.rglob("*.py")))


def digest_of(files: Iterable[Path]) -> str:
    """A digest of the names and contents of files."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def kept(name: str, key: str, make: Callable[[], Any]) -> Any:
    """The table `name` under a key of `key_of`; made by `make` and kept if it is not there. No key, no cache."""
    folder = directory() if key else None
    if folder is None:
        return make()
    file = folder / f"{name}-{key}.bin"
    with contextlib.suppress(Exception):  # whatever a damaged file makes of itself: it is made anew
        data = file.read_bytes()
        if data[:_SUM] == _sum(data[_SUM:]):
            return _Plain(io.BytesIO(data[_SUM:])).load()
    table = make()
    with contextlib.suppress(OSError):
        data = pickle.dumps(table, 5)
        _write(file, _sum(data) + data)
    return table


def _sum(data: bytes) -> bytes:
    """What tells a damaged table, which could still be read as another one."""
    return zlib.crc32(data).to_bytes(_SUM, "big")


def _write(file: Path, data: bytes) -> None:
    """All or nothing, and away with what nobody has made anew for a week."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in file.parent.glob("*.bin"):
        if time.time() - old.stat().st_mtime > _OLD:
            old.unlink(missing_ok=True)
    put(file, data)
