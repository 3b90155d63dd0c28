"""Which firms are taken for the reader's, and which may be named in a message that never names the reader's own."""

from __future__ import annotations

import pytest

from inmail_lint import Draft, Linter, Recipient


def _firms(linter: Linter, company: str, body: str, subject: str, facts: tuple[str, ...]) -> list[str]:
    report = linter.lint(Draft(body, subject, recipient=Recipient("Nadia", company=company, facts=facts)))
    return [report.draft.text(spot.part)[spot.start : spot.end] for f in report.findings if f.rule == "wrong-company"
            for spot in f.places]


@pytest.mark.parametrize(("company", "facts", "body", "firm"), [
    ("Ribble Chill", ("Runs a cold store outside Preston",),  # a word of a fact that is no name excuses nothing
     "Hi Nadia, with compressors on round the clock Pennine Cold Storage must be looking at quite a bill. Shall I send the sums?",
     "Pennine Cold Storage"),
    ("Despacho Alcazaba", (),  # both words are kinds of firm
     "Estimada Nadia: tengo entendido que en Gestoría Tabernas llevan cada vez más expedientes. ¿Le envío la tarifa?",
     "Gestoría Tabernas"),
    ("Tonalá Viva", (),
     "Nadia, pasé por la sala que Casa Arandas estrenó en Tlaquepaque y me gustó. ¿Me compartes cuántas entregas mandan al mes?",
     "Casa Arandas"),
    ("Tallgrass", (), "Dear Nadia, Cedarline has been on my list since you promoted two dispatchers. May I call you on Monday?",
     "Cedarline"),
    ("Kesslau", (), "Dear Nadia, your present position as head of purchasing at Hallmann Pumpen suits. May I call you?",
     "Hallmann Pumpen"),
    ("Fairmount Lakes", (), "Hi Nadia, your two new ORs at Cedar Hollow Hospital open in March, I read. Want me to send it over?",
     "Cedar Hollow Hospital"),
    ("Carga Istmeña", (), "Nadia, ustedes en Logística Tres Mares devolvieron 61 contenedores. ¿A quién le escribo?",
     "Logística Tres Mares")])
def test_taken_for_the_readers(company: str, facts: tuple[str, ...], body: str, firm: str, linter: Linter) -> None:
    assert _firms(linter, company, body, "", facts) == [firm]


@pytest.mark.parametrize(("company", "subject", "body"), [
    ("Casa Abierta", "Application for Development Associate",
     "Dear Nadia, I raised $84,000 at the spring auction. May I send you the plan?"),
    ("Lácteos Sierra Ancha", "Una idea",
     "Hola, Nadia: firmas como Cementos Valdeón o Seguros Altamira ya han abrazado el cambio. ¿Te mando el caso?"),
    ("Ferris Tramuntana", "El foco del teclado",
     "Hola, Nadia: estuve seis años en Brújula Labs hasta que cerraron. ¿A quién del equipo le escribo?"),
    ("Mesa Andina", "", "Nadia, se abrió QA manual en mi equipo (Kuntur Pay, Cumbayá, híbrido). ¿Te interesa?"),
    ("Tregenza Farms", "", "Nadia, Dave Lindner at the Loxley store reckons you lost a bunker of barley to mice. Shall I call?"),
    ("Marlowe Fen", "", "Hi Nadia, somebody still retypes the changes. At Tamar Coast they now arrive as one. Shall I?"),
    ("Cooperativa Aurora", "", "Nadia, lo que dijiste de los rechazos: en Banco del Cerro Largo nos pasa idéntico. ¿Conectamos?"),
    ("Transportes El Cerrito", "", "Nadia, buen día. El jefe de patio trabajó con usted en Transandina. ¿Le marco?"),
    ("Glenburnie Station", "Footrot and your wet paddocks",  # the word stands below in small letters
     "Morning Nadia, you lost a hundred lamb sales to footrot last winter. Shall I post you the trial?"),
    ("Minera Cerro Amaya", "", "Nadia, busco ingeniero de confiabilidad para Minera Quillagua Norte: 7x7 en Calama. ¿Te va?"),
    ("Flores del Tablazo", "", "Nadia, las rosas que salen para San Valentín pierden más cajas. ¿Te mando la tabla?"),
    ("Fährwerk", "", "Hi Nadia, your outage made us check our parser. Ours would have failed as well. Shall we talk?"),
    ("Fitzgerald's Bakehouse", "Idea for Fitz's new Brunswick shop", "Hi Nadia, shall I drop off a window for a weekend?"),
    ("Chimanimani", "", "Dear Nadia, I would like to hear whether Sweden is thinkable for you at all. Is it?"),
    ("Sanatorio del Hervidero", "", "Nadia: su sanatorio abrió seis camas, lo vi en El Litoral. ¿Hay entrevistas?"),
    ("Despacho Giner", "", "Nadia, la póliza del Colegio de Abogados de Valencia no cubre eso. ¿Te mando la lista?"),
    ("Aceros Rolón", "", "Nadia, los de Herrajes Cantó también me han preguntado. A Herrajes Cantó le cortamos chapas. ¿Va?"),
    ("Clínica Ondara", "", "Nadia: mi anterior jefe, de la Clínica Llevant, puede hablar con usted. ¿Sigue abierta la plaza?"),
    ("Tidewell Care", "", "Hi Nadia, I sit on the board of Marram Hospice Trust. How do you fill nights? May I call?"),
    ("Corrie Labs", "", "Hi Nadia, Skerry Bank have asked us to find a chemist. Is Tuesday good?")])
def test_named_without_offence(company: str, subject: str, body: str, linter: Linter) -> None:
    assert _firms(linter, company, body, subject, ()) == []


@pytest.mark.parametrize(("company", "body"), [
    ("Universidad Católica del Chaco", "Nadia, en la UC Chaco lo haríamos en julio. ¿A quién le escribo?"),
    ("Arias Poblador & Maqueda Arquitectos", "Nadia, he visto que en AP&M os presentáis al concurso. ¿Hablamos?"),
    ("Subercaseaux y Arteaga Abogados", "Nadia, les dejo el plano de SyA hecho. ¿Puedo pasar?"),
    ("Llonch Puigdomènech i Associats Càrnics", "Hi Nadia, does the program that LPA uses talk to the tax office?"),
    ("Junee Magpies Football & Netball Club", "Hi Nadia, would the Magpies committee like to see one?"),
    ("Willow Fork R-3 School District", "Hi Nadia, I drove past Willow Fork Middle on Tuesday. Shall I send the photo?"),
    ("Gimnasio Bilingüe Los Cerezos", "Nadia, en Los Cerezos ya lo conocen. ¿Le llamo?")])
def test_the_firm_itself(company: str, body: str, linter: Linter) -> None:
    """It is named: no other name in the message is taken for it, and its own is no other."""
    assert _firms(linter, company, f"{body} How is Norwood Gloves?", "", ()) == []


@pytest.mark.parametrize(("company", "body"), [
    ("Bitterroot EMS District", "Hi Nadia, a panel on EMS needs you. I read that Sawtooth Ambulance is hiring. Shall I call?"),
    ("Sala El Tinglado", "Nadia, los técnicos de la Sala Negra ayudan. ¿Cómo gestiona Teatro Baldosa las luces?"),
    ("Repuestos Cardón, C.A.", "Nadia, he visto que Lubricantes Tucaní, C.A. abrió otra planta. ¿Hablamos?")])
def test_words_that_name_nobody(company: str, body: str, linter: Linter) -> None:
    """A word of a firm's name, of a trade or a legal form, does not name the firm: another is still found."""
    assert len(_firms(linter, company, body, "", ())) == 1
