"""Our own command: how it is called here, and which of its options this version has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass
class Ours:
    """The command with an environment in which what it keeps lies in `scratch` and nobody's configuration counts."""

    scratch: Path
    env: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        dropped = ("INMAIL_LINT_NO_CACHE", "INMAIL_LINT_DEBUG")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        self.env = kept | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(self.scratch / "cache"), "PYTHONHASHSEED": "0"}

    def command(self, *arguments: str | Path) -> list[str | Path]:
        return [sys.executable, "-m", "inmail_lint.cli", *arguments]

    def module(self, name: str, *arguments: str | Path) -> list[str | Path]:
        return [sys.executable, "-m", f"benchmarks.{name}", *arguments]

    def check(self, *arguments: str | Path, jobs: int = 1, cache: bool = False) -> list[str | Path]:
        """`check` in `jobs` processes; reports are taken from those kept only if `cache` says so."""
        options: list[str | Path] = []
        if self.has("--jobs"):
            options += ["--jobs", str(jobs)]
        if self.has("--no-cache"):
            options.append("--cache" if cache else "--no-cache")
        return self.command("check", "--isolated", *options, *arguments)

    def has(self, option: str) -> bool:
        """Whether `check` has an option."""
        return option in self._options

    @cached_property
    def _options(self) -> frozenset[str]:
        shown = subprocess.run([str(w) for w in self.command("check", "--help")], capture_output=True, text=True, check=True,
                               env=self.env).stdout
        return frozenset(word.strip(",.") for part in shown.split() for word in part.split("/") if word.startswith("--"))

    def measured(self, name: str, *arguments: str | Path) -> str:
        """What a module of the benchmarks prints in a process of its own."""
        return subprocess.run([str(w) for w in self.module(name, *arguments)], capture_output=True, text=True, check=True,
                              env=self.env).stdout


def comparable(rules: Sequence[str]) -> list[str]:
    """The options that leave only some rules."""
    return ["--select", ",".join(rules)]
