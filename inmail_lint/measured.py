"""How often each rule errs, per language, as measured on the labelled drafts and committed in `rules/measured.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inmail_lint.wording import say

ENOUGH = 10  # drafts with the fault below which precision and recall say nothing


@dataclass(frozen=True)
class Figures:
    """Committed figures by rule and language; empty if nothing was measured."""

    rules: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    overall: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by language

    @classmethod
    def load(cls, directory: Path) -> Figures:
        file = directory / "measured.json"
        if not file.is_file():
            return cls()
        data = json.loads(file.read_text(encoding="utf-8"))
        return cls(data["rules"], data["overall"])

    def sentence(self, rule: str, language: str, ui: str) -> str:
        """One sentence on the rule's error rate in a language."""
        row = self.rules.get(rule, {}).get(language)
        if not row or row["cases"] < ENOUGH or row["precision"] is None:
            return f"{language}: {say('no-measure', ui)}"
        return f"{language}: " + say("measure", ui, round(100 * row["precision"]), round(100 * row["recall"]),
                                     row["drafts"], row["cases"])
