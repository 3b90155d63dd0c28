"""What a report depends on, as a digest: every field of its draft, settings, rules, profile, program, and the day where it
matters."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from inmail_lint import __version__
from inmail_lint.cache import key_of
from inmail_lint.config.engine import engine_key, profile_of
from inmail_lint.draft import Draft
from inmail_lint.silencing import Silence
from inmail_lint.where import rules_directory

if TYPE_CHECKING:
    from inmail_lint.config import Settings

_SHAPE = "1"  # of what is kept; another number makes nothing of it


class Keys:
    """Keys of drafts; rules are read once for each set of settings."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self._settings: dict[int, tuple[Settings, bytes]] = {}  # by identity: a run makes each of its settings once

    def of(self, draft: Draft, settings: Settings) -> bytes:
        """The key of a draft's report."""
        if id(settings) not in self._settings:
            self._settings[id(settings)] = settings, _digest(settings)
        digest = hashlib.sha256(self._settings[id(settings)][1])
        digest.update(repr(replace(draft, origin=None)).encode("utf-8", "surrogatepass"))
        if draft.origin is not None:
            origin = draft.origin.excerpt()
            digest.update(repr((origin.text, origin.base, origin.first_line)).encode("utf-8", "surrogatepass"))
            for part, offsets in sorted(origin.offsets.items()):
                digest.update(f"{part} {len(offsets)} ".encode() + array("Q", offsets).tobytes())
        if _has_last_day(draft):
            digest.update(self._today().isoformat().encode())
        return digest.digest()

    def hold(self) -> bool:
        """Whether the rules still are those that the keys were made of: they may have been edited meanwhile."""
        return all(_digest(settings) == digest for settings, digest in self._settings.values())


def _has_last_day(draft: Draft) -> bool:
    for entry in draft.ignore:
        with suppress(ValueError):
            if Silence.of(entry).until is not None:
                return True
    return False


def _digest(settings: Settings) -> bytes:
    profile = profile_of(settings)
    parts = [_SHAPE, __version__, key_of(), _tokeniser(), engine_key(settings), profile]
    digest = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass"))
    if profile.endswith((".yaml", ".yml")):
        _add(digest, Path(profile).parent, [Path(profile)])
    for root in (rules_directory(), *settings["rule-folders"]):
        _add(digest, root, (f for f in sorted(root.rglob("*")) if f.suffix in (".yaml", ".json", ".txt")))
    return digest.digest()


def _add(digest: hashlib._Hash, root: Path, files: Iterable[Path]) -> None:
    digest.update(f"folder {root.is_dir()}\0".encode())
    for file in files:
        try:
            data = file.read_bytes()
        except OSError:
            digest.update(b"unreadable\0")
            continue
        digest.update(repr((str(file.relative_to(root)), len(data))).encode("utf-8", "surrogatepass") + b"\0" + data)


def _tokeniser() -> str:
    """What tells spaCy's version without importing it."""
    spec = find_spec("spacy")
    if spec is None or not spec.origin:
        return ""
    with suppress(OSError):
        return Path(spec.origin).with_name("about.py").read_text(encoding="utf-8")
    return spec.origin
