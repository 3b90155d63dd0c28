"""Lint LinkedIn InMail drafts before they are sent: offline, deterministic, every point explained.

`lint` judges one draft given as text; a `Linter` judges many `Draft`s and may be shared between threads. Each gives a
`Report` with its `Finding`s. A `DraftError` is raised for a draft that cannot be read and a `RuleError` for broken rules,
both an `InmailLintError`. `__version__` is the version installed.

Tables and streams of record batches are in `inmail_lint.frames`, the spaCy component in `inmail_lint.spacy_component`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inmail_lint.draft import Draft, Recipient
    from inmail_lint.errors import DraftError, InmailLintError, RuleError
    from inmail_lint.linter import Linter, lint
    from inmail_lint.report import Finding, Mark, NotRun, Report, Spot
    from inmail_lint.vocabulary import Severity

__version__ = "0.1.0"

# Loaded when first used, so that `inmail-lint --help` does not pay for the engine.
_HOMES = {
    "Draft": "draft", "Recipient": "draft", "DraftError": "errors", "InmailLintError": "errors", "RuleError": "errors",
    "Linter": "linter", "lint": "linter", "Finding": "report", "Mark": "report", "NotRun": "report", "Report": "report",
    "Spot": "report", "Severity": "vocabulary"}

__all__ = ["Draft", "DraftError", "Finding", "InmailLintError", "Linter", "Mark", "NotRun", "Recipient", "Report",
           "RuleError", "Severity", "Spot", "__version__", "lint"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"inmail_lint.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'inmail_lint' has no attribute '{name}'")
