"""The towns that are taken for no firm: what the list is made of, and what it changes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from inmail_lint import Draft, Linter, Recipient
from inmail_lint.folding import words_of

ROOT = Path(__file__).resolve().parent.parent


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("towns", ROOT / "tools" / "towns.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def line(name: str, country: str, people: int) -> str:
    cells = [""] * 19
    cells[1], cells[8], cells[14] = name, country, str(people)
    return "\t".join(cells)


def test_large_towns_are_kept_folded_and_in_order() -> None:
    lines = [line("Villanueva de Gállego", "ES", 4_700), line("Ráquira", "CO", 2_120), line("Gdynia", "PL", 250_000),
             line("Gdynia", "PL", 9_000), line("Kleinstadt", "DE", 3_000), line("Weiler", "GB", 1_900),
             line("28 de Mayo", "EC", 9_000)]
    assert tool().towns_of(lines) == ["gdynia", "raquira", "villanueva de gallego"]


def test_the_list_is_as_the_tool_writes_it() -> None:
    towns = (ROOT / "rules" / "towns.txt").read_text(encoding="utf-8").splitlines()
    assert len(towns) > 50_000
    assert towns == sorted(set(towns))
    assert all(" ".join(words_of(town)) == town for town in towns[::50])


def test_a_town_is_no_firm_and_a_firm_in_its_place_is() -> None:
    linter = Linter()
    recipient = Recipient(first_name="Ana", company="Forjas Lemariz")
    for place, wrong in (("Amorebieta", False), ("Forjas Ibaieta", True)):
        body = f"Hola, Ana:\n\nSé que en {place} lleváis tres prensas. ¿Te llamo?"
        draft = Draft(body, "Tres prensas", "inmail", "es", recipient)
        assert ("wrong-company" in {f.rule for f in linter.lint(draft).findings}) is wrong
