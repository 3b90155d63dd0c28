"""What must not change a judgement, and what no text may break."""

from __future__ import annotations

import textwrap
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inmail_lint import Draft, Linter, Report
from inmail_lint.folding import Reading, fold
from inmail_lint.measure import Gold, read_gold

_GOLD = [g for f in ("es-spain", "en-us", "es-plata", "en-isles")
         for g in read_gold([Path(__file__).parent.parent / "corpus" / "labelled" / f"{f}.jsonl"])[:15]]


def _judged(linter: Linter, gold: Gold, body: str, subject: str) -> Report:
    draft = gold.draft
    return linter.lint(Draft(body, subject, draft.kind, draft.language, draft.recipient))


def _rules(report: Report, *but: str) -> set[str]:
    return {f.rule for f in report.findings if f.rule not in but}


def _assert_same(linter: Linter, gold: Gold, body: str, subject: str, *but: str) -> None:
    before, after = linter.lint(gold.draft), _judged(linter, gold, body, subject)
    assert _rules(after, *but) == _rules(before, *but)
    assert {m.name for m in after.markers} == {m.name for m in before.markers}


@pytest.mark.parametrize("gold", _GOLD, ids=lambda g: g.draft.id)
def test_accents_composed_or_not(gold: Gold, linter: Linter) -> None:
    length = ("body-length", "body-limit", "subject-length")  # LinkedIn counts the marks; so do these
    _assert_same(linter, gold, unicodedata.normalize("NFD", gold.draft.body),
                 unicodedata.normalize("NFD", gold.draft.subject), *length)


@pytest.mark.parametrize("gold", _GOLD, ids=lambda g: g.draft.id)
def test_curly_quotes_and_invisible_characters(gold: Gold, linter: Linter) -> None:
    body = gold.draft.body.replace("'", "’").replace(" ", "\u00a0", 3)
    _assert_same(linter, gold, body[:9] + "\u200b" + body[9:], gold.draft.subject.replace("'", "’"), "disguised-word")


@pytest.mark.parametrize("gold", _GOLD, ids=lambda g: g.draft.id)
def test_rewrapped_lines(gold: Gold, linter: Linter) -> None:
    lines = [textwrap.fill(line, 72, break_long_words=False, break_on_hyphens=False) if len(line) > 72 else line
             for line in gold.draft.body.split("\n")]
    _assert_same(linter, gold, "\n".join(lines), gold.draft.subject)


@pytest.mark.parametrize("gold", _GOLD[::5], ids=lambda g: g.draft.id)
def test_line_ends_change_nothing(gold: Gold, linter: Linter, tmp_path: Path) -> None:
    from inmail_lint.reading import read_paths

    text = f"Subject: {gold.draft.subject}\nLanguage: {gold.draft.language}\n\n{gold.draft.body}\n"
    reports = []
    for name, ends in (("a.txt", "\n"), ("b.txt", "\r\n"), ("c.txt", "\r")):
        (tmp_path / name).write_bytes(text.replace("\n", ends).encode())
        draft = next(iter(read_paths([str(tmp_path / name)])))
        assert isinstance(draft, Draft)
        reports.append(linter.lint(draft).to_dict())
    for report in reports[1:]:
        assert {k: v for k, v in report.items() if k not in ("id", "path")} == {
            k: v for k, v in reports[0].items() if k not in ("id", "path")}


@pytest.mark.parametrize("gold", _GOLD, ids=lambda g: g.draft.id)
def test_places_lie_inside_and_hold_their_text(gold: Gold, linter: Linter) -> None:
    report = linter.lint(gold.draft)
    for spot in [p for f in report.findings for p in f.places] + [m.spot for m in report.markers]:
        part = gold.draft.text(spot.part)
        assert 0 <= spot.start < spot.end <= len(part)
        assert part[spot.start : spot.end] == spot.text
        lines = part.split("\n")
        assert lines[spot.line - 1][spot.column - 1 :].startswith(spot.text.split("\n")[0])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300), st.text(max_size=80), st.sampled_from([None, "es", "en", "pt"]))
def test_any_text_is_survived(linter: Linter, body: str, subject: str, language: str | None) -> None:
    report = linter.lint(Draft(body, subject, language=language))
    assert 0 <= report.score <= 100
    for spot in [p for f in report.findings for p in f.places] + [m.spot for m in report.markers]:
        text = subject if spot.part == "subject" else body
        assert 0 <= spot.start <= spot.end <= len(text)
        assert text[spot.start : spot.end] == spot.text


@given(st.text(max_size=80))
def test_a_reading_keeps_its_offsets(text: str) -> None:
    reading = Reading.of(text)
    for i in range(len(reading.text)):
        assert 0 <= reading.start(i) < reading.end(i + 1) <= len(text)
        assert i == 0 or reading.start(i) >= reading.start(i - 1)


@given(st.text(max_size=30))
def test_folding_is_final(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_case_and_accents_hide_no_phrase(linter: Linter) -> None:
    spellings = ["Espero que este mensaje te encuentre muy bien.", "espero que este mensaje te encuentre muy bien.",
                 "ESPERO QUE ESTE MENSAJE te encuentre muy bien.", "Espero que este mensaje te encuentre\nmuy bien."]
    for text in spellings:
        found = linter.find_plain(Draft(f"Hola Ana:\n\n{text}", language="es"))
        assert any(h.pattern.startswith("generic") for h in found.hits), text


def test_the_same_draft_gets_the_same_report(linter: Linter) -> None:
    for gold in _GOLD[:5]:
        assert linter.lint(gold.draft).to_dict() == Linter().lint(gold.draft).to_dict()


def test_threads_do_not_disturb_each_other(linter: Linter) -> None:
    from concurrent.futures import ThreadPoolExecutor

    drafts = [g.draft for g in _GOLD]
    alone = [linter.lint(d).to_dict() for d in drafts]
    fresh = Linter()
    with ThreadPoolExecutor(4) as pool:
        together = [r.to_dict() for r in pool.map(fresh.lint, drafts)]
    assert together == alone
