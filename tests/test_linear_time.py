"""No regular expression of the package takes a time that grows faster than the text it is given."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import inmail_lint
from inmail_lint.mending.edit import _code
from inmail_lint.silencing import Silence, entries

# Asked only whether a text begins with them, or is one: they may begin slowly anywhere else.
ONCE = {"features._MINUTES", "features._GLUED", "lsp.completion._BEGUN_NAME",
        "lsp.completion._LIST_ITEM", "lsp.completion._SEPARATOR", "lsp.header._OPENING", "lsp.header._CLOSING",
        "output.table._NUMBER", "sentences._THREE_WORDS",
        "parse._NUMBER", "reading.plain._HEADER", "reading.plain._FENCE", "reading.tables._STRING",
        "reading.tables._ESCAPE", "sentences.BULLET", "mending.marks.BULLET", "silencing._ENTRY", "tokens._COMPANY",
        "mending.openers._ASKING"}
SIZE, MOST = 12_000, 0.25  # characters and seconds: what is quadratic takes several seconds
ROWS = ("a", "1", "_", "-", ".", " ", "\t", "\n", "é", "!", "?", "(", ")", "[", "{", "<", '"', "'", "`", "~", "@", "#", ",", ":",
        "/", "\\", "=", "…", "😀", "a ", "a-", "a.", "a--", ".a", "a@", "a@a.", "1,", "- ", " -", "?!", "(a", '"a', '\\"',
        "until ", "until 2026-01-01 ", ", a", "a:", "[a", "<a", "http://", "www.", "`a", "``a", " ,", "😀\u200d", "e\u0301",
        "it's ", "=\n")
AROUND = (("", ""), ("", "\x00"), ("a, a", "x"), ('"', "\n"), ("(", " z"))


def own() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that a module of the package holds."""
    for module in pkgutil.walk_packages(inmail_lint.__path__, "inmail_lint."):
        try:
            values = vars(importlib.import_module(module.name))
        except (ImportError, inmail_lint.InmailLintError):  # what an extra is missing for
            continue
        for name, value in values.items():
            where = f"{module.name.removeprefix('inmail_lint.')}.{name}"
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield where, value
            elif isinstance(value, tuple):
                yield from ((where, v) for item in value if isinstance(item, tuple) for v in item if isinstance(v, re.Pattern))


PATTERNS = list(own())


def seconds(pattern: re.Pattern[str], text: str, *, once: bool) -> float:
    best = 9.0
    for _ in range(3):
        begun = time.process_time()
        pattern.match(text)
        pattern.fullmatch(text)
        if not once:
            for _match in pattern.finditer(text):
                pass
        best = min(best, time.process_time() - begun)
        if best < MOST:
            break
    return best


@pytest.mark.parametrize("number", range(len(PATTERNS)), ids=lambda n: f"{PATTERNS[n][0]}-{n}")
def test_time_of_a_pattern(number: int) -> None:
    name, pattern = PATTERNS[number]
    for row in ROWS:
        for before, after in AROUND:
            took = seconds(pattern, before + row * (SIZE // len(row)) + after, once=name in ONCE)
            assert took < MOST, f"{name} takes {took:.2f} s for {before!r}, {row!r} repeated, {after!r}"


def test_there_are_patterns_to_try() -> None:
    assert len(PATTERNS) > 50
    assert any(name == "tokens.URL" for name, _ in PATTERNS)


def test_a_slow_pattern_would_be_noticed() -> None:
    assert seconds(re.compile(r"\w+@"), "a" * SIZE, once=False) > MOST


def test_entries_of_a_silence() -> None:
    begun = time.process_time()
    for row in ROWS:
        for text in (row * (SIZE // len(row)), f"a,{row * (SIZE // len(row))}x", f"links: {row * (SIZE // len(row))} until"):
            for entry in entries(text):
                Silence.of(entry)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(("text", "code"), [
    ("a `b` c", ["`b`"]), ("``a ` b`` `c`", ["``a ` b``", "`c`"]), ("`a ``b`` c", ["``b``"]), ("` a", []),
    ("``a`b``c`", ["``a`b``"]), ("```a\nb``` `", ["```a\nb```"])])
def test_code_between_backticks(text: str, code: list[str]) -> None:
    assert [text[s:e] for s, e in _code(text)] == code
    assert [m.group() for m in re.finditer(r"(`+)(?!`).*?(?<!`)\1(?!`)", text, re.DOTALL)] == code
    assert len(list(_code("`a``b```c" * 20_000))) > 0
