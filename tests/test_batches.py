"""Record batches: row for row the reports of the drafts, whatever the columns are made of, and a stream that stays flat."""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from inmail_lint import Draft, DraftError, Linter, Recipient, RuleError, batches
from inmail_lint.arrow_columns import joined
from inmail_lint.frames import BatchLinter, lint_batches, lint_table, score_schema
from inmail_lint.loading import load_rulebook

ROOT = Path(__file__).parent.parent
ES = "Hola {{nombre}}:\n\nEspero que este mensaje te encuentre muy bien 👋. ¿Hablamos el martes?"
EN = "Hi Bob,\n\nI hope this email finds you well. Let me know your thoughts."
ROWS: list[dict[str, Any]] = [
    {"id": "a", "team": 1, "subject": "Hola", "body": ES, "kind": None, "ignore": "emoji",
     "recipient": {"first_name": "Ana", "company": None, "facts": ["una charla en Leeds"]}},
    {"id": "b", "team": None, "subject": None, "body": EN, "kind": "email", "ignore": None,
     "recipient": {"first_name": "Callum", "company": "Lowmoor Outdoor", "facts": None}},
    {"id": None, "team": 3, "subject": "x", "body": EN, "kind": None, "ignore": None, "recipient": None},
    {"id": "d", "team": 4, "subject": "x", "body": None, "kind": None, "ignore": None, "recipient": None}]
DRAFTS = [
    Draft(ES, "Hola", id="a", ignore=("emoji",), recipient=Recipient("Ana", facts=("una charla en Leeds",))),
    Draft(EN, id="b", kind="email", recipient=Recipient("Callum", company="Lowmoor Outdoor")),
    Draft(EN, "x")]
PERSON = pa.struct([("first_name", pa.string()), ("company", pa.string()), ("facts", pa.list_(pa.string()))])
NESTED = ("findings", "markers", "metrics", "not_run", "silenced")


@pytest.fixture(scope="module")
def judge() -> BatchLinter:
    return BatchLinter(carry=["team"])


def schema_of(text: Any, person: Any = PERSON) -> Any:
    return pa.schema([("id", text), ("team", pa.int32()), ("subject", text), ("body", text), ("kind", text),
                      ("ignore", text), ("recipient", person)])


def batch_of(rows: list[dict[str, Any]], text: Any = None) -> Any:
    return pa.RecordBatch.from_pylist(rows, schema=schema_of(text or pa.string()))


def wanted_rows(linter: Linter) -> list[dict[str, Any]]:
    """What a plain loop says of ROWS."""
    rows = []
    for given, draft in zip(ROWS, DRAFTS, strict=False):
        told = linter.lint(draft).to_dict()
        rows.append({"id": given["id"], "team": given["team"], "error": None, "silenced": told.get("silenced", []),
                     **{name: told[name] for name in ("language", "kind", "score", "verdict", "findings", "markers",
                                                      "metrics", "not_run")},
                     **{f"lost_{name}": value["lost"] for name, value in told["categories"].items()}})
    return rows


def told_rows(made: Any) -> list[dict[str, Any]]:
    return [{**row, "metrics": dict(row["metrics"] or ())} for row in made.to_pylist()]


def assert_same(made: Any, linter: Linter) -> None:
    rows, wanted = told_rows(made), wanted_rows(linter)
    assert len(rows) == len(ROWS)
    for row, want in zip(rows, wanted, strict=False):
        assert {name: row[name] for name in want} == want
    last = rows[3]
    assert last["error"] == "the draft has no text; write its body or remove it" and last["id"] == "d" and last["team"] == 4
    assert all(not last[name] for name in last if name not in ("error", "id", "team"))


def dictionaries() -> Any:
    batch = batch_of(ROWS)
    arrays = [column.dictionary_encode() if column.type == pa.string() else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def flat() -> Any:
    rows = [{**row, **{f"recipient.{k}": v for k, v in (row["recipient"] or {}).items()}} for row in ROWS]
    fields = [f for f in schema_of(pa.string()) if f.name != "recipient"]
    return pa.RecordBatch.from_pylist(rows, schema=pa.schema([*fields, *(pa.field(f"recipient.{f.name}", f.type)
                                                                         for f in PERSON)]))


def maps() -> Any:
    person = pa.map_(pa.string(), pa.string())
    rows = [{**row, "recipient": [(k, ";".join(v) if isinstance(v, list) else v) for k, v in row["recipient"].items()]
             if row["recipient"] else None} for row in ROWS]
    return pa.RecordBatch.from_pylist(rows, schema=schema_of(pa.string(), person))


@pytest.mark.parametrize("batch", [
    pytest.param(lambda: batch_of(ROWS), id="string"), pytest.param(lambda: batch_of(ROWS, pa.large_string()), id="large"),
    pytest.param(lambda: batch_of(ROWS, pa.string_view()), id="view"), dictionaries, flat, maps,
    pytest.param(lambda: batch_of([{"body": "not there"}, *ROWS]).slice(1), id="slice")])
def test_rows_get_the_reports_of_their_drafts(batch: Any, judge: BatchLinter, linter: Linter) -> None:
    given = batch()
    made, = judge([given])
    assert_same(made, linter)
    assert made.schema == judge.schema(given.schema) and made.column("team").equals(given.column("team"))
    scores, _ = lint_table(given, linter=linter)
    assert made.select(list(score_schema(linter))).to_pylist() == scores.to_pylist()


def test_one_batch_out_for_each_in_when_it_is_asked_for(judge: BatchLinter) -> None:
    asked: list[int] = []

    def stream() -> Iterator[Any]:
        for rows in (ROWS[:2], [], ROWS[2:], []):
            asked.append(len(rows))
            yield batch_of(rows)

    made = judge(stream())
    assert asked == []
    for number, size in enumerate((2, 0, 2, 0), 1):
        batch = next(made)
        assert batch.num_rows == size and len(asked) == number
        assert batch.schema == judge.schema(schema_of(pa.string()))
    assert list(made) == [] and list(judge([])) == []


def test_slices_change_nothing(judge: BatchLinter, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, = judge([batch_of(ROWS * 2)])
    monkeypatch.setattr(batches, "SLICE", 3)
    sliced, = judge([batch_of(ROWS * 2)])
    assert sliced.equals(whole) and sliced.num_rows == 8


def test_a_table_of_any_library(judge: BatchLinter, linter: Linter) -> None:
    table = pa.Table.from_batches([batch_of(ROWS[:3]), batch_of(ROWS[3:])])
    for given in (table, table.to_batches()[0], pl.from_arrow(table)):
        made = judge.table(given)
        assert isinstance(made, pa.Table)
        if len(made) == len(ROWS):
            assert_same(made, linter)
    assert judge.table(table.slice(0, 0)).schema == judge.schema(table.schema)
    with pytest.raises(DraftError, match="is no table of columns"):
        judge.table(7)


def test_lint_batches_is_the_same_function(judge: BatchLinter) -> None:
    assert list(lint_batches([batch_of(ROWS)], carry="team")) == list(judge([batch_of(ROWS)]))
    english, spanish = (next(lint_batches([batch_of(ROWS)], ui=ui)).to_pylist()[0]["findings"] for ui in ("en", "es"))
    assert [f["rule"] for f in english] == [f["rule"] for f in spanish]
    assert english[0]["message"] != spanish[0]["message"]


def test_rows_that_cannot_be_judged_stop_no_other() -> None:
    judge = BatchLinter()
    numbers = pa.record_batch({"body": [1, None, 3]})
    assert [r["error"] for r in next(judge([numbers])).to_pylist()] == [
        "'body' must be a text, not int", "the draft has no text; write its body or remove it", "'body' must be a text, not int"]
    rows = [{"body": "x" * 200_001}, {"body": EN, "kind": "mail"}, {"body": EN, "kind": "email"}]
    long, kind, fine = next(judge([pa.RecordBatch.from_pylist(rows, schema=pa.schema([
        ("body", pa.string()), ("kind", pa.string())]))])).to_pylist()
    assert "200,001 characters" in long["error"] and kind["error"] == "unknown kind 'mail'; did you mean 'email'?"
    assert fine["error"] is None and fine["verdict"] == "review"


def test_bytes_that_are_no_text_spoil_their_row_alone() -> None:
    data = b"Hi Ann, can we talk?" + b"Hi \xff Bob"
    offsets = b"".join(n.to_bytes(4, "little") for n in (0, 20, len(data)))
    body = pa.StringArray.from_buffers(2, pa.py_buffer(offsets), pa.py_buffer(data))
    name = pa.StringArray.from_buffers(2, pa.py_buffer(offsets), pa.py_buffer(data))
    fine, broken = next(lint_batches([pa.record_batch({"id": name, "body": body})])).to_pylist()
    assert fine["error"] is None and fine["id"] == "Hi Ann, can we talk?" and broken["id"] is None
    assert broken["error"].startswith("'id' cannot be read: 'utf-8' codec can't decode byte 0xff")
    fine, broken = next(lint_batches([pa.record_batch({"id": ["a", "b"], "body": body})])).to_pylist()
    assert broken["id"] == "b" and broken["error"].startswith("'body' cannot be read") and broken["findings"] is None


def test_places_count_characters_of_the_cell() -> None:
    body = EN.replace("\n", "\r\n")
    row = next(lint_batches([pa.record_batch({"body": [body], "ignore": ["generic-phrase"]})])).to_pylist()[0]
    shown = next(lint_batches([pa.record_batch({"body": [body]})])).to_pylist()[0]
    places = [place for finding in shown["findings"] for place in finding["places"]]
    silenced = [place for entry in row["silenced"] for place in entry["finding"]["places"]]
    assert [p["text"] for p in silenced] == ["hope this email finds you well"] and silenced[0] in places
    assert shown["markers"] and any(p["start"] > body.index("\r") for p in places)
    for place in (*places, *silenced, *shown["markers"]):
        assert place["text"] == body[place["start"] : place["end"]] and place["part"] == "body"


@pytest.mark.parametrize(("given", "settings", "words"), [
    ({"subject": ["Hi"]}, {}, "the table has no column 'body'"), ({}, {}, "the table has no column 'body'"),
    ({"cuerpo": ["a"], "texto": ["b"]}, {}, "columns 'cuerpo' and 'texto' both hold the body"),
    ({"body": ["a"]}, {"columns": {"bodi": "body"}}, "'bodi', a column that the table does not have"),
    ({"body": ["a"], "team": ["b"]}, {"carry": ["tema", "team"]},
     "'carry' names 'tema', a column that the table does not have; did you mean 'team'?"),
    ({"body": ["a"], "score": ["b"]}, {"carry": ["score"]}, "'score', which is a column of the result already"),
    ({"body": ["a"], "key": ["b"]}, {"carry": ["key", "key"]}, "'key', which is a column of the result already"),
    ({"body": ["a"]}, {"ui": "fr"}, "unknown report language 'fr'")])
def test_wrong_columns_are_one_error(given: dict[str, Any], settings: dict[str, Any], words: str) -> None:
    judge = BatchLinter(**settings)
    for fails in (lambda: next(judge([pa.record_batch(given)])), lambda: judge.schema(pa.record_batch(given).schema)):
        with pytest.raises(DraftError) as caught:
            fails()
        assert words in str(caught.value) and "\n" not in str(caught.value)


def test_wrong_streams_are_one_error(judge: BatchLinter) -> None:
    for wrong in (pa.table({"body": [EN]}), ["Hi"], batch_of(ROWS)):
        with pytest.raises(DraftError, match=r"batch 0 is a .*, no record batch"):
            next(judge(wrong))
    other = pa.record_batch({"body": [EN], "team": ["x"]})
    with pytest.raises(DraftError, match=r"batch 1 has other types .* to carry: team string, not team int32"):
        list(judge([batch_of(ROWS), other]))
    more = pa.record_batch({"team": pa.array([1], pa.int32()), "text": [EN]})  # the columns themselves may change
    assert [b.num_rows for b in judge([batch_of(ROWS), more])] == [4, 1]
    twice = pa.RecordBatch.from_arrays([pa.array([EN]), pa.array([1]), pa.array([2])], names=["body", "team", "team"])
    with pytest.raises(DraftError, match="'team', a column that the table has twice"):
        next(judge([twice]))
    with pytest.raises(DraftError, match="'team', a column that the table does not have"):
        judge.schema()
    with pytest.raises(RuleError, match="unknown profile 'guide'"):
        BatchLinter("guide").schema()


def test_more_than_one_array_can_hold_is_one_error() -> None:
    part = pa.array(["x" * 2**27])
    with pytest.raises(DraftError, match="the results of 17 drafts are too large for the column 'findings'"):
        joined([part] * 17, pa.field("findings", pa.string()))


def test_a_long_stream_takes_no_more_memory(judge: BatchLinter) -> None:
    batch = batch_of(ROWS[2:])
    made = judge(batch for _ in range(150))

    def held(count: int) -> tuple[int, int]:
        for _ in range(count):
            next(made)
        gc.collect()
        return tracemalloc.get_traced_memory()[0], pa.total_allocated_bytes()

    for _ in range(20):
        next(made)
    tracemalloc.start()
    try:
        early, late = held(30), held(100)
    finally:
        tracemalloc.stop()
    assert late[0] - early[0] < 100_000 and late[1] <= early[1]


def test_threads_and_streams_share_what_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(profile: str, *args: Any, **settings: Any) -> Any:
        made.append(profile)
        return load_rulebook(profile, *args, **settings)

    monkeypatch.setattr(batches, "load_rulebook", counted)
    batches._rulebook.cache_clear()
    judge = BatchLinter()
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: next(judge([batch_of(ROWS)])), range(4)))
    assert all(result.equals(results[0]) for result in results) and made == ["guides"]
    next(pickle.loads(pickle.dumps(judge))([batch_of(ROWS)]))
    next(BatchLinter(carry=["team"], ui="es", today=date(2031, 1, 1))([batch_of(ROWS)]))  # these do not change the rules
    assert made == ["guides"]


def test_the_day_can_be_the_same_everywhere() -> None:
    given = pa.record_batch({"body": [ES], "ignore": ["placeholder until 2031-06-30"]})
    for day, state in ((date(2031, 6, 30), "silenced"), (date(2031, 7, 1), "expired")):
        row = next(lint_batches([given], today=day)).to_pylist()[0]
        assert [entry["state"] for entry in row["silenced"]] == [state]
        assert ("placeholder" in {f["rule"] for f in row["findings"]}) is (state == "expired")


def test_changed_rules_are_read_anew(tmp_path: Path) -> None:
    profile = tmp_path / "team.yaml"
    lines = "id: team\nabout: {{en: Ours, es: Nuestro}}\nrules:\n  generic-phrase: {}\n"
    found = []
    for weight in ("{points: 7}", "off"):
        profile.write_text(lines.format(weight), encoding="utf-8")
        row = next(lint_batches([batch_of(ROWS[1:2])], profile=str(profile))).to_pylist()[0]
        found.append([f["points"] for f in row["findings"] if f["rule"] == "generic-phrase"])
    assert found == [[7], []]


def test_another_process_needs_nothing_but_the_function(judge: BatchLinter, linter: Linter, tmp_path: Path) -> None:
    sent = pickle.dumps(judge)
    assert len(sent) < 500
    (tmp_path / "function").write_bytes(sent)
    with pa.ipc.new_stream(tmp_path / "drafts", schema_of(pa.string())) as drafts:
        drafts.write_batch(batch_of(ROWS))
    script = ("import pickle, sys\nfunction = pickle.loads(open('function', 'rb').read())\nimport pyarrow as pa\n"
              "stream = pa.ipc.open_stream('drafts')\n"
              "with pa.ipc.new_stream('reports', function.schema(stream.schema)) as reports:\n"
              "    for batch in function(stream): reports.write_batch(batch)\n"
              "assert not {'pyspark', 'dask', 'ray'} & set(sys.modules)")
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path,
                         env={**os.environ, "PYTHONPATH": str(ROOT), "TZ": "Pacific/Kiritimati"})
    assert run.returncode == 0, run.stderr
    assert_same(pa.ipc.open_stream(tmp_path / "reports").read_all(), linter)


def test_without_pyarrow_it_says_what_to_install() -> None:
    script = ("import sys\nsys.modules['pyarrow'] = None\nfrom inmail_lint.errors import InmailLintError\n"
              "from inmail_lint.frames import lint_batches\n"
              "try: next(lint_batches([]))\nexcept InmailLintError as error: print(error)")
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.stdout == "pyarrow is needed to read this table; install inmail-lint[frames]\n", run.stderr
