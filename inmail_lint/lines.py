"""Foreign text made safe to stand on one line: of a terminal, a log, an annotation, a message."""

from __future__ import annotations

import re

# controls that are no white space, and those that turn the reading direction
_UNSAFE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_HALF = re.compile("[\ud800-\udfff]")  # half a character, which no encoding can write

# Two ways to command the runner of a GitHub workflow from a line of its log, whatever blanks or colours stand before
_COMMAND = re.compile(r"^((?:[^\S\n]|\x1b\[[\d;]*m)*):(?=:)|#(?=#\[)", re.MULTILINE)
# What JSON may hold as it is and a terminal may obey: more controls, and characters that turn the direction or end a line
_STEERING = re.compile("#(?=#\\[)|[\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]")


def whole(text: str) -> str:
    """Text without half characters (lone surrogates, as a broken JSON escape leaves them): each becomes U+FFFD."""
    return _HALF.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Text on one line that any terminal, log or file can hold: no controls, white space as single spaces."""
    return " ".join(whole(_UNSAFE.sub("", text)).split())


def defused(text: str) -> str:
    """Lines for a log, none of which is a command to the program that keeps it: a blank stands inside its sign."""
    return _COMMAND.sub(lambda m: f"{m.group()} ", text)


def said(text: str) -> str:
    """Text on one line of a log or a terminal, which it can neither steer nor command."""
    return defused(one_line(text))


def quoted(json: str) -> str:
    """JSON that a terminal or a log can show: the same values, what could steer or command it as escapes."""
    if json.isprintable() and "##[" not in json:
        return json  # nearly always, and told much faster
    return _STEERING.sub(lambda m: f"\\u{ord(m.group()):04x}", whole(json))
