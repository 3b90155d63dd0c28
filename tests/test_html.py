"""The page for a browser: whole, linked both ways, safe from what drafts hold, in both languages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from inmail_lint import Draft, Linter
from inmail_lint.cli import main
from inmail_lint.draft import KINDS, Recipient
from inmail_lint.errors import DraftError, Fault
from inmail_lint.output import Run, rendered
from inmail_lint.output.html_marks import GOOD, Pin, marked
from inmail_lint.output.html_text import safe
from inmail_lint.reading import read_paths
from inmail_lint.report import Report, Spot
from inmail_lint.wording import say

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "corpus" / "examples"
_VOID = {"meta", "link", "input", "br", "rect", "path", "circle", "line", "use"}


@dataclass
class Node:
    """An element with its attributes, its children in order and the one it stands in."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def all(self, tag: str = "", **wanted: str) -> Iterator[Node]:
        for child in self.children:
            if isinstance(child, Node):
                has = child.attributes
                if tag in ("", child.tag) and all(v in has.get(k.rstrip("_"), "").split() for k, v in wanted.items()):
                    yield child
                yield from child.all(tag, **wanted)

    def text(self, without: str = "") -> str:
        return "".join(c if isinstance(c, str) else "" if without and without in c.attributes.get("class", "").split()
                       else c.text(without) for c in self.children)


class _Reader(HTMLParser):
    """Builds the tree and insists that every tag is closed in its turn."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.node = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({k for k, _ in attrs}) == len(attrs), (tag, attrs)
        child = Node(tag, {k: v or "" for k, v in attrs}, self.node)
        self.node.children.append(child)
        if tag not in _VOID:
            self.node = child

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.node.children.append(Node(tag, {k: v or "" for k, v in attrs}, self.node))

    def handle_endtag(self, tag: str) -> None:
        assert self.node.tag == tag, f"</{tag}> closes <{self.node.tag}>"
        assert self.node.parent is not None
        self.node = self.node.parent

    def handle_data(self, data: str) -> None:
        self.node.children.append(data)


def read(page: str) -> Node:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.node is reader.root
    return reader.root


def page_of(linter: Linter, *reports: Report, faults: tuple[Fault, ...] = (), ui: str | None = None,
            full: bool | None = None) -> str:
    return rendered(Run(reports, faults, linter.rulebook, ui, full), "html")


@pytest.fixture(scope="module")
def reports(linter: Linter) -> list[Report]:
    drafts = [d for d in read_paths([str(EXAMPLES)], None) if not isinstance(d, DraftError)]
    return [linter.lint(d) for d in drafts]


@pytest.fixture(scope="module")
def many(linter: Linter, reports: list[Report]) -> Node:
    return read(page_of(linter, *reports))


def _checked_alone(page: str) -> Node:
    """What holds for every page: ids are unique, links lead somewhere inside, nothing is loaded, nothing else may run."""
    root = read(page)
    ids = [n.attributes["id"] for n in root.all() if "id" in n.attributes]
    assert len(ids) == len(set(ids))
    for node in root.all():
        assert not {"src", "srcset", "style", "action"} & set(node.attributes), node.tag
        assert not [k for k in node.attributes if k.startswith("on")]
        assert node.tag not in {"img", "iframe", "object", "embed", "base", "audio", "video"}
        if "href" in node.attributes:
            href = node.attributes["href"]
            assert href == "data:," or (href[0] == "#" and href[1:] in ids), href
        for name in ("aria-labelledby", "aria-describedby"):
            assert all(i in ids for i in node.attributes.get(name, "").split())
    (style,), (script,) = root.all("style"), root.all("script")
    assert not re.search(r"url\(|@import|https?:", style.text() + script.text())
    policy = next(n.attributes["content"] for n in root.all("meta")
                  if n.attributes.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for node, kind in ((style, "style-src"), (script, "script-src")):
        digest = b64encode(sha256(node.text().encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy
    return root


def test_every_page_stands_alone(linter: Linter, reports: list[Report]) -> None:
    for ui in (None, "en", "es"):
        _checked_alone(page_of(linter, *reports, ui=ui))
    for report in reports:
        _checked_alone(page_of(linter, report))


def test_findings_lead_to_their_marks_and_back(linter: Linter, reports: list[Report], many: Node) -> None:
    articles = list(many.all("article"))
    assert len(articles) == len(reports)
    for order, (report, article) in enumerate(zip(reports, articles, strict=True), 1):
        ids = {n.attributes["id"]: n for n in article.all() if "id" in n.attributes}
        signs = list(next(article.all(class_="bubble")).all("a"))
        for number, finding in enumerate(report.findings, 1):
            item = ids[f"d{order}-f{number}"]
            assert finding.message in item.text()
            assert finding.fix in item.text()
            own = re.compile(rf"#d{order}-f{number}-\d+")
            leading = [a.attributes["href"] for a in item.all("a") if own.fullmatch(a.attributes["href"])]
            back = [f"#{n.attributes['id']}" for n in signs if n.attributes["href"] == f"#d{order}-f{number}"]
            assert sorted(leading) == sorted(back)
            assert bool(leading) == bool(finding.places)
        for sign in signs:
            assert ids[sign.attributes["href"][1:]].tag == "li"
            assert ids[sign.attributes["id"]] is sign


def test_the_message_is_all_there_under_its_marks(reports: list[Report], many: Node) -> None:
    for report, article in zip(reports, many.all("article"), strict=True):
        bubble = next(article.all(class_="bubble"))
        assert next(bubble.all(class_="body")).text(without="n") == report.draft.body
        if report.draft.subject:
            assert next(bubble.all(class_="subject")).text(without="n") == report.draft.subject
        for finding in report.findings:
            for spot in finding.places:
                pieces = "".join(m.text() for m in bubble.all("mark"))
                assert all(word in pieces for word in spot.text.split()[:1])


def test_what_a_stop_points_at_is_no_strength(linter: Linter, reports: list[Report]) -> None:
    report = next(r for r in reports if any(f.rule == "wrong-name" for f in r.findings))
    wrong = {p for f in report.findings if f.rule == "wrong-name" for p in f.places}
    assert any(m.spot in wrong for m in report.markers)
    works = next(read(page_of(linter, report)).all(class_="works")).text()
    assert say("greeting_name", report.ui) not in works.lower()


def test_the_sum_adds_up(reports: list[Report], many: Node) -> None:
    for report, article in zip(reports, many.all("article"), strict=True):
        rows = [[c.text() for c in row.all("td")] for row in next(article.all(class_="waterfall")).all("tr")][1:]
        lost = [int(points.removeprefix("−")) for _, points, _ in rows if points]
        assert lost == [f.points for f in report.findings if f.points]
        assert rows[0][-1] == "100"
        assert rows[-1][-1] == str(report.score) == str(max(0, 100 - sum(lost)))


@pytest.mark.parametrize("ui", ["en", "es"])
def test_one_language_for_the_page_one_for_each_draft(linter: Linter, reports: list[Report], ui: str) -> None:
    root = read(page_of(linter, *reports, ui=None))
    assert [a.attributes["lang"] for a in root.all("article")] == [r.ui for r in reports]
    draft = Draft("Hello Ana,\n\nWe are leaders. Let me know your thoughts.\n", "Hello")
    report = Linter(rulebook=linter.rulebook, ui=ui).lint(draft)
    page = read(page_of(linter, report, ui=ui))
    assert next(page.all("html")).attributes["lang"] == ui
    assert next(page.all(class_="body")).attributes["lang"] == "en"
    for key in ("html-findings", "html-figures", "html-why", "html-no-change"):
        words, other = say(key, ui, 1), say(key, "en" if ui == "es" else "es", 1)
        assert (words in page.text()) or key in ("html-findings", "html-no-change")
        assert other not in page.text()


def test_every_word_it_needs_exists(linter: Linter) -> None:
    for ui in ("en", "es"):
        assert all(say(f"kind-{kind}", ui) for kind in KINDS)
        assert all(say(f"evidence-{guide.evidence}", ui) for guide in linter.rulebook.guides.values())


def test_a_card_holds_sources_and_errors(linter: Linter, reports: list[Report], many: Node) -> None:
    report = next(r for r in reports if any(f.rule == "cta-vague" for f in r.findings) and r.ui == "en")
    alone = read(page_of(linter, report)).text()
    guide = linter.rulebook.guides[linter.rulebook.rules["cta-vague"].guides[0]]
    (shared,) = [n for n in many.all() if n.attributes.get("id") == "rule-cta-vague-en"]
    for text in (alone, shared.text()):
        assert guide.title in text
        assert guide.address in text
        assert "in 100 times it fires" in text


HOSTILE = '</script><script>alert(1)</script>"\'><img src=x onerror=alert(1)>&amp;<!--'


def test_nothing_in_a_draft_becomes_markup(linter: Linter) -> None:
    body = f"Hi {HOSTILE},\n\nClick NOW!!! {HOSTILE} \u202eevil\u202c a\x00b\x1b[31m {{{{name}}}} \U000e0041 \ufeff👩‍💻"
    draft = Draft(body, f"RE: {HOSTILE}\u2066", id=f"\udcff{HOSTILE}", path=f"dir\udcff/{HOSTILE}.txt",
                  recipient=Recipient(first_name=HOSTILE, company="\u202eAcme", role=HOSTILE))
    report = linter.lint(draft)
    assert report.findings
    for page in (page_of(linter, report), page_of(linter, report, report, faults=(Fault(HOSTILE, HOSTILE, 3),))):
        page.encode("utf-8")
        root = _checked_alone(page)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\U000e0041]", page)
        shown = next(next(root.all(class_="bubble")).all(class_="body")).text(without="n")
        expected = re.sub("[\x00\x1b\u202e\u202c\ufeff\U000e0041]", lambda m: f"U+{ord(m[0]):04X}", body)
        assert shown == expected
        assert "👩‍💻" in shown
        assert HOSTILE in next(root.all("article")).text()


def _pins(text: str, places: list[tuple[int, int, bool]]) -> list[Pin]:
    made = []
    for rank, (start, end, good) in enumerate(places):
        low, high = sorted((min(start, len(text)), min(end, len(text))))
        made.append(Pin(f"p{rank}", rank, f"t{rank}", str(rank), "", GOOD if good else "warning",
                        Spot("body", low, high, 1, 1, 1, 1, text[low:high])))
    return made


@given(st.text(alphabet="ab<&\n\u202e ", max_size=60),
       st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.booleans()), max_size=8))
def test_marks_may_overlap_as_they_like(text: str, places: list[tuple[int, int, bool]]) -> None:
    made = _pins(text, places)
    root = read(marked(text, made))
    assert root.text(without="n") == text.replace("\u202e", "U+202E")
    assert sorted(a.attributes["id"] for a in root.all("a")) == sorted(p.id for p in made)
    for pin in made:
        under = [n for n in root.all() if n.tag != "a" and pin.target in n.attributes.get("data-to", "").split()]
        covered = "".join(n.text() for n in under)
        assert covered == read(safe(text[pin.start:pin.end])).text()


def test_touching_places_are_one_mark(linter: Linter) -> None:
    report = linter.lint(Draft("Hi Ana,\n\nGreat news!!! We won!!! Call me!!! Shall I send you the page on Hull?\n", "Hull"))
    (number,) = [n for n, f in enumerate(report.findings, 1) if f.rule == "exclamation-many"]
    assert len(report.findings[number - 1].places) == 9
    signs = [a.attributes.get("id", "") for a in read(page_of(linter, report)).all("a", class_="n")]
    assert sum(s.startswith(f"d1-f{number}-") for s in signs) == 3


def test_no_drafts_and_unread_drafts(linter: Linter) -> None:
    empty = _checked_alone(page_of(linter))
    assert "No drafts" in empty.text()
    fault = Fault("a/b.json", "line 3 is no JSON", 3, 7)
    broken = _checked_alone(page_of(linter, faults=(fault,), ui="es"))
    assert "a/b.json:3:7" in broken.text()
    assert "Ningún borrador" in broken.text()
    report = linter.lint(Draft("", ""))
    both = _checked_alone(page_of(linter, report, faults=(fault,)))
    assert fault.message in both.text()
    assert say("html-no-body", report.ui) in both.text()


def test_what_was_not_checked_is_said(linter: Linter, reports: list[Report]) -> None:
    portuguese = next(r for r in reports if r.language == "pt")
    page = read(page_of(linter, portuguese))
    assert say("html-unjudged", portuguese.ui) in next(page.all(class_="outcome")).text().lower()
    report = linter.lint(Draft("Hi Ana,\n\nSorry to bother you. Shall I send the page?", "x", ignore=("hedge",)))
    unchecked = next(read(page_of(linter, report)).all(class_="unchecked")).text()
    assert "wrong-company" in unchecked
    assert f"hedge: {say('html-silenced', 'en')}" in unchecked


def test_the_table_lists_every_draft_worst_first(reports: list[Report], many: Node) -> None:
    rows = [r for r in next(many.all("table", class_="drafts")).all("tr") if "data-draft" in r.attributes]
    assert len(rows) == len(reports)
    order = ["stop", "review", "ready"]
    seen = [(order.index(r.attributes["data-verdict"]), int(next(r.all(class_="num")).text())) for r in rows]
    assert seen == sorted(seen)
    histogram = next(n for n in many.all("svg") if n.attributes.get("role") == "img")
    counts = [int(n) for n in re.findall(r": (\d+)", next(histogram.all("desc")).text())]
    assert sum(counts) == len(reports)


def test_a_summary_alone_has_no_sections(linter: Linter, reports: list[Report]) -> None:
    root = _checked_alone(page_of(linter, *reports, full=False))
    assert not list(root.all("article"))
    assert "placeholder-en.txt" in root.text()


def test_same_drafts_same_page(linter: Linter) -> None:
    """Told in another process, whose sets and hashes are ordered otherwise."""
    file = EXAMPLES / "mixed.jsonl"
    drafts = [d for d in read_paths([str(file)], None) if not isinstance(d, DraftError)]
    here = page_of(linter, *(linter.lint(d) for d in drafts))
    there = subprocess.run([sys.executable, "-m", "inmail_lint.cli", "check", "--format", "html", str(file)],
                           capture_output=True, check=False, cwd=ROOT,
                           env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"})
    assert there.returncode in (0, 1), there.stderr
    assert there.stdout.decode("utf-8") == here


def test_the_command_writes_the_page() -> None:
    result = CliRunner().invoke(main, ["check", "--format", "html", str(EXAMPLES / "wrong-company-en.inmail")])
    assert result.exit_code == 1
    assert result.output.startswith("<!DOCTYPE html>")
    _checked_alone(result.output)
