"""What a run is written as: one module a format, each a function from a Run to text; none computes anything anew.

`Run` is loaded when first used: the command line reads FORMATS for its help and must not pay for reports.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from inmail_lint.output.run import Run

Renderer: TypeAlias = "Callable[[Run], str]"
# name → module of this package and function in it; a module is imported when its format is asked for
FORMATS: dict[str, tuple[str, str]] = {
    "text": ("text", "render_run"),
    "json": ("data", "render_json"),
    "jsonl": ("data", "render_jsonl"),
    "sarif": ("sarif", "render_sarif"),
    "github": ("github", "render_github"),
    "junit": ("junit", "render_junit"),
    "csv": ("table", "render_csv"),
    "markdown": ("markdown", "render_markdown"),
    "html": ("html", "render_html"),
}


# formats written while drafts are judged: name → module and class in it
STREAMS: dict[str, tuple[str, str]] = {
    "json": ("data", "JsonStream"),
    "jsonl": ("data", "JsonLines"),
    "csv": ("table", "CsvStream"),
    "github": ("github", "GithubStream"),
}


def rendered(run: Run, form: str) -> str:
    """A run in one format, ending with a line end if it says anything."""
    module, function = FORMATS[form]
    render: Renderer = getattr(import_module(f"{__name__}.{module}"), function)
    text = render(run)
    return text if not text or text.endswith("\n") else text + "\n"


def __getattr__(name: str) -> Any:
    if name == "Run":
        return import_module(f"{__name__}.run").Run
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


__all__ = ["FORMATS", "STREAMS", "Renderer", "Run", "rendered"]
