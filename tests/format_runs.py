"""Drafts in both languages, hostile ones and unreadable ones, for the tests of output formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inmail_lint import DraftError, Linter
from inmail_lint.output import Run
from inmail_lint.reading import read_paths

EVIL = ("<script>alert(1)</script> @octocat #12 GH-7 [click](http://evil.example) ![x](//e) www.evil.example a@evil.example "
        "`x` **b** | c | \x00\x1b[31m\u202e :smile: 0123456789abcdef ::error::pwned % ]]> =1+1;=HYPERLINK(\"x\")")
ENGLISH = "Subject: Quick question\n\nHi {{first_name}},\n\nI hope this finds you well. Let me know your thoughts.\n\nTom\n"
SPANISH = ("Asunto: Hola\n\nHola {{nombre}}:\n\nSomos los líderes del sector y {{empresa}} nos interesa. ¿Qué te parece?\n\n"
            "Marta\n")
_FINE = ("Subject: Your Leeds talk on night buses\nTo: Ana Ruiz\n\nHi Ana,\n\nYour Leeds talk on night buses said that one in "
         "three drivers skips the break. I timed the breaks at our depot in York and wrote the figures on one page.\n\n"
         "Shall I send you the page?\n\nBest,\nTom Hill\n")


def _hostile() -> list[dict[str, str]]:
    marked = f"Hola {{{{{EVIL}}}}}:\n\n[[{EVIL}]] ¡¡¡GRATIS!!!\n\n=cmd|' /C calc'!A0"
    lines = "Hi [NAME\n::error::pwned],\r\n\n@everyone [CLICK](javascript:alert(1)) {{=1+1}} <b>[Company]</b>"
    return [{"id": f"{EVIL}\ud800", "subject": f"RE: {EVIL}", "body": marked}, {"id": "-2+3", "body": lines}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drafts")
    files = {"en.txt": ENGLISH, "es.txt": SPANISH, "fine.txt": _FINE, "empty.txt": "", "broken.json": '[{"body": "Hola"},\n {'}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "a,b:c %25\n::error::x <i>@me.jsonl").write_text("\n".join(map(json.dumps, _hostile())), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(linter: Linter, folder: Path) -> Run:
    return run_of(linter, folder)


def run_of(linter: Linter, *paths: Path) -> Run:
    items = list(read_paths(map(str, paths)))
    faults = tuple(f for i in items if isinstance(i, DraftError) for f in i.faults)
    return Run(tuple(linter.lint(i) for i in items if not isinstance(i, DraftError)), faults, linter.rulebook)


@pytest.fixture(scope="module")
def none(linter: Linter) -> Run:
    return Run((), (), linter.rulebook)
