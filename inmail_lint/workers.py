"""Drafts judged by several processes: reports in the order of the drafts, and none lost with the process that had it.

Each process has a pipe of its own and one chunk at a time, so that a process that dies names its chunk. No thread is
used, for a process with threads cannot be forked safely.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

from inmail_lint.garbage import collect_garbage
from inmail_lint.packing import packed, unpacked
from inmail_lint.report import Report
from inmail_lint.stopping import duty
from inmail_lint.tasks import Judge, Result, Task, done

CHUNK = 16  # drafts given out at once: an eighth of a second of work, a thousand times what handing them over takes
_AHEAD = 2  # chunks a process that may be read before their reports are taken
_PATIENCE = 0.2  # seconds in which a chunk may fill: drafts that come slowly are judged as they come
_LOOKS = 4  # reports handed out between two looks at what the processes have ready


class WorkerDied(Exception):
    """The process that judged a draft was ended, and ended again when it had that draft alone."""


def cores() -> int:
    """How many processors this process may use: those it is bound to, or the share that its container grants."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # no such file, or "max" for no limit
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        bound = min(bound, math.ceil(int(quota) / int(period)))
    return max(1, bound)


def spread(judge: Judge, tasks: Iterable[Task], jobs: int) -> Iterator[tuple[Task, Result]]:
    """Tasks in their order, each with its report or what went wrong; at most `jobs` chunks twice over are read ahead."""
    crew = _Crew(judge, jobs)
    try:
        with duty(crew.end):
            yield from crew.results(_chunks(tasks))
    finally:
        crew.end()


@dataclass(eq=False)
class _Chunk:
    """Tasks in a row and what is known of them; `open` counts those without a result."""

    tasks: list[Task]
    results: list[Result | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.results = [task.result for task in self.tasks]
        self.open = self.results.count(None)

    def put(self, number: int, result: Result) -> None:
        self.results[number] = result
        self.open -= 1


class _Job(NamedTuple):
    """Numbers of tasks in a chunk; `alone` is one draft whose process died before."""

    chunk: _Chunk
    numbers: list[int]
    alone: bool = False


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    pipe: Any  # connection.Connection, or PipeConnection on Windows
    job: _Job | None = None
    began: bool = False  # whether it ever said a word


def _chunks(tasks: Iterable[Task]) -> Iterator[_Chunk]:
    """Tasks in chunks of CHUNK drafts to judge; what has its result already travels along, within bounds too."""
    held: list[Task] = []
    to_do, begun = 0, time.monotonic()
    for task in tasks:
        if not held:
            begun = time.monotonic()
        held.append(task)
        to_do += task.result is None
        if to_do >= CHUNK or len(held) >= 4 * CHUNK or time.monotonic() - begun > _PATIENCE:
            yield _Chunk(held)
            held, to_do = [], 0
    if held:
        yield _Chunk(held)


class _Crew:
    """The processes, what each is at, and what waits for one."""

    def __init__(self, judge: Judge, jobs: int) -> None:
        self._judge, self._jobs = judge, jobs
        self._context = multiprocessing.get_context(method())
        self._workers: list[_Worker] = []
        self._waiting: deque[_Job] = deque()
        self._queue: deque[_Chunk] = deque()  # read and not yet handed out, in order

    def results(self, chunks: Iterator[_Chunk]) -> Iterator[tuple[Task, Result]]:
        self._read(chunks)
        while self._queue:
            chunk = self._queue[0]
            while chunk.open:
                self._collect(None)
                self._read(chunks)
            for number, (task, result) in enumerate(zip(chunk.tasks, chunk.results, strict=True)):
                if result is not None:
                    yield task, result
                if number % _LOOKS == 0:
                    self._collect(0)
            self._queue.popleft()
            self._read(chunks)

    def _read(self, chunks: Iterator[_Chunk]) -> None:
        """Read on while somebody has nothing to do and not too much is read already."""
        while len(self._queue) < max(1, self._jobs) * _AHEAD and self._has_hands():
            chunk = next(chunks, None)
            if chunk is None:
                return
            self._queue.append(chunk)
            numbers = [n for n, result in enumerate(chunk.results) if result is None]
            if numbers:
                self._waiting.append(_Job(chunk, numbers))
            self._assign()

    def _has_hands(self) -> bool:
        return not self._waiting and (len(self._workers) < self._jobs or any(w.job is None for w in self._workers)
                                      or (not self._jobs and not self._queue))

    def _assign(self) -> None:
        while self._waiting:
            worker = next((w for w in self._workers if w.job is None), None)
            if worker is None and len(self._workers) < self._jobs:
                worker = self._hired()
            if worker is None and self._jobs:
                return
            job = self._waiting.popleft()
            if worker is None:  # no process can be had: it is done here
                _do_here(self._judge, job)
            else:
                worker.job = job
                try:
                    worker.pipe.send([_portable(job.chunk.tasks[n]) for n in job.numbers])
                except OSError:
                    self._bury(worker)

    def _hired(self) -> _Worker | None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._judge), daemon=True)  # type: ignore[attr-defined]
        try:
            with _undisturbed():
                process.start()
        except OSError:  # no memory or no more processes: those there are must do
            self._jobs = len(self._workers)
            return None
        theirs.close()
        self._workers.append(_Worker(process, ours))
        return self._workers[-1]

    def _collect(self, seconds: float | None) -> None:
        """Take what processes have ready, waiting so long for the first (None: as long as it takes)."""
        busy = {w.pipe: w for w in self._workers if w.job is not None}
        for pipe in connection.wait(busy, seconds) if busy else ():
            worker = busy[pipe]
            try:
                said = worker.pipe.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            if worker.began:
                self._take(worker, said)
            worker.began = True  # the first word only says that it is there
        self._assign()

    def _take(self, worker: _Worker, said: list[Any]) -> None:
        job, worker.job = worker.job, None
        assert job is not None
        for number, result in zip(job.numbers, said, strict=True):
            draft = job.chunk.tasks[number].draft
            job.chunk.put(number, result if isinstance(result, Exception) or draft is None else unpacked(result, draft))

    def _bury(self, worker: _Worker) -> None:
        """A process is dead: its drafts are judged again one by one, and one that ends a process twice is given up."""
        worker.pipe.close()
        worker.process.join()
        self._workers.remove(worker)
        job = worker.job
        if job is None:
            return
        if not worker.began:  # it never came to work, nor would the next one
            self._jobs = len(self._workers)
            self._waiting.appendleft(job)
        elif job.alone:
            job.chunk.put(job.numbers[0], WorkerDied(_cause(worker.process.exitcode)))
        else:
            self._waiting.extendleft(_Job(job.chunk, [n], True) for n in reversed(job.numbers))

    def end(self) -> None:
        """End all processes; they hold nothing that is needed."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers = []


def _do_here(judge: Judge, job: _Job) -> None:
    for number in job.numbers:
        job.chunk.put(number, done(judge, job.chunk.tasks[number]))


def _portable(task: Task) -> Task:
    """A task without the rest of the file that its draft stands in."""
    draft = task.draft
    if draft is None or draft.origin is None:
        return task
    return replace(task, draft=replace(draft, origin=draft.origin.excerpt()))


def _serve(pipe: Any, judge: Judge) -> None:
    """A process: says that it is there, then answers chunk after chunk until nobody asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too, but its parent decides
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    _mask("SIG_UNBLOCK")
    collect_garbage()
    with suppress(EOFError, OSError):  # the parent is gone
        pipe.send(None)
        while True:
            pipe.send([_sendable(done(judge, task)) for task in pipe.recv()])


def _sendable(result: Report | Exception) -> Any:
    if not isinstance(result, Exception):
        return packed(result)
    if hasattr(result, "add_note"):  # Python 3.11; a traceback does not travel
        result.add_note("".join(traceback.format_exception(result)))
    try:
        pickle.loads(pickle.dumps(result))
        return result
    except Exception:
        return RuntimeError(f"{type(result).__name__}: {result}")


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def method() -> str:
    """Fork where that is safe, for children then have the rules at once: on Linux, and without other threads."""
    forking = sys.platform == "linux" and threading.active_count() == 1
    return "fork" if forking and "fork" in multiprocessing.get_all_start_methods() else "spawn"


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No Ctrl-C until a new process can ignore it."""
    _mask("SIG_BLOCK")
    try:
        yield
    finally:
        _mask("SIG_UNBLOCK")


def _mask(how: str) -> None:
    if hasattr(signal, "pthread_sigmask") and threading.current_thread() is threading.main_thread():
        signal.pthread_sigmask(getattr(signal, how), {signal.SIGINT, signal.SIGTERM})
