"""Starts one command and writes what it took: `python -S launch.py RESULT OUTPUT ERRORS PROGRAM ARGUMENT...`.

A process of its own, as small as Python can be, because a new process begins with the peak memory of the one it was started
from: started by a large one, every small command would seem as large.
"""

import json
import os
import sys
import time


def main(result: str, output: str, errors: str, *command: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    redirected = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, output, flags, 0o600),
                  (os.POSIX_SPAWN_OPEN, 2, errors, flags, 0o600)]
    begun = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=redirected)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - begun
    with open(result, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib would make this process larger
        json.dump({"code": os.waitstatus_to_exitcode(status), "wall": wall, "cpu": usage.ru_utime + usage.ru_stime,
                   "peak": usage.ru_maxrss / 1024}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
