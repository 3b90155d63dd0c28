"""Words with offsets from spaCy's blank tokenisers: the only module that imports spaCy, and only when first used.

No statistical model is loaded. What a tokeniser would tear apart (placeholders, addresses, e-mail) is hidden behind
letters of the same length first, so that offsets stay true.
"""

from __future__ import annotations

import importlib
import re
import sys
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from functools import lru_cache
from itertools import pairwise
from types import ModuleType
from typing import Protocol, TypeAlias

Protect = Iterable[tuple[int, int, str]]
_lock = threading.Lock()
_WHERE = ("IDX", "LENGTH")  # what is asked of a token: its first character, and how many it has
_WORDS = 50_000  # that a tokeniser may have seen before a new one takes its place: it forgets none, some 700 bytes each
_FILLER = "Q"  # a letter: the tokeniser keeps a run of it whole

URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]{}]*[^\s<>()\[\]{}.,;:!?'\"]"
                 # a name has labels of 63 characters (RFC 1035) and seldom five; without a bound "a.a.a…" takes a square of time
                 r"|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,9}\.(?:com|net|org|io|co|ai|app|dev|es|mx|ar|cl|pe|uk|eu|me|ly|us|info|biz|tech|shop)"
                 r"\b(?:/[^\s<>()\[\]{}]*[^\s<>()\[\]{}.,;:!?'\"])?", re.IGNORECASE)
_POINT = re.compile(r"://|www\.|\.[a-z]", re.IGNORECASE)  # every web address has one; most messages have none
_COMPANY = re.compile(r"[A-Z][\w-]*\.[a-z]+")  # Booking.com: a firm's name, not a link
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")  # 64: RFC 5321
# spaCy peels the marks off a run without spaces one by one and looks at all the rest each time: ten seconds for ten
# thousand brackets. So a run longer than any that people write is handed to it in pieces that begin with a mark.
_LONG_RUN = re.compile(r"\S{120,}")
_PIECE = 32  # characters, at least
_MARK = re.compile(r"[^\w\u0300-\u036f]|_")


class _Doc(Protocol):
    def to_array(self, attributes: Sequence[str]) -> _Array: ...


class _Array(Protocol):
    def tolist(self) -> list[tuple[int, int]]: ...


class _Tokenizer(Protocol):
    rules: Mapping[str, object]
    vocab: Sized

    def __call__(self, text: str) -> _Doc: ...


# One token of a reading: text, half-open offsets, and what it is if it was protected ("url", "email", "placeholder")
Token: TypeAlias = tuple[str, int, int, str]


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
    if _POINT.search(text):
        taken = [(s, e) for s, e, _ in found]
        found += [(m.start(), m.end(), "url") for m in URL.finditer(text)
                  if not _COMPANY.fullmatch(m.group()) and not overlaps(taken, m.start(), m.end())]
    return found


def overlaps(ranges: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a half-open range shares a character with one of `ranges`, which are in order and apart from each other."""
    before = bisect_left(ranges, (end,))
    return before > 0 and ranges[before - 1][1] > start


def apart(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Half-open ranges in order, those that overlap or touch made one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out


def tokenize(text: str, code: str, protect: Protect = ()) -> list[Token]:
    """Cut a reading into tokens with the tokeniser of language `code`; `protect` stretches stay whole."""
    kinds: dict[int, tuple[int, str]] = {}
    shown: list[str] = []
    at = 0
    for start, end, kind in sorted(protect, key=lambda p: (p[0], -p[1])):
        if start >= at:
            kinds[start] = (end, kind)
            shown += text[at:start], _FILLER * (end - start)
            at = end
    hidden = "".join((*shown, text[at:]))
    with _lock:  # spaCy's tokeniser cache is not safe to fill from two threads, nor spaCy to import
        tokenizer = _tokenizer(code)
        cut = [(base + s, n) for base, piece in _pieces(hidden)
               for s, n in tokenizer(piece).to_array(_WHERE).tolist()]  # one array is read twice as fast as token after token
        if len(tokenizer.vocab) > _WORDS:
            _tokenizer.cache_clear()
    if kinds:
        return list(_split_at([(s, s + n) for s, n in cut if not hidden[s : s + n].isspace()], kinds, text))
    return [(word, s, s + n, "") for s, n in cut if not (word := text[s : s + n]).isspace()]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text with its offset, whole unless it holds a run without spaces that would take spaCy long."""
    begin = 0
    for run in _LONG_RUN.finditer(text):
        at = run.start()
        while (mark := _MARK.search(text, at + _PIECE, run.end())) is not None:
            at = mark.start()
            yield begin, text[begin:at]
            begin = at
    yield begin, text[begin:]


def split_literal(literal: str, code: str) -> list[str]:
    """How the tokeniser cuts one written word; plain words that are none of its exceptions need not be tried.

    What a contraction ends in ('ve, 're) is a token in a text, but standing alone it would lose its apostrophe.
    """
    if literal[0] == "'" and literal[1:].isalpha():
        return [literal]
    if literal.isalpha():
        with _lock:
            rules = _tokenizer(code).rules
        if literal not in rules:
            return [literal]
    return [token[0] for token in tokenize(literal, code)]


def _split_at(spans: list[tuple[int, int]], kinds: dict[int, tuple[int, str]], text: str) -> Iterable[Token]:
    """Give protected stretches tokens of their own where the tokeniser glued them to a neighbour."""
    edges = sorted({edge for s, (e, _) in kinds.items() for edge in (s, e)})
    starts = sorted(kinds)
    for start, end in spans:
        cuts = [start, *edges[bisect_right(edges, start) : bisect_left(edges, end)], end]
        for s, e in pairwise(cuts):
            last = bisect_right(starts, s) - 1
            protected_end, kind = kinds[starts[last]] if last >= 0 else (0, "")
            if protected_end <= s:
                yield text[s:e], s, e, ""
            elif starts[last] == s:
                yield text[s:protected_end], s, protected_end, kind
