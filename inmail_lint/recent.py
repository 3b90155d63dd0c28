"""Answers that are remembered as long as they are asked for."""

from __future__ import annotations

from typing import Generic, TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")


class Recent(Generic[_K, _V]):
    """A mapping that forgets what has not been asked for lately: between `size` and twice as many entries are kept.

    Threads may share it: two of them may make one answer twice, but none gets a wrong one. A copy for another process
    begins empty.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[_K, _V] = {}
        self._old: dict[_K, _V] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return Recent, (self._size,)

    def get(self, key: _K) -> _V | None:
        """The answer under a key, or None."""
        known = self._young.get(key)
        if known is None:
            known = self._old.get(key)
            if known is not None:
                self.put(key, known)
        return known

    def put(self, key: _K, answer: _V) -> None:
        """Remember an answer."""
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = answer
