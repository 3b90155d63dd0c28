"""Same drafts, same rules, same bytes: `python tools/same_everywhere.py [PYTHON …]`.

Judges 40 drafts under every circumstance of CIRCUMSTANCES and compares every output, byte for byte, with that of a plain
run. Then it does so with each Python named, in an environment made for it from requirements/run.lock, if it cannot
import the package as it is. Prints what was tried; exits with 1 if anything differs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from inmail_lint.output import FORMATS

LABELLED = ("en-us", "en-trades", "es-spain", "es-plata")  # three drafts of each, beside the examples
LOCALES = ("es_ES", "tr_TR")  # Turkish: capitals of its own for i


@dataclass(frozen=True)
class Circumstance:
    """What must make no difference: variables, flags of Python, the tables of the rules, the folder of the drafts."""

    name: str
    env: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    tables: str = "warm"  # or "cold", "read-only", "none"
    elsewhere: bool = False  # drafts written in the other order, into a folder of another name
    brief: bool = False  # the reports alone, in every format


CIRCUMSTANCES = (
    *(Circumstance(f"hash seed {seed}", {"PYTHONHASHSEED": seed}) for seed in ("0", "1", "random")),
    *(Circumstance(f"locale {name}", {"LC_ALL": name, "LANG": name, "PYTHONCOERCECLOCALE": "0"}) for name in
      ("C", *(f"{name}.UTF-8" for name in LOCALES))),
    *(Circumstance(f"time zone {zone}", {"TZ": zone}) for zone in ("Pacific/Kiritimati", "America/Los_Angeles")),
    *(Circumstance(f"UTF-8 mode {mode}", {"PYTHONUTF8": mode}) for mode in "01"),
    *(Circumstance(f"{tables} tables", tables=tables) for tables in ("cold", "warm", "read-only", "none")),
    Circumstance("without assertions", flags=("-O",)),
    Circumstance("another folder, written in the other order", elsewhere=True),
)
# The same, several at once, for the tests: in fewer runs, with less to learn from a difference.
AT_ONCE = (
    Circumstance("seed 0, C, Kiritimati, no UTF-8 mode, cold", {
        "PYTHONHASHSEED": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "TZ": "Pacific/Kiritimati", "PYTHONUTF8": "0"},
        tables="cold"),
    Circumstance("seed 1, Spanish, Los Angeles, UTF-8 mode, -O, read-only", {
        "PYTHONHASHSEED": "1", "LC_ALL": "es_ES.UTF-8", "TZ": "America/Los_Angeles", "PYTHONUTF8": "1"}, ("-O",), "read-only",
        brief=True),
    Circumstance("random seed, Turkish, elsewhere", {"PYTHONHASHSEED": "random", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"},
                 elsewhere=True),
)
_LINES = {  # besides the formats; each with --ui where the report language would follow the terminal's
    "fixes": "check drafts --diff", "baseline": "baseline write drafts -o known.json", "card": "explain cta-vague --ui en",
    "rules": "rules list --ui es", "schema": "schema rule",
}


@dataclass
class World:
    """Folders with the same drafts, tables of the rules, and locales made for the comparison."""

    home: Path

    def __post_init__(self) -> None:
        self.here, self.there = self.home / "here", self.home / "some other place"
        drafts = dict(_drafts())
        for folder, names in ((self.here, list(drafts)), (self.there, list(reversed(drafts)))):
            (folder / "drafts").mkdir(parents=True)
            for name in names:
                (folder / "drafts" / name).write_bytes(drafts[name])
        self.locales = [name for name in LOCALES if _made(self.home / "locales", name)]

    def answers(self, python: str, circumstance: Circumstance) -> dict[str, bytes]:
        """Everything that is said of the drafts under a circumstance: output → bytes."""
        folder = self.there if circumstance.elsewhere else self.here
        env = self._env(python, circumstance)
        outputs = [word for form in FORMATS for word in ("-o", f"{form}:{form}.out")]
        lines = {"report": " ".join(["check drafts --full", *outputs]), **({} if circumstance.brief else _LINES)}
        said = {}
        for name, line in lines.items():
            run = subprocess.run([python, *circumstance.flags, "-m", "inmail_lint.cli", *line.split()], cwd=folder, env=env,
                                 capture_output=True, check=False, timeout=300)
            said[name] = run.stdout + b"\n" + run.stderr + b"\n%d" % run.returncode
        for file in (*folder.glob("*.out"), *folder.glob("known.json")):
            said[file.name] = file.read_bytes()
            file.unlink()
        return said

    def _env(self, python: str, circumstance: Circumstance) -> dict[str, str]:
        bare = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON", "TZ", "INMAIL", "COLUMNS"))}
        tables = self.home / "tables" / Path(python).parent.parent.name
        if circumstance.tables != "warm":
            tables = Path(tempfile.mkdtemp(prefix="tables-", dir=self.home))
        if circumstance.tables == "read-only":  # a file where the folder would be takes no table, of the superuser neither
            (tables / "inmail-lint").write_bytes(b"")
        none = {"INMAIL_LINT_NO_CACHE": "1"} if circumstance.tables == "none" else {}
        return {**bare, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tables), "LOCPATH": str(self.home / "locales"),
                "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8", **circumstance.env, **none}

    def places(self) -> list[bytes]:
        """What no output may hold: where the drafts happen to lie."""
        return [str(folder).encode() for folder in (self.home, ROOT)]


def _drafts() -> Iterable[tuple[str, bytes]]:
    """28 example drafts and twelve labelled ones, as files."""
    for file in sorted((ROOT / "corpus" / "examples").iterdir()):
        if file.suffix != ".md" or file.stem != "README":
            yield file.name, file.read_bytes()
    fields = ("id", "kind", "subject", "body", "recipient")
    for name in LABELLED:
        lines = (ROOT / "corpus" / "labelled" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[:3]
        rows = [{k: v for k, v in json.loads(line).items() if k in fields and v} for line in lines]
        yield f"{name}.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def _made(folder: Path, name: str) -> bool:
    """Whether the system can be spoken to in a locale; it is made for the comparison where it is not installed."""
    folder.mkdir(exist_ok=True)
    if shutil.which("localedef") is None:
        return False
    subprocess.run(["localedef", "-i", name, "-f", "UTF-8", str(folder / f"{name}.UTF-8")], capture_output=True, check=False)
    return (folder / f"{name}.UTF-8").is_dir()


def differences(wanted: dict[str, bytes], got: dict[str, bytes]) -> list[str]:
    """Names of outputs that differ, each with the first place where they do."""
    found = [f"{name}: only once" for name in sorted(wanted.keys() ^ got.keys())]
    for name in sorted(wanted.keys() & got.keys()):
        one, other = wanted[name], got[name]
        if one != other:
            at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
            found.append(f"{name}: at byte {at}: {one[max(0, at - 40) : at + 40]!r} and {other[max(0, at - 40) : at + 40]!r}")
    return found


def importable(python: str) -> str:
    """The version of a Python that can run the package as it is, else nothing."""
    code = "import sys, spacy, click, yaml, inmail_lint; print(sys.version.split()[0])"
    run = subprocess.run([python, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
                         check=False, timeout=120)
    return run.stdout.strip() if run.returncode == 0 else ""


def _environment(python: str, home: Path) -> str:
    """A Python like the one named that has what the package needs, as pinned."""
    if importable(python):
        return python
    subprocess.run([python, "-m", "venv", str(home)], check=True)
    made = str(home / "bin" / "python")
    subprocess.run([made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r",
                    str(ROOT / "requirements" / "run.lock")], check=True)
    return made


def main() -> int:
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        wanted = world.answers(sys.executable, Circumstance("plain"))
        print(f"{len(wanted)} outputs, {sum(map(len, wanted.values()))} bytes; locales: {', '.join(world.locales) or 'none'}")
        trials = [(sys.executable, circumstance) for circumstance in CIRCUMSTANCES]
        for number, named in enumerate(sys.argv[1:]):
            python = _environment(named, Path(folder) / f"python-{number}")
            trials.append((python, Circumstance(f"Python {importable(python)}")))
        for python, circumstance in trials:
            found = differences(wanted, world.answers(python, circumstance))
            wrong += len(found)
            print("\n  ".join([f"{circumstance.name}: {'same' if not found else 'DIFFERENT'}", *found]), flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
