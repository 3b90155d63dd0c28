"""Reports for programs: the JSON document and its lines (the shape is `Report.to_dict`)."""

from __future__ import annotations

import json
from typing import Any

from inmail_lint import __version__
from inmail_lint.lines import quoted
from inmail_lint.output.run import Run
from inmail_lint.output.streams import Context, whole
from inmail_lint.report import SCHEMA, Report, fault_dict

_ENCODER = json.JSONEncoder(ensure_ascii=False)


class JsonStream:
    """One document for the whole run."""

    _between = ""

    def first(self, context: Context) -> str:
        book = context.rulebook()
        head = {"schema": SCHEMA, "version": __version__, "rulebook": book.digest, "profile": book.profile.id}
        return f'{_json(head)[:-1]}, "drafts": ['

    def report(self, report: Report) -> str:
        between, self._between = self._between, ", "
        return between + _json(report.to_dict())

    def last(self, context: Context) -> str:
        tail = {"errors": [fault_dict(f) for f in context.faults], "summary": context.totals.to_dict()}
        return f"], {_json(tail)[1:]}\n"


class JsonLines:
    """One draft a line."""

    def first(self, context: Context) -> str:
        return ""

    def report(self, report: Report) -> str:
        return _json(report.to_dict()) + "\n"

    def last(self, context: Context) -> str:
        return ""


def _json(data: Any) -> str:
    return quoted(_ENCODER.encode(data))


def render_json(run: Run) -> str:
    return whole(JsonStream(), run)


def render_jsonl(run: Run) -> str:
    return whole(JsonLines(), run)
