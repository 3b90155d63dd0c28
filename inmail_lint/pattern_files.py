"""One pattern of a pattern file → Pattern, with every fault in it."""

from __future__ import annotations

from inmail_lint.compiled import Line
from inmail_lint.expressions import KEYS as EXPRESSION_KEYS
from inmail_lint.expressions import Expression
from inmail_lint.patterns import MARKERS, Pattern
from inmail_lint.source import Node

KEYS = ("about", "marker", "protects", "question", "scope", "needs", "expressions", "and_expressions", "not_expressions",
        "finder", "phrases", "not", "hits", "misses")


def read_pattern(name: str, node: Node) -> Pattern:
    """One pattern of a pattern file."""
    keys = node.fields(KEYS)
    if not any(k in keys for k in ("phrases", "expressions", "finder")):
        node.fault(f"pattern '{name}' finds nothing; give it phrases, expressions or a finder")
    return Pattern(
        name=name, path=node.path, line=node.line,
        about=keys["about"].text() if "about" in keys else "",
        marker=keys["marker"].choice(MARKERS) if "marker" in keys else "",
        protects=keys["protects"].boolean() if "protects" in keys else False,
        question=keys["question"].boolean() if "question" in keys else False,
        scope=keys["scope"].text() if "scope" in keys else "message",
        finder=keys["finder"].text() if "finder" in keys else "",
        needs=keys["needs"].texts() if "needs" in keys else (),
        expressions=_expressions(keys.get("expressions")),
        and_expressions=_plain_expressions(keys.get("and_expressions")),
        not_expressions=_plain_expressions(keys.get("not_expressions")),
        phrases=read_lines(keys.get("phrases")), exceptions=read_lines(keys.get("not")),
        hits=_texts(keys.get("hits")), misses=_texts(keys.get("misses")))


def read_lines(node: Node | None) -> dict[str, tuple[Line, ...]]:
    """Lines per language; an empty list is a fault, for it would find nothing in silence."""
    if node is None:
        return {}
    found = {}
    for code, value in node.fields().items():
        found[code] = tuple(Line(item.text(), item.line) for item in value.items())
        if not found[code]:
            value.fault(f"the list for '{code}' is empty; fill it or remove it")
    return found


def _expressions(node: Node | None) -> tuple[Expression, ...]:
    """Expressions, each one text or a mapping with what stands beside it."""
    found = []
    for item in node.items() if node is not None else ():
        keys = item.fields(EXPRESSION_KEYS, ("hit",)) if item.is_map else {"hit": item}
        if "hit" in keys:
            found.append(Expression(line=item.line, **{key: value.text() for key, value in keys.items()}))
    return tuple(found)


def _plain_expressions(node: Node | None) -> tuple[Expression, ...]:
    return tuple(Expression(item.text(), item.line) for item in node.items()) if node is not None else ()


def _texts(node: Node | None) -> dict[str, tuple[str, ...]]:
    return {code: value.texts() for code, value in node.fields().items()} if node is not None else {}
