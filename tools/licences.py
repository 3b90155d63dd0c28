"""Which licence everything has that the project needs: `python tools/licences.py` writes THIRD_PARTY.md.

The packages are those of requirements/*.lock, on every Python and system; each one's licence is what its own metadata
says. What is not installed here is fetched into a folder of its own and not kept. `--check` fetches and writes nothing:
it compares what is installed with the page. Needs the packages of requirements/dev.lock. `--besides` says what is installed
here besides the page, for the extras that no lock has.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "THIRD_PARTY.md"
LOCKED, NOT_LOCKED = ("lsp", "frames", "dask"), ("spark", "ray")  # extras of a user in requirements/dev.lock, and others
RUN, EXTRAS, DEVELOPMENT = "at run time", "with the extras", "for development"
# May be used, unchanged, by a program under the MIT licence that is passed on to anybody. MPL-2.0 asks for the source of
# its own files alone.
ALLOWED = {"MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "PSF-2.0", "MPL-2.0", "0BSD", "Zlib",
           "CC0-1.0", "Unlicense", "BSL-1.0"}
_CLASSIFIERS = {  # of packages that do not say an SPDX expression
    "MIT License": "MIT", "BSD License": "BSD-3-Clause", "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC", "Python Software Foundation License": "PSF-2.0", "The Unlicense (Unlicense)": "Unlicense",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_FIELDS = {"MIT License": "MIT", "BSD License": "BSD-3-Clause", "Apache License 2.0": "Apache-2.0", "Apache 2.0": "Apache-2.0",
           "3-Clause BSD License": "BSD-3-Clause", "BSD": "BSD-3-Clause", "New BSD": "BSD-3-Clause"}
_PIN = re.compile(r"([a-z0-9.-]+)==([^\s;\\]+)")


def pins(lock: str) -> dict[str, set[str]]:
    """The versions that a lock has of each package: one, or one for each range of Pythons."""
    found: dict[str, set[str]] = {}
    for name, version in _PIN.findall(re.sub(r"^\s.*", "", _text(lock), flags=re.MULTILINE)):
        found.setdefault(name, set()).add(version)
    return found


def _text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")


def needed_by(lock: str) -> dict[str, set[str]]:
    """Package → those for whose sake it is in a lock, as the lock's comments say."""
    found: dict[str, set[str]] = {}
    name = ""
    for line in _text(lock).splitlines():
        pin = _PIN.match(line)
        name = pin[1] if pin else name
        other = re.match(r"    #\s+(?:via )?([a-z0-9.-]+)(?= |$)", line)
        if other and other[1] != "via":
            found.setdefault(name, set()).add(other[1])
    return found


def declared(*extras: str) -> set[str]:
    """Names of the packages that pyproject.toml asks for: by itself, or in extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] if not extras else [r for e in extras for r in project["optional-dependencies"][e]]
    return {normal(re.match(r"[\w.-]+", r)[0]) for r in wanted}  # type: ignore[index]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def purposes() -> dict[str, str]:
    """Package → when it is needed, the gravest first: at run time, with the extras, for development."""
    dev = needed_by("dev")
    of_extras = declared(*LOCKED) - {"inmail-lint"}  # which is what needs everything here
    while more := {n for n, by in dev.items() if by & of_extras} - of_extras:
        of_extras |= more
    every = sorted({*pins("run"), *pins("dev"), *pins("train")})
    return {n: RUN if n in pins("run") else EXTRAS if n in of_extras else DEVELOPMENT for n in every}


def licence(package: Distribution) -> str:
    """A package's licence as an SPDX expression, from its metadata; what is said otherwise stays as said."""
    said = package.metadata
    if said.get("License-Expression"):
        return str(said.get("License-Expression"))
    classes = [c.rpartition(" :: ")[2] for c in said.get_all("Classifier", []) if c.startswith("License :: ")]
    classes = [c for c in classes if c != "OSI Approved"]
    if classes:  # the strictest reading of several
        known = {_CLASSIFIERS.get(c, "") for c in classes}
        return "; ".join(classes) if "" in known else " AND ".join(sorted(known))
    words = (said.get("License") or "not said").strip().splitlines()[0]
    return _FIELDS.get(words, words)


def allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met with licences of ALLOWED alone."""
    inner = re.search(r"\(([^()]*)\)", expression)
    if inner:
        verdict = "MIT" if allowed(inner[1]) else "no"
        return allowed(expression[: inner.start()] + verdict + expression[inner.end() :])
    return any(all(part.strip() in ALLOWED for part in either.split(" AND ")) for either in expression.split(" OR "))


def installed(path: Iterable[str] | None = None) -> dict[str, Distribution]:
    """The packages on a path, by normal name; without a path, those this Python finds."""
    found: dict[str, Distribution] = {}
    for package in distributions() if path is None else distributions(path=list(path)):
        found.setdefault(normal(package.metadata["Name"] or ""), package)
    return found


def read_page() -> dict[str, tuple[str, str]]:
    """Package → licence and purpose, as THIRD_PARTY.md says."""
    rows = re.findall(r"^\| ([\w.-]+) \| (.+?) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: (said, purpose) for name, said, purpose in rows if name != "Package"}


def page(licences: Mapping[str, str]) -> str:
    """THIRD_PARTY.md."""
    when = purposes()
    lines = ["# What the project is built on", "",
             "Written by `python tools/licences.py` from requirements/*.lock; each licence is what the package's metadata says.",
             "None of these packages is contained in inmail-lint: they are installed beside it.", "",
             "Data that is contained: the names of towns in `rules/towns.txt` come from [GeoNames](https://www.geonames.org)",
             "([CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)), folded by `python tools/towns.py`.", "",
             f"- {RUN}: installed with inmail-lint", f"- {EXTRAS}: installed with {_either(LOCKED)}",
             f"- {DEVELOPMENT}: tests, documentation and training; no user needs it", "",
             f"Not on this page is what {_either(NOT_LOCKED)} brings besides: no lock has it. Where it is installed,",
             "`python tools/licences.py --besides` says its licences, in a clone.", "",
             "| Package | Licence | Needed |", "|---|---|---|"]
    order = (RUN, EXTRAS, DEVELOPMENT)
    names = sorted(when, key=lambda n: (order.index(when[n]), n))
    return "\n".join([*lines, *(f"| {n} | {licences[n]} | {when[n]} |" for n in names)]) + "\n"


def _either(extras: Iterable[str]) -> str:
    return " or ".join(f"`inmail-lint[{extra}]`" for extra in extras)


def besides() -> list[str]:
    """What is installed here and not on the page: its licence, and whether it is one of those allowed at run time."""
    rows = read_page()
    return [f"{name}: {said}{'' if allowed(said) else ' (not among the licences allowed at run time)'}"
            for name, package in sorted(installed().items()) if name not in {*rows, "inmail-lint", ""}
            for said in (licence(package),)]


def stale() -> list[str]:
    """What of THIRD_PARTY.md is not so: packages that are not in the locks, or an installed one's licence."""
    rows, when, here = read_page(), purposes(), installed()
    wrong = [f"{n}: {'not on the page' if n in when else 'no longer needed'}" for n in sorted(rows.keys() ^ when.keys())]
    for name in sorted(rows.keys() & when.keys()):
        now = (licence(here[name]) if name in here else rows[name][0], when[name])
        if now != rows[name]:
            wrong.append(f"{name}: {', '.join(now)}; the page says {', '.join(rows[name])}")
    return wrong


def main() -> int:
    if "--besides" in sys.argv:
        print("\n".join(besides()) or "nothing that is not on the page")
        return 0
    if "--check" in sys.argv:
        wrong = stale()
        print("\n".join(wrong) or "THIRD_PARTY.md is fresh")
        return 1 if wrong else 0
    here = installed()
    versions = {**pins("train"), **pins("dev")}
    lacking = [f"{n}=={max(versions[n])}" for n in versions if n not in here]
    with tempfile.TemporaryDirectory() as folder:
        if lacking:
            subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--ignore-requires-python",
                            "--target", folder, *lacking], check=True)
        here = {**installed([folder]), **here}
        licences = {n: licence(here[n]) for n in versions}
    PAGE.write_text(page(licences), encoding="utf-8")
    unclear = [f"{n}: {said}" for n, said in licences.items() if not allowed(said)]
    print(f"{len(licences)} packages" + "".join(f"\nnot among the licences allowed at run time: {line}" for line in unclear))
    return 0


if __name__ == "__main__":
    sys.exit(main())
