"""Runs the fuzzers: `python fuzz/run.py [--seconds N] [TARGET …]`, all targets for a minute each by default.

Needs the extra `fuzz` (atheris). Each target starts from its seeds in `fuzz/corpus/` and from what earlier runs found, kept
in `fuzz/found/` (not committed); an input that breaks a property is left there as well, with a name that begins with `fault-`.
Ends with 1 if there are faults.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
LONGEST = 4096  # bytes of an input; what longer ones cost is measured in tests/test_long_drafts.py
_MEMORY = 2048  # MB


def main() -> int:
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    from properties import TARGETS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    arguments = parser.parse_args()
    unknown = set(arguments.targets) - TARGETS.keys()
    if unknown:
        parser.error(f"no target {', '.join(sorted(unknown))}; targets: {', '.join(TARGETS)}")
    print(f"{'target':<18}{'executions':>12}{'seconds':>9}{'faults':>8}")
    faults = 0
    for target in arguments.targets or TARGETS:
        executions, seconds, found = _run(target, arguments.seconds)
        faults += found
        print(f"{target:<18}{executions:>12,}{seconds:>9.0f}{found:>8}", flush=True)
    return int(faults > 0)


def _run(target: str, seconds: int) -> tuple[int, float, int]:
    """Executions, seconds and inputs that break a property; the fuzzer starts again after each until its time is over."""
    found = HERE / "found" / target
    found.mkdir(parents=True, exist_ok=True)
    seeds = HERE / "corpus" / _SEEDS.get(target, target)
    begin = time.monotonic()
    executions = faults = 0
    while faults < 10 and (left := seconds - (time.monotonic() - begin)) > 1:
        done = subprocess.run([sys.executable, str(HERE / "target.py"), target, str(found), str(seeds), f"-max_len={LONGEST}",
                               f"-max_total_time={int(left)}", "-timeout=30", f"-rss_limit_mb={_MEMORY}", "-print_final_stats=1",
                               f"-dict={HERE / 'words.dict'}", f"-artifact_prefix={found}/fault-"],
                              capture_output=True, text=True, errors="replace")
        counts = re.findall(r"stat::number_of_executed_units:\s+(\d+)|^#(\d+)\t", done.stderr, re.MULTILINE)
        executions += max((int(a or b) for a, b in counts), default=0)
        if done.returncode == 0:
            break
        faults += 1
        (found / f"fault-{faults}.log").write_text(done.stderr[-8000:] + done.stdout[-4000:], encoding="utf-8")
    return executions, time.monotonic() - begin, faults


_FORMATS = ("text", "json", "jsonl", "sarif", "github", "junit", "csv", "markdown", "html")
_OF_DRAFTS = ("fix", *(f"render-{form}" for form in _FORMATS))
_SEEDS = {**dict.fromkeys(_OF_DRAFTS, "lint"), "fix-file": "text"}  # whose seeds a target shares

if __name__ == "__main__":
    sys.exit(main())
