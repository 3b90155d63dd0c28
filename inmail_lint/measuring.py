"""What `inmail-lint measure` prints: languages apart, writers set aside apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from inmail_lint.errors import DraftError, Fault
from inmail_lint.linter import Linter
from inmail_lint.measure import Gold, Labels, Measured, judged, measure, read_gold, says, table
from inmail_lint.report import Report
from inmail_lint.source import load_yaml, nearest


def writers(directory: Path, group: str) -> frozenset[str]:
    """Writers of a group (`held_out`, `fresh`) of `split.yaml` beside the labelled drafts; none without such a file."""
    file = directory / "split.yaml"
    if not file.is_file():
        return frozenset()
    faults: list[Fault] = []
    root = load_yaml(file, faults)
    keys = root.fields(("held_out", "fresh"), ("held_out", "fresh")) if root else {}
    if faults:
        raise DraftError(faults)
    return frozenset(keys[group].texts())


def print_measures(files: Sequence[str], linter: Linter, *, by_writer: bool, misses: str | None) -> Iterator[str]:
    """Lines to print."""
    labels = Labels.load()
    if misses and misses not in labels.labels:
        raise DraftError(f"there is no label '{misses}'{nearest(misses, labels.labels)}")
    gold = read_gold(files)
    pairs = list(zip(gold, judged(linter, gold), strict=True))
    aside = writers(Path(files[0]).parent, "held_out")
    for language in sorted({g.draft.language or "" for g in gold}):
        own = [p for p in pairs if p[0].draft.language == language]
        for held, title in ((False, "writers the rules were written from"), (True, "writers set aside")):
            chosen = [p for p in own if (p[0].writer in aside) == held]
            if chosen:
                yield f"{language}, {title}: {', '.join(sorted({g.writer for g, _ in chosen}))}"
                yield from table(_measure(chosen, labels))
                yield ""
        if by_writer:
            yield from _writers(own, labels)
    if misses:
        yield from _misses(pairs, labels, misses)


def _measure(pairs: Iterable[tuple[Gold, Report]], labels: Labels) -> Measured:
    gold, reports = zip(*pairs, strict=True)
    return measure(gold, reports, labels)


def _writers(pairs: Sequence[tuple[Gold, Report]], labels: Labels) -> Iterator[str]:
    for writer in sorted({g.writer for g, _ in pairs}):
        figures = _measure([p for p in pairs if p[0].writer == writer], labels)
        yield f"{writer:14} {figures.drafts:4} drafts, mean kappa {figures.mean_kappa:.3f}, Spearman {figures.spearman:.3f}"
    yield ""


def _misses(pairs: Iterable[tuple[Gold, Report]], labels: Labels, label: str) -> Iterator[str]:
    for gold, report in pairs:
        said = says(report, labels.labels[label])
        if said != bool(gold.labels[label]):
            yield (f"--- {gold.draft.id}: labelled {gold.labels[label]!r}, judged {said}\n{gold.draft.subject}\n"
                   f"{gold.draft.body}\n")
