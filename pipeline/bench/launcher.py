"""Run a command from a process that has nothing in memory, and say in a last line what it cost.

A process starts with the peak memory of the one that made it: a heavy parent would be measured instead.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from time import perf_counter


def run(command: Sequence[str]) -> tuple[int, list[float]]:
    """Return the exit code, then seconds on the clock, seconds of processor, megabytes at the peak."""
    start = perf_counter()
    with subprocess.Popen(command) as process:  # noqa: S603 the commands are those of this room
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    cost = [perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]
    return process.returncode, cost


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(run(sys.argv[1:])))
