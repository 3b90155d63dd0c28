"""Text as it is read: invisible characters dropped, accents composed, quotes straightened, offsets kept.

`Reading` is the only way from a draft's characters to those that patterns see, and back. `fold` is the only
case and accent folding in the product.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Zero-width characters, soft hyphen, direction marks, variation selectors, fillers and tags: pasted, never seen by a reader.
INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c"
                      "\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u3164\ufeff\uffa0") | {
    chr(c) for first, last in ((0xFE00, 0xFE0F), (0xE0000, 0xE007F), (0xE0100, 0xE01EF)) for c in range(first, last + 1)}
_DROPPED = re.compile(f"[{''.join(sorted(INVISIBLE))}]")
_STRAIGHT = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "″": '"', "′": "'"}
_OWN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
_WORD = re.compile(r"[^\W_]+")
OTHER_LETTER = re.compile(r"[^\W\d_\x00-\u024f\u1e00-\u1eff]")  # of no Latin script, or of phonetic spelling
_MARKS = 3  # characters of a letter with its marks; more are ornament
_SPECIAL = re.compile(r"[^\x00-\x5f\x61-\x7eáéíóúüñÁÉÍÓÚÜÑ¿¡«»–—…€£·•ºª]")


def _seen(char: str) -> str:
    """The character(s) a reader sees for one code point; letter look-alikes (bold, full width) become letters."""
    if char in INVISIBLE:
        return ""
    if char in _STRAIGHT:
        return _STRAIGHT[char]
    code = ord(char)
    if 0x1D400 <= code <= 0x1D7FF or 0xFF01 <= code <= 0xFF5E:
        return unicodedata.normalize("NFKC", char)
    if char != "\n" and (char.isspace() or unicodedata.category(char) == "Zs"):
        return " "
    return char


def unmasked(text: str) -> str:
    """The text, letters that only look Latin in a Latin word as what they stand for; every character keeps its number."""
    if not OTHER_LETTER.search(text):
        return text
    from inmail_lint import lookalikes  # hardly a draft needs it

    return lookalikes.unmasked(text)


def legible(text: str) -> str:
    """The text as its words are read, for what needs no offsets: nothing invisible in it, and `unmasked`."""
    return unmasked(_DROPPED.sub("", text))


@dataclass(frozen=True, slots=True)
class Reading:
    """A part's text as read, with the original half-open offsets of every character."""

    text: str
    starts: tuple[int, ...] | None = None  # None: character i of the reading is character i of the original
    ends: tuple[int, ...] | None = None

    @classmethod
    def of(cls, original: str) -> Reading:
        """Read `original`; offsets of the result lead back to it."""
        if not _SPECIAL.search(original):
            return cls(original)
        chars: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        i = 0
        while i < len(original):
            j = i + 1
            while j < len(original) and unicodedata.combining(original[j]):
                j += 1
            cluster = original[i:j]
            seen = _seen(cluster) if j == i + 1 else unicodedata.normalize("NFC", cluster)[:_MARKS]
            for char in seen:
                chars.append(char)
                starts.append(i)
                ends.append(j)
            i = j
        return cls(unmasked("".join(chars)), tuple(starts), tuple(ends))

    def start(self, index: int) -> int:
        return index if self.starts is None else self.starts[index]

    def end(self, index: int) -> int:
        """Original end of the half-open reading range that ends at `index`."""
        return index if self.ends is None else self.ends[index - 1] if index else 0


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Case and accents away, apostrophes dropped: what two spellings of a word have in common."""
    lowered = word.lower()
    if lowered.isascii():
        return lowered.replace("'", "")
    plain = unicodedata.normalize("NFD", lowered.translate(_OWN_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("'", "").replace("’", "")


def words_of(text: str) -> list[str]:
    """The folded words of a text that is no draft: a name, a firm, a fact."""
    return [fold(w) for w in _WORD.findall(text)]
