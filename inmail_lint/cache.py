"""What is derived from the rules, kept between runs of the command: verb tables and compiled patterns, nothing else.

Built anew they cost a start a third of a second. The files hold plain tables in Python's own `.pyc` format and are named
after the contents of the rules, so a changed rule never meets a stale table. Only the command line uses this; a
directory that cannot be written is no error. INMAIL_LINT_NO_CACHE=1 switches it off.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

FORMAT = 2  # raised when the shape of a table changes


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


def kept(name: str, key: str, make: Callable[[], Any]) -> Any:
    """The table `name` for rules with digest `key`; made by `make` and kept if it is not there. No key, no cache."""
    folder = directory() if key else None
    if folder is None:
        return make()
    file = folder / f"{name}-{key}-{FORMAT}-{sys.implementation.cache_tag}.bin"
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
        return marshal.loads(file.read_bytes())
    table = make()
    with contextlib.suppress(OSError):
        _write(file, marshal.dumps(table), name)
    return table


def _write(file: Path, data: bytes, name: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in file.parent.glob(f"{name}-*.bin"):
        old.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as part:
        part.write(data)
    Path(part.name).replace(file)
