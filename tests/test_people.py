"""Whether two given names may be one person's, and whom a message calls."""

from __future__ import annotations

import pytest

from inmail_lint import Draft, Linter, Recipient
from inmail_lint.people import same_person


@pytest.mark.parametrize(("name", "known", "same"), [
    ("ju", "juliana", True), ("theo", "theodoros", True), ("belu", "belen", True), ("bea", "beatrix", True),
    ("lucho", "luciano", True), ("dani", "daniel", True), ("lucia", "luciana", False), ("maria", "mario", False),
    ("carlos", "carla", False), ("pedro", "paula", False),
    ("saia", "siosaia", True), ("nora", "leonora", True), ("lara", "clara", False), ("emma", "gemma", False),
    ("fabi", "fabiola", True), ("thandi", "thandiwe", True), ("mari", "mario", False), ("mary", "maryam", False),
    ("vonne", "ivonne", True)])
def test_forms_of_a_name(name: str, known: str, same: bool, linter: Linter) -> None:
    assert same_person(name, known, linter.rulebook.names) is same
    assert same_person(known, name, linter.rulebook.names) is same


def _called(linter: Linter, body: str, first_name: str) -> list[str]:
    report = linter.lint(Draft(body, recipient=Recipient(first_name)))
    return [body[spot.start : spot.end] for f in report.findings if f.rule == "wrong-name" for spot in f.places]


@pytest.mark.parametrize(("first_name", "body", "name"), [
    ("Lorraine", "Hi Preston,\n\nAt the fair you said nobody funds dryers. Would you look at it?", "Preston"),  # a town too
    ("Henrik", "We moved that load with ice. So here is my thought, Tobias: give us one month of readings.", "Tobias"),
    ("Fiona", "Hello,\n\nI ate at your place. So here's a straight one, Declan: would you leave Cork for it?", "Declan"),
    ("Wes", "Good day,\n\nHere's where I come in, Brandon: our card locks each fill to the tank. Shall we talk?", "Brandon"),
    ("Odette", "Hi Odette,\n\nOpen to a call?\n\nThanks again, Shauna, and good luck with the mezzanine.\n\nFarid", "Shauna"),
    ("Callum", "Shall I send the sheet?\n\nIsla\n\nPS No rush on this, Graham, the moulds are booked out till March.", "Graham"),
    ("Simone", "Can I mail you a bag?\n\nGene\n\nP.S. Trevor, that price is good through the end of the quarter.", "Trevor"),
    ("Gavin", "G'day Trent,\n\nMost crews lost days to rain. Got a pour in the next fortnight?", "Trent"),  # "G" is not he
    ("Khalid", "Salam Eng. Yousef,\n\nWe are filling the planning lead. Ten minutes by phone?", "Yousef"),
    ("Pieter", "Wotcha Jeroen,\n\nWe hang doors in Ghent. Shall I send the list?", "Jeroen"),
    ("Nadia", "Sam, who runs your night shift in Leeds? We cut overtime by half. Would ten minutes suit you?", "Sam"),
    ("Hamish", "Dear Oliver,\n\nJames Cook University sent us a list. Would you meet us?", "Oliver"),  # James is Hamish; not here
    ("Rosario", "Buenas noches:\n\nOjalá pueda verlo, Lourdes; con que nos diga algo basta.", "Lourdes"),
    ("Encarnación", "Doña Encarnación:\n\n¿La pruebo?\n\nQuedo a su disposición, doña Amalia.\n\nCristóbal Zamora", "Amalia"),
    ("Ana", "Hola Ana:\n\nla propuesta es sencilla, Marcos: tú mandas la lista y nosotros llamamos.", "Marcos"),
    ("Gonzalo", "Buenas tardes.\n\n¿Me equivoco si pienso que sos vos, Ernesto, el que decide esto?", "Ernesto"),
    ("Josefina", "¿Sigue abierto?\n\nÁngela\n\nP. D.: Camila, el correo que figura en la convocatoria me rebota.", "Camila"),
    ("Amparo", "Quique, el jueves nos vemos en la feria. ¿Te va bien?", "Quique")])
def test_calls(first_name: str, body: str, name: str, linter: Linter) -> None:
    assert _called(linter, body, first_name) == [name]


@pytest.mark.parametrize(("first_name", "body"), [
    ("Nadia", "Hi Nadia,\n\nOne of this year's students, Farhan, wants to go into packaging, and you could help."),
    ("Nadia", "Hi Nadia,\n\nthey have, I see, one fieldwork manager, Tunde, who tells me he's stretched."),
    ("Nadia", "Hi Nadia,\n\nTheir present lead, Mr Goh, moves to Cork and will hand over for six weeks."),
    ("Nadia", "Hi Nadia,\n\nI like your chatbot, Amelia: it answers in a second."),
    ("Nadia", "Hi Nadia,\n\nShall I?\n\nBo\n\nPS In case I am away, Priya, from our desk, will answer."),
    ("Nadia", "Hi Nadia,\n\nWould Tuesday do?\n\nThanks to my colleague, Ruben, and good luck with the site.\n\nPepe"),
    ("Rukayat", "Alhaja, I got to know from Mr Tunde Olaleye that you shut one pen. Shall I call?"),
    ("Nadia", "Night shifts, Alan says, are what you lose most on. Shall I send the sheet?"),
    ("Sam", "Jo, who runs your bar, told me to write to you, Sam. Shall we talk?"),
    ("Amparo", "Quique, el de la quesería de Catí, me ha dicho que andas buscando qué hacer, Amparo."),
    ("Nuria", "Hola, Nuria:\n\nY si quiere referencias, don Lisandro Cojulún, de la aduana, sabe si cumplimos."),
    ("Nuria", "Hola, Nuria:\n\nLo leí dos veces, la segunda con mi auxiliar, Toñi.")])
def test_somebody_told_of_is_not_called(first_name: str, body: str, linter: Linter) -> None:
    assert _called(linter, body, first_name) == []


@pytest.mark.parametrize(("greeting", "called"), [
    ("Estimada Ing. Susana Palacios:", ["Susana Palacios"]),  # the surname is right, the name is another's
    ("Estimada Ing. Lourdes Palacios:", []), ("Frau Doktor Palacios,", []), ("Buenas tardes, ingeniera. Vendo sal.", [])])
def test_greeted_with_the_right_surname(greeting: str, called: list[str], linter: Linter) -> None:
    body = f"{greeting}\n\nLe escribo por las cámaras. ¿La llamo?"
    report = linter.lint(Draft(body, recipient=Recipient("Lourdes", "Palacios")))
    assert [body[s.start : s.end] for f in report.findings if f.rule == "wrong-name" for s in f.places] == called
