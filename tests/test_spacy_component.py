"""The linter inside spaCy pipelines: found by its entry point, set up by the configuration, its results on the document."""

from __future__ import annotations

import importlib
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
import srsly
import yaml
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from inmail_lint import Draft, DraftError, Linter, Recipient, RuleError, spacy_component
from inmail_lint.spacy_component import InmailLint, make_inmail_lint

ROOT = Path(__file__).parent.parent
ES = "Hola {{nombre}}:\n\nEspero que este mensaje te encuentre muy bien. ¿Hablamos el martes?\n\nUn saludo,\nLuis"
EN = "Hi Callum,\n\nI hope this email finds you well. Let me know your thoughts.\n\nBest,\nRuth"


def _pipeline(code: str, **config: Any) -> Language:
    nlp = spacy.blank(code)
    nlp.add_pipe("inmail_lint", config=config)
    return nlp


@pytest.fixture(scope="module", autouse=True)
def _rules_loaded_once(linter: Linter) -> Iterator[None]:
    """Pipelines by the default profile share the rules that the tests have loaded; each has a Linter of its own."""
    def make(profile: str, *, ui: str | None) -> Linter:
        return Linter(profile, ui=ui, rulebook=linter.rulebook if profile == "guides" else None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spacy_component, "Linter", make)
        yield


@pytest.fixture(scope="module")
def spanish() -> Language:
    return _pipeline("es")


@pytest.mark.parametrize(("code", "text", "words"), [
    ("es", ES, {("{{nombre}}", "placeholder"), ("Espero que este mensaje te encuentre muy bien", "generic-phrase")}),
    ("en", EN, {("hope this email finds you well", "generic-phrase"), ("know your thoughts", "cta-vague")})])
def test_report_and_spans(code: str, text: str, words: set[tuple[str, str]], linter: Linter) -> None:
    doc = _pipeline(code)(text)
    assert doc._.inmail == linter.lint(Draft(text, language=code))
    spans = [(span.text, span.label_) for span in doc.spans["inmail"]]
    assert words <= set(spans)
    assert [s.start for s in doc.spans["inmail"]] == sorted(s.start for s in doc.spans["inmail"])
    places = [(p.start, p.end, f.rule) for f in doc._.inmail.findings for p in f.places if p.part == "body"]
    assert len(spans) == len(places)
    assert all(any(s.start_char <= start and end <= s.end_char and s.label_ == rule for s in doc.spans["inmail"])
               for start, end, rule in places), "a span takes in the whole of its place"


def test_subject_and_recipient_of_a_document(spanish: Language, linter: Linter) -> None:
    facts = {"first_name": "Ana", "company": "Lumbre"}
    wanted = linter.lint(Draft("Hola Luis:\n\n¿Hablamos?", "Hola", language="es", recipient=Recipient.of(facts)))
    by_extension = spanish.make_doc("Hola Luis:\n\n¿Hablamos?")
    by_extension._.inmail_subject, by_extension._.inmail_recipient = "Hola", facts
    by_data = spanish.make_doc("Hola Luis:\n\n¿Hablamos?")
    by_data.user_data.update(inmail_subject="Hola", inmail_recipient=Recipient.of(facts))
    for doc in (by_extension, by_data):
        assert spanish(doc)._.inmail == wanted
    assert "wrong-name" in {f.rule for f in wanted.findings}
    assert not any(span.label_.startswith("subject") for span in by_data.spans["inmail"])


def test_configuration() -> None:
    assert _pipeline("es", ui="en")(ES)._.inmail.ui == "en"
    assert _pipeline("es", kind="connection")(ES)._.inmail.draft.kind == "connection"
    assert _pipeline("es", language="auto")(EN)._.inmail.language == "en"
    assert _pipeline("es", language="en")(ES)._.inmail.language == "en"
    assert _pipeline("xx")(ES)._.inmail.language == "es"
    by_data = _pipeline("en", profile="linkedin-data")("Hi Ann,\n\nCan we talk? " + "We have time. " * 40)
    assert [f.message for f in by_data._.inmail.findings if f.rule == "body-length"]
    assert by_data._.inmail.score != _pipeline("en")(by_data.text)._.inmail.score


@pytest.mark.parametrize(("config", "error", "words"), [
    ({"kind": "imail"}, DraftError, "unknown kind 'imail'; did you mean 'inmail'?"),
    ({"profile": "guide"}, RuleError, "unknown profile 'guide'; did you mean 'guides'?"),
    ({"ui": "fr"}, DraftError, "unknown report language 'fr'"),
    ({"kinds": "inmail"}, Exception, "kinds")])
def test_wrong_configuration_says_what_is_wrong(config: dict[str, str], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words.replace("?", r"\?")):
        _pipeline("es", **config)


def test_pipe_with_contexts_keeps_the_order(spanish: Language) -> None:
    texts = [(ES, 1), ("Hola Ana:\n\n¿Hablamos?", 2), ("", 3)]
    out = [(doc.text, doc._.inmail.score, number) for doc, number in spanish.pipe(texts, as_tuples=True, batch_size=2)]
    assert out == [(text, spanish(text)._.inmail.score, number) for text, number in texts]


def test_one_broken_document_is_left_to_the_error_handler() -> None:
    nlp, failed = _pipeline("es"), []
    nlp.set_error_handler(lambda name, proc, docs, error: failed.append((name, str(error))))
    docs = [nlp.make_doc(ES) for _ in range(3)]
    docs[1]._.inmail_recipient = {"nombre": "Ana"}
    assert len(list(nlp.pipe(docs))) == 2
    assert failed == [("inmail_lint", "recipient has no field 'nombre'")]
    docs[2]._.inmail_recipient = "Ana"
    with pytest.raises(DraftError, match="must be a mapping"):
        _pipeline("es")(docs[2])


def test_other_line_ends_and_invisible_characters_keep_their_places(spanish: Language) -> None:
    text = ES.replace("\n", "\r\n").replace("Espero que", "Espero\u200b que")
    doc = spanish(text)
    plain = spanish(ES.replace("Espero que", "Espero\u200b que"))
    assert doc._.inmail == plain._.inmail
    assert [s.text for s in doc.spans["inmail"]] == [s.text for s in plain.spans["inmail"]]
    assert doc.spans["inmail"][0].text == "{{nombre}}"


def test_documents_with_reports_are_written_and_read(spanish: Language) -> None:
    doc = spanish.make_doc(ES)
    doc._.inmail_subject, doc._.inmail_recipient = "Hola", Recipient(first_name="Ana", facts=("una charla",))
    doc = spanish(doc)
    read = [Doc(spanish.vocab).from_bytes(doc.to_bytes()), pickle.loads(pickle.dumps(doc)),
            *DocBin(docs=[doc], store_user_data=True).get_docs(spanish.vocab)]
    for other in read:
        assert other._.inmail == doc._.inmail and other._.inmail.to_dict() == doc._.inmail.to_dict()
        assert other._.inmail_recipient == doc._.inmail_recipient
        assert [(s.text, s.label_) for s in other.spans["inmail"]] == [(s.text, s.label_) for s in doc.spans["inmail"]]


def test_what_others_write_is_left_alone() -> None:
    for value in ({"inmail_lint": {"kind": "inmail"}}, {"__inmail_lint__": ["x"]}, {"__inmail_lint__": "os"}, [1, "a"]):
        assert srsly.msgpack_loads(srsly.msgpack_dumps(value)) == value
    numbers = np.arange(3)
    assert (srsly.msgpack_loads(srsly.msgpack_dumps({"a": numbers}))["a"] == numbers).all()


def test_the_component_can_be_sent_to_another_process(spanish: Language) -> None:
    component = spanish.get_pipe("inmail_lint")
    assert isinstance(component, InmailLint)
    sent = pickle.loads(pickle.dumps(component))
    assert sent(spanish.make_doc(ES))._.inmail == spanish(ES)._.inmail


_SCRIPT = """
import sys
from importlib.metadata import entry_points
import spacy
assert "inmail_lint" not in sys.modules
assert [e.value for e in entry_points(group="spacy_factories") if e.name == "inmail_lint"] == [sys.argv[1]]
nlp = spacy.load(sys.argv[2])
texts = ["Hola {{nombre}}:\\n\\n¿Hablamos?"] * 4
alone = [doc._.inmail for doc in nlp.pipe(texts)]
if __name__ == "__main__":
    assert [doc._.inmail for doc in nlp.pipe(texts, n_process=2)] == alone
    print(alone[0].verdict, alone[0].ui)
"""


def test_a_saved_pipeline_finds_the_component_by_its_entry_point(tmp_path: Path) -> None:
    """The entry point of pyproject.toml as an installation writes it; the pipeline is loaded where nothing was imported."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    table = text.split("[project.entry-points.spacy_factories]\n")[1].split("\n\n")[0]
    name, value = (yaml.safe_load(side) for side in table.split(" = "))
    module, function = value.split(":")
    assert name == "inmail_lint" and getattr(importlib.import_module(module), function) is make_inmail_lint
    info = tmp_path / "inmail_lint-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: inmail-lint\nVersion: 0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[spacy_factories]\n{table.replace(chr(34), '')}\n", encoding="utf-8")
    _pipeline("es", ui="en").to_disk(tmp_path / "pipeline")
    (tmp_path / "script.py").write_text(_SCRIPT, encoding="utf-8")
    run = subprocess.run([sys.executable, tmp_path / "script.py", value, tmp_path / "pipeline"], capture_output=True,
                         text=True, check=False, env={"PYTHONPATH": f"{tmp_path}:{ROOT}", "PATH": ""})
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["stop", "en"]
