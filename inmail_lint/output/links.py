"""Links in terminals that can show them (OSC 8); everywhere else the text alone."""

from __future__ import annotations

from collections.abc import Mapping

_PROGRAMS = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "Tabby")
_VARIABLES = ("KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "ALACRITTY_WINDOW_ID", "DOMTERM")
_VTE = 5000  # the version of the GNOME terminal's library from which it shows links


def supported(environment: Mapping[str, str]) -> bool:
    """Whether the terminal says of itself that it shows links; FORCE_HYPERLINK=1 or 0 decides for it."""
    forced = environment.get("FORCE_HYPERLINK")
    if forced is not None:
        return forced != "0"
    vte = environment.get("VTE_VERSION", "0")
    return environment.get("TERM_PROGRAM") in _PROGRAMS or any(v in environment for v in _VARIABLES) or (
        vte.isdigit() and int(vte) >= _VTE)


def linked(text: str, address: str) -> str:
    """The text as a link to an address."""
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"
