"""How fast each engine on this machine judges, and what it adds to a plain loop.

    python benchmarks/engines.py [DRAFTS [ENGINE …]]

Every job runs twice: judging, and with reports made before in place of judging, so that what remains is what the way
there and back costs. Rules are loaded and patterns compiled before the clock starts.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from inmail_lint import Draft, batches
from inmail_lint.frames import BatchLinter
from inmail_lint.reading import read_paths

ROOT = Path(__file__).parent.parent
WORKERS = 2
BATCH = 250
Job = Callable[[Any], int]  # from a function over batches or tables to how many rows came back


@dataclass
class Ready:
    """In place of a BatchLinter: as many reports as there are drafts, made before."""

    reports: Any

    def __call__(self, given: Iterable[Any]) -> Iterator[Any]:
        return (self.reports.slice(0, batch.num_rows) for batch in given)

    def table(self, given: Any) -> Any:
        return pa.Table.from_batches(self(given.to_batches()) if isinstance(given, pa.Table) else self([given]))

    def spark_schema(self, given: Any) -> Any:
        return BatchLinter().spark_schema(given)


def drafts(count: int) -> Any:
    read = [d for d in read_paths([str(ROOT / "corpus" / "labelled")]) if isinstance(d, Draft)][:BATCH]
    rows = [{"subject": d.subject, "body": d.body, "kind": d.kind} for d in read]
    return pa.Table.from_pylist([rows[i % len(rows)] for i in range(count)])


def plain(table: Any) -> Job:
    linter = BatchLinter()._linter()
    given = [Draft(row["body"], row["subject"], row["kind"]) for row in table.to_pylist()]
    return lambda judge: len([linter.lint(draft) if isinstance(judge, BatchLinter) else draft for draft in given])


def arrow(table: Any) -> Job:
    """Without judging, this makes columns of reports; that is also part of what every engine does when it judges."""
    names = vars(batches)
    original = names["judged"]
    seen: dict[str, Any] = {}

    def recalled(linter: Any, cells: Any) -> Any:
        key = f"{cells['subject']}\0{cells['body']}"
        seen.setdefault(key, None)
        seen[key] = seen[key] or original(linter, cells)
        return seen[key]

    def job(judge: Any) -> int:
        names["judged"] = original if isinstance(judge, BatchLinter) else recalled
        return sum(batch.num_rows for batch in BatchLinter()(table.to_batches(max_chunksize=BATCH)))

    return job


def pyspark(table: Any) -> Job:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (SparkSession.builder.master(f"local[{WORKERS}]").config("spark.driver.host", "127.0.0.1")
             .config("spark.driver.bindAddress", "127.0.0.1").config("spark.ui.enabled", "false")
             .config("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH)).getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    frame = spark.createDataFrame(table.to_pandas()).repartition(2 * WORKERS).cache()
    frame.count()
    return lambda judge: len(frame.mapInArrow(judge, judge.spark_schema(frame.schema)).toArrow())


def dask(table: Any) -> Job:
    bags: Any = importlib.import_module("dask.bag")  # neither says its types
    distributed: Any = importlib.import_module("distributed")
    cluster = distributed.LocalCluster(n_workers=WORKERS, threads_per_worker=1, host="127.0.0.1", dashboard_address=None)
    distributed.Client(cluster)
    bag = bags.from_sequence(table.to_batches(max_chunksize=BATCH), npartitions=2 * WORKERS).persist()
    return lambda judge: sum(map(len, bag.map(judge.table).compute()))


def ray(table: Any) -> Job:
    import ray

    ray.init(num_cpus=WORKERS, include_dashboard=False, _node_ip_address="127.0.0.1", log_to_driver=False)
    data = ray.data.from_arrow([table.slice(start, BATCH) for start in range(0, len(table), BATCH)]).materialize()
    return lambda judge: len(pa.concat_tables(ray.get(data.map_batches(
        judge.table, batch_format="pyarrow", batch_size=BATCH).to_arrow_refs())))


def main(count: int = 2000, *engines: str) -> None:
    table = drafts(count)
    ready = Ready(next(BatchLinter()(table.to_batches(max_chunksize=BATCH))))
    for make in (plain, arrow, pyspark, dask, ray):
        name = make.__name__
        if (engines and name not in engines) or (make not in (plain, arrow) and importlib.util.find_spec(name) is None):
            continue
        job = make(table)
        judging, rest = (_least(job, judge) for judge in (BatchLinter(), ready))
        sys.stdout.write(f"{name:8} {count / judging:7.0f} drafts/s   without judging {1e6 * rest / count:6.0f} µs a draft\n")
        sys.stdout.flush()


def _least(job: Job, judge: Any) -> float:
    times = []
    job(judge)  # loads what there is to load
    for _ in range(2):
        start = time.perf_counter()
        job(judge)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["2000"])[0]), *sys.argv[2:])
