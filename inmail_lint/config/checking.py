"""Values as read from a configuration file → values of the right type, with a fault for everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inmail_lint.config.keys import KEYS, PHRASE_KEYS, RULE_KEYS, SENDER_KEYS, Key
from inmail_lint.errors import Fault
from inmail_lint.spelling import nearest
from inmail_lint.vocabulary import MOST_JOBS, SEVERITIES


@dataclass
class Checker:
    """Checks the tables of one file; `lines` tells where a key stands (a path of keys joined by dots)."""

    path: Path
    lines: Mapping[str, int]
    faults: list[Fault] = field(default_factory=list)

    def table(self, values: Any, where: str = "", *, per_draft: bool = False) -> dict[str, Any]:
        """A table of settings; with `per_draft` only of those that may differ by file."""
        known = {n: k for n, k in KEYS.items() if k.per_draft or not per_draft}
        checked: dict[str, Any] = {}
        for name, value in self._entries(values, where, known):
            result = self._value(known[name], value, f"{where}{name}")
            if result is not None:
                checked[name] = result
        return checked

    def _entries(self, values: Any, where: str, known: Mapping[str, object] | tuple[str, ...]) -> list[tuple[str, Any]]:
        if not isinstance(values, Mapping):
            self._fault(where.rstrip("."), "must be a table of keys and values")
            return []
        entries = []
        for name, value in values.items():
            if str(name).replace("_", "-") in known:
                entries.append((str(name).replace("_", "-"), value))
            else:
                hint = nearest(str(name), known) or f"; known keys: {', '.join(known)}"
                self._fault(f"{where}{name}", f"unknown key '{name}'{hint}", bare=True)
        return entries

    def _value(self, key: Key, value: Any, where: str) -> Any:
        check = getattr(self, f"_{key.shape}")
        return check(value, where, key)

    def _text(self, value: Any, where: str, key: Key) -> str | None:
        if isinstance(value, str) and value.strip():
            return value.strip()
        self._fault(where, f"must be a text, such as {key.example}")
        return None

    def _choice(self, value: Any, where: str, key: Key) -> str | None:
        if isinstance(value, str) and value in key.choices:
            return value
        self._fault(where, f"unknown value '{value}'{nearest(str(value), key.choices)}; use one of {', '.join(key.choices)}")
        return None

    def _integer(self, value: Any, where: str, key: Key) -> int | None:
        number = _whole_number(value, 0, 100)
        if number is None:
            self._fault(where, f"must be a whole number from 0 to 100, such as {key.example}")
        return number

    def _jobs(self, value: Any, where: str, key: Key) -> int | str | None:
        number = "auto" if value == "auto" else _whole_number(value, 1, MOST_JOBS)
        if number is None:
            self._fault(where, f"must be auto or a whole number from 1 to {MOST_JOBS}, such as {key.example}")
        return number

    def _flag(self, value: Any, where: str, key: Key) -> bool | None:
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        self._fault(where, "must be true or false")
        return None

    def _texts(self, value: Any, where: str, key: Key) -> tuple[str, ...] | None:
        items = [value] if isinstance(value, str) else value
        if isinstance(items, list) and all(isinstance(v, str) and v.strip() for v in items):
            return tuple(v.strip() for v in items)
        self._fault(where, f"must be a list of texts, such as {key.example}")
        return None

    def _path(self, value: Any, where: str, key: Key) -> Path | None:
        text = self._text(value, where, key)
        return self.path.parent / text if text else None

    def _paths(self, value: Any, where: str, key: Key) -> tuple[Path, ...] | None:
        texts = self._texts(value, where, key)
        return None if texts is None else tuple(self.path.parent / t for t in texts)

    def _sender(self, value: Any, where: str, key: Key) -> dict[str, str]:
        return {n: text for n, v in self._entries(value, f"{where}.", SENDER_KEYS)
                if (text := self._text(v, f"{where}.{n}", key))}

    def _rules(self, value: Any, where: str, key: Key) -> dict[str, dict[str, Any]]:
        """Rule → `{"off": True}`, or its severity and points."""
        found: dict[str, dict[str, Any]] = {}
        if not isinstance(value, Mapping):
            self._fault(where, f"must be a table, such as {key.example}")
            return found
        for rule, setting in value.items():
            place = f"{where}.{rule}"
            if setting == "off" or setting is False or setting == "false":
                found[str(rule)] = {"off": True}
            elif isinstance(setting, str):
                if setting in SEVERITIES:
                    found[str(rule)] = {"severity": setting}
                else:
                    self._fault(place, f"must be off, {', '.join(SEVERITIES)}, or a table with severity and points")
            else:
                found[str(rule)] = self._rule(setting, place)
        return found

    def _rule(self, setting: Any, place: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in self._entries(setting, f"{place}.", RULE_KEYS):
            if name == "severity":
                if value in SEVERITIES:
                    found[name] = value
                else:
                    self._fault(f"{place}.{name}", f"must be one of {', '.join(SEVERITIES)}")
            else:
                number = self._integer(value, f"{place}.{name}", KEYS["fail-under"])
                if number is not None:
                    found[name] = number
        return found

    def _phrases(self, value: Any, where: str, key: Key) -> dict[str, dict[str, dict[str, tuple[str, ...]]]]:
        """Pattern → add or remove → language → phrases."""
        found: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {}
        if not isinstance(value, Mapping):
            self._fault(where, f"must be a table, such as {key.example}")
            return found
        for pattern, changes in value.items():
            place = f"{where}.{pattern}"
            for name, by_language in self._entries(changes, f"{place}.", PHRASE_KEYS):
                if not isinstance(by_language, Mapping):
                    self._fault(f"{place}.{name}", 'must name a language, such as {en = ["no strings attached"]}')
                    continue
                for code, lines in by_language.items():
                    texts = self._texts(lines, f"{place}.{name}.{code}", KEYS["select"])
                    if texts:
                        found.setdefault(str(pattern), {}).setdefault(name, {})[str(code)] = texts
        return found

    def _files(self, value: Any, where: str, key: Key) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
        """Globs and the settings for what they match, in order."""
        found: list[tuple[tuple[str, ...], dict[str, Any]]] = []
        for number, entry in enumerate(value if isinstance(value, list) else [value]):
            place = f"{where}.{number}."
            if not isinstance(entry, Mapping) or "match" not in entry:
                self._fault(place.rstrip("."), f"must have 'match' with the files it is for, such as {key.example}")
                continue
            globs = self._texts(entry["match"], f"{place}match", KEYS["select"])
            rest = self.table({k: v for k, v in entry.items() if k != "match"}, place, per_draft=True)
            if globs:
                found.append((globs, rest))
        return found

    def _fault(self, where: str, message: str, *, bare: bool = False) -> None:
        line = self.lines.get(where) or self.lines.get(where.split(".")[0])
        self.faults.append(Fault(str(self.path), message if bare or not where else f"'{where}' {message}", line))


def _whole_number(value: Any, least: int, most: int) -> int | None:
    """A whole number, or the digits of one as YAML has them, within limits."""
    number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else value
    return number if isinstance(number, int) and not isinstance(number, bool) and least <= number <= most else None
