"""Bytes → text, for the encodings that people's files have."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

from inmail_lint.errors import DraftError, Fault

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 27}
_HEAD = 4096  # bytes by which binary data and UTF-16 are told
_MOSTLY = 0.3  # share of zero bytes in every other place that tells UTF-16 without a mark


def decode(data: bytes, path: str) -> str:
    """Text with `\\n` line ends; raises DraftError for binary data.

    UTF-8 (with or without mark), UTF-16, else Windows-1252: a text that is not UTF-8 is as good as always that.
    """
    text = _decode(data, path)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def splice(data: bytes, path: str, changes: Iterable[tuple[int, int, str]]) -> bytes:
    """A file's bytes with ranges of its text, as `decode` gives it, replaced; every other byte stays as it is.

    Raises DraftError for binary data, UnicodeEncodeError for a replacement that the file's encoding cannot hold.
    """
    codec, mark = _codec(data, path)
    raw = _decode(data, path)
    places = [i for i, c in enumerate(raw) if not (c == "\n" and raw[i - 1 : i] == "\r")] + [len(raw)]
    for start, end, new in sorted(changes, reverse=True):
        first, last = (mark + len(raw[: places[i]].encode(codec, "replace")) for i in (start, end))
        data = data[:first] + new.encode(codec) + data[last:]
    return data


def _decode(data: bytes, path: str) -> str:
    codec, mark = _codec(data, path)
    if codec == "cp1252":
        return data.decode(codec, errors="replace")
    try:
        return data[mark:].decode(codec)
    except UnicodeDecodeError as error:
        name = codec.upper()[:6].rstrip("-")
        raise DraftError(Fault(path, f"damaged {name} text at byte {error.start + mark}; "
                               "save the file again as UTF-8")) from error


def is_wide(head: bytes, path: str) -> bool:
    """Whether a file that begins with these bytes is UTF-16; raises DraftError for binary data."""
    return _told(head, path)[0].startswith("utf-16")


def _codec(data: bytes, path: str) -> tuple[str, int]:
    """The encoding of a file and the length of its mark; raises DraftError for binary data."""
    codec, mark = _told(data[:_HEAD], path)
    if not codec:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return "cp1252", 0
    return codec or "utf-8", mark


def _told(head: bytes, path: str) -> tuple[str, int]:
    """The encoding that the first bytes tell, "" for UTF-8 or Windows-1252, and the length of its mark."""
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return codec, len(bom)
    if len(head) >= 4 and 0 in head:
        for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros = head[first::2].count(0)
            if zeros > _MOSTLY * len(head[first::2]) and not head[1 - first :: 2].count(0):
                return codec, 0
        raise _binary(path)
    if sum(b in _CONTROL for b in head) > len(head) // 50:
        raise _binary(path)
    return "", 0


def _binary(path: str) -> DraftError:
    return DraftError(Fault(path, "this is a binary file, not a text; export the draft as .txt, .eml, .csv or .jsonl"))
