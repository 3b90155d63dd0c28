"""Which forms the verbs of a language have, each with its verb and its grammatical tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeAlias

from inmail_lint.conjugation import VerbData, conjugate

Reading: TypeAlias = tuple[str, tuple[str, ...]]  # an infinitive, and the tags of one of its forms

# A verb slot's grammatical tags: person, and what can be an order or a wish. `imp` speaks to tú or vos, `impu` to usted.
_SLOT_TAGS = {"imp.tu": "imp", "imp.vos": "imp", "imp.2p": "imp", "imp.usted": "impu", "imp.ustedes": "impu",
              "imp.1p": "1", "pres.vos": "vos", "inf": "inf", "ger": "ger", "part": "part"}


@cache
def _slot_tags(slot: str) -> tuple[str, ...]:
    if slot in _SLOT_TAGS:
        return ("imp", "vos") if slot == "imp.vos" else (_SLOT_TAGS[slot],)
    tense, person = slot.split(".")
    tags = [person[0]] if not (tense in ("impf", "cond", "imp_sub", "sub") and person == "1s") else ["1or3"]
    if tense in ("sub", "imp_sub"):
        tags.append("sub")
    if tense in ("past", "fut", "cond", "pres"):
        tags.append(tense)
    if slot == "pres.2s":
        tags.append("pres2")
    if person.endswith("p"):
        tags.append(f"{person[0]}p")
    return tuple(tags)


def spanish_forms(infinitives: Iterable[str], data: VerbData) -> dict[str, list[Reading]]:
    """Form → what it can be."""
    forms: dict[str, list[Reading]] = {}
    for infinitive in infinitives:
        for slot, form in conjugate(infinitive, data).items():
            forms.setdefault(form, []).append((infinitive, _slot_tags(slot)))
    return forms


def by_base(entries: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Infinitive → classes, from entries such as `pay` and `pay/paid`, which may stand in several files."""
    classes: dict[str, list[str]] = {}
    for entry, names in entries.items():
        classes.setdefault(entry.split("/")[0], []).extend(names)
    return classes


def english_forms(entries: Iterable[str]) -> dict[str, list[Reading]]:
    """Form → what it can be. Of several entries for one verb the fullest counts."""
    fullest: dict[str, str] = {}
    for entry in entries:
        base = entry.split("/")[0]
        fullest[base] = max(fullest.get(base, ""), entry, key=len)
    forms: dict[str, list[Reading]] = {}
    for base, entry in fullest.items():
        for form, tags in _forms_of(entry):
            forms.setdefault(form, []).append((base, tags))
    return forms


_DOUBLING = re.compile(r"^[^aeiou]*[aeiou][bdgklmnprt]$")


def _forms_of(entry: str) -> Iterable[Reading]:
    """Forms of an English verb; irregular ones are written `send/sent` or `take/took/taken`."""
    base, *irregular = entry.split("/")
    yield base, ("inf", "imp")
    yield base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s") if not base.endswith("y") \
        or base[-2] in "aeiou" else base[:-1] + "ies", ("3",)
    stem = base + base[-1] if _DOUBLING.match(base) else base
    yield (stem[:-1] if base.endswith("e") and not base.endswith(("ee", "ye", "oe")) else stem) + "ing", ("ger",)
    if irregular:
        yield irregular[0], ("past",) if len(irregular) > 1 else ("past", "part")
        yield irregular[-1], ("part",)
    elif base.endswith("y") and base[-2] not in "aeiou":
        yield base[:-1] + "ied", ("past", "part")
    else:
        yield (stem + "d" if base.endswith("e") else stem + "ed"), ("past", "part")
