"""Tables of drafts: the same judgements as drafts one by one, for every kind of table, and no row that stops another."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from inmail_lint import Draft, DraftError, InmailLintError, Linter, Recipient
from inmail_lint.frames import FINDINGS, lint_table, score_schema

ROOT = Path(__file__).parent.parent
ES = "Hola {{nombre}}:\n\nEspero que este mensaje te encuentre muy bien. ¿Hablamos el martes?"
EN = "Hi Bob,\n\nI hope this email finds you well. Let me know your thoughts."
ROWS: list[dict[str, Any]] = [
    {"id": "a", "subject": "Hola", "body": ES, "kind": None, "language": None, "recipient.first_name": "Ana",
     "facts": ["una charla en Leeds"], "score": 3},
    {"id": "b", "subject": None, "body": EN, "kind": "email", "language": "en", "recipient.first_name": "Callum",
     "facts": None, "score": 5},
    {"id": "c", "subject": "x", "body": "", "kind": "inmail", "language": None, "recipient.first_name": None,
     "facts": None, "score": 6},
    {"id": "d", "subject": "x", "body": EN, "kind": "imail", "language": None, "recipient.first_name": None,
     "facts": None, "score": 6},
    {"id": None, "subject": "x", "body": EN.replace("\n", "\r\n"), "kind": "open_profile", "language": None,
     "recipient.first_name": None, "facts": [], "score": 6}]


class Stream:
    """A table of some other library: nothing but the Arrow PyCapsule interface."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


class Array:
    def __init__(self, batch: Any) -> None:
        self._batch = batch

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self._batch.__arrow_c_array__(requested_schema)


def _arrow(rows: list[dict[str, Any]]) -> Any:
    return pa.Table.from_pylist(rows, schema=pa.schema(
        {name: pa.list_(pa.string()) if name == "facts" else pa.int64() if name == "score" else pa.string()
         for name in ROWS[0]}))


def _batch(rows: list[dict[str, Any]]) -> Any:
    return pa.RecordBatch.from_pylist(rows, schema=_arrow(rows).schema)


Kind = tuple[Callable[[list[dict[str, Any]]], Any], type, Callable[[Any], list[dict[str, Any]]]]
_PLAIN: Callable[[Any], list[dict[str, Any]]] = lambda table: table.to_pylist()  # noqa: E731
KINDS: dict[str, Kind] = {
    "list": (list, list, list),
    "pandas": (lambda rows: pd.DataFrame(rows, columns=list(ROWS[0])), pd.DataFrame,
               lambda frame: [{k: None if v is pd.NA else v for k, v in row.items()} for row in frame.to_dict("records")]),
    "arrow": (_arrow, pa.Table, _PLAIN),
    "chunked": (lambda rows: pa.concat_tables([_arrow(rows[:2]), _arrow(rows[2:])]), pa.Table, _PLAIN),
    "batch": (_batch, pa.RecordBatch, _PLAIN),
    "polars": (lambda rows: pl.from_arrow(_arrow(rows)), pl.DataFrame, lambda frame: frame.to_dicts()),
    "stream": (lambda rows: Stream(_arrow(rows)), pa.Table, _PLAIN),
    "array": (lambda rows: Array(_batch(rows)), pa.Table, _PLAIN)}
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_rows_get_the_reports_of_their_drafts(kind: str, linter: Linter) -> None:
    make, of, plain = KINDS[kind]
    scores, findings = lint_table(make(ROWS), linter=linter)
    assert isinstance(scores, of) and isinstance(findings, of)
    reports = {0: linter.lint(Draft(ES, "Hola", recipient=Recipient("Ana", facts=("una charla en Leeds",)))),
               1: linter.lint(Draft(EN, kind="email", language="en", recipient=Recipient("Callum"))),
               4: linter.lint(Draft(EN, "x", kind="open-profile"))}
    for number, row in enumerate(plain(scores)):
        assert list(row) == list(score_schema(linter)) and row["id"] == ROWS[number]["id"]
        if number not in reports:
            assert row["error"] and all(row[name] is None for name in row if name not in ("id", "error"))
            continue
        report = reports[number]
        assert row["error"] is None and row["words"] == report.metrics["body.words"]
        assert (row["score"], row["verdict"], row["language"], row["kind"]) == (
            report.score, report.verdict, report.language, report.draft.kind)
        assert row["stops"] + row["warnings"] + row["notes"] == len(report.findings)
        assert {name: row[f"lost_{name}"] for name in report.categories} == report.lost()
    rows = plain(findings)
    assert [(r["row"], r["rule"], r["points"], r["message"]) for r in rows] == [
        (n, f.rule, f.points, f.message) for n, r in reports.items() for f in r.findings for _ in f.places or (None,)]
    for row in rows:
        assert list(row) == list(FINDINGS)
        cell = ROWS[row["row"]]["body" if row["part"] == "body" else "subject"]
        assert row["text"] == (None if row["part"] is None else cell[row["start"] : row["end"]])
    assert any(r["row"] == 4 and r["start"] is not None and r["part"] == "body" for r in rows)


def test_broken_rows_say_why(linter: Linter) -> None:
    rows = [{"id": 7, "body": None}, {"body": 5}, {"body": "Hi", "kind": "mail"}, {"body": "Hi", "recipient": "Ana"},
            {"body": "Hi", "facts": [1]}, {"body": "x" * 200_001}, {"body": "Hi Ann, can we talk?"}]
    scores, findings = lint_table(rows, linter=linter)
    errors = [row["error"] for row in scores]
    assert errors[0] == "the draft has no text; write its body or remove it" and scores[0]["id"] == "7"
    assert errors[1] == "'body' must be a text, not int"
    assert errors[2] == "unknown kind 'mail'; did you mean 'email'?"
    assert "recipient" in errors[3] and "facts" in errors[4] and "200,001 characters" in errors[5]
    assert errors[6] is None and scores[6]["verdict"] == "review"
    assert {row["row"] for row in findings} == {6}


@every_kind
def test_an_empty_table_has_the_same_columns_and_types(kind: str, linter: Linter) -> None:
    make, of, plain = KINDS[kind]
    for full, empty in zip(lint_table(make(ROWS), linter=linter), lint_table(make([]), linter=linter), strict=True):
        assert isinstance(empty, of) and plain(empty) == []
        if of is pd.DataFrame:
            assert dict(empty.dtypes) == dict(full.dtypes)
        elif of is not list:
            assert empty.schema == full.schema


def test_types_do_not_hang_on_the_values(linter: Linter) -> None:
    broken = pa.table({"body": pa.array([None, None], pa.string())})
    fine = pa.table({"body": ["Hi Ann, can we talk?"]})
    assert [t.schema for t in lint_table(broken, linter=linter)] == [t.schema for t in lint_table(fine, linter=linter)]
    scores, findings = lint_table(pd.DataFrame({"body": [None, None]}), linter=linter)
    assert {str(t) for t in scores.dtypes} | {str(t) for t in findings.dtypes} == {"string", "Int64"}


def test_pandas_keeps_its_index(linter: Linter) -> None:
    index = pd.MultiIndex.from_tuples([("x", 1), ("x", 2), ("y", 1), ("y", 1), ("z", 0)], names=["team", "number"])
    frame = pd.DataFrame(ROWS, index=index)
    scores, findings = lint_table(frame, linter=linter)
    assert scores.index.equals(index) and scores.index.names == ["team", "number"]
    assert [tuple(i) for i in findings.index] == [index[row] for row in findings["row"]]
    joined = frame[["body"]].iloc[:2].join(scores.iloc[:2])
    assert len(joined) == 2 and joined["verdict"].notna().all()
    dated = pd.DataFrame({"body": [EN]}, index=pd.DatetimeIndex(["2024-05-01"], name="day"))
    assert all(table.index.name == "day" for table in lint_table(dated, linter=linter))


def test_pandas_ways_to_say_nothing_and_its_own_numbers(linter: Linter) -> None:
    frame = pd.DataFrame({"id": [1.0, np.nan, 3.0], "body": [EN, EN, EN], "subject": [np.nan, None, pd.NA],
                          "kind": pd.Categorical(["email", None, "email"]), "facts": [np.array(["a talk"]), np.nan, None]})
    scores, _ = lint_table(frame, linter=linter)
    assert scores["error"].isna().all()
    assert [None if v is pd.NA else v for v in scores["id"]] == ["1", None, "3"]
    assert list(scores["kind"]) == ["email", "inmail", "email"]
    arrow = pd.DataFrame({"body": [EN]}).astype({"body": pd.ArrowDtype(pa.string())})
    assert lint_table(arrow, linter=linter)[0]["verdict"].iloc[0] == "review"


def test_spanish_names_and_nested_recipients(linter: Linter) -> None:
    body = "Hola Ana:\n\n¿Hablamos?"
    wanted = linter.lint(Draft(body, "Su charla", recipient=Recipient("Luis", company="Lumbre"))).score
    flat = {"Asunto": "Su charla", "MENSAJE": body, "Nombre": "Luis", "empresa": "Lumbre", "otra": object()}
    nested = {"asunto": "Su charla", "cuerpo": body, "destinatario": {"nombre": "Luis", "company": "Lumbre", "role": None}}
    for row in (flat, nested):
        assert lint_table([row], linter=linter)[0][0]["score"] == wanted
    assert lint_table(pa.Table.from_pylist([nested]), linter=linter)[0]["score"].to_pylist() == [wanted]


def test_columns_of_other_names(linter: Linter) -> None:
    row = {"draft": EN, "name": "A campaign, nobody's first name", "body": "Hello"}
    scores, findings = lint_table([row], columns={"draft": "body", "name": None}, linter=linter)
    assert scores[0]["score"] == linter.lint(Draft(EN)).score
    assert "wrong-name" not in {r["rule"] for r in findings}
    assert lint_table(pd.DataFrame([[EN]]), columns={0: "cuerpo"}, linter=linter)[0]["score"].tolist() == [scores[0]["score"]]
    own = lint_table([{"body": EN, "text": "left alone, for a column has the field's own name"}], linter=linter)
    assert own[0][0]["score"] == scores[0]["score"]


@pytest.mark.parametrize(("table", "columns", "words"), [
    ("Hi", None, "a pandas DataFrame, an Arrow table or a list of mappings, not str"),
    (7, None, "not int"), ([{}, "Hi"], None, "row 1 of the list is a str"),
    (pd.Series(["Hi"]), None, "Series"), (pa.array([1]), None, "is no table of columns"),
    ([{"subject": "Hi"}], None, "the table has no column 'body'"),
    (pd.DataFrame({"asunto": []}), None, "the table has no column 'body'"),
    ([{"cuerpo": "a", "texto": "b"}], None, "columns 'cuerpo' and 'texto' both hold the body"),
    (pd.DataFrame([["a", "b"]], columns=["body", "body"]), None, "columns 'body' and 'body' both hold the body"),
    ([{"a": "x", "b": "y"}], {"a": "body", "b": "body"}, "columns 'a' and 'b' both hold the body"),
    ([{"body": "x"}], {"boddy": "body"}, "'boddy', a column that the table does not have; did you mean 'body'?"),
    ([{"a": "x"}], {"a": "bodi"}, "unknown field 'bodi'; did you mean 'body'?")])
def test_wrong_tables_say_what_to_do(table: Any, columns: Any, words: str, linter: Linter) -> None:
    with pytest.raises(DraftError) as caught:
        lint_table(table, columns=columns, linter=linter)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_profile_and_report_language() -> None:
    rows = [{"body": EN}]
    english, spanish = (lint_table(rows, ui=ui)[1] for ui in ("en", "es"))
    assert [r["rule"] for r in english] == [r["rule"] for r in spanish]
    assert all(e["message"] != s["message"] for e, s in zip(english, spanish, strict=True))
    with pytest.raises(InmailLintError, match="unknown profile 'guide'"):
        lint_table(rows, profile="guide")


def test_half_a_surrogate_pair_breaks_no_table(linter: Linter) -> None:
    """JSON can escape one; Arrow and pandas cannot hold it."""
    rows = [{"body": "Hola {{a\ud800b}}:\n\n¿Hablamos?", "id": "\udfff"}]
    assert "placeholder" in {r["rule"] for r in lint_table(rows, linter=linter)[1]}
    frame = pd.DataFrame({"body": pd.Series([rows[0]["body"]], dtype=object), "id": pd.Series(["\udfff"], dtype=object)})
    scores, findings = lint_table(frame, linter=linter)
    assert scores["id"].tolist() == ["\ufffd"] and "{{a\ufffdb}}" in set(findings["text"].dropna())


def test_without_pandas_and_pyarrow_lists_still_work() -> None:
    script = ("import sys\nfor name in ('pandas', 'pyarrow', 'polars'): sys.modules[name] = None\n"
              "from inmail_lint.errors import InmailLintError\nfrom inmail_lint.frames import lint_table\n"
              "class Table:\n    def __arrow_c_stream__(self, requested_schema=None): ...\n"
              "try: lint_table(Table())\n"
              "except InmailLintError as error: print(error)\n"
              "print(lint_table([{'body': ''}])[0][0]['error'])")
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.stdout.splitlines() == ["pyarrow is needed to read this table; install inmail-lint[frames]",
                                       "the draft has no text; write its body or remove it"], run.stderr
