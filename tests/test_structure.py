"""What may exist only once, and what the house rules promise."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import inmail_lint
from inmail_lint import Draft, Linter
from inmail_lint.errors import Fault
from inmail_lint.finders import FINDERS
from inmail_lint.measured import Figures
from inmail_lint.metrics import METRICS
from inmail_lint.pages import pages, stale
from inmail_lint.tokens import split_literal

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "inmail_lint").rglob("*.py"))


def test_only_tokens_and_the_spacy_component_import_spacy() -> None:
    """The component is loaded by spaCy alone, and nothing of ours imports it."""
    importers = {m.name for m in MODULES if re.search(r"^\s*(?:import|from) spacy|import_module\(f?\"spacy", m.read_text(), re.M)}
    assert importers == {"tokens.py", "spacy_component.py"}
    assert not [m.name for m in MODULES if re.search(r"import .*\bspacy_component|spacy_component import", m.read_text())]


def test_only_the_kinds_of_table_import_pandas_and_pyarrow() -> None:
    importing = r"^(?:import|from) (?:pandas|pyarrow|polars|numpy)"
    assert not [m.name for m in MODULES if re.search(importing, m.read_text(), re.M)]
    named = {m.name for m in MODULES if re.search(r"import_module\(\"(?:pandas|pyarrow|polars|numpy)", m.read_text())}
    assert named == {"frame_kinds.py"}


def test_modules_are_small() -> None:
    long = {m.name: n for m in MODULES if (n := len(m.read_text().splitlines())) > 300}
    assert not long


def test_nothing_but_the_command_line_prints() -> None:
    printers = set()
    for module in MODULES:
        calls = [n for n in ast.walk(ast.parse(module.read_text())) if isinstance(n, ast.Call)]
        if any(getattr(c.func, "id", "") == "print" or getattr(c.func, "attr", "") == "echo" for c in calls):
            printers.add(module.name)
    assert printers == {"cli.py", "cli_cache.py", "cli_check.py", "cli_config.py", "cli_fix.py", "cli_rules.py"}


def test_no_module_can_reach_the_network() -> None:
    for module in MODULES:
        names = {a.name.split(".")[0] for n in ast.walk(ast.parse(module.read_text())) if isinstance(n, ast.Import)
                 for a in n.names}
        assert not names & {"socket", "urllib", "http", "requests", "httpx", "aiohttp"}, module


def test_light_commands_do_not_import_spacy() -> None:
    script = ("import sys, runpy; sys.argv = ['inmail-lint'] + sys.argv[1:]\n"
              "from click.testing import CliRunner\nfrom inmail_lint.cli import main\n"
              "result = CliRunner().invoke(main, sys.argv[1:])\nassert result.exit_code == 0, result.output\n"
              "assert 'spacy' not in sys.modules and 'numpy' not in sys.modules")
    for arguments in (["--help"], ["--version"], ["explain", "cta-vague"], ["rules", "list"]):
        run = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
        assert run.returncode == 0, (arguments, run.stderr)


def test_every_pattern_line_compiles(linter: Linter) -> None:
    fresh = Linter()
    faults: list[Fault] = []
    for pack in fresh.rulebook.packs.values():
        if pack.judged:
            fresh.rulebook.patterns.compile(pack, faults)
    assert not [str(f) for f in faults]


def test_every_word_of_a_class_can_be_met(linter: Linter) -> None:
    """A tag stands on one token: what the tokeniser would cut in two (half-hour, «estimado/a») is never tagged."""
    cut = [(code, name, word) for code, pack in linter.rulebook.packs.items() for name, (words, _) in pack.classes.items()
           for word in words if len(split_literal(word, pack.spacy)) != 1]
    assert not cut


def test_every_pattern_and_finder_is_used(linter: Linter) -> None:
    """Marker patterns speak for the draft; others must be named by a rule, read by a metric or finder, or weighed for firms."""
    book = linter.rulebook
    code = "\n".join(m.read_text() for m in MODULES)
    named = {p for r in book.rules.values() for p in r.patterns} | set(re.findall(r'"([a-z-]+\.[a-z*-]+)"', code))
    named |= {f.removeprefix("p:") for file in (ROOT / "rules" / "learned").glob("*.json")
              for f in json.loads(file.read_text(encoding="utf-8"))["firm"]["table"] if f.startswith("p:")}
    families = tuple(n[:-1] for n in named if n.endswith("*"))
    unused = [p.name for p in book.patterns if not p.marker and p.name not in named and not p.name.startswith(families)]
    assert not unused
    assert {p.finder for p in book.patterns if p.finder} == set(FINDERS)


def test_guides_are_told_of_in_the_language_of_the_report(linter: Linter) -> None:
    for guide in linter.rulebook.guides.values():
        for said in (guide.says, guide.against):
            assert set(said) in (set(), {"en", "es"})
            assert not said or said["en"] != said["es"]
            assert all(linter.lint(Draft(text)).language in (code, None) for code, text in said.items()), guide.id


def test_every_metric_says_what_it_is() -> None:
    assert all((function.__doc__ or "").strip() for function in METRICS.values())


def test_public_names() -> None:
    for name in inmail_lint.__all__:
        assert getattr(inmail_lint, name) is not None


def test_public_names_say_what_they_are() -> None:
    """Every class, function, public method and field of the library, for whoever reads its reference."""
    silent = []
    for name in (n for n in inmail_lint.__all__ if n != "__version__"):
        thing = getattr(inmail_lint, name)
        text = inspect.getdoc(thing) or ""
        if not vars(thing).get("__doc__") and not inspect.isfunction(thing):
            silent.append(name)
        fields = {*getattr(thing, "__dataclass_fields__", {}), *getattr(thing, "_fields", ())}
        arguments = set(inspect.signature(thing).parameters) if thing in (inmail_lint.Linter, inmail_lint.lint) else set()
        silent += [f"{name}.{f}" for f in fields | arguments if not re.search(rf"^    {f}: \S", text, re.M)]
        members = vars(thing).items() if inspect.isclass(thing) else ()
        silent += [f"{name}.{m}" for m, value in members if not m.startswith("_") and m not in fields
                   and (inspect.isroutine(value) or isinstance(value, (property, classmethod))) and not inspect.getdoc(value)]
    assert not silent


def test_generated_pages_are_fresh(linter: Linter) -> None:
    wanted = pages(linter.rulebook, Figures.load(ROOT / "rules"), ROOT)
    assert [f.name for f in stale(wanted, ROOT)] == [], "run: inmail-lint rules pages"


def test_the_project_names_no_machine_path() -> None:
    for file in [*MODULES, *ROOT.glob("*.md"), *ROOT.glob("rules/**/*.yaml")]:
        assert not re.search(r"/(?:work|farm|tmp)/[a-z]+", file.read_text(encoding="utf-8")), file
