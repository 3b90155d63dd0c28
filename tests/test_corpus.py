"""The committed examples and what the linter says of each: a change of a score is seen in the diff of one file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from inmail_lint import Draft, DraftError, Linter, Report
from inmail_lint.draft import KINDS
from inmail_lint.reading import FORMATS, read_paths

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "corpus" / "examples"
EXPECTED = ROOT / "corpus" / "expected.json"
FORMAT_OF = {".txt": "text", ".md": "text", ".inmail": "text", ".eml": "eml", ".json": "json", ".jsonl": "jsonl",
             ".csv": "csv"}


@pytest.fixture(scope="module")
def drafts() -> list[Draft]:
    files = sorted(f for f in EXAMPLES.iterdir() if not f.name.startswith("README"))
    read = list(read_paths(str(f) for f in files))
    assert not [str(d) for d in read if isinstance(d, DraftError)]
    return [d for d in read if isinstance(d, Draft)]


@pytest.fixture(scope="module")
def reports(drafts: list[Draft], linter: Linter) -> list[Report]:
    return list(linter.lint_many(drafts))


def _key(draft: Draft) -> str:
    path = Path(draft.path).relative_to(EXAMPLES).as_posix()
    return f"{path}#{draft.id}" if draft.id else path


def _entry(report: Report) -> dict[str, Any]:
    return {"score": report.score, "verdict": report.verdict, "rules": {f.rule: f.points for f in report.findings},
            "markers": sorted({m.name for m in report.markers})}


def test_examples_get_the_expected_reports(reports: list[Report]) -> None:
    actual = {_key(r.draft): _entry(r) for r in reports}
    assert len(actual) == len(reports), "two drafts share a path and an id"
    text = json.dumps(actual, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_EXPECTED") == "1":
        EXPECTED.write_text(text, encoding="utf-8")
        pytest.fail(f"{EXPECTED.name} was rewritten (UPDATE_EXPECTED=1): read its diff and run the tests without it")
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert actual == expected, "a report changed; if that is meant, run the test with UPDATE_EXPECTED=1"
    assert text == EXPECTED.read_text(encoding="utf-8"), "expected.json was edited by hand; run with UPDATE_EXPECTED=1"


def test_examples_cover_the_product(drafts: list[Draft], reports: list[Report]) -> None:
    assert len(drafts) >= 24
    assert {d.kind for d in drafts} == set(KINDS)
    assert {r.language for r in reports} >= {"en", "es"}
    assert {Path(d.path).suffix for d in drafts} == set(FORMAT_OF)
    assert set(FORMAT_OF.values()) == set(FORMATS)
    assert {r.verdict for r in reports} == {"stop", "review", "ready"}
    assert any(d.recipient for d in drafts) and not all(d.recipient for d in drafts)


def test_examples_in_old_encodings_read_as_text(drafts: list[Draft]) -> None:
    raw = {name: (EXAMPLES / name).read_bytes() for name in ("windows-1252-es.txt", "utf-16-en.txt")}
    assert b"\r\n" in raw["windows-1252-es.txt"] and raw["utf-16-en.txt"].startswith((b"\xff\xfe", b"\xfe\xff"))
    with pytest.raises(UnicodeDecodeError):
        raw["windows-1252-es.txt"].decode("utf-8")
    bodies = {Path(d.path).name: d.body for d in drafts}
    assert bodies["windows-1252-es.txt"].startswith("Buenos días, Íñigo:\n")
    assert bodies["utf-16-en.txt"].startswith("Hi Marcus,\n")


def test_readme_lists_every_example() -> None:
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert not [f.name for f in EXAMPLES.iterdir() if f.name != "README.md" and f"`{f.name}`" not in listed]
