"""A row of a table: which columns hold which fields, the draft that its values make, and the result as columns.

The one definition of the columns that tables and streams of record batches take, and of those they give.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from inmail_lint.errors import DraftError
from inmail_lint.folding import fold
from inmail_lint.frame_kinds import Row, Schema
from inmail_lint.linter import Linter
from inmail_lint.reading.fields import Record, field_names
from inmail_lint.reading.tables import normalised
from inmail_lint.report import Report, Spot
from inmail_lint.spelling import nearest
from inmail_lint.vocabulary import Severity

Columns: TypeAlias = Mapping[Any, "str | None"]  # a table's column → the field it holds, or None for one to leave alone
Changed: TypeAlias = dict[str, tuple[str, Sequence[int]]]  # part → its cell, and each character's number in the cell

FINDINGS: Schema = {"row": int, "id": str, "rule": str, "category": str, "severity": str, "points": int, "message": str,
                    "fix": str, "part": str, "start": int, "end": int, "text": str}


def score_schema(linter: Linter) -> Schema:
    """Columns of the table of scores: one `lost_…` for each category of the linter's rulebook."""
    lost = {f"lost_{name}": int for name in linter.rulebook.categories}
    return {"id": str, "language": str, "kind": str, "score": int, "verdict": str, "stops": int, "warnings": int,
            "notes": int, **lost, "words": int, "error": str}


def fields_of(given: Sequence[Hashable], columns: Columns) -> dict[Hashable, str]:
    """Column → field of the given columns that hold one: what `columns` says, then a field's own name, then another for it.

    Raises:
        DraftError: there is no column of bodies, `columns` names what there is not, or two columns hold one field.
    """
    fields = {column: _said(given, column, name) for column, name in columns.items() if name is not None}
    by_field: dict[str, list[Hashable]] = {}
    for column, name in fields.items():
        by_field.setdefault(name, []).append(column)
    for column in dict.fromkeys(given):
        found = field_names().get(fold(str(column)).strip())
        if found is not None and column not in columns and found not in fields.values():
            by_field.setdefault(found, []).append(column)
    if given and "body" not in by_field:
        raise DraftError("the table has no column 'body'; name its columns subject, body, …, or say which is which: "
                         "columns={'a column': 'body'}")
    return {_only(name, named, given): name for name, named in by_field.items()}


def _said(given: Sequence[Hashable], column: Hashable, name: str) -> str:
    """The field that the caller gives a column."""
    if column not in given:
        raise DraftError(f"'columns' names '{column}', a column that the table does not have"
                         f"{nearest(str(column), map(str, given))}")
    found = field_names().get(fold(name).strip())
    if found is None:
        raise DraftError(f"'columns' gives '{column}' the unknown field '{name}'{nearest(fold(name), field_names())}")
    return found


def _only(name: str, columns: list[Hashable], given: Sequence[Hashable]) -> Hashable:
    """The one column of a field; a column with the field's own name goes before others."""
    chosen = name if name in columns else columns[0]
    same = [c for c in given if c == chosen or (chosen != name and c in columns)]
    if len(same) > 1:
        raise DraftError(f"columns {' and '.join(repr(str(c)) for c in same)} both hold the {name}; leave one out: "
                         f"columns={{{str(same[-1])!r}: None}}")
    return chosen


def judged(linter: Linter, cells: Mapping[str, Any]) -> tuple[Row, Report | None, Changed]:
    """A row's scores, the report behind them, and its cells whose line ends were changed, from its values by field.

    Where it cannot be judged there is no report, and the scores have their `error`.
    """
    values, changed = _values(cells)
    try:
        for name, value in values.items():
            if isinstance(value, DraftError):
                raise DraftError(f"'{name}' {value}")
        report = linter.lint(Record("", 1, "", values=values).draft())
    except DraftError as error:
        reasons = "; ".join(fault.message for fault in error.faults)
        known = values.get("id")
        return {"id": None if known is None or isinstance(known, DraftError) else str(known), "error": reasons}, None, changed
    return _score(report), report, changed


def _values(cells: Mapping[str, Any]) -> tuple[dict[str, Any], Changed]:
    """A row's values by field, and the cells whose line ends were changed with the way back to them."""
    values: dict[str, Any] = {}
    changed: Changed = {}
    for name, cell in cells.items():
        value = cell.tolist() if hasattr(cell, "tolist") else cell  # a number or a list of numpy's
        if value is None or (isinstance(value, float) and value != value):  # how tables without nulls say that there is none
            continue
        if name == "recipient" and isinstance(value, list) and all(isinstance(v, tuple) and len(v) == 2 for v in value):
            value = dict(value)  # Arrow's maps come as pairs
        if name == "id" and isinstance(value, float) and value.is_integer():
            value = int(value)  # a column of numbers with a gap
        if isinstance(value, str) and name not in ("subject", "body"):
            value = value.strip()
        elif isinstance(value, str) and "\r" in value:
            cell, (value, offsets) = value, normalised(value, tuple(range(len(value))))
            changed[name] = cell, offsets
        values[name] = value
    return values, changed


def _score(report: Report) -> Row:
    count = {severity: sum(f.severity is severity for f in report.findings) for severity in Severity}
    return {"id": report.id or None, "language": report.language, "kind": report.draft.kind, "score": report.score,
            "verdict": report.verdict, "stops": count[Severity.ERROR], "warnings": count[Severity.WARNING],
            "notes": count[Severity.NOTE], **{f"lost_{name}": points for name, points in report.lost().items()},
            "words": report.metrics["body.words"]}


def finding_rows(report: Report, number: int, changed: Changed) -> Iterator[Row]:
    for finding in report.findings:
        row = {"row": number, "id": report.id or None, "rule": finding.rule, "category": finding.category,
               "severity": finding.severity.label, "points": finding.points, "message": finding.message, "fix": finding.fix}
        yield from ({**row, **place_in_cell(spot, changed.get(spot.part))} for spot in finding.places)
        if not finding.places:
            yield row


def place_in_cell(spot: Spot, changed: tuple[str, Sequence[int]] | None) -> Row:
    start, end, text = spot.start, spot.end, spot.text
    if changed is not None and start < end:
        cell, back = changed
        start, end = back[start], back[end - 1] + 1
        text = cell[start:end]
    return {"part": spot.part, "start": start, "end": end, "text": text}
