"""Language, sentences, greetings, sign-offs and verbs on texts whose answers were written by hand."""

from __future__ import annotations

import pytest

from inmail_lint import Draft, Linter
from inmail_lint.document import ParsedDraft


def parsed(linter: Linter, body: str, language: str | None = None, subject: str = "") -> ParsedDraft:
    return linter.find_plain(Draft(body, subject, language=language)).parsed


@pytest.mark.parametrize(("text", "language"), [
    ("Hola Ana: he visto que buscáis a alguien para el almacén y quería contarte cómo lo hicimos en Lugo.", "es"),
    ("Hi Ana, I saw that you are looking for someone for the warehouse and wanted to tell you how we did it.", "en"),
    ("Olá Ana, vi que vocês estão procurando uma pessoa para o armazém e gostaria de contar como fizemos isso.", "pt"),
    ("Bonjour Anne, j'ai vu que vous cherchez quelqu'un pour votre entrepôt et je voulais vous dire comment nous avons fait.", "fr"),  # noqa: E501
    ("Ciao Anna, ho visto che cercate una persona per il magazzino e volevo dirti come abbiamo fatto noi.", "it"),
    ("Hallo Anna, ich habe gesehen, dass ihr jemanden für das Lager sucht, und wollte dir sagen, wie wir es gemacht haben.", "de"),  # noqa: E501
    ("Hola Anna, he vist que esteu buscant algú per al magatzem i volia explicar-te com ho vam fer nosaltres amb els meus.", "ca"),  # noqa: E501
    ("OK 12345", None), ("", None), ("🙂🙂🙂", None)])
def test_language_by_the_text(linter: Linter, text: str, language: str | None) -> None:
    assert parsed(linter, text).language == language


def test_a_declared_language_wins(linter: Linter) -> None:
    assert linter.lint(Draft("I saw that you are looking for someone", language="es")).language == "es"


def test_other_languages_are_not_judged_but_neutral_rules_run(linter: Linter) -> None:
    report = linter.lint(Draft("Olá {{nome}}, vi que vocês estão procurando uma pessoa para o armazém e gostaria de contar."))
    assert report.language == "pt"
    assert "placeholder" in {f.rule for f in report.findings}
    reasons = {n.rule: n.reason for n in report.not_run}
    assert reasons["cta-missing"] == "written in Portuguese: there are no rules for it"
    unknown = linter.lint(Draft("OK 12345"))
    assert "could not be told" in {n.rule: n.reason for n in unknown.not_run}["cta-missing"]


@pytest.mark.parametrize(("language", "body", "sentences"), [
    ("es", "Hola Ana:\n\nEstá mal. ¿Te las mando? ¡Vamos!", ["Hola Ana:", "Está mal.", "¿Te las mando?", "¡Vamos!"]),
    ("es", "El Sr. Ruiz y la Dra. Gil, p. ej., lo vieron. Bien.", ["El Sr. Ruiz y la Dra. Gil, p. ej., lo vieron.", "Bien."]),
    ("es", "Son 3.500 € en acme.io. ¿Sí?", ["Son 3.500 € en acme.io.", "¿Sí?"]),
    ("es", "- uno\n- dos\n1. tres", ["- uno", "- dos", "1. tres"]),
    ("es", "Hola {{nombre.pila}}, bien. Y tú", ["Hola {{nombre.pila}}, bien.", "Y tú"]),
    ("es", "Qué charla tan buena la de Lugo 👏 ¿Repites?", ["Qué charla tan buena la de Lugo 👏", "¿Repites?"]),
    ("en", "Mr. Hill called at 10 a.m. to ask. Fine!", ["Mr. Hill called at 10 a.m. to ask.", "Fine!"]),
    ("en", "J. Smith wrote it, e.g. here. See www.acme.com/a.b for more.",
     ["J. Smith wrote it, e.g. here.", "See www.acme.com/a.b for more."]),
    ("en", "A line that was broken by a mail program at\nthe seventieth column goes on. Yes.",
     ["A line that was broken by a mail program at\nthe seventieth column goes on.", "Yes."])])
def test_sentences(linter: Linter, language: str, body: str, sentences: list[str]) -> None:
    draft = parsed(linter, body, language)
    assert [draft.sentence_text(s) for s in draft.body.sentences] == sentences


@pytest.mark.parametrize(("language", "body", "greeting", "names"), [
    ("es", "Hola Ana:\n\nVi tu charla.", "Hola Ana", "Ana"),
    ("es", "Buenas tardes, doña Rosa María Gil:\n\nLe escribo.", "Buenas tardes, doña Rosa María Gil", "Rosa María Gil"),
    ("es", "Marta, vi tu charla.", "Marta", "Marta"),
    ("es", "Estimado equipo:\n\nLes escribo.", "Estimado equipo", ""),
    ("es", "hola ana,\n\nvi tu charla", "hola ana", "ana"),
    ("en", "Hi Kevin, saw your talk.", "Hi Kevin", "Kevin"),
    ("en", "Dear Dr. Chen,\n\nYour paper.", "Dear Dr. Chen", "Chen"),
    ("en", "Hi there,\n\nYour paper.", "Hi there", ""),
    ("en", "Good morning!\n\nYour paper.", "Good morning", ""),
    ("en", "Your paper on bees is good.", None, "")])
def test_greeting(linter: Linter, language: str, body: str, greeting: str | None, names: str) -> None:
    draft = parsed(linter, body, language)
    scope = draft.scopes.get("body.greeting", ())
    assert (body[scope[0].start : scope[0].end] if scope else None) == greeting
    words = [draft.body.words[i].text for i in draft.greeting.names] if draft.greeting else []
    assert " ".join(words) == names


@pytest.mark.parametrize(("language", "body", "signoff"), [
    ("es", "Hola Ana:\n\n¿Hablamos?\n\nUn saludo,\nLuis Gil\nAcme, S.L.\n600 123 456", "Un saludo,\nLuis Gil\nAcme, S.L.\n600 123 456"),  # noqa: E501
    ("es", "Hola Ana:\n\n¿Hablamos?", None),
    ("en", "Hi Ana,\n\nShall I send it?\n\nBest,\nTom\n\nP.S. It is one page.", "Best,\nTom\n\nP.S. It is one page."),
    ("en", "Hi Ana,\n\nShall I send it?\n\nTom Hill\nHill Bakery", "Tom Hill\nHill Bakery")])
def test_signoff(linter: Linter, language: str, body: str, signoff: str | None) -> None:
    scope = parsed(linter, body, language).scopes.get("body.signoff", ())
    assert (body[scope[0].start :] if scope else None) == signoff


@pytest.mark.parametrize(("word", "tags"), [
    ("envíame", {"verb:imp"}), ("enviame", {"verb:imp"}), ("mándemelas", {"verb:impu"}), ("cuéntame", {"verb:imp"}),
    ("contame", {"verb:imp"}), ("tenés", {"verb:vos"}), ("tienes", {"verb:2", "verb:pres2"}), ("podría", {"verb:cond"}),
    ("hablemos", {"verb:1", "verb:sub"}), ("quieres", {"verb:2"}), ("dígame", {"verb:impu"}), ("haz", {"verb:imp"}),
    ("pon", {"verb:imp"}), ("vení", {"verb:imp"}), ("escribidme", {"verb:imp"}), ("contarte", {"verb:inf"}),
    ("hemos", {"verb:1"}), ("dijiste", {"verb:2", "verb:past"}), ("construyes", {"verb:2"}), ("averígüelo", set())])
def test_spanish_verbs(linter: Linter, word: str, tags: set[str]) -> None:
    assert tags <= linter.rulebook.packs["es"].lexicon.tags(word)


@pytest.mark.parametrize("word", ["notas", "preguntas", "trabajo", "mesa", "Bilbao", "para", "como"])
def test_nouns_are_no_verbs(linter: Linter, word: str) -> None:
    assert "verb" not in linter.rulebook.packs["es"].lexicon.tags(word)
