"""Runs one program to its end and says what it took: CPU of it and its children, most memory of one of them, wall time.

Linux counts the memory of whoever starts a program to the program, so a small process starts it and waits for it.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

WATCH = """
import os, sys, time
told, program = int(sys.argv[1]), sys.argv[2:]
before = time.perf_counter()
child = os.posix_spawn(program[0], program, os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - before
code = os.waitstatus_to_exitcode(status)
os.write(told, f"{usage.ru_utime + usage.ru_stime} {wall} {usage.ru_maxrss / 1024} {code}".encode())
"""


class Taken(Struct, frozen=True):
    """What one run took."""

    cpu: float
    """Seconds, user and system, of the program and of every process that it waited for."""
    wall: float
    """Seconds."""
    peak: float
    """Megabytes of the largest of its processes."""
    code: int
    """Exit code."""
    said: str
    """The end of what it printed, for a reason when it failed."""


def run(command: Sequence[str | Path], folder: Path, surroundings: Mapping[str, str] | None = None) -> Taken:
    """Run a program, named by its path, in a folder; what it prints is thrown away but for the end."""
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as told:
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", WATCH, str(told.fileno()), *map(str, command)],
            cwd=folder,
            env={**os.environ, **(surroundings or {})},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            pass_fds=[told.fileno()],
            check=True,
        )
        told.seek(0)
        cpu, wall, peak, code = told.read().split()
        printed.seek(max(0, printed.tell() - 400))
        said = printed.read().decode("utf-8", "replace")
    return Taken(float(cpu), float(wall), float(peak), int(code), said)


def least(runs: Sequence[Taken]) -> Taken:
    """The run that took the least CPU, with the most memory and the least wall time of any."""
    best = min(runs, key=lambda each: each.cpu)
    return Taken(best.cpu, min(each.wall for each in runs), max(each.peak for each in runs), best.code, best.said)
