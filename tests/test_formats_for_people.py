"""What dashboards, spreadsheets and reviewers see: JUnit XML, CSV and Markdown."""

# ruff: noqa: F811  (the fixtures come by import)

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import cmarkgfm
import pytest
from format_runs import folder, none, run, run_of  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st

from inmail_lint import Linter
from inmail_lint.errors import Fault
from inmail_lint.output import Run, rendered
from inmail_lint.output.drafts import one_line
from inmail_lint.output.markdown import LONGEST, escaped

# JUnit


def test_junit(run: Run, none: Run) -> None:
    root = ET.fromstring(rendered(run, "junit"))
    assert root.tag == "testsuites"
    suites = {s.get("name"): s for s in root}
    assert len(suites) == len({r.draft.path for r in run.reports} | {f.path for f in run.faults})
    cases = list(root.iter("testcase"))
    assert root.get("tests") == str(len(cases)) == str(len(run.reports) + len(run.faults))
    assert root.get("failures") == str(sum(r.verdict == "stop" for r in run.reports)) == str(len(list(root.iter("failure"))))
    assert root.get("errors") == "2" == str(len(list(root.iter("error"))))
    english = next(s for name, s in suites.items() if name and name.endswith("en.txt"))
    failure, out = english[0].find("failure"), english[0].find("system-out")
    assert failure is not None and out is not None
    assert failure.get("message", "").startswith("DO NOT SEND (1 must be mended first), score ")
    assert "placeholder" in (failure.text or "") and "generic-phrase" not in (failure.text or "")
    assert "generic-phrase" in (out.text or "") and "placeholder -30:" not in (out.text or "")
    spanish = next(s for name, s in suites.items() if name and name.endswith("es.txt"))
    assert "NO ENVIAR" in (spanish[0].find("failure").get("message") or "")  # type: ignore[union-attr]
    fine = next(s for name, s in suites.items() if name and name.endswith("fine.txt"))
    assert fine[0].find("failure") is None
    assert list(ET.fromstring(rendered(none, "junit"))) == []


def test_junit_holds_a_file_that_is_half_readable(linter: Linter, tmp_path: Path) -> None:
    file = tmp_path / "half.jsonl"
    file.write_text('{"id": "\\ufffe\\u0001a", "body": "Hola Ana"}\n{"body": 3}\n', encoding="utf-8")
    root = ET.fromstring(rendered(run_of(linter, file), "junit"))
    assert [(s.get("tests"), s.get("errors")) for s in root] == [("2", "1")]
    assert root[0][0].get("name") == "a"


# CSV


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv(run: Run, none: Run) -> None:
    rows = _table(rendered(run, "csv"))
    found = [row for row in rows if row["rule"]]
    findings = [(r, f) for r in run.reports for f in r.findings]
    assert [(row["rule"], row["points"], row["severity"]) for row in found] == [
        (f.rule, str(f.points), f.severity.label) for _, f in findings]
    assert all(row["score"] == str(r.score) and row["language"] == (r.language or "") for row, (r, _) in
               zip(found, findings, strict=True))
    placeholder = next(row for row in rows if row["rule"] == "placeholder" and row["path"].endswith("es.txt"))
    assert (placeholder["line"], placeholder["column"], placeholder["matched"]) == ("3", "6", "{{nombre}} | {{empresa}}")
    assert [row["path"].rsplit("/")[-1] for row in rows if row["verdict"] == "unreadable"] == ["broken.json", "empty.txt"]
    assert rendered(none, "csv") == ("draft,path,line,column,language,kind,score,verdict,rule,category,severity,points,message,"
                                     "fix,matched\n")


def test_csv_has_a_row_for_a_draft_without_findings(run: Run) -> None:
    clean = replace(run.reports[0], findings=(), score=100)
    rows = _table(rendered(Run((clean,), (), run.rulebook), "csv"))
    assert [(row["rule"], row["score"], row["points"]) for row in rows] == [("", "100", "")]


def test_csv_cells_are_no_formulas(run: Run) -> None:
    text = rendered(run, "csv")
    for delimiter in ",;":  # a Spanish spreadsheet parts cells at the semicolon
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            assert not [c for c in row if re.match(r"\s*[=+\-@]", c) and not re.fullmatch(r"[+-]?\d+", c)]


@pytest.mark.parametrize(("text", "cell"), [
    ("=1+1", "'=1+1"), ("+34 600", "'+34 600"), ("@SUM(A1)", "'@SUM(A1)"), ("-5", "-5"), ("-2,5", "-2,5"), ("\t=1", "'=1"),
    ("\r-x", "'-x"), ("a;=1", "a;'=1"), ("a-b", "a-b")])
def test_csv_guards(text: str, cell: str, linter: Linter, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"id": text, "body": "Hola Ana"}), encoding="utf-8")
    assert _table(rendered(run_of(linter, file), "csv"))[0]["draft"] == cell


# Markdown


class _Tags(HTMLParser):
    """Tags and text of a page, as the site would show it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def _html(text: str) -> str:
    return str(cmarkgfm.github_flavored_markdown_to_html(text, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE))


def test_markdown(run: Run, none: Run) -> None:
    text = rendered(run, "markdown")
    page = _Tags(_html(text))
    assert set(page.tags) == {"h2", "p", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
                              "br"}
    drafts = len(run.reports)
    assert page.tags.count("details") == drafts
    assert page.tags.count("tr") == drafts + 1
    assert page.tags.count("td") == 4 * drafts
    assert not re.search(r"@\w|#\d|://|\bwww\.|:smile:|GH-\d", page.text)
    for report in run.reports:
        for finding in report.findings:
            assert one_line(finding.fix)[:25] in page.text.replace("\u200b", "")
    assert f"{drafts} borradores: " in text or f"{drafts} drafts: " in text
    assert "empty.txt" in text
    assert rendered(none, "markdown") == "## inmail-lint\n\n**no drafts**\n"


def test_markdown_of_one_draft_says_the_sum_and_what_works(linter: Linter, folder: Path) -> None:
    text = rendered(run_of(linter, folder / "fine.txt"), "markdown")
    assert "**1 draft: READY, score 100 of 100**" in text
    assert "**WHAT WORKS**" in text
    assert "- greets by name: «Ana»" in text
    spanish = rendered(run_of(linter, folder / "es.txt"), "markdown")
    assert "**LA CUENTA** 100 -" in spanish
    assert "3:6 «{{nombre}}»<br>" in spanish


@given(st.text(st.characters() | st.sampled_from("@#:/.-_*[]()<>&|~$`!\\whtpgsabcdef0123456789 \n"), max_size=60))
def test_markdown_shows_any_text_as_it_is(text: str) -> None:
    html = _html(f"x: {escaped(text)}").strip()
    assert re.fullmatch("<p>[^<>]*</p>", html), html
    shown = unescape(html[3:-4]).replace("\u200b", "")
    assert shown.strip() == f"x: {one_line(text)}".replace("\u200b", "").strip()


@pytest.mark.parametrize("times", [10, 500])
def test_markdown_is_capped(run: Run, times: int) -> None:
    faults = tuple(Fault(f"{'x' * 500}{n}.txt", "the file is empty " * 50) for n in range(times))
    text = rendered(Run(run.reports * times, faults, run.rulebook), "markdown")
    assert len(text) <= LONGEST
    page = _Tags(_html(text))
    rows, reports = page.tags.count("tr") - 1, page.tags.count("details")
    assert reports > 5
    every = len(run.reports) * times
    assert re.search(rf"{every - rows} .*{every - reports} .*inmail-lint check", text.splitlines()[-1])
    assert text.count("<details>") == text.count("</details>")
