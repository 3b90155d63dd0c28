"""Words with offsets from spaCy's blank tokenisers: the only module that imports spaCy, and only when first used.

No statistical model is loaded. What a tokeniser would tear apart (placeholders, addresses, e-mail) is hidden behind
letters of the same length first, so that offsets stay true.
"""

from __future__ import annotations

import importlib
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from types import ModuleType
from typing import NamedTuple, Protocol

Protect = Iterable[tuple[int, int, str]]
_lock = threading.Lock()
_FILLER = "Q"  # a letter: the tokeniser keeps a run of it whole

# A name of a host has labels of up to 63 characters (RFC 1035): without that limit, a-a-a-… would be read again from each a.
URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]{}]*[^\s<>()\[\]{}.,;:!?'\"]"
                 r"|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:com|net|org|io|co|ai|app|dev|es|mx|ar|cl|pe|uk|eu|me|ly|us|info|biz|tech|shop)"
                 r"\b(?:/[^\s<>()\[\]{}]*[^\s<>()\[\]{}.,;:!?'\"])?", re.IGNORECASE)
_COMPANY = re.compile(r"[A-Z][\w-]*\.[a-z]+")  # Booking.com: a firm's name, not a link
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class _SpacyToken(Protocol):
    idx: int
    text: str


class _Tokenizer(Protocol):
    rules: Mapping[str, object]

    def __call__(self, text: str) -> Iterable[_SpacyToken]: ...


class Token(NamedTuple):
    """One token of a reading: text and half-open offsets; `kind` is set for what was protected."""

    text: str
    start: int
    end: int
    kind: str  # "", "url", "email", "placeholder"


def spare_command_line() -> None:
    """Import spaCy without its own command line (typer, requests, weasel …: a third of the import, none of it used).

    For a process that is ours alone: `inmail-lint` calls it, the library does not. The stand-in is gone afterwards, so
    that whoever needs `spacy.cli` in the same process gets the real one.
    """
    if "spacy" in sys.modules:
        return
    stand_in, info = ModuleType("spacy.cli"), ModuleType("spacy.cli.info")
    vars(info)["info"] = None  # the one name that spaCy's own __init__ asks for
    sys.modules.update({"spacy.cli": stand_in, "spacy.cli.info": info})
    try:
        importlib.import_module("spacy")
    finally:
        for name in ("spacy.cli", "spacy.cli.info"):
            sys.modules.pop(name, None)


@lru_cache(maxsize=8)
def _tokenizer(code: str) -> _Tokenizer:
    """spaCy's tokeniser for a language, built once; `xx` is its language-neutral one."""
    from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex
    from spacy.vocab import Vocab

    module = importlib.import_module(f"spacy.lang.{code}")
    data = next(v.Defaults for v in vars(module).values()
                if isinstance(v, type) and getattr(v, "lang", None) == code and hasattr(v, "Defaults"))
    # The tokeniser that `spacy.blank(code)` has, without the pipeline around it, which takes three times as long to make.
    tokenizer: _Tokenizer = importlib.import_module("spacy.tokenizer").Tokenizer(
        Vocab(), rules=data.tokenizer_exceptions, prefix_search=compile_prefix_regex(data.prefixes).search,
        suffix_search=compile_suffix_regex(data.suffixes).search, infix_finditer=compile_infix_regex(data.infixes).finditer,
        token_match=data.token_match, url_match=data.url_match)
    return tokenizer


def addresses(text: str) -> list[tuple[int, int, str]]:
    """Web and e-mail addresses in a text, e-mail first where both would match."""
    found = [(m.start(), m.end(), "email") for m in EMAIL.finditer(text)] if "@" in text else []
    if "." in text:
        taken = [(s, e) for s, e, _ in found]
        found += [(m.start(), m.end(), "url") for m in URL.finditer(text)
                  if not _COMPANY.fullmatch(m.group()) and not any(s < m.end() and m.start() < e for s, e in taken)]
    return found


def tokenize(text: str, code: str, protect: Protect = ()) -> list[Token]:
    """Cut a reading into tokens with the tokeniser of language `code`; `protect` stretches stay whole."""
    kinds: dict[int, tuple[int, str]] = {}
    hidden = text
    for start, end, kind in sorted(protect, key=lambda p: (p[0], -p[1])):
        if any(s < end and start < e for s, (e, _) in kinds.items()):
            continue
        kinds[start] = (end, kind)
        hidden = hidden[:start] + _FILLER * (end - start) + hidden[end:]
    with _lock:  # spaCy's tokeniser cache is not safe to fill from two threads, nor spaCy to import
        doc = _tokenizer(code)(hidden)
        spans = [(t.idx, t.idx + len(t.text)) for t in doc if not t.text.isspace()]
    return list(_split_at(spans, kinds, text))


def split_literal(literal: str, code: str) -> list[str]:
    """How the tokeniser cuts one written word; plain words that are none of its exceptions need not be tried."""
    if literal.isalpha():
        with _lock:
            rules = _tokenizer(code).rules
        if literal not in rules:
            return [literal]
    return [t.text for t in tokenize(literal, code)]


def _split_at(spans: list[tuple[int, int]], kinds: dict[int, tuple[int, str]], text: str) -> Iterable[Token]:
    """Give protected stretches tokens of their own where the tokeniser glued them to a neighbour."""
    if not kinds:
        yield from (Token(text[s:e], s, e, "") for s, e in spans)
        return
    edges = sorted({edge for s, (e, _) in kinds.items() for edge in (s, e)})
    for start, end in spans:
        cuts = [start, *(x for x in edges if start < x < end), end]
        for s, e in pairwise(cuts):
            inside = next(((ks, ke, kind) for ks, (ke, kind) in kinds.items() if ks <= s < ke), None)
            if inside is None:
                yield Token(text[s:e], s, e, "")
            elif inside[0] == s:
                yield Token(text[s:inside[1]], s, inside[1], inside[2])
