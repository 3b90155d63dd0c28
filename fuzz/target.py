"""One fuzzer: `python fuzz/target.py TARGET [libFuzzer options]`; `run.py` starts them."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import atheris

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
logging.disable()
with atheris.instrument_imports(include=["inmail_lint"]):
    from properties import TARGETS, linter, within_time


def main() -> None:
    name = sys.argv.pop(1)
    linter()  # loaded before the clock runs
    for seed in (b"Hi Ana, can we talk on Monday?", b"Hola Ana:\n\n\xc2\xbfhablamos el lunes?"):
        TARGETS[name](seed if name != "front-matter" else b"---\n" + seed)
    atheris.Setup(sys.argv, within_time(TARGETS[name]))
    atheris.Fuzz()


main()
