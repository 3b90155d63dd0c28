"""The hooks, run by the real pre-commit in a scratch repository: what it finds, a second run, and a team's own rules."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
pytest.importorskip("pre_commit")
pytestmark = pytest.mark.skipif(not shutil.which("git") or not (ROOT / ".git").exists(), reason="needs a git checkout")


def _git(folder: Path, *arguments: str) -> str:
    run = subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(folder), *arguments],
                         check=True, capture_output=True, text=True)
    return run.stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This checkout as it is now, committed to a repository of its own, as pre-commit would clone it."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in _git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (ROOT / name).is_file() and not name.startswith(("corpus/labelled/", "tests/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all", "--force")
    _git(folder, "commit", "--quiet", "--message", "hooks")
    return folder, _git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def team(hooks: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A team's repository with drafts, rules of its own and both hooks."""
    folder = tmp_path_factory.mktemp("team")
    config = {"repos": [{"repo": str(hooks[0]), "rev": hooks[1], "hooks": [
        {"id": "inmail-lint"}, {"id": "inmail-lint-rules", "args": ["--rules", "our-rules"]}]}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "our-rules").mkdir()
    emoji = (ROOT / "rules" / "emoji.yaml").read_text(encoding="utf-8")
    (folder / "our-rules" / "our-emoji.yaml").write_text(emoji.replace("id: emoji", "id: our-emoji"), encoding="utf-8")
    shutil.copy(ROOT / "corpus" / "examples" / "recruiter-es.inmail", folder / "good.inmail")
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    return folder


def _run(team: Path, home: Path) -> tuple[subprocess.CompletedProcess[str], float]:
    begun = time.perf_counter()
    run = subprocess.run([sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose"], cwd=team, text=True,
                         capture_output=True, check=False, env={**os.environ, "PRE_COMMIT_HOME": str(home)})
    return run, time.perf_counter() - begun


def test_first_run_later_runs_and_a_stop(team: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    first, first_time = _run(team, home)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "examples, 0 failed" in first.stdout
    second, second_time = _run(team, home)
    assert second.returncode == 0 and second_time < first_time / 2, (first_time, second_time)
    (team / "stop.inmail").write_text("Subject: Hello [Name]\n\nHi {{first_name}}, shall we talk?\n", encoding="utf-8")
    (team / "our-rules" / "our-emoji.yaml").write_text("id: our-emoji\n", encoding="utf-8")
    _git(team, "add", "--all")
    stopped, _ = _run(team, home)
    assert stopped.returncode == 1
    assert "DO NOT SEND" in stopped.stdout and "placeholder" in stopped.stdout
    assert "our-emoji.yaml" in stopped.stdout
