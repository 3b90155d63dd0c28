"""The language server: findings, rule cards, quick fixes and header completion inside an editor, over stdio."""

from __future__ import annotations

from pathlib import Path

from inmail_lint.errors import InmailLintError

_NEEDED = ("pygls", "lsprotocol", "cattrs", "attrs")
EXIT_STOPPED, EXIT_CUT_OFF = 0, 1  # what the protocol asks: 1 if the editor leaves without saying so


def serve(profile: str | None, rules: Path | None = None, ui: str | None = None) -> int:
    """Serve one editor until it leaves; returns the exit code. Raises RuleError, InmailLintError without pygls."""
    try:
        from inmail_lint.lsp.server import start
        from inmail_lint.lsp.settings import Settings
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _NEEDED:
            raise
        raise InmailLintError("the language server needs pygls 2 or later; install it with: "
                              "pip install 'inmail-lint[lsp]'") from error
    if profile and profile.endswith((".yaml", ".yml")):
        profile = str(Path(profile).absolute())  # paths that the editor gives are the workspace's, these the shell's
    left_properly = start(Settings(profile, str(rules.absolute()) if rules else None, ui))
    return EXIT_STOPPED if left_properly else EXIT_CUT_OFF
