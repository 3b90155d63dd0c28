"""What is measured inside a process: CPU time a draft, with rules and languages loaded. Each call is a process of its own:
`python -m benchmarks.inside WHAT ...` prints one JSON object."""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy

from benchmarks.drafts import LANGUAGES, drafts, long_draft
from inmail_lint import Draft, Linter

_WARM = 20  # drafts before the clock starts
_ROUNDS = 3


def _seconds(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """Median CPU seconds of doing something."""
    taken = []
    for _ in range(rounds):
        gc.collect()
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def _made(number: int, languages: Sequence[str] = LANGUAGES) -> list[Draft]:
    return [Draft(m.body, m.subject, language=m.language) for m in drafts(number, languages)]


def _judge(linter: Linter, many: Sequence[Draft]) -> None:
    for draft in many:
        linter.lint(draft)


def one_draft(number: int) -> dict[str, float]:
    """CPU seconds a draft: the tokeniser alone, and judged, by language."""
    pipelines = {code: spacy.blank(code) for code in LANGUAGES}
    both = _made(number)

    def tokenise() -> None:
        for draft in both:
            pipeline = pipelines[draft.language or "en"]
            pipeline.make_doc(draft.subject)
            pipeline.make_doc(draft.body)

    tokenise()
    taken = {"tokenise": _seconds(tokenise) / number}
    linter = Linter(cache=True)
    for code in LANGUAGES:
        own = _made(number + _WARM, (code,))
        _judge(linter, own[number:])
        taken[code] = _seconds(lambda own=own: _judge(linter, own[:number])) / number  # type: ignore[misc]
    return taken


def long_drafts(lengths: Sequence[int]) -> dict[str, dict[str, float]]:
    """CPU seconds of one draft of so many words, by language; the mean of several where it is short."""
    linter = Linter(cache=True)
    taken: dict[str, dict[str, float]] = {}
    for code in LANGUAGES:
        _judge(linter, _made(_WARM, (code,)))
        taken[code] = {}
        for words in lengths:
            times = max(1, 4000 // words)
            made = [long_draft(code, words, seed) for seed in range(times)]
            many = [Draft(m.body, m.subject, language=code) for m in made]
            taken[code][str(words)] = _seconds(lambda many=many: _judge(linter, many)) / times  # type: ignore[misc]
    return taken


def with_phrases(folder: Path, number: int) -> dict[str, float]:
    """CPU seconds of loading a folder of rules when nothing is kept (with the first draft of each language), then of a
    draft."""
    many = _made(number + _WARM)
    _judge(Linter(cache=True), many[:2])  # imports, and spaCy's own tables, are no part of loading
    begun = time.process_time()
    linter = Linter(rules=folder)
    _judge(linter, many[:2])
    loading = time.process_time() - begun
    _judge(linter, many[number:])
    return {"loading": loading, "draft": _seconds(lambda: _judge(linter, many[:number])) / number}


def main(arguments: Sequence[str]) -> None:
    what, *rest = arguments
    if what == "one":
        result: object = one_draft(int(rest[0]))
    elif what == "long":
        result = long_drafts([int(words) for words in rest])
    else:
        result = with_phrases(Path(rest[0]), int(rest[1]))
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
