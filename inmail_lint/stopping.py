"""What must be tidied up when the user or the system ends the command: processes started, files half written.

The command ends where it stands, so nothing can swallow the signal and nothing of ours is told in a traceback; the
library installs no handler.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

_SIGNALLED = 128  # a shell's exit code for a command that a signal ended is this and the signal's number
_duties: list[Callable[[], None]] = []


@contextmanager
def duty(tidy: Callable[[], None]) -> Iterator[None]:
    """Have something tidied up if a signal ends the command meanwhile."""
    _duties.append(tidy)
    try:
        yield
    finally:
        _duties.remove(tidy)


def stop_tidily() -> None:
    """End with exit code 130 on SIGINT and 143 on SIGTERM, at any time, without a word."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _stop)


def _stop(number: int, frame: Any) -> None:
    for tidy in reversed(_duties):
        with suppress(Exception):
            tidy()
    os._exit(_SIGNALLED + number)
