"""A campaign's contacts: a draft that names another's company is stopped, however it is put, and client or town are not."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from inmail_lint import Draft, DraftError, Linter, Recipient
from inmail_lint.campaign import Campaign
from inmail_lint.cli import main
from inmail_lint.frames import BatchLinter, lint_table
from inmail_lint.reading.contacts import companies_in

FIRMS = Path(__file__).parent.parent / "corpus" / "firms"
# Who wrote messages for one person and sent them to the next; the others wrote innocent twins with the same invented firms.
NATURAL = ("tilo", "acebo", "sauce", "hazel", "alder", "willow", "cedro", "larch", "enebro", "laurel", "beech", "linden",
           "ciruelo", "hawthorn", "holly", "poplar", "avellano", "encina", "romero", "aspen", "juniper", "sorrel")
OTHERS = ("Norda Foods, Inc.", "Talleres Rayón S. de R.L. de C.V.", "Pinar", "The Bluebell", "Grupo Tisk", "Madrid", "LinkedIn",
          "Ossandón y Cía.")


def named(linter: Linter, body: str, company: str = "Cuadrante") -> list[str]:
    draft = Draft(f"{body}\n\n¿Hablamos?\n\nLeo", language="en" if body.startswith("Hi") else "es",
                  recipient=Recipient("Ana", "Ruiz", company), others=OTHERS)
    return [place.text for finding in linter.lint(draft).findings if finding.rule == "wrong-company" for place in finding.places]


@pytest.mark.parametrize(("body", "firm"), [
    ("Hola Ana:\n\nEn talleres rayón saldría por la mitad, y sin parar la línea.", "talleres rayón"),
    ("Hola Ana:\n\nPara Talleres Rayón son 38 mil, con capacitación.", "Talleres Rayón"),
    ("Hola Ana:\n\nVi que Cuadrante abre otra planta. La dirección de Pinar sigue siendo la misma, supongo.", "Pinar"),
    ("Hola Ana:\n\nMe dijeron que en Ossandón y Cía. reciben procuradores.", "Ossandón y Cía."),
    ("Hi Ana,\n\nyou have kept the Bluebell open all winter, which nobody else did.", "the Bluebell"),
    ("Hi Ana,\n\nwe have put a page together for Norda Foods and it took an evening.", "Norda Foods"),
    ("Hi Ana,\n\nthe roof at Norda Foods' yard is the one to worry about.", "Norda Foods")])
def test_the_company_of_another_contact_is_found(body: str, firm: str, linter: Linter) -> None:
    assert firm in named(linter, body)


@pytest.mark.parametrize("body", [
    "Hola Ana:\n\nEl mes pasado instalamos la misma caldera en Talleres Rayón y no la han vuelto a tocar.",  # a client
    "Hola Ana:\n\nTrabajé en Norda Foods hasta marzo y sé lo que cuesta.",  # the sender's former employer
    "Hola Ana:\n\nBajo cada jueves por Pinar Alto con el camión vacío.",  # another name
    "Hola Ana:\n\nhay un pinar detrás de la nave y de ahí viene el polvo.",  # an ordinary word
    "Hola Ana:\n\nestoy en Madrid el martes y vi tu mensaje en LinkedIn.",  # a town, a tool
    "Hola Ana:\n\nsoy Leo, de Grupo Tisk, y llevo las obras del muelle."])  # the sender's own
def test_what_may_be_named(body: str, linter: Linter) -> None:
    assert not named(linter, body)


def test_the_readers_own_company_is_no_other(linter: Linter) -> None:
    body = "Hola Ana:\n\nVi que Norda Foods abre otra planta en Tarragona."
    assert not named(linter, body, company="Norda Foods")
    assert not named(linter, body, company="Norda Foods Ibérica S.L.")
    assert named(linter, body, company="Cuadrante")


def test_a_blend_is_looked_for_in_linear_time(linter: Linter) -> None:
    company = " ".join("a" * n for n in range(20, 60))
    begun = time.process_time()
    named(linter, f"Hola Ana:\n\nVi que {'A' + 'a' * 180}b abre otra planta en Tarragona.", company=company)
    assert time.process_time() - begun < 2


def test_nothing_is_said_without_a_reader(linter: Linter) -> None:
    draft = Draft("Hola:\n\nEn Talleres Rayón saldría por la mitad.", others=OTHERS)
    assert "wrong-company" not in {finding.rule for finding in linter.lint(draft).findings}


def test_leftovers_of_the_corpus(linter: Linter) -> None:
    """Found by comparison: 95 in 100 and more, also beside the right name; of innocent drafts one in a thousand is blamed."""
    found: Counter[tuple[str, bool]] = Counter()
    for file in sorted(FIRMS.glob("*.jsonl")):
        if not file.stem.endswith(NATURAL):
            continue
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        campaign = Campaign([r["recipient"].get("company", "") for r in rows] + [r["firm"] for r in rows if r.get("firm")])
        for row in rows:
            draft = Draft(row["body"], row["subject"], row["kind"], row["lang"], Recipient.of(row["recipient"]))
            if draft.recipient is None or not draft.recipient.company:
                continue
            draft = Draft(draft.body, draft.subject, draft.kind, draft.language, draft.recipient, others=campaign.may_name(draft))
            kind = "half" if row.get("half") else "trap" if "wrong_company" in row["traps"] else "innocent"
            found[kind, any(hit.pattern == "company.campaign" for hit in linter.find_plain(draft).hits)] += 1
    share = {kind: found[kind, True] / (found[kind, True] + found[kind, False]) for kind in ("trap", "half", "innocent")}
    assert share["trap"] >= 0.95, share
    assert share["half"] >= 0.94, share
    assert share["innocent"] <= 0.001, share


@pytest.mark.parametrize(("name", "text"), [
    ("c.csv", 'First Name,Company\nAna,"Norda Foods, Inc."\nEva,Pinar\nBo,\nTom,Pinar\n'),
    ("c.csv", "nombre;empresa;email\nAna;Norda Foods, Inc.;a@x.es\nEva;Pinar;e@x.es\n"),
    ("c.tsv", "Empresa\tNombre\nNorda Foods, Inc.\tAna\nPinar\tEva\n"),
    ("c.json", '[{"company": "Norda Foods, Inc."}, {"recipient": {"empresa": "Pinar"}}, {"company": null}]'),
    ("c.json", '{"contacts": [{"company": "Norda Foods, Inc."}, "Pinar"]}'),
    ("c.jsonl", '{"body": "x", "recipient": {"company": "Norda Foods, Inc."}}\n\n{"company": "Pinar"}\n'),
    ("c.txt", "Norda Foods, Inc.\n\n  Pinar \nPinar\n")])
def test_lists_of_contacts(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert companies_in(tmp_path / name) == ["Norda Foods, Inc.", "Pinar"]


@pytest.mark.parametrize(("name", "text", "said"), [
    ("c.csv", "First Name,Firm\nAna,Pinar\n", ":1: the first row has no column 'company'"),
    ("c.csv", 'Company\n"Pinar"x\n', ":2: broken table"),
    ("c.csv", "Company\n\n", ": no company in it"),
    ("c.json", "[{]", ":1: broken JSON"),
    ("c.jsonl", '{"company": "Pinar"}\n{"company"\n', ":2: broken JSON"),
    ("c.json", "[" * 5_000, ":1: broken JSON"),
    ("c.json", "3", ": no company in it"),
    ("c.eml", "Subject: x\n\nHi", ": a mail is no list of contacts")])
def test_lists_that_are_none(name: str, text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DraftError) as error:
        companies_in(tmp_path / name)
    assert said in str(error.value.faults[0])


NAMING = "Hola Ana:\n\nDe Norda Foods me dijeron lo mismo que a ti cuando se paró la línea.\n\n¿Te llamo el martes?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two drafts, one of which names the company of the other's reader, and their contacts."""
    (tmp_path / "contacts.csv").write_text("Company\nNorda Foods\nCuadrante\n", encoding="utf-8")
    for name, company in (("a", "Cuadrante"), ("b", "Norda Foods")):
        (tmp_path / f"{name}.txt").write_text(
            f"To: Ana Ruiz\nCompany: {company}\n\n{NAMING}\n", encoding="utf-8")
    return tmp_path


def stops(*arguments: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(main, ["check", "--format", "json", "--cache", *arguments])
    drafts = json.loads(result.stdout)["drafts"]
    return result.exit_code, [Path(d["path"]).stem for d in drafts if any(f["rule"] == "wrong-company" for f in d["findings"])]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def test_on_the_command_line(folder: Path) -> None:
    drafts, contacts = [str(folder / "a.txt"), str(folder / "b.txt")], str(folder / "contacts.csv")
    assert stops("--isolated", *drafts) == (0, [])
    assert stops("--isolated", *drafts, "--campaign", contacts) == (1, ["a"])
    assert stops("--isolated", *drafts, "--campaign", contacts, "--jobs", "2") == (1, ["a"])
    (folder / "contacts.csv").write_text("Company\nPinar\n", encoding="utf-8")  # what was kept is of the other list
    assert stops("--isolated", *drafts, "--campaign", contacts) == (0, [])


def test_in_a_configuration(folder: Path) -> None:
    (folder / ".inmail-lint.toml").write_text('campaign = "contacts.csv"\n', encoding="utf-8")
    assert stops(str(folder / "a.txt"), str(folder / "b.txt")) == (1, ["a"])
    (folder / ".inmail-lint.toml").write_text('files = [{match = "b*", campaign = "contacts.csv"}]\n', encoding="utf-8")
    assert stops(str(folder / "a.txt"), str(folder / "b.txt")) == (0, [])


def test_a_list_that_cannot_be_read_hides_no_report(folder: Path) -> None:
    result = CliRunner().invoke(main, ["check", "--isolated", "--format", "json", str(folder / "a.txt"), str(folder / "b.txt"),
                                       "--campaign", str(folder / "none.csv")])
    assert result.exit_code == 2
    assert len(json.loads(result.stdout)["drafts"]) == 2
    assert result.stderr.count("there is no such file") == 1


def test_in_the_library() -> None:
    companies = ["Cuadrante", "Norda Foods", ""]
    linter = Linter(others=companies)
    reports = [linter.lint(Draft(NAMING, recipient=Recipient(company=company))) for company in companies]
    assert [any(f.rule == "wrong-company" for f in report.findings) for report in reports] == [True, False, False]
    scores, findings = lint_table([{"body": NAMING, "company": company} for company in companies], others=companies)
    assert len(scores) == 3
    assert [f["row"] for f in findings if f["rule"] == "wrong-company"] == [0]


def test_in_record_batches() -> None:
    arrow = pytest.importorskip("pyarrow")
    batch = arrow.RecordBatch.from_pylist([{"body": NAMING, "company": name}
                                           for name in ("Cuadrante", "Norda Foods")])
    made = next(iter(BatchLinter(others=["Norda Foods", "Cuadrante"])([batch]))).to_pylist()
    assert [any(f["rule"] == "wrong-company" for f in row["findings"]) for row in made] == [True, False]


@pytest.mark.parametrize("others", [("Norda Foods", None, float("nan")), "Norda Foods"])
def test_gaps_in_a_column_and_a_single_name(others: object) -> None:
    draft = Draft("En Norda Foods", recipient=Recipient(company="Cuadrante"))
    assert Campaign(others).may_name(draft) == ("Norda Foods",)  # type: ignore[arg-type]


def test_a_shared_word_tells_few_companies() -> None:
    """«Norda GmbH» is found by Norda, though its legal form is rarer in the list."""
    clinics = [f"Clínica Dental {name}" for name in ("Uno", "Dos", "Sol", "Mar", "Rey", "Paz")]
    campaign = Campaign(["Norda GmbH", "Norda Foods", *clinics])
    draft = Draft("En Norda, y en una clínica dental con sol", recipient=Recipient(company="Cuadrante"))
    assert campaign.may_name(draft) == ("Clínica Dental Sol", "Norda Foods", "Norda GmbH")
