"""Safe fixes: what each mends, what none touches, and the laws that hold for every draft."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inmail_lint import Draft, Linter, Recipient
from inmail_lint.fixes import FIXES, Edit, apply, edits, fixable, mended
from inmail_lint.folding import words_of
from inmail_lint.measure import Gold, read_gold
from inmail_lint.mending.edit import evidence_rules, ground
from inmail_lint.mending.openers import missing_openers
from inmail_lint.mending.trace import Trace, changed
from inmail_lint.vocabulary import Severity

_CORPUS = Path(__file__).parent.parent / "corpus" / "labelled"
_GOLD = [g for name in ("es-joven", "es-cono", "en-asaf", "en-trades") for g in read_gold([_CORPUS / f"{name}.jsonl"])[:40]]
_PARTS = ("subject", "body")


def _fixed(linter: Linter, text: str, language: str | None, **fields: object) -> str:
    draft = Draft(text, language=language, **fields)  # type: ignore[arg-type]
    return mended(draft, edits(draft, linter=linter)).body


@pytest.mark.parametrize(("before", "after"), [
    ("Hola Ana,\n\nvi tu charla  de Lugo.", "Hola Ana,\n\nvi tu charla de Lugo."),
    ("Hola Ana,\n\nvi la plaza , me gustó .", "Hola Ana,\n\nvi la plaza, me gustó."),
    ("Hola Ana,\n\nhablamos el martes ?", "Hola Ana,\n\n¿hablamos el martes?"),
    ("Hola Ana,\n\nvi tu charla,, y me gustó..", "Hola Ana,\n\nvi tu charla, y me gustó."),
    ("Hola Ana,\n\nla plaza es tuya;; hablamos.", "Hola Ana,\n\nla plaza es tuya; hablamos."),
    ("¡¡¡Hola Ana!!!\n\nVi tu charla.", "¡Hola Ana!\n\nVi tu charla."),
    ("Hola Ana!!\n\nVi tu charla.", "¡Hola Ana!\n\nVi tu charla."),
    ("Vi tu charla. Te va bien el martes?", "Vi tu charla. ¿Te va bien el martes?"),
    ("Vi tu charla. Cómo lo ves, Ana?", "Vi tu charla. ¿Cómo lo ves, Ana?"),
    ("Vi tu charla. Muchas gracias por todo!", "Vi tu charla. ¡Muchas gracias por todo!"),
    ("Hola Ana, la auditoría es GRATIS hoy.", "Hola Ana, la auditoría es gratis hoy."),
    ("Hola Ana.\n\nGANA DINERO DESDE CASA. ¿Hablamos?", "Hola Ana.\n\nGana dinero desde casa. ¿Hablamos?"),
])
def test_spanish_slips_are_mended(linter: Linter, before: str, after: str) -> None:
    assert _fixed(linter, before, "es") == after


@pytest.mark.parametrize(("before", "after"), [
    ("Hi Dana,\n\nthe audit is FREE today.", "Hi Dana,\n\nthe audit is free today."),
    ("Hi Dana,\n\nDON'T MISS IT TODAY. I'LL SEND YOU THE NEW OFFER.",
     "Hi Dana,\n\nDon't miss it today. I'll send you the new offer."),
    ("Hi Dana,\n\nyour FREE SEO AUDIT FOR THE NHS is READY NOW.", "Hi Dana,\n\nyour free SEO audit for the NHS is ready now."),
    ("Hi Dana,\n\nthe last seats  go ON MONDAY ONLY.", "Hi Dana,\n\nthe last seats go on Monday only."),
    ("Hi Dana!!! Great talk!!", "Hi Dana! Great talk!"),
    ("Hi Dana , great talk .", "Hi Dana, great talk."),
])
def test_english_slips_are_mended(linter: Linter, before: str, after: str) -> None:
    assert _fixed(linter, before, "en") == after


@pytest.mark.parametrize("text", [
    "Hola Ana,\n\nbueno... ya veremos… ¿en serio?! ¿Qué?!",
    "Hola Ana,\n\nplan   precio\nbase  10 €\npro   20 €",
    "Hola Ana,\n\n  - uno\n  -  dos\n    tres",
    "Hola Ana,\n\nnos vemos allí :) gracias ;) y usa .NET o .env si puedes",
    "Hola Ana,\n\nsi te va bien, hablamos el martes?",
    "Hola Ana,\n\nsi te va bien hablamos el martes?",
    "Hola Ana,\n\nestamos en Lugo te interesa?",
    "Hola Ana, te va bien el martes?",
    "Hola Ana,\n\nte escribo porque\nte interesa?",
    "Hola Ana,\n\nmira https://acme.example/a?b=1!!! y ana@acme.example",
    "Hola Ana,\n\nel código `x  ,, y!!` y a!=b y foo!!.bar()",
    "Hola Ana,\n\nel anuncio decía «COMPRA  YA!!!» y nada más.",
    "Hola Ana,\n\nel RGPD, la ISO, el SAT y la UE.",
    "Hola {{nombre  completo}}:\n\nvi tu charla.",
    "Hola ,\n\nvi tu charla.",
    "Hola Ana,\n\nme gusta lo que hacéis en . Y en  el sector.",
    "Hola Ana,\n\nescribo desde Leeds, , por tu charla.",
])
def test_what_is_no_slip_stays(linter: Linter, text: str) -> None:
    assert _fixed(linter, text, "es") == text


def test_other_languages_keep_their_spacing_of_marks(linter: Linter) -> None:
    text = "Bonjour Ana,\n\nvous êtes libre mardi ? Voilà : merci ! Bien  vu ."
    assert _fixed(linter, text, "fr") == text.replace("  ", " ").replace(" .", ".")
    assert _fixed(linter, "Bonjour Ana,\n\nTu viens?", "fr") == "Bonjour Ana,\n\nTu viens?"


def test_a_gap_where_a_value_may_have_been_is_not_closed(linter: Linter) -> None:
    text = "Hi Dana,\n\nI noticed you've been a  at the depot for a  in Leeds."
    assert _fixed(linter, text, "en") == text


def test_names_and_acronyms_of_the_facts_keep_their_case(linter: Linter) -> None:
    known = Recipient(first_name="Miren", last_name="Otaegi", company="Lacasa", facts=("Premio PYMES de 2024",))
    text = "Hola Miren,\n\nSOLO HOY PARA OTAEGI Y LACASA: GRATIS PARA PYMES."
    assert _fixed(linter, text, "es", recipient=known) == \
        "Hola Miren,\n\nSolo hoy para Otaegi y Lacasa: gratis para PYMES."


def test_a_place_of_several_words_is_not_torn(linter: Linter) -> None:
    assert "PUNTA CANA" in _fixed(linter, "Hola Ana,\n\nTU CASA EN PUNTA CANA DESDE HOY. ¿Hablamos?", "es")


def test_the_subject_is_mended_too(linter: Linter) -> None:
    draft = Draft("Hola Ana,\n\nvi tu charla de Lugo.", "ÚLTIMAS PLAZAS , Ana!!!", language="es")
    assert mended(draft, edits(draft, linter=linter)).subject == "Últimas plazas, Ana!"
    assert edits(draft, linter=linter, parts=("body",)) == []


def test_a_rule_that_is_off_mends_nothing(linter: Linter) -> None:
    text = "Hola Ana,\n\nla auditoría  es GRATIS hoy!!!"
    assert _fixed(linter, text, "es", ignore=("shouting", "exclamation")) == text.replace("  ", " ")
    assert _fixed(linter, text, "es") == "Hola Ana,\n\nla auditoría es gratis hoy!"


def test_the_language_given_counts_where_the_draft_says_none(linter: Linter) -> None:
    draft = Draft("Tienes hueco?")
    assert edits(draft, linter=linter) == []
    assert edits(draft, "es", linter=linter) == [Edit("body", 0, 0, "¿", "opening-mark")]


def test_fixable_names_what_would_be_mended(linter: Linter) -> None:
    report = linter.lint(Draft("Hola Ana,\n\nla auditoría  es GRATIS hoy!!!", "Hola", language="es"))
    assert {"exclamation", "shouting"} <= fixable(report, linter)
    assert not fixable(report, linter) & {"subject-vague", "value-missing", "cta-missing", "personalization-missing"}
    assert {"subject-vague"} <= {f.rule for f in report.findings}
    assert fixable(linter.lint(Draft("Hola {{nombre}}:\n\nvi tu charla.", language="es")), linter) == frozenset()


def test_a_fix_that_lowers_the_score_is_left_out(linter: Linter, monkeypatch: pytest.MonkeyPatch) -> None:
    def placeholder(found: object) -> list[Edit]:
        return [Edit("body", 5, 5, " {{x}}", "harm")] if "{{" not in found.text else []  # type: ignore[attr-defined]

    monkeypatch.setitem(FIXES, "harm", placeholder)
    assert _fixed(linter, "Hola  Ana,\n\nvi tu charla de Lugo.", "es") == "Hola Ana,\n\nvi tu charla de Lugo."


def test_openers_are_put_back_where_they_were(linter: Linter) -> None:
    """Opening marks taken out of real drafts: none may come back in another place, and half of them must."""
    right = wanted = 0
    for name in ("es-spain", "es-sierra", "es-norte"):
        for gold in read_gold([_CORPUS / f"{name}.jsonl"])[:30]:
            body = gold.draft.body
            if body.count("¿") != body.count("?"):
                continue
            truth, bare = set(), ""
            for char in body:
                if char == "¿":
                    truth.add(len(bare))
                else:
                    bare += char
            found = linter.find_plain(Draft(bare, language="es"))
            put = {e.start for e in missing_openers(ground(found, "body", linter.rulebook)) if e.replacement == "¿"}
            assert put <= truth, gold.draft.id
            right, wanted = right + len(put), wanted + len(truth)
    assert wanted > 40
    assert right >= wanted * 0.45


def _assert_laws(linter: Linter, draft: Draft) -> None:
    fixes = edits(draft, linter=linter)
    after = mended(draft, fixes)
    assert edits(after, linter=linter) == [], "mending twice must change nothing more"
    for part in _PARTS:
        old, new = draft.text(part), after.text(part)
        own = [e for e in fixes if e.part == part]
        assert own == sorted(own, key=lambda e: (e.start, e.end))
        at = place = 0
        for edit in own:  # what lies between the edits stands in the new text as it was
            assert at <= edit.start <= edit.end <= len(old)
            assert "\n" not in old[edit.start : edit.end] + edit.replacement
            assert new[place : place + edit.start - at] == old[at : edit.start]
            place += edit.start - at
            assert new[place : place + len(edit.replacement)] == edit.replacement
            place, at = place + len(edit.replacement), edit.end
        assert new[place:] == old[at:]
        assert words_of(new) == words_of(old)
    before, later = linter.lint(draft), linter.lint(after)
    assert later.score >= before.score
    stops = [{f.rule for f in r.findings if f.severity is Severity.ERROR} for r in (before, later)]
    assert stops[1] <= stops[0]
    hidden = (stops[0] - stops[1]) & evidence_rules(linter.rulebook)
    assert not hidden or any(e.name == "doubled-mark" for e in fixes)
    for part in _PARTS:
        words = linter.find_plain(draft).parsed.part(part).words
        kept = [draft.text(part)[w.start : w.end] for w in words if w.tags & {"url", "email", "placeholder"}]
        assert all(word in after.text(part) for word in kept)


@pytest.mark.parametrize("gold", _GOLD, ids=lambda g: g.draft.id)
def test_laws_on_labelled_drafts(gold: Gold, linter: Linter) -> None:
    _assert_laws(linter, gold.draft)


_PIECES = st.sampled_from([
    "Hola", "Ana", "hola", "GRATIS", "HOY", "SEO", "NASA", "DON'T", "MISS", "IT", "FREE", "MAY", "A", "I", "Te va bien",
    "Cómo", "qué", "tal", "en", "de", "at", "your", "gracias", "Si", "el martes", "Muchas gracias", "ÚLTIMAS", "PLAZAS",
    " ", "  ", "   ", "    ", "\u00a0", "\t", "\n", "\n\n", ",", ",,", ".", "..", "...", "…", ";", ";;", ":", "!", "!!!", "¡",
    "¡¡", "?", "??", "¿", "?!", " ,", " .", " !", " ?", ":)", "{{name}}", "[Company]", "https://a.example/x?y", "ana@a.example",
    "`x  y`", "«HOLA  YA»", "\"", "- ", "1. ", "| ", "😊", "\u200b", "e\u0301", "É", "’", "ß", "İ",
    "𝐆𝐑𝐀𝐓𝐈𝐒", "!=", "foo()", "10", "5%"])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(_PIECES, max_size=40), st.lists(_PIECES, max_size=8), st.sampled_from(["es", "en", None]), st.booleans())
def test_laws_on_any_draft(linter: Linter, body: list[str], subject: list[str], language: str | None, spaced: bool
                           ) -> None:
    text = (" " if spaced else "").join(body)
    _assert_laws(linter, Draft(text, "".join(subject).replace("\n", " "), language=language))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.text(max_size=40), st.sampled_from(["es", "en", None]))
def test_laws_on_any_text(linter: Linter, body: str, subject: str, language: str | None) -> None:
    _assert_laws(linter, Draft(body, subject, language=language))


@given(st.text("ab ", max_size=20),
       st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.text("xy", max_size=2)), max_size=4))
def test_a_trace_tells_all_changes_at_once(text: str, steps: list[tuple[int, int, str]]) -> None:
    trace = Trace("body", text)
    for first, second, new in steps:
        start, end = sorted((min(first, len(trace.text)), min(second, len(trace.text))))
        trace = trace.change([Edit("body", start, end, new, "step")])
    assert changed(text, trace.edits()) == trace.text


def test_applying_to_a_draft_of_no_file_gives_its_body(linter: Linter) -> None:
    draft = Draft("Hola  Ana", language="es")
    assert apply(draft, edits(draft, linter=linter)) == "Hola Ana"
