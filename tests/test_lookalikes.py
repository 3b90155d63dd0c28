"""Letters that only look Latin and characters that nobody sees: no phrase hides behind them, and they are named."""

from __future__ import annotations

import re
import unicodedata

import pytest

from inmail_lint import Draft, Linter, Report
from inmail_lint.folding import UNSEEN, Reading
from inmail_lint.lookalikes import letters

_PLAIN = "Hi Ana,\n\nThis is a limited time offer, act now. Shall we talk?"
_SHY = "\u00ad"


def _judged(linter: Linter, body: str, language: str | None = "en") -> Report:
    return linter.lint(Draft(body, language=language))


def _places(report: Report, rule: str) -> list[str]:
    return [p.text for f in report.findings if f.rule == rule for p in f.places]


@pytest.mark.parametrize(("written", "offer"), [
    ("limited time \u043eff\u0435r", "limited time \u043eff\u0435r"),
    ("l\u0456mited t\u0456m\u0435 offer", "l\u0456mited t\u0456m\u0435 offer"),
    ("limi\u200bted time offer", "limi\u200bted time offer"),
    (f"lim{_SHY}ited ti{_SHY}me offer", f"lim{_SHY}ited ti{_SHY}me offer"),
    ("l\u200dim\ufeffi\u2060ted time of\u034ffer", "l\u200dim\ufeffi\u2060ted time of\u034ffer"),
    ("lim\u3164ited time offer", "lim\u3164ited time offer"),
])
def test_phrases_are_found_behind_them_at_the_right_place(linter: Linter, written: str, offer: str) -> None:
    plain = _judged(linter, _PLAIN)
    report = _judged(linter, _PLAIN.replace("limited time offer", written))
    assert [p.replace(offer, "limited time offer") for p in _places(report, "spam-phrase")] == _places(plain, "spam-phrase")
    assert offer in _places(report, "spam-phrase")
    assert {f.rule for f in report.findings} - {f.rule for f in plain.findings} == {"disguised-word"}


def test_the_language_is_told_all_the_same(linter: Linter) -> None:
    masked = "".join({"a": "\u0430", "e": "\u0435", "o": "\u043e"}.get(c, c) for c in _PLAIN)
    assert _judged(linter, masked, None).language == "en"
    assert _judged(linter, "\u200b".join(_PLAIN), None).language == "en"


def test_the_message_names_the_characters(linter: Linter) -> None:
    body = "Hi Ana,\n\nthe rota is fr\u0435e and gr\u0430t\u200b\u0456s\u0455. Shall I send it?"
    finding = next(f for f in _judged(linter, body).findings if f.rule == "disguised-word")
    assert finding.message == "“fr\u0435e” is not spelt as it looks: U+0435 CYRILLIC SMALL LETTER IE → e."
    assert [p.text for p in finding.places] == ["fr\u0435e", "gr\u0430t\u200b\u0456s\u0455"]
    spanish = linter.lint(Draft("Hola, Ana: es gr\u0430t\u200b\u0456s\u0455. ¿Te lo mando?", language="es"))
    said = next(f for f in spanish.findings if f.rule == "disguised-word").message
    assert said.endswith("U+0430 CYRILLIC SMALL LETTER A → a, U+200B ZERO WIDTH SPACE, U+0456 CYRILLIC SMALL LETTER "
                         "BYELORUSSIAN-UKRAINIAN I → i, ….")


@pytest.mark.parametrize("language", ["pt", None])
def test_no_language_is_needed(linter: Linter, language: str | None) -> None:
    report = _judged(linter, "Ol\u0430 Xyz qwrt\u202eabc\u202c", language)
    assert {"disguised-word", "hidden-text"} <= {f.rule for f in report.findings}


@pytest.mark.parametrize("text", [
    "Наташа", "Ким оса", "Γιώργος", "µm", "μm", "kΩ", "10 Ω", "TNFα", "IFNγ", "NFκB", "x² λx πr²",
    "👩‍🔬", "👨‍👩‍👧‍👦", "❤️‍🔥", "1️⃣",
    "\u2067محمد\u2069", "דוד\u200f",
    "می\u200cخواهم", "क्\u200dष", "Kraków Đặng Þór Łódź naïve",
    "n.º 1.ª", "Ｆｕｌｌ", "𝗯𝗼𝗹𝗱", "日本語 の Tokyo",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "zero\u200b width beside", "e\u0301te\u0301",
    "IT-шник"])
def test_honest_scripts_and_signs_are_none(linter: Linter, text: str) -> None:
    report = _judged(linter, f"Hi Ana,\n\nI saw {text} in your notes. Shall we talk?")
    assert not {"disguised-word", "hidden-text"} & {f.rule for f in report.findings}


@pytest.mark.parametrize("latin", sorted(set(letters().values())))
def test_every_letter_of_the_table_stands_for_one_of_its_case(latin: str) -> None:
    for letter, stands_for in letters().items():
        if stands_for == latin:
            assert letter > "\u024f" and unicodedata.name(letter)
            assert len(Reading.of(f"x{letter}").text) == 2 and Reading.of(f"x{letter}").text[1] == latin
            assert Reading.of(letter).text == letter  # alone it is a letter of its own script


def test_what_is_invisible_has_no_width() -> None:
    invisible = re.findall(UNSEEN, "".join(map(chr, range(0x110000))))
    assert len(invisible) > 400
    assert all(unicodedata.category(c) in ("Cf", "Mn", "Lo", "Cn") and Reading.of(c).text == "" for c in invisible)


def test_nothing_is_read_for_a_draft_without_such_characters(linter: Linter) -> None:
    letters.cache_clear()
    _judged(linter, "Hola, Ana: ¿qué tal en “Acme”? Son 5 µm… – 10 €.")
    assert letters.cache_info().misses == 0
