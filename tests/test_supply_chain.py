"""What the project is built on: pinned with digests, every licence known, and none at run time that users must fear."""

from __future__ import annotations

import importlib.util
import re
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
LOCKS = ("dev", "run", "train")


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


licences = _tool("licences")


def _project() -> dict[str, list[str]]:
    """What pyproject.toml asks for: extra ("" for none) → requirements."""
    project = licences.tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_satisfy_the_project(lock: str) -> None:
    pins = licences.pins(lock)
    extras = ["", *_tool("lock").LOCKS[lock][0]] + (["lsp", "frames"] if lock == "dev" else [])
    wanted = [Requirement(text) for extra in extras for text in _project()[extra] if not text.startswith("inmail-lint")]
    assert len(wanted) >= 4
    unmet = [str(r) for r in wanted if not all(r.specifier.contains(v) for v in pins.get(licences.normal(r.name), {"none"}))]
    assert not unmet, "run: python tools/lock.py"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_digests_and_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert len(blocks) >= len(licences.pins(lock)) > 40
    assert not [b.splitlines()[0] for b in blocks if not re.match(r"[a-z0-9.-]+==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", b)]
    assert "//" not in text and " @ " not in text and "--index" not in text


def test_locks_agree() -> None:
    dev = licences.pins("dev")
    assert licences.pins("run").items() <= dev.items()
    train = licences.pins("train")
    assert not [name for name in train.keys() & dev.keys() if train[name] != dev[name]]


def test_the_page_of_licences_is_fresh() -> None:
    assert licences.stale() == [], "run: python tools/licences.py"


def test_every_extra_of_a_user_is_on_the_page_or_said_not_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = {*licences.LOCKED, *licences.NOT_LOCKED}
    assert _project().keys() - {"", "test", "docs", "train", "fuzz"} == ours
    rows = licences.read_page()
    assert {rows[n][1] for n in licences.declared(*licences.LOCKED) - {"inmail-lint"}} <= {licences.RUN, licences.EXTRAS}
    text = " ".join(licences.PAGE.read_text(encoding="utf-8").split())
    assert "Not on this page is what `inmail-lint[spark]` or `inmail-lint[ray]` brings besides" in text
    for name, said in (("pyspark", "License-Expression: Apache-2.0"), ("odd", "License: Ours alone"), ("spacy", "License: x")):
        (tmp_path / f"{name}-1.dist-info").mkdir()
        (tmp_path / f"{name}-1.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: 1\n{said}\n")
    installed = licences.installed
    monkeypatch.setattr(licences, "installed", lambda: installed([str(tmp_path)]))
    assert licences.besides() == ["odd: Ours alone (not among the licences allowed at run time)", "pyspark: Apache-2.0"]


def test_licences_at_run_time_are_allowed() -> None:
    rows = licences.read_page()
    used = {n: said for n, (said, when) in rows.items() if when in (licences.RUN, licences.EXTRAS)}
    assert {"spacy", "click", "pyyaml", "numpy", "pygls", "pyarrow", "tomli"} <= used.keys()
    assert not {n: said for n, said in used.items() if not licences.allowed(said)}


def _needed(requirements: list[str], extras: set[str], found: set[str]) -> None:
    """Adds whatever the requirements bring with them in this very environment, whatever the locks say."""
    for requirement in map(Requirement, requirements):
        name, marker = licences.normal(requirement.name), requirement.marker
        if name in found or not (marker is None or any(marker.evaluate({"extra": e}) for e in extras)):
            continue
        with suppress(PackageNotFoundError):  # an extra that is not installed
            further = requires(name) or []
            found.add(name)
            _needed(further, requirement.extras or {""}, found)


def test_what_is_installed_beside_us_is_known_and_allowed() -> None:
    """Newer releases of a dependency than the locks have may bring new packages, or a new licence."""
    found: set[str] = set()
    _needed([r for extra in ("", "lsp", "frames") for r in _project()[extra]], {""}, found)
    assert {"spacy", "thinc", "numpy", "click"} <= found
    here = licences.installed()
    assert not {n: licences.licence(here[n]) for n in found if not licences.allowed(licences.licence(here[n]))}


@pytest.mark.parametrize(("expression", "verdict"), [
    ("MIT", True), ("Apache-2.0 OR BSD-2-Clause", True), ("GPL-3.0-only", False), ("MIT AND GPL-2.0-or-later", False),
    ("GPL-2.0-only OR MIT", True), ("MPL-2.0 AND (MIT OR GPL-3.0-only)", True),
    ("(MIT AND LGPL-3.0-only) OR AGPL-3.0-only", False),
    ("not said", False), ("", False), ("GNU General Public License v2 or later (GPLv2+)", False)])
def test_what_is_allowed(expression: str, verdict: bool) -> None:
    assert licences.allowed(expression) is verdict


def test_a_licence_is_read_from_metadata_old_and_new(tmp_path: Path) -> None:
    osi, gpl = "Classifier: License :: OSI Approved", "GNU General Public License v3 (GPLv3)"
    heads = {"new": ("License-Expression: MIT", "MIT"), "classified": (f"{osi} :: BSD License", "BSD-3-Clause"),
             "two": (f"{osi} :: MIT License\n{osi} :: BSD License", "BSD-3-Clause AND MIT"),
             "both": (f"{osi} :: MIT License\n{osi} :: {gpl}", f"MIT License; {gpl}"),
             "field": ("License: MPL-2.0 AND MIT", "MPL-2.0 AND MIT"), "mute": ("", "not said"), "bare": (osi, "not said"),
             "viral": ("License: GPLv3", "GPLv3")}
    for name, (head, _) in heads.items():
        (tmp_path / f"{name}-1.dist-info").mkdir()
        (tmp_path / f"{name}-1.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{head}\n",
                                                                   encoding="utf-8")
    found = licences.installed([str(tmp_path)])
    assert {n: licences.licence(found[n]) for n in heads} == {n: said for n, (_, said) in heads.items()}


def test_security_says_the_same_in_both_languages() -> None:
    """Same parts, same commands, same names; the files and tests that it names exist."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("SECURITY.md", "SECURITY.es.md")]
    assert texts[0].count("\n## ") == texts[1].count("\n## ") >= 6
    blocks = [re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for text in texts]
    assert blocks[0] == blocks[1] and len(blocks[0]) == 3
    names = [{n.replace(".es.md", ".md") for n in re.findall(r"`([^`\n]+)`", text.replace("```", ""))} for text in texts]
    assert names[0] == names[1]
    assert not [n for n in names[0] if re.match(r"(tests|tools|docs|requirements)/", n) and not list(ROOT.glob(n))]
