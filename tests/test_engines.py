"""Spark, Dask and Ray run the function as it is, each on this machine alone, and give the reports of a plain loop.

An engine that is not installed is skipped: `pip install "inmail-lint[spark]"`, `[dask]`, `[ray]`; Spark also wants Java.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from inmail_lint import Draft, DraftError, Linter, Recipient
from inmail_lint.frames import BatchLinter
from inmail_lint.reading import read_paths

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "docs" / "engines.md", ROOT / "docs" / "engines.es.md")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PERSON = pa.struct([("first_name", pa.string()), ("company", pa.string()), ("facts", pa.list_(pa.string()))])
_SCHEMA = pa.schema([
    ("id", pa.string()), ("team", pa.string()), ("price", pa.decimal128(10, 2)), ("sent", pa.date32()),
    ("written", pa.timestamp("us")), ("subject", pa.string()), ("body", pa.string()), ("kind", pa.string()),
    ("recipient", _PERSON)])
JUDGE = BatchLinter(carry=["team", "price", "sent", "written"])


def _missing(engine: str) -> str:
    """Why an engine's tests are skipped, if they are."""
    if importlib.util.find_spec(engine) is None:
        return f"{engine} is not installed: pip install 'inmail-lint[{engine.removeprefix('py')}]'"
    if engine == "pyspark" and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        return "Spark needs Java, and there is no java on the path"
    return ""


def wants(engine: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(bool(_missing(engine)), reason=_missing(engine))


def _drafts() -> list[Draft]:
    read = [d for d in read_paths([str(ROOT / "corpus" / "examples")]) if isinstance(d, Draft)]
    return [Draft(d.body, d.subject, kind=d.kind, id=f"d{n:02}", recipient=d.recipient and Recipient(
        d.recipient.first_name, company=d.recipient.company, facts=d.recipient.facts)) for n, d in enumerate(read)]


@pytest.fixture(scope="module")
def table() -> Any:
    """The drafts of the corpus, and two rows that cannot be judged, in their midst and at the end."""
    rows: list[dict[str, Any]] = [
        {"id": d.id, "team": "sales", "price": Decimal("1.50"), "sent": date(2024, 2, 29),
         "written": datetime(2024, 3, 31, 2, 30), "subject": d.subject, "body": d.body, "kind": d.kind,
         "recipient": d.recipient and {"first_name": d.recipient.first_name, "company": d.recipient.company,
                                       "facts": list(d.recipient.facts)}} for d in _drafts()]
    rows.insert(5, {"id": "d04b", "team": None, "body": None})
    return pa.Table.from_pylist([*rows, {"id": "e", "body": "Hi", "kind": "mail"}], schema=_SCHEMA)


@pytest.fixture(scope="module")
def wanted(linter: Linter) -> list[dict[str, Any]]:
    rows = []
    for draft in _drafts():
        told = linter.lint(draft).to_dict()
        rows.append({name: told[name] for name in ("id", "language", "score", "verdict", "findings", "markers", "metrics",
                                                   "not_run")})
    return rows


def assert_same(made: Any, table: Any, wanted: list[dict[str, Any]]) -> None:
    rows = [{**row, "metrics": dict(row["metrics"] or ())} for row in made.to_pylist()]
    assert [row["id"] for row in rows] == table.column("id").to_pylist()
    assert made.select(["team", "price", "sent", "written"]).to_pylist() == table.select(
        ["team", "price", "sent", "written"]).to_pylist()
    judged = [row for row in rows if row["error"] is None]
    assert [{name: row[name] for name in want} for row, want in zip(judged, wanted, strict=True)] == wanted
    assert [row["error"] for row in rows if row["error"]] == [
        "the draft has no text; write its body or remove it", "unknown kind 'mail'; did you mean 'email'?"]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        home = tmp_path_factory.mktemp("spark")
        made = (SparkSession.builder.master("local[2]").appName("inmail-lint")
                .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.ui.enabled", "false").config("spark.local.dir", str(home))
                .config("spark.sql.warehouse.dir", str(home / "warehouse"))
                .config("spark.sql.session.timeZone", "Pacific/Kiritimati")
                .config("spark.sql.execution.arrow.maxRecordsPerBatch", "7").getOrCreate())
        made.sparkContext.setLogLevel("ERROR")
        yield made
        made.stop()


@wants("pyspark")
def test_spark_gives_the_reports_of_a_plain_loop(spark: Any, table: Any, wanted: list[dict[str, Any]], tmp_path: Path
                                                 ) -> None:
    pq.write_table(table, tmp_path / "drafts.parquet")
    drafts = spark.read.parquet(str(tmp_path / "drafts.parquet"))
    schema = JUDGE.spark_schema(drafts.schema)
    made = drafts.repartition(3, "id").mapInArrow(JUDGE, schema)
    assert made.schema == schema
    rows = made.toArrow().sort_by("id")
    assert_same(rows, table, wanted)
    assert [f.name for f in rows.schema] == JUDGE.schema(table.schema).names
    assert drafts.where("id = 'nobody'").mapInArrow(JUDGE, schema).collect() == []
    reports = drafts.limit(3).mapInArrow(JUDGE, schema.simpleString()).selectExpr("id", "explode(findings) as found")
    assert {row.id for row in reports.select("id", "found.rule").collect()} <= {"d00", "d01", "d02"}


@wants("pyspark")
def test_spark_learns_of_wrong_columns_before_it_runs(spark: Any) -> None:
    texts = spark.createDataFrame([("Hi",)], "text_of_mine string")
    with pytest.raises(DraftError, match="the table has no column 'body'"):
        BatchLinter().spark_schema(texts.schema)
    with pytest.raises(DraftError, match="'carry' names 'team'"):
        BatchLinter(columns={"text_of_mine": "body"}, carry=["team"]).spark_schema(texts.schema)
    wrong = texts.mapInArrow(BatchLinter(), BatchLinter(columns={"text_of_mine": "body"}).spark_schema(texts.schema))
    with pytest.raises(Exception, match="the table has no column 'body'; name its columns"):
        wrong.collect()


@wants("dask")
def test_dask_gives_the_reports_of_a_plain_loop(table: Any, wanted: list[dict[str, Any]], tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """A bag in a cluster of processes: partitions of several batches, one of them empty."""
    import dask.bag
    import distributed

    monkeypatch.chdir(tmp_path)
    batches = [*table.to_batches(max_chunksize=7), table.to_batches()[0].slice(0, 0)]
    with (distributed.LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster,
          distributed.Client(cluster)):
        made = dask.bag.from_sequence(batches, npartitions=3).map(JUDGE.table).compute()
    assert [len(part) for part in made] == [batch.num_rows for batch in batches]
    assert_same(pa.concat_tables(made), table, wanted)
    assert {part.schema for part in made} == {JUDGE.schema(table.schema)}


@wants("ray")
def test_ray_gives_the_reports_of_a_plain_loop(table: Any, wanted: list[dict[str, Any]], ray_here: Any) -> None:
    drafts = ray_here.data.from_arrow([table.slice(start, 7) for start in range(0, len(table), 7)])
    made = drafts.map_batches(JUDGE.table, batch_format="pyarrow", batch_size=7)
    assert_same(pa.concat_tables(ray_here.get(made.to_arrow_refs())).sort_by("id"), table, wanted)


@pytest.fixture(scope="module")
def ray_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))  # it writes a token there
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))))
        import ray
        import ray.data

        ray.init(num_cpus=2, include_dashboard=False, _node_ip_address="127.0.0.1", log_to_driver=False)
        yield ray
        ray.shutdown()


def _sections(page: Path) -> dict[str, list[tuple[str, str]]]:
    """Heading → the blocks under it."""
    parts = re.split(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: _BLOCK.findall(text) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, linter: Linter) -> tuple[Path, dict[str, Any], str]:
    """Where the page's examples run, the names that its first section makes, and what that prints."""
    folder = tmp_path_factory.mktemp("page")
    names: dict[str, Any] = {"__name__": "sample"}
    first = next(iter(_sections(PAGES[0]).values()))
    return folder, names, _run([body for language, body in first if language == "python"], names, folder)


def _run(samples: list[str], names: dict[str, Any], folder: Path) -> str:
    assert samples
    out = io.StringIO()
    with contextlib.chdir(folder) if sys.version_info >= (3, 11) else _chdir(folder), contextlib.redirect_stdout(out):
        for body in samples:
            exec(compile(body, PAGES[0].name, "exec"), names)
    return out.getvalue()


@contextlib.contextmanager
def _chdir(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def test_the_page_shows_the_function(shown: tuple[Path, dict[str, Any], str]) -> None:
    assert re.fullmatch(r"stop \['placeholder'.*\n.*None \[\] unknown kind 'mail'; .*\n", shown[2], re.DOTALL), shown[2]


@pytest.mark.parametrize("engine", [pytest.param("Spark", marks=wants("pyspark")), pytest.param("Dask", marks=wants("dask")),
                                    pytest.param("Ray", marks=wants("ray"))])
def test_the_examples_of_an_engine_run(engine: str, shown: tuple[Path, dict[str, Any], str], request: pytest.FixtureRequest
                                       ) -> None:
    if engine in ("Spark", "Ray"):
        request.getfixturevalue({"Spark": "spark", "Ray": "ray_here"}[engine])
    folder, names, _ = shown
    file = repr(str(folder / "drafts.parquet"))  # Spark's own process is in another folder
    samples = [body.replace('"drafts.parquet"', file) for language, body in _sections(PAGES[0])[engine] if language == "python"]
    printed = _run(samples, dict(names), folder)
    assert "placeholder" in printed and "unknown kind 'mail'" in printed, printed


def test_both_pages_hold_the_same_examples() -> None:
    english, spanish = (list(_sections(page).values()) for page in PAGES)
    assert english == spanish


@pytest.mark.parametrize("page", PAGES)
def test_the_page_names_every_setting_and_column(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {*BatchLinter.__dataclass_fields__, *(c for c in BatchLinter().schema().names if not c.startswith("lost_"))}
    assert named <= set(re.findall(r"`(\w+)`", text))
