"""Same drafts, same rules, same bytes: whatever the hash seed, locale, time zone, encoding, tables, order, folder, Python.

`tools/same_everywhere.py` tries each circumstance alone and with other Pythons; here several are tried at once.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from inmail_lint.output import FORMATS

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="locales and time zones of its own")


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("same_everywhere", ROOT / "tools" / "same_everywhere.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["same_everywhere"] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


same = _tool()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> object:
    return same.World(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def wanted(world: object) -> dict[str, bytes]:
    answers: dict[str, bytes] = world.answers(sys.executable, same.Circumstance("plain"))  # type: ignore[attr-defined]
    return answers


def test_there_is_something_to_compare(wanted: dict[str, bytes]) -> None:
    assert {f"{form}.out" for form in FORMATS} | {"report", "known.json", *same._LINES} == wanted.keys()
    assert len(json.loads(wanted["json.out"])["drafts"]) == 40
    assert min(len(data) for name, data in wanted.items() if name != "baseline") > 300


@pytest.mark.parametrize("circumstance", same.AT_ONCE, ids=lambda c: c.name)
def test_circumstances_change_nothing(circumstance: object, world: object, wanted: dict[str, bytes]) -> None:
    got = world.answers(sys.executable, circumstance)  # type: ignore[attr-defined]
    assert {f"{form}.out" for form in FORMATS} | {"report"} <= got.keys()
    assert same.differences({name: wanted[name] for name in got}, got) == []


def test_circumstances_tried_at_once_are_all_there_are() -> None:
    """What the tool tries alone, the tests try too."""
    alone = {item for c in same.CIRCUMSTANCES for item in c.env.items() if item[0] != "LANG"}
    at_once = {item for c in same.AT_ONCE for item in c.env.items()}
    assert alone <= at_once
    assert {c.tables for c in same.CIRCUMSTANCES} <= {c.tables for c in same.AT_ONCE} | {"none"}  # none: most other tests
    assert any(c.flags for c in same.AT_ONCE) and any(c.elsewhere for c in same.AT_ONCE)


def test_outputs_hold_no_place_and_no_time(world: object, wanted: dict[str, bytes]) -> None:
    today = date.today().isoformat().encode()
    held = {place: [n for n, data in wanted.items() if place in data] for place in world.places()}  # type: ignore[attr-defined]
    assert not any(held.values()), held
    assert b"timestamp" not in wanted["junit.out"] and b"Utc" not in wanted["sarif.out"]
    assert not [name for name, data in wanted.items() if today in data]


def test_the_order_of_files_changes_no_report(world: object, wanted: dict[str, bytes]) -> None:
    folder: Path = world.here  # type: ignore[attr-defined]
    files = sorted(f"drafts/{f.name}" for f in (folder / "drafts").iterdir())
    run = subprocess.run([sys.executable, "-m", "inmail_lint.cli", "check", "--format", "jsonl", *files[::-1]], cwd=folder,
                         capture_output=True, check=False, timeout=120)
    there, back = wanted["jsonl.out"].splitlines(), run.stdout.splitlines()
    assert there != back
    assert sorted(there) == sorted(back)


def _pythons() -> list[str]:
    """Other Pythons on the search path, or in INMAIL_LINT_PYTHONS."""
    named = os.environ.get("INMAIL_LINT_PYTHONS", "").split(os.pathsep)
    found = [*filter(None, named), *filter(None, (shutil.which(f"python3.{minor}") for minor in range(10, 16)))]
    here = ".".join(map(str, sys.version_info[:3]))
    return [p for p in dict.fromkeys(found) if same.importable(p) not in ("", here)]


def test_other_pythons_say_the_same(world: object, wanted: dict[str, bytes]) -> None:
    pythons = _pythons()
    if not pythons:
        pytest.skip("no other Python here can import the package; tools/same_everywhere.py makes environments for any")
    for python in pythons:
        answers = world.answers(python, same.Circumstance(python))  # type: ignore[attr-defined]
        assert same.differences(wanted, answers) == [], f"Python {same.importable(python)}"


def test_a_difference_is_found() -> None:
    assert same.differences({"a": b"12", "b": b"1"}, {"a": b"13", "c": b"1"}) == [
        "b: only once", "c: only once", "a: at byte 1: b'12' and b'13'"]
