"""Drafts in, reports out: parse, find, measure, judge, score. Rulebook and pipelines load once a linter."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from inmail_lint.campaign import Campaign
from inmail_lint.checks import Verdict, check, is_sure
from inmail_lint.document import ParsedDraft, Place
from inmail_lint.draft import Draft, Recipient
from inmail_lint.errors import Defect, DraftError, Fault
from inmail_lint.finders import find, find_patterns
from inmail_lint.found import Found
from inmail_lint.garbage import uncollected
from inmail_lint.loading import DEFAULT_PROFILE, load_rulebook
from inmail_lint.metrics import METRICS, Measurements
from inmail_lint.parse import parse
from inmail_lint.report import Finding, Mark, NotRun, Report, Silenced, Spot
from inmail_lint.rulebook import Rule, Rulebook
from inmail_lint.scoring import charge
from inmail_lint.silencing import Silence
from inmail_lint.spelling import nearest
from inmail_lint.tasks import Result, Task, judged
from inmail_lint.vocabulary import UI_LANGUAGES, Severity
from inmail_lint.wording import say

LONGEST_BODY = 200_000  # characters; a hundred times LinkedIn's limit, past it the file is no draft

_LONG = 20_000  # characters; no message LinkedIn takes has half as many

MOST_PLACES = 1000  # listed of a finding, and of all markers; no message LinkedIn takes has as many, and a report stays readable


class Linter:
    """Judges drafts by one profile. It may be shared between threads and sent to other processes.

    Args:
        profile: name of a profile of the product, or path of a profile file.
        rules: directory of rules and patterns that are added, or replace those of the same name.
        ui: language of messages and fixes, `en` or `es`; each draft's own by default.
        rulebook: a rulebook already loaded; `profile` and `rules` then do not count.
        cache: keep what is derived from the rules in the user's cache directory, for the next start.
        today: tells the day; asked only where a draft's header silences a rule until a day.
        others: the companies a campaign goes to; a draft that names one of another reader is stopped.

    Attributes:
        rulebook: the rules, patterns and words it judges by.
        ui: the language asked for, or None.
        today: tells the day.

    Raises:
        RuleError: there is no such profile, or a rule, pattern or profile is broken.
        DraftError: there are no reports in language `ui`.
    """

    def __init__(self, profile: str = DEFAULT_PROFILE, *, rules: str | Path | None = None, ui: str | None = None,
                 rulebook: Rulebook | None = None, cache: bool = False, today: Callable[[], date] = date.today,
                 others: Iterable[str] = ()) -> None:
        if ui is not None and ui not in UI_LANGUAGES:
            raise DraftError(f"unknown report language '{ui}'; use one of {', '.join(UI_LANGUAGES)}")
        self.rulebook = rulebook or load_rulebook(profile, Path(rules) if rules else None, cache=cache)
        self.ui = ui
        self.today = today
        self._campaign = Campaign(others)

    def lint(self, draft: Draft) -> Report:
        """Judge one draft; raises DraftError for one of more than 200,000 characters, which is no message, or
        where `ignore` names a day that is none."""
        if len(draft.body) + len(draft.subject) > LONGEST_BODY:
            raise DraftError(Fault(draft.path, f"the draft has {len(draft.body):,} characters; past {LONGEST_BODY:,} it is "
                                   "no message: split the file into drafts", draft.line if draft.path else None))
        if len(draft.body) > _LONG:
            with uncollected():
                return self.judge(self.find(draft))
        return self.judge(self.find(draft))

    def judge(self, found: Found) -> Report:
        """Apply the rules to what was found in a draft."""
        book, draft = self.rulebook, found.parsed.draft
        language = found.parsed.language
        ui = self.ui or (language if language in UI_LANGUAGES else "en")
        measured = Measurements(found)
        findings: list[Finding] = []
        not_run = [NotRun(name, say("rule-broken", ui)) for name in book.missing]
        defects = list(found.defects.values())
        pack = found.parsed.pack
        judged = pack.code if pack is not None and pack.judged else None
        for rule in book.rules.values():
            if judged and rule.languages and judged not in rule.languages:
                continue  # a rule of another language has nothing to check here
            reason = self._why_not(rule, found, ui)
            if reason:
                not_run.append(NotRun(rule.id, reason))
            elif not rule.kinds or draft.kind in rule.kinds:
                outcome = self._checked(rule, found, measured, ui)
                if isinstance(outcome, Defect):
                    not_run.append(NotRun(rule.id, say("rule-crashed", ui, outcome.reason)))
                    defects += [outcome] if outcome not in defects else []
                elif outcome is not None:
                    findings.append(outcome)
        silences = [_silence(entry, draft) for entry in draft.ignore]
        not_run += [NotRun(s.rule, say("unknown-ignore", ui, nearest(s.rule, book.rules)))
                    for s in silences if s.rule not in book.rules]
        findings, silenced = self._silenced(findings, [s for s in silences if s.rule in book.rules])
        score, charged = charge(findings, book.profile.caps)
        markers = tuple(Mark(m.name, m.pattern, Spot.of(draft, *m.place)) for m in found.markers[:MOST_PLACES])
        metrics = _metrics(measured, defects)
        return Report(draft, language, ui, score, charged, markers, metrics, tuple(not_run), book.categories,
                      book.profile.caps, silenced, tuple(defects), max(0, len(found.markers) - MOST_PLACES))

    def _checked(self, rule: Rule, found: Found, measured: Measurements, ui: str) -> Finding | Defect | None:
        """What a rule says of a draft; a defect of ours in it is no reason to say nothing of the other rules."""
        if found.defects:
            markers = (p.name for p in self.rulebook.patterns if p.marker and p.marker in rule.markers)
            broken = found.broken(*rule.patterns, *markers)
            if broken is not None:
                return broken
        try:
            verdict = check(rule, found, measured)
            if verdict is None:
                return None
            free = found.parsed.language in rule.trial or (rule.sure > 0 and not is_sure(rule, found))
            return _finding(rule, verdict, found.parsed.draft, ui, free=free)
        except Exception as error:
            return Defect.of(f"rule {rule.id}", error)

    def _silenced(self, findings: list[Finding], silences: Iterable[Silence]) -> tuple[list[Finding], tuple[Silenced, ...]]:
        """The findings that remain, and what became of every silence."""
        outcome: list[Silenced] = []
        for silence in silences:
            holds = silence.until is None or silence.holds(self.today())
            finding = next((f for f in findings if f.rule == silence.rule), None)
            if finding is not None and holds:
                findings = [f for f in findings if f is not finding]
            state = "stale" if finding is None else "silenced" if holds else "expired"
            outcome.append(Silenced(silence.rule, state, silence.reason, str(silence.until or ""),
                                    finding if state == "silenced" else None))
        return findings, tuple(outcome)

    def lint_many(self, drafts: Iterable[Draft], jobs: int | Literal["auto"] = 1) -> Iterator[Report]:
        """Judge drafts in their order, each when its report is asked for.

        `jobs` is how many processes judge: 1 is this one alone, `auto` as many as there are processors if the drafts are
        many. Reports are the same whatever their number. Drafts are read ahead by at most 32 a process. Where processes
        are not forked (macOS, Windows, a program with threads), the program must guard its start with
        `if __name__ == "__main__"`. Raises DraftError; ValueError for a wrong `jobs`; WorkerDied for a draft that ended
        the process that judged it, twice.
        """
        return _reports(judged(_Judge(self), map(Task, drafts), jobs))

    def find(self, draft: Draft) -> Found:
        """Everything found in a draft, before any rule judges it."""
        return find(self._parsed(draft), self.rulebook)

    def find_plain(self, draft: Draft) -> Found:
        """What patterns and finders find without the learned component: what it is trained on."""
        return find_patterns(self._parsed(draft), self.rulebook)

    def _parsed(self, draft: Draft) -> ParsedDraft:
        if draft.recipient and not draft.others and (others := self._campaign.may_name(draft)):
            draft = replace(draft, others=others)
        return parse(draft, self.rulebook.packs, self.rulebook.patterns)

    def _why_not(self, rule: Rule, found: Found, ui: str) -> str:
        parsed = found.parsed
        if rule.languages and parsed.language not in rule.languages:
            if parsed.language is None:
                return say("language-unknown", ui)
            names = parsed.pack.names if parsed.pack else {}
            return say("language-not-judged", ui, names.get(ui, parsed.language))
        for need in rule.needs:
            recipient = parsed.draft.recipient
            if recipient is None or not getattr(recipient, need.removeprefix("recipient.")):
                return say("fact-missing", ui, need.removeprefix("recipient."))
        return ""


@dataclass(frozen=True)
class _Judge:
    """What a process needs to judge."""

    linter: Linter

    def __call__(self, task: Task) -> Report:
        assert task.draft is not None
        return self.linter.lint(task.draft)


def _reports(results: Generator[tuple[Task, Result], None, None]) -> Iterator[Report]:
    with closing(results):  # whoever keeps the error must not keep the processes
        for _, result in results:
            if isinstance(result, Exception):
                raise result
            yield result


def _metrics(measured: Measurements, defects: list[Defect]) -> dict[str, float]:
    metrics = {}
    for name in METRICS:
        try:
            metrics[name] = _whole(measured[name].value)
        except Exception as error:
            defects.append(Defect.of(f"metric {name}", error))
    return metrics


def _silence(entry: str, draft: Draft) -> Silence:
    try:
        return Silence.of(entry)
    except ValueError as error:
        raise DraftError(Fault(draft.path, f"ignore '{entry}': {error}; write the last day as 2027-01-31",
                               draft.line if draft.path else None)) from error


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def _finding(rule: Rule, verdict: Verdict, draft: Draft, ui: str, *, free: bool) -> Finding:
    """The finding in words; a `free` one is a note without points, for the rule errs too often there or is in doubt."""
    level = verdict.level
    template = level.message.get(ui) or rule.message[ui]
    places = tuple(Spot.of(draft, *_trimmed(draft, p)) for p in verdict.places[:MOST_PLACES])
    points = 0 if free else level.points
    severity = Severity.NOTE if free else level.severity
    return Finding(rule.id, rule.category, severity, points, template.format(**verdict.values), rule.fix[ui],
                   rule.guides, places, points, unlisted=len(verdict.places) - len(places))


def _trimmed(draft: Draft, place: Place) -> Place:
    text = draft.text(place.part)[place.start : place.end]
    if not text.strip():
        return place
    return Place(place.part, place.start + len(text) - len(text.lstrip()), place.end - len(text) + len(text.rstrip()))


def lint(body: str, subject: str = "", *, kind: str = "inmail", language: str | None = None,
         recipient: Mapping[str, Any] | Recipient | None = None, profile: str = DEFAULT_PROFILE,
         ui: str | None = None) -> Report:
    """Judge one draft given as text. For many, make a Linter: rules and words then load once.

    Args:
        body: the message.
        subject: its subject line.
        kind: `inmail`, `open-profile`, `sponsored`, `connection` or `email`.
        language: code of its language, such as `es`; the text decides by default.
        recipient: what is known of the reader: a Recipient, or a mapping with its fields.
        profile: name of a profile, or path of a profile file.
        ui: language of messages and fixes, `en` or `es`; the draft's own by default.

    Returns:
        The report: score, verdict, findings and what speaks for the draft.

    Raises:
        DraftError: the draft or the recipient cannot be read.
        RuleError: there is no such profile, or it is broken.
    """
    draft = Draft(body, subject, kind, language, Recipient.of(recipient))
    return Linter(profile, ui=ui).lint(draft)
