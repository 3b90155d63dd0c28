"""Linters by settings: drafts under the same settings share one, and each draft gets what its file does not say itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from inmail_lint.config.engine import engine_key, profile_of
from inmail_lint.config.settings import Settings
from inmail_lint.draft import Draft

if TYPE_CHECKING:  # the engine is loaded with the first linter: a run whose reports are all kept needs none
    from inmail_lint.linter import Linter


class Linters:
    """Makes a linter for every set of settings that occurs, once; a `tolerant` one leaves broken rules out and says so."""

    def __init__(self, *, cache: bool = False, tolerant: bool = False) -> None:
        self._cache, self._tolerant = cache, tolerant
        self._made: dict[str, Linter] = {}

    def of(self, settings: Settings) -> Linter:
        """The linter for settings; raises RuleError or ConfigError."""
        from inmail_lint.config.adjusting import adjusted
        from inmail_lint.linter import Linter
        from inmail_lint.loading import load_rulebook

        key = engine_key(settings)
        if key not in self._made:
            book = load_rulebook(profile_of(settings), settings["rule-folders"], cache=self._cache,
                                 tolerant=self._tolerant)
            self._made[key] = Linter(ui=settings["ui"], rulebook=adjusted(book, settings))
        return self._made[key]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_made": {}}  # another process makes its own, which is quicker than to send them

    def prepared(self, draft: Draft, settings: Settings) -> Draft:
        """A draft with kind, language and sender from the settings where its file does not give them."""
        changes: dict[str, object] = {}
        if settings["kind"] and "kind" not in draft.given:
            changes["kind"] = settings["kind"]
        if settings["language"] and draft.language is None:
            changes["language"] = settings["language"]
        if settings["sender"]:
            changes["sender"] = tuple(settings["sender"].values())
        return replace(draft, **changes) if changes else draft  # type: ignore[arg-type]
