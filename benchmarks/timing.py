"""Commands timed as whole processes: wall clock, CPU of the process and its children, and peak memory, taken in turn."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_LAUNCH = Path(__file__).parent / "launch.py"
_FINE = (0, 1)  # exit codes of a linter that ran; the second says that it found something


class Taken(NamedTuple):
    """What a process took: `wall` and `cpu` in seconds, `peak` resident memory of its largest process in MB."""

    wall: float
    cpu: float
    peak: float


class Failed(RuntimeError):
    """A command did not run as it should; the text names it and shows the end of what it said."""


@dataclass
class Job:
    """A command to be timed."""

    name: str
    command: Sequence[str | Path]
    env: dict[str, str]
    runs: int = 3
    fine: tuple[int, ...] = _FINE
    optional: bool = False  # if it does not run, the others go on, and `failed` says why
    failed: str = ""
    taken: list[Taken] = field(default_factory=list)
    output: bytes = b""  # of the run that was not measured

    @property
    def median(self) -> Taken:
        return Taken(*(statistics.median(values) for values in zip(*self.taken, strict=True)))


def in_turn(jobs: Sequence[Job], tell: Callable[[str], None], *, warm: bool = True) -> None:
    """Run every job once unmeasured, which fills what is kept between starts, and then in turn (A B C A B C …), so that a
    machine that slows down does so for all; raises Failed. Without `warm` the first run counts."""
    for job in jobs if warm else ():
        tell(f"{job.name}: first run")
        _run(job, tell, first=True)
    for number in range(max((j.runs for j in jobs), default=0)):
        for job in jobs:
            if number < job.runs and not job.failed:
                tell(f"{job.name}: run {number + 1} of {job.runs}")
                taken = _run(job, tell, first=not warm and number == 0)
                job.taken += [taken] if taken else []


def _run(job: Job, tell: Callable[[str], None], *, first: bool) -> Taken | None:
    """What a run took, None if an optional job failed; the output of the first run is kept."""
    try:
        taken, output = _once(job, keep=first)
    except (Failed, OSError) as error:
        if not job.optional:
            raise
        job.failed = str(error)
        tell(job.failed)
        return None
    job.output = output if first else job.output
    return taken


def _once(job: Job, *, keep: bool = False) -> tuple[Taken, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        result, output, errors = (Path(folder) / name for name in ("result", "output", "errors"))
        command = [sys.executable, "-S", _LAUNCH, result, output if keep else os.devnull, errors, *job.command]
        launched = subprocess.run([str(word) for word in command], env=job.env, check=False, capture_output=True, text=True)
        if launched.returncode:
            raise Failed(f"{job.name}: {launched.stderr.strip().splitlines()[-1]}")
        taken = json.loads(result.read_text(encoding="utf-8"))
        if taken["code"] not in job.fine:
            said = errors.read_text(encoding="utf-8", errors="replace").strip()[-300:]
            raise Failed(f"{job.name}: exit code {taken['code']}: {said}")
        return Taken(taken["wall"], taken["cpu"], taken["peak"]), output.read_bytes() if keep else b""
