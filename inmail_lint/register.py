"""Address forms: tú, vos and usted to the same reader in one message."""

from __future__ import annotations

from collections.abc import Iterator, Set

from inmail_lint.document import Place, Word
from inmail_lint.found import Found
from inmail_lint.rulebook import Rulebook

_ADDRESS = frozenset({"vos", "tu", "verb:vos", "verb:pres2"})


def mixed_register(found: Found, book: Rulebook) -> Iterator[Place]:
    """Where the rarer way of addressing the reader stands, if there are two.

    Spanish only in effect: the classes `tu`, `vos` and the patterns `register.*` have no words elsewhere. «te» and
    «tu» go with tú and with vos; «su» and «le» alone prove nothing, for they may speak of a third person.
    """
    informal: list[Place] = []
    tu: list[Place] = []
    vos: list[Place] = []
    body = found.parsed.body
    quoted = _quoted(body.words)
    for scope in found.parsed.scopes.get("body.main", ()):
        for i, word in enumerate(body.words):
            tags = word.tags
            if tags.isdisjoint(_ADDRESS) or not scope.start <= word.start < scope.end or quoted[i]:
                continue
            place = Place("body", word.start, word.end)
            if "vos" in tags:
                vos.append(place)
            elif "tu" in tags:
                informal.append(place)
            elif _can_be_noun(body.words, i):
                continue
            elif "verb:vos" in tags and not tags & {"verb:2", "verb:3", "verb:1", "verb:inf"}:
                vos.append(place)
            elif "verb:pres2" in tags and "verb:vos" not in tags and not tags & {"verb:3", "verb:1"}:
                tu.append(place)
    other = {w.start for w, is_quoted in zip(body.words, quoted, strict=True) if is_quoted}
    informal += _unquoted(found, "register.informal", other)
    tu += _unquoted(found, "register.tu", other)
    vos += _unquoted(found, "register.vos", other)
    usted = _unquoted(found, "register.usted", other)
    familiar = informal + tu + vos
    if usted and familiar:
        yield from (usted if len(usted) <= len(familiar) else familiar)
    elif tu and vos:
        yield from (tu if len(tu) <= len(vos) else vos)


def _can_be_noun(words: tuple[Word, ...], index: int) -> bool:
    """«ganas», «facturas», «correos» are verb forms too: after an article, a number or a preposition (class
    `before_noun`), or with a pronoun glued on, they tell nothing."""
    if any(t.startswith("clitic:") for t in words[index].tags):
        return True
    if not index:
        return False
    if words[index].capitalised and words[index - 1].is_word:
        return True  # a name: Tomás
    before = words[index - 1]
    return bool(before.tags & {"before_noun", "number_word", "digit"}) or (
        "verb" in before.tags and "function" not in before.tags)


def _unquoted(found: Found, name: str, others: Set[int]) -> list[Place]:
    """Hits of a pattern in the body that are not somebody else's words, which begin at `others`."""
    return [h.place for h in found.of(name) if h.place.part == "body" and h.place.start not in others]


def _quoted(words: tuple[Word, ...]) -> list[bool]:
    """For each word whether it stands inside quotation marks: somebody else's words."""
    depth = 0
    straight = False
    quoted: list[bool] = []
    for word in words:
        quoted.append(depth > 0 or straight)
        depth += (word.text in "«“") - (word.text in "»”")
        straight ^= word.text == '"'
    return quoted
