"""Help with misspelt names."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint `; did you mean 'x'?` for a misspelt name, or nothing."""
    import difflib  # only who misspells something waits for it

    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""
