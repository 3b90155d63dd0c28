"""Reports kept between runs: the same answer as without, never a stale one, and nothing that is wrong with them an error."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inmail_lint import results
from inmail_lint.cli import main
from inmail_lint.config import Settings, SettingsFinder
from inmail_lint.config.linters import Linters
from inmail_lint.draft import Draft, Recipient
from inmail_lint.output import FORMATS
from inmail_lint.reading import read_paths
from inmail_lint.results import Results

ROOT = Path(__file__).parent.parent
BODY = "Hi {{name}},\n\nCan we talk on Tuesday?\n"


@pytest.fixture
def home(tmp_path: Path, tables: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where reports will be kept, in a cache that has the tables of the rules; a file of it is never written in place."""
    shutil.copytree(tables, tmp_path / "cache" / "inmail-lint", copy_function=os.link)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "inmail-lint" / "reports"


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    folder = tmp_path / "drafts"
    folder.mkdir()
    (folder / "a.txt").write_text("Subject: Hola\nIgnore: links: why, until 2020-01-01\n\n" + BODY, encoding="utf-8")
    (folder / "b.jsonl").write_text('{"body": "Hi Ana, can we talk?"}\n{"id": "2", "body": "Hola Ana:\\n\\n¿Hablamos?"}\n')
    return folder


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["check", "--isolated", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_same(form: str, drafts: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = run("--format", form, "--full", drafts)
    assert not home.exists()
    assert run("--format", form, "--full", "--cache", drafts) == wanted
    with monkeypatch.context() as patched:
        patched.setattr("inmail_lint.linter.Linter.lint", lambda *_: 1 / 0)
        assert run("--format", form, "--full", "--cache", drafts) == wanted
        assert run("--format", form, "--full", "--cache", "--jobs", "2", drafts) == wanted
        assert run("--format", form, "--full", "--no-cache", drafts)[0] == 3


def test_a_known_draft_needs_neither_spacy_nor_tables(drafts: Path, home: Path) -> None:
    run("--cache", drafts)
    script = ("import sys\nfrom inmail_lint.cli import main\n"
              "try:\n    main(['check', '--isolated', '--cache', sys.argv[1]])\n"
              "except SystemExit as end:\n    assert end.code == 1\n"
              "loaded = {'spacy', 'numpy', 'multiprocessing', 'inmail_lint.linter', 'inmail_lint.patterns'} & set(sys.modules)\n"
              "assert not loaded, loaded")
    ended = subprocess.run([sys.executable, "-c", script, str(drafts)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "DO NOT SEND" in ended.stdout


@pytest.mark.skipif(os.name == "nt", reason="permissions")
def test_only_its_user_may_read_it(drafts: Path, home: Path) -> None:
    home.mkdir(parents=True, mode=0o755)
    run("--cache", drafts)
    assert home.stat().st_mode & 0o777 == 0o700
    assert [f.stat().st_mode & 0o777 for f in home.iterdir()] == [0o600]


@pytest.mark.parametrize("damage", ["text", "cut", "zeros", "empty", "rows"])
def test_a_damaged_file_is_replaced(damage: str, drafts: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = run("--format", "json", drafts)
    run("--cache", drafts)
    file = home / "reports.sqlite3"
    data = file.read_bytes()
    if damage == "rows":
        with sqlite3.connect(file) as base:
            base.execute("UPDATE reports SET data = substr(data, 1, 40)")
    else:
        file.write_bytes({"text": b"no database " * 999, "cut": data[:5000], "zeros": data[:1024] + bytes(len(data) - 1024),
                          "empty": b""}[damage])
    assert run("--format", "json", "--cache", drafts) == wanted
    assert run("--format", "json", "--cache", drafts) == wanted
    monkeypatch.setattr("inmail_lint.linter.Linter.lint", lambda *_: 1 / 0)
    assert run("--format", "json", "--cache", drafts) == wanted, "it was written anew"


@pytest.mark.parametrize("place", ["missing/deep", "file", "folder"])
def test_a_place_that_cannot_be_written_is_no_error(place: str, drafts: Path, tmp_path: Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    home = tmp_path / place
    if place == "folder":
        (home / "inmail-lint" / "reports" / "reports.sqlite3").mkdir(parents=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    wanted = run("--format", "json", "--no-cache", drafts)
    assert run("--format", "json", "--cache", drafts) == wanted
    assert run("--format", "json", "--cache", drafts) == wanted


def test_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, linter = _settings({}), Linters().of(_settings({}))
    reports = [linter.lint(Draft(f"Hi Ana,\n\nCan we talk about {i}?", language="en")) for i in range(30)]
    monkeypatch.setattr(results, "MOST", 10)
    day = 24 * 3600

    def kept(days: float, *, keep: range) -> list[int]:
        store = Results(tmp_path / "r", now=lambda: days * day)
        for i in keep:
            store.keep(reports[i], found)
        store.close()
        store = Results(tmp_path / "r", now=lambda: days * day)
        have = [i for i in range(30) if store.find(reports[i].draft, found) == reports[i]]
        store.close()
        return have

    assert kept(100, keep=range(20)) == list(range(10)), "a run keeps no more than may be kept"
    assert kept(101, keep=range(10, 16)) == [*range(10, 16)] or len(kept(101, keep=range(0))) <= 10
    assert set(range(10, 16)) <= set(kept(101, keep=range(0)))
    assert kept(120, keep=range(29, 30)) == [29], "what was long unused is gone"
    monkeypatch.setattr(results, "LARGEST", 3000)
    assert 0 < len(kept(121, keep=range(8))) < 8


def test_clearing_and_telling_where(drafts: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("--cache", drafts)
    told = CliRunner().invoke(main, ["cache", "dir"])
    assert told.output.strip() == str(home.parent)
    cleared = CliRunner().invoke(main, ["cache", "clear"])
    assert cleared.exit_code == 0 and "3 reports" in cleared.output and not home.parent.exists()
    assert CliRunner().invoke(main, ["cache", "clear"]).exit_code == 0
    monkeypatch.setenv("INMAIL_LINT_NO_CACHE", "1")
    assert run("--cache", drafts)[0] == 1 and not home.exists()
    assert CliRunner().invoke(main, ["cache", "dir"]).exit_code == 2


def test_runs_at_the_same_time_do_no_harm(tmp_path: Path, home: Path) -> None:
    file = tmp_path / "many.jsonl"
    file.write_text("".join(json.dumps({"body": f"Hi Ana,\n\nCan we talk about {i}?"}) + "\n" for i in range(60)))
    command = [sys.executable, "-m", "inmail_lint.cli", "check", "--isolated", "--format", "jsonl", str(file)]
    wanted = subprocess.run(command, capture_output=True, check=False)
    both = [subprocess.Popen([*command, "--cache"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for process in both:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, out, err) == (wanted.returncode, wanted.stdout, b"")
    with sqlite3.connect(home / "reports.sqlite3") as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("SELECT COUNT(*) FROM reports").fetchone() == (60,)


def _settings(given: dict[str, Any]) -> Settings:
    return SettingsFinder(given, isolated=True).of("")


def _linter(settings_: Settings, made: dict[str, Any]) -> Any:
    key = repr(sorted(settings_.values.items(), key=str))
    if key not in made:
        made[key] = Linters(cache=True).of(settings_)
    return made[key]


_words = st.sampled_from(["Hi Ana,", "Hola Luis:", "{{name}}", "https://a.example", "GRATIS", "Can we talk?", "Perhaps.", "😀"])
_drafts = st.builds(
    Draft, body=st.lists(_words, min_size=1, max_size=4).map("\n\n".join), subject=st.sampled_from(["", "Hi", "RE: GRATIS"]),
    kind=st.sampled_from(["inmail", "connection"]), language=st.sampled_from([None, "en", "es"]),
    recipient=st.sampled_from([None, Recipient(first_name="Ana"), Recipient(first_name="Luis", facts=("talk",))]),
    ignore=st.sampled_from([(), ("links",), ("placeholder: so, until 2026-01-15",), ("nonsense",)]),
    id=st.sampled_from(["", "7"]), path=st.sampled_from(["", "a.txt"]), line=st.sampled_from([1, 3]),
    sender=st.sampled_from([(), ("Luis",)]))
_given = st.fixed_dictionaries({}, optional={
    "ui": st.sampled_from(["en", "es"]), "profile": st.sampled_from(["guides", "linkedin-data"]),
    "ignore": st.just(("tone",)), "select": st.just(("cta-*", "placeholder")),
    "rules": st.sampled_from([{"links": {"off": True}}, {"placeholder": {"points": 3}}])})
_days = st.sampled_from([date(2026, 1, 15), date(2026, 1, 16)])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


_MADE: dict[str, Any] = {}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draft=_drafts, said=_given, day=_days)
def test_what_is_kept_is_what_would_be_judged(draft: Draft, said: dict[str, Any], day: date, store: Path) -> None:
    """One store for all examples: whatever differs between two of them must keep them apart."""
    settings_ = _settings(said)
    linter = _linter(settings_, _MADE)
    linter.today = lambda: day
    wanted = linter.lint(draft)
    kept = Results(store, today=lambda: day)
    before = kept.find(draft, settings_)
    assert before is None or before == wanted
    kept.keep(wanted, settings_)
    kept.close()
    kept = Results(store, today=lambda: day)
    assert kept.find(draft, settings_) == wanted
    kept.close()


def test_edited_rules_and_files_are_judged_anew(drafts: Path, tmp_path: Path, home: Path) -> None:
    rules = tmp_path / "ours"
    rules.mkdir()
    emoji = (ROOT / "rules" / "emoji.yaml").read_text(encoding="utf-8")
    profile = tmp_path / "team.yaml"
    draft = tmp_path / "x.txt"
    states = [("", "{}", BODY), (emoji.replace("id: emoji", "id: our-emoji"), "{}", BODY), ("", "{placeholder: off}", BODY),
              ("", "{}", "\n" + BODY), ("", "{}", "Subject: x\n\n" + BODY), ("", "{}", BODY)]
    for ours, changes, text in states:
        (rules / "our-emoji.yaml").unlink(missing_ok=True)
        if ours:
            (rules / "our-emoji.yaml").write_text(ours, encoding="utf-8")
        profile.write_text(f"id: team\nabout: {{en: a, es: a}}\nrules: {changes}\n", encoding="utf-8")
        draft.write_text(text, encoding="utf-8")
        arguments = ("--format", "json", "--rules", rules, "--profile", profile, draft)
        wanted = run(*arguments)
        assert wanted[0] in (0, 1)
        assert run("--cache", *arguments) == wanted == run("--cache", *arguments)


def test_rules_edited_during_a_run_are_not_mixed_up(tmp_path: Path) -> None:
    rules = tmp_path / "ours"
    rules.mkdir()
    found = _settings({"rule-folders": (rules,)})
    report = Linters().of(found).lint(Draft(BODY))
    store = Results(tmp_path / "r")
    store.keep(report, found)
    (rules / "note.yaml").write_text("{}", encoding="utf-8")
    store.close()
    store = Results(tmp_path / "r")
    (rules / "note.yaml").unlink()
    assert store.find(report.draft, found) is None
    store.close()


def test_places_of_a_record_that_moved_are_not_kept(tmp_path: Path) -> None:
    found, linter = _settings({}), Linters().of(_settings({}))
    file = tmp_path / "a.jsonl"
    row = '{"body": "Hi [Name], shall we talk?"}\n'
    for text in (row, "\n" + row, " " + row, row.replace("body\": ", "body\":   "), row.replace("Hi ", "\\u0048i ")):
        file.write_text(text, encoding="utf-8")
        draft = next(d for d in read_paths([str(file)]) if isinstance(d, Draft))
        store = Results(tmp_path / "r")
        kept, wanted = store.find(draft, found), linter.lint(draft)
        assert kept is None
        store.keep(wanted, found)
        store.close()
