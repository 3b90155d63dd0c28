"""Linters by settings: drafts under the same settings share one, and each draft gets what its file does not say itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inmail_lint.config.engine import engine_key, profile_of
from inmail_lint.config.settings import Settings
from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError, Fault

if TYPE_CHECKING:  # the engine is loaded with the first linter: a run whose reports are all kept needs none
    from inmail_lint.campaign import Campaign
    from inmail_lint.linter import Linter

_State = tuple[int, int]  # of a file: when it was changed, and its bytes


class Linters:
    """Makes a linter for every set of settings that occurs, once; a `tolerant` one leaves broken rules out and says so.

    Attributes:
        faults: lists of contacts that could not be read; drafts are judged without them.
    """

    def __init__(self, *, cache: bool = False, tolerant: bool = False) -> None:
        self.faults: dict[Path, Sequence[Fault]] = {}
        self._cache, self._tolerant = cache, tolerant
        self._made: dict[str, Linter] = {}
        self._campaigns: dict[Path, tuple[_State | None, Campaign | None]] = {}

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
        return {**self.__dict__, "_made": {}, "_campaigns": {}}  # another process makes its own, quicker than to send them

    def prepared(self, draft: Draft, settings: Settings) -> Draft:
        """A draft with kind, language, sender and other recipients from the settings where its file does not give them."""
        changes: dict[str, object] = {}
        if settings["kind"] and "kind" not in draft.given:
            changes["kind"] = settings["kind"]
        if settings["language"] and draft.language is None:
            changes["language"] = settings["language"]
        if settings["sender"]:
            changes["sender"] = tuple(settings["sender"].values())
        campaign = self._campaign(settings["campaign"]) if settings["campaign"] and draft.recipient else None
        if campaign is not None:
            changes["others"] = campaign.may_name(draft)
        return replace(draft, **changes) if changes else draft  # type: ignore[arg-type]

    def _campaign(self, file: Path) -> Campaign | None:
        """The companies of a list of contacts, read anew when the file was changed; None if it cannot be read."""
        from inmail_lint.campaign import Campaign
        from inmail_lint.reading.contacts import companies_in

        state = _state(file)
        if file not in self._campaigns or self._campaigns[file][0] != state:
            campaign = None
            self.faults.pop(file, None)
            try:
                campaign = Campaign(companies_in(file))
            except DraftError as error:
                self.faults[file] = error.faults
            self._campaigns[file] = state, campaign
        return self._campaigns[file][1]


def _state(file: Path) -> _State | None:
    try:
        about = file.stat()
    except (OSError, ValueError):  # said when it is read
        return None
    return about.st_mtime_ns, about.st_size
