"""The part of training that learns whose a named firm is: how the reader's own is spoken of, and how others are.

Every mention of the recipient's company in the labelled drafts is an example; so is, in a draft labelled with a wrong
company, the name most like one (which one it is, no label says). All other names are examples of the contrary.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from linear import Model, groups

from inmail_lint import Draft, Recipient
from inmail_lint.document import Place
from inmail_lint.firm_names import Firm
from inmail_lint.firms import TOLD, firms, is_told
from inmail_lint.folding import words_of
from inmail_lint.found import Found
from inmail_lint.linter import Linter
from inmail_lint.measure import Gold
from inmail_lint.own_firm import OwnFirm
from inmail_lint.rulebook import Rulebook

STRENGTH = 0.12  # inverse of the penalty, chosen by leaving writers out, as are the next three
TRAP = 3.0  # weight of a wrong company: rare, and the very thing looked for
ASKED = 0.5  # of what drafts written for their traps alone say: they are harder than what people send
OWN = 0.2  # of a mention of the reader's own firm: many, and less like a leftover than a leftover is
ROUNDS = 2  # how often the wrong companies are looked for anew with the weights so far
DRAFTS_PER_ERROR = 400  # the threshold lets one draft in so many be blamed wrongly


class FirmSample:
    """The firms named in one draft, and which of them are the recipient's own; in a draft with a wrong company also which
    name is that, if the label says it."""

    def __init__(self, draft: Draft, writer: str, found: Found, book: Rulebook, *, trap: bool, wrong: str = "", sure: bool = False
                 ) -> None:
        recipient = draft.recipient
        self.writer, self.trap = writer, trap
        self.asked = sure  # written for traps alone: the threshold is not set on it
        self.rows: list[tuple[Firm, frozenset[str]]] = []
        self.own: list[bool] = []
        self.told = np.zeros(0)  # what the patterns' word adds to each
        self.wrong: list[bool] | None = None
        self.judged = False  # whether the linter would look for another firm in it
        if recipient is not None and recipient.company:
            own = OwnFirm(found.parsed, recipient)
            self.rows = firms(found, own, book)
            self.told = np.array([TOLD / 100 * is_told(found, firm) for firm, _ in self.rows])
            words = [{t for w in firm.words for t in words_of(w.text)} for firm, _ in self.rows]
            self.own = [own.is_named_by(firm.words, opens=firm.opens) for firm, _ in self.rows]
            if sure:
                meant = set(words_of(wrong))
                self.wrong = [len(meant & mine) * 2 >= len(mine) and bool(meant & mine) for mine in words]
            self.judged = not own.is_named()


def of_gold(gold: Gold, found: Found, book: Rulebook) -> FirmSample:
    """A labelled draft, which does not say what the wrong company is called."""
    return FirmSample(gold.draft, gold.writer, found, book, trap="wrong_company" in gold.traps)


def trap_drafts(directory: Path, code: str, linter: Linter) -> list[FirmSample]:
    """The drafts of `corpus/firms/`, labelled for traps alone, which do."""
    samples = []
    for file in sorted(directory.glob(f"{code}-*.jsonl")):
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            draft = Draft(row["body"], row["subject"], row["kind"], code, Recipient.of(row["recipient"]))
            trap = "wrong_company" in row["traps"]
            samples.append(FirmSample(draft, file.stem, linter.find_plain(draft), linter.rulebook, trap=trap,
                                      wrong=row["firm"] if trap else "", sure=True))
    return samples


def fit(samples: list[FirmSample]) -> Model:
    rows, truth, owners, weights = [], [], [], []
    for number, sample in enumerate(samples):
        if sample.wrong is not None or not sample.trap:
            wrong = sample.wrong or [False] * len(sample.rows)
            rows += [fs for _, fs in sample.rows]
            truth += [float(o or w) for o, w in zip(sample.own, wrong, strict=True)]
            owners += [number] * len(sample.rows)
            share = ASKED if sample.asked else 1.0
            weights += [share * (TRAP if w else OWN if o else 1.0) for o, w in zip(sample.own, wrong, strict=True)]
    model = Model(("firm",))
    model.fit(rows, np.array(truth)[:, None], STRENGTH, owners, np.array(weights))
    for _ in range(ROUNDS):
        likely = [(n, s.rows[int(model.odds([fs for _, fs in s.rows])[:, 0].argmax())][1])
                  for n, s in enumerate(samples) if s.trap and s.rows and s.wrong is None]
        found = Model(("firm",))
        found.fit(rows + [fs for _, fs in likely], np.array(truth + [1.0] * len(likely))[:, None], STRENGTH,
                  owners + [n for n, _ in likely], np.array(weights + [TRAP] * len(likely)))
        model = found
    return model


def train_firms(samples: list[FirmSample]) -> tuple[dict, list[list[tuple[Place, int]]]]:
    """Weights, and for every draft its firms with odds by weights that have not seen its writer."""
    odds: list[np.ndarray] = [np.zeros(0)] * len(samples)
    for group in groups(s.writer for s in samples):
        model = fit([s for s in samples if s.writer not in group])
        for i, sample in enumerate(samples):
            if sample.writer in group and sample.judged:
                odds[i] = model.odds([fs for _, fs in sample.rows])[:, 0] + sample.told
    innocent = [o for o, s in zip(odds, samples, strict=True) if s.judged and not s.trap and not s.asked]
    strongest = sorted((o.max(initial=-np.inf) for o in innocent), reverse=True)
    cut = float(strongest[len(strongest) // DRAFTS_PER_ERROR])
    for asked in (False, True):
        chosen = [(o, s) for o, s in zip(odds, samples, strict=True) if s.asked == asked]
        caught = sum(bool(len(o)) and o.max() > cut for o, s in chosen if s.trap)
        false = sum(bool(len(o)) and o.max() > cut for o, s in chosen if not s.trap)
        print(f"  firms{', drafts written for it' if asked else ''}: {caught} of {sum(s.trap for _, s in chosen)} wrong "
              f"companies, {false} false, threshold {cut:.2f}")
    model = fit(samples)
    model.cut = [cut]
    return model.to_json(), [[(firm.place, round(100 * (o - cut))) for (firm, _), o in zip(s.rows, draft, strict=False)]
                             for s, draft in zip(samples, odds, strict=True)]
