"""`rules/` → Rulebook: every file read with positions, every fault collected, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import inmail_lint.asks
import inmail_lint.prose  # noqa: F401  (both register their metrics)
from inmail_lint.cache import digest_of, kept, key_of
from inmail_lint.errors import Fault, RuleError
from inmail_lint.finders import FINDERS
from inmail_lint.folding import fold
from inmail_lint.language import LanguagePack, load_language
from inmail_lint.pattern_files import read_pattern
from inmail_lint.patterns import Pattern, Patterns
from inmail_lint.rule_reader import SCOPES, RuleReader, human, read_levels
from inmail_lint.rulebook import Guide, Profile, Rule, Rulebook, weighed
from inmail_lint.source import Node, load_yaml
from inmail_lint.spelling import nearest
from inmail_lint.vocabulary import SEVERITIES, Severity

DEFAULT_PROFILE = "guides"
NOT_RULES = ("guides", "names", "fields", "labels", "lookalikes")  # other files beside the rules


def rules_directory() -> Path:
    """Where the rules are: inside an installed package, or beside it in a checkout."""
    inside = Path(__file__).parent / "rules"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "rules"


def load_rulebook(profile: str = DEFAULT_PROFILE, extra: Path | Sequence[Path] | None = None, *, cache: bool = False
                  ) -> Rulebook:
    """Load the product's rules, then those in the folders `extra` (a rule or pattern there replaces one of the same name).

    `profile` is a name in `rules/profiles/` or the path of a profile file; with `cache`, what is derived from the rules
    is kept between runs. Raises RuleError with every fault.
    """
    folders = [extra] if isinstance(extra, Path) else list(extra or ())
    for folder in folders:
        if not folder.is_dir():
            raise RuleError(Fault(str(folder), "there is no such directory of rules; check --rules and 'rule-folders'"))
    roots = [rules_directory(), *folders]
    digest = digest_of(f for root in roots for f in sorted(root.rglob("*")) if f.suffix in (".yaml", ".json"))
    if not cache:
        return _read(profile, roots, digest, "")
    key = key_of(digest, *(str(root.absolute()) for root in roots))
    own_profile = Path(profile) if profile.endswith((".yaml", ".yml")) else None
    of_profile = key_of(key, profile, digest_of([own_profile]) if own_profile and own_profile.is_file() else "")
    book: Rulebook = kept(f"rulebook-{Path(profile).stem}", of_profile, lambda: _read(profile, roots, digest, key))
    return book


def _read(profile: str, roots: list[Path], digest: str, cache_key: str) -> Rulebook:
    """Everything a rulebook is made of, read from its files; `cache_key` names the files."""
    faults: list[Fault] = []
    names = _names(_files(roots, "names.yaml"), faults)
    packs = _packs(roots, frozenset(names), cache_key, faults)
    guides = _guides(_files(roots, "guides.yaml"), faults)
    rules: dict[str, Rule] = {}
    patterns: dict[str, Pattern] = {}
    for file in _files(roots, "patterns/*.yaml"):
        node = load_yaml(file, faults)
        for name, value in node.fields().items() if node else ():
            patterns[name] = read_pattern(name, value)
    for file in sorted(f for root in roots for f in root.glob("*.yaml")):
        if file.stem not in NOT_RULES:
            read = RuleReader(file, faults).rule(patterns)
            if read is not None:
                rules[read.id] = read
    _check_references(rules, patterns, guides, faults)
    _check_duplicates(patterns.values(), faults)
    chosen = _profile(profile, roots, rules, faults)
    if faults or chosen is None:
        raise RuleError(sorted(faults, key=lambda f: (f.path, f.line or 0)))
    final, applied = chosen
    categories = tuple(dict.fromkeys(r.category for r in applied.values()))
    return Rulebook(final, applied, Patterns(patterns.values(), cache_key), packs, guides, names, categories,
                    f"{digest}-{final.id}", roots[0], cache_key)


def _files(roots: Iterable[Path], glob: str) -> list[Path]:
    return [f for root in roots for f in sorted(root.glob(glob))]


def _packs(roots: list[Path], names: frozenset[str], key: str, faults: list[Fault]) -> dict[str, LanguagePack]:
    words = tuple(_files(roots, "words/*.yaml"))
    files = [f for f in _files(roots, "languages/*.yaml") if not f.name.endswith("-verbs.yaml")]
    packs = [p for p in (load_language(f, faults) for f in files) if p]
    return {p.code: replace(p, word_files=words, given_names=names, cache_key=key) if p.judged else p for p in packs}


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
    about = human(keys["about"]) if "about" in keys else {}
    return Profile(keys["id"].text() if "id" in keys else file.stem, about, caps), applied


def _override(rule: Rule, node: Node) -> Rule:
    keys = node.fields(("severity", "points", "levels", "message", "at_least"))
    severity = Severity.named(keys["severity"].choice(SEVERITIES)) if "severity" in keys else None
    changed = weighed(rule, severity, keys["points"].number() if "points" in keys else None)
    message = human(keys["message"]) if "message" in keys else rule.message
    levels = read_levels(keys["levels"], rule.kind) if "levels" in keys else changed.levels
    at_least = keys["at_least"].number() if "at_least" in keys else rule.at_least
    return replace(changed, levels=levels, message=message, at_least=at_least)


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
        if pattern.scope not in SCOPES:
            faults.append(Fault(pattern.path, f"unknown scope '{pattern.scope}'{nearest(pattern.scope, SCOPES)}",
                                pattern.line))


def _check_duplicates(patterns: Iterable[Pattern], faults: list[Fault]) -> None:
    """The same line twice, in one pattern or two, would give two findings for the same words."""
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    for pattern in patterns:
        for code, lines in pattern.phrases.items():
            for line in lines:
                key = (code, " ".join(line.text.lower().split()))
                if key in seen:
                    path, number = seen[key]
                    faults.append(Fault(pattern.path, f"phrase '{line.text}' is also in {Path(path).name}:{number}; "
                                        "keep one", line.line))
                seen[key] = (pattern.path, line.line)
