"""What the table of keys is good for besides checking: a starting file, a schema for editors, and what holds and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from inmail_lint.config.keys import KEYS, PHRASE_KEYS, RULE_KEYS, SENDER_KEYS, Key
from inmail_lint.config.settings import Settings
from inmail_lint.vocabulary import MOST_JOBS, RULE_KINDS, SEVERITIES, UI_LANGUAGES

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXTS = {"type": "array", "items": {"type": "string"}}


def template(ui: str) -> str:
    """A commented `.inmail-lint.toml` in which nothing is set yet."""
    head = {"en": "# Settings of inmail-lint for the drafts in and below this folder; 'inmail-lint config PATH' shows them.",
            "es": "# Ajustes de inmail-lint para los borradores de esta carpeta; 'inmail-lint config RUTA' los muestra."}
    lines = [head[ui], ""]
    for key in KEYS.values():
        lines += [f"# {key.about[ui]}", f"# {key.name} = {key.example}", ""]
    return "\n".join(lines)


def described(settings: Settings) -> Iterable[tuple[str, str, str]]:
    """Key, value as TOML would say it, and where it comes from."""
    for name in KEYS:
        yield name, _said(settings[name]), settings.origins[name]


def _said(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k} = {_said(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_said(v) for v in value) + "]"
    return f'"{value}"' if isinstance(value, (str, Path)) else str(value)


def config_schema() -> dict[str, Any]:
    """JSON Schema of a configuration file."""
    per_draft = {k.name: _shape(k) for k in KEYS.values() if k.per_draft}
    files = {"type": "array", "items": {
        "type": "object", "required": ["match"], "additionalProperties": False,
        "properties": {"match": {"anyOf": [{"type": "string"}, _TEXTS]}, **per_draft}}}
    properties = {k.name: {**(files if k.shape == "files" else _shape(k)), "description": k.about["en"]} for k in KEYS.values()}
    return {"$schema": _DRAFT, "title": "inmail-lint", "type": "object", "additionalProperties": False,
            "properties": properties}


def _shape(key: Key) -> dict[str, Any]:
    weighed = {"type": "object", "additionalProperties": False, "properties": {
        RULE_KEYS[0]: {"enum": list(SEVERITIES)}, RULE_KEYS[1]: {"type": "integer", "minimum": 0, "maximum": 100}}}
    by_language = {"type": "object", "additionalProperties": _TEXTS}
    shapes: dict[str, dict[str, Any]] = {
        "text": {"type": "string"}, "path": {"type": "string"}, "choice": {"enum": list(key.choices)},
        "integer": {"type": "integer", "minimum": 0, "maximum": 100}, "flag": {"type": "boolean"},
        "jobs": {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1, "maximum": MOST_JOBS}]},
        "texts": _TEXTS, "paths": _TEXTS,
        "rules": {"type": "object", "additionalProperties": {"anyOf": [{"enum": ["off", *SEVERITIES]}, weighed]}},
        "phrases": {"type": "object", "additionalProperties": {
            "type": "object", "additionalProperties": False, "properties": dict.fromkeys(PHRASE_KEYS, by_language)}},
        "sender": {"type": "object", "additionalProperties": False,
                   "properties": {name: {"type": "string"} for name in SENDER_KEYS}}}
    return shapes[key.shape]


def rule_schema(keys: Iterable[str], level_keys: Iterable[str], guides: Iterable[str]) -> dict[str, Any]:
    """JSON Schema of a rule file: keys, words in every report language, kinds, severities, sources."""
    human = {"type": "object", "required": list(UI_LANGUAGES), "additionalProperties": False,
             "properties": {code: {"type": "string"} for code in UI_LANGUAGES}}
    level = {"type": "object", "additionalProperties": False, "properties": {
        name: human if name == "message" else {"enum": list(SEVERITIES)} if name == "severity" else {} for name in level_keys}}
    known: dict[str, dict[str, Any]] = {
        **dict.fromkeys(("title", "message", "why", "fix"), human), "kind": {"enum": list(RULE_KINDS)},
        "severity": {"enum": list(SEVERITIES)}, "points": {"type": "integer", "minimum": 0, "maximum": 100},
        "levels": {"type": "array", "items": level}, "guides": {"type": "array", "items": {"enum": sorted(guides)}},
        **dict.fromkeys(("trial", "kinds", "patterns", "markers", "needs"), _TEXTS),
        "languages": {"anyOf": [{"const": "any"}, _TEXTS]},
        "examples": {"type": "object"}}
    return {"$schema": _DRAFT, "title": "inmail-lint rule", "type": "object", "additionalProperties": False,
            "required": ["id", "category", "kind", "title", "why", "fix", "guides", "examples"],
            "properties": {name: known.get(name, {}) for name in keys}}
