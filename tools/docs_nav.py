"""A hook of MkDocs. In the navigation `rules/*.md` stands for the page of every rule, and a page that is not there is left
out where `OPTIONAL` says that it may be missing. On pages the line that leads to the other language is left out, for the
site has a switch, and Spanish pages, which name each other as files, become links within the Spanish site."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

OPTIONAL = frozenset({"editors.md", "library.md"})
_OTHER_LANGUAGE = re.compile(r"^\[(?:En español|In English)\]\([\w-]+(?:\.es)?\.md\)\n", re.MULTILINE)
_SPANISH_PAGE = re.compile(r"(\]\([\w-]+)\.es\.md\b")


def on_config(config: Any) -> Any:
    config["nav"] = expanded(config["nav"], Path(config["docs_dir"]))
    return config


def on_page_markdown(markdown: str, **_: Any) -> str:
    return _SPANISH_PAGE.sub(r"\1.md", _OTHER_LANGUAGE.sub("", markdown))


def expanded(entries: list[Any], docs: Path) -> list[Any]:
    """Navigation entries with every `*` replaced by the files it means."""
    found: list[Any] = []
    for entry in entries:
        if isinstance(entry, dict):
            found += [{title: expanded(inside, docs) if isinstance(inside, list) else inside}
                      for title, inside in entry.items()]
        elif "*" in entry:
            found += sorted(f.relative_to(docs).as_posix() for f in docs.glob(entry))
        elif entry not in OPTIONAL or (docs / entry).is_file():
            found.append(entry)
    return found
