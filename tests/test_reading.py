"""Drafts of every form, in the encodings people have, with places in the original file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from inmail_lint import Draft, DraftError
from inmail_lint.cli import main
from inmail_lint.reading import read_paths


def _one(path: Path) -> Draft:
    items = list(read_paths([str(path)]))
    assert len(items) == 1
    assert isinstance(items[0], Draft), items[0]
    return items[0]


def _error(path: Path) -> str:
    errors = [i for i in read_paths([str(path)]) if isinstance(i, DraftError)]
    assert len(errors) == 1
    return str(errors[0]).removeprefix(str(path))


def _write(tmp_path: Path, name: str, content: str | bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return file


def _at(draft: Draft, part: str, text: str) -> tuple[int, int]:
    return draft.locate(part, draft.text(part).index(text))


def test_headers(tmp_path: Path) -> None:
    text = "Asunto: Tu charla\nPara: Ana Ruiz\nEmpresa: Acme\nDatos: charla en Lugo; vive en Vigo\n\nHola Ana:\n\n¿Hablamos?\n"
    draft = _one(_write(tmp_path, "a.txt", text))
    assert (draft.subject, draft.body) == ("Tu charla", "Hola Ana:\n\n¿Hablamos?")
    assert draft.recipient is not None
    assert (draft.recipient.first_name, draft.recipient.last_name, draft.recipient.company) == ("Ana", "Ruiz", "Acme")
    assert draft.recipient.facts == ("charla en Lugo", "vive en Vigo")
    assert _at(draft, "subject", "charla") == (1, 12)
    assert _at(draft, "body", "¿Hablamos") == (8, 1)


def test_front_matter(tmp_path: Path) -> None:
    text = ("---\nsubject: \"Tu charla\"\nkind: connection\nrecipient: {first_name: Ana, facts: [uno, dos]}\n"
            "ignore: [hedge]\n---\n\nHola Ana\n")
    draft = _one(_write(tmp_path, "a.md", text))
    assert (draft.subject, draft.kind, draft.ignore, draft.body) == ("Tu charla", "connection", ("hedge",), "Hola Ana")
    assert draft.recipient is not None
    assert draft.recipient.facts == ("uno", "dos")
    assert _at(draft, "subject", "charla") == (2, 14)
    assert _at(draft, "body", "Ana") == (8, 6)


def test_bare_body_that_looks_like_a_header(tmp_path: Path) -> None:
    draft = _one(_write(tmp_path, "a.inmail", "Hola Ana: vi tu charla.\n\n¿Hablamos?"))
    assert draft.subject == ""
    assert draft.body.startswith("Hola Ana: vi")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, codec: str) -> None:
    data = "Asunto: Añadir\r\n\r\nHola, Íñigo: ¿qué tal?\r\n".encode(codec)
    draft = _one(_write(tmp_path, "a.txt", data))
    assert (draft.subject, draft.body) == ("Añadir", "Hola, Íñigo: ¿qué tal?")
    assert _at(draft, "body", "¿qué") == (3, 14)


def test_jsonl_places_are_in_the_file(tmp_path: Path) -> None:
    rows = [{"id": "x", "subject": "Uno", "body": "Hola\n«Ana»"}, {"id": "y", "body": "Adiós", "extra": 1}]
    lines = [json.dumps(rows[0]), json.dumps(rows[1], ensure_ascii=False)]
    file = _write(tmp_path, "a.jsonl", "\n".join(lines) + "\n")
    first, second = read_paths([str(file)])
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert (first.id, first.line, second.line) == ("x", 1, 2)
    line, column = _at(first, "body", "«Ana")
    assert line == 1
    assert lines[0][column - 1:].startswith("\\u00abAna")
    line, column = _at(second, "body", "Adiós")
    assert (line, lines[1][column - 1:column + 4]) == (2, "Adiós")


def test_json_list_and_object(tmp_path: Path) -> None:
    rows = [{"body": "Hola Ana"}, {"body": "Hola Luis", "recipient": {"first_name": "Luis"}}]
    for content in (rows, {"drafts": rows}):
        file = _write(tmp_path, "a.json", json.dumps(content, indent=1))
        drafts = [d for d in read_paths([str(file)]) if isinstance(d, Draft)]
        assert [d.body for d in drafts] == ["Hola Ana", "Hola Luis"]
        text = file.read_text().splitlines()
        line, column = _at(drafts[1], "body", "Luis")
        assert text[line - 1][column - 1:].startswith("Luis")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(["id", "asunto", "cuerpo", "recipient.first_name"]) + "\n"
    text += delimiter.join(["1", "Uno", '"Hola ""Ana"":\n¿qué tal?"', "Ana"]) + "\n"
    draft = _one(_write(tmp_path, "a.csv", text))
    assert draft.body == 'Hola "Ana":\n¿qué tal?'
    assert draft.recipient is not None
    assert draft.recipient.first_name == "Ana"
    assert _at(draft, "body", "¿qué") == (3, 1)


def test_mail_plain_and_quoted_printable(tmp_path: Path) -> None:
    text = ("Subject: =?utf-8?q?Tu_charla_de_=C3=81vila?=\nTo: Ana Ruiz <ana@acme.example>\n"
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
            "Hola Ana:\n\n=C2=BFHablamos el lunes en el caf=C3=A9 de la esq=\nuina?\n")
    draft = _one(_write(tmp_path, "a.eml", text))
    assert (draft.subject, draft.kind) == ("Tu charla de Ávila", "email")
    assert draft.body == "Hola Ana:\n\n¿Hablamos el lunes en el café de la esquina?"
    assert _at(draft, "body", "uina") == (9, 1)


def test_mail_html(tmp_path: Path) -> None:
    html = "<html><head><style>p {color: red}</style></head><body><p>Hola&nbsp;Ana,</p>\n<ul><li>uno</li><li>dos</li></ul></body></html>"  # noqa: E501
    text = f"Subject: Hola\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{html}\n"
    draft = _one(_write(tmp_path, "a.eml", text))
    assert draft.body == "Hola\u00a0Ana,\n\n- uno\n- dos"
    line, column = _at(draft, "body", "dos")
    assert text.splitlines()[line - 1][column - 1:].startswith("dos")


@pytest.mark.parametrize(("name", "content", "message"), [
    ("a.txt", "", ": the file is empty; write a draft or remove it"),
    ("a.txt", "  \n\n", ": the file is empty; write a draft or remove it"),
    ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ": this is a binary file, not a text; export the draft as .txt, .eml, "
     ".csv or .jsonl"),
    ("a.md", "---\nkind: inmail\n---\n\nAsunto: Tu charla\n\nHola Ana",
     ":5: the header 'Asunto' stands below the front matter; move it above the closing '---'"),
    ("a.md", "---\nsubject: x\nHola", ":1: the front matter that begins here is not closed; add a line '---' after it"),
    ("a.md", "---\nsubjet: x\n---\nHola", ":2: unknown field 'subjet'; did you mean 'subject'?"),
    ("a.md", "---\nsubject: [x\n---\nHola",
     ":3:1: this is not YAML: did not find expected ',' or ']'; check quotes and indentation"),
    ("a.txt", "Subject: x\nCompnay: y\n\nHola", ":2: unknown header 'Compnay'; did you mean 'company'?"),
    ("a.txt", "Subject: x\nKind: fax\n\nHola",
     ":1: unknown kind 'fax'; use one of inmail, open-profile, sponsored, connection, email"),
    ("a.txt", "Subject: x\n\n", ":1: the draft has no text; write its body or remove it"),
    ("a.json", "{\"body\": \"x\"", ":1:13: broken JSON: expecting ',' delimiter; mend this line"),
    ("a.json", "3", ":1: expected a draft, a list of drafts, or {\"drafts\": [...]}"),
    ("a.jsonl", "[1]", ":1: expected an object with a 'body'; one draft is {\"subject\": …, \"body\": …}"),
    ("a.jsonl", '{"body": 3}', ":1: 'body' must be a text, not int"),
    ("a.csv", "asunto,texto libre\nuno,dos\n", ":1: the first row has no column 'body'; name the columns subject, body, …"),
    ("a.csv", "subject,body\nuno,\"dos\n", ":2: a quotation mark opened here is never closed; the rows after it cannot be read"),
    ("a.eml", "no headers here", ":1: this is no mail: it has no header lines such as 'Subject:'"),
])
def test_bad_input(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    assert _error(_write(tmp_path, name, content)) == message


def test_broken_line_812_leaves_the_others(tmp_path: Path) -> None:
    lines = [json.dumps({"body": f"Hola {i}"}) for i in range(1, 901)]
    lines[811] = '{"body": "x"'
    items = list(read_paths([str(_write(tmp_path, "a.jsonl", "\n".join(lines)))]))
    errors = [i for i in items if isinstance(i, DraftError)]
    assert len(items) == 900
    assert len(errors) == 1
    assert errors[0].faults[0].line == 812


def test_broken_csv_row_leaves_the_others(tmp_path: Path) -> None:
    rows = ["subject,body", *(f"s{i},b{i}" for i in range(2, 900))]
    rows[811] = "s,b,too,many"
    items = list(read_paths([str(_write(tmp_path, "a.csv", "\n".join(rows)))]))
    errors = [i for i in items if isinstance(i, DraftError)]
    assert [e.faults[0].line for e in errors] == [812]
    assert len(items) == 898


def test_directories_and_missing_paths(tmp_path: Path) -> None:
    _write(tmp_path, "b.txt", "Hola Ana")
    _write(tmp_path, "README.md", "not a draft")
    _write(tmp_path, "x.png", b"\x89PNG")
    (tmp_path / "empty").mkdir()
    items = list(read_paths([str(tmp_path), str(tmp_path / "none"), str(tmp_path / "empty")]))
    assert isinstance(items[0], Draft)
    assert [str(e).split(": ")[-1] for e in items[1:]] == [
        "there is no such file or directory; check the path",
        "no drafts in this directory; drafts end in .txt, .md, .inmail, .eml, .json, .jsonl, .ndjson, .csv, .tsv"]


def test_too_large_a_text(tmp_path: Path) -> None:
    assert _error(_write(tmp_path, "a.txt", "Hola " * 1_000_000)).startswith(": the file has 5.0 MB; a draft has a few kilobytes")


def test_half_characters_are_replaced_and_commands_of_a_log_defused(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "x\\ud800", "subject": "y\\udfff", "body": "Hi \\ud83d there, shall I send it?"}\n'
                    '{"body": "z", "kind": "x\\n::error::pwned"}\n', encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "--format", "json", str(file)])
    assert result.exit_code == 2 and json.loads(result.stdout)["drafts"][0]["id"] == "x\ufffd"
    assert not any(line.startswith("::") for line in result.stderr.splitlines())
