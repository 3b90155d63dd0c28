"""Drafts of nothing but one thing, as long as a draft may be: the time grows with the length, the report does not."""

from __future__ import annotations

import gc
import json
import time

import pytest

from inmail_lint import Draft, Linter
from inmail_lint.draft import Recipient
from inmail_lint.found import Found
from inmail_lint.linter import LONGEST_BODY, MOST_PLACES

_READER = Recipient.of({"first_name": "Ana", "last_name": "Ruiz", "company": "Acme Foods", "facts": ["wrote of Dundee"]})
_SHORT = 12_000  # characters: the squares that were found took seconds for as many
_UNITS = {
    "spam": "Act now, limited time offer! ", "merge fields": "{{first_name}} ", "fields": "[NAME] ", "emoji": "🚀",
    "emoji and words": "🚀 hello ", "quotes": '"', "brackets": "[", "pairs": "[]", "braces": "{", "parentheses": "(",
    "dots": ".", "exclamation": "!", "opening": "¿", "less": "<", "underscores": "_", "stars": "**", "percent": "%",
    "hashes": "##", "one letter": "a", "letters with dots": "a.", "dashes": "a-", "mail": "a@b.com ", "at": "a@",
    "addresses": "https://x.com/a ", "sentences": "We are good. ", "lines": "We are good\n", "blank lines": "x\n\n",
    "questions": "Can you talk on Monday? ", "abbreviations": "e.g. ", "names": "Dear Ana Ruiz, ", "capitals": "Hello ",
    "firms": "your team at Brightwell Foods ", "spaces": " ", "tabs and spaces": " \t", "marks": "a\u0301", "pile": "\u0301",
    "invisible": "\u200b", "joined": "🚀\u200d", "shouts": "BUY NOW ", "you": "you ", "es": "Espero que te encuentres bien. ",
    "register": '"tú" usted ', "code": "`a", "backslashes": "\\", "digits": "1", "minutes": "11", "Cyrillic": "а",
    "mixed": "frее ",
}


def _of(unit: str, length: int) -> str:
    return ("Hi Ana,\n" + unit * (length // len(unit) + 1))[:length]


@pytest.mark.parametrize("name", _UNITS)
def test_time_grows_with_the_length(linter: Linter, name: str) -> None:
    """Ten times what a slow machine takes; the slowest was thirty times it before the squares were mended."""
    draft = Draft(_of(_UNITS[name], _SHORT), "Hello there", language="en", recipient=_READER)
    begin = time.process_time()
    linter.lint(draft)
    assert time.process_time() - begin < 10


@pytest.mark.parametrize("name", ["emoji", "spam", "brackets", "blank lines"])
def test_the_longest_draft_is_judged_and_its_report_stays_bounded(linter: Linter, name: str) -> None:
    draft = Draft(_of(_UNITS[name], LONGEST_BODY - 20), "Hello there", language="en", recipient=_READER)
    begin = time.process_time()
    report = linter.lint(draft)
    assert time.process_time() - begin < 120
    assert all(len(f.places) <= MOST_PLACES for f in report.findings) and len(report.markers) <= MOST_PLACES
    assert len(json.dumps(report.to_dict())) < 4_000_000


def test_places_beyond_those_listed_are_counted(linter: Linter) -> None:
    report = linter.lint(Draft("Hi Ana,\n" + "🚀 " * 1500, language="en"))
    emoji = next(f for f in report.findings if f.rule == "emoji")
    assert (len(emoji.places), emoji.unlisted) == (MOST_PLACES, 1500 - MOST_PLACES)
    assert emoji.to_dict()["unlisted"] == 500
    assert "1500" in emoji.message


def test_a_number_of_five_thousand_digits_is_read(linter: Linter) -> None:
    linter.lint(Draft(f"Hi Ana,\n\nShall we talk for {'1' * 5000} minutes, or {'1' * 5000}min?", language="en"))
    linter.lint(Draft(f"Hi Ana,\n\nShall we talk for {'1' * 5000}min?", language="en"))


def test_places_are_located_without_counting_lines_from_the_start() -> None:
    """50,000 places of a text of a megabyte; counted from the start each, they read twenty-five thousand."""
    draft = Draft("twenty characters ..\n" * 50_000, "one line")
    begin = time.process_time()
    found = [draft.locate("body", index) for index in range(0, len(draft.body), 21)]
    assert time.process_time() - begin < 2
    assert found == [(line, 1) for line in range(1, 50_001)]
    assert [draft.locate("body", index) for index in (0, 20, 21, 22, len(draft.body))] == [
        (1, 1), (1, 21), (2, 1), (2, 2), (50_001, 1)]
    assert draft.locate("subject", 4) == (1, 5)


@pytest.mark.parametrize("works", [True, False])
def test_the_collector_is_as_it_was_after_a_long_draft(linter: Linter, monkeypatch: pytest.MonkeyPatch, works: bool) -> None:
    """Nobody looks for garbage while a long draft is judged; whatever comes of it, the program's own choice holds again."""
    seen: list[bool] = []
    find = Linter.find

    def watched(self: Linter, draft: Draft) -> Found:
        seen.append(gc.isenabled())
        if draft.subject == "broken":
            raise RuntimeError("a defect")
        return find(self, draft)

    monkeypatch.setattr(Linter, "find", watched)
    before = gc.isenabled()
    try:
        (gc.enable if works else gc.disable)()
        linter.lint(Draft("Hi Ana, shall we talk?"))
        linter.lint(Draft(_of("We are good. ", 30_000)))
        with pytest.raises(RuntimeError):
            linter.lint(Draft(_of("We are good. ", 30_000), "broken"))
        assert seen == [works, False, False] and gc.isenabled() == works
    finally:
        (gc.enable if before else gc.disable)()
