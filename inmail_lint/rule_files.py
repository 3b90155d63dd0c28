"""The rules and patterns of folders: those that are in order, and the names of those that a fault leaves out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from inmail_lint.errors import Fault
from inmail_lint.finders import FINDERS
from inmail_lint.folders import NOT_RULES, Folder
from inmail_lint.language import LanguagePack
from inmail_lint.pattern_files import read_pattern
from inmail_lint.patterns import Pattern
from inmail_lint.rule_reader import SCOPES, RuleReader
from inmail_lint.rulebook import Guide, Rule
from inmail_lint.source import load_yaml
from inmail_lint.spelling import nearest
from inmail_lint.vetting import Vetting


def read_rules(folders: Iterable[Folder], packs: Mapping[str, LanguagePack], guides: Mapping[str, Guide],
               faults: list[Fault]) -> tuple[dict[str, Rule], dict[str, Pattern], set[str]]:
    """Rules and patterns by name, later folders over earlier ones, and the rules that are left out.

    A rule is left out if its own file is wrong, if a pattern or a marker that it looks for is, or if it is refused as a
    file: judged by half of what it wants, a draft would be judged by another rule. One of ours that it replaces goes too.
    """
    vetting = Vetting(packs)
    rules: dict[str, Rule] = {}
    patterns: dict[str, Pattern] = {}
    broken: dict[str, Pattern] = {}
    missing: set[str] = set()
    folders = list(folders)
    for folder in folders:
        for file in folder.matching("patterns/*.yaml"):
            root = load_yaml(file, faults)
            for name, node in root.fields().items() if root else ():
                before = len(faults)
                pattern = patterns[name] = read_pattern(name, node)
                faults += _faults_of_pattern(pattern) + ([] if folder.own else vetting.faults_of(pattern))
                broken.pop(name, None)
                if len(faults) > before:
                    broken[name] = patterns.pop(name)
    for folder in folders:
        missing.update(folder.refused)
        for file in (f for f in folder.matching("*.yaml") if f.stem not in NOT_RULES):
            before = len(faults)
            known = patterns.get(file.stem)
            rule = RuleReader(file, faults).rule(patterns)
            own = patterns.get(file.stem)
            if own is not None and own is not known and not folder.own:
                faults += vetting.faults_of(own)
            if rule is not None and len(faults) == before:
                rules[file.stem] = rule
                missing.discard(file.stem)
            else:
                missing.add(file.stem)
    doubled = _doubled(patterns.values(), faults)
    broken |= {name: patterns[name] for name in doubled}
    missing |= _with_wrong_references(rules, patterns, broken, guides, faults)
    for name in missing:
        rules.pop(name, None)
    for name in missing | broken.keys():
        patterns.pop(name, None)
    return rules, patterns, missing


def _faults_of_pattern(pattern: Pattern) -> list[Fault]:
    faults = []
    if pattern.finder and pattern.finder not in FINDERS:
        faults.append(Fault(pattern.path, f"unknown finder '{pattern.finder}'{nearest(pattern.finder, FINDERS)}", pattern.line))
    if pattern.scope not in SCOPES:
        faults.append(Fault(pattern.path, f"unknown scope '{pattern.scope}'{nearest(pattern.scope, SCOPES)}", pattern.line))
    return faults


def _with_wrong_references(rules: Mapping[str, Rule], patterns: Mapping[str, Pattern], broken: Mapping[str, Pattern],
                           guides: Mapping[str, Guide], faults: list[Fault]) -> set[str]:
    """Rules that name what there is not, or what is broken."""
    wrong = set()
    lost_markers = {pattern.marker for pattern in broken.values()} - {""}
    for rule in rules.values():
        before = len(faults)
        for guide in rule.guides:
            if guide not in guides:
                faults.append(Fault(rule.path, f"unknown guide '{guide}'{nearest(guide, guides)}"))
        for name in rule.patterns:
            if not _names_one(name, patterns) and not _names_one(name, broken):
                faults.append(Fault(rule.path, f"unknown pattern '{name}'{nearest(name, patterns)}"))
        if len(faults) > before or any(_names_one(n, broken) for n in rule.patterns) or lost_markers.intersection(rule.markers):
            wrong.add(rule.id)
    return wrong


def _names_one(name: str, patterns: Collection[str]) -> bool:
    """Whether a name, or a family of them such as `spam.*`, is that of a pattern."""
    return name in patterns or (name.endswith("*") and any(p.startswith(name[:-1]) for p in patterns))


def _doubled(patterns: Iterable[Pattern], faults: list[Fault]) -> set[str]:
    """Patterns with a line that stands elsewhere too: it would give two findings for the same words."""
    doubled = set()
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    for pattern in patterns:
        for code, lines in pattern.phrases.items():
            for line in lines:
                key = (code, " ".join(line.text.lower().split()))
                if key in seen:
                    path, number = seen[key]
                    faults.append(Fault(pattern.path, f"phrase '{line.text}' is also in {path.rpartition('/')[2]}:{number}; "
                                        "keep one", line.line))
                    doubled.add(pattern.name)
                seen[key] = (pattern.path, line.line)
    return doubled
