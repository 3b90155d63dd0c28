"""Reports for programs: the JSON document and its lines (the shape is `Report.to_dict`)."""

from __future__ import annotations

import json

from inmail_lint.lines import quoted
from inmail_lint.output.run import Run
from inmail_lint.report import SCHEMA, fault_dict, summary


def render_json(run: Run) -> str:
    """One document for the whole run."""
    book = run.rulebook
    return quoted(json.dumps({"schema": SCHEMA, "version": run.version, "rulebook": book.digest, "profile": book.profile.id,
                       "drafts": [r.to_dict() for r in run.reports], "errors": [fault_dict(f) for f in run.faults],
                       "summary": summary(run.reports)}, ensure_ascii=False))


def render_jsonl(run: Run) -> str:
    """One draft a line."""
    return quoted("\n".join(json.dumps(r.to_dict(), ensure_ascii=False) for r in run.reports))
