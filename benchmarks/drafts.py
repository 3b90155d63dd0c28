"""Drafts for the benchmarks: made up from `texts/`, with faults planted at known rates, the same bytes on every machine.

Only `random()` is asked of Python's generator, the one method whose sequence is promised to stay the same between versions.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "es")
SEED = 20
SHORTEST, LONGEST = 60, 200  # words of a body
# How many drafts in a hundred have a fault, by the rule it is against; about what was counted in the labelled drafts.
RATES = {"subject-vague": 18, "generic-phrase": 26, "hedge": 14, "spam-phrase": 14, "buzzword": 16, "pushy": 16,
         "placeholder": 11, "shouting": 8, "exclamation-many": 8, "sentence-length": 12, "links": 8}
_TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Made:
    """A draft that was made up, and the rules against which faults were planted in it."""

    id: str
    language: str
    subject: str
    body: str
    first_name: str
    company: str
    faults: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """As a record of a JSON file; facts of the reader are known for every other draft."""
        known = {"recipient": {"first_name": self.first_name, "company": self.company}} if self.id[-1] in "02468" else {}
        return {"id": self.id, "subject": self.subject, "body": self.body, "language": self.language, **known}

    def text(self) -> str:
        """As a text file with a header."""
        return f"Subject: {self.subject}\n\n{self.body}\n"


@dataclass
class Maker:
    """What one draft is made with: its own source of chance."""

    language: str
    seed: str
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def below(self, number: int) -> int:
        return int(self._random.random() * number)

    def one_of(self, things: Sequence[str]) -> str:
        return things[self.below(len(things))]

    def slots(self) -> dict[str, str]:
        """Names, firms and matters, drawn anew at every call; firms are put together from parts."""
        lists = texts_of(self.language)["slots"]
        one = {name: self.one_of(values) for name, values in lists.items()}
        for name in ("first", "last", "task", "thing", "place"):
            one[f"{name}2"] = self.one_of(lists[name])
        for name in ("firm", "firm2"):
            joint = " " if self.language == "es" else ""
            one[name] = self.one_of(lists["head"]) + joint + self.one_of(lists["tail"]) + self.one_of(lists["kind"])
        one |= {"figure": str(10 + self.below(80)), "percent": str(3 + self.below(40)), "money": str(21 + self.below(70)),
                "site": self.one_of(lists["head"]).lower(), "thing_word": one["thing"].split()[-1],
                "Task": one["task"].capitalize(), "Role": one["role"].capitalize()}
        return one


@cache
def texts_of(language: str) -> dict[str, Any]:
    texts: dict[str, Any] = yaml.safe_load((_TEXTS / f"{language}.yaml").read_text(encoding="utf-8"))
    texts["slots"] = {name: value.split() if isinstance(value, str) else value for name, value in texts["slots"].items()}
    return texts


def draft(language: str, number: int, seed: int = SEED) -> Made:
    """Draft `number` of a language; it does not depend on how many others are made."""
    maker, texts = Maker(language, f"{seed}-{language}-{number}"), texts_of(language)
    reader = maker.slots()
    own = {name: reader[name] for name in ("first", "last", "firm")}

    def said(templates: Sequence[str]) -> str:
        return maker.one_of(templates).format(**maker.slots() | own)

    faults = tuple(rule for rule, rate in RATES.items() if maker.below(100) < rate)
    subject = said(texts["faults"]["subject-vague"] if "subject-vague" in faults else texts["subjects"])
    middle = [said(texts["faults"][rule]) for rule in faults if rule != "subject-vague"]
    opening, ask = said(texts["openings"]), said(texts["asks"])
    wanted = SHORTEST + maker.below(LONGEST - SHORTEST - 25)
    fixed = len(f"{opening} {ask}".split()) + 5
    while fixed + sum(len(s.split()) for s in middle) < wanted:
        middle.insert(maker.below(len(middle) + 1), said(texts["sentences"]))
    paragraphs = [said(texts["greetings"]), " ".join([opening, *middle[:2]]), *_paragraphs(maker, middle[2:]), ask]
    signed = f"{said(texts['closings'])}\n{maker.slots()['first']} {maker.slots()['last']}"
    body = "\n\n".join(p for p in (*paragraphs, signed) if p)
    subject = subject[:1].upper() + subject[1:]
    return Made(f"{language}-{number:05}", language, subject, body, reader["first"], reader["firm"], faults)


def _paragraphs(maker: Maker, sentences: Sequence[str]) -> Iterator[str]:
    """Sentences in paragraphs of two to four."""
    at = 0
    while at < len(sentences):
        size = 2 + maker.below(3)
        yield " ".join(sentences[at : at + size])
        at += size


def drafts(number: int, languages: Sequence[str] = LANGUAGES, seed: int = SEED) -> Iterator[Made]:
    """So many drafts, the languages in turn."""
    for i in range(number):
        yield draft(languages[i % len(languages)], i // len(languages), seed)


def long_draft(language: str, words: int, seed: int = SEED) -> Made:
    """A draft whose body has about so many words (a sentence more at most): no message, but it must not take for ever."""
    maker, texts = Maker(language, f"{seed}-{language}-long"), texts_of(language)
    sentences: list[str] = []
    count = 0
    while count < words:
        sentences.append(maker.one_of(texts["sentences"]).format(**maker.slots()))
        count += len(sentences[-1].split())
    first = draft(language, 0, seed)
    body = "\n\n".join([first.body.split("\n\n")[0], *_paragraphs(maker, sentences)])
    return Made(f"{language}-long-{words}", language, first.subject, body, first.first_name, first.company, ())


def write_jsonl(file: Path, made: Iterable[Made]) -> Path:
    """One record a line."""
    lines = (json.dumps(m.record(), ensure_ascii=False) + "\n" for m in made)
    file.write_bytes("".join(lines).encode("utf-8"))
    return file


def write_texts(folder: Path, made: Iterable[Made]) -> list[Path]:
    """One text file a draft, named after it."""
    folder.mkdir(parents=True)
    files = []
    for m in made:
        files.append(folder / f"{m.id}.txt")
        files[-1].write_bytes(m.text().encode("utf-8"))
    return files
