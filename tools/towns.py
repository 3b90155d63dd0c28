"""Write `rules/towns.txt`, the towns that are taken for no firm, from the list of towns that GeoNames publishes.

    python tools/towns.py cities1000.txt

The file is in https://download.geonames.org/export/dump/cities1000.zip (GeoNames, CC BY 4.0): every populated place of more
than 1,000 people. Of these the larger ones are kept, for many a hamlet has a name that a firm might have.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from inmail_lint.folding import words_of

FILE = ROOT / "rules" / "towns.txt"
NAME, COUNTRY, PEOPLE = 1, 8, 14  # columns
LEAST, LEAST_NEAR = 5_000, 2_000  # people: anywhere, and where Spanish or English is spoken
NEAR = frozenset(("ES", "MX", "CO", "AR", "CL", "PE", "EC", "BO", "UY", "PY", "VE", "PA", "CR", "GT", "HN", "SV", "NI",
                  "DO", "CU", "PR", "US", "GB", "IE", "AU", "NZ", "CA", "ZA", "NG", "KE", "GH", "SG"))
SHORTEST, MOST_WORDS = 3, 5


def towns_of(lines: Iterable[str]) -> list[str]:
    """Folded names of the towns that are large enough, from GeoNames' lines, in order."""
    names = {tuple(words_of(row[NAME])) for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
             if int(row[PEOPLE]) >= (LEAST_NEAR if row[COUNTRY] in NEAR else LEAST)}
    towns = {" ".join(words) for words in names if len(words) <= MOST_WORDS and all(w.isascii() and w.isalpha() for w in words)}
    return sorted(town for town in towns if len(town) >= SHORTEST)


def main() -> None:
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as listed:
        towns = towns_of(listed)
    FILE.write_text("".join(f"{town}\n" for town in towns), encoding="utf-8")
    print(f"{FILE.relative_to(ROOT)}: {len(towns):,} towns, {FILE.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
