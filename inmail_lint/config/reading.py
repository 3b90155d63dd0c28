"""Configuration files: where they are looked for, and how TOML and YAML become the same plain tables."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inmail_lint.config.checking import Checker
from inmail_lint.errors import Fault, InmailLintError
from inmail_lint.source import Node, load_yaml, read_text

NAMES = (".inmail-lint.toml", ".inmail-lint.yaml", ".inmail-lint.yml", "pyproject.toml")  # the first that is there counts
_SECTION = "inmail-lint"


class ConfigError(InmailLintError):
    """A configuration file that is wrong."""


@dataclass(frozen=True)
class ConfigFile:
    """One file's settings, checked, and the lines on which its keys stand."""

    path: Path
    values: dict[str, Any]
    lines: dict[str, int]


def find_config(folder: Path) -> ConfigFile | None:
    """The nearest configuration from a folder upwards; raises ConfigError with every fault."""
    for place in (folder, *folder.parents):
        for name in NAMES:
            file = place / name
            if file.is_file():
                found = read_config(file, needed=name != "pyproject.toml")
                if found is not None:
                    return found
    return None


def read_config(file: Path, *, needed: bool = True) -> ConfigFile | None:
    """A configuration file; None for a pyproject.toml without our section unless it is `needed`."""
    faults: list[Fault] = []
    values, lines = _yaml(file, faults) if file.suffix in (".yaml", ".yml") else _toml(file, faults)
    if faults:
        raise ConfigError(faults)
    if values is None:
        if not needed:
            return None
        raise ConfigError(Fault(str(file), f"has no section [tool.{_SECTION}]; add it"))
    checker = Checker(file, lines)
    checked = checker.table(values)
    if checker.faults:
        raise ConfigError(checker.faults)
    return ConfigFile(file, checked, lines)


def _toml(file: Path, faults: list[Fault]) -> tuple[dict[str, Any] | None, dict[str, int]]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    text = read_text(file, faults)
    if text is None:
        return {}, {}
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        message = str(error).partition(" (at ")[0]
        faults.append(Fault(str(file), f"this is not TOML: {message}; check quotes and brackets",
                            int(at.group(1)) if at else None, int(at.group(2)) if at else None))
        return {}, {}
    except (RecursionError, ValueError) as error:  # neither of which tomllib makes an error of its own
        what = "lists and tables stand too deep" if isinstance(error, RecursionError) else "a number is too long"
        faults.append(Fault(str(file), f"this is no configuration: {what}; no setting needs that"))
        return {}, {}
    if file.name == "pyproject.toml":
        tools = data.get("tool")
        return tools.get(_SECTION) if isinstance(tools, dict) else None, _toml_lines(text, f"tool.{_SECTION}")
    return data, _toml_lines(text, "")


def _toml_lines(text: str, section: str) -> dict[str, int]:
    """Line of every key of a section, by its dotted path; a list of tables counts its entries from 0."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        head = line.split("#")[0].strip()
        is_head = head.startswith("[") and head.endswith("]")
        if is_head:
            table = head.strip("[]").strip().replace('"', "").replace("'", "")
            if head.startswith("[["):
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}.{counts[table]}"
        key = re.match(r"\s*([\w.\"'*-]+)\s*=", line)
        path = ".".join(p for p in (table, key.group(1).strip("\"'") if key and not is_head else "") if p)
        if path.startswith(section):
            lines.setdefault(path[len(section) :].lstrip("."), number)
    return lines


def _yaml(file: Path, faults: list[Fault]) -> tuple[dict[str, Any], dict[str, int]]:
    root = load_yaml(file, faults)
    lines: dict[str, int] = {}
    return (_plain(root, "", lines) if root is not None else {}), lines


def _plain(node: Node, path: str, lines: dict[str, int]) -> Any:
    """A node's value; `lines` gets the line of each key."""
    lines[path] = node.line
    prefix = f"{path}." if path else ""
    if node.is_map:
        return {name: _plain(value, f"{prefix}{name}", lines) for name, value in node.fields().items()}
    if node.is_list:
        return [_plain(item, f"{prefix}{i}", lines) for i, item in enumerate(node.items())]
    return node.text()
