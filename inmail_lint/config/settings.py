"""What holds for a draft: defaults, the configuration file above it, its entries for matching files, the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from inmail_lint.config.keys import KEYS
from inmail_lint.config.reading import ConfigFile, find_config, read_config

_MERGED = ("rules", "phrases", "sender")  # tables: an entry given later replaces only its own


@dataclass(frozen=True)
class Settings:
    """The value of every key (None where nothing is said), and where each comes from."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]
    file: Path | None = None

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


class SettingsFinder:
    """Finds the settings of drafts; `overrides` are those of the command line, `file` a configuration named there."""

    def __init__(self, overrides: Mapping[str, Any] | None = None, *, file: Path | None = None, isolated: bool = False
                 ) -> None:
        self._overrides = {k: v for k, v in (overrides or {}).items() if v not in (None, ())}
        self._named = read_config(file) if file is not None else None
        self._isolated = isolated
        self._found: dict[Path, ConfigFile | None] = {}
        self._made: dict[tuple[Path | None, tuple[int, ...]], Settings] = {}
        self._last: tuple[str, Settings] | None = None

    def of(self, path: str) -> Settings:
        """Settings of the draft at a path (or of what is pasted here, for a path that is none); raises ConfigError."""
        if self._last is None or self._last[0] != path:  # the drafts of a file come one after the other
            self._last = path, self._settings(path)
        return self._last[1]

    def _settings(self, path: str) -> Settings:
        place = Path(path) if path and not path.startswith("<") else Path.cwd() / "draft.txt"
        config = self._config(place.absolute().parent)
        entries = config.values.get("files", ()) if config is not None else ()
        numbers = tuple(n for n, (globs, _) in enumerate(entries)
                        if config and any(_matches(place.absolute(), glob, config.path.absolute().parent) for glob in globs))
        key = config.path if config else None, numbers
        if key not in self._made:  # a run over many drafts has few settings
            self._made[key] = self._laid(config, numbers)
        return self._made[key]

    def _laid(self, config: ConfigFile | None, numbers: tuple[int, ...]) -> Settings:
        """Defaults, the configuration, its entries with these numbers, the command line: each over the one before."""
        values: dict[str, Any] = {name: key.default for name, key in KEYS.items()}
        origins = dict.fromkeys(values, "default")
        if config is not None:
            _lay(values, origins, config.values, config, "")
            for number in numbers:
                _lay(values, origins, config.values["files"][number][1], config, f"files.{number}.")
        for name, value in self._overrides.items():
            values[name] = value
            origins[name] = "command line"
        return Settings(values, origins, config.path if config else None)

    def _config(self, folder: Path) -> ConfigFile | None:
        if self._named is not None or self._isolated:
            return self._named
        if folder not in self._found:
            self._found[folder] = find_config(folder)
        return self._found[folder]


def _lay(values: dict[str, Any], origins: dict[str, str], given: Mapping[str, Any], config: ConfigFile, prefix: str) -> None:
    for name, value in given.items():
        values[name] = {**values[name], **value} if name in _MERGED else value
        line = config.lines.get(f"{prefix}{name}", config.lines.get(f"{prefix}{name}".replace("-", "_")))
        origins[name] = f"{config.path}:{line}" if line else str(config.path)


def _matches(path: Path, glob: str, root: Path) -> bool:
    """Whether a glob means a file: by its path from the configuration's folder, or by its name alone."""
    if "/" not in glob:
        return fnmatchcase(path.name, glob)
    try:
        relative = path.relative_to(root).as_posix()
    except ValueError:
        return False
    return fnmatchcase(relative, glob) or fnmatchcase(relative, glob.replace("**/", ""))
