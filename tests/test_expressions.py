"""Expressions of rule files: places, what stands beside them, what is refused, and time that grows with the text."""

from __future__ import annotations

import re
import time

import pytest

from inmail_lint import RuleError
from inmail_lint.errors import Fault
from inmail_lint.expressions import LARGEST, LONGEST, MOST, Expression, Expressions, characters, compiled, encoded
from inmail_lint.loading import load_rulebook
from inmail_lint.pattern_files import read_pattern
from inmail_lint.source import parse_yaml


def found(text: str, hit: str, holding: tuple[str, ...] = (), refusing: tuple[str, ...] = (), **beside: str) -> list[str]:
    own = Expressions("x.yaml", [Expression(hit, 1, **beside)], [Expression(h, 1) for h in holding],
                      [Expression(r, 1) for r in refusing])
    data = encoded(text)
    return [text[characters(data, start) : characters(data, end)] for start, end in own.places(data)]


def test_places_are_counted_in_characters() -> None:
    text = "ñandú €5 😀 {aquí} — {allá}"
    data = encoded(text)
    places = [(characters(data, s), characters(data, e)) for s, e in compiled(Expression(r"\{\w+\}", 1), "x").places(data)]
    assert places == [(11, 17), (20, 26)]
    assert [text[s:e] for s, e in places] == ["{aquí}", "{allá}"]


def test_half_a_character_is_no_hindrance() -> None:
    assert found("a\ud800b {x} \udfff", r"\{x\}") == ["{x}"]


def test_what_stands_beside() -> None:
    assert found("at XX of XX, ofXX", "XX", before="of ") == ["XX"]
    assert found("XXa XX", "XX", after=r"\W|$") == ["XX"]
    assert found("the XX, una XX", "XX", not_before="the ") == ["XX"]
    assert found("XX siglo, XX años", "XX", not_after=" siglo") == ["XX"]
    assert found("[Event] a [b]", r"\[\w+\]", unless=r"\A\[Event") == ["[b]"]


def test_contexts_may_be_shared() -> None:
    assert found("XX XX XX", "XX", before=r"^|\W", after=r"\W|$") == ["XX"] * 3
    assert found("{a}{b}{c}", r"\{.\}", before=r"^|[^\w]", after=r"[^(]|$") == ["{a}", "{b}", "{c}"]
    assert found("de de de", "de", before="de ") == ["de", "de"]


def test_a_refused_place_hides_none_within_it() -> None:
    assert found("existe un libro que escribiste.", r"\w+iste[^.]{0,60}", before=r"^|\W", unless=r"existe\W") == ["escribiste"]


def test_words_of_any_script() -> None:
    assert found("ñXX XX日 éXX XX", "XX", before=r"^|\W", after=r"\W|$") == ["XX"]
    assert found("año_2 – niño", r"\w+") == ["año_2", "niño"]
    assert found("a«b»c", r"[^\W]+|[^\w]") == ["a", "«", "b", "»", "c"]


@pytest.mark.parametrize("block", [range(0x80), range(0x80, 0x2C2)])
def test_word_characters_are_those_of_python(block: range) -> None:
    for char in map(chr, block):
        assert bool(found(char, r"\w")) is (found(char, r"\W") == []) is bool(re.match(r"\w", char)), hex(ord(char))


def test_again_is_the_same_word() -> None:
    twice = r"(?P<word>\w+) (?P<again>\w+)"
    assert found("Hi Sam Sam, Ana Eva", twice) == ["Sam Sam"]
    assert found("Ésta ésta", twice) == ["Ésta ésta"]


def test_what_a_hit_must_hold_and_must_not() -> None:
    assert found("[name] [x] [my name]", r"\[[^\]]*\]", holding=("name",), refusing=("my",)) == ["[name]"]


@pytest.mark.parametrize(("hit", "why"), [
    (r"(?<=a)b", "'(?<=' looks at what stands before"), (r"(?<!a)b", "before (or not_before)"),
    (r"a(?=b)", "'(?=' looks ahead"), (r"a(?!b)", "after (or not_after, unless)"),
    (r"\bfree\b", r"'\b' knows no letters but English ones"), (r"(a)\1", "two groups word and again"),
    (r"(?P<n>a)(?P=n)", "two groups word and again"), (r"(?>a)", "leave it out"), (r"a++", "leave it out"),
    (r"a\Z", r"write \z"), (r"[\u00e9]", "write the character itself"), (r"\C", "write the character itself"),
    (r"(?x)a b", "put comments"), (r"(a", "missing )"), (r"a{2000}", "repeat at most 1,000"),
    (r"(?:(?:a{30}){30}){30}", "invalid repetition size"), (r"\pL{900}", "write less or smaller repetitions"),
    ("a" * (LONGEST + 1), "write at most 5,000"), (r"(?:[^a]{240}b){4}", "it is too large")])
def test_refused(hit: str, why: str) -> None:
    with pytest.raises(RuleError) as raised:
        compiled(Expression(hit, 7), "x.yaml")
    assert str(raised.value).startswith("x.yaml:7: expression '")
    assert why in str(raised.value)
    assert "\n" not in str(raised.value)


def test_refused_beside_as_well() -> None:
    with pytest.raises(RuleError, match="looks ahead"):
        compiled(Expression("a", 1, not_before="b(?=c)"), "x.yaml")


def test_keys_of_a_mapping() -> None:
    faults: list[Fault] = []
    node = parse_yaml("expressions: [{hit: a, befor: b}, {before: c}, {hit: [x]}]", "p.yaml", faults)
    assert node is not None
    read_pattern("p", node)
    assert [str(f) for f in faults] == [
        "p.yaml:1:24: unknown key 'befor'; did you mean 'before'?", "p.yaml:1:35: missing key 'hit'; add it",
        "p.yaml:1:54: expected text here; write one value"]


def test_the_products_own_keep_the_limits() -> None:
    patterns = load_rulebook().patterns
    own = [e for p in patterns for e in (*p.expressions, *p.and_expressions, *p.not_expressions)]
    assert 100 < len(own) <= MOST / 2
    assert max(len(e.hit) for e in own) <= LONGEST
    for pattern in patterns:
        for expression in pattern.expressions:
            assert compiled(expression, pattern.path).whole.programsize < LARGEST / 2


@pytest.mark.parametrize(("hit", "text"), [
    (r"(?:a|a)*b", "a"), (r"(?:a*)*b", "a"), (r"(?:\w+\s?)*!", "ab "), (r"a.*b|a", "a"), (r"x*x*x*x*y", "x"),
    (r"(?s)\(.*\)", "("), (r"(?:a?){100}[a-z]{0,100}b", "a")])
def test_time_grows_with_the_text(hit: str, text: str) -> None:
    search = compiled(Expression(hit, 1, unless=r"(?s).*#", before=r"(?s)^|.*?\w|\W"), "x")

    def seconds(size: int) -> float:
        data = encoded(text * (size // len(text)))
        return min(_timed(lambda: list(search.places(data))) for _ in range(2))

    once, fourfold = seconds(50_000), seconds(200_000)
    assert fourfold < 10 * once + 0.5
    assert fourfold < 20


def _timed(do: object) -> float:
    begun = time.process_time()
    do()  # type: ignore[operator]
    return time.process_time() - begun
