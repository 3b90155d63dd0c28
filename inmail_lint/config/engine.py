"""What of the settings the engine needs: settings alike in this share a linter, and a draft its report."""

from __future__ import annotations

from pathlib import Path

from inmail_lint.config.settings import Settings

_ENGINE = ("profile", "ui", "select", "ignore", "rules", "rule-folders", "only-own-rules", "phrases")


def engine_key(settings: Settings) -> str:
    """What makes settings need a linter of their own."""
    return repr([settings[name] for name in _ENGINE])


def profile_of(settings: Settings) -> str:
    """A profile's name, or its file as seen from the configuration's folder."""
    profile = str(settings["profile"])
    if profile.endswith((".yaml", ".yml")) and settings.file and settings.origins["profile"] != "command line":
        return str(Path(settings.file).parent / profile)
    return profile
