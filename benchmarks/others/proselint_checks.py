"""The phrases of inmail-lint's comparable rules as checks of proselint; run by the Python that has proselint:
`python proselint_checks.py LISTS.json FILE...` prints how much was found."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from proselint.registry import CheckRegistry  # type: ignore[import-not-found, unused-ignore]
from proselint.registry.checks import Check, types  # type: ignore[import-not-found, unused-ignore]
from proselint.tools import LintFile  # type: ignore[import-not-found, unused-ignore]

_TOGETHER = 20  # expressions in one; more at once is refused by its engine for the memory they would take


def main(lists: Path, files: list[str]) -> None:
    registry = CheckRegistry()
    phrases = json.loads(lists.read_text(encoding="utf-8"))["en"]["phrases"]
    for name, expressions in phrases.items():
        for at in range(0, len(expressions), _TOGETHER):
            together = "|".join(f"(?:{e})" for e in expressions[at : at + _TOGETHER])
            registry.register(Check(check_type=types.ExistenceSimple(pattern=together), path=name, message=name))
    config = {"max_errors": 1000, "checks": dict.fromkeys(phrases, True)}
    found = sum(len(LintFile(source=Path(file)).lint(config)) for file in files)
    sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
