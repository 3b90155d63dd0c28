"""`rules/` → Rulebook: every file read with positions, every fault collected, nothing guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import inmail_lint.asks  # noqa: F401  (registers its metrics)
from inmail_lint.draft import KINDS, RECIPIENT_FIELDS
from inmail_lint.errors import Fault, RuleError
from inmail_lint.finders import FINDERS
from inmail_lint.folding import fold
from inmail_lint.language import LanguagePack, load_language, with_words
from inmail_lint.metrics import METRICS
from inmail_lint.patterns import MARKERS, Pattern, Patterns, read_lines, read_pattern
from inmail_lint.rulebook import (
    PLACEHOLDERS,
    RULE_KINDS,
    SEVERITIES,
    UI_LANGUAGES,
    Condition,
    Example,
    Guide,
    Level,
    Profile,
    Rule,
    Rulebook,
    Severity,
)
from inmail_lint.source import Node, load_yaml, nearest

DEFAULT_PROFILE = "guides"
_SCOPES = ("subject", "body", "message", "body.greeting", "body.opening", "body.closing", "body.signoff", "body.main")
_KEYS = ("id", "category", "kind", "status", "title", "languages", "kinds", "scope", "metric", "levels", "patterns",
         "phrases", "not", "question", "markers", "at_least", "severity", "points", "message", "why", "fix", "guides", "needs",
         "when", "examples")
_REQUIRED = ("id", "category", "kind", "title", "message", "why", "fix", "guides", "examples")
_LEVEL_KEYS = ("above", "below", "hits", "severity", "points", "message", "kinds")


def rules_directory() -> Path:
    """Where the rules are: inside an installed package, or beside it in a checkout."""
    inside = Path(__file__).parent / "rules"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "rules"


def load_rulebook(profile: str = DEFAULT_PROFILE, extra: Path | None = None) -> Rulebook:
    """Load the product's rules, then those in `extra` (a rule or pattern there replaces ours of the same name).

    `profile` is a name in `rules/profiles/` or the path of a profile file. Raises RuleError with every fault.
    """
    faults: list[Fault] = []
    roots = [rules_directory()]
    if extra is not None:
        if not extra.is_dir():
            raise RuleError(Fault(str(extra), "there is no such directory of rules; check --rules"))
        roots.append(extra)
    packs = _packs(roots, faults)
    guides = _guides(_files(roots, "guides.yaml"), faults)
    rules: dict[str, Rule] = {}
    patterns: dict[str, Pattern] = {}
    for file in _files(roots, "patterns/*.yaml"):
        node = load_yaml(file, faults)
        for name, value in node.fields().items() if node else ():
            patterns[name] = read_pattern(name, value)
    for file in sorted(f for root in roots for f in root.glob("*.yaml")):
        if file.name not in ("guides.yaml", "names.yaml", "fields.yaml", "labels.yaml"):
            read = _Reader(file, faults).rule(patterns)
            if read is not None:
                rules[read.id] = read
    _check_references(rules, patterns, guides, faults)
    _check_duplicates(patterns.values(), faults)
    chosen = _profile(profile, roots, rules, faults)
    names = _names(_files(roots, "names.yaml"), faults)
    if faults or chosen is None:
        raise RuleError(sorted(faults, key=lambda f: (f.path, f.line or 0)))
    final, applied = chosen
    categories = tuple(dict.fromkeys(r.category for r in applied.values()))
    return Rulebook(final, applied, Patterns(patterns.values()), packs, guides, names, categories,
                    _digest(roots, final.id))


def _files(roots: Iterable[Path], glob: str) -> list[Path]:
    return [f for root in roots for f in sorted(root.glob(glob))]


def _digest(roots: Iterable[Path], profile: str) -> str:
    digest = hashlib.sha256(profile.encode())
    for file in (f for root in roots for f in sorted(root.rglob("*")) if f.suffix in (".yaml", ".json")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _packs(roots: list[Path], faults: list[Fault]) -> dict[str, LanguagePack]:
    words = _files(roots, "words/*.yaml")
    files = [f for f in _files(roots, "languages/*.yaml") if not f.name.endswith("-verbs.yaml")]
    packs = [p for p in (load_language(f, faults) for f in files) if p]
    return {p.code: with_words(p, words, faults) if p.judged else p for p in packs}


def _guides(files: Iterable[Path], faults: list[Fault]) -> dict[str, Guide]:
    guides: dict[str, Guide] = {}
    fields = ("title", "address", "says", "evidence", "read", "against")
    for file in files:
        root = load_yaml(file, faults)
        for name, node in root.fields().items() if root else ():
            keys = node.fields(fields, fields[:5])
            if "evidence" in keys:
                keys["evidence"].choice(("platform-limit", "measured", "advice", "analogy", "opinion"))
            guides[name] = Guide(name, *(keys[f].text() if f in keys else "" for f in fields))
    return guides


def _names(files: Iterable[Path], faults: list[Fault]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for file in files:
        root = load_yaml(file, faults)
        for item in root.items() if root else ():
            group = {fold(n) for n in item.words()}
            for name in group:
                groups.setdefault(name, set()).update(group)
    return {name: frozenset(group) for name, group in groups.items()}


def _profile(wanted: str, roots: list[Path], rules: Mapping[str, Rule], faults: list[Fault]
             ) -> tuple[Profile, dict[str, Rule]] | None:
    known = {f.stem: f for f in _files(roots, "profiles/*.yaml")}
    file = known.get(wanted) or (Path(wanted) if wanted.endswith((".yaml", ".yml")) else None)
    if file is None or not file.is_file():
        hint = nearest(wanted, known) or f"; profiles: {', '.join(sorted(known))}, or a path ending in .yaml"
        faults.append(Fault("", f"unknown profile '{wanted}'{hint}"))
        return None
    root = load_yaml(file, faults)
    if root is None:
        return None
    keys = root.fields(("id", "about", "caps", "rules"), ("id", "about"))
    caps = {k: v.number() for k, v in keys["caps"].fields().items()} if "caps" in keys else {}
    applied = dict(rules)
    for name, node in keys["rules"].fields().items() if "rules" in keys else ():
        if name not in rules:
            node.fault(f"no rule '{name}'{nearest(name, rules)}")
        elif node.is_scalar and node.text() == "off":
            del applied[name]
        else:
            applied[name] = _override(rules[name], node)
    about = _human(keys["about"]) if "about" in keys else {}
    return Profile(keys["id"].text() if "id" in keys else file.stem, about, caps), applied


def _override(rule: Rule, node: Node) -> Rule:
    keys = node.fields(("severity", "points", "levels", "message", "at_least"))
    severity = Severity.named(keys["severity"].choice(SEVERITIES)) if "severity" in keys else rule.severity
    points = keys["points"].number() if "points" in keys else (
        severity.points if "severity" in keys else rule.points)
    message = _human(keys["message"]) if "message" in keys else rule.message
    if "levels" in keys:
        levels = _levels(keys["levels"], rule.kind)
    elif {"severity", "points"} & keys.keys():
        levels = tuple(replace(lv, severity=severity if "severity" in keys else lv.severity, points=points)
                       for lv in rule.levels)
    else:
        levels = rule.levels
    at_least = keys["at_least"].number() if "at_least" in keys else rule.at_least
    return replace(rule, severity=severity, points=points, levels=levels, message=message, at_least=at_least)


def _human(node: Node) -> dict[str, str]:
    """Words for people: both report languages are required."""
    return {code: " ".join(v.text().split()) for code, v in node.fields(UI_LANGUAGES, UI_LANGUAGES).items()}


def _levels(node: Node, kind: str) -> tuple[Level, ...]:
    levels = []
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for item in node.items():
        keys = item.fields(_LEVEL_KEYS, ("severity",))
        limits = [k for k in ("above", "below", "hits") if k in keys]
        if len(limits) != 1 or (limits[0] == "hits") != (kind == "forbid"):
            item.fault("a level needs one limit: " + ("'hits'" if kind == "forbid" else "'above' or 'below'"))
            continue
        severity = Severity.named(keys["severity"].choice(SEVERITIES)) if "severity" in keys else Severity.NOTE
        points = keys["points"].number() if "points" in keys else severity.points
        kinds = keys["kinds"].texts() if "kinds" in keys else ()
        limit = keys[limits[0]].number()
        if (limit, kinds) in seen:
            item.fault(f"two levels share the limit {limit}; one can never apply")
        seen.add((limit, kinds))
        levels.append(Level(limit, limits[0] != "below", severity, points,
                            _human(keys["message"]) if "message" in keys else {}, kinds))
    return tuple(levels)


class _Reader:
    """Reads one rule file."""

    def __init__(self, file: Path, faults: list[Fault]) -> None:
        self.file, self.faults = file, faults

    def rule(self, patterns: dict[str, Pattern]) -> Rule | None:
        root = load_yaml(self.file, self.faults)
        if root is None:
            return None
        before = len(self.faults)
        keys = root.fields(_KEYS, _REQUIRED)
        if not set(_REQUIRED) <= keys.keys():
            return None
        kind = keys["kind"].choice(RULE_KINDS)
        name = keys["id"].text()
        if name != self.file.stem:
            keys["id"].fault(f"id '{name}' is not the file's name; call it '{self.file.stem}'")
        severity = Severity.named(keys["severity"].choice(SEVERITIES)) if "severity" in keys else Severity.NOTE
        points = keys["points"].number() if "points" in keys else severity.points
        levels = _levels(keys["levels"], kind) if "levels" in keys else (Level(1, True, severity, points),)
        own = self._own_pattern(name, keys, patterns)
        listed = keys["patterns"].texts() if "patterns" in keys else ()
        languages = self._languages(keys)
        rule = Rule(
            id=name, path=str(self.file), category=keys["category"].text(), kind=kind,
            title=_human(keys["title"]), message=_human(keys["message"]), why=_human(keys["why"]),
            fix=_human(keys["fix"]), guides=keys["guides"].texts(), languages=languages,
            kinds=self._kinds(keys), scope=keys["scope"].choice(_SCOPES) if "scope" in keys else "body",
            severity=severity, points=points, levels=levels,
            metric=keys["metric"].text() if "metric" in keys else "",
            patterns=(*listed, *own), markers=self._markers(keys),
            at_least=keys["at_least"].number() if "at_least" in keys else 1,
            needs=self._needs(keys), when=self._conditions(keys),
            status=keys["status"].choice(("stable", "trial")) if "status" in keys else "stable",
            examples=tuple(self._examples(keys["examples"], keys["scope"].text() if "scope" in keys else "body")))
        self._check(rule, keys)
        return rule if len(self.faults) == before else None

    def _own_pattern(self, name: str, keys: dict[str, Node], patterns: dict[str, Pattern]) -> tuple[str, ...]:
        if "phrases" not in keys:
            return ()
        scope = keys["scope"].text() if "scope" in keys else "body"
        patterns[name] = Pattern(name, str(self.file), keys["phrases"].line, scope=scope,
                                 question="question" in keys and keys["question"].boolean(),
                                 phrases=read_lines(keys["phrases"]), exceptions=read_lines(keys.get("not")))
        return (name,)

    def _languages(self, keys: dict[str, Node]) -> tuple[str, ...]:
        node = keys.get("languages")
        if node is None or (node.is_scalar and node.text() == "any"):
            return ()
        return node.texts()

    def _kinds(self, keys: dict[str, Node]) -> tuple[str, ...]:
        return tuple(item.choice(KINDS) for item in keys["kinds"].items()) if "kinds" in keys else ()

    def _markers(self, keys: dict[str, Node]) -> tuple[str, ...]:
        return tuple(item.choice(MARKERS) for item in keys["markers"].items()) if "markers" in keys else ()

    def _needs(self, keys: dict[str, Node]) -> tuple[str, ...]:
        allowed = [f"recipient.{f}" for f in RECIPIENT_FIELDS]
        return tuple(item.choice(allowed) for item in keys["needs"].items()) if "needs" in keys else ()

    def _conditions(self, keys: dict[str, Node]) -> tuple[Condition, ...]:
        found = []
        for item in keys["when"].items() if "when" in keys else ():
            parts = item.fields(("metric", "above", "below"), ("metric",))
            limit = parts.get("above") or parts.get("below")
            if "metric" in parts and limit is not None:
                found.append(Condition(parts["metric"].choice(METRICS), limit.number(), "above" in parts))
            else:
                item.fault("a condition needs 'metric' and 'above' or 'below'")
        return tuple(found)

    def _examples(self, node: Node, scope: str) -> Iterable[Example]:
        for code, wants in node.fields().items():
            for want, items in wants.fields(("bad", "good", "near")).items():
                for item in items.items():
                    yield _example(item, want, code, scope)

    def _check(self, rule: Rule, keys: dict[str, Node]) -> None:
        root = keys["id"]
        if rule.kind == "threshold":
            if rule.metric not in METRICS:
                (keys.get("metric") or root).fault(f"unknown metric '{rule.metric}'{nearest(rule.metric, METRICS)}")
            if "levels" not in keys:
                root.fault("a threshold rule needs levels; add 'levels:' with 'above' or 'below'")
        elif not rule.patterns and not rule.markers:
            root.fault(f"a {rule.kind} rule needs phrases, patterns or markers")
        allowed = PLACEHOLDERS[rule.kind]
        for text in [*rule.message.values(), *(m for lv in rule.levels for m in lv.message.values())]:
            for name in _fields_of(text):
                if name not in allowed:
                    keys["message"].fault(f"the message uses {{{name}}}; a {rule.kind} rule provides "
                                          + ", ".join(f"{{{a}}}" for a in allowed))
        present = {(e.language, e.want) for e in rule.examples}
        for code in rule.languages or ("en", "es"):
            for want in ("bad", "good", "near"):
                if (code, want) not in present:
                    keys["examples"].fault(f"language '{code}' has no {want} example; add one or remove "
                                           f"'{code}' from languages")


def _fields_of(text: str) -> list[str]:
    import string

    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


def _example(node: Node, want: str, code: str, scope: str) -> Example:
    if node.is_map:
        keys = node.fields(("subject", "body", "kind", "recipient"))
        subject = keys["subject"].text() if "subject" in keys else ""
        body = keys["body"].text() if "body" in keys else ""
        kind = keys["kind"].choice(KINDS) if "kind" in keys else "inmail"
        recipient = _recipient(keys["recipient"]) if "recipient" in keys else {}
    else:
        text = node.text()
        subject, body = (text, "") if scope == "subject" else ("", text)
        kind, recipient = "inmail", {}
    places: list[tuple[str, int, int]] = []
    return Example(want, code, node.line, _unmark(subject, "subject", places), _unmark(body, "body", places), kind,
                   recipient, tuple(places))


def _recipient(node: Node) -> dict[str, object]:
    return {k: v.texts() if k in ("facts", "shared") else v.text() for k, v in node.fields(RECIPIENT_FIELDS).items()}


def _unmark(text: str, part: str, places: list[tuple[str, int, int]]) -> str:
    """Take the marks ⟦ ⟧ out of an example, noting what they enclose."""
    out: list[str] = []
    start = -1
    for char in text:
        if char == "⟦":
            start = len(out)
        elif char == "⟧":
            places.append((part, start, len(out)))
        else:
            out.append(char)
    return "".join(out)


def _check_references(rules: Mapping[str, Rule], patterns: Mapping[str, Pattern], guides: Mapping[str, Guide],
                      faults: list[Fault]) -> None:
    for rule in rules.values():
        for guide in rule.guides:
            if guide not in guides:
                faults.append(Fault(rule.path, f"unknown guide '{guide}'{nearest(guide, guides)}"))
        for name in rule.patterns:
            family = name.endswith("*") and any(p.startswith(name[:-1]) for p in patterns)
            if name not in patterns and not family:
                faults.append(Fault(rule.path, f"unknown pattern '{name}'{nearest(name, patterns)}"))
    for pattern in patterns.values():
        if pattern.finder and pattern.finder not in FINDERS:
            faults.append(Fault(pattern.path, f"unknown finder '{pattern.finder}'{nearest(pattern.finder, FINDERS)}",
                                pattern.line))
        if pattern.scope not in _SCOPES:
            faults.append(Fault(pattern.path, f"unknown scope '{pattern.scope}'{nearest(pattern.scope, _SCOPES)}",
                                pattern.line))


def _check_duplicates(patterns: Iterable[Pattern], faults: list[Fault]) -> None:
    """The same line twice, in one pattern or two, would give two findings for the same words."""
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    for pattern in patterns:
        for code, lines in pattern.phrases.items():
            for line in lines:
                key = (code, " ".join(fold(line.text).split()))
                if key in seen:
                    path, number = seen[key]
                    faults.append(Fault(pattern.path, f"phrase '{line.text}' is also in {Path(path).name}:{number}; "
                                        "keep one", line.line))
                seen[key] = (pattern.path, line.line)
