"""What an editor may set: the linter's options, from the command, the initialization options or the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inmail_lint.config import SettingsFinder
from inmail_lint.draft import KINDS, unknown_kind
from inmail_lint.spelling import nearest
from inmail_lint.vocabulary import UI_LANGUAGES

SECTION = "inmail-lint"  # of an editor's configuration
_KEYS = ("profile", "rules", "ui", "kind")


@dataclass(frozen=True, slots=True)
class Settings:
    """Profile (name or file), directory of own rules, report language (None: the draft's), kind of drafts that name none."""

    profile: str | None = None
    rules: str | None = None
    ui: str | None = None
    kind: str | None = None

    def merged(self, values: Any) -> tuple[Settings, list[str]]:
        """These settings with an editor's values over them, and a line for each value that cannot be used."""
        if not isinstance(values, Mapping):
            return self, []
        values = values.get(SECTION, values)
        good: dict[str, Any] = {}
        problems: list[str] = []
        for key, value in values.items() if isinstance(values, Mapping) else ():
            problem = _problem(str(key), value)
            if problem:
                problems.append(f"{SECTION}: {problem}")
            elif value:
                good[key] = value
        return replace(self, **good), problems

    def finder(self, root: str | None) -> SettingsFinder:
        """What holds for drafts: their configuration files, these settings over them. Relative paths are the workspace's."""
        is_file = bool(self.profile) and str(self.profile).endswith((".yaml", ".yml"))
        return SettingsFinder({
            "profile": str(Path(root or "", str(self.profile))) if is_file else self.profile, "ui": self.ui,
            "kind": self.kind, "rule-folders": (Path(root or "", self.rules),) if self.rules else ()})


def _problem(key: str, value: Any) -> str:
    if key not in _KEYS:
        return f"unknown setting '{key}'{nearest(key, _KEYS) or '; settings: ' + ', '.join(_KEYS)}"
    if value is not None and not isinstance(value, str):
        return f"'{key}' must be a text, not {type(value).__name__}"
    if key == "ui" and value and value not in UI_LANGUAGES:
        return f"unknown report language '{value}'; use one of {', '.join(UI_LANGUAGES)}"
    if key == "kind" and value and value not in KINDS:
        return unknown_kind(value)
    return ""
