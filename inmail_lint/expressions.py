"""Regular expressions of rule files: in RE2's language, searched in time that grows with the text and no faster.

RE2 cannot look around a match, so what must or must not stand beside a hit is said apart: `before`, `after`,
`not_before`, `not_after`, `unless`. Its `\\w` knows English letters alone; here `\\w` and `\\W` speak of any script.
Texts are searched as UTF-8, and offsets are counted back into characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from inmail_lint.errors import Fault, RuleError

KEYS = ("hit", "before", "after", "not_before", "not_after", "unless")
MOST = 500  # expressions of all patterns together, those of the product among them (some 220)
LONGEST = 5_000  # characters of one; the product's longest, a list of field names, has 2,900
LARGEST = 6_000  # instructions that RE2 makes of one; the product's largest has 3,500
_MEMORY = 8 << 20  # bytes for one expression and what RE2 remembers of the texts it has seen; RE2's own default
_JOINT_MEMORY = 32 << 20  # the same for all expressions of a pattern at once
_LOOKS, _FEWEST_LOOKS = 1_000, 100  # searches for one expression in one part, each of which may read it to its end
_READ = 20_000_000  # bytes that these may read in all, before their number falls to the fewest
_BACK, _AHEAD = 200, 2_000  # bytes beside a hit at which not_before, and unless and not_after, look
_OVERLAP = 64  # bytes of a hit in which the `before` of the next may lie

# Beyond Latin, whatever stands in the blocks of other scripts: RE2's exact table makes an expression slow to compile.
_ASIDE = ("ª²³µ¹º¼½¾À-ÖØ-öø-\\x{1fff}\\x{2c00}-\\x{2dff}\\x{3005}-\\x{3007}\\x{3031}-\\x{d7ff}\\x{f900}-\\x{fdff}"
          "\\x{fe70}-\\x{fefc}\\x{ff10}-\\x{ff19}\\x{ff21}-\\x{ff3a}\\x{ff41}-\\x{ff5a}\\x{ff66}-\\x{ffdc}"
          "\\x{10000}-\\x{1cfff}\\x{1d400}-\\x{1d7ff}\\x{20000}-\\x{3ffff}")
_NOT_ASIDE = ("\\x{80}-\\x{a9}«-±´¶-¸»¿×÷\\x{2000}-\\x{2bff}\\x{2e00}-\\x{3004}\\x{3008}-\\x{3030}\\x{e000}-\\x{f8ff}"
              "\\x{fe00}-\\x{fe6f}\\x{fefd}-\\x{ff0f}\\x{ff1a}-\\x{ff20}\\x{ff3b}-\\x{ff40}\\x{ff5b}-\\x{ff65}"
              "\\x{ffdd}-\\x{ffff}\\x{1d000}-\\x{1d3ff}\\x{1d800}-\\x{1ffff}\\x{40000}-\\x{10ffff}")
_WORD, _NOT_WORD = f"0-9A-Z_a-z{_ASIDE}", f"\\x{{00}}-/:-@\\[-\\^`\\{{-\\x{{7f}}{_NOT_ASIDE}"

_NAMED = re.compile(r"\(\?P<\w+>")
_APART = "say it apart: {before: '^|\\W', hit: '…', after: '\\W|$'}"
_REFUSED = (  # constructs of other engines, and what to write instead
    (re.compile(r"\(\?<[=!]"), "looks at what stands before; " + _APART.replace("before:", "before (or not_before):")),
    (re.compile(r"\(\?[=!]"), "looks ahead; " + _APART.replace("after:", "after (or not_after, unless):")),
    (re.compile(r"\\[bB]"), "knows no letters but English ones; " + _APART),
    (re.compile(r"\\[1-9]|\(\?P="), "repeats a group; name two groups word and again, which must hold the same letters"),
    (re.compile(r"\(\?>|[*+?}]\+"), "keeps what it has matched; leave it out, for nothing here goes back"),
    (re.compile(r"\\Z"), "is the end of the text in Python; write \\z"),
    (re.compile(r"\\[uNCQE]"), "is not known here; write the character itself"),
    (re.compile(r"\(\?#|\(\?[a-zA-Z]*x"), "is a comment or free spacing; put comments after the expression, behind #"),
)

Regex: TypeAlias = Any  # RE2 comes without types


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression of a pattern: what is found, what must and must not stand beside it, and its line in the file."""

    hit: str
    line: int
    before: str = ""
    after: str = ""
    not_before: str = ""
    not_after: str = ""
    unless: str = ""  # the hit and what follows must not begin like this


@dataclass(frozen=True, slots=True)
class _Search:
    """An expression compiled; the numbers are those of its groups, 0 for none."""

    whole: Regex
    place: int
    word: int
    again: int
    behind: bool  # it looks at what stands before
    not_before: Regex | None
    not_after: Regex | None
    unless: Regex | None

    def places(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Half-open ranges of bytes, in order, none inside another."""
        at = free = 0
        for _ in range(max(_FEWEST_LOOKS, min(_LOOKS, _READ // (len(data) + 1)))):
            match = self.whole.search(data, at)
            if match is None:
                return
            start, end = match.span(self.place)
            fits = end > start >= free and not self._refused(data, match, start, end)
            at = _next(data, match.start())
            if fits:
                yield start, end
                free = end
                at = max(at, _aligned(data, end - _OVERLAP) if self.behind else end)
            if at >= len(data):
                return

    def _refused(self, data: bytes, match: Any, start: int, end: int) -> bool:
        if self.again and _lower(match.group(self.word)) != _lower(match.group(self.again)):
            return True
        if self.not_before and self.not_before.search(data[max(0, start - _BACK) : start]):
            return True
        return any(regex and regex.match(data, at, at + _AHEAD)
                   for regex, at in ((self.not_after, end), (self.unless, start)))


class Expressions:
    """All expressions of one pattern, compiled when first needed; raises RuleError then for one that cannot be."""

    def __init__(self, path: str, found: Iterable[Expression], holding: Iterable[Expression],
                 refusing: Iterable[Expression]) -> None:
        found = list(found)
        self._searches = [compiled(e, path) for e in found]
        self._any = _joint(found) if len(found) > 1 else None
        self._holding = [_regex(e.hit, e, path) for e in holding]
        self._refusing = [_regex(e.hit, e, path) for e in refusing]

    def places(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Half-open ranges of bytes in a text."""
        if self._any is not None and self._any.search(data) is None:
            return
        for search in self._searches:
            for start, end in search.places(data):
                own = data[start:end]
                if self._holding and not any(regex.search(own) for regex in self._holding):
                    continue
                if not any(regex.search(own) for regex in self._refusing):
                    yield start, end


def encoded(text: str) -> bytes:
    """A text as expressions read it."""
    return text.encode("utf-8", "surrogatepass")  # half a character matches nothing


def characters(data: bytes, offset: int) -> int:
    """How many characters stand before an offset in bytes."""
    return len(data[:offset].decode("utf-8", "surrogatepass"))


def compiled(expression: Expression, path: str) -> _Search:
    """An expression ready to search; raises RuleError."""
    before = f"(?:{expression.before})" if expression.before else ""
    after = f"(?:{expression.after})" if expression.after else ""
    whole = _regex(f"{before}(?P<_place>{expression.hit}){after}", expression, path)
    groups = whole.groupindex
    parts = [_regex(text, expression, path) if text else None for text in (
        f"(?:{expression.not_before})\\z" if expression.not_before else "", expression.not_after, expression.unless)]
    return _Search(whole, groups["_place"], groups.get("word", 0), groups.get("again", 0), bool(before), *parts)


def any_of(literals: Iterable[str]) -> Regex | None:
    """One regex that matches wherever one of some literals stands in a text; None where that is too much for one."""
    import re2

    return _one(b"|".join(re2.escape(encoded(literal)) for literal in literals))


def _joint(expressions: Iterable[Expression]) -> Regex | None:
    """One regex that matches wherever one of some expressions may, so that a text without any is read once; None where
    that is too much for one."""
    texts = (f"(?:{e.before})(?:{e.hit})(?:{e.after})" for e in expressions)
    return _one("|".join(_spelt_out(_NAMED.sub("(?:", text)) for text in texts))


def _one(text: str | bytes) -> Regex | None:
    import re2

    options = re2.Options()
    options.log_errors, options.never_capture, options.max_mem = False, True, _JOINT_MEMORY
    try:
        return re2.compile(text, options)
    except re2.error:
        return None


def _regex(text: str, expression: Expression, path: str) -> Regex:
    import re2  # here, because it costs a start some milliseconds

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        _check(expression)
        regex = re2.compile(_spelt_out(text), options)
        if regex.programsize > LARGEST:
            raise ValueError("it is too large; write lists of words as phrases, and fewer or smaller repetitions")
    except (re2.error, ValueError) as error:
        raise RuleError(Fault(path, f"expression '{_short(expression.hit)}' cannot be used: {_why(error)}", expression.line)
                        ) from error
    return regex


def _check(expression: Expression) -> None:
    for key in KEYS:
        text = getattr(expression, key)
        if len(text) > LONGEST:
            raise ValueError(f"it has {len(text):,} characters; write at most {LONGEST:,}, lists of words as phrases")
        plain = re.sub(r"\\[^bBuNCQEZ1-9]", "  ", text)  # a backslash that is escaped escapes nothing
        outside = re.sub(r"\[[^\]]*\]", lambda m: " " * len(m.group()), plain)
        for construct, remedy in _REFUSED:
            match = construct.search(plain if construct.pattern.startswith("\\\\") else outside)
            if match:
                raise ValueError(f"'{match.group()}' {remedy}")


def _spelt_out(text: str) -> str:
    """The expression with `\\w` and `\\W` written out, inside and outside of classes."""
    out: list[str] = []
    inside = False
    at = 0
    while at < len(text):
        piece = text[at : at + 2] if text[at] == "\\" else text[at]
        if piece in ("\\w", "\\W"):
            own = _WORD if piece == "\\w" else _NOT_WORD
            out.append(own if inside else f"[{own}]")
        else:
            out.append(piece)
        if piece == "[" and not inside:
            inside = True
            opening = re.compile(r"\^?\]?").match(text, at + 1)
            piece += opening.group() if opening else ""
            out[-1] = piece
        elif piece == "]":
            inside = False
        at += len(piece)
    return "".join(out)


def _why(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    if said.startswith("invalid repetition size"):
        return f"{said}; repeat at most 1,000 times in all"
    return f"{said}; write less or smaller repetitions" if "too large" in said and "it is" not in said else said


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _lower(text: bytes | None) -> str:
    return (text or b"").decode("utf-8", "surrogatepass").casefold()


def _next(data: bytes, at: int) -> int:
    at += 1
    while at < len(data) and data[at] & 0xC0 == 0x80:
        at += 1
    return at


def _aligned(data: bytes, at: int) -> int:
    at = max(at, 0)
    while at < len(data) and data[at] & 0xC0 == 0x80:
        at += 1
    return at
