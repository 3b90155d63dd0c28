"""Train the learned component from `corpus/labelled/` and write `rules/learned/*.json`.

    python tools/train.py              train on all writers but those set aside in split.yaml
    python tools/train.py --all        on all writers (what is shipped once the figures of the set-aside are noted)
    python tools/train.py --cv         leave writers out, a group after the other, and print what carries over

Logistic regression (scikit-learn, liblinear) over the named features of `inmail_lint.features`. Features of a draft as
a whole rest on what the sentence weights say, so those are first predicted by weights that have not seen the writer.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from linear import Model, groups
from train_firms import FirmSample, of_gold, train_firms, trap_drafts

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from inmail_lint import Draft, Recipient
from inmail_lint.agreement import Tally
from inmail_lint.features import sentence_rows
from inmail_lint.finders import with_reading
from inmail_lint.learned import SENTENCE_LABELS, VIEWS, Learned, Reading, view_features, weights_of
from inmail_lint.linter import Linter
from inmail_lint.measure import Gold, Labels, Measured, measure, read_gold, table
from inmail_lint.measuring import writers
from inmail_lint.rulebook import Example

LABELLED = ROOT / "corpus" / "labelled"
TRAPS = ROOT / "corpus" / "firms"
# Rules whose examples tell of a label that the rule does not name: the label, and whether a bad example carries it.
FAULTS = {"cta-vague": ("cta_clear", False), "cta-multiple": ("cta_single", False),
          "cta-high-effort": ("cta_low_effort", False), "self-centred": ("self_centred", True),
          "reason-missing": ("reason", False), "cta-missing": ("cta", False), "value-missing": ("value_offer", False),
          "personalization-missing": ("personalization", False)}
STRENGTH = {"sentence": 0.08, "subject": 0.15, "ask": 0.1, "body": 0.05}  # inverse of the penalty, chosen by leaving writers out
BLIND = 0.5  # weight of each sentence's copy without pattern features: patterns were written with these writers in view,
# so weights that lean on them alone would not carry over
EXAMPLE = 3.0  # weight of the examples inside rules, each of which was written to be told apart
FRESH = 2.0  # weight of drafts by writers that the authors of the patterns had not read


class Sample:
    """A labelled draft with its sentences' features and labels."""

    def __init__(self, gold: Gold, linter: Linter) -> None:
        self.gold = gold
        self.fresh = False  # whether the authors of the patterns had not read this writer
        self.found = linter.find_plain(gold.draft)
        self.rows = sentence_rows(self.found)
        self.firms = of_gold(gold, self.found, linter.rulebook)
        sentences = [row.sentence for row in self.rows]
        self.labels = {name: [self._has(s, name) for s in sentences] for name in SENTENCE_LABELS}

    def _has(self, sentence, name: str) -> bool:
        for text in self.gold.labels[name]:
            for part in ("body", "subject"):
                at = self.gold.draft.text(part).find(text)
                if at >= 0:
                    if part == sentence.part and at < sentence.end and sentence.start < at + len(text):
                        shared = min(sentence.end, at + len(text)) - max(sentence.start, at)
                        if shared > 4 or shared >= len(text):
                            return True
                    break
        return False


class ExampleSample:
    """An example of a rule: it tells of that rule's label only, in all its sentences (good, near) or the marked ones."""

    def __init__(self, label: str, fault: bool, example: Example, linter: Linter) -> None:
        self.label = label
        draft = Draft(example.body, example.subject, example.kind, example.language, Recipient.of(example.recipient))
        self.found = linter.find_plain(draft)
        self.rows = sentence_rows(self.found)
        self.truth = (example.want == "bad") == fault
        sentences = [row.sentence for row in self.rows]
        marked = [any(p == s.part and a < s.end and s.start < b for p, a, b in example.places) for s in sentences]
        self.sentences = [float("nan") if self.truth and not m else float(m) for m in marked]


def example_samples(linter: Linter, code: str) -> list[ExampleSample]:
    samples = []
    for rule in linter.rulebook.rules.values():
        label, fault = FAULTS.get(rule.id, (rule.label, rule.kind != "require"))
        if label:
            samples += [ExampleSample(label, fault, e, linter) for e in rule.examples if e.language == code]
    return samples


def best_cut(odds: np.ndarray, truth: np.ndarray) -> float:
    """The threshold with the best kappa, taken in the middle of its plateau so that it does not hang on one draft."""
    best, cuts = -1.0, [0.0]
    for cut in np.arange(-2.0, 2.05, 0.1):
        tally = Tally()
        for o, t in zip(odds, truth, strict=True):
            tally.add(truth=bool(t), answer=bool(o > cut))
        kappa = tally.kappa or 0.0
        if kappa > best + 1e-9:
            best, cuts = kappa, [cut]
        elif kappa > best - 0.004:
            cuts.append(cut)
    return float(np.median(cuts))


def fit_sentences(samples: list[Sample], examples: list[ExampleSample]) -> Model:
    model = Model(SENTENCE_LABELS)
    rows = [row.names for s in samples for row in s.rows]
    owners = [i for i, s in enumerate(samples) for _ in s.rows]
    truth = np.array([[s.labels[name][k] for name in SENTENCE_LABELS] for s in samples for k in range(len(s.rows))])
    for number, example in enumerate(examples):
        if example.label in SENTENCE_LABELS and len(example.rows):
            own = np.full((len(example.rows), len(SENTENCE_LABELS)), np.nan)
            own[:, SENTENCE_LABELS.index(example.label)] = example.sentences
            rows += [row.names for row in example.rows]
            owners += [len(samples) + number] * len(example.rows)
            truth = np.vstack([truth, own])
    blind = [frozenset(f for f in fs if not _from_patterns(f)) for fs in rows]
    lean = [EXAMPLE if o >= len(samples) else FRESH if samples[o].fresh else 1.0 for o in owners]
    model.fit(rows + blind, np.vstack([truth, truth]), STRENGTH["sentence"], owners + owners,
              np.array(lean + [BLIND * w for w in lean]))
    return model


def _from_patterns(feature: str) -> bool:
    return ":p:" in f":{feature}" or ":f:" in f":{feature}"


def out_of_fold(samples: list[Sample], examples: list[ExampleSample]) -> list[np.ndarray]:
    """Sentence odds of every sample by weights that have not seen its writer."""
    odds: list[np.ndarray] = [np.zeros((0, len(SENTENCE_LABELS)))] * len(samples)
    for group in groups(s.gold.writer for s in samples):
        model = fit_sentences([s for s in samples if s.gold.writer not in group], examples)
        for i, sample in enumerate(samples):
            if sample.gold.writer in group:
                odds[i] = model.odds([row.names for row in sample.rows])
    return odds


def draft_cuts(samples: list[Sample], odds: list[np.ndarray]) -> list[float]:
    """Per label the threshold at which 'some sentence carries it' agrees best with the drafts' labels; where the draft as
    a whole is judged too (`any:`), the one at which the sentences agree best."""
    cuts = []
    chosen = [i for i, s in enumerate(samples) if s.fresh] or list(range(len(samples)))
    for j, name in enumerate(SENTENCE_LABELS):
        if f"any:{name}" in VIEWS:
            flat = np.concatenate([odds[i][:, j] for i in chosen])
            cuts.append(best_cut(flat, np.concatenate([np.array(samples[i].labels[name]) for i in chosen])))
            continue
        best = np.array([odds[i][:, j].max() if len(odds[i]) else -9 for i in chosen])
        cuts.append(best_cut(best, np.array([bool(samples[i].gold.labels[name]) for i in chosen])))
    return cuts


def readings(samples: list[Sample], odds: list[np.ndarray], cuts: list[float]) -> list[Reading]:
    return [Reading(s.rows, SENTENCE_LABELS, [[round(100 * (v - c)) for v, c in zip(row, cuts, strict=True)] for row in o])
            for s, o in zip(samples, odds, strict=True)]


def fit_views(samples: list[Sample], read: list[Reading], examples: list[tuple[ExampleSample, Reading]]
              ) -> dict[str, Model]:
    models = {}
    for view in dict.fromkeys(VIEWS.values()):
        labels = tuple(n for n, v in VIEWS.items() if v == view)
        model = Model(labels)
        chosen = [i for i, s in enumerate(samples) if view != "subject" or s.gold.draft.subject]
        truth = np.array([[float(bool(samples[i].gold.labels[n.removeprefix("any:")])) for n in labels] for i in chosen])
        rows = [view_features(samples[i].found, read[i], view).names() for i in chosen]
        for number, (example, reading) in enumerate(examples):
            known = [n for n in labels if n.removeprefix("any:") == example.label]
            if known:
                own = np.full((1, len(labels)), np.nan)
                own[0, labels.index(known[0])] = float(example.truth)
                truth = np.vstack([truth, own])
                rows.append(view_features(example.found, reading, view).names())
                chosen.append(len(samples) + number)
        lean = [EXAMPLE if i >= len(samples) else FRESH if view == "body" and samples[i].fresh else 1.0 for i in chosen]
        model.fit(rows, truth, STRENGTH[view], chosen, np.array(lean))
        models[view] = model
    return models


def view_odds(models: dict[str, Model], sample: Sample, reading: Reading) -> dict[str, float]:
    return {n: float(o) for view, m in models.items()
            for n, o in zip(m.labels, m.odds([view_features(sample.found, reading, view).names()])[0], strict=True)}


def set_view_cuts(models: dict[str, Model], samples: list[Sample], read: list[Reading],
                  examples: list[tuple[ExampleSample, Reading]]) -> None:
    """Thresholds of the view labels from odds out of fold, which are also noted in the readings."""
    odds: list[dict[str, float]] = [{}] * len(samples)
    for group in groups(s.gold.writer for s in samples):
        inside = [i for i, s in enumerate(samples) if s.gold.writer not in group]
        fitted = fit_views([samples[i] for i in inside], [read[i] for i in inside], examples)
        for i, sample in enumerate(samples):
            if sample.gold.writer in group:
                odds[i] = view_odds(fitted, sample, read[i])
    for view, model in models.items():
        for j, name in enumerate(model.labels):
            chosen = [i for i, s in enumerate(samples) if view != "subject" or s.gold.draft.subject]
            truth = np.array([bool(samples[i].gold.labels[name.removeprefix("any:")]) for i in chosen])
            model.cut[j] = best_cut(np.array([odds[i][name] for i in chosen]), truth)
            report(name, [odds[i][name] > model.cut[j] for i in chosen], truth)
            for i, reading in enumerate(read):
                reading.drafts[name] = round(100 * (odds[i][name] - model.cut[j]))


def report(name: str, answers, truth) -> None:
    tally = Tally()
    for answer, t in zip(answers, truth, strict=True):
        tally.add(truth=bool(t), answer=bool(answer))
    f = lambda v: "   -" if v is None else f"{v:.2f}"  # noqa: E731
    print(f"  {name:18} gold {tally.tp + tally.fn:4}  P {f(tally.precision)} R {f(tally.recall)} kappa {f(tally.kappa)}")


def train(samples: list[Sample], examples: list[ExampleSample], traps: list[FirmSample]) -> tuple[dict, list[Reading]]:
    """Sentence and view weights with thresholds set out of fold, and every draft's reading by weights that have not seen
    its writer; prints what carried over between writers."""
    odds = out_of_fold(samples, examples)
    cuts = draft_cuts(samples, odds)
    for j, name in enumerate(SENTENCE_LABELS):
        truth = [bool(s.gold.labels[name]) for s in samples]
        report(name, [bool(len(o)) and o[:, j].max() > cuts[j] for o in odds], truth)
        flat = [(o[k, j] > cuts[j], s.labels[name][k]) for o, s in zip(odds, samples, strict=True) for k in range(len(o))]
        report(f"{name[:12]} spans", [a for a, _ in flat], [t for _, t in flat])
    read = readings(samples, odds, cuts)
    sentences = fit_sentences(samples, examples)
    sentences.cut = cuts
    shown = readings(examples, [sentences.odds([row.names for row in e.rows]) for e in examples], cuts)
    pairs = list(zip(examples, shown, strict=True))
    views = fit_views(samples, read, pairs)
    set_view_cuts(views, samples, read, pairs)
    shipped = {view: model.to_json() for view, model in views.items()}
    learned = Learned(weights_of(sentences.to_json()), {v: weights_of(w) for v, w in shipped.items()})
    for reading in read:
        reading.learned = learned
    firm, firms = train_firms([*(s.firms for s in samples), *traps])
    for reading, own in zip(read, firms, strict=False):  # those of the traps come last
        reading.firms = own
    return {"sentence": sentences.to_json(), "views": shipped, "firm": firm,
            "writers": sorted({s.gold.writer for s in samples})}, read


def left_out(samples: list[Sample], read: list[Reading], linter: Linter) -> Measured:
    """Figures on the writers that the authors of the patterns had not read, judged by weights that had not either."""
    strangers = [i for i, s in enumerate(samples) if s.fresh] or list(range(len(samples)))
    reports = [linter.judge(with_reading(samples[i].found, read[i], linter.rulebook)) for i in strangers]
    return measure([samples[i].gold for i in strangers], reports, Labels.load())


def write_measured(figures: dict[str, Measured]) -> None:
    """`rules/measured.json`: what rule cards say of error rates; a language that was not trained now keeps its figures."""
    file = ROOT / "rules" / "measured.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"overall": {}, "rules": {}}
    rules: dict[str, dict] = known["rules"]
    for code, measured in figures.items():
        for name, tally in measured.rules.items():
            rules.setdefault(name, {})[code] = {
                "drafts": tally.n, "cases": tally.tp + tally.fn, "fired": tally.tp + tally.fp,
                "precision": tally.precision and round(tally.precision, 3), "recall": tally.recall and round(tally.recall, 3),
                "charged": measured.charged[name].tp + measured.charged[name].fp,
                "charged_precision": (p := measured.charged[name].precision) and round(p, 3)}
    overall = known["overall"] | {
        code: {"drafts": m.drafts, "mean_kappa": round(m.mean_kappa, 3), "spearman": round(m.spearman, 3),
                      "labels": {n: r.drafts.kappa and round(r.drafts.kappa, 3) for n, r in m.rows.items()}}
               for code, m in figures.items()}
    file.write_text(
        json.dumps({"overall": overall, "rules": rules}, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="use the writers set aside too")
    parser.add_argument("--cv", action="store_true", help="print figures only, write nothing")
    parser.add_argument("--language", action="append", choices=["es", "en"])
    parser.add_argument("--labelled", type=Path, default=LABELLED)
    options = parser.parse_args()
    held_out, fresh = writers(options.labelled, "held_out"), writers(options.labelled, "fresh")
    aside = frozenset[str]() if options.all else held_out
    linter = Linter()
    figures: dict[str, Measured] = {}
    for code in options.language or ["en", "es"]:
        gold = [g for g in read_gold(sorted(options.labelled.glob(f"{code}-*.jsonl"))) if g.writer not in aside]
        samples = [Sample(g, linter) for g in gold]
        print(f"{code}: {len(samples)} drafts by {len({g.writer for g in gold})} writers")
        for sample in samples:
            sample.fresh = sample.gold.writer in fresh | held_out
        weights, read = train(samples, example_samples(linter, code), trap_drafts(TRAPS, code, linter))
        measured = left_out(samples, read, linter)
        print("\n".join(table(measured)))
        figures[code] = measured
        if not options.cv:
            file = ROOT / "rules" / "learned" / f"{code}.json"
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(weights, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n",
                            encoding="utf-8")
            print(f"  {file.relative_to(ROOT)}: {file.stat().st_size // 1024} kB")
    if options.all and not options.cv:
        write_measured(figures)


if __name__ == "__main__":
    main()
