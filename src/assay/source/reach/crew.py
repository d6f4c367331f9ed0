"""Several processes follow the handlers of one program: each is a copy of the process that resolved it, and takes every n-th handler.

What following a handler gives depends on the program alone, so who does it and what was done before do not matter. A process that dies
leaves its handlers to the first. Source: shared/performance.md 2.5 (bytes are sent back, not objects).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from assay.source.difference import Key
from assay.source.looks import LOOKS
from assay.source.program import Program
from assay.source.reach.memory import Known, keys_of

WORTH_A_CREW = 24
"""Handlers below which one process is done before a second has begun."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What one process brings back."""

    known: tuple[Known, ...]
    shared: tuple[Key, ...]
    """What it found that all handlers depend on."""


Follow = Callable[[], Known]


def shared(program: Program, works: Sequence[Follow], jobs: int) -> list[Known]:
    """What following each handler gives, in their order."""
    jobs = min(jobs, len(works) // (WORTH_A_CREW // 2))
    if jobs < 2 or sys.platform != "linux":
        return [work() for work in works]
    others = [Fellow(program, works[number::jobs]) for number in range(1, jobs)]
    try:
        shares = [[work() for work in works[::jobs]]]
        shares += [other.brought(program) for other in others]
    finally:
        for other in others:
            other.end()
    return [shares[position % jobs][position // jobs] for position in range(len(works))]


def learn(program: Program, known: Known) -> None:
    """Know what somebody else learned who followed a handler."""
    program.project.learn(known.learned)
    program.run.skipped += [each for each in known.skipped if each not in program.run.skipped]


class Fellow:
    """A copy of this process that follows some handlers."""

    def __init__(self, program: Program, works: Sequence[Follow]) -> None:
        self.works = works
        reading, writing = os.pipe()
        self.id = os.fork()
        if not self.id:
            _work(program, works, writing)
        os.close(writing)
        self.pipe = reading

    def brought(self, program: Program) -> list[Known]:
        """What it found; what it did not find, because it died, is found here."""
        pieces: list[bytes] = []
        while piece := os.read(self.pipe, 1 << 20):
            pieces.append(piece)
        try:
            brought = msgspec.msgpack.decode(b"".join(pieces), type=Brought)
        except msgspec.DecodeError:
            return [work() for work in self.works]
        for each in brought.known:
            learn(program, each)
        LOOKS.shared.update((key, key) for key in brought.shared)
        return list(brought.known)

    def end(self) -> None:
        """Let go of it, whether it is done or not."""
        os.close(self.pipe)
        with suppress(ProcessLookupError):
            os.kill(self.id, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.id, 0)


def _work(program: Program, works: Sequence[Follow], pipe: int) -> None:
    """What a copy does, and nothing else: it never comes back from here."""
    code = 1
    try:
        known = tuple(work() for work in works)
        _write(pipe, msgspec.msgpack.encode(Brought(known, tuple(keys_of(LOOKS.shared)))))
        code = 0
    finally:
        os._exit(code)


def _write(pipe: int, blob: bytes) -> None:
    view = memoryview(blob)
    while view:
        view = view[os.write(pipe, view) :]
