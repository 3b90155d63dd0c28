"""Foreign text made safe to stand on one line: of a terminal, a log, an annotation, a message."""

from __future__ import annotations

import re

# controls that are no white space, and those that turn the reading direction
_UNSAFE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_HALF = re.compile("[\ud800-\udfff]")  # half a character, which no encoding can write


def whole(text: str) -> str:
    """Text without half characters (lone surrogates, as a broken JSON escape leaves them): each becomes U+FFFD."""
    return _HALF.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Text on one line that any terminal, log or file can hold: no controls, white space as single spaces."""
    return " ".join(whole(_UNSAFE.sub("", text)).split())
