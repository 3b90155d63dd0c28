"""The sources that rules cite, from `guides.yaml`: what they say stands on reports, cards and pages, and must act on none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from inmail_lint.errors import Fault
from inmail_lint.lines import one_line
from inmail_lint.rule_reader import human
from inmail_lint.rulebook import Guide
from inmail_lint.source import Node, load_yaml
from inmail_lint.vocabulary import NAME, UI_LANGUAGES

_FIELDS = ("title", "address", "says", "evidence", "read", "against")
_EVIDENCE = ("opinion", "analogy", "advice", "measured", "platform-limit")  # a wrong word passes for the first
# no blank, bracket or quotation mark: they would end a link in a terminal, a page or Markdown, and begin something else
_ADDRESS = re.compile(r"https?://[\w\-.~:/?#@!$&'()*+,;=%]+")


def read_guides(files: Iterable[Path], faults: list[Fault]) -> dict[str, Guide]:
    """Sources by name, later files over earlier ones; one with a fault stands there without what is wrong."""
    guides: dict[str, Guide] = {}
    for file in files:
        root = load_yaml(file, faults)
        for name, node in root.fields().items() if root else ():
            if re.fullmatch(NAME, name):
                guides[name] = _guide(name, node)
            else:
                node.fault("the name of a source has letters, digits, hyphens and dots alone; rename it")
    return guides


def _guide(name: str, node: Node) -> Guide:
    keys = node.fields(_FIELDS, _FIELDS[:5])
    said = {field: one_line(keys[field].text()) if field in keys else "" for field in ("title", "address", "read")}
    evidence = keys["evidence"].choice(_EVIDENCE) if "evidence" in keys else _EVIDENCE[0]
    if "address" in keys and not _ADDRESS.fullmatch(said["address"]):
        begins = said["address"].startswith(("https://", "http://"))
        keys["address"].fault("an address has no blanks, brackets or quotation marks; write %20 for a blank" if begins
                              else "an address begins with https:// or http://; write the page's")
        said["address"] = ""
    return Guide(name, **said, evidence=evidence, says=_sentences(keys.get("says")), against=_sentences(keys.get("against")))


def _sentences(node: Node | None) -> dict[str, str]:
    """Sentences by language of the report; a text alone, as a team writes for itself, stands for every one."""
    if node is None:
        return {}
    return human(node) if node.is_map else dict.fromkeys(UI_LANGUAGES, one_line(node.text()))
