"""The language server as an editor meets it: a real client over standard input and output."""

from __future__ import annotations

import asyncio
import html
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

types = pytest.importorskip("lsprotocol.types")
pytest.importorskip("pygls")

from pygls.lsp.client import LanguageClient  # noqa: E402
from test_hostile_rules import rule  # noqa: E402

from inmail_lint import Draft, Linter, RuleError  # noqa: E402
from inmail_lint.config import SettingsFinder  # noqa: E402
from inmail_lint.config.linters import Linters  # noqa: E402
from inmail_lint.errors import Defect  # noqa: E402
from inmail_lint.lsp import fixers  # noqa: E402
from inmail_lint.lsp.actions import actions  # noqa: E402
from inmail_lint.lsp.analysis import Analysis, analyse, is_draft  # noqa: E402
from inmail_lint.lsp.completion import complete  # noqa: E402
from inmail_lint.lsp.diagnostics import shown  # noqa: E402
from inmail_lint.lsp.header import read_header  # noqa: E402
from inmail_lint.lsp.hover import escape, hover  # noqa: E402
from inmail_lint.lsp.linters import Linters as LiveLinters  # noqa: E402
from inmail_lint.lsp.server import server  # noqa: E402
from inmail_lint.lsp.settings import Settings  # noqa: E402
from inmail_lint.lsp.silence import silence  # noqa: E402
from inmail_lint.lsp.text import Text  # noqa: E402
from inmail_lint.reading.plain import read_plain  # noqa: E402

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted(f for f in (ROOT / "corpus" / "examples").iterdir()
                  if f.suffix in (".txt", ".md", ".inmail") and not f.name.startswith(("README", "utf-16", "windows")))
T = TypeVar("T")
WAIT = 15.0

EMOJI = ("Subject: Your talk in Leeds\nTo: Ana Ruiz\n\nHi Ana,\n\n"
         "🚀👋🏽 Your role at {{company}} caught my eye.\n\nCould we talk for ten minutes on Tuesday?\n\nTom\n")
BROKEN = "---\nsubject: Your talk\nkind: [inmail\n---\nHi Ana,\n\nCould we talk on Tuesday?\n"


class Editor:
    """A language client with its own event loop, driven from the test's thread."""

    def __init__(self, configuration: Any = None) -> None:
        self.client = LanguageClient("test-editor", "1")
        self.configuration = configuration
        self.published: dict[str, Any] = {}
        self.messages: list[str] = []
        self.capabilities: Any = None
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(self._on_publish)
        self.client.feature(types.WINDOW_SHOW_MESSAGE)(self._on_message)
        self.client.feature(types.WORKSPACE_CONFIGURATION)(self._on_configuration)

    @property
    def _on_publish(self) -> Callable[[Any], None]:
        def on_publish(params: Any) -> None:
            with self._changed:
                self.published[params.uri] = params
                self._changed.notify_all()
        return on_publish

    @property
    def _on_message(self) -> Callable[[Any], None]:
        def on_message(params: Any) -> None:
            with self._changed:
                self.messages.append(params.message)
                self._changed.notify_all()
        return on_message

    @property
    def _on_configuration(self) -> Callable[[Any], Any]:
        def on_configuration(params: Any) -> Any:
            return [self.configuration for _ in params.items]
        return on_configuration

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT)

    def wait(self, happened: Callable[[], Any], seconds: float = WAIT) -> Any:
        with self._changed:
            assert self._changed.wait_for(happened, seconds), (self.published, self.messages)
            return happened()

    def notify(self, send: Callable[[Any], None], params: Any) -> None:
        self._loop.call_soon_threadsafe(send, params)

    def open(self, uri: str, text: str, language: str = "inmail") -> None:
        self.notify(self.client.text_document_did_open, types.DidOpenTextDocumentParams(
            types.TextDocumentItem(uri, language, 1, text)))

    def change(self, uri: str, text: str, version: int) -> None:
        self.notify(self.client.text_document_did_change, types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version, uri), [types.TextDocumentContentChangeWholeDocument(text)]))

    def diagnostics(self, uri: str, version: int = 1) -> list[Any]:
        found = self.wait(lambda: (p := self.published.get(uri)) and p.version == version and p)
        return list(found.diagnostics)

    def hover(self, uri: str, line: int, character: int) -> Any:
        return self.run(self.client.text_document_hover_async(types.HoverParams(
            types.TextDocumentIdentifier(uri), types.Position(line, character))))

    def actions(self, uri: str, place: Any) -> list[Any]:
        return list(self.run(self.client.text_document_code_action_async(types.CodeActionParams(
            types.TextDocumentIdentifier(uri), place, types.CodeActionContext([])))) or [])

    def complete(self, uri: str, line: int, character: int) -> list[Any]:
        found = self.run(self.client.text_document_completion_async(types.CompletionParams(
            types.TextDocumentIdentifier(uri), types.Position(line, character))))
        return list(found or [])


@contextmanager
def editor(encodings: list[Any] | None = None, *, pull: bool = False, options: Any = None, configuration: Any = None,
           arguments: tuple[str, ...] = ()) -> Iterator[Editor]:
    """An editor whose server is started, initialized and at the end shut down in the way the protocol asks."""
    here = Editor(configuration)
    here.run(here.client.start_io(sys.executable, "-m", "inmail_lint.cli", "lsp", *arguments, cwd=str(ROOT)))
    capabilities = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=encodings),
        workspace=types.WorkspaceClientCapabilities(configuration=configuration is not None),
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities() if pull else None))
    here.capabilities = here.run(here.client.initialize_async(types.InitializeParams(
        capabilities, initialization_options=options, root_uri=ROOT.as_uri()))).capabilities
    here.notify(here.client.initialized, types.InitializedParams())
    yield here
    here.run(here.client.shutdown_async(None))
    here.notify(here.client.exit, None)
    process = here.client._server
    assert here.run(asyncio.wait_for(process.wait(), WAIT)) == 0
    here.run(here.client.stop())


@pytest.fixture(scope="module")
def english() -> Iterator[Editor]:
    with editor(options={"ui": "en"}) as here:
        yield here


def applied(text: str, edits: Any) -> str:
    """A text after an editor's UTF-16 edits."""
    units = Text(text)
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        start, end = (sum(len(x) + 1 for x in lines[: p.line]) + units.column(p) for p in (edit.range.start, edit.range.end))
        text = text[:start] + edit.new_text + text[end:]
    return text


def test_columns_are_counted_in_utf_16_unless_agreed_otherwise(english: Editor) -> None:
    uri = "file:///d/columns.inmail"
    english.open(uri, EMOJI)
    found = next(d for d in english.diagnostics(uri) if d.code == "placeholder")
    assert english.capabilities.position_encoding == "utf-16"
    assert found.range == types.Range(types.Position(5, 20), types.Position(5, 31))
    before = english.hover(uri, 5, 19)
    assert before is None or "`placeholder`" not in before.contents.value


def test_a_finding_is_a_diagnostic_at_each_of_its_places(english: Editor) -> None:
    uri = "file:///d/places.txt"
    text = "Hi Ana,\n\n{{one}} and {{two}} at Foo.\n\nCould we talk for ten minutes on Tuesday?"
    english.open(uri, text, "plaintext")
    found = [d for d in english.diagnostics(uri) if d.code == "placeholder"]
    assert [(d.range.start.character, d.range.end.character) for d in found] == [(0, 7), (12, 19)]
    assert all(d.severity == types.DiagnosticSeverity.Error and d.source == "inmail-lint" for d in found)
    assert all(re.search(r"\(-\d+ for all 2 places\)$", d.message) for d in found)
    assert all(d.code_description.href.startswith("http") for d in found)


def test_what_is_missing_sits_on_the_subject_or_the_first_line_of_the_body(english: Editor) -> None:
    uri = "file:///d/missing.md"
    english.open(uri, "Asunto: Colaboración\nPara: Ana Ruiz\n\nHola Ana:\n\nSomos una empresa.\n", "markdown")
    found = {d.code: d for d in english.diagnostics(uri)}
    assert found["subject-not-specific"].range.start.line == 0
    assert found["personalization-missing"].range == types.Range(types.Position(3, 0), types.Position(3, 9))
    assert found["personalization-missing"].severity == types.DiagnosticSeverity.Warning


def test_a_change_that_mends_the_draft_takes_the_diagnostic_away(english: Editor) -> None:
    uri = "file:///d/mended.inmail"
    english.open(uri, EMOJI)
    assert "placeholder" in {d.code for d in english.diagnostics(uri)}
    for version in range(2, 7):  # keystrokes: only the last is judged
        english.change(uri, EMOJI + "x" * version, version)
    english.change(uri, EMOJI.replace("{{company}}", "Acme"), 7)
    assert "placeholder" not in {d.code for d in english.diagnostics(uri, 7)}
    english.notify(english.client.text_document_did_close,
                   types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    english.wait(lambda: english.published[uri].version is None and not english.published[uri].diagnostics)


def test_only_the_latest_of_quick_changes_is_published(english: Editor) -> None:
    uri, seen = "file:///d/quick.inmail", set()
    english.open(uri, EMOJI)
    english.diagnostics(uri)
    for version in range(2, 12):
        english.change(uri, EMOJI + "x" * version, version)
    english.wait(lambda: seen.add(english.published[uri].version) or english.published[uri].version == 11)
    assert seen <= {1, 11}


def test_a_draft_that_cannot_be_read_is_one_diagnostic_at_its_line(english: Editor) -> None:
    uri = "file:///d/broken.md"
    english.open(uri, BROKEN, "markdown")
    (found,) = english.diagnostics(uri)
    assert "not YAML" in found.message and found.range.start.line in (2, 3)
    assert found.severity == types.DiagnosticSeverity.Error
    assert english.hover(uri, 2, 0) is None and english.actions(uri, found.range) == []
    english.change(uri, "Subject: Hi\nComapny: Acme\n\nHi Ana,\n", 2)
    (found,) = english.diagnostics(uri, 2)
    assert found.range.start.line == 1 and "company" in found.message


def test_an_empty_file_and_a_file_that_is_no_draft_are_left_alone(english: Editor) -> None:
    english.open("file:///d/new.inmail", "\n")
    assert english.diagnostics("file:///d/new.inmail") == []
    english.open("file:///d/program.py", "print('{{name}}')", "python")
    english.open("file:///d/README.md", "{{name}}", "markdown")
    english.open("file:///d/last.inmail", EMOJI)
    english.diagnostics("file:///d/last.inmail")
    assert not {"file:///d/program.py", "file:///d/README.md"} & set(english.published)
    assert english.hover("file:///d/program.py", 0, 9) is None


def test_hover_shows_the_rule_card_and_what_works(english: Editor) -> None:
    uri = "file:///d/hover.inmail"
    english.open(uri, EMOJI)
    english.diagnostics(uri)
    card = english.hover(uri, 5, 22)
    assert card.contents.kind == types.MarkupKind.Markdown
    for words in ("`placeholder`", "**Costs:**", "**Why:**", "**Fix:**", "**Sources:**", "**Measured:**", "points"):
        assert words in card.contents.value
    assert card.range.start == types.Position(5, 20)
    assert english.hover(uri, 7, 5).contents.value.startswith("**What works:** asks for a next step")
    assert english.hover(uri, 1, 0) is None


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab1\\`*_[]()<>&~|#+-=.:/!@\"' \n\té🚀"), max_size=30))
def test_hover_shows_what_the_draft_says_as_it_is(text: str) -> None:
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark")
    words = html.escape(" ".join(text.split())).replace("&#x27;", "'")
    assert markdown.render(escape(text)) == (f"<p>{words}</p>\n" if words else "")
    assert not re.search(r"https?://|www\.|[^\\]@", escape(f"x {text} https://a.example www.a.example a@b.example"))


@pytest.mark.parametrize("text", [
    EMOJI, "Asunto: Hola\n\n" + EMOJI.split("\n\n", 1)[1], EMOJI.split("\n\n", 1)[1],
    "---\nsubject: Hi\n---\n\nHi Ana,\n\nYour {{role}} 🚀 {{role}}.\n",
    "---\nsubject: Hi\nignore: [hedge]  # why\n---\n\nHi Ana,\n\nYour {{role}}.\n",
])
def test_silencing_a_rule_writes_it_into_the_header(english: Editor, text: str) -> None:
    uri = f"file:///d/silence-{len(text)}-{text[:3].strip()}.inmail"
    english.open(uri, text)
    found = next(d for d in english.diagnostics(uri) if d.code == "placeholder")
    action = next(a for a in english.actions(uri, found.range) if a.title == "Silence placeholder in this draft")
    assert action.kind == types.CodeActionKind.QuickFix and action.diagnostics[0].code == "placeholder"
    english.change(uri, applied(text, action.edit.changes[uri]), 2)
    left = english.diagnostics(uri, 2)
    assert "placeholder" not in {d.code for d in left} and len(left) > 0


HEADS = ("", "Ignore:\n\n", "Ignore: hedge\n\n", "To: Ana 🚀\nignorar: hedge , links \nCompany: Acme\n\n", "---\n---\n",
         "---\nignore:\n---\n", "---\nignore: hedge  # no\nkind: email\n---\n", "---\nasunto: 🚀\nignorar: 'hedge'\n---\n",
         "---\nignore: []\n---\n", "---\nignore: [hedge,\n  links]\nkind: email\n---\n",
         "---\nignore:\n  - hedge\n  - links # both\nkind: email\n...\n", "---\nignore:\n- \"hedge\"\n---\n",
         "---\n{subject: Hi, kind: email}\n---\n", "---\n{}\n---\n", "---\nrecipient: {first_name: Ana}\n---\n")


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_silencing_keeps_every_other_word_of_the_draft(head: str, end: str) -> None:
    text = (head + "Hi Ana,\n\nCould we talk?\n").replace("\n", end)
    here = Text(text)
    before = read_plain(here.text, "")
    put = silence("placeholder", here, read_header(here.lines), before)
    assert put is not None
    lines = text.split(end)
    lines[put.line] = lines[put.line][: put.column] + put.text + lines[put.line][put.column :]
    after = read_plain(Text(end.join(lines)).text, "")
    assert after.ignore == (*before.ignore, "placeholder")
    assert (after.body, after.subject, after.kind, after.recipient) == (
        before.body, before.subject, before.kind, before.recipient)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.name)
def test_every_finding_of_the_examples_can_be_silenced(file: Path) -> None:
    text = Text(file.read_text(encoding="utf-8"))
    analysis = analyse(text, LINTERS, ISOLATED, file.name)
    assert analysis.report is not None
    for entry in shown(analysis):
        assert entry.diagnostic.range.end.line < len(text.lines)
        if entry.finding is None:
            continue
        for action, edits in _silencing(actions(analysis, [entry], entry.diagnostic.range)):
            again = analyse(Text(applied(text.text, edits)), LINTERS, ISOLATED, file.name)
            assert again.report and entry.finding.rule not in {f.rule for f in again.report.findings}, action.title


def _silencing(offered: Any) -> list[Any]:
    """The actions that silence a rule; the others mend the text itself."""
    return [(action, edits) for action, edits in offered if action.title.startswith(("Silence", "Silenciar", "Callar"))]


def test_fixes_of_the_table_become_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    class Edit(NamedTuple):
        part: str
        start: int
        end: int
        replacement: str

    def edits(draft: Draft, language: str | None, *, linter: Linter) -> list[Edit]:
        at = draft.body.index("{{company}}")
        return [Edit("body", at, at + 11, "Acme"), Edit("subject", 4, 4, " own")]

    module = ModuleType("inmail_lint.fixes")
    vars(module)["edits"] = edits
    monkeypatch.setitem(sys.modules, "inmail_lint.fixes", module)
    analysis = analyse(Text(EMOJI), LINTERS, ISOLATED, "a.inmail")
    everything = shown(analysis)
    place = next(s.diagnostic.range for s in everything if s.diagnostic.code == "placeholder")
    (action, changes), *rest = actions(analysis, everything, place)
    assert action.title == "Write “Acme” instead of “{{company}}”" and action.diagnostics[0].code == "placeholder"
    assert applied(EMOJI, changes) == EMOJI.replace("{{company}}", "Acme")
    assert "Silence placeholder in this draft" in [a.title for a, _ in rest]
    head = types.Range(types.Position(0, 13), types.Position(0, 13))
    assert applied(EMOJI, actions(analysis, everything, head)[0][1]).startswith("Subject: Your own talk")
    far = types.Range(types.Position(7, 0), types.Position(7, 0))
    assert not [a for a, _ in actions(analysis, everything, far) if a.title.startswith("Write")]
    monkeypatch.setitem(fixers.FIXERS, "safe", lambda analysis, report: [])
    assert fixers.fixes(analyse(Text(EMOJI), LINTERS, ISOLATED, "a.inmail")) == ()


LINTERS = Linters()
ISOLATED = SettingsFinder(isolated=True)
PIECES = ("---\n", "...\n", "Subject: ", "ignore: ", "Ignorar:", "kind: ", "recipient:\n", "  - ", "[", "]", "{", "}", "'", '"',
          "|\n", ": ", ",", " ", "\n", "\r\n", "\r", "\t", "hedge", "Hi Ana,\n\n", "{{name}}", "🚀", "\ud83d", "\x00", "\u2028",
          "\ufeff", "é", "Could we talk on Tuesday?\n", "*a: &b\n", "%\n", "#")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from(("{}", "---\n{}\n---\nHi [name]\n")),
       st.integers(0, 12), st.integers(0, 30))
def test_no_text_is_too_odd(pieces: str, form: str, line: int, character: int) -> None:
    source = form.replace("{}", pieces)
    text, position = Text(source), types.Position(line, character)
    analysis = analyse(text, LINTERS, ISOLATED, "a.inmail")
    everything = shown(analysis)
    for entry in everything:
        start, end = entry.diagnostic.range.start, entry.diagnostic.range.end
        assert (start.line, start.character) <= (end.line, end.character) and end.line < len(text.lines)
        for action, edits in _silencing(actions(analysis, [entry], entry.diagnostic.range)):
            again = analyse(Text(applied(text.text, edits)), LINTERS, ISOLATED, "a.inmail")
            assert again.report and analysis.report and action.title
            assert again.report.draft.body == analysis.report.draft.body
    hover(analysis, everything, position)
    complete(text, position, analysis.linter.rulebook, "es")


def _labels(items: list[Any]) -> list[str]:
    return [i.label for i in items]


def test_completion_offers_header_names_and_values(english: Editor) -> None:
    uri = "file:///d/head.inmail"
    text = "Subject: 🚀 Hi\nCom\nKind:\nIgnore: hedge, 🚀, per\n\nHi Ana,\n\nCould we talk?\n"
    english.open(uri, text)
    names = english.complete(uri, 1, 3)
    assert {"Company", "Empresa", "To", "Para", "Contactos en común"} <= set(_labels(names))
    assert not {"Subject", "Asunto", "Body"} & set(_labels(names))
    company = next(i for i in names if i.label == "Company")
    assert applied(text, [company.text_edit]).split("\n")[1] == "Company: "


def test_completion_of_values(english: Editor) -> None:
    uri = "file:///d/values.inmail"
    text = "Subject: 🚀 Hi\nTipo:\nLang: e\nIgnore: hedge, per\n\nHi Ana,\n\nCould we talk?\n"
    english.open(uri, text)
    assert "open-profile" in _labels(english.complete(uri, 1, 5))
    sponsored = next(i for i in english.complete(uri, 1, 5) if i.label == "sponsored")
    assert applied(text, [sponsored.text_edit]).split("\n")[1] == "Tipo: sponsored"
    assert _labels(english.complete(uri, 2, 7)) == ["en", "es"]
    rules = english.complete(uri, 3, 18)
    assert "hedge" not in _labels(rules) and "personalization-late" in _labels(rules)
    late = next(i for i in rules if i.label == "personalization-late")
    assert applied(text, [late.text_edit]).split("\n")[3] == "Ignore: hedge, personalization-late"
    assert late.detail and english.complete(uri, 5, 3) == [] and english.complete(uri, 7, 0) == []


def test_completion_in_front_matter(english: Editor) -> None:
    uri = "file:///d/front.md"
    text = "---\nsu\nkind: \nignore:\n  - hedge\n  - \nrecipient:\n  fi\n---\nHi Ana,\n"
    english.open(uri, text, "markdown")
    assert "subject" in _labels(english.complete(uri, 1, 2)) and "kind" not in _labels(english.complete(uri, 1, 2))
    assert "email" in _labels(english.complete(uri, 2, 6))
    rules = _labels(english.complete(uri, 5, 4))
    assert "links" in rules and "hedge" not in rules
    nested = _labels(english.complete(uri, 7, 4))
    assert "first_name" in nested and "subject" not in nested
    assert english.complete(uri, 9, 2) == []
    new = "file:///d/start.inmail"
    english.open(new, "")
    assert "Subject" in _labels(english.complete(new, 0, 0))


def test_an_editor_that_asks_for_diagnostics_gets_them_once() -> None:
    with editor(["utf-8", "utf-16"], pull=True) as here:
        assert here.capabilities.position_encoding == "utf-8"
        uri = "file:///d/pull.inmail"
        here.open(uri, EMOJI)
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        report = here.run(here.client.text_document_diagnostic_async(params))
        found = next(d for d in report.items if d.code == "placeholder")
        assert report.kind == "full" and found.range.start == types.Position(5, 26)
        here.change(uri, EMOJI.replace("{{company}}", "Acme"), 2)
        assert "placeholder" not in {d.code for d in here.run(here.client.text_document_diagnostic_async(params)).items}
        assert here.published == {}


def test_settings_of_the_workspace_are_followed_and_wrong_ones_told() -> None:
    configuration = {"ui": "es", "kind": "connection", "profile": "gides", "colour": "red"}
    with editor(configuration=configuration) as here:
        uri, long = "file:///d/settings.inmail", "Hi Ana,\n\n" + "Could we talk about Acme on Tuesday? " * 12
        here.open(uri, long)
        here.diagnostics(uri)
        assert any("unknown setting 'colour'" in m for m in here.messages)
        assert any("guides" in m for m in here.messages)
        here.configuration = {"ui": "es", "kind": "connection"}
        here.notify(here.client.workspace_did_change_configuration, types.DidChangeConfigurationParams(None))
        limit = here.wait(lambda: next((d for d in here.published[uri].diagnostics if d.code == "body-limit"
                                        and "caracteres" in d.message), None))
        assert limit.severity == types.DiagnosticSeverity.Error
        here.change(uri, "Kind: email\n\n" + long, 2)
        assert "body-limit" not in {d.code for d in here.diagnostics(uri, 2)}
        assert "Callar" in here.actions(uri, here.published[uri].diagnostics[0].range)[0].title


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A team's folder with a good rule and a broken one."""
    folder = tmp_path / "pack"
    folder.mkdir()
    rule(folder, "good-one", phrases="{en: [caught my eye]}")
    rule(folder, "bad-one", severity="grave", phrases="{en: [ten minutes]}")
    return folder


def test_a_broken_rule_is_told_once_and_the_others_hold(pack: Path) -> None:
    uri = "file:///d/broken.inmail"
    with editor(arguments=("--rules", str(pack))) as here:
        def codes(version: int) -> set[str]:
            return {d.code for d in here.diagnostics(uri, version)}

        here.open(uri, EMOJI)
        assert {"good-one", "placeholder"} <= codes(1)
        assert len(here.messages) == 1
        assert re.fullmatch(r"inmail-lint: .*/bad-one\.yaml:\d+:\d+: unknown value 'grave'.*; left out until it is mended: "
                            "bad-one", here.messages[0].replace("\\", "/"))
        here.change(uri, "Ignore: good-one\n" + EMOJI, 2)
        assert "good-one" not in codes(2)
        assert not [d for d in here.diagnostics(uri, 2) if d.code is None], "it is not said of the draft"
        assert len(here.messages) == 1
        rule(pack, "bad-one", severity="note", phrases="{en: [ten minutes]}")
        here.change(uri, EMOJI, 3)
        assert {"good-one", "bad-one"} <= codes(3)
        assert len(here.messages) == 1
        rule(pack, "bad-one", severity="grave", phrases="{en: [ten minutes]}")
        (pack / "good-one.yaml").write_text("id: good-one\n", encoding="utf-8")
        here.change(uri, EMOJI, 4)
        assert not {"good-one", "bad-one"} & codes(4)
        assert len(here.messages) == 2
        assert " more; 'inmail-lint check' shows all); left out until it is mended: bad-one, good-one" in here.messages[1]


def test_an_editor_that_asks_is_told_of_a_broken_rule_too(pack: Path) -> None:
    with editor(pull=True, configuration={"rules": str(pack)}) as here:
        assert here.wait(lambda: [m for m in here.messages if "unknown value 'grave'" in m])
        uri = "file:///d/asked.inmail"
        here.open(uri, EMOJI)
        report = here.run(here.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))))
        assert "good-one" in {d.code for d in report.items}
        assert len(here.messages) == 1


def test_what_broke_is_news_once(pack: Path) -> None:
    linters = LiveLinters()
    finder = Settings(rules=str(pack)).finder(None)
    first = linters.of(finder.of(""))
    assert linters.of(finder.of("")) is first, "nothing has changed"
    assert [len(linters.news()), len(linters.news())] == [1, 0]
    other = Settings(rules=str(pack), ui="es").finder(None)
    assert linters.of(other.of("")) is not first
    assert linters.news() == [], "the same fault under other settings"
    for severity, lines in (("note", 0), ("grave", 1), ("awful", 1)):
        rule(pack, "bad-one", severity=severity)
        assert ("bad-one" in linters.of(finder.of("")).rulebook.rules) == (severity == "note")
        linters.of(other.of(""))
        assert len(linters.news()) == lines, severity
    (pack / "names.yaml").write_text("- [Ana, Anita\n", encoding="utf-8")
    with pytest.raises(RuleError, match="this is not YAML"):
        linters.of(finder.of(""))
    (pack / "names.yaml").unlink()
    assert "good-one" in linters.of(finder.of("")).rulebook.rules


def test_a_rule_that_crashes_is_told(linter: Linter, monkeypatch: pytest.MonkeyPatch) -> None:
    session, messages = server(Settings()), []
    monkeypatch.setattr(session, "window_show_message", lambda params: messages.append((params.type, params.message)))
    text = Text(EMOJI)
    report = replace(linter.lint(read_plain(EMOJI, "a.inmail")), defects=(Defect("rule hedge", "ValueError: x", ""),))
    for _ in range(2):
        session._tell_what_broke(Analysis(text, read_header(text.lines), linter, report))
    (only,) = messages
    assert only[0] == types.MessageType.Error
    assert "a defect of ours (rule hedge: ValueError: x)" in only[1]


def test_a_changed_profile_holds_at_once(tmp_path: Path) -> None:
    profile, linters = tmp_path / "team.yaml", LiveLinters()
    for points in (3, 44):
        profile.write_text(f"id: team\nabout: {{en: Ours., es: Nuestro.}}\nrules: {{hedge: {{points: {points}}}}}\n")
        assert linters.of(Settings(str(profile)).finder(None).of("")).rulebook.rules["hedge"].points == points


def test_settings_are_read_with_care() -> None:
    plain = Settings("guides")
    assert plain.merged({"inmail-lint": {"ui": "es"}}) == (Settings("guides", ui="es"), [])
    assert plain.merged(None) == plain.merged([1]) == plain.merged({"ui": ""}) == (plain, [])
    for wrong in ({"ui": "fr"}, {"kind": "letter"}, {"profile": 3}, {"profil": "guides"}):
        merged, problems = plain.merged(wrong)
        assert merged == plain and len(problems) == 1 and problems[0].startswith("inmail-lint: ")


def test_what_is_a_draft() -> None:
    assert is_draft("inmail", "README.md") and is_draft("plaintext", "Untitled-1") and is_draft("markdown", "a.MD")
    assert not is_draft("markdown", "README.md") and not is_draft("python", "a.py") and not is_draft(None, "")


def test_lines_end_where_the_protocol_says() -> None:
    text = Text("a\u2028b\x0cc\r\n🚀d\re", "utf-8")
    assert text.lines == ["a\u2028b\x0cc", "🚀d", "e"]
    assert text.position(1, 1) == types.Position(1, 4) and text.column(types.Position(1, 3)) == 0
    assert text.column(types.Position(1, 99)) == 2 and text.column(types.Position(9, 0)) == 0
    assert text.position(9, 9) == types.Position(2, 1)
    assert [Text("🚀é", e).position(0, 2).character for e in ("utf-8", "utf-16", "utf-32")] == [6, 3, 2]


def test_without_pygls_one_line_says_how_to_get_it() -> None:
    script = "import sys; sys.modules['pygls'] = None; from inmail_lint.cli import main; main(['lsp'])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 2 and run.stdout == ""
    assert run.stderr.count("\n") == 1 and "pip install 'inmail-lint[lsp]'" in run.stderr


def test_a_wrong_profile_or_a_lost_editor_ends_the_command() -> None:
    command = [sys.executable, "-m", "inmail_lint.cli", "lsp"]
    run = subprocess.run([*command, "--profile", "gides"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 2 and "guides" in run.stderr and run.stderr.count("\n") == 1
    run = subprocess.run(command, input="", capture_output=True, text=True, check=False, cwd=ROOT, timeout=WAIT)
    assert (run.returncode, run.stdout, run.stderr) == (1, "", "")


def test_the_editor_pages_hold_settings_that_can_be_read() -> None:
    pages = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("editors.md", "editors.es.md")]
    english, spanish = (re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) for page in pages)
    assert [(kind, text.replace('"es"', '"en"')) for kind, text in spanish if kind != "sh"] == [
        block for block in english if block[0] != "sh"]
    toml = pytest.importorskip("tomllib")
    read = [(json.loads if kind == "json" else toml.loads)(text) for kind, text in english if kind in ("json", "toml")]
    code, helix, zed = read[0], read[1], read[-1]
    assert [code["glspc.server.command"], *code["glspc.server.commandArguments"]] == ["inmail-lint", "lsp"]
    server_options = helix["language-server"]["inmail-lint"]["config"]
    for values in (code["glspc.server.initializationOptions"], server_options,
                   zed["lsp"]["inmail-lint"]["initialization_options"]):
        assert Settings("guides").merged(values) == (Settings("guides", ui="en"), [])
    named = re.findall(r"^\| `(\w+)` \|", pages[0], re.MULTILINE)
    assert Settings("guides").merged(dict.fromkeys(named, ""))[1] == [] and len(named) == 4


def test_the_configuration_above_a_draft_holds(tmp_path: Path) -> None:
    (tmp_path / ".inmail-lint.toml").write_text('select = ["placeholder"]\n')
    path = str(tmp_path / "a.inmail")
    codes = {s.diagnostic.code for s in shown(analyse(Text(EMOJI), LINTERS, SettingsFinder(), path))}
    assert codes == {"placeholder"}
    (tmp_path / ".inmail-lint.toml").write_text("selekt = 1\n")
    (only,) = shown(analyse(Text(EMOJI), LINTERS, SettingsFinder(), path))
    assert "did you mean 'select'?" in only.diagnostic.message
