"""Bytes → text, for the encodings that people's files have."""

from __future__ import annotations

import codecs

from inmail_lint.errors import DraftError, Fault

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 27}
_MOSTLY = 0.3  # share of zero bytes in every other place that tells UTF-16 without a mark


def decode(data: bytes, path: str) -> str:
    """Text with `\\n` line ends; raises DraftError for binary data.

    UTF-8 (with or without mark), UTF-16, else Windows-1252: a text that is not UTF-8 is as good as always that.
    """
    text = _decode(data, path)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes, path: str) -> str:
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _strict(data, codec, path)
    head = data[:4096]
    if len(head) >= 4 and 0 in head:
        for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros = head[first::2].count(0)
            if zeros > _MOSTLY * len(head[first::2]) and not head[1 - first :: 2].count(0):
                return _strict(data, codec, path)
        raise _binary(path)
    if sum(b in _CONTROL for b in head) > len(head) // 50:
        raise _binary(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _strict(data: bytes, codec: str, path: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise DraftError(Fault(path, f"damaged {codec.removesuffix('-sig').upper()} text at byte {error.start}; "
                               "save the file again as UTF-8")) from error


def _binary(path: str) -> DraftError:
    return DraftError(Fault(path, "this is a binary file, not a text; export the draft as .txt, .eml, .csv or .jsonl"))
