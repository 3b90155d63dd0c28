"""Pin everything the project needs, with digests, for every Python and system it supports: `python tools/lock.py`.

Writes requirements/*.lock anew; needs `uv` (pip install uv) and a network. Versions that are there stay as far as
pyproject.toml allows; `--upgrade` takes the newest. Then read the diff, run the tests and `python tools/licences.py`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "requirements"
BACKEND = "hatchling>=1.24\neditables\n"  # builds the package where nothing may be fetched meanwhile
LOCKS = {  # each with the extras in it and those whose versions it shares
    "dev": (["test", "docs"], []),
    "run": ([], ["dev"]),
    "train": (["train"], ["dev"]),
}


def command(name: str) -> list[str]:
    """How uv is asked for a lock; paths are as seen from the root, for uv writes some of them down."""
    extras, shared = LOCKS[name]
    words = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.10",
             "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command",
             "python tools/lock.py", "--output-file", f"requirements/{name}.lock"]
    words += [word for extra in extras for word in ("--extra", extra)]
    words += [word for other in shared for word in ("--constraint", f"requirements/{other}.lock")]
    return [*words, *sys.argv[1:], "pyproject.toml", *(["-"] if name == "dev" else [])]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in LOCKS:
        subprocess.run(command(name), cwd=ROOT, check=True, text=True, input=BACKEND)
        lines = (FOLDER / f"{name}.lock").read_text(encoding="utf-8").splitlines()
        print(f"requirements/{name}.lock: {sum('==' in line for line in lines)} pins")


if __name__ == "__main__":
    main()
