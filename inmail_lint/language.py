"""Language packs from `rules/languages/`: what a language's words are, and which language a text is in."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from sys import intern
from typing import TypeAlias, TypeVar

from inmail_lint.cache import kept
from inmail_lint.conjugation import VerbData, without_clitics
from inmail_lint.errors import Fault, RuleError
from inmail_lint.folding import fold
from inmail_lint.lines import one_line
from inmail_lint.source import Node, load_yaml
from inmail_lint.verb_forms import Reading, by_base, english_forms, spanish_forms

form_numbers = itertools.count()  # of the process, so that no two lexicons give one number to different forms
_growing = threading.Lock()  # of lexicons: from Python 3.12 on, two threads may make one cached property at once
_PLAIN = str.maketrans("áéíóúüñ", "aeiouun")
_KEYS = ("code", "name", "spacy", "judged", "function_words", "abbreviations", "inflection", "verbs",
         "greetings", "linkers", "titles", "signoffs", "postscripts", "readability", "not_names")
_TABLES = ("first", "past", "future", "imperative", "present", "participles")
_LISTS = ("e_ie", "o_ue", "e_i", "e_ie_i", "accented")


@dataclass(frozen=True, slots=True)
class Readability:
    """A reading-ease formula: base − syllables·words⁻¹·per_syllable − words·sentences⁻¹·per_sentence."""

    name: str
    base: float
    per_syllable: float
    per_sentence: float


@dataclass(frozen=True)
class LanguagePack:
    """Everything the engine knows of one language; `judged` is false for those known only to be told apart."""

    code: str
    names: Mapping[str, str]
    spacy: str
    judged: bool
    function_words: frozenset[str]
    abbreviations: frozenset[str] = frozenset()
    greetings: tuple[str, ...] = ()
    linkers: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    signoffs: tuple[str, ...] = ()
    postscripts: tuple[str, ...] = ()
    not_names: frozenset[str] = frozenset()
    inflection: str = "none"
    word_files: tuple[Path, ...] = ()
    readability: Readability | None = None
    given_names: frozenset[str] = frozenset()  # folded, of all languages
    cache_key: str = ""  # names the rules this pack comes from; empty: keep nothing between runs
    verb_file: Path | None = None

    def is_title(self, folded: str) -> bool:
        """Whether a folded word, with its point or without, is a title that stands before a name: «sra.», "dr"."""
        return folded.rstrip(".") in self.titles

    @cached_property
    def lexicon(self) -> Lexicon:
        with _growing:
            if "lexicon" not in self.__dict__:
                self.__dict__["lexicon"] = Lexicon(self)
            known: Lexicon = self.__dict__["lexicon"]
            return known

    @cached_property
    def classes(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Words and verbs of every class that `rules/words/*.yaml` give the language, read when first needed."""
        classes: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        faults: list[Fault] = []
        for file in self.word_files:
            root = load_yaml(file, faults)
            own = root.fields().get(self.code) if root else None
            for name, value in (_classes(own) if own else {}).items():
                words, verbs = classes.get(name, ((), ()))
                classes[name] = (words + value[0], verbs + value[1])
        if faults:
            raise RuleError(faults)
        return classes


# form → its infinitives and slot tags; spelling without accents → forms; word → its classes; infinitive → its classes;
# forms that are no verbs
_Tables: TypeAlias = tuple[dict[str, tuple[Reading, ...]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]],
                           dict[str, tuple[str, ...]], frozenset[str]]
_T = TypeVar("_T")


WordForm: TypeAlias = tuple[str, frozenset[str], bool, bool, int, int]  # what `document.Word` has after its place


class Lexicon:
    """What a word can be: its classes and, for verbs, its persons and moods, as a set of tags."""

    def __init__(self, pack: LanguagePack) -> None:
        self.forms: dict[str | tuple[str, str], WordForm] = {}  # what parsing remembers of tokens it has met
        self._spanish = pack.inflection == "spanish"
        self._forms, self._folded, self._words, self._verb_classes, self._nouns = kept(
            f"lexicon-{pack.code}", pack.cache_key, lambda: self._grow(pack))

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "forms": {}}  # their numbers hold in this process alone

    def _grow(self, pack: LanguagePack) -> _Tables:
        words: dict[str, list[str]] = {}
        verbs: dict[str, list[str]] = {}
        classes = {"function": (tuple(pack.function_words), ()), "linker": (tuple(pack.linkers), ()), **pack.classes}
        for name, (plain, entries) in classes.items():
            for word in plain:
                words.setdefault(fold(word), []).append(name)
            for entry in entries:
                verbs.setdefault(entry, []).append(name)
        forms: dict[str, list[Reading]] = {}
        nouns = frozenset[str]()  # forms that are nearly always another part of speech
        if self._spanish and pack.verb_file:
            data, infinitives, nouns = load_verbs(pack.verb_file)
            forms = spanish_forms({*infinitives, *verbs}, data)
        elif pack.inflection == "english":
            forms = english_forms(verbs)
            verbs = by_base(verbs)
        folded: dict[str, list[str]] = {}
        for form in forms:
            if not form.isascii():  # the others are found as they are
                folded.setdefault(form.translate(_PLAIN), []).append(form)
        return _settled(forms), _settled(folded), _settled(words), _settled(verbs), nouns

    def tags(self, word: str) -> frozenset[str]:
        """Tags of a word as written: class names, `verb`, `verb:imp`, `class:imp` and the like."""
        return frozenset(map(intern, self._find(word.lower())))

    def _find(self, word: str) -> Iterable[str]:
        yield from self._words.get(fold(word), ())
        if word in self._nouns:
            return
        forms = self._forms.get(word)
        if forms is None and word.isascii() and "function" not in self._words.get(word, ()):  # perhaps typed without its accents
            forms = tuple(reading for form in self._folded.get(word, ()) for reading in self._forms[form])
        for infinitive, tags in forms or ():
            yield from self._expand(infinitive, tags)
        if self._spanish and not forms:
            yield from self._with_clitics(word)

    def _with_clitics(self, word: str) -> Iterable[str]:
        split = without_clitics(word)
        if split is None:
            return
        base, clitics = split
        if clitics == "nos" and not base.endswith(("r", "e", "a")):
            return
        candidates = [base, *(f for f in self._folded.get(base, ()) if f != base)]
        for form in candidates:
            for infinitive, tags in self._forms.get(form, ()):
                kept = tuple(t for t in tags if t in ("inf", "ger", "imp", "impu", "vos"))
                if kept:
                    yield from self._expand(infinitive, kept)
                    yield f"clitic:{clitics}"

    def _expand(self, infinitive: str, tags: tuple[str, ...]) -> Iterable[str]:
        yield "verb"
        for name in self._verb_classes.get(infinitive, ()):
            yield name
            for tag in tags:
                yield f"{name}:{tag}"
        for tag in tags:
            yield f"verb:{tag}"


def _settled(table: Mapping[str, list[_T]]) -> dict[str, tuple[_T, ...]]:
    """A table that grows no more. Python's garbage collector looks at every list each time, at tuples of texts only once."""
    return {key: tuple(values) for key, values in table.items()}


def load_verbs(file: Path) -> tuple[VerbData, frozenset[str], frozenset[str]]:
    """Read a verb file: its irregularities, its infinitives, and forms that are not to be taken for verbs."""
    faults: list[Fault] = []
    root = load_yaml(file, faults)
    keys = root.fields(("infinitives", "not_verbs", "roots", *_LISTS, *_TABLES), ("infinitives",)) if root else {}
    lists = {name: frozenset(keys[name].words()) if name in keys else frozenset[str]() for name in _LISTS}
    tables = {name: {k: v.text() for k, v in keys[name].fields().items()} if name in keys else {} for name in _TABLES}
    if faults:
        raise RuleError(faults)
    data = VerbData(e_ie=lists["e_ie"], o_ue=lists["o_ue"], e_i=lists["e_i"], e_ie_i=lists["e_ie_i"],
                    accented=lists["accented"], first=tables["first"], past=tables["past"], future=tables["future"],
                    imperative=tables["imperative"], present=tables["present"], participles=tables["participles"],
                    roots=keys["roots"].words() if "roots" in keys else ())
    not_verbs = keys["not_verbs"].words() if "not_verbs" in keys else ()
    return data, frozenset(keys["infinitives"].words()), frozenset(not_verbs)


def _classes(node: Node) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    found = {}
    for name, value in node.fields().items():
        if value.is_map:
            parts = value.fields(("words", "verbs"))
            words = parts["words"].words() if "words" in parts else ()
            verbs = parts["verbs"].words() if "verbs" in parts else ()
            found[name] = (words, verbs)
        else:
            found[name] = (value.words(), ())
    return found


def _readability(node: Node) -> Readability:
    keys = node.fields(("name", "base", "per_syllable", "per_sentence"), ("name", "base", "per_syllable", "per_sentence"))
    number = {k: float(v.text() or 0) for k, v in keys.items() if k != "name"}
    return Readability(keys["name"].text(), number["base"], number["per_syllable"], number["per_sentence"])


def load_language(file: Path, faults: list[Fault]) -> LanguagePack | None:
    """Read one language pack."""
    root = load_yaml(file, faults)
    if root is None:
        return None
    keys = root.fields(_KEYS, ("code", "name", "function_words"))
    if not {"code", "name", "function_words"} <= keys.keys():
        return None

    def words(key: str) -> tuple[str, ...]:
        return keys[key].words() if key in keys else ()

    for key, form, what in (("verbs", r"[\w-]{1,60}\.yaml", "the name of a file beside this one"),
                            ("code", "[a-z]{2,3}", "the code of a language, such as es"),
                            ("spacy", "[a-z]{2,3}", "the code of a language, such as es")):
        if key in keys and not re.fullmatch(form, keys[key].text()):
            keys[key].fault(f"'{key}' must be {what}")
            return None

    return LanguagePack(
        code=keys["code"].text(),
        names={k: one_line(v.text()) for k, v in keys["name"].fields().items()},
        spacy=keys["spacy"].text() if "spacy" in keys else "xx",
        judged=keys["judged"].boolean() if "judged" in keys else False,
        function_words=frozenset(fold(w) for w in keys["function_words"].words()),
        abbreviations=frozenset(w.lower() for w in words("abbreviations")),
        greetings=keys["greetings"].texts() if "greetings" in keys else (),
        linkers=frozenset(fold(w) for w in words("linkers")),
        titles=frozenset(fold(w) for w in words("titles")),
        signoffs=keys["signoffs"].texts() if "signoffs" in keys else (),
        postscripts=words("postscripts"),
        not_names=frozenset(fold(w) for w in words("not_names")),
        inflection=keys["inflection"].choice(("none", "spanish", "english")) if "inflection" in keys else "none",
        readability=_readability(keys["readability"]) if "readability" in keys else None,
        verb_file=file.parent / keys["verbs"].text() if "verbs" in keys else None,
    )
