"""A rulebook as a team wants it: rules switched off or weighed anew, phrases added and removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from inmail_lint.cache import key_of
from inmail_lint.compiled import Line
from inmail_lint.config.reading import ConfigError
from inmail_lint.config.settings import Settings
from inmail_lint.errors import Fault
from inmail_lint.patterns import Pattern, Patterns, faults_of
from inmail_lint.rulebook import Rule, Rulebook, weighed
from inmail_lint.spelling import nearest
from inmail_lint.vocabulary import Severity


def adjusted(book: Rulebook, settings: Settings) -> Rulebook:
    """The rulebook under the settings; raises ConfigError for names that nothing has."""
    faults: list[Fault] = []
    rules = _owned(book.rules, settings["rule-folders"]) if settings["only-own-rules"] else dict(book.rules)
    for name, setting in settings["rules"].items():
        if name in book.missing:
            continue
        if name not in book.rules:
            _unknown(faults, settings, "rules", f"rule '{name}'", name, book.rules)
        elif setting.get("off"):
            rules.pop(name, None)
        elif name in rules:
            severity = Severity.named(setting["severity"]) if "severity" in setting else None
            rules[name] = weighed(rules[name], severity, setting.get("points"))
    for key in ("select", "ignore"):
        for name in settings[key]:
            if not any(_means(name, rule) for rule in book.rules.values()) and not _names_any(name, book.missing):
                _unknown(faults, settings, key, f"rule or category '{name}'", name, [*book.rules, *book.categories])
    if settings["select"]:
        rules = {n: r for n, r in rules.items() if any(_means(s, r) for s in settings["select"])}
    rules = {n: r for n, r in rules.items() if not any(_means(s, r) for s in settings["ignore"])}
    patterns = _rephrased(book, settings, faults)
    if faults:
        raise ConfigError(faults)
    missing = _still_missing(book, settings)
    if patterns is book.patterns and rules == dict(book.rules) and missing == book.missing:
        return book
    mark = key_of(book.digest, repr(sorted(rules)), repr(settings["rules"]), repr(settings["phrases"]))
    categories = tuple(dict.fromkeys(r.category for r in rules.values()))
    return replace(book, rules=rules, patterns=patterns, missing=missing, categories=categories,
                   digest=f"{book.digest}+{mark[:8]}")


def _owned(rules: Mapping[str, Rule], folders: Iterable[Path]) -> dict[str, Rule]:
    roots = [f.resolve() for f in folders]
    return {n: r for n, r in rules.items() if any(Path(r.path).resolve().is_relative_to(root) for root in roots)}


def _means(wanted: str, rule: Rule) -> bool:
    return wanted in (rule.id, rule.category) or fnmatchcase(rule.id, wanted)


def _names_any(wanted: str, names: Iterable[str]) -> bool:
    return any(fnmatchcase(name, wanted) for name in names)


def _still_missing(book: Rulebook, settings: Settings) -> tuple[str, ...]:
    """The broken rules that the settings want: their categories are not known, so a category may mean any of them."""
    return tuple(name for name in book.missing
                 if not settings["rules"].get(name, {}).get("off") and not any(fnmatchcase(name, s) for s in settings["ignore"])
                 and (not settings["select"] or any(s in book.categories or fnmatchcase(name, s) for s in settings["select"])))


def _rephrased(book: Rulebook, settings: Settings, faults: list[Fault]) -> Patterns:
    changed: dict[str, Pattern] = {}
    for name, changes in settings["phrases"].items():
        if name not in book.patterns:
            _unknown(faults, settings, "phrases", f"pattern '{name}'", name, [p.name for p in book.patterns])
            continue
        pattern = book.patterns[name]
        phrases = dict(pattern.phrases)
        for code, texts in changes.get("add", {}).items():
            if code not in book.packs:
                _unknown(faults, settings, "phrases", f"language '{code}'", code, book.packs)
                continue
            lines = [Line(text, 0, own=True) for text in texts]
            faults += faults_of(replace(pattern, path=str(settings.file or "")), lines, book.packs[code])
            phrases[code] = (*phrases.get(code, ()), *lines)
        for code, texts in changes.get("remove", {}).items():
            known = {" ".join(line.text.split()): line for line in phrases.get(code, ())}
            for text in texts:
                if " ".join(text.split()) not in known:
                    _unknown(faults, settings, "phrases", f"phrase '{text}' in {name}", text, known)
            phrases[code] = tuple(line for text, line in known.items() if text not in {" ".join(t.split()) for t in texts})
        changed[name] = replace(pattern, path=str(settings.file or pattern.path), phrases=phrases)
    if not changed:
        return book.patterns
    return Patterns([changed.get(p.name, p) for p in book.patterns],
                    key_of(book.cache_key, repr(settings["phrases"])) if book.cache_key else "")


def _unknown(faults: list[Fault], settings: Settings, key: str, what: str, name: str, known: Iterable[str]) -> None:
    origin = settings.origins[key]
    path, _, line = origin.rpartition(":") if origin[-1:].isdigit() else (origin, "", "")
    where = "" if origin in ("default", "command line") else path
    faults.append(Fault(where, f"'{key}': there is no {what}{nearest(name, known)}", int(line) if where and line else None))
