"""The kinds of table that `frames` takes and gives back, each read as rows of plain values and made from such rows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

from inmail_lint.errors import DraftError, InmailLintError

Row: TypeAlias = dict[Any, Any]  # column → value
Schema: TypeAlias = Mapping[str, type]  # column → str or int; any value may be None

_BATCH = 1024  # rows of an Arrow table that are turned into Python values at a time


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was given: its columns, its rows of the columns asked for, and how to make another of its kind from
    rows, the schema, and for each row the number of the given row it speaks of."""

    columns: list[Hashable]
    rows: Callable[[Sequence[Hashable]], Iterator[Row]]
    make: Callable[[Sequence[Row], Schema, Sequence[int]], Any]


def opened(table: Any) -> Table:
    """Take a table of any kind; raises DraftError for what is none, InmailLintError if pyarrow is missing."""
    pandas = sys.modules.get("pandas")  # whoever has a DataFrame has imported it
    if pandas is not None and isinstance(table, pandas.DataFrame):
        return _of_pandas(table, pandas)
    if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        return _of_arrow(table)
    if isinstance(table, (list, tuple)):
        return _of_mappings(table)
    raise DraftError(f"a table of drafts is a pandas DataFrame, an Arrow table or a list of mappings, not "
                     f"{type(table).__name__}")


def pyarrow() -> Any:
    """The library pyarrow; raises InmailLintError if it is not installed."""
    try:
        return import_module("pyarrow")
    except ImportError as error:
        raise InmailLintError("pyarrow is needed to read this table; install inmail-lint[frames]") from error


def arrow_table(table: Any) -> Any:
    """A table of any library with the Arrow PyCapsule interface as pyarrow's; raises DraftError if it is none."""
    arrow = pyarrow()
    try:
        return arrow.table(table) if hasattr(table, "__arrow_c_stream__") else \
            arrow.Table.from_batches([arrow.record_batch(table)])
    except (arrow.ArrowException, TypeError, ValueError) as error:
        raise DraftError(f"this {type(table).__name__} is no table of columns: {error}") from error


def _of_mappings(table: Sequence[Mapping[Any, Any]]) -> Table:
    for number, row in enumerate(table):
        if not isinstance(row, Mapping):
            raise DraftError(f"row {number} of the list is a {type(row).__name__}; each must be a mapping such as "
                             "{'subject': …, 'body': …}")
    columns = list(dict.fromkeys(key for row in table for key in row))
    return Table(columns, lambda wanted: ({c: row.get(c) for c in wanted} for row in table),
                 lambda rows, schema, numbers: [{c: row.get(c) for c in schema} for row in rows])


def _of_pandas(table: Any, pandas: Any) -> Table:
    columns = list(table.columns)

    def rows(wanted: Sequence[Hashable]) -> Iterator[Row]:
        series = [table.iloc[:, columns.index(c)] for c in wanted]
        cells = [[None if missing else value for value, missing in zip(s.tolist(), s.isna().tolist(), strict=True)]
                 for s in series]
        return (dict(zip(wanted, (cell[i] for cell in cells), strict=True)) for i in range(len(table)))

    def make(rows: Sequence[Row], schema: Schema, numbers: Sequence[int]) -> Any:
        index = table.index if len(numbers) == len(table) and list(numbers) == list(range(len(table))) else \
            table.index.take(list(numbers))
        arrays = {c: pandas.array(_column(rows, c), dtype="string" if kind is str else "Int64") for c, kind in schema.items()}
        return pandas.DataFrame(arrays, index=index)

    return Table(columns, rows, make)


def _of_arrow(table: Any) -> Table:
    arrow, whole = pyarrow(), arrow_table(table)
    columns: list[Hashable] = list(whole.column_names)

    def rows(wanted: Sequence[Hashable]) -> Iterator[Row]:
        if not wanted:
            return iter([{}] * whole.num_rows)
        chosen = whole.select([columns.index(c) for c in wanted])
        return (row for batch in chosen.to_batches(max_chunksize=_BATCH) for row in batch.to_pylist())

    def make(rows: Sequence[Row], schema: Schema, numbers: Sequence[int]) -> Any:
        types = {c: arrow.string() if kind is str else arrow.int64() for c, kind in schema.items()}
        arrays = [arrow.array(_column(rows, c), of) for c, of in types.items()]
        if isinstance(table, arrow.RecordBatch):
            return arrow.record_batch(arrays, schema=arrow.schema(types))
        made = arrow.table(arrays, schema=arrow.schema(types))
        return import_module("polars").from_arrow(made) if type(table).__module__.startswith("polars.") else made

    return Table(columns, rows, make)


def _column(rows: Sequence[Row], name: str) -> list[Any]:
    """A column's values; half a surrogate pair, which such tables cannot hold, becomes a question mark."""
    values = (row.get(name) for row in rows)
    return [v.encode("utf-8", "replace").decode("utf-8") if isinstance(v, str) and not v.isascii() else v for v in values]
