"""The message with its marks: places of findings numbered at their end, places that work lettered at their start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from inmail_lint.output.drafts import works_of
from inmail_lint.output.html_text import plain, safe
from inmail_lint.report import Report, Spot
from inmail_lint.wording import say

GOOD = "good"
_LONG = 120  # characters from which a mark is drawn by its ends alone, else it would hide the marks in it


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on the message. `target` is the id of what is said of it, `look` a severity's label or `good`; where
    several meet, the one of the lowest `rank` decides how they are drawn."""

    id: str
    rank: int
    target: str
    sign: str
    about: str
    look: str
    spot: Spot

    @property
    def start(self) -> int:
        return self.spot.start

    @property
    def end(self) -> int:
        return self.spot.end


@dataclass(frozen=True, slots=True)
class Pins:
    """The pins of one draft: by finding, in the order of the findings, and by marker."""

    findings: tuple[tuple[Pin, ...], ...]
    markers: dict[str, tuple[Pin, ...]]

    def of_part(self, part: str) -> list[Pin]:
        groups = [*self.findings, *self.markers.values()]
        return [pin for pins in groups for pin in pins if pin.spot.part == part]


def pins(report: Report, prefix: str) -> Pins:
    """Number the findings and letter the markers of a report; ids begin with `prefix`."""
    ui = report.ui
    findings = []
    for number, finding in enumerate(report.findings, 1):
        label = finding.severity.label
        about = f"{say('html-finding', ui, number)}, {say(label, ui).lower()}: {finding.rule}"
        findings.append(tuple(Pin(f"{prefix}-f{number}-{count}", number, f"{prefix}-f{number}", str(number), about, label, spot)
                              for count, spot in enumerate(_merged(report, finding.places), 1)))
    markers = {}
    for letter, (name, marks) in zip(ascii_uppercase, works_of(report).items(), strict=False):
        about, rank = f"{letter}: {say(name, ui)}", len(findings) + 1
        markers[name] = tuple(Pin(f"{prefix}-{letter}-{count}", rank, f"{prefix}-{letter}", letter, about, GOOD, spot)
                              for count, spot in enumerate(_merged(report, (m.spot for m in marks)), 1))
    return Pins(tuple(findings), markers)


def _merged(report: Report, spots: Iterable[Spot]) -> Iterator[Spot]:
    """Places without repeats, those that touch or overlap as one: three exclamation marks in a row are one place."""
    last: Spot | None = None
    for spot in sorted(spots, key=lambda s: (s.part != "subject", s.start, s.end)):
        if last is not None and last.part == spot.part and spot.start <= last.end:
            if spot.end > last.end:
                last = Spot.of(report.draft, spot.part, last.start, spot.end)
            continue
        if last is not None:
            yield last
        last = spot
    if last is not None:
        yield last


def marked(text: str, part_pins: Sequence[Pin]) -> str:
    """A text with its marks, cut where any mark begins or ends, so that marks may overlap and tags never do."""
    cuts = sorted({0, len(text), *(p.start for p in part_pins), *(p.end for p in part_pins)})
    starting, ending = _by(part_pins, "start"), _by(part_pins, "end")
    active: list[Pin] = []
    pieces: list[str] = []
    for cut, following in zip(cuts, [*cuts[1:], len(text)], strict=True):
        pieces += [_sign(p) for p in ending.get(cut, ()) if p.look != GOOD]
        active = [p for p in active if p.end > cut]
        opening = starting.get(cut, ())
        pieces += [_sign(p) for p in opening if p.look == GOOD]
        active += [p for p in opening if p.end > cut]
        closing = any(p.look == GOOD and p.end == following for p in active)
        opens = any(p.look != GOOD and p.end - p.start > _LONG for p in opening)
        pieces.append(_piece(text[cut:following], active, opening=opens, closing=closing))
    return "".join(pieces)


def _by(part_pins: Iterable[Pin], edge: str) -> dict[int, list[Pin]]:
    found: dict[int, list[Pin]] = {}
    for pin in part_pins:
        found.setdefault(getattr(pin, edge), []).append(pin)
    return found


def _piece(text: str, active: Sequence[Pin], *, opening: bool, closing: bool) -> str:
    """One piece of text under its marks; `opening` where a long mark begins, `closing` where a marker ends."""
    if not text or not active:
        return safe(text)
    standing = sorted(active, key=lambda p: p.rank)
    faults = [p for p in standing if p.look != GOOD]
    looks = ["m", *(p.look for p in faults[:1])]
    if faults and all(p.end - p.start > _LONG for p in faults):
        looks.append("long")
    if opening:
        looks.append("begin")
    if len(faults) < len(active):
        looks += [GOOD, "end"] if closing else [GOOD]
    targets = " ".join(dict.fromkeys(p.target for p in standing))
    tag = "mark" if faults else "span"
    return f'<{tag} class="{" ".join(looks)}" data-to="{targets}">{safe(text)}</{tag}>'


def _sign(pin: Pin) -> str:
    return (f'<a class="n {pin.look}" id="{pin.id}" href="#{pin.target}" data-to="{pin.target}"'
            f' aria-label="{plain(pin.about)}">{pin.sign}</a>')
