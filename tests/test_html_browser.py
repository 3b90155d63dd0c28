"""The page in a real browser: no errors, keyboard, narrow screens, contrast, paper, and without its script."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inmail_lint import Draft, Linter
from inmail_lint.errors import DraftError, Fault
from inmail_lint.output import Run, rendered
from inmail_lint.reading import read_paths

pytest.importorskip("selenium", reason="selenium is not installed: pip install -e '.[test]'")

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

EXAMPLES = Path(__file__).parent.parent / "corpus" / "examples"
_BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (_BROWSER and _DRIVER), reason="no chromium with its chromedriver on this machine")

# Elements with text of their own whose contrast with what lies behind them is under 4.5:1
_FAINT = """
const part = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const behind = (element) => {
  for (; element; element = element.parentElement) {
    const colour = numbers(getComputedStyle(element).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
document.querySelectorAll('details').forEach((fold) => { fold.open = true; });
return [...document.body.querySelectorAll('*')].filter((e) => e.checkVisibility() && !e.closest('svg.unseen, script')
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).map((e) => {
  const style = getComputedStyle(e);
  const a = light(numbers(e.closest('svg') ? style.fill : style.color)), b = light(behind(e));
  return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.outerHTML.slice(0, 120)];
}).filter(([ratio]) => ratio < 4.5);
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    os.environ["SE_OFFLINE"] = "true"
    options = webdriver.ChromeOptions()
    options.binary_location = str(_BROWSER)
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(_DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(linter: Linter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Addresses of pages: one draft, many with one unread, and one of texts that will not break."""
    folder = tmp_path_factory.mktemp("pages")
    drafts = [d for d in read_paths([str(EXAMPLES)], None) if not isinstance(d, DraftError)]
    reports = tuple(linter.lint(d) for d in drafts)
    one = next(r for r in reports if r.draft.path.endswith("wrong-company-en.inmail"))
    wide = linter.lint(Draft(f"Hi {'W' * 300},\n\n{'🙂' * 80} {{{{{'x' * 200}}}}}\n\nhttps://a.example/{'y' * 300}\n", "Q" * 190,
                             id="N" * 200, path=f"{'p' * 200}.txt"))
    fault = Fault("z" * 200 + ".json", "no JSON", 1, 1)
    made = {"one": Run((one,), (), linter.rulebook), "many": Run(reports, (fault,), linter.rulebook),
            "wide": Run((wide,), (fault,), linter.rulebook), "wide-many": Run((wide, one), (), linter.rulebook, "es")}
    for name, run in made.items():
        (folder / f"{name}.html").write_text(rendered(run, "html"), encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in made}


def opened(browser: Any, address: str, width: int = 1280, *, media: str = "screen", scheme: str = "light",
           script: bool = True) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                            {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False})
    browser.get("about:blank")
    browser.get(address)


def _focused(browser: Any) -> str:
    return str(browser.execute_script("return document.activeElement.id"))


@pytest.mark.parametrize("name", ["one", "many", "wide"])
def test_nothing_is_refused_and_nothing_fetched(browser: Any, pages: dict[str, str], name: str) -> None:
    browser.get_log("browser")
    opened(browser, pages[name])
    assert browser.get_log("browser") == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.execute_script("return getComputedStyle(document.querySelector('.skip')).position") == "absolute"


def test_the_table_is_sorted_by_keyboard(browser: Any, pages: dict[str, str]) -> None:
    opened(browser, pages["many"])
    column = "return [...document.querySelectorAll('table.drafts tbody tr')].map((r) => Number(r.cells[1].dataset.value))"
    head = browser.find_elements(By.CSS_SELECTOR, "table.drafts thead th")[1]
    button = head.find_element(By.TAG_NAME, "button")
    browser.execute_script("arguments[0].focus()", button)
    button.send_keys(Keys.ENTER)
    scores = browser.execute_script(column)
    assert scores == sorted(scores)
    assert head.get_attribute("aria-sort") == "ascending"
    button.send_keys(Keys.SPACE)
    assert browser.execute_script(column) == sorted(scores, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    name = browser.find_elements(By.CSS_SELECTOR, "table.drafts thead button")[2]
    name.send_keys(Keys.ENTER)
    assert len(browser.find_elements(By.CSS_SELECTOR, "table.drafts thead [aria-sort]")) == 1
    names = [a.text for a in browser.find_elements(By.CSS_SELECTOR, "table.drafts tbody th a")]
    assert [n.lower() for n in names] == sorted(n.lower() for n in names)


def test_drafts_are_sifted_by_verdict_and_words(browser: Any, pages: dict[str, str]) -> None:
    opened(browser, pages["many"])
    shown = ("return [...document.querySelectorAll('table.drafts tbody tr')].filter((r) => r.checkVisibility())"
             ".map((r) => [r.dataset.verdict, r.dataset.draft])")
    every = browser.execute_script(shown)
    browser.find_element(By.CSS_SELECTOR, "[name=verdict][value=stop]").send_keys(Keys.SPACE)
    stopped = browser.execute_script(shown)
    assert stopped == [row for row in every if row[0] == "stop"]
    search = browser.find_element(By.CSS_SELECTOR, "[type=search]")
    search.send_keys("BRÍGHTWELL foods")
    assert len(browser.execute_script(shown)) == 1
    assert browser.find_element(By.CSS_SELECTOR, "[role=status]").text.startswith("1 ")
    assert sum(a.is_displayed() for a in browser.find_elements(By.TAG_NAME, "article")) == 1


def test_marks_and_findings_lead_to_each_other(browser: Any, pages: dict[str, str]) -> None:
    opened(browser, pages["one"])
    mark = browser.find_element(By.CSS_SELECTOR, ".bubble mark.warning")
    finding = mark.get_attribute("data-to").split()[0]
    mark.click()
    assert _focused(browser) == finding
    lit = browser.execute_script("return [...document.querySelectorAll('mark.lit')].map((m) => m.dataset.to)")
    assert lit
    assert all(finding in ids.split() for ids in lit)
    place = browser.find_element(By.CSS_SELECTOR, f"#{finding} .places a")
    place.send_keys(Keys.ENTER)
    assert _focused(browser) == f"{finding}-1"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert _focused(browser) == finding


def test_a_row_leads_to_its_draft_and_a_rule_to_its_card(browser: Any, pages: dict[str, str]) -> None:
    opened(browser, pages["many"])
    link = browser.find_elements(By.CSS_SELECTOR, "table.drafts tbody th a")[3]
    wanted = link.get_attribute("hash")[1:]
    link.send_keys(Keys.ENTER)
    assert _focused(browser) == wanted
    top = browser.execute_script("return document.activeElement.getBoundingClientRect().top")
    assert -5 < top < 100
    rule = browser.find_element(By.CSS_SELECTOR, ".costs .rule a")
    card = rule.get_attribute("hash")[1:]
    rule.send_keys(Keys.ENTER)
    assert _focused(browser) == card
    assert browser.find_element(By.ID, card).is_displayed()


@pytest.mark.parametrize(("name", "width"), [("one", 360), ("many", 360), ("wide", 360), ("wide-many", 360), ("wide", 768),
                                             ("many", 1280)])
def test_nothing_runs_over_the_side(browser: Any, pages: dict[str, str], name: str, width: int) -> None:
    opened(browser, pages[name], width)
    browser.execute_script("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    over = browser.execute_script(
        "return [...document.querySelectorAll('main *')].filter((e) => e.checkVisibility() && !e.closest('.unseen, .notice')"
        f" && e.getBoundingClientRect().right > {width} + 1).map((e) => e.outerHTML.slice(0, 90))")
    assert over == []


@pytest.mark.parametrize(("media", "scheme"), [("screen", "light"), ("screen", "dark"), ("print", "dark")])
def test_every_text_can_be_read(browser: Any, pages: dict[str, str], media: str, scheme: str) -> None:
    for name in ("one", "many", "wide"):
        opened(browser, pages[name], media=media, scheme=scheme)
        assert browser.execute_script(_FAINT) == []


def test_paper_shows_all_and_no_controls(browser: Any, pages: dict[str, str]) -> None:
    opened(browser, pages["one"], 700, media="print", script=False)
    assert browser.execute_script("return [...document.querySelectorAll('details > div, details > ul')]"
                                  ".filter((e) => e.getBoundingClientRect().height < 5).length") == 0
    opened(browser, pages["many"], 700, media="print")
    assert not browser.find_element(By.CSS_SELECTOR, ".controls").is_displayed()
    assert not any(e.is_displayed() for e in browser.find_elements(By.CSS_SELECTOR, ".skip, .back"))
    browser.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    assert browser.execute_script("return document.querySelectorAll('details:not([open])').length") == 0
    browser.execute_script("window.dispatchEvent(new Event('afterprint'))")
    assert browser.execute_script("return document.querySelectorAll('details[open]').length") == 0


def test_without_its_script_the_page_is_whole(browser: Any, pages: dict[str, str]) -> None:
    opened(browser, pages["many"], script=False)
    assert browser.find_elements(By.TAG_NAME, "button") == []
    assert not browser.find_element(By.CSS_SELECTOR, ".controls").is_displayed()
    hidden = browser.execute_script("return [...document.querySelectorAll('article, .finding, .working, tr, .bubble')]"
                                    ".filter((e) => !e.checkVisibility()).length")
    assert hidden == 0
    link = browser.find_element(By.CSS_SELECTOR, ".bubble a.n.warning")
    wanted = link.get_attribute("hash")[1:]
    link.send_keys(Keys.ENTER)
    assert browser.execute_script("return document.querySelector(':target').id") == wanted
    rule = browser.find_element(By.CSS_SELECTOR, ".costs .rule a")
    rule.send_keys(Keys.ENTER)
    assert browser.find_element(By.ID, rule.get_attribute("hash")[1:]).is_displayed(), "a link unfolds the card it leads to"


def test_the_first_tab_skips_to_the_report(browser: Any, pages: dict[str, str]) -> None:
    opened(browser, pages["many"])
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("class") == "skip"
    assert browser.switch_to.active_element.rect["x"] >= 0
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert _focused(browser) == "main"
