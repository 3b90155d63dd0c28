"""Address forms: tú, vos and usted to the same reader in one message."""

from __future__ import annotations

from collections.abc import Iterator

from inmail_lint.document import Place, Word
from inmail_lint.found import Found
from inmail_lint.rulebook import Rulebook


def mixed_register(found: Found, book: Rulebook) -> Iterator[Place]:
    """Where the rarer way of addressing the reader stands, if there are two.

    Spanish only in effect: the classes `tu`, `vos` and the patterns `register.*` have no words elsewhere. «te» and
    «tu» go with tú and with vos; «su» and «le» alone prove nothing, for they may speak of a third person.
    """
    informal: list[Place] = []
    tu: list[Place] = []
    vos: list[Place] = []
    body = found.parsed.body
    for scope in found.parsed.scopes.get("body.main", ()):
        for i, word in enumerate(body.words):
            if not scope.start <= word.start < scope.end or _quoted(body.words, i):
                continue
            place = Place("body", word.start, word.end)
            tags = word.tags
            if "vos" in tags or ("verb:vos" in tags and not tags & {"verb:2", "verb:3", "verb:1", "verb:inf"}):
                vos.append(place)
            elif "tu" in tags:
                informal.append(place)
            elif "verb:pres2" in tags and "verb:vos" not in tags and not tags & {"verb:3", "verb:1"}:
                tu.append(place)
    informal += [h.place for h in found.of("register.informal")]
    tu += [h.place for h in found.of("register.tu")]
    usted = [h.place for h in found.of("register.usted")]
    familiar = informal + tu + vos
    if usted and familiar:
        yield from (usted if len(usted) <= len(familiar) else familiar)
    elif tu and vos:
        yield from (tu if len(tu) <= len(vos) else vos)


def _quoted(words: tuple[Word, ...], index: int) -> bool:
    """Inside quotation marks: somebody else's words."""
    depth = 0
    straight = 0
    for word in words[:index]:
        depth += (word.text in "«“") - (word.text in "»”")
        straight += word.text == '"'
    return depth > 0 or straight % 2 == 1
