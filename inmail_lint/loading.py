"""`rules/` → Rulebook: every file read with positions, every fault collected, nothing guessed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import inmail_lint.asks
import inmail_lint.prose  # noqa: F401  (both register their metrics)
from inmail_lint.cache import kept
from inmail_lint.errors import Fault, RuleError
from inmail_lint.folders import Folder, matching
from inmail_lint.folding import fold
from inmail_lint.guide_reader import read_guides
from inmail_lint.language import LanguagePack, load_language
from inmail_lint.lines import one_line
from inmail_lint.patterns import Patterns
from inmail_lint.rule_files import read_rules
from inmail_lint.rule_key import RuleFiles
from inmail_lint.rule_reader import check_templates, human, read_levels
from inmail_lint.rulebook import Profile, Rule, Rulebook, weighed
from inmail_lint.source import Node, load_yaml
from inmail_lint.spelling import nearest
from inmail_lint.vocabulary import SEVERITIES, Severity
from inmail_lint.where import rules_directory as rules_directory

DEFAULT_PROFILE = "guides"


def load_rulebook(profile: str = DEFAULT_PROFILE, extra: Path | Sequence[Path] | None = None, *, cache: bool = False,
                  tolerant: bool = False) -> Rulebook:
    """Load the product's rules, then those in the folders `extra` (a rule or pattern there replaces one of the same name).

    `profile` is a name in `rules/profiles/` or the path of a profile file; with `cache`, what is derived from the rules
    is kept between runs. Raises RuleError with every fault; where it is `tolerant`, rules that are broken are left out and
    named in the rulebook's `missing`, and only what all rules need (words, names, the profile) must be in order.
    """
    files = RuleFiles.of(profile, extra)
    if cache and files.key:
        book: Rulebook = kept(f"rulebook-{Path(profile).stem}", files.of_profile,
                              lambda: _read(profile, files.folders, files.digest, files.key, []))
    else:
        book = _read(profile, files.folders, files.digest, "", files.unfit)
    if book.faults and not tolerant:
        raise RuleError(list(book.faults))
    return book


def _read(profile: str, folders: list[Folder], digest: str, cache_key: str, faults: list[Fault]) -> Rulebook:
    """Everything a rulebook is made of, read from its files; `cache_key` names the files."""
    needed: list[Fault] = []  # faults without whose mending there is no rulebook
    names = _names(matching(folders, "names.yaml"), needed)
    packs = _packs(folders, frozenset(names), cache_key, needed)
    guides = read_guides(matching(folders, "guides.yaml"), faults)
    rules, patterns, missing = read_rules(folders, packs, guides, faults)
    chosen = _profile(profile, folders, rules, missing, needed)
    if needed or chosen is None:
        raise RuleError(_sorted([*faults, *needed]))
    final, applied = chosen
    categories = tuple(dict.fromkeys(r.category for r in applied.values()))
    return Rulebook(final, applied, Patterns(patterns.values(), cache_key), packs, guides, names, categories,
                    f"{digest}-{final.id}", folders[0].root, cache_key, tuple(sorted(missing)), tuple(_sorted(faults)))


def _sorted(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda f: (f.path, f.line or 0))


def _packs(folders: list[Folder], names: frozenset[str], key: str, faults: list[Fault]) -> dict[str, LanguagePack]:
    words = tuple(matching(folders, "words/*.yaml"))
    files = [f for f in matching(folders, "languages/*.yaml") if not f.name.endswith("-verbs.yaml")]
    packs = [p for p in (load_language(f, faults) for f in files) if p]
    return {p.code: replace(p, word_files=words, given_names=names, cache_key=key) if p.judged else p for p in packs}


def _names(files: Iterable[Path], faults: list[Fault]) -> dict[str, frozenset[str]]:
    """Forms of every given name: a list holds those of one name, a text holds names whose forms are not known."""
    groups: dict[str, set[str]] = {}
    for file in files:
        root = load_yaml(file, faults)
        for item in root.items() if root else ():
            names = [fold(n) for n in item.words()]
            for name in names:
                groups.setdefault(name, set()).update(names if item.is_list else ())
    return {name: frozenset(group) for name, group in groups.items()}


def _profile(wanted: str, folders: list[Folder], rules: Mapping[str, Rule], missing: Container[str], faults: list[Fault]
             ) -> tuple[Profile, dict[str, Rule]] | None:
    known = {f.stem: f for f in matching(folders, "profiles/*.yaml")}
    file = known.get(wanted) or (Path(wanted) if wanted.endswith((".yaml", ".yml")) else None)
    if file is None or not file.exists():
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
        if name in missing:
            continue  # what is wrong with it is said already
        if name not in rules:
            node.fault(f"no rule '{name}'{nearest(name, rules)}")
        elif node.is_scalar and node.text() == "off":
            del applied[name]
        else:
            applied[name] = _override(rules[name], node)
    about = human(keys["about"]) if "about" in keys else {}
    return Profile(one_line(keys["id"].text() if "id" in keys else file.stem), about, caps), applied


def _override(rule: Rule, node: Node) -> Rule:
    keys = node.fields(("severity", "points", "levels", "message", "at_least"))
    severity = Severity.named(keys["severity"].choice(SEVERITIES)) if "severity" in keys else None
    changed = weighed(rule, severity, keys["points"].number() if "points" in keys else None)
    message = human(keys["message"]) if "message" in keys else rule.message
    levels = read_levels(keys["levels"], rule.kind) if "levels" in keys else changed.levels
    check_templates(node, [*message.values(), *(m for lv in levels for m in lv.message.values())], rule.kind)
    at_least = keys["at_least"].number() if "at_least" in keys else rule.at_least
    return replace(changed, levels=levels, message=message, at_least=at_least)
