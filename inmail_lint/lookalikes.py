"""Letters that only look Latin, characters that nobody sees, and text that is turned round: found, and named.

What passes for a Latin letter stands in `rules/lookalikes.yaml`; what has no width, in `folding.UNSEEN`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from inmail_lint.document import Part, Place
from inmail_lint.errors import Fault, RuleError
from inmail_lint.folding import OTHER_LETTER, UNSEEN
from inmail_lint.found import Found
from inmail_lint.rulebook import Rulebook
from inmail_lint.source import load_yaml

_LATIN = "A-Za-z0-9\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_TOKEN = re.compile(rf"[^\W_](?:[^\W_]|[\u0300-\u036f]|{UNSEEN}+(?=[^\W_]))*")
_UNSEEN_INSIDE = re.compile(rf"(?<=[{_LATIN}]){UNSEEN}+(?=[{_LATIN}])")
_LATIN_LETTER = re.compile(f"[{_LATIN}]".replace("0-9", ""))
# Overrides make «moc.live» read «evil.com»; an embedding for scripts written from the right is honest where such script stands
# in it. Tags spell a text without any sign of it, but for those that make a flag of a region; nobody types four characters
# without width in a row.
_TURNED = re.compile("[\u202d\u202e][^\u202c\n]*\u202c?|[\u202b\u2067][^\u202c\u2069\n]*[\u202c\u2069]?")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")
_HIDDEN = re.compile(rf"[\U000e0020-\U000e007f]+|{UNSEEN}{{4,}}")
_NAMED = 3  # characters that a message names


@lru_cache(maxsize=1)
def letters() -> Mapping[str, str]:
    """Letter → the Latin letter it is taken for; raises RuleError for a broken table."""
    from inmail_lint.loading import rules_directory  # which loads what needs this module

    faults: list[Fault] = []
    root = load_yaml(rules_directory() / "lookalikes.yaml", faults)
    table: dict[str, str] = {}
    for latin, node in root.fields().items() if root else ():
        for item in node.items():
            code = re.fullmatch(r"U\+([0-9A-F]{4,5})", item.text())
            if code is None:
                item.fault(f"expected a code point such as U+0430, found '{item.text()}'")
            else:
                table[chr(int(code.group(1), 16))] = latin
    if faults:
        raise RuleError(faults)
    return table


def unmasked(text: str) -> str:
    """The text with the letters that only look Latin as those they stand for, in words that have Latin letters too."""
    table = str.maketrans(dict(letters()))

    def plain(match: re.Match[str]) -> str:
        word = match.group()
        return word.translate(table) if _LATIN_LETTER.search(word) else word

    return _TOKEN.sub(plain, text)


def mixed_words(found: Found, book: Rulebook) -> Iterator[Place]:
    """Words with Latin letters and some that only look so, or with characters inside that nobody sees."""
    for part in _suspect(found):
        for match in _TOKEN.finditer(part.text):
            word = match.group()
            if word.isascii():
                continue
            foreign = OTHER_LETTER.search(word) and _LATIN_LETTER.search(word) and not letters().keys().isdisjoint(word)
            if foreign or _UNSEEN_INSIDE.search(word):
                yield Place(part.name, match.start(), match.end())


def hidden_text(found: Found, book: Rulebook) -> Iterator[Place]:
    """Text that is shown in another order than it has, or not shown at all."""
    for part in _suspect(found):
        for match in _TURNED.finditer(part.text):
            if match.group()[0] in "\u202d\u202e" or not any(unicodedata.bidirectional(c) in ("R", "AL") for c in match.group()):
                yield Place(part.name, match.start(), match.end())
        flags = {m.end() for m in _FLAG.finditer(part.text)}
        for match in _HIDDEN.finditer(part.text):
            if match.end() not in flags:
                yield Place(part.name, match.start(), match.end())


def _suspect(found: Found) -> list[Part]:
    """Parts with any character that is not read as it stands: nearly no draft pays for more than this."""
    return [part for part in found.parsed.parts if part.reading.starts is not None]


class Named:
    """The characters of a text that are not what they look like, by code point and name; made when a message asks."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        table = letters()
        odd = [c for c in dict.fromkeys(self._text) if c in table or re.match(UNSEEN, c)]
        names = [f"U+{ord(c):04X} {unicodedata.name(c, '?')}{f' → {table[c]}' if c in table else ''}" for c in odd[:_NAMED]]
        return ", ".join(names) + (", …" if len(odd) > _NAMED else "")

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)
