"""The files of a folder of rules: those that a rulebook is made of, if they are plain, within the folder, and not too many."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from inmail_lint.errors import Fault
from inmail_lint.files import UnfitError, check_fit
from inmail_lint.source import MOST_BYTES

MOST_FILES = 500  # of one folder; the product's own has some 90
NOT_RULES = ("guides", "names", "fields", "labels", "lookalikes")  # other files beside the rules
_KINDS = ("*.yaml", "patterns/*.yaml", "words/*.yaml", "languages/*.yaml", "profiles/*.yaml")


def rule_files(root: Path) -> list[Path]:
    """What a folder holds in the places where rules and what they need are looked for."""
    return sorted({file for kind in _KINDS for file in root.glob(kind)})


class Folder:
    """A folder of rules. `own` files are the product's, which are as they were installed."""

    def __init__(self, root: Path, faults: list[Fault], *, own: bool = False) -> None:
        self.root, self.own = root, own
        held = rule_files(root)
        if len(held) > MOST_FILES and not own:
            faults.append(Fault(str(root), f"holds {len(held):,} rule files; keep at most {MOST_FILES}, or several folders"))
            held = held[:MOST_FILES]
        self.files = [file for file in held if own or self._fits(file, faults)]
        self.refused = {f.stem for f in {*held} - {*self.files} if f.parent == root} - {*NOT_RULES}  # rules by name

    def _fits(self, file: Path, faults: list[Fault]) -> bool:
        """Whether a file may be read: what leads out of the folder, or never ends, may not."""
        try:
            problem = "" if file.resolve(strict=True).is_relative_to(self.root.resolve()) else (
                "leads out of the folder; put the file itself here")
            if not problem:
                check_fit(file, MOST_BYTES)
        except UnfitError as error:
            problem = str(error)
        except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            problem = f"cannot be read: {error}; remove it"
        if problem:
            faults.append(Fault(str(file), problem))
        return not problem

    def matching(self, glob: str) -> list[Path]:
        """Files by a glob from the folder, such as `patterns/*.yaml`."""
        depth = glob.count("/") + 1
        return [f for f in self.files if len(f.relative_to(self.root).parts) == depth and f.match(glob)]


def matching(folders: Iterable[Folder], glob: str = "") -> list[Path]:
    """Files of several folders by a glob (without one: all), in the order of the folders."""
    return [file for folder in folders for file in (folder.matching(glob) if glob else folder.files)]
