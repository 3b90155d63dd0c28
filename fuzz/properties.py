"""What must hold for any bytes and any text: shared by the fuzzers here and by `tests/test_any_text.py`."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from inmail_lint import Draft, DraftError, Linter, Recipient, Report
from inmail_lint.errors import Fault
from inmail_lint.fixes import apply, edits, mended, stands_as_written
from inmail_lint.output import FORMATS, Run, rendered
from inmail_lint.reading import read_paths
from inmail_lint.reading.contacts import companies_of
from inmail_lint.reading.encoding import decode, is_wide, splice

SECONDS = 5.0  # of processor time for one input of a fuzzer; the slowest honest one takes a tenth
_KINDS = ("inmail", "open-profile", "sponsored", "connection", "email")
_LANGUAGES = (None, "es", "en", "pt", "xx")
_LISTS = (".csv", ".tsv", ".json", ".jsonl", ".txt")  # what a list of contacts may be; a fuzzer's first byte chooses
_PARTED = "\x1f"  # parts the fields of a draft in a fuzzer's input
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)
_COLOURS = re.compile(r"\x1b\[(?:0|1|38;5;\d+)m")
_OUR_TAGS = frozenset((
    "html", "head", "meta", "title", "link", "style", "body", "main", "header", "section", "footer", "script", "svg", "symbol",
    "path", "circle", "g", "rect", "line", "text", "use", "desc", "polyline", "a", "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul",
    "ol", "li", "div", "span", "b", "i", "bdi", "q", "mark", "sup", "small", "code", "br", "table", "caption", "thead", "tbody",
    "tr", "th", "td", "details", "summary", "dl", "dt", "dd", "form", "button", "input", "label", "select", "option", "figure",
    "figcaption", "article", "nav", "output", "fieldset", "legend"))
_linters: list[Linter] = []


def linter() -> Linter:
    """One linter for all inputs: rules load once."""
    if not _linters:
        _linters.append(Linter())
    return _linters[0]


def within_time(check: Callable[[bytes], None]) -> Callable[[bytes], None]:
    def timed(data: bytes) -> None:
        begin = time.process_time()
        check(data)
        spent = time.process_time() - begin
        assert spent < SECONDS, f"{len(data)} bytes took {spent:.1f} s"
    return timed


def reads(form: str, head: bytes = b"") -> Callable[[bytes], None]:
    """A reader takes any bytes: drafts whose places lie in the file, or errors of one line each."""
    def check(data: bytes) -> None:
        data = head + data
        items = list(read_paths(["-"], form, data))
        assert items or form in ("json", "jsonl", "csv")  # a list may be empty
        for item in items:
            if isinstance(item, DraftError):
                assert item.faults and all("\n" not in str(f) and str(f) for f in item.faults)
            else:
                _lies_in_its_file(item, _text(data, form))
    return check


def _text(data: bytes, form: str) -> str:
    """The text of a file, of which a line of JSON tells its encoding for itself."""
    if form != "jsonl" or is_wide(data[:4096], ""):
        return decode(data, "")
    return "\n".join(_line(line) for line in re.split(rb"\r\n|\r|\n", data.removeprefix(codecs.BOM_UTF8)))


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _lies_in_its_file(draft: Draft, text: str) -> None:
    lines = text.split("\n")
    for part in ("subject", "body"):
        offsets = draft.origin.offsets.get(part, ()) if draft.origin else ()
        assert not offsets or len(offsets) == len(draft.text(part))
        assert all(0 <= o <= len(text) for o in offsets)
        for index in {0, len(draft.text(part)) // 2, len(draft.text(part))}:
            line, column = draft.locate(part, index)
            assert 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1
    assert draft.body.strip()


def decodes(data: bytes) -> None:
    """Any bytes are a text with plain line ends, or an error; the same text goes back into the same bytes."""
    try:
        text = decode(data, "a.txt")
    except DraftError as error:
        assert "\n" not in str(error)
        return
    assert "\r" not in text
    text.encode("utf-8")
    assert splice(data, "a.txt", []) == data
    if text:
        middle = len(text) // 2
        again = decode(splice(data, "a.txt", [(middle, middle, "x")]) + b"", "a.txt")
        assert len(again) == len(text) + 1 or "\ufffd" in text


def draft_of(data: bytes) -> Draft:
    """A draft from any bytes: the first tells kind and language, the rest are its fields."""
    kind, language = (_KINDS[data[0] % 5], _LANGUAGES[data[0] // 5 % 5]) if data else ("inmail", None)
    fields = data[1:].decode("utf-8", "surrogateescape").split(_PARTED)
    body, subject, name, company, draft_id, ignore, others = (*fields[:7], *[""] * (7 - len(fields[:7])))
    reader = Recipient.of({"first_name": name, "company": company, "facts": [subject] if subject else None})
    return Draft(body, subject, kind, language, reader, tuple(ignore.split(";")) if ignore else (), draft_id, f"{draft_id}.txt",
                 others=tuple(others.split(";")) if others else ())


def is_judged(draft: Draft, twice: bool = True) -> Report | None:
    """A draft is judged, always alike, at places that are its own, and the score is the sum shown."""
    try:
        report = linter().lint(draft)
    except DraftError as error:
        assert str(error)
        return None
    assert report.score == max(0, 100 - sum(f.points for f in report.findings)) == max(0, 100 - sum(report.lost().values()))
    assert all(0 <= f.points <= f.cost for f in report.findings)
    for spot in [p for f in report.findings for p in f.places] + [m.spot for m in report.markers]:
        text = draft.text(spot.part)
        assert 0 <= spot.start <= spot.end <= len(text)
        assert text[spot.start : spot.end] == spot.text
        assert (spot.line, spot.column) <= (spot.end_line, spot.end_column)
    if twice:
        assert linter().lint(draft).to_dict() == report.to_dict()
    return report


def lists(data: bytes) -> None:
    """Any bytes are a list of companies, each a line of text and there once, or an error of one line."""
    try:
        companies = companies_of(data[1:], f"a{_LISTS[data[0] % len(_LISTS)] if data else '.txt'}")
    except DraftError as error:
        assert all("\n" not in str(fault) for fault in error.faults)
        return
    assert companies and len(set(companies)) == len(companies)
    assert all(company == " ".join(company.split()) and 0 < len(company) <= 200 for company in companies)


def lints(data: bytes) -> None:
    is_judged(draft_of(data), twice=len(data) % 4 == 0)


def mends(data: bytes) -> None:
    """Fixes lie in their draft apart from each other, never lower the score, and leave nothing to fix."""
    draft = draft_of(data)
    try:
        Linter.lint(linter(), draft)
    except DraftError:
        return
    fixes = edits(draft, linter=linter())
    for part in ("subject", "body"):
        own = [f for f in fixes if f.part == part]
        assert all(0 <= f.start <= f.end <= len(draft.text(part)) for f in own)
        assert all(a.end <= b.start for a, b in pairwise(own))
    after = mended(draft, fixes)
    if fixes:
        assert linter().lint(after).score >= linter().lint(draft).score
        assert not edits(after, linter=linter())


def mends_files(data: bytes) -> None:
    """A file mended where its draft stands is read as the mended draft."""
    for draft in read_paths(["-"], "text", data):
        if isinstance(draft, Draft):
            fixes = edits(draft, linter=linter(), parts=[p for p in ("subject", "body") if stands_as_written(draft, p)])
            text = apply(draft, fixes)
            assert isinstance(text, str)


def renders(form: str) -> Callable[[bytes], None]:
    """A run with any draft and any error is written so that its readers read it, and nothing of it commands or steers."""
    def check(data: bytes) -> None:
        draft = draft_of(data)
        try:
            reports = (linter().lint(draft),)
        except DraftError:
            reports = ()
        faults = (Fault(draft.id, draft.subject, 1), Fault("a.txt", draft.body[:200]))
        run = Run(reports * (1 + len(data) % 2), faults, linter().rulebook, full=None if len(data) % 3 else False)
        text = rendered(run, form)
        text.encode("utf-8")
        _holds_nothing_foreign(form, text)
        VALID.get(form, lambda run, text: None)(run, text)
    return check


def _holds_nothing_foreign(form: str, text: str) -> None:
    bare = _COLOURS.sub("", text) if form == "text" else text
    assert not _CONTROLS.search(bare)
    if form == "github":
        assert all(re.match(r"::(?:error|warning|notice) [^:]*::", line) for line in text.splitlines())
    else:
        assert not _COMMAND.search(bare)


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _json(run: Run, text: str) -> None:
    document = json.loads(text)
    assert document["summary"]["drafts"] == len(run.reports)
    assert document["drafts"] == json.loads(json.dumps([r.to_dict() for r in run.reports]))


def _jsonl(run: Run, text: str) -> None:
    assert [json.loads(line)["score"] for line in text.splitlines()] == [r.score for r in run.reports]


def _sarif(run: Run, text: str) -> None:
    assert [e.message for e in _sarif_errors(json.loads(text))] == []


def _sarif_errors(log: Any) -> Iterator[Any]:
    import jsonschema

    file = Path(__file__).parent.parent / "tests" / "data" / "sarif-2.1.0-rtm.5.json"
    if not _validators:
        _validators.append(jsonschema.Draft4Validator(json.loads(file.read_text(encoding="utf-8"))))
    yield from _validators[0].iter_errors({**log, "runs": [{**r, "tool": {"driver": {"name": "x"}}} for r in log["runs"]]})


_validators: list[Any] = []  # the rules of the tool are the same in every log, and slow to check


def _junit(run: Run, text: str) -> None:
    root = ET.fromstring(text)
    assert {e.tag for e in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "error", "system-out"}
    assert len(root.findall(".//testcase")) == len(run.reports) + len(run.faults)


def _csv(run: Run, text: str) -> None:
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {len(rows[0])}
    for cell in (c for row in rows[1:] for c in row):
        assert re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", cell) or not re.match(r"[\s\"]*[=+\-@＝＋－＠]", cell)


def _markdown(run: Run, text: str) -> None:
    assert len(text) <= 65_536
    assert not re.search(r"<(?!/?(?:details|summary|br)>)|\]\(|@(?=[a-z])", text)


def _html(run: Run, text: str) -> None:
    page = _Page(text)
    assert {tag for tag, _ in page.tags} <= _OUR_TAGS
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    for _, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "action"):
            assert (attributes.get(name) or "#").startswith(("#", "data:,"))


VALID: dict[str, Callable[[Run, str], None]] = {
    "json": _json, "jsonl": _jsonl, "sarif": _sarif, "junit": _junit, "csv": _csv, "markdown": _markdown, "html": _html}
TARGETS: dict[str, Callable[[bytes], None]] = {
    "encoding": decodes, "text": reads("text"), "front-matter": reads("text", b"---\n"), "eml": reads("eml"),
    "json": reads("json"), "jsonl": reads("jsonl"), "csv": reads("csv"), "contacts": lists,
    "lint": lints, "fix": mends, "fix-file": mends_files,
    **{f"render-{form}": renders(form) for form in FORMATS}}
