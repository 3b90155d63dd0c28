"""One rule file → Rule, with every fault in it."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from pathlib import Path

from inmail_lint.draft import KINDS, RECIPIENT_FIELDS
from inmail_lint.errors import Fault
from inmail_lint.learned import LABELS
from inmail_lint.lines import one_line
from inmail_lint.metrics import METRICS
from inmail_lint.pattern_files import read_lines
from inmail_lint.patterns import MARKERS, Pattern
from inmail_lint.rulebook import PLACEHOLDERS, Condition, Example, Level, Rule
from inmail_lint.source import Node, load_yaml
from inmail_lint.spelling import nearest
from inmail_lint.vocabulary import NAME, RULE_KINDS, SEVERITIES, UI_LANGUAGES, Severity

SCOPES = ("subject", "body", "message", "body.greeting", "body.opening", "body.closing", "body.signoff", "body.main")
KEYS = ("id", "category", "kind", "trial", "title", "languages", "kinds", "scope", "metric", "levels", "patterns",
        "phrases", "not", "question", "label", "sure", "markers", "at_least", "severity", "points", "message", "why", "fix",
         "guides", "needs", "when", "examples")
_REQUIRED = ("id", "category", "kind", "languages", "title", "message", "why", "fix", "guides", "examples")
LEVEL_KEYS = ("above", "below", "hits", "severity", "points", "message", "kinds")


def human(node: Node) -> dict[str, str]:
    """Words for people, which act on nothing that shows them: both report languages are required."""
    return {code: one_line(v.text()) for code, v in node.fields(UI_LANGUAGES, UI_LANGUAGES).items()}


def read_levels(node: Node, kind: str) -> tuple[Level, ...]:
    levels = []
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for item in node.items():
        keys = item.fields(LEVEL_KEYS, ("severity",))
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
                            human(keys["message"]) if "message" in keys else {}, kinds))
    return tuple(levels)


class RuleReader:
    """Reads one rule file."""

    def __init__(self, file: Path, faults: list[Fault]) -> None:
        self.file, self.faults = file, faults

    def rule(self, patterns: dict[str, Pattern]) -> Rule | None:
        root = load_yaml(self.file, self.faults)
        if root is None:
            return None
        before = len(self.faults)
        keys = root.fields(KEYS, _REQUIRED)
        if not set(_REQUIRED) <= keys.keys():
            return None
        kind = keys["kind"].choice(RULE_KINDS)
        if keys["kind"].text() not in RULE_KINDS:
            return None  # whatever else is wrong depends on the kind meant
        name = keys["id"].text()
        if name != self.file.stem:
            keys["id"].fault(f"id '{name}' is not the file's name; call it '{self.file.stem}'")
        if not re.fullmatch(NAME, name):
            keys["id"].fault("an id has letters, digits, hyphens and dots alone; rename the file")
        severity = Severity.named(keys["severity"].choice(SEVERITIES)) if "severity" in keys else Severity.NOTE
        points = keys["points"].number() if "points" in keys else severity.points
        levels = read_levels(keys["levels"], kind) if "levels" in keys else (Level(1, True, severity, points),)
        scope = keys["scope"].choice(SCOPES) if "scope" in keys else "body"
        own = self._own_pattern(name, scope, keys, patterns)
        listed = keys["patterns"].texts() if "patterns" in keys else ()
        languages = self._languages(keys)
        rule = Rule(
            id=name, path=str(self.file), category=one_line(keys["category"].text()), kind=kind,
            title=human(keys["title"]), message=human(keys["message"]), why=human(keys["why"]),
            fix=human(keys["fix"]), guides=keys["guides"].texts(), languages=languages,
            kinds=self._chosen(keys, "kinds", KINDS), scope=scope,
            severity=severity, points=points, levels=levels,
            metric=keys["metric"].text() if "metric" in keys else "",
            patterns=(*listed, *own), markers=self._chosen(keys, "markers", MARKERS),
            at_least=keys["at_least"].number() if "at_least" in keys else 1,
            needs=self._chosen(keys, "needs", [f"recipient.{f}" for f in RECIPIENT_FIELDS]), when=self._conditions(keys),
            label=keys["label"].choice(LABELS) if "label" in keys else "",
            sure=keys["sure"].number() if "sure" in keys else 0,
            trial=keys["trial"].words() if "trial" in keys else (),
            examples=tuple(self._examples(keys["examples"], scope)))
        self._check(rule, keys)
        return rule if len(self.faults) == before else None

    def _own_pattern(self, name: str, scope: str, keys: dict[str, Node], patterns: dict[str, Pattern]
                     ) -> tuple[str, ...]:
        if "phrases" not in keys:
            return ()
        patterns[name] = Pattern(name, str(self.file), keys["phrases"].line, scope=scope,
                                 question="question" in keys and keys["question"].boolean(),
                                 phrases=read_lines(keys["phrases"]), exceptions=read_lines(keys.get("not")))
        return (name,)

    def _languages(self, keys: dict[str, Node]) -> tuple[str, ...]:
        node = keys["languages"]
        return () if node.is_scalar and node.text() == "any" else node.words()

    def _chosen(self, keys: dict[str, Node], key: str, allowed: Iterable[str]) -> tuple[str, ...]:
        return tuple(item.choice(allowed) for item in keys[key].items()) if key in keys else ()

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
        check_templates(keys["message"], [*rule.message.values(), *(m for lv in rule.levels for m in lv.message.values())],
                        rule.kind)
        present = {(e.language, e.want) for e in rule.examples}
        for code in rule.languages or ("en", "es"):
            for want in ("bad", "good", "near"):
                if (code, want) not in present:
                    keys["examples"].fault(f"language '{code}' has no {want} example; add one or remove "
                                           f"'{code}' from languages")


def check_templates(node: Node, texts: Iterable[str], kind: str) -> None:
    """Messages may name what their kind of rule provides and nothing beside: no attribute, index, width or conversion."""
    allowed = PLACEHOLDERS[kind]
    for text in texts:
        try:
            fields = [field for field in string.Formatter().parse(text) if field[1] is not None]
        except ValueError as error:
            node.fault(f"the message has a bracket too many or too few ({error}); write {{{{ or }}}} for the sign itself")
            continue
        for _, name, width, conversion in fields:
            if name not in allowed:
                node.fault(f"the message uses {{{str(name)[:40]}}}; a {kind} rule provides "
                           + ", ".join(f"{{{a}}}" for a in allowed))
            elif width or conversion:
                node.fault(f"the message gives {{{name}}} a form; write {{{name}}} alone")


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
