"""Which files a rulebook is made of, and a key for their contents: told without reading what any of them says."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from inmail_lint.cache import digest_of, key_of
from inmail_lint.errors import Fault, RuleError
from inmail_lint.files import check_fit
from inmail_lint.folders import Folder, matching
from inmail_lint.source import MOST_BYTES
from inmail_lint.where import rules_directory


@dataclass(frozen=True)
class RuleFiles:
    """The folders of a rulebook, the product's first, and names for what is in them.

    Attributes:
        unfit: what is wrong with files before one is read.
        digest: names the contents of all files but the profile.
        key: names them, where they lie and the program; empty if nothing made of them may be kept.
        of_profile: the same with the profile.
    """

    folders: list[Folder]
    unfit: list[Fault]
    digest: str
    key: str
    of_profile: str

    @classmethod
    def of(cls, profile: str, extra: Path | Sequence[Path] | None) -> RuleFiles:
        """The files of the product and of the folders `extra`; raises RuleError if one of these is not there."""
        roots = [extra] if isinstance(extra, Path) else list(extra or ())
        for root in roots:
            if not root.is_dir():
                raise RuleError(Fault(str(root), "there is no such directory of rules; check --rules and 'rule-folders'"))
        unfit: list[Fault] = []
        folders = [Folder(root, unfit, own=not n) for n, root in enumerate([rules_directory(), *roots])]
        own = folders[0].root
        digest = digest_of([*sorted(own.glob("learned/*.json")), *own.glob("towns.txt"), *matching(folders)])
        if unfit:
            return cls(folders, unfit, digest, "", "")
        key = key_of(digest, *(str(folder.root.absolute()) for folder in folders))
        own_profile = Path(profile) if profile.endswith((".yaml", ".yml")) else None
        of_profile = key_of(key, profile, digest_of([own_profile]) if own_profile and _is_fit(own_profile) else "")
        return cls(folders, unfit, digest, key, of_profile)


def _is_fit(file: Path) -> bool:
    """Whether a profile can be read; what is wrong with one that cannot is said by whoever reads it."""
    with suppress(OSError):
        check_fit(file, MOST_BYTES)
        return True
    return False
