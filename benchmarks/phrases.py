"""Folders of rules with many phrases of a team's own."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.drafts import LANGUAGES, SEED, Maker, texts_of

_RULE = """id: bench-house-words
category: tone
kind: forbid
languages: [en, es]
scope: body
patterns: [bench.house]
severity: note
points: 1
title: {en: Words our house avoids, es: Palabras que la casa evita}
message: {en: "“{match}” is on our list.", es: "«{match}» está en la lista."}
why: {en: The house has its own list., es: La casa tiene su lista.}
fix: {en: Say it in other words., es: Dígase con otras palabras.}
guides: [bench-list]
examples:
"""
_GUIDE = """bench-list:
  title: A list
  address: https://lists.example/house
  says: These words are not ours.
  evidence: opinion
  read: 2026-11-01
"""


def phrase_lines(number: int, language: str, seed: int = SEED) -> list[str]:
    """So many different lines of two to five words: words of the drafts in other company, so that nearly every sentence
    holds words of some line."""
    texts = texts_of(language)
    everything = " ".join([*texts["sentences"], *texts["openings"], *texts["slots"]["thing"], *texts["slots"]["role"]])
    words = sorted({w.lower() for w in re.findall(r"[^\W\d_]{3,}", re.sub(r"\{\w+\}", "", everything))})
    maker = Maker(language, f"{seed}-{language}-phrases")
    lines: dict[str, None] = {}
    while len(lines) < number:
        lines[" ".join(maker.one_of(words) for _ in range(2 + maker.below(4)))] = None
    return list(lines)


def write_folder(folder: Path, number: int) -> Path:
    """A folder for `--rules` with one rule and `number` phrases in each language; empty for none."""
    (folder / "patterns").mkdir(parents=True)
    if not number:
        return folder
    lines = {language: phrase_lines(number, language) for language in LANGUAGES}
    examples = (f'  {code}:\n    bad: ["{own[0]}"]\n    good: ["Hm."]\n    near: ["{own[0].split()[0]}"]\n'
                for code, own in lines.items())
    pattern = ["bench.house:", "  about: What the house does not say.", "  scope: body", "  phrases:"]
    for code, own in lines.items():
        pattern += [f"    {code}:", *(f"      - {line}" for line in own)]
    (folder / "bench-house-words.yaml").write_text(_RULE + "".join(examples), encoding="utf-8")
    (folder / "guides.yaml").write_text(_GUIDE, encoding="utf-8")
    (folder / "patterns" / "bench.yaml").write_text("\n".join(pattern) + "\n", encoding="utf-8")
    return folder
