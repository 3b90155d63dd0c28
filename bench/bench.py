"""Time and memory of the command as a user meets them.

    python bench/bench.py [--drafts 1000] [--runs 5]

Prints the wall time of one draft from a cold start, of many drafts in one call, drafts a second inside the process, and
the peak memory of each call. Drafts are those of corpus/labelled, repeated. Quote medians: machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def labelled() -> list[dict]:
    rows = []
    for file in sorted((ROOT / "corpus" / "labelled").glob("*.jsonl")):
        rows += [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return rows


def run(arguments: list[str], runs: int) -> tuple[float, float, float]:
    """Median and minimum seconds and peak memory in MB of a command."""
    seconds, memory = [], 0.0
    for _ in range(runs):
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "inmail_lint.cli", *arguments], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, cwd=ROOT)
        _, _, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - begun)
        memory = max(memory, usage.ru_maxrss / 1024)
    return statistics.median(seconds), min(seconds), memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drafts", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    rows = labelled()
    many = [rows[i % len(rows)] for i in range(options.drafts)]
    with tempfile.TemporaryDirectory() as folder:
        one, bulk = Path(folder) / "one.txt", Path(folder) / "many.jsonl"
        one.write_text(rows[0]["body"], encoding="utf-8")
        bulk.write_text("".join(json.dumps({"id": f"{i}", "subject": r["subject"], "body": r["body"], "language": r["lang"]},
                                           ensure_ascii=False) + "\n" for i, r in enumerate(many)), encoding="utf-8")
        for title, arguments in (("--help", ["--help"]), ("one draft, cold", ["check", str(one)]),
                                 (f"{options.drafts} drafts", ["check", "--format", "json", str(bulk)])):
            median, least, memory = run(arguments, options.runs)
            print(f"{title:18} median {median:6.2f} s   least {least:6.2f} s   peak {memory:4.0f} MB")
    from inmail_lint import Draft, Linter

    linter = Linter()
    drafts = [Draft(r["body"], r["subject"], r["kind"], r["lang"]) for r in rows]
    linter.lint(drafts[0])
    linter.lint(drafts[-1])
    begun = time.perf_counter()
    for draft in drafts:
        linter.lint(draft)
    print(f"{'in the process':18} {len(drafts) / (time.perf_counter() - begun):6.0f} drafts a second")


main()
