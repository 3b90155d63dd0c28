"""Drafts in tables: a pandas DataFrame, an Arrow table, or a list of mappings in, two tables of the same kind out.

pandas and pyarrow are optional and imported only for tables of theirs. A row that cannot be judged says why in its
`error` and stops no other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, overload

from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError
from inmail_lint.folding import fold
from inmail_lint.frame_kinds import Row, Schema, Table, opened
from inmail_lint.linter import Linter
from inmail_lint.loading import DEFAULT_PROFILE
from inmail_lint.reading.fields import Record, field_names
from inmail_lint.reading.tables import normalised
from inmail_lint.report import Report, Spot
from inmail_lint.spelling import nearest
from inmail_lint.vocabulary import Severity

_T = TypeVar("_T")
Columns: TypeAlias = Mapping[Any, "str | None"]  # a table's column → the field it holds, or None for one to leave alone
_Changed: TypeAlias = dict[str, tuple[str, Sequence[int]]]  # part → its cell, and each character's number in the cell

FINDINGS: Schema = {"row": int, "id": str, "rule": str, "category": str, "severity": str, "points": int, "message": str,
                    "fix": str, "part": str, "start": int, "end": int, "text": str}


def score_schema(linter: Linter) -> Schema:
    """Columns of the table of scores: one `lost_…` for each category of the linter's rulebook."""
    lost = {f"lost_{name}": int for name in linter.rulebook.categories}
    return {"id": str, "language": str, "kind": str, "score": int, "verdict": str, "stops": int, "warnings": int,
            "notes": int, **lost, "words": int, "error": str}


@overload
def lint_table(table: list[dict[str, Any]], *, profile: str = ..., ui: str | None = ..., columns: Columns | None = ...,
               linter: Linter | None = ...) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]: ...


@overload
def lint_table(table: _T, *, profile: str = ..., ui: str | None = ..., columns: Columns | None = ...,
               linter: Linter | None = ...) -> tuple[_T, _T]: ...


def lint_table(table: Any, *, profile: str = DEFAULT_PROFILE, ui: str | None = None, columns: Columns | None = None,
               linter: Linter | None = None) -> tuple[Any, Any]:
    """Judge every row of a table as a draft; returns a table of scores and one of findings, both of the same kind.

    Columns are named as in draft files, in English or Spanish (`body`, `asunto`, `recipient.first_name` …); all others
    are left alone. The scores have one row a draft, in order: points lost by category, and an `error` where the row
    could not be judged. The findings have one row a place, or one with nulls if the finding has no place; `row` counts
    the given rows from 0, `start` and `end` count characters of the cell, which they can cut.

    Args:
        table: a pandas DataFrame (both results keep its index), a pyarrow Table or RecordBatch, a polars DataFrame, any
            other object with the Arrow PyCapsule interface (returns pyarrow Tables), or a list of mappings.
        profile: name of a profile, or path of a profile file.
        ui: language of messages and fixes, `en` or `es`; each draft's own by default.
        columns: column → field, for columns of other names; None as the field leaves a column alone.
        linter: a Linter to judge with, in place of a new one for `profile` and `ui`.

    Raises:
        DraftError: this is no table, it has no column of bodies, or two columns hold one field.
        RuleError: there is no such profile, or it is broken.
        InmailLintError: pyarrow is needed for this table and not installed.
    """
    given = opened(table)
    judge = linter or Linter(profile, ui=ui)
    fields = _fields(given, columns or {})
    scores: list[Row] = []
    findings: list[Row] = []
    for number, row in enumerate(given.rows(list(fields))):
        values, changed = _values({fields[column]: value for column, value in row.items()})
        try:
            report = judge.lint(_draft(values))
        except DraftError as error:
            scores.append({"id": str(values["id"]) if "id" in values else None,
                           "error": "; ".join(fault.message for fault in error.faults)})
            continue
        scores.append(_score(report))
        findings += _findings(report, number, changed)
    return (given.make(scores, score_schema(judge), range(len(scores))),
            given.make(findings, FINDINGS, [finding["row"] for finding in findings]))


def _fields(table: Table, columns: Columns) -> dict[Hashable, str]:
    """Column → field of the columns that hold one: what `columns` says, then a field's own name, then another for it."""
    fields = {column: _said(table, column, name) for column, name in columns.items() if name is not None}
    by_field: dict[str, list[Hashable]] = {}
    for column, name in fields.items():
        by_field.setdefault(name, []).append(column)
    for column in dict.fromkeys(table.columns):
        found = field_names().get(fold(str(column)).strip())
        if found is not None and column not in columns and found not in fields.values():
            by_field.setdefault(found, []).append(column)
    if table.columns and "body" not in by_field:
        raise DraftError("the table has no column 'body'; name its columns subject, body, …, or say which is which: "
                         "columns={'a column': 'body'}")
    return {_only(name, named, table): name for name, named in by_field.items()}


def _said(table: Table, column: Hashable, name: str) -> str:
    """The field that the caller gives a column."""
    if column not in table.columns:
        raise DraftError(f"'columns' names '{column}', a column that the table does not have"
                         f"{nearest(str(column), map(str, table.columns))}")
    found = field_names().get(fold(name).strip())
    if found is None:
        raise DraftError(f"'columns' gives '{column}' the unknown field '{name}'{nearest(fold(name), field_names())}")
    return found


def _only(name: str, columns: list[Hashable], table: Table) -> Hashable:
    """The one column of a field; a column with the field's own name goes before others."""
    chosen = name if name in columns else columns[0]
    same = [c for c in table.columns if c == chosen or (chosen != name and c in columns)]
    if len(same) > 1:
        raise DraftError(f"columns {' and '.join(repr(str(c)) for c in same)} both hold the {name}; leave one out: "
                         f"columns={{{str(same[-1])!r}: None}}")
    return chosen


def _values(cells: Mapping[str, Any]) -> tuple[dict[str, Any], _Changed]:
    """A row's values by field, and the cells whose line ends were changed with the way back to them."""
    values: dict[str, Any] = {}
    changed: _Changed = {}
    for name, cell in cells.items():
        value = cell.tolist() if hasattr(cell, "tolist") else cell  # a number or a list of numpy's
        if value is None or (isinstance(value, float) and value != value):  # how tables without nulls say that there is none
            continue
        if name == "id" and isinstance(value, float) and value.is_integer():
            value = int(value)  # a column of numbers with a gap
        if isinstance(value, str) and name not in ("subject", "body"):
            value = value.strip()
        elif isinstance(value, str) and "\r" in value:
            cell, (value, offsets) = value, normalised(value, tuple(range(len(value))))
            changed[name] = cell, offsets
        values[name] = value
    return values, changed


def _draft(values: dict[str, Any]) -> Draft:
    return Record("", 1, "", values=values).draft()


def _score(report: Report) -> Row:
    count = {severity: sum(f.severity is severity for f in report.findings) for severity in Severity}
    return {"id": report.id or None, "language": report.language, "kind": report.draft.kind, "score": report.score,
            "verdict": report.verdict, "stops": count[Severity.ERROR], "warnings": count[Severity.WARNING],
            "notes": count[Severity.NOTE], **{f"lost_{name}": points for name, points in report.lost().items()},
            "words": report.metrics["body.words"]}


def _findings(report: Report, number: int, changed: _Changed) -> Iterator[Row]:
    for finding in report.findings:
        row = {"row": number, "id": report.id or None, "rule": finding.rule, "category": finding.category,
               "severity": finding.severity.label, "points": finding.points, "message": finding.message, "fix": finding.fix}
        yield from ({**row, **_place(spot, changed.get(spot.part))} for spot in finding.places)
        if not finding.places:
            yield row


def _place(spot: Spot, changed: tuple[str, Sequence[int]] | None) -> Row:
    start, end, text = spot.start, spot.end, spot.text
    if changed is not None and start < end:
        cell, back = changed
        start, end = back[start], back[end - 1] + 1
        text = cell[start:end]
    return {"part": spot.part, "start": start, "end": end, "text": text}
