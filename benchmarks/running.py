"""Runs one program to its end and says what it took: CPU of it and its children, most memory of one of them, wall time."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Taken:
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
    """Run a command in a folder; what it prints is thrown away but for the end."""
    with tempfile.TemporaryFile() as printed:
        before = time.perf_counter()
        child = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env={**os.environ, **(surroundings or {})},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - before
        printed.seek(max(0, printed.tell() - 400))
        said = printed.read().decode("utf-8", "replace")
    return Taken(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, child.returncode, said)


def least(runs: Sequence[Taken]) -> Taken:
    """The run that took the least CPU, with the most memory and the least wall time of any."""
    best = min(runs, key=lambda each: each.cpu)
    return Taken(best.cpu, min(each.wall for each in runs), max(each.peak for each in runs), best.code, best.said)
