"""What a run is written as: one module a format, each a function from a Run to text; none computes anything anew."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TypeAlias

from inmail_lint.output.run import Run

Renderer: TypeAlias = Callable[[Run], str]
# name → module of this package and function in it; a module is imported when its format is asked for
FORMATS: dict[str, tuple[str, str]] = {
    "text": ("text", "render_run"),
    "json": ("data", "render_json"),
    "jsonl": ("data", "render_jsonl"),
    "html": ("html", "render_html"),
}


def rendered(run: Run, form: str) -> str:
    """A run in one format, ending with a line end if it says anything."""
    module, function = FORMATS[form]
    render: Renderer = getattr(import_module(f"{__name__}.{module}"), function)
    text = render(run)
    return text if not text or text.endswith("\n") else text + "\n"


__all__ = ["FORMATS", "Renderer", "Run", "rendered"]
