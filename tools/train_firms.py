"""The part of training that learns whose a named firm is: how the reader's own is spoken of, and how others are.

Every mention of the recipient's company in the labelled drafts is an example; so is, in a draft labelled with a wrong
company, the name most like one (which one it is, no label says). All other names are examples of the contrary.
"""

from __future__ import annotations

import numpy as np
from linear import Model

from inmail_lint.document import Place
from inmail_lint.firms import Firm, Names, firms, names_own, own_words
from inmail_lint.folding import words_of
from inmail_lint.found import Found
from inmail_lint.measure import Gold

STRENGTH = 0.3  # inverse of the penalty, chosen by leaving writers out
TRAP = 3.0  # weight of a wrong company: rare, and the very thing looked for
ROUNDS = 2  # how often the wrong companies are looked for anew with the weights so far
DRAFTS_PER_ERROR = 200  # the threshold lets one draft in so many be blamed wrongly


class FirmSample:
    """The firms named in one draft, and which of them are the recipient's own."""

    def __init__(self, gold: Gold, found: Found, names: Names) -> None:
        recipient = gold.draft.recipient
        self.writer, self.trap = gold.writer, "wrong_company" in gold.traps
        self.rows: list[tuple[Firm, frozenset[str]]] = []
        self.own: list[bool] = []
        self.judged = False  # whether the linter would look for another firm in it
        if recipient is not None and recipient.company:
            own = own_words(found.parsed, recipient)
            self.rows = firms(found, names)
            self.own = [bool(own & {t for w in firm.words for t in words_of(w.text)}) for firm, _ in self.rows]
            self.judged = bool(self.rows) and not names_own(found.parsed, recipient)


def fit(samples: list[FirmSample]) -> Model:
    rows, truth, owners, weights = [], [], [], []
    for number, sample in enumerate(samples):
        if not sample.trap:
            rows += [fs for _, fs in sample.rows]
            truth += [float(o) for o in sample.own]
            owners += [number] * len(sample.rows)
            weights += [1.0] * len(sample.rows)
    model = Model(("firm",))
    model.fit(rows, np.array(truth)[:, None], STRENGTH, owners, np.array(weights))
    for _ in range(ROUNDS):
        likely = [(n, max((fs for _, fs in s.rows), key=lambda fs: model.odds([fs])[0, 0]))
                  for n, s in enumerate(samples) if s.trap and s.rows]
        found = Model(("firm",))
        found.fit(rows + [fs for _, fs in likely], np.array(truth + [1.0] * len(likely))[:, None], STRENGTH,
                  owners + [n for n, _ in likely], np.array(weights + [TRAP] * len(likely)))
        model = found
    return model


def train_firms(samples: list[FirmSample]) -> tuple[dict, list[list[tuple[Place, int]]]]:
    """Weights, and for every draft its firms with odds by weights that have not seen its writer."""
    odds: list[np.ndarray] = [np.zeros(0)] * len(samples)
    for writer in sorted({s.writer for s in samples}):
        model = fit([s for s in samples if s.writer != writer])
        for i, sample in enumerate(samples):
            if sample.writer == writer and sample.judged:
                odds[i] = model.odds([fs for _, fs in sample.rows])[:, 0]
    strongest = sorted((o.max() for o, s in zip(odds, samples, strict=True) if s.judged and not s.trap), reverse=True)
    cut = float(strongest[len(strongest) // DRAFTS_PER_ERROR]) + 0.01
    caught = sum(bool(len(o)) and o.max() > cut for o, s in zip(odds, samples, strict=True) if s.trap)
    print(f"  firms: {caught} of {sum(s.trap for s in samples)} wrong companies by weights alone, threshold {cut:.2f}")
    model = fit(samples)
    model.cut = [cut]
    return model.to_json(), [[(firm.place, round(100 * (o - cut))) for (firm, _), o in zip(s.rows, draft, strict=False)]
                             for s, draft in zip(samples, odds, strict=True)]
