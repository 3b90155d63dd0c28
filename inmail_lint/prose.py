"""Numbers about how the body reads: its reading ease, and who is spoken of."""

from __future__ import annotations

from inmail_lint.found import Found
from inmail_lint.metrics import Measurement, metric

_ENOUGH = 40  # words; under that a reading-ease figure is noise: the formulas were made for samples of 100 (Flesch 1948)


@metric("body.reading_ease")
def reading_ease(found: Found) -> Measurement:
    """Reading ease of the body by the language's formula (Flesch for English, Szigriszt-Pazos read on the INFLESZ
    scale for Spanish), 0-100, higher is easier; 100 when there are fewer than 40 words, too few to tell."""
    parsed = found.parsed
    pack = parsed.pack
    body = parsed.body
    words = [w.syllables for w in body.words if w.syllables]
    sentences = sum(body.count(s.first, s.last) > 0 for s in body.sentences)
    if pack is None or pack.readability is None or len(words) < _ENOUGH or not sentences:
        return Measurement(100)
    formula = pack.readability
    ease = formula.base - formula.per_syllable * sum(words) / len(words) - formula.per_sentence * len(words) / sentences
    return Measurement(round(min(100.0, max(0.0, ease)), 1))


@metric("body.sender_share")
def sender_share(found: Found) -> Measurement:
    """Of all mentions of sender and reader in the body, the percentage that are of the sender."""
    sender, reader = found.parsed.mentions
    return Measurement(round(100 * sender / (sender + reader)) if sender + reader else 0)


@metric("body.reader_share")
def reader_share(found: Found) -> Measurement:
    """Of all mentions of sender and reader in the body, the percentage that are of the reader."""
    sender, reader = found.parsed.mentions
    return Measurement(round(100 * reader / (sender + reader)) if sender + reader else 0)


@metric("body.reader_mentions")
def reader_mentions(found: Found) -> Measurement:
    """How often the body speaks of or to the reader."""
    return Measurement(found.parsed.mentions[1])
