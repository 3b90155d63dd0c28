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
UNSEEN = ("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u3164"
          "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e007f\U000e0100-\U000e01ef]")  # as an expression
_UNSEEN = re.compile(UNSEEN)
_STRAIGHT = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "″": '"', "′": "'"}
_OWN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
_WORD = re.compile(r"[^\W_]+")
OTHER_LETTER = re.compile(r"[^\W\d_\x00-\u024f\u1e00-\u1eff]")  # of no Latin script, or of phonetic spelling
_MARKS = 3  # characters of a letter with its marks; more are ornament
_SPECIAL = re.compile(r"[^\x00-\x5f\x61-\x7eáéíóúüñÁÉÍÓÚÜÑ¿¡«»–—…€£·•ºª]")


def _seen(char: str) -> str:
    """The character(s) a reader sees for one code point; letter look-alikes (bold, full width) become letters."""
    if _UNSEEN.match(char):
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
    return unmasked(_UNSEEN.sub("", text)) if _SPECIAL.search(text) else text


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
        for special in _SPECIAL.finditer(original):
            begin = special.start()
            if begin < i:
                continue
            if begin > i and unicodedata.combining(original[begin]):
                begin -= 1
            chars.append(original[i:begin])
            starts += range(i, begin)
            ends += range(i + 1, begin + 1)
            i = begin + 1
            while i < len(original) and unicodedata.combining(original[i]):
                i += 1
            cluster = original[begin:i]
            seen = _seen(cluster) if len(cluster) == 1 else unicodedata.normalize("NFC", cluster)[:_MARKS]
            chars.append(seen)
            starts += [begin] * len(seen)
            ends += [i] * len(seen)
        chars.append(original[i:])
        starts += range(i, len(original))
        ends += range(i + 1, len(original) + 1)
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


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text that is no draft: a name, a firm, a fact."""
    return tuple([fold(w) for w in _WORD.findall(text)])
