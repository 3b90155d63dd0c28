"""What the documentation promises is run: commands, files, reports; links, languages and the site hold together."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import click
import pytest
import yaml
from click.testing import CliRunner

from inmail_lint import language, pattern_files, rule_reader
from inmail_lint.cli import main
from inmail_lint.compiled import SHAPES
from inmail_lint.config.keys import KEYS, PHRASE_KEYS, RULE_KEYS, SENDER_KEYS
from inmail_lint.draft import KINDS
from inmail_lint.figures_page import figures_page
from inmail_lint.line import LineCompiler
from inmail_lint.loading import load_rulebook
from inmail_lint.measured import Figures
from inmail_lint.output import FORMATS
from inmail_lint.rule_reader import SCOPES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "README.es.md", *sorted(DOCS.glob("*.md"))]
HAND_MADE = [p for p in PAGES if p.parent == DOCS and not p.name.startswith("measured.")]
SKIPPED = ("pip install", "npm install", "pip download", "venv-pack", "PYSPARK_PYTHON=", "python -m venv", ". .venv",
           "python -m benchmarks", "../linters-venv/", "git ", "docker ", "mkdocs ", "pytest", "inmail-lint rules pages",
           "inmail-lint check drafts/ -o report.html")
_FENCE = re.compile(r"^```(\w*)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_REPORT = re.compile(r"<!-- report: (\S+) -->\n```text\n(.*?)```\n<!-- /report -->", re.DOTALL)
_SAID = re.compile(r"(?:exit code|código de salida) (\d)")


class Step(NamedTuple):
    """A file that a page shows (its `name` and `text`), or a command (`text`, with the exit code the page says)."""

    name: str
    text: str
    code: int | None = None


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _prose(page: Path) -> str:
    return _FENCE.sub("", _text(page))


def _steps(page: Path) -> tuple[Step, ...]:
    found = []
    for form, title, body in _FENCE.findall(_text(page)):
        if title:
            found.append(Step(title, body))
        for line in body.splitlines() if form == "sh" else ():
            bare, _, comment = re.sub(r"\s+#", "\0", line, count=1).partition("\0")
            said = _SAID.search(comment)
            found += [Step("", part.strip(), int(said.group(1)) if said else None) for part in bare.split("&&") if part.strip()]
    return tuple(found)


def _scripts() -> dict[tuple[Step, ...], str]:
    """What pages do, each once: pages in two languages often do the same."""
    scripts: dict[tuple[Step, ...], str] = {}
    for page in PAGES:
        steps = _steps(page)
        if any(not s.name for s in steps):
            scripts.setdefault(steps, page.name)
    return scripts


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def scratch(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What pages take for granted: a folder of drafts, one draft, a profile, a clone's corpus."""
    for name in ("drafts", "corpus/examples"):
        shutil.copytree(ROOT / "corpus" / "examples", tmp_path / name)
    (tmp_path / "notes").mkdir()
    for file in ("labelled/en-us.jsonl", "labelled/es-spain.jsonl", "unseen/en-croft.jsonl", "unseen/es-pinar.jsonl"):
        lines = _text(ROOT / "corpus" / file).splitlines()[:5]
        (tmp_path / "corpus" / file).parent.mkdir(exist_ok=True)
        (tmp_path / "corpus" / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    shutil.copy(ROOT / "corpus" / "examples" / "seller-en.txt", tmp_path / "draft.txt")
    (tmp_path / "contacts.csv").write_text("First name,Company\nAna,Norda Foods\n", encoding="utf-8")
    (tmp_path / "team.yaml").write_text("id: team\nabout: {en: Ours., es: Nuestro.}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    return tmp_path


def _run(command: str) -> tuple[int, str]:
    """A command line of ours, with variables before it and redirections after it; exit code and output."""
    words = shlex.split(command)
    given: dict[str, str | None] = {}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        given[name] = value
    targets = {sign: words.pop(words.index(sign) + 1) for sign in ("<", ">") if sign in words}
    words = [w for w in words if w not in targets]
    assert words.pop(0) == "inmail-lint", f"what is this? {command}"
    arguments = [file for word in words for file in (sorted(map(str, Path().glob(word))) if "/*" in word else [word])]
    stdin = Path(targets["<"]).read_bytes() if "<" in targets else None
    result = CliRunner().invoke(main, arguments, input=stdin, env=given, prog_name="inmail-lint")
    if ">" in targets:
        Path(targets[">"]).write_text(result.stdout, encoding="utf-8")
    return result.exit_code, result.output


@pytest.mark.parametrize("steps", [pytest.param(steps, id=name) for steps, name in _scripts().items()])
def test_commands_run(steps: tuple[Step, ...], scratch: Path) -> None:
    for step in steps:
        if step.name:
            file = scratch / step.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(step.text, encoding="utf-8")
        elif not step.text.startswith(SKIPPED):
            code, output = _run(step.text)
            fine = {step.code} if step.code is not None else {0} if "rules test" in step.text else {0, 1}
            assert code in fine, f"{step.text}: exit code {code}\n{output}"


@pytest.mark.parametrize("page", ["report.md", "report.es.md"])
def test_the_report_shown_is_what_the_command_prints(page: str, scratch: Path) -> None:
    text = _text(DOCS / page)
    shown = _REPORT.search(text)
    assert shown
    draft = next(s for s in _steps(DOCS / page) if s.name == shown.group(1))
    Path(draft.name).write_text(draft.text, encoding="utf-8")
    _, output = _run(f"inmail-lint check {draft.name} --isolated")
    printed = output.strip("\n") + "\n"
    if os.environ.get("UPDATE_EXPECTED") == "1":
        (DOCS / page).write_text(text[: shown.start(2)] + printed + text[shown.end(2) :], encoding="utf-8")
        pytest.fail(f"{page} was rewritten (UPDATE_EXPECTED=1): read its diff and run the tests without it")
    assert shown.group(2) == printed, "the report changed; if that is meant, run the test with UPDATE_EXPECTED=1"
    said = {"en": ("STOP", "ADVICE", "THE SUM", "WHAT WORKS", "CHANGE FIRST", "NOT CHECKED", "SILENCED"),
            "es": ("ALTO", "CONSEJO", "LA CUENTA", "LO QUE FUNCIONA", "LO PRIMERO QUE CAMBIAR", "SIN COMPROBAR", "SILENCIADO")}
    assert not [w for w in said["es" if page.endswith(".es.md") else "en"] if w not in printed], "the page explains these"


def _markdown_files() -> list[Path]:
    return [*PAGES, ROOT / "CHANGELOG.md", *sorted((DOCS / "rules").glob("*.md")), *sorted((ROOT / "corpus").rglob("*.md"))]


def _slugs(page: Path) -> set[str]:
    """Anchors of a page's headings, as repositories and the site make them."""
    heads = re.findall(r"^#+ (.*)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", _markdown_files(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", _prose(page))):
        path, _, anchor = unquote(link).partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in _slugs(target)):
            broken.append(link)
    assert not broken


def _spanish(page: Path) -> Path:
    return page.with_name(page.name.replace(".md", ".es.md"))


@pytest.mark.parametrize("page", [p for p in PAGES if not p.name.endswith(".es.md")], ids=lambda p: p.name)
def test_both_languages_have_the_page_and_its_parts(page: Path) -> None:
    other = _spanish(page)
    assert other.is_file()
    levels = [[len(m) for m in re.findall(r"^(#+) ", _prose(p), re.MULTILINE)] for p in (page, other)]
    assert levels[0] == levels[1]
    commands = [[s.text for s in _steps(p) if not s.name] for p in (page, other)]
    assert commands[0] == commands[1]
    forms = [[form for form, _, _ in _FENCE.findall(_text(p))] for p in (page, other)]
    assert forms[0] == forms[1]


def test_no_spanish_page_stands_alone() -> None:
    assert not [p.name for p in DOCS.glob("*.es.md") if not p.with_name(p.name.replace(".es.md", ".md")).is_file()]


@pytest.mark.parametrize("page", HAND_MADE, ids=lambda p: p.name)
def test_pages_lead_to_the_other_language(page: Path) -> None:
    spanish = page.name.endswith(".es.md")
    link = f"[In English]({page.name.replace('.es.md', '.md')})" if spanish else f"[En español]({_spanish(page).name})"
    assert link in _text(page).split("\n## ")[0].splitlines()


def _commands(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        elif not command.hidden:
            yield f"{before}{name}"


def _all_of(spanish: bool) -> str:
    return "\n".join(_text(p) for p in PAGES if p.name.endswith(".es.md") == spanish)


@pytest.mark.parametrize("spanish", [False, True])
def test_every_command_and_format_is_mentioned(spanish: bool) -> None:
    text = _all_of(spanish)
    assert not [name for name in _commands(main) if f"inmail-lint {name}" not in text]
    assert not [name for name in FORMATS if f"| `{name}` |" not in text]


def _lacking(page: str, names: Iterable[str]) -> list[str]:
    text = _text(DOCS / page)
    return [name for name in names if f"`{name}`" not in text]


@pytest.mark.parametrize("ending", ["md", "es.md"])
def test_every_key_is_explained(ending: str) -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", _text(DOCS / f"configuration.{ending}"), re.MULTILINE)
    assert [r for r in rows if r in KEYS] == list(KEYS)
    assert not _lacking(f"configuration.{ending}", [*RULE_KEYS, *PHRASE_KEYS, *SENDER_KEYS, *KINDS])
    not_in_files = [name for name, key in KEYS.items() if not key.per_draft]
    assert set(not_in_files) <= set(re.findall(r"`([\w-]+)`", next(line for line in _text(
        DOCS / f"configuration.{ending}").splitlines() if line.startswith("| `files`"))))
    assert not _lacking(f"writing-rules.{ending}", [
        *rule_reader.KEYS, "above", "below", "hits", *pattern_files.KEYS, *SCOPES, *KINDS, *(f"<{s}>" for s in SHAPES)])
    assert not _lacking(f"adding-a-language.{ending}", language._KEYS)


@pytest.mark.parametrize("ending", ["md", "es.md"])
def test_defaults_shown_are_the_defaults(ending: str) -> None:
    shown = dict(re.findall(r"^\| `([\w-]+)` \| `([^`]+)` \|", _text(DOCS / f"configuration.{ending}"), re.MULTILINE))
    wanted = {n: f'"{k.default}"' if isinstance(k.default, str) else str(k.default).lower()
              for n, k in KEYS.items() if k.default not in (None, (), {})}
    assert {n: v for n, v in shown.items() if n in KEYS} == wanted


@pytest.mark.parametrize("ending", ["md", "es.md"])
def test_lines_shown_in_the_table_compile(ending: str) -> None:
    table = _text(DOCS / f"writing-rules.{ending}").split("|---|---|")[2].split("\n\n")[0]
    compiler = LineCompiler(str.split, SHAPES | {"our_vague", "ask"})
    lines = [m.replace("\\|", "|") for m in re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)]
    whole = [line for line in lines if line[0] not in "^~$…?"]
    assert len(whole) >= 5
    for line in whole:
        compiler.compile(f"word {line}")


@pytest.mark.parametrize("ending", ["md", "es.md"])
def test_hooks_and_action_are_the_ones_shown(ending: str) -> None:
    blocks = [yaml.safe_load(body) for form, title, body in _FENCE.findall(_text(DOCS / f"integrations.{ending}"))
              if form == "yaml"]
    hooks = {h["id"] for h in yaml.safe_load(_text(ROOT / ".pre-commit-hooks.yaml"))}
    assert {h["id"] for b in blocks if "repos" in b for r in b["repos"] for h in r["hooks"]} == hooks
    inputs = yaml.safe_load(_text(ROOT / "action.yml"))["inputs"]
    steps = next(b for b in blocks if "jobs" in b)["jobs"]["drafts"]["steps"]
    ours = next(s for s in steps if s["uses"].startswith("OWNER/"))
    assert set(ours["with"]) <= set(inputs)
    assert not _lacking(f"integrations.{ending}", inputs)


def test_figures_page_names_what_is_weak() -> None:
    book = load_rulebook()
    row = {"drafts": 100, "cases": 40, "fired": 30, "charged": 10, "charged_precision": 0.9, "precision": 0.9, "recall": 0.9}
    figures = Figures({"hedge": {"en": {**row, "recall": 0.59}}, "pushy": {"en": {**row, "precision": 0.79}},
                       "buzzword": {"en": row, "es": {**row, "cases": 9}}},
                      {"en": {"drafts": 100, "spearman": 0.8, "mean_kappa": 0.7},
                       "es": {"drafts": 90, "spearman": 0.8, "mean_kappa": 0.7}})
    page = figures_page(book, figures, "en")
    weak = page.split("## What is weak")[1].split("## Each rule")[0]
    lines = [line for line in weak.splitlines() if line.startswith("- en: ")]
    assert "fewer than 60" in lines[0] and "hedge" in lines[0] and "pushy" not in lines[0]
    assert "less than 80" in lines[1] and "pushy" in lines[1] and "hedge" not in lines[1]
    assert "- es: fewer than 10 drafts with the fault, too few to say: [buzzword](rules/buzzword.md)." in weak
    assert "[buzzword]" not in "".join(lines)
    assert "| [hedge](rules/hedge.md) | en | 100 | 40 | 30 | 90 % | 10 | 90 % | 59 % |" in page
    assert "| [buzzword](rules/buzzword.md) | es | 100 | 9 | 30 | – | 10 | – | – |" in page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a broken link or a page left out of the navigation stops it."""
    if importlib.util.find_spec("mkdocs") is None:
        pytest.skip("needs mkdocs (the extra `docs`)")
    folder = tmp_path_factory.mktemp("site")
    run = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)], cwd=ROOT,
                         capture_output=True, text=True, check=False,
                         env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)})
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def test_the_site_fetches_nothing(site: Path) -> None:
    fetched = re.compile(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"?(?:https?:)?//|<link\b[^>]*\brel=\"?"
                         r"(?:stylesheet|preconnect|preload|icon)\"?[^>]*\bhref=\"?(?:https?:)?//")
    pages = sorted(site.rglob("*.html"))
    assert pages and not [p for p in pages if fetched.search(_text(p))]
    assert not [p for p in site.rglob("*.css") if re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", _text(p))]


def test_the_site_has_every_rule_in_both_languages(site: Path) -> None:
    for prefix in ("", "es/"):
        start = _text(site / prefix / "start" / "index.html")
        for rule in (f.stem for f in (DOCS / "rules").glob("*.md")):
            assert f'href="../rules/{rule}/"' in start
            assert (site / prefix / "rules" / rule / "index.html").is_file()


def test_the_site_has_the_reference_and_the_changes(site: Path) -> None:
    import inmail_lint

    for prefix in ("", "es/"):
        api = _text(site / prefix / "api" / "index.html")
        assert not [n for n in inmail_lint.__all__ if not re.search(rf'id="inmail_lint\.(\w+\.)?{n}"', api)]
        assert "Judge one draft" in api
        assert "0.1.0" in _text(site / prefix / "changelog" / "index.html")
