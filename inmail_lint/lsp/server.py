"""The protocol's requests and notifications, each handed to the module that answers it."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

from lsprotocol import types

from inmail_lint.lsp.actions import actions, workspace_edit
from inmail_lint.lsp.completion import TRIGGERS, complete
from inmail_lint.lsp.hover import hover
from inmail_lint.lsp.linters import Linters
from inmail_lint.lsp.session import Session, quiet_logs
from inmail_lint.lsp.settings import Settings
from inmail_lint.lsp.text import Text
from inmail_lint.tokens import spare_command_line


def start(settings: Settings) -> bool:
    """Serve on standard input and output until the editor leaves; whether it said so. Raises RuleError."""
    quiet_logs()
    spare_command_line()
    session = server(settings)
    gc.enable()  # the command line switches it off for its short runs
    session.start_io()
    return session.left_properly


def server(settings: Settings) -> Session:
    """A session with everything it answers, not yet connected."""
    linters = Linters()
    linters.of(settings.finder(None).of(""))  # what is wrong with the command's own settings is said before anything else
    session = Session(settings, linters)
    for name, handler, options in _HANDLERS:
        session.feature(name, options)(handler)
    return session


def _initialize(ls: Session, params: types.InitializeParams) -> None:
    ls.begin(params.initialization_options)


def _initialized(ls: Session, params: types.InitializedParams) -> None:
    ls.configure()


def _configured(ls: Session, params: types.DidChangeConfigurationParams) -> None:
    ls.configure(params.settings)


def _shutdown(ls: Session, params: None) -> None:
    ls.left_properly = True


def _opened(ls: Session, params: types.DidOpenTextDocumentParams) -> None:
    ls.schedule(params.text_document.uri, 0)


def _changed(ls: Session, params: types.DidChangeTextDocumentParams) -> None:
    ls.schedule(params.text_document.uri)


def _saved(ls: Session, params: types.DidSaveTextDocumentParams) -> None:
    ls.schedule(params.text_document.uri, 0)


def _closed(ls: Session, params: types.DidCloseTextDocumentParams) -> None:
    ls.close(params.text_document.uri)


async def _diagnostics(ls: Session, params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
    result = await ls.analysis(params.text_document.uri)
    return types.RelatedFullDocumentDiagnosticReport(items=[s.diagnostic for s in result[1]] if result else [])


async def _hover(ls: Session, params: types.HoverParams) -> types.Hover | None:
    result = await ls.analysis(params.text_document.uri)
    if result is None:
        return None
    documents = ls.client_capabilities.text_document
    formats = documents.hover.content_format if documents and documents.hover else None
    markdown = not formats or types.MarkupKind.Markdown in formats
    return hover(result[0], result[1], params.position, markdown=markdown)


async def _actions(ls: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri, only = params.text_document.uri, params.context.only
    if only and not any(str(getattr(k, "value", k)) in ("", "quickfix") for k in only):
        return []
    result = await ls.analysis(uri)
    document = ls.draft(uri)
    if result is None or document is None or document.source != result[0].text.source:
        return []
    workspace = ls.client_capabilities.workspace
    versioned = bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)
    found = []
    for action, edits in await asyncio.to_thread(actions, *result, params.range):
        action.edit = workspace_edit(uri, document.version, edits, versioned=versioned)
        found.append(action)
    return found


def _completion(ls: Session, params: types.CompletionParams) -> list[types.CompletionItem]:
    document = ls.draft(params.text_document.uri)
    if document is None:
        return []
    text = Text(document.source, ls.encoding)
    return complete(text, params.position, ls.rulebook(document), ls.ui(document.uri))


_HANDLERS: tuple[tuple[str, Any, Any], ...] = (
    (types.INITIALIZE, _initialize, None),
    (types.INITIALIZED, _initialized, None),
    (types.SHUTDOWN, _shutdown, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, _configured, None),
    (types.TEXT_DOCUMENT_DID_OPEN, _opened, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, _changed, None),
    (types.TEXT_DOCUMENT_DID_SAVE, _saved, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, _closed, None),
    (types.TEXT_DOCUMENT_DIAGNOSTIC, _diagnostics, types.DiagnosticOptions(
        inter_file_dependencies=False, workspace_diagnostics=False, identifier="inmail-lint")),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, _actions, types.CodeActionOptions([types.CodeActionKind.QuickFix])),
    (types.TEXT_DOCUMENT_COMPLETION, _completion, types.CompletionOptions(trigger_characters=list(TRIGGERS))),
)
