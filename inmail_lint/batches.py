"""Drafts beyond one machine: record batches of Arrow in, record batches of Arrow out, for engines such as Spark, Dask and
Ray, which send the function to their workers and run it there as it is.

Columns are read as `lint_table` reads them, and its scores are the first columns of the result; the rest of the report
follows as nested columns with the names and the content of the JSON report.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from inmail_lint.arrow_columns import SLICE, cells, joined, result_fields, result_row, spark_type
from inmail_lint.cache import digest_of
from inmail_lint.errors import DraftError
from inmail_lint.frame_kinds import arrow_table, pyarrow
from inmail_lint.frame_rows import Columns, fields_of, judged
from inmail_lint.linter import Linter
from inmail_lint.loading import DEFAULT_PROFILE, load_rulebook
from inmail_lint.rulebook import Rulebook
from inmail_lint.spelling import nearest

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.types import StructType

_KEPT = 8  # rulebooks that a process keeps; each takes some 100 MB once drafts of both languages were judged by it
_loading = Lock()


@dataclass(frozen=True)
class BatchLinter:
    """A function from record batches of drafts to record batches of reports, made for engines that run it elsewhere.

    It holds its settings alone and is pickled in a few hundred bytes. Every process loads the rules once for the same
    settings. The columns of the result are `carry`, the scores of `lint_table`, and `findings`, `markers`, `metrics`,
    `not_run` and `silenced` as in the JSON report; `start` and `end` count characters of the cell.

    Args:
        profile: name of a profile, or path of a profile file, which every worker must find there.
        rules: directory of rules that are added, on every worker.
        ui: language of messages and fixes, `en` or `es`; each draft's own by default.
        columns: column → field, for columns of other names; None as the field leaves a column alone.
        carry: columns to take into the result as they are, such as the key of the table.
        today: the day by which a draft's silences end, for all workers; by default the day on each when it judges.
        cache: keep what is derived from the rules in the user's cache directory of each worker, for its next process.
        others: the companies a campaign goes to; a draft that names one of another reader is stopped.
    """

    profile: str = DEFAULT_PROFILE
    rules: str | Path | None = None
    ui: str | None = None
    columns: Columns = field(default_factory=dict, hash=False)
    carry: Iterable[str] = ()
    today: date | None = None
    cache: bool = False
    others: Iterable[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "carry", (self.carry,) if isinstance(self.carry, str) else tuple(self.carry))
        object.__setattr__(self, "columns", dict(self.columns))
        object.__setattr__(self, "others", tuple(self.others))

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """One batch of reports for each batch of drafts, when it is asked for, with a row for each row, in order.

        A row that cannot be judged has its `error`, nulls elsewhere, and stops no other.

        Raises:
            DraftError: a batch has no column of bodies or lacks one of `carry`, or carried columns change their type.
            RuleError: there is no such profile, or it or the rules are broken.
            InmailLintError: pyarrow is not installed.
        """
        arrow = pyarrow()
        linter = self._linter()
        given = made = None
        for number, batch in enumerate(batches):
            if not isinstance(batch, arrow.RecordBatch):
                raise DraftError(f"batch {number} is a {type(batch).__name__}, no record batch; hand over "
                                 "table.to_batches() or a RecordBatchReader")
            if given is None or not batch.schema.equals(given):
                given, schema = batch.schema, self.schema(batch.schema)
                if made is not None and not schema.equals(made):
                    raise DraftError(f"batch {number} has other types than those before in the columns to carry: "
                                     f"{_types(schema, self.carry)}, not {_types(made, self.carry)}")
                made, fields = schema, fields_of(given.names, self.columns)
            yield _reported(batch, linter, fields, made, len(tuple(self.carry)))

    def table(self, table: Any) -> pa.Table:
        """The same for a whole table, of pyarrow or with the Arrow PyCapsule interface, for engines that hand over such.

        Raises what the call raises, and DraftError for what is no table.
        """
        given = arrow_table(table)
        return pyarrow().Table.from_batches(self(given.to_batches()), self.schema(given.schema))

    def schema(self, given: pa.Schema | None = None) -> pa.Schema:
        """The schema of every batch of the result, before there is one.

        Args:
            given: schema of the drafts. It is checked for its columns, and says which types those of `carry` have.

        Raises:
            DraftError: the drafts have no column of bodies, lack one of `carry`, or it has the name of one of the result's.
            RuleError: there is no such profile, or it or the rules are broken.
        """
        arrow = pyarrow()
        if given is not None:
            fields_of(given.names or [""], self.columns)
        own = result_fields(self._linter())
        return arrow.schema([*self._carried(list(given) if given is not None else [], own), *own])

    def spark_schema(self, given: StructType) -> StructType:
        """The schema that Spark's `mapInArrow` asks for: that of the result, for a DataFrame of the schema `given`.

        Raises:
            DraftError: the drafts have no column of bodies, lack one of `carry`, or it has the name of one of the result's.
            RuleError: there is no such profile, or it or the rules are broken.
        """
        types = import_module("pyspark.sql.types")
        fields_of(given.names or [""], self.columns)
        own = result_fields(self._linter())
        carried = self._carried(given.fields, own)
        spark = types.StructType.fromJson(spark_type(pyarrow().struct(own)))
        made: StructType = types.StructType([*carried, *spark.fields])
        return made

    def _carried(self, given: Sequence[Any], own: Iterable[Any]) -> list[Any]:
        """The fields of the columns to carry."""
        taken = {f.name for f in own}
        fields = []
        for name in self.carry:
            if name in taken:
                raise DraftError(f"'carry' names '{name}', which is a column of the result already; leave it out, or give "
                                 "yours another name")
            found = [f for f in given if f.name == name]
            if len(found) != 1:
                raise DraftError(f"'carry' names '{name}', a column that the table " + (
                    "has twice" if found else f"does not have{nearest(name, [f.name for f in given])}"))
            taken.add(name)
            fields += found
        return fields

    def _linter(self) -> Linter:
        with _loading:  # so that threads that begin together load the rules once
            book = _rulebook(self.profile, self.rules, self.cache, _digest(self.profile, self.rules))
        day = self.today
        return Linter(rulebook=book, ui=self.ui, today=date.today if day is None else lambda: day,
                      others=self.others)


def lint_batches(batches: Iterable[pa.RecordBatch], *, profile: str = DEFAULT_PROFILE, rules: str | Path | None = None,
                 ui: str | None = None, columns: Columns | None = None, carry: Iterable[str] = (), today: date | None = None,
                 cache: bool = False, others: Iterable[str] = ()) -> Iterator[pa.RecordBatch]:
    """Judge every row of a stream of record batches as a draft; gives one record batch for each, when it is asked for.

    The same as `BatchLinter` with these settings, called once; it tells what they mean, what comes back and what is raised.
    """
    return BatchLinter(profile, rules, ui, columns or {}, carry, today, cache, others)(batches)


@lru_cache(maxsize=_KEPT)
def _rulebook(profile: str, rules: str | Path | None, cache: bool, digest: str) -> Rulebook:
    return load_rulebook(profile, Path(rules) if rules else None, cache=cache)


def _digest(profile: str, rules: str | Path | None) -> str:
    """Of the files that are not the product's: whoever changes one meets no rulebook read before."""
    own = [Path(profile)] if profile.endswith((".yaml", ".yml")) else []
    more = sorted(Path(rules).rglob("*")) if rules else []
    return digest_of(file for file in (*own, *more) if file.is_file())


def _types(schema: pa.Schema, names: Iterable[str]) -> str:
    return ", ".join(f"{name} {schema.field(name).type}" for name in names)


def _reported(batch: pa.RecordBatch, linter: Linter, fields: Mapping[Hashable, str], schema: pa.Schema, carried: int
              ) -> pa.RecordBatch:
    """The batch of reports of a batch of drafts, made slice by slice, for rows of Python take far more room than Arrow's."""
    arrow = pyarrow()
    own = arrow.schema([schema.field(i) for i in range(carried, len(schema))])
    columns = [batch.column(batch.schema.get_field_index(column)) for column in fields]
    slices = []
    for start in range(0, batch.num_rows, SLICE):
        rows = zip(*(cells(column.slice(start, SLICE)) for column in columns), strict=True)
        made = [result_row(*judged(linter, dict(zip(fields.values(), row, strict=True)))) for row in rows]
        slices.append(arrow.RecordBatch.from_pylist(made, schema=own))
    arrays = [batch.column(batch.schema.get_field_index(name)) for name in schema.names[:carried]]
    arrays += [joined([made.column(i) for made in slices], of) for i, of in enumerate(own)]
    return arrow.RecordBatch.from_arrays(arrays, schema=schema)
