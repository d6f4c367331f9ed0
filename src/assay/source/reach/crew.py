"""Several processes follow the handlers of one program: each is a copy of the process that resolved it, and takes what is next.

What following a handler gives depends on the program alone, so who does it and what was done before do not matter. A process that dies
leaves its handlers to the first. Source: shared/performance.md 2.5 (bytes are sent back, not objects).
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import msgspec
from msgspec import Struct

from assay.source.looks import LOOKS, Key
from assay.source.program import Program
from assay.source.reach.memory import Known, keys_of

WORTH_A_CREW = 24
"""Handlers below which one process is done before a second has begun."""


class Brought(Struct, frozen=True):
    """What one process brings back."""

    known: dict[int, Known]
    """By position."""
    shared: tuple[Key, ...]
    """What it found that all handlers depend on."""


STRETCHES = 12
"""Stretches of handlers that each process takes on average."""
STRETCH = struct.Struct("<HH")
"""The first handler of a stretch, and the first one after it."""
MOST = 0xFFFF
Follow = Callable[[], Known]


def shared(program: Program, works: Sequence[Follow], jobs: int) -> list[Known]:
    """What following each handler gives, in their order."""
    jobs = min(jobs, len(works) // (WORTH_A_CREW // 2))
    if jobs < 2 or sys.platform != "linux" or len(works) > MOST:
        return [work() for work in works]
    queue = Queue(len(works), jobs)
    others = [Fellow(works, queue) for _ in range(1, jobs)]
    try:
        found = dict(_done(works, queue))
        for other in others:
            found.update(other.brought(program))
    finally:
        queue.close()
        for other in others:
            other.end()
    return [found[position] if position in found else works[position]() for position in range(len(works))]


def _done(works: Sequence[Follow], queue: Queue) -> Iterator[tuple[int, Known]]:
    """Take from the queue until nothing is left."""
    for start, end in queue.taken():
        for position in range(start, end):
            yield position, works[position]()


class Queue:
    """Stretches of handlers that whoever is free takes next: a pipe, filled before anybody reads, of which each read gives one."""

    def __init__(self, count: int, jobs: int) -> None:
        size = max(1, count // (jobs * STRETCHES))  # neighbours have much in common
        self.reading, writing = os.pipe()
        for start in range(0, count, size):
            os.write(writing, STRETCH.pack(start, min(count, start + size)))
        os.close(writing)

    def taken(self) -> Iterator[tuple[int, int]]:
        """The next stretches, until none is left."""
        while piece := os.read(self.reading, STRETCH.size):
            yield STRETCH.unpack(piece)

    def close(self) -> None:
        """Let go of it."""
        os.close(self.reading)


def learn(program: Program, known: Known) -> None:
    """Know what somebody else learned who followed a handler."""
    program.project.learn(known.learned)
    program.run.skipped += [each for each in known.skipped if each not in program.run.skipped]


class Fellow:
    """A copy of this process that follows some handlers."""

    def __init__(self, works: Sequence[Follow], queue: Queue) -> None:
        reading, writing = os.pipe()
        self.id = os.fork()
        if not self.id:
            _work(works, queue, writing)
        os.close(writing)
        self.pipe = reading

    def brought(self, program: Program) -> dict[int, Known]:
        """What it found, by position; nothing when it died."""
        pieces: list[bytes] = []
        while piece := os.read(self.pipe, 1 << 20):
            pieces.append(piece)
        try:
            brought = msgspec.msgpack.decode(b"".join(pieces), type=Brought)
        except msgspec.DecodeError:
            return {}
        for each in brought.known.values():
            learn(program, each)
        LOOKS.shared.update((key, key) for key in brought.shared)
        return brought.known

    def end(self) -> None:
        """Let go of it, whether it is done or not."""
        os.close(self.pipe)
        with suppress(ProcessLookupError):
            os.kill(self.id, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.id, 0)


def _work(works: Sequence[Follow], queue: Queue, pipe: int) -> None:
    """What a copy does, and nothing else: it never comes back from here."""
    code = 1
    try:
        known = dict(_done(works, queue))
        _write(pipe, msgspec.msgpack.encode(Brought(known, tuple(keys_of(LOOKS.shared)))))
        code = 0
    finally:
        os._exit(code)


def _write(pipe: int, blob: bytes) -> None:
    view = memoryview(blob)
    while view:
        view = view[os.write(pipe, view) :]
