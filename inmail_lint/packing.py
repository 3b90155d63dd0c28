"""A report as plain data and back: what goes between processes and what is kept between runs. Its draft stays behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from inmail_lint.draft import Draft
from inmail_lint.errors import Defect
from inmail_lint.report import Finding, Mark, NotRun, Report, Silenced, Spot
from inmail_lint.vocabulary import Severity

_FINDING = tuple(f.name for f in fields(Finding))  # taken from the classes, so that a new field is not forgotten
_SILENCED = tuple(f.name for f in fields(Silenced))


def packed(report: Report) -> dict[str, Any]:
    """Lists, mappings, texts and numbers alone, as JSON can hold them."""
    plain = {f.name: getattr(report, f.name) for f in fields(report) if f.name != "draft"}
    return {**plain, "findings": [_packed(f) for f in report.findings],
            "markers": [(m.name, m.pattern, *m.spot) for m in report.markers], "metrics": dict(report.metrics),
            "not_run": [(n.rule, n.reason) for n in report.not_run],
            "defects": [(d.what, d.reason, d.trace) for d in report.defects], "caps": dict(report.caps),
            "silenced": [[_packed(s.finding) if name == "finding" and s.finding else getattr(s, name) for name in _SILENCED]
                         for s in report.silenced]}


def unpacked(data: dict[str, Any], draft: Draft) -> Report:
    """The report of a draft, equal to the one that was packed.

    Data that is no packed report raises TypeError, ValueError, KeyError or AttributeError.
    """
    return Report(draft, **{
        **data, "findings": tuple(map(_finding, data["findings"])),
        "markers": tuple(Mark(name, pattern, Spot(*spot)) for name, pattern, *spot in data["markers"]),
        "not_run": tuple(NotRun(*entry) for entry in data["not_run"]), "categories": tuple(data["categories"]),
        "defects": tuple(Defect(*entry) for entry in data["defects"]),
        "silenced": tuple(map(_silenced, data["silenced"]))})


def _packed(finding: Finding) -> list[Any]:
    plain: dict[str, Any] = {name: getattr(finding, name) for name in _FINDING}
    return list({**plain, "severity": finding.severity.label, "guides": list(finding.guides),
                 "places": [tuple(spot) for spot in finding.places]}.values())


def _finding(values: Sequence[Any]) -> Finding:
    given = dict(zip(_FINDING, values, strict=True))
    return Finding(**{**given, "severity": _SEVERITIES[given["severity"]], "guides": tuple(given["guides"]),
                      "places": _spots(given["places"])})


def _silenced(values: Sequence[Any]) -> Silenced:
    given = dict(zip(_SILENCED, values, strict=True))
    return Silenced(**{**given, "finding": _finding(given["finding"]) if given["finding"] else None})


def _spots(values: Iterable[Sequence[Any]]) -> tuple[Spot, ...]:
    return tuple(Spot(*spot) for spot in values)


_SEVERITIES = {severity.label: severity for severity in Severity}
