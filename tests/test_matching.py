"""The matcher's short cuts must change nothing: the guard, the joining of states, and what is kept between runs."""

from __future__ import annotations

import io
import pickle
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inmail_lint import Draft, Linter
from inmail_lint.automaton import Automaton
from inmail_lint.cache import directory, kept, key_of
from inmail_lint.compiled import Line, build, matches_in
from inmail_lint.errors import Fault
from inmail_lint.line import LineCompiler, PatternSyntaxError
from inmail_lint.measure import read_gold
from inmail_lint.tokens import tokenize

LABELLED = Path(__file__).parent.parent / "corpus" / "labelled"
_WORDS = ("a", "b", "c", "d")
_NO_TAGS: frozenset[str] = frozenset()


def _expand(line: str) -> set[tuple[str, ...]]:
    """All word sequences that a line without gaps and classes stands for, by brute force."""
    def sequences(text: str) -> list[str]:
        if "(" not in text:
            return [text]
        end = text.index(")")
        start = text.rindex("(", 0, end)
        return [s for choice in text[start + 1 : end].split("|") for s in sequences(text[:start] + choice + text[end + 1 :])]
    return {tuple(s.split()) for s in sequences(line)}


_piece = st.recursive(st.sampled_from(_WORDS), lambda inner: st.lists(
    st.lists(inner, max_size=3).map(" ".join), min_size=2, max_size=3).map(lambda c: f"({'|'.join(c)})"), max_leaves=6)
_lines = st.lists(_piece, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=300, deadline=None)
@example(["(|b) a (|a)"], ["b", "a", "a"])
@given(st.lists(_lines, min_size=1, max_size=4), st.lists(st.sampled_from(_WORDS), min_size=1, max_size=8))
def test_the_matcher_finds_what_the_lines_stand_for(lines: list[str], sentence: list[str]) -> None:
    automaton = Automaton()
    expected = set()
    for key, line in enumerate(lines):
        try:
            automaton.add(LineCompiler(str.split, frozenset()).compile(line), key)
        except PatternSyntaxError:
            assert () in _expand(line)  # only a line that matches nothing at all is refused here
            continue
        for first, words in product(range(len(sentence)), _expand(line)):
            if words and tuple(sentence[first : first + len(words)]) == words:
                expected.add((key, first, first + len(words) - 1))
    longest = {(k, f): max(e for k2, f2, e in expected if (k2, f2) == (k, f)) for k, f, _ in expected}
    found = automaton.search([(w, _NO_TAGS, hash(w)) for w in sentence], frozenset(), len(sentence) - 1)
    got = {(m.key, m.first): m.last for m in found}
    # where matches of one line overlap, the one that began first may take the states of a later one along, which then ends
    # too soon; as the earlier one covers it, nobody sees it
    assert got.keys() <= longest.keys()
    assert all(last == longest[key, first] or any(k == key and f < first <= end for (k, f), end in got.items())
               for (key, first), last in got.items())
    assert {k for k, _ in got} == {k for k, _ in longest}


def test_gaps_classes_and_the_end_of_a_sentence() -> None:
    automaton = Automaton()
    compiler = LineCompiler(str.split, {"name"})
    for key, line in enumerate(("hi <name>", "hi …2 there $", "^ there", "~ bye (|now)")):
        automaton.add(compiler.compile(line), key)
    words = [("hi", _NO_TAGS, 0), ("ann", frozenset({"name"}), 1), ("there", _NO_TAGS, 2), ("bye", _NO_TAGS, 3)]
    assert {(m.key, m.first, m.last) for m in automaton.search(words, frozenset({3}), 3)} == {(0, 0, 1), (3, 3, 3)}
    assert {(m.key, m.first, m.last) for m in automaton.search(words[:3], frozenset(), 2)} == {(0, 0, 1), (1, 0, 2)}


@pytest.mark.parametrize(("line", "body"), [
    ("a mock-up", "Here is a mock-up of it."), ("a mock-up", "Here is a mock up of it."),
    ("a mock up", "Here is a mock-up of it."), ("the «free» one", "Take the free one."), ("the free one", "Take the “free” one."),
    ("(you|we) ('ve|have) built", "I like what you’ve built."), ("(you|we) ('ve|have) built", "I like what we have built."),
    ("you've built", "I like what you've built.")])
def test_marks_are_read_past_in_lines_as_in_drafts(line: str, body: str, linter: Linter) -> None:
    faults: list[Fault] = []
    compiled = build([("p", False, "p.yaml", Line(line, 1))], linter.rulebook.packs["en"], faults)
    parsed = linter.find_plain(Draft(body, language="en")).parsed
    assert not faults
    assert matches_in(compiled, parsed.body.words)[1]


@pytest.mark.parametrize("code", ["es", "en", "xx"])
def test_the_tokeniser_cuts_as_spacy_does(code: str) -> None:
    import spacy

    blank = spacy.blank(code)
    for gold in read_gold([LABELLED / ("en-us.jsonl" if code == "en" else "es-spain.jsonl")]):
        assert [t[0] for t in tokenize(gold.draft.body, code)] == [t.text for t in blank(gold.draft.body) if not t.is_space]


def test_a_linter_from_kept_tables_judges_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linter: Linter) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    drafts = [g.draft for f in ("es-plata", "en-isles") for g in read_gold([LABELLED / f"{f}.jsonl"])[:10]]
    expected = [linter.lint(d).to_dict() for d in drafts]
    for _ in range(2):  # the first fills the cache, the second reads it
        anew = Linter(cache=True)
        assert [anew.lint(d).to_dict() for d in drafts] == expected
    names = {f.name.rsplit("-", 1)[0] for f in (tmp_path / "inmail-lint").glob("*.bin")}
    assert {"rulebook-guides", "lexicon-es", "patterns-en-body", "learned-es"} <= names


def test_damaged_and_hostile_tables_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    key = key_of("test")
    assert kept("table", key, lambda: {"a": 1}) == {"a": 1}
    (file,) = (tmp_path / "inmail-lint").iterdir()
    for data in (b"", b"\x80\x05garbage", file.read_bytes()[:-4], pickle.dumps(io.BytesIO), b"cos\nsystem\n(S'touch x'\ntR."):
        file.write_bytes(data)
        assert kept("table", key, lambda: {"a": 2}) == {"a": 2}
        assert kept("table", key, lambda: {"a": 3}) == {"a": 2}, "what was made anew is kept"


def test_an_unwritable_cache_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inmail-lint").write_text("a file where the directory should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Linter(cache=True).lint(Draft("Hola Ana, ¿hablamos el jueves?", "Kafka")).score >= 0
    monkeypatch.setenv("INMAIL_LINT_NO_CACHE", "1")
    assert directory() is None
