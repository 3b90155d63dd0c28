"""The properties that the fuzzers in `fuzz/` try for as long as they are let, tried for seconds: any bytes are read or refused,
any text is judged, mended and written, and nothing of it commands or steers what reads the result."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inmail_lint import Draft, DraftError, Linter
from inmail_lint.reading import read_paths

FUZZ = Path(__file__).parent.parent / "fuzz"
sys.path.insert(0, str(FUZZ))
import properties  # noqa: E402

_TARGETS = list(properties.TARGETS)
_FAST = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
_SLOW = settings(_FAST, max_examples=25)
# What people, programs and attackers write, in any order
_PIECES = st.sampled_from([
    "{{first_name}}", "[NAME]", "<b>", "</script>", "::error::x\n", "##[group]", "\x1b[31m", "\x9b1m", "\u202e", "\u2066",
    "\u200b", "\u0430", "fr\u0435\u0435", "e\u0301\u0302", "👩‍🔬", "🚀", "\ud800", "=1+1", ";=x", "@x", "\r\n", "\n\n", "\t",
    "\x00", "\x85", "\u2028", "Hi Ana,\n\n", "Hola, Ana:\n\n", "act now", "GRATIS", "!!!", "¿", "??", " ,", "  ", "...",
    "9" * 400, "11min", "http://a.b/c", "a@b.example", "www.", "- uno\n", "Saludos,\nTom", "Subject: ",
    "---\n", "'", '"', "«", "»",
    "`", "|", "\x1f", "%", "_", "&amp;"])
_TEXT = st.lists(_PIECES | st.text(max_size=12), max_size=25).map("".join)
_BYTES = st.binary(max_size=200) | _TEXT.map(lambda t: t.encode("utf-8", "surrogatepass"))


def _seeds() -> list[tuple[str, Path]]:
    shared = {"fix": "lint", "fix-file": "text"} | {t: "lint" for t in _TARGETS if t.startswith("render-")}
    return [(t, f) for t in _TARGETS for f in sorted((FUZZ / "corpus" / shared.get(t, t)).iterdir())]


@pytest.mark.parametrize(("target", "seed"), _seeds(), ids=lambda x: x.name if isinstance(x, Path) else x)
def test_seeds(target: str, seed: Path) -> None:
    properties.TARGETS[target](seed.read_bytes())


@pytest.mark.parametrize("form", ["text", "front-matter", "eml", "json", "jsonl", "csv"])
def test_readers_take_any_bytes(form: str) -> None:
    _FAST(given(_BYTES)(lambda data: properties.TARGETS[form](data)))()


@given(_BYTES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]))
@_FAST
def test_any_bytes_are_a_text_or_none(data: bytes, codec: str) -> None:
    properties.decodes(data)
    properties.decodes(data.decode("latin-1").encode(codec, "replace"))


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | _TEXT,
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from(["body", "subject", "recipient", "drafts", "facts", "ignore", "id", "kind"]) | _TEXT,
                        inner, max_size=4), max_leaves=12))
@_FAST
def test_any_json_is_read(value: object) -> None:
    for data in (json.dumps(value), json.dumps(value, indent=1, ensure_ascii=False)):
        for form in ("json", "jsonl"):
            properties.TARGETS[form](data.encode("utf-8", "surrogatepass"))


@given(_BYTES)
@_SLOW
def test_any_draft_is_judged(data: bytes) -> None:
    properties.is_judged(properties.draft_of(data))


@given(_BYTES)
@_SLOW
def test_any_draft_is_mended(data: bytes) -> None:
    properties.mends(data)
    properties.mends_files(data)


@pytest.mark.parametrize("target", [t for t in _TARGETS if t.startswith("render-")])
def test_any_draft_is_written_in_every_format(target: str) -> None:
    settings(_FAST, max_examples=12)(given(_BYTES)(lambda data: properties.TARGETS[target](data)))()


# What the fuzzers found

@pytest.mark.parametrize("pair", [
    "\\ud83d\\uee00", "\\ud83d\\ud83d", "\\ude00\\ud83d", "\\ud83d\\ude00", "\\ud83dx", "\\uD83D\\n"])
def test_half_pairs_in_json_shift_no_place(pair: str) -> None:
    text = f'{{"body": "{pair}Ana"}}'
    draft = next(iter(read_paths(["-"], "json", text.encode())))
    assert isinstance(draft, Draft)
    assert draft.locate("body", draft.body.index("Ana")) == (1, text.index("Ana") + 1)


def test_a_subject_that_a_header_replaces_keeps_no_places_of_the_first() -> None:
    mail = b"Subject: x\nX-Inmail-Subject: a longer one\n\nHi Ana"
    draft = next(iter(read_paths(["-"], "eml", mail)))
    assert isinstance(draft, Draft) and draft.subject == "a longer one"
    assert draft.locate("subject", 5) == (1, 1) and draft.locate("body", 3) == (4, 4)


def test_a_silence_until_a_day_that_is_none_is_an_error_of_the_draft(linter: Linter) -> None:
    with pytest.raises(DraftError, match=r"ignore 'emoji: x, until 2027-13-45': month must be in 1\.\.12; write the last day"):
        linter.lint(Draft("Hi Ana", ignore=("emoji: x, until 2027-13-45",)))
