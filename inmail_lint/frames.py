"""Drafts in tables: a pandas DataFrame, an Arrow table, or a list of mappings in, two tables of the same kind out.

Streams of Arrow record batches, for engines on many machines, are in `inmail_lint.batches`.

pandas and pyarrow are optional and imported only for tables of theirs. A row that cannot be judged says why in its
`error` and stops no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, overload

from inmail_lint.batches import BatchLinter, lint_batches
from inmail_lint.frame_kinds import Row, opened
from inmail_lint.frame_rows import FINDINGS, Columns, fields_of, finding_rows, judged, score_schema
from inmail_lint.linter import Linter
from inmail_lint.loading import DEFAULT_PROFILE

__all__ = ["FINDINGS", "BatchLinter", "Columns", "lint_batches", "lint_table", "score_schema"]

_T = TypeVar("_T")


@overload
def lint_table(table: list[dict[str, Any]], *, profile: str = ..., ui: str | None = ..., columns: Columns | None = ...,
               linter: Linter | None = ..., others: Iterable[str] = ...) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]: ...


@overload
def lint_table(table: _T, *, profile: str = ..., ui: str | None = ..., columns: Columns | None = ...,
               linter: Linter | None = ..., others: Iterable[str] = ...) -> tuple[_T, _T]: ...


def lint_table(table: Any, *, profile: str = DEFAULT_PROFILE, ui: str | None = None, columns: Columns | None = None,
               linter: Linter | None = None, others: Iterable[str] = ()) -> tuple[Any, Any]:
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
        linter: a Linter to judge with, in place of a new one for `profile`, `ui` and `others`.
        others: the companies a campaign goes to, such as a column of the table; a draft that names one of another reader
            is stopped.

    Raises:
        DraftError: this is no table, it has no column of bodies, or two columns hold one field.
        RuleError: there is no such profile, or it is broken.
        InmailLintError: pyarrow is needed for this table and not installed.
    """
    given = opened(table)
    judge = linter or Linter(profile, ui=ui, others=others)
    fields = fields_of(given.columns, columns or {})
    scores: list[Row] = []
    findings: list[Row] = []
    for number, row in enumerate(given.rows(list(fields))):
        score, report, changed = judged(judge, {fields[column]: value for column, value in row.items()})
        scores.append(score)
        if report is not None:
            findings += finding_rows(report, number, changed)
    return (given.make(scores, score_schema(judge), range(len(scores))),
            given.make(findings, FINDINGS, [finding["row"] for finding in findings]))
