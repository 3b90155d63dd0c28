"""Reports as columns of Arrow: their types, a report as one row of them, and cells read one by one where they must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_type_hints

from inmail_lint.errors import DraftError
from inmail_lint.frame_kinds import Row, pyarrow
from inmail_lint.frame_rows import Changed, place_in_cell, score_schema
from inmail_lint.linter import Linter
from inmail_lint.report import Report, Spot

if TYPE_CHECKING:
    import pyarrow as pa

SLICE = 1024  # rows that are Python values at a time


def result_fields(linter: Linter) -> list[pa.Field]:
    """The columns of `lint_table`'s scores, then the lists of a report, with the names that they have in JSON."""
    arrow = pyarrow()
    text, number = arrow.string(), arrow.int64()
    place = [(name, text if kind is str else number) for name, kind in get_type_hints(Spot).items()]
    said = [(name, text) for name in ("message", "fix")]
    finding = arrow.struct([("rule", text), ("category", text), ("severity", text), ("points", number), *said,
                            ("guides", arrow.list_(text)), ("places", arrow.list_(arrow.struct(place)))])
    silenced = [(name, text) for name in ("rule", "state", "reason", "until")]
    nested = {"findings": arrow.list_(finding),
              "markers": arrow.list_(arrow.struct([("name", text), ("pattern", text), *place])),
              "metrics": arrow.map_(text, arrow.float64()),
              "not_run": arrow.list_(arrow.struct([("rule", text), ("reason", text)])),
              "silenced": arrow.list_(arrow.struct([*silenced, ("finding", finding)]))}
    scores = {name: text if kind is str else number for name, kind in score_schema(linter).items()}
    return [arrow.field(name, kind) for name, kind in (*scores.items(), *nested.items())]


def result_row(score: Row, report: Report | None, changed: Changed) -> Row:
    """The scores of a row with the lists of its report, if it has one."""
    if report is None:
        return score
    told = report.to_dict()
    silenced = told.get("silenced", [])
    findings = [*told["findings"], *(entry["finding"] for entry in silenced if entry["finding"])]
    if changed:
        for place in (*(place for finding in findings for place in finding["places"]), *told["markers"]):
            spot = Spot(**{name: place[name] for name in Spot._fields})
            place.update(place_in_cell(spot, changed.get(spot.part)))
    return {**score, "findings": told["findings"], "markers": told["markers"], "metrics": list(told["metrics"].items()),
            "not_run": told["not_run"], "silenced": silenced}


def cells(column: pa.Array) -> list[Any]:
    """A column's values; a DraftError in place of one that is none, such as a text with bytes that are not UTF-8."""
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        values = [_cell(scalar) for scalar in column]
    return values


def _cell(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError) as error:
        return DraftError(f"cannot be read: {error}")


def joined(parts: list[pa.Array], of: pa.Field) -> pa.Array:
    """One array of the parts of a column; raises DraftError past 2 GiB of text, which an array of Arrow cannot hold."""
    arrow = pyarrow()
    if not parts:
        return arrow.array([], of.type)
    try:
        return arrow.concat_arrays(parts)
    except arrow.ArrowInvalid as error:
        raise DraftError(f"the results of {sum(map(len, parts)):,} drafts are too large for the column '{of.name}' of one "
                         "batch; hand over smaller batches") from error


def spark_type(kind: pa.DataType) -> Any:
    """A type of `result_fields` as Spark writes it in JSON."""
    of = pyarrow().types
    if of.is_map(kind):
        return {"type": "map", "keyType": spark_type(kind.key_type), "valueType": spark_type(kind.item_type),
                "valueContainsNull": True}
    if of.is_list(kind):
        return {"type": "array", "elementType": spark_type(kind.value_type), "containsNull": True}
    if of.is_struct(kind):
        fields = (kind.field(i) for i in range(kind.num_fields))
        return {"type": "struct", "fields": [{"name": f.name, "type": spark_type(f.type), "nullable": True, "metadata": {}}
                                             for f in fields]}
    return {"string": "string", "int64": "long", "double": "double"}[str(kind)]
