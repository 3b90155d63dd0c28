"""Shouted words to the case of their sentence; acronyms, names and what no word list knows keep theirs.

Words in capitals that follow one another are one shout. Where most of it may be names it is left to the writer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from inmail_lint.document import Word
from inmail_lint.draft import Recipient
from inmail_lint.folding import fold
from inmail_lint.mending.edit import Edit, Ground
from inmail_lint.metrics import METRICS

_ORDINARY = frozenset({"common", "function", "x_scarcity", "x_money_hype"})  # no acronym and no firm is one of these
_COMMONEST = frozenset({"common", "function"})
_NAMING = frozenset({"fct_place", "x_place", "x_education", "x_product", "x_trade", "x_role"})  # classes with names in them
_ACRONYM = 3  # letters; a word so short that is none of the ordinary ones is taken for one: SEO, CRM
_SHORT_VERB = 4  # letters; forms of verbs so short may be acronyms: IBAN
_WELL_KNOWN = 3  # classes that a word stands in; one of fewer may be a name: SCADA, IELTS
_SHAPES = frozenset({"cap", "upper", "num", "digit", "money"})
_APOSTROPHES = ("'", "’")


@dataclass(frozen=True)
class _Known:
    """What tells names from words: the recipient's own spellings, words that the draft has in small letters too, names."""

    own: Mapping[str, str]
    lower: frozenset[str]
    given: frozenset[str]
    language: str | None


def sentence_case(ground: Ground) -> Iterator[Edit]:
    """Words that the linter calls shouted, and those shouted with them, as they stand in a sentence or at its beginning."""
    found, part = ground.found, ground.part
    loud = {p.start for p in METRICS[f"{part.name}.shouted"](found).places}
    if not loud:
        return
    pack = found.parsed.pack
    lower = frozenset(w.fold for w in part.words if w.text.islower())
    known = _Known(_own_cases(found.parsed.draft.recipient), lower, pack.given_names if pack else frozenset(), ground.language)
    for sentence in part.sentences:
        words = [w for w in part.words[sentence.first : sentence.last] if w.is_word]
        for run in _runs(words, ground):
            if any(w.start in loud for w in run):
                for word, form in _lowered(run, known, ground, loud):
                    yield from _edit(ground, word, form, first=word is words[0])


def _runs(words: Sequence[Word], ground: Ground) -> Iterator[list[Word]]:
    """Words in capitals that follow one another."""
    run: list[Word] = []
    for word in words:
        if _written(word, ground).isupper() and ground.is_open(word.start, word.end):
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _lowered(run: Sequence[Word], known: _Known, ground: Ground, loud: set[int]) -> list[tuple[Word, str]]:
    """The words of a run that change, with their forms; none if most of those shouted may be names."""
    forms = [_form(word, known) for word in run]
    sure = [bool(word.tags & _ORDINARY) or _is_seen(word, known) or word.fold in known.own for word in run]
    if len(run) == 1:  # alone it may be a name: LAUNCH, LEAD, TARGET
        return [(run[0], forms[0])] if sure[0] and forms[0] else []
    _spread(run, forms)
    doubtful = sum(form is None and word.start in loud for word, form in zip(run, forms, strict=True))
    if not any(sure) or doubtful * 2 > sum(w.start in loud for w in run):
        return []
    changed: list[tuple[Word, str]] = []
    for word, form in zip(run, forms, strict=True):
        if changed and changed[-1][0].end == word.start and word.text[0] in _APOSTROPHES:
            form = word.text.lower()  # the end of a word that the tokeniser cut: IT'S
        if form:
            changed.append((word, form))
    return changed


def _spread(run: Sequence[Word], forms: list[str | None]) -> None:
    """A word beside one that may be a name may be part of it, as in PUNTA CANA, unless it is of the commonest."""
    for order in (range(1, len(run)), range(len(run) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for i in order:
            if forms[i + step] is None and not run[i].tags & _COMMONEST and forms[i]:
                forms[i] = None


def _form(word: Word, known: _Known) -> str | None:
    """How a word in capitals is written inside a sentence: empty if as it is, None if that is not certain."""
    tags = word.tags - _SHAPES
    form = word.text.lower()
    if word.tags & {"digit", "money"}:
        return ""
    if word.fold in known.own and "function" not in tags:
        return None if tags & _ORDINARY else known.own[word.fold]  # HOME may be the firm's or anybody's
    if word.fold in known.given and not tags & _ORDINARY:
        return None if tags else form.capitalize()  # GRACE may be a name
    if known.language == "en" and "calendar" in tags:
        return None if tags & {"function", "verb"} else form.capitalize()
    if known.language == "en" and (form == "i" or form[:2] in ("i'", "i’")):
        return "I" + form[1:]
    short = len(word.fold) <= _ACRONYM and word.text.isascii()
    if tags & (_COMMONEST if short and "verb" not in tags else _ORDINARY) or _is_seen(word, known):
        return form
    if short:
        return ""
    classes = {t for t in tags if ":" not in t}
    if "fct_place" in classes or not (len(classes) >= _WELL_KNOWN or classes - _NAMING - {"verb"}):
        return None
    return None if "verb" in classes and len(classes) < _WELL_KNOWN and len(word.fold) <= _SHORT_VERB else form


def _is_seen(word: Word, known: _Known) -> bool:
    """Whether the draft has the word in small letters too; what no list knows may be a name in small letters."""
    return word.fold in known.lower and bool(word.tags - _SHAPES)


def _own_cases(recipient: Recipient | None) -> dict[str, str]:
    """The recipient's names and acronyms by their folded words, as the facts write them."""
    if recipient is None:
        return {}
    cases: dict[str, str] = {}
    names = [(t, True) for v in (recipient.first_name, recipient.last_name, recipient.company) for t in v.split()]
    facts = [(t, i > 0) for v in (recipient.role, recipient.industry, *recipient.facts, *recipient.shared)
             for i, t in enumerate(v.split())]
    for token, name in (*names, *facts):
        bare = token.strip(".,;:!?()«»\"'“”‘’")
        if bare and not bare.islower() and (name or bare.isupper()):
            cases.setdefault(fold(bare), bare)
    return cases


def _written(word: Word, ground: Ground) -> str:
    return ground.text[word.start : word.end]


def _edit(ground: Ground, word: Word, form: str, *, first: bool) -> Iterator[Edit]:
    """The change of a word as written; what is composed of other characters than it was read as is left alone."""
    written = _written(word, ground)
    form = "".join(w.lower() if f.islower() else w for w, f in zip(written, form, strict=True)) \
        if len(written) == len(form) else written
    if first:
        form = form[:1].upper() + form[1:]
    if form == written or len(form) != len(written) or fold(form) != fold(written):
        return
    kept = next(i for i, (a, b) in enumerate(zip(written, form, strict=True)) if a != b)
    yield Edit(ground.part.name, word.start + kept, word.end, form[kept:], "shouting")
