"""What the server knows while it runs: the linter in force, and for every open document its last analysis."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from inmail_lint import __version__
from inmail_lint.config import SettingsFinder
from inmail_lint.errors import InmailLintError
from inmail_lint.lsp.analysis import Analysis, Shown, analyse, is_draft
from inmail_lint.lsp.diagnostics import shown
from inmail_lint.lsp.linters import Linters
from inmail_lint.lsp.settings import SECTION, Settings
from inmail_lint.lsp.text import Text
from inmail_lint.rulebook import Rulebook

_PAUSE = 0.2  # seconds without a keystroke before a draft is judged
_PATIENCE = 5.0  # seconds that an editor has to say what its configuration is
_DEFECT = "inmail-lint: a defect of ours ({}: {}); please report it with the draft"


class Session(LanguageServer):
    """One editor's session. Documents come whole with every change: drafts are short, and lines are counted our way."""

    def __init__(self, settings: Settings, linters: Linters) -> None:
        super().__init__("inmail-lint", __version__, types.TextDocumentSyncKind.Full)
        self.settings, self.linters = settings, linters
        self.left_properly = False
        self._given = settings
        self._initial: Any = None
        self._configuring: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._kept: dict[str, tuple[Analysis, Settings, tuple[Shown, ...]]] = {}
        self._told = ""

    # documents

    def draft(self, uri: str) -> TextDocument | None:
        """The open document if it is a draft."""
        document: TextDocument | None = self.workspace.text_documents.get(uri)
        if document is None or not is_draft(document.language_id, document.filename or ""):
            return None
        return document

    async def analysis(self, uri: str) -> tuple[Analysis, tuple[Shown, ...]] | None:
        """The document as it is now, judged, with its diagnostics; None if it is closed or no draft."""
        if self._configuring is not None and not self._configuring.done():
            await asyncio.wait({self._configuring}, timeout=_PATIENCE)
        document = self.draft(uri)
        if document is None:
            return None
        source, settings = document.source, self.settings
        text = Text(source, self.encoding)
        finder = settings.finder(self.workspace.root_path)  # anew each time: a configuration may have changed
        made = await asyncio.to_thread(analyse, text, self.linters, finder, document.path)
        self._tell_what_broke(made)
        diagnostics = shown(made)
        if (now := self.draft(uri)) is not None and now.source == source:
            self._kept[uri] = made, settings, diagnostics
        return made, diagnostics

    def rulebook(self, document: TextDocument) -> Rulebook:
        """The rules that hold where a document lies, or ours if its configuration is broken."""
        try:
            return self.linters.of(self.settings.finder(self.workspace.root_path).of(document.path)).rulebook
        except InmailLintError:
            return self.linters.of(SettingsFinder(isolated=True).of("")).rulebook

    def ui(self, uri: str) -> str:
        """The language of what is said of a document: the one set, else that of its last report."""
        report = self._kept[uri][0].report if uri in self._kept else None
        return self.settings.ui or (report.ui if report else "en")

    @property
    def encoding(self) -> str:
        agreed = self.workspace.position_encoding or types.PositionEncodingKind.Utf16
        return str(getattr(agreed, "value", agreed))

    # diagnostics

    @property
    def is_asked(self) -> bool:
        """Whether the editor asks for diagnostics itself; sending them besides would show each twice."""
        documents = self.client_capabilities.text_document
        return documents is not None and documents.diagnostic is not None

    def schedule(self, uri: str, pause: float = _PAUSE) -> None:
        """Judge a document after a pause and send its diagnostics; what was scheduled before for it is dropped."""
        self.drop(uri)
        if not self.is_asked and self.draft(uri) is not None:
            task = asyncio.get_running_loop().create_task(self._publish(uri, pause))
            self._waiting[uri] = task

    def drop(self, uri: str) -> None:
        """Forget what is scheduled for a document."""
        task = self._waiting.pop(uri, None)
        if task is not None:
            task.cancel()

    def close(self, uri: str) -> None:
        """Forget a document and take its diagnostics off the screen."""
        self.drop(uri)
        if self._kept.pop(uri, None) is not None and not self.is_asked:
            self._send(uri, None, [])

    async def _publish(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        document = self.draft(uri)
        version = document.version if document else None
        try:
            result = await self.analysis(uri)
        except Exception as error:  # it must not end the session, nor pass unseen
            self.tell(_DEFECT.format(type(error).__name__, error), types.MessageType.Error)
            return
        current = self.draft(uri)
        if result is not None and current is not None and current.version == version:
            self._send(uri, version, [s.diagnostic for s in result[1]])

    def _send(self, uri: str, version: int | None, diagnostics: Sequence[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    # settings

    def begin(self, initial: Any) -> None:
        """Take the initialization options; what the workspace says comes over them."""
        self._initial = initial

    def configure(self, sent: Any = None) -> None:
        """Ask the editor for its configuration (or take what it `sent`), then judge every open draft by it."""
        if self._configuring is not None:
            self._configuring.cancel()
        self._configuring = asyncio.get_running_loop().create_task(self._configure(sent))

    async def _configure(self, sent: Any) -> None:
        settings, problems = self._given.merged(self._initial)
        settings, more = settings.merged(await self._asked() if self._can_ask else _section(sent))
        await self._use(settings)
        for problem in [*problems, *more]:
            self.tell(problem)
        for uri in list(self.workspace.text_documents):
            self.schedule(uri, 0)
        workspace = self.client_capabilities.workspace
        if self.is_asked and workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None)

    async def _use(self, settings: Settings) -> None:
        """Put settings in force; where they make no linter, the old one stays."""
        try:
            finder = settings.finder(self.workspace.root_path)
            await asyncio.to_thread(lambda: self.linters.of(finder.of("")))
            self.settings = settings
            self._tell_what_broke()
        except InmailLintError as error:
            self.settings = replace(self.settings, kind=settings.kind)
            for fault in error.faults:
                self.tell(f"{SECTION}: {fault}")

    @property
    def _can_ask(self) -> bool:
        workspace = self.client_capabilities.workspace
        return bool(workspace and workspace.configuration)

    async def _asked(self) -> Any:
        items = [types.ConfigurationItem(section=SECTION)]
        try:
            answer = await asyncio.wait_for(
                self.workspace_configuration_async(types.ConfigurationParams(items)), _PATIENCE)
        except (JsonRpcException, asyncio.TimeoutError):
            return None
        return answer[0] if answer else None

    def _tell_what_broke(self, made: Analysis | None = None) -> None:
        """Rules that are broken, and those that crashed on a draft: the others hold, but nobody must take them for all."""
        for line in self.linters.news():
            self._show(f"{SECTION}: {line}", types.MessageType.Error)
        if made and made.report and made.report.defects:
            names = ", ".join(d.what for d in made.report.defects)
            self.tell(_DEFECT.format(names, made.report.defects[0].reason), types.MessageType.Error)

    def tell(self, message: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        """Show the user a line, not twice in a row."""
        if message != self._told:
            self._told = message
            self._show(message, kind)

    def _show(self, message: str, kind: types.MessageType) -> None:
        self.window_show_message(types.ShowMessageParams(kind, message))


def _section(sent: Any) -> Any:
    """Our section of a whole configuration that an editor sent."""
    return sent.get(SECTION) if isinstance(sent, dict) else None


def quiet_logs() -> None:
    """Keep the library's tracebacks off the editor's log unless a defect is being looked for."""
    if not os.environ.get("INMAIL_LINT_DEBUG"):
        logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
