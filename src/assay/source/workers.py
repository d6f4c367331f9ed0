"""Facts of many files at once, in several processes: threads gain nothing, as the parser holds the interpreter's lock.

Workers send bytes back, which cost 0-7 %; objects would cost 10-25 %. Source: shared/performance.md section 2.5.
Loading this module costs 25 ms, so `project` loads it only when there is enough to do.
"""

import gc
import multiprocessing
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext

from msgspec import Struct

from assay.source.extraction import Extractor, visitor
from assay.source.files import Entry

BATCHES = 16
"""Per worker: enough to even out, few enough to cost nothing."""


class Answer(Struct, frozen=True):
    """What a worker made of a file."""

    path: str
    blob: bytes | None
    """Its facts."""
    reason: str
    """Why there are none."""


def extracted(extractor: Extractor, entries: Sequence[Entry], jobs: int) -> Iterator[Answer]:
    """The facts of files as bytes, one answer each, in no particular order."""
    if extractor.visitors is None:
        for language in sorted({entry.kind for entry in entries}):
            visitor(language)  # before the fork, so that workers share it
    lost: list[Entry] = []
    with _pool(jobs) as pool:
        waiting = [(batch, pool.submit(_work, extractor, batch)) for batch in batches(entries, jobs * BATCHES)]
        for batch, future in waiting:
            answers = _result(future)
            if answers is None:
                lost += batch
            else:
                yield from answers
    yield from _one_by_one(extractor, lost)


def batches(entries: Sequence[Entry], count: int) -> list[list[Entry]]:
    """Entries dealt by size, the largest first, into at most `count` batches of about equal bytes."""
    ordered = sorted(entries, key=lambda entry: (-entry.size, entry.path))
    share = max(1, sum(entry.size for entry in ordered) // max(1, count))
    found: list[list[Entry]] = []
    filled = share
    for entry in ordered:
        if filled >= share:
            found.append([])
            filled = 0
        found[-1].append(entry)
        filled += entry.size
    return found


def _one_by_one(extractor: Extractor, entries: Sequence[Entry]) -> Iterator[Answer]:
    """The files of workers that died, each alone: only the one that kills its worker again is lost."""
    waiting = list(entries)
    while waiting:
        with _pool(1) as pool:
            while waiting:
                entry = waiting.pop()
                answers = _result(pool.submit(_work, extractor, [entry]))
                if answers is None:
                    yield Answer(entry.path, None, "it was not read: the parser died of it")
                    break
                yield from answers


def _work(extractor: Extractor, entries: Sequence[Entry]) -> list[Answer]:
    gc.disable()  # nothing cyclic is made; shared/performance.md 2.2, pitfall 10
    return [Answer(entry.path, *extractor.blob(entry)) for entry in entries]


def _result(future: "Future[list[Answer]]") -> list[Answer] | None:
    """What a worker answered; None if it died."""
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=_context())


def _context() -> BaseContext:
    """Fork where no thread can hold a lock in the child, else a new interpreter."""
    may_fork = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if may_fork else "spawn")
