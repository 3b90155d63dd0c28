"""One Linter for many threads: the same reports as one thread gives, from the first draft on."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from inmail_lint import Draft, Linter, automaton, folding, guard, parse, rulebook, syllables, tokens
from inmail_lint.measure import read_gold

ROOT = Path(__file__).parent.parent
_FILES = [ROOT / "corpus" / "labelled" / f"{name}.jsonl" for name in ("es-plata", "en-isles", "es-spain", "en-us")]
_THREADS = 8


def _drafts() -> list[Draft]:
    """100 drafts, the languages taking turns, and every tenth one in a language that has no rules."""
    by_file = [[g.draft for g in read_gold([f])][:25] for f in _FILES]
    drafts = [draft for four in zip(*by_file, strict=True) for draft in four]
    for number in range(0, len(drafts), 10):
        drafts[number] = Draft(drafts[number].body, drafts[number].subject, language="pt")
    assert len(drafts) == 100
    return drafts


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def _cold() -> None:
    for remembered in (tokens._tokenizer, folding.fold, syllables.count_syllables):
        remembered.cache_clear()


def _all_at_once(work: Callable[[Any], Any], items: list[Any]) -> list[Any]:
    """What `work` makes of the items, the threads all set off at one moment."""
    barrier = threading.Barrier(_THREADS)
    with ThreadPoolExecutor(_THREADS, initializer=barrier.wait) as pool:
        return list(pool.map(work, items))


def test_100_drafts_from_a_fresh_linter(linter: Linter, hasty: None) -> None:
    drafts = _drafts()
    alone = [linter.lint(draft) for draft in drafts]
    _cold()
    assert _all_at_once(Linter().lint, drafts) == alone
    assert tokens._tokenizer.cache_info().misses == 3, "each language's tokeniser is made once"


def test_what_is_remembered_may_be_forgotten_at_any_moment(linter: Linter, hasty: None, monkeypatch: pytest.MonkeyPatch
                                                           ) -> None:
    """The memories of parsing and matching are emptied when full, here at nearly every word."""
    drafts = _drafts()[:60]
    alone = [linter.lint(draft) for draft in drafts]
    for module, limit in ((parse, "_KEPT_FORMS"), (automaton, "_KEPT_STARTS"), (guard, "_KEPT")):
        monkeypatch.setattr(module, limit, 3)
    assert _all_at_once(linter.lint, drafts) == alone


def test_weights_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def slowly(directory: Path, code: str, cache_key: str = "") -> object:
        read.append(code)
        time.sleep(0.02)
        return object()

    monkeypatch.setattr(rulebook, "load_learned", slowly)
    book = Linter().rulebook
    got = _all_at_once(book.learned, ["es"] * _THREADS)
    assert read == ["es"] and len({id(weights) for weights in got}) == 1


def test_a_lexicon_grows_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from inmail_lint import language

    grown: list[str] = []

    class Slow(language.Lexicon):
        def __init__(self, pack: language.LanguagePack) -> None:
            grown.append(pack.code)
            time.sleep(0.02)
            super().__init__(pack)

    monkeypatch.setattr(language, "Lexicon", Slow)
    pack = Linter().rulebook.packs["es"]
    got = _all_at_once(lambda _: pack.lexicon, [None] * _THREADS)
    assert grown == ["es"] and len({id(lexicon) for lexicon in got}) == 1


def test_the_first_drafts_of_a_process_may_come_from_many_threads() -> None:
    """Nothing is imported yet: spaCy is loaded by whichever thread comes first."""
    script = ("import sys, threading\nfrom inmail_lint import Draft, Linter\nsys.setswitchinterval(1e-6)\n"
              "linter, scores, gate = Linter(), [], threading.Barrier(8)\n"
              "def work():\n    gate.wait()\n"
              "    scores.append(linter.lint(Draft('Hi Ann, can we talk?')).score)\n"
              "threads = [threading.Thread(target=work) for _ in range(8)]\n"
              "[t.start() for t in threads]; [t.join() for t in threads]\n"
              "print(len(scores), len(set(scores)))")
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.stdout.split() == ["8", "1"] and not run.stderr, run.stderr


def test_a_linter_and_its_reports_can_be_sent_to_another_process(linter: Linter) -> None:
    draft = _drafts()[1]
    sent = pickle.loads(pickle.dumps(linter))
    report = sent.lint(draft)
    assert report == linter.lint(draft) and pickle.loads(pickle.dumps(report)) == report
