"""The pages about the library are run: every example in order, in both languages, and what they say they print."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from inmail_lint import spacy_component
from inmail_lint.frames import FINDINGS, score_schema
from inmail_lint.linter import Linter

ROOT = Path(__file__).parent.parent
PAGES = ("docs/library.md", "docs/library.es.md")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_every_example_runs(monkeypatch: pytest.MonkeyPatch, linter: Linter) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("inmail_lint.linter.load_rulebook", lambda *_, **__: linter.rulebook)  # they all use the default's
    assert spacy_component.SPANS == "inmail"  # imported, as an installation's entry point does it
    names: dict[str, object] = {"__name__": "__main__"}
    printed: list[str] = []
    for language, body in _BLOCK.findall(_text(PAGES[0])):
        if language == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(body, PAGES[0], "exec"), names)
            printed.append(out.getvalue())
            assert printed[-1].strip(), f"this example shows nothing:\n{body}"
        else:
            assert body == printed[-1]
    one, _, many, files, threads, processes, loop, component, subjects, tables, joined, campaign = printed
    assert one.split()[1] == "review" and "   body 11 41 hope this email finds you well\n" in one
    assert re.fullmatch(r"first en \d+ stop\nsecond es \d+ stop\n", many)
    assert len(files.splitlines()) == 28 and "Fault" not in files
    assert re.fullmatch(r"first \d+\nsecond \d+\n", processes)
    assert threads.count(",") == 1 and loop.strip() == "['stop', 'stop']"
    assert "generic-phrase" in component
    assert subjects.startswith("0 stop ['Bob") and "\n1 review" in subjects
    assert "a2 None None unknown kind 'mail'" in tables and "0 placeholder 30 body 3 11 {{name}}" in tables
    assert "draft-7" in joined
    assert re.search(r"\n\d+ +0 +Norda Foods$", campaign.rstrip())


def test_both_pages_hold_the_same_examples() -> None:
    english, spanish = (_BLOCK.findall(_text(page)) for page in PAGES)
    assert english == spanish
    heads = [[len(m) for m in re.findall(r"^(#+) ", _text(page), re.MULTILINE)] for page in PAGES]
    assert heads[0] == heads[1]


@pytest.mark.parametrize("page", PAGES)
def test_pages_name_what_there_is(page: str, linter: Linter) -> None:
    text = _text(page)
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / "docs" / link).exists()
    named = set(re.findall(r"`(\w+)`", text))
    wanted = {c for c in (*FINDINGS, *score_schema(linter)) if not c.startswith("lost_")}
    assert wanted <= named and {"profile", "kind", "language", "ui"} <= named
