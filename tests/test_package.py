"""The wheel holds the rules: built, installed in a new environment, it lints a draft."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], check=True,
                   capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_rules_and_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"inmail_lint/py.typed", "inmail_lint/rules/placeholder.yaml", "inmail_lint/rules/languages/es.yaml",
            "inmail_lint/rules/profiles/guides.yaml"} <= names
    assert not any(n.startswith(("tests/", "corpus/")) for n in names)


def test_installed_it_lints(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", str(wheel)], check=True, capture_output=True)
    draft = tmp_path / "draft.txt"
    draft.write_text("Hola {{nombre}}:\n\nSomos una empresa que quiere hablar con usted. ¿Hablamos?", encoding="utf-8")
    run = subprocess.run([home / "bin" / "inmail-lint", "check", "--format", "json", str(draft)], capture_output=True,
                         text=True, cwd=tmp_path, check=False)
    assert run.returncode == 1, run.stderr
    report = json.loads(run.stdout)["drafts"][0]
    assert report["verdict"] == "stop"
    assert "placeholder" in {f["rule"] for f in report["findings"]}
