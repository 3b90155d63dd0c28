"""What `inmail-lint measure` prints: languages apart, writers set aside apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from inmail_lint.errors import DraftError, Fault
from inmail_lint.linter import Linter
from inmail_lint.loading import rules_directory
from inmail_lint.measure import Gold, Labels, Measured, judged, measure, read_gold, says, table
from inmail_lint.measured import Figures
from inmail_lint.report import Report
from inmail_lint.source import load_yaml
from inmail_lint.spelling import nearest


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
        for held, title in ((False, "writers the rules were written from"), (True, "writers set aside while they were written")):
            chosen = [p for p in own if (p[0].writer in aside) == held]
            if chosen:
                yield f"{language}, {title}: {', '.join(sorted({g.writer for g, _ in chosen}))}"
                yield from table(_measure(chosen, labels))
                yield ""
        if by_writer:
            yield from _writers(own, labels)
        yield from _left_out(linter, language, {g.writer for g, _ in own})
    if misses:
        yield from _misses(pairs, labels, misses)


def _left_out(linter: Linter, language: str, names: set[str]) -> Iterator[str]:
    """The committed figures of strangers' drafts, if the weights have seen the writers measured here."""
    learned = linter.rulebook.learned(language)
    seen = names & set(learned.writers) if learned else set()
    overall = Figures.load(rules_directory()).overall.get(language)
    if seen and overall:
        yield (f"{language}: the weights were trained on {len(seen)} of these {len(names)} writers, so the figures above "
               "flatter. Leaving each")
        yield (f"writer out, on {overall['drafts']} drafts by writers whom no rule author had read: mean kappa "
               f"{overall['mean_kappa']}, Spearman {overall['spearman']}; kappa by label:")
        yield "  " + ", ".join(f"{name} {kappa}" for name, kappa in overall["labels"].items() if kappa is not None)
        yield ""


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
