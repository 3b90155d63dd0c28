"""The linter held against labelled drafts: per label and rule, per language, per writer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inmail_lint.agreement import Tally, pairs_in_order, spearman
from inmail_lint.draft import Draft, Recipient
from inmail_lint.errors import DraftError, Fault, RuleError
from inmail_lint.linter import Linter
from inmail_lint.loading import rules_directory
from inmail_lint.report import Report
from inmail_lint.source import load_yaml

Range = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Gold:
    """A labelled draft: the draft, its labels, its quality 0-100, the traps set in it, and who wrote it."""

    draft: Draft
    labels: Mapping[str, Any]
    quality: float
    traps: tuple[str, ...]
    writer: str


@dataclass(frozen=True)
class Labels:
    """How reports say what labels say (`rules/labels.yaml`)."""

    labels: Mapping[str, str]
    spans: tuple[str, ...]
    rules: Mapping[str, str]

    @classmethod
    def load(cls, directory: Path | None = None) -> Labels:
        faults: list[Fault] = []
        root = load_yaml((directory or rules_directory()) / "labels.yaml", faults)
        keys = root.fields(("labels", "spans", "rules"), ("labels", "spans", "rules")) if root else {}
        if faults:
            raise RuleError(faults)
        tables = {k: {n: v.text() for n, v in keys[k].fields().items()} for k in ("labels", "rules")}
        return cls(tables["labels"], keys["spans"].texts(), tables["rules"])


def read_gold(files: Iterable[str | Path]) -> list[Gold]:
    """Labelled drafts of JSON-lines files; raises DraftError for a line that is none."""
    gold = []
    for file in map(Path, files):
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise DraftError(Fault(str(file), f"cannot be read: {error}; give a .jsonl of labelled drafts")) from error
        for number, line in enumerate(lines, 1):
            if line.strip():
                gold.append(_gold(line, str(file), number))
    return gold


def _gold(line: str, path: str, number: int) -> Gold:
    try:
        row = json.loads(line)
        draft = Draft(row["body"], row["subject"], row.get("kind", "inmail"), row["lang"],
                      Recipient.of(row.get("recipient")), id=row["id"], path=path, line=number)
        return Gold(draft, row["gold"], float(row["quality"]), tuple(row.get("traps", ())), Path(path).stem)
    except (ValueError, KeyError, TypeError) as error:
        raise DraftError(Fault(path, f"not a labelled draft ({error}); see corpus/labelled/LABELS.md", number)) from error


@dataclass
class Row:
    """Figures of one label: over drafts, and for span labels over spans (`found` of the labelled, `right` of ours)."""

    drafts: Tally = field(default_factory=Tally)
    found: Tally = field(default_factory=Tally)
    right: Tally = field(default_factory=Tally)

    @property
    def span_f1(self) -> float | None:
        precision, recall = self.right.precision, self.found.recall
        return 2 * precision * recall / (precision + recall) if precision and recall else None


@dataclass
class Measured:
    """Figures of a set of drafts."""

    rows: dict[str, Row]
    rules: dict[str, Tally]
    charged: dict[str, Tally]  # the same, of the findings that cost points or stop
    spearman: float
    in_order: float | None
    traps: int
    traps_caught: int
    traps_false: int
    drafts: int
    language_right: float

    @property
    def mean_kappa(self) -> float:
        kappas = [r.drafts.kappa for r in self.rows.values() if r.drafts.kappa is not None]
        return sum(kappas) / len(kappas) if kappas else 0.0


def measure(gold: Sequence[Gold], reports: Sequence[Report], labels: Labels) -> Measured:
    """Hold reports against labels; both in the same order."""
    rows = {name: Row() for name in labels.labels}
    rules = {name: Tally() for name in labels.rules}
    charged = {name: Tally() for name in labels.rules}
    caught = false = right = 0
    for truth, report in zip(gold, reports, strict=True):
        findings = {f.rule for f in report.findings}
        costly = {f.rule for f in report.findings if f.cost}
        for name, row in rows.items():
            if _applies(name, truth):
                row.drafts.add(truth=bool(truth.labels[name]), answer=says(report, labels.labels[name]))
                if name in labels.spans:
                    _spans(row, truth, report, labels.labels[name], name)
        for name, tally in rules.items():
            if _applies(name.replace("-", "_"), truth) and not any(n.rule == name for n in report.not_run):
                tally.add(truth=_expects(truth, labels.rules[name]), answer=name in findings)
                charged[name].add(truth=_expects(truth, labels.rules[name]), answer=name in costly)
        wrong = bool(findings & {"wrong-name", "wrong-company"})
        caught += bool(truth.traps) and wrong
        false += not truth.traps and wrong
        right += report.language == truth.draft.language
    scores, quality = [r.score for r in reports], [g.quality for g in gold]
    return Measured(rows, rules, charged, spearman(scores, quality), pairs_in_order(scores, quality),
                    sum(bool(g.traps) for g in gold), caught, false, len(gold), right / len(gold) if gold else 0.0)


def _applies(name: str, truth: Gold) -> bool:
    if name.startswith("subject_") and not truth.draft.subject:
        return False
    return not (name == "register_mixed" and truth.draft.language != "es")


def holds(expression: str, is_true: Callable[[str], bool]) -> bool:
    """Evaluate `a|b`, `a&!b` with `is_true` for each name."""
    def one(term: str) -> bool:
        return is_true(term.lstrip("!")) != term.startswith("!")

    if "|" in expression:
        return any(one(t) for t in expression.split("|"))
    return all(one(t) for t in expression.split("&"))


def says(report: Report, expression: str) -> bool:
    """Whether a report says what an expression of `labels.yaml` asks."""
    findings, markers = {f.rule for f in report.findings}, {m.name for m in report.markers}

    def one(term: str) -> bool:
        kind, name = term.split(":")
        return name in (markers if kind == "marker" else findings)

    return holds(expression, one)


def _expects(truth: Gold, expression: str) -> bool:
    def one(term: str) -> bool:
        return term[5:] in truth.traps if term.startswith("trap:") else bool(truth.labels[term])

    return holds(expression, one)


def _spans(row: Row, truth: Gold, report: Report, expression: str, name: str) -> None:
    want = [r for r in (_locate(truth, text) for text in truth.labels[name]) if r]
    have: list[Range] = []
    for term in expression.replace("&", "|").split("|"):
        kind, wanted = term.lstrip("!").split(":")
        spots = ([m.spot for m in report.markers if m.name == wanted] if kind == "marker"
                 else [p for f in report.findings if f.rule == wanted for p in f.places])
        have += [(s.part, s.start, s.end) for s in spots if s.end > s.start]
    for span in want:
        row.found.add(truth=True, answer=any(_overlap(span, h) for h in have))
    for span in have:
        row.right.add(truth=any(_overlap(span, w) for w in want), answer=True)


def _locate(truth: Gold, text: str) -> Range | None:
    for part in ("body", "subject"):
        at = truth.draft.text(part).find(text)
        if at >= 0:
            return part, at, at + len(text)
    return None


def _overlap(a: Range, b: Range) -> bool:
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2]


def judged(linter: Linter, gold: Iterable[Gold]) -> list[Report]:
    """Reports on labelled drafts."""
    return [linter.lint(g.draft) for g in gold]


def table(figures: Measured) -> list[str]:
    """Figures as lines of text."""
    lines = [f"{'label':18} {'gold':>5} {'P':>5} {'R':>5} {'F1':>5} {'kappa':>5}   spans P, R, F1"]
    for name, row in figures.rows.items():
        t = row.drafts
        spans = (f"   {_cell(row.right.precision)} {_cell(row.found.recall)} {_cell(row.span_f1)}" if row.found.n else "")
        lines.append(f"{name:18} {t.tp + t.fn:5} {_cell(t.precision)} {_cell(t.recall)} {_cell(t.f1)} {_cell(t.kappa)}{spans}")
    in_order = f"{100 * figures.in_order:.0f} %" if figures.in_order is not None else "-"
    lines.append(f"{figures.drafts} drafts: mean kappa {figures.mean_kappa:.3f}, Spearman {figures.spearman:.3f}, pairs in order "
                 f"{in_order}, traps {figures.traps_caught} of {figures.traps} ({figures.traps_false} false), "
                 f"language right {100 * figures.language_right:.0f} %")
    return lines


def _cell(value: float | None) -> str:
    return "    -" if value is None else f"{value:5.2f}"
