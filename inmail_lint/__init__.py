"""Lint LinkedIn InMail drafts before they are sent: offline, deterministic, every point explained."""

from importlib.metadata import PackageNotFoundError, version

from inmail_lint.draft import Draft, Recipient
from inmail_lint.errors import DraftError, InmailLintError, RuleError
from inmail_lint.linter import Linter, lint
from inmail_lint.report import Finding, Mark, NotRun, Report, Spot
from inmail_lint.rulebook import Severity

try:
    __version__ = version("inmail-lint")
except PackageNotFoundError:  # run from a checkout that is not installed
    __version__ = "0+unknown"

__all__ = ["Draft", "DraftError", "Finding", "InmailLintError", "Linter", "Mark", "NotRun", "Recipient", "Report",
           "RuleError", "Severity", "Spot", "__version__", "lint"]
