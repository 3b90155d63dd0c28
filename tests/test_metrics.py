"""Metrics against texts counted by hand."""

from __future__ import annotations

import socket

import pytest

from inmail_lint import Draft, Linter
from inmail_lint.metrics import characters
from inmail_lint.syllables import count_syllables


@pytest.mark.parametrize(("word", "count"), [
    ("casa", 2), ("día", 2), ("ahora", 3), ("idea", 3), ("equipo", 3), ("oferta", 3), ("leí", 2), ("así", 2), ("guía", 2),
    ("ciudad", 2), ("bueno", 2), ("aéreo", 4), ("país", 2), ("paisaje", 3), ("lengua", 2), ("pingüino", 3), ("muy", 1),
    ("rey", 1), ("ya", 1), ("yo", 1), ("hay", 1), ("cohete", 3), ("prohíbe", 3), ("europa", 3), ("cooperar", 4),
    ("que", 1), ("quien", 1), ("guerra", 2), ("averiguar", 4), ("y", 1), ("estudiáis", 3), ("río", 2), ("rio", 1)])
def test_spanish_syllables(word: str, count: int) -> None:
    assert count_syllables(word, "es") == count


@pytest.mark.parametrize(("word", "count"), [
    ("house", 1), ("table", 2), ("message", 3), ("idea", 3), ("created", 3), ("walked", 1), ("wanted", 2), ("people", 2),
    ("business", 3), ("company", 3), ("recruiter", 3), ("the", 1), ("quick", 1), ("question", 2), ("hours", 1),
    ("engineer", 3), ("week", 1), ("available", 4), ("offices", 3), ("planes", 1)])
def test_english_syllables(word: str, count: int) -> None:
    assert abs(count_syllables(word, "en") - count) <= (word in ("message", "business"))


def test_characters_as_linkedin_may_count_them() -> None:
    assert characters("Hola") == 4
    assert characters("Olé 👋🏽") == 8  # two code points outside the basic plane are two units each
    assert characters("e\u0301") == 2


def test_counts(linter: Linter) -> None:
    body = "Hola Ana:\n\nVi tu charla en Lugo. ¿Hablamos el lunes? ¡Genial! Mira acme.io 🙂\n\n- uno\n- dos\n\nUn saludo,\nLuis"
    metrics = linter.lint(Draft(body, "Tu charla", language="es")).metrics
    expected = {"subject.words": 2, "subject.characters": 9, "body.words": 18, "body.paragraphs": 6, "body.questions": 1,
                "body.exclamations": 1, "body.emoji": 1, "body.links": 1, "body.sentences": 9, "greeting.present": 1,
                "greeting.names": 1}
    assert {k: metrics[k] for k in expected} == expected


def test_spanish_reading_ease_by_hand(linter: Linter) -> None:
    """4 × "La casa es grande. El perro corre mucho. Vivo en la ciudad.": 12 sentences, 48 words, 76 syllables."""
    text = " ".join(["La casa es grande. El perro corre mucho. Vivo en la ciudad."] * 4)
    metrics = linter.lint(Draft(text, language="es")).metrics
    assert metrics["body.sentences"] == 12
    assert metrics["body.reading_ease"] == pytest.approx(min(100, 206.835 - 62.3 * 76 / 48 - 48 / 12), abs=0.1)


def test_english_reading_ease_by_hand(linter: Linter) -> None:
    """4 × "The company makes wooden tables. The engineer was asleep in the office." 8 sentences, 48 words, 80 syllables."""
    text = " ".join(["The company makes wooden tables. The engineer was asleep in the office."] * 4)
    metrics = linter.lint(Draft(text, language="en")).metrics
    assert metrics["body.reading_ease"] == pytest.approx(206.835 - 84.6 * 80 / 48 - 1.015 * 48 / 8, abs=0.1)


def test_short_texts_have_no_reading_ease(linter: Linter) -> None:
    assert linter.lint(Draft("Incomprensibilidades extraordinariamente administrativas.", language="es")).metrics[
        "body.reading_ease"] == 100


def test_sender_and_reader_share(linter: Linter) -> None:
    selfish = linter.lint(Draft("Hi Ana,\n\nWe are big. Our team is ours. We like us.", language="en")).metrics
    kind = linter.lint(Draft("Hi Ana,\n\nYou wrote that your team likes your work.", language="en")).metrics
    assert (selfish["body.sender_share"], selfish["body.reader_share"]) == (100, 0)
    assert (kind["body.sender_share"], kind["body.reader_share"]) == (0, 100)
    spanish = linter.lint(Draft("Hola Ana:\n\nSomos grandes y ofrecemos de todo.", language="es")).metrics
    assert spanish["body.sender_share"] == 100


@pytest.mark.parametrize(("text", "count"), [
    ("Trabajo con AWS y SQL en IBM.", 0), ("GANA DINERO ya", 2), ("Es GRATIS para ti", 1), ("Hablé con la ONU", 0)])
def test_shouting(linter: Linter, text: str, count: int) -> None:
    assert linter.lint(Draft(text, language="es")).metrics["body.shouted"] == count


def test_syllables_agree_with_textstat_where_it_is_right() -> None:
    textstat = pytest.importorskip("textstat")
    textstat.set_lang("es")
    text = "La casa es grande. El perro corre mucho. Vivo en la ciudad."
    assert textstat.fernandez_huerta(text) == pytest.approx(206.84 - 60 * 19 / 12 - 1.02 * 12 / 3, abs=0.01)
    words = [w.strip(".").lower() for w in text.split()]
    assert sum(count_syllables(w, "es") for w in words) == 19


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    fresh = Linter()
    for body in ("Hola Ana: ¿hablamos el lunes?", "Hi Ana, shall we talk on Monday about the plan?"):
        assert fresh.lint(Draft(body)).score >= 0


def test_a_costly_word_that_two_patterns_meet_is_shown_once(linter: Linter) -> None:
    body = "Hi Priya,\n\nPlease book a call, fill in the form and send me your numbers.\n\nBest,\nTom"
    found = next(f for f in linter.lint(Draft(body, language="en")).findings if f.rule == "cta-high-effort")
    assert len(found.places) == len(set(found.places)) > 1
