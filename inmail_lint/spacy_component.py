"""The linter as a part of a spaCy pipeline: `nlp.add_pipe("inmail_lint")` judges every text as the body of a draft.

What is known beside the body goes onto the document first: `doc._.inmail_subject` and `doc._.inmail_recipient` (or
`doc.user_data` under the same names). The report comes as `doc._.inmail`, what it points at in the body as
`doc.spans["inmail"]`, each span labelled with its rule. Documents with reports can be written and read back, and passed
between processes, wherever this module is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import srsly  # type: ignore[import-untyped]
from spacy.language import Language
from spacy.tokens import Doc, Span

from inmail_lint.draft import KINDS, Draft, Recipient, unknown_kind
from inmail_lint.errors import DraftError
from inmail_lint.linter import Linter
from inmail_lint.loading import DEFAULT_PROFILE
from inmail_lint.reading.tables import normalised
from inmail_lint.report import Finding, Mark, NotRun, Report, Silenced, Spot
from inmail_lint.vocabulary import Severity

SPANS = "inmail"  # the key of `doc.spans`
_NEUTRAL = ("xx", "mul", "auto")  # pipelines of no one language, and the wish that the text decide
_CLASS = "__inmail_lint__"  # key of a packed value that names its class
_CLASSES: dict[str, type[Any]] = {c.__name__: c for c in (Draft, Finding, Mark, NotRun, Recipient, Report, Silenced)}

for _name in ("inmail", "inmail_subject", "inmail_recipient"):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=None)


class InmailLint:
    """The component; its settings are those of the pipeline's configuration."""

    def __init__(self, name: str, profile: str, kind: str, language: str | None, ui: str | None) -> None:
        if kind not in KINDS:
            raise DraftError(unknown_kind(kind))
        self._settings = (name, profile, kind, language, ui)
        self.name, self.kind = name, kind
        self.language = None if language in _NEUTRAL else language
        self._linter = Linter(profile, ui=ui)

    def __reduce__(self) -> tuple[object, ...]:
        return InmailLint, self._settings  # another process reads the rules for itself

    def __call__(self, doc: Doc) -> Doc:
        """Judge a document; raises DraftError for a subject that is no text or a recipient with unknown fields."""
        body, offsets = doc.text, None  # `offsets` lead from the body with plain line ends back to the document
        if "\r" in body:
            body, offsets = normalised(body, tuple(range(len(body))))
        draft = Draft(body, _known(doc, "subject") or "", self.kind, self.language, Recipient.of(_known(doc, "recipient")))
        report = self._linter.lint(draft)
        doc._.inmail = report
        doc.spans[SPANS] = _spans(doc, report, offsets)
        return doc


def _known(doc: Doc, name: str) -> Any:
    """What the document carries under an extension, else under the same key of its user data."""
    value = doc._.get(f"inmail_{name}")
    return doc.user_data.get(f"inmail_{name}") if value is None else value


def _spans(doc: Doc, report: Report, offsets: Sequence[int] | None) -> list[Span]:
    """The places of findings in the body, in order; a place that ends inside a token takes all of it."""
    spans = []
    for finding in report.findings:
        for spot in (p for p in finding.places if p.part == "body" and p.start < p.end):
            start, end = spot.start, spot.end
            if offsets is not None:
                start, end = offsets[start], offsets[end - 1] + 1
            span = doc.char_span(start, end, label=finding.rule, alignment_mode="expand")
            if span is not None:
                spans.append(span)
    return sorted(spans, key=lambda s: (s.start, s.end, s.label_))


@Language.factory("inmail_lint", assigns=["doc._.inmail", "doc.spans"],
                  default_config={"profile": DEFAULT_PROFILE, "kind": "inmail", "language": None, "ui": None})
def make_inmail_lint(nlp: Language, name: str, profile: str, kind: str, language: str | None, ui: str | None) -> InmailLint:
    """The component from a pipeline's settings.

    `language` is the pipeline's own unless given; "auto" lets each text decide. `ui` is the language of the messages,
    each draft's own unless given. Raises DraftError or RuleError for a kind, report language or profile there is not.
    """
    return InmailLint(name, profile, kind, language or nlp.lang, ui)


def _packed(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """A report and what it holds as plain values for msgpack, in which spaCy writes documents."""
    if isinstance(value, Severity):
        return {_CLASS: "Severity", "label": value.label}
    name = type(value).__name__
    if _CLASSES.get(name) is type(value):
        return {_CLASS: name, **{key: getattr(value, key) for key in value.__dataclass_fields__}}
    return value if chain is None else chain(value)


def _unpacked(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """The way back; msgpack calls it for every mapping, the innermost first."""
    name = value.get(_CLASS) if isinstance(value, dict) else None
    if name == "Severity":
        return Severity.named(value["label"])
    if isinstance(name, str) and name in _CLASSES:
        fields = {key: tuple(v) if isinstance(v, list) else v for key, v in value.items() if key != _CLASS}
        if name == "Finding":
            fields["places"] = tuple(Spot(*p) for p in fields["places"])
        elif name == "Mark":
            fields["spot"] = Spot(*fields["spot"])
        return _CLASSES[name](**fields)
    return value if chain is None else chain(value)


srsly.msgpack_encoders("inmail_lint", func=_packed)
srsly.msgpack_decoders("inmail_lint", func=_unpacked)
