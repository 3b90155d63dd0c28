"""When Python looks for garbage: in a process that is ours alone, and in any while a long draft is judged."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MORE = 10_000  # objects more than before call for a look: a draft leaves next to no cycles, and Python's own 700 cost a tenth


def collect_garbage() -> None:
    """Collect garbage from now on, but for what is there already: it stays. As a library we leave that to the program."""
    gc.freeze()
    gc.set_threshold(_MORE)
    gc.enable()


@contextmanager
def uncollected() -> Iterator[None]:
    """Work that makes many objects and next to no cycles. A look for garbage meanwhile walks through all rules and words for
    nothing, and half of a long draft's time went there. Afterwards the collector is as it was, also with several threads:
    only who found it at work sets it to work again."""
    works = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if works:
            gc.enable()
