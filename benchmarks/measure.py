"""Measures one folder. CPU seconds of this process, the least of several rounds that take turns, unless it says otherwise."""

import gc
import importlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from tree_sitter import Language, Parser

from assay.source.extraction import Extractor, visitor
from assay.source.files import LIMIT, Entry, Tree, discover, read
from assay.source.scan import frameworks
from assay.source.survey import survey
from assay.source.workers import extracted

GRAMMARS = {"csharp": "tree_sitter_c_sharp", "python": "tree_sitter_python"}
SCAN = """
import resource, sys, time
from pathlib import Path
from assay.source.scan import ScanOptions, scan
root, cache = sys.argv[1:]
before = time.process_time()
result = scan(Path(root), ScanOptions(cache=Path(cache) if cache else None, is_inventory=True))
used = time.process_time()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(used - before, used, peak, len(result.inventory.endpoints))
"""


class Measured(Struct, frozen=True):
    """One language of one folder."""

    folder: str
    language: str
    files: int
    megabytes: float
    parse: float
    """P: reading and parsing alone, in seconds."""
    facts: float
    """In P."""
    survey: float
    """In P: reading every file for the gate and the index of declarations."""
    passing: float
    """Share of bytes in files that pass the gate."""
    two: float | None
    """Wall seconds of two processes against one; None below 5 MB."""


class Scanned(Struct, frozen=True):
    """One folder as a whole, each scan in a process of its own."""

    folder: str
    endpoints: int
    cold: float
    """CPU seconds of the first scan, after Python and Assay were loaded."""
    cold_in_parse: float
    """The same in P of all languages."""
    whole: float
    """CPU seconds of a whole `assay scan`, with rules, weighing and report, loading included."""
    warm: float
    """CPU seconds of a scan with the facts of all files at hand but no result."""
    again: float
    """CPU seconds of a scan with nothing changed, loading left out."""
    peak: float
    """Megabytes."""
    files: int


def languages(folder: Path, rounds: int) -> list[Measured]:
    """The languages of a folder."""
    tree = discover(folder)
    present = sorted({entry.kind for entry in tree.files if entry.is_source})
    return [_language(tree, language, rounds) for language in present]


def scanned(folder: Path, parse: float, rounds: int) -> Scanned:
    """A folder as a whole; `parse` is P of all its languages."""
    plain = [_scan(folder, "") for _ in range(rounds)]
    with tempfile.TemporaryDirectory() as cache:
        _scan(folder, cache)
        again = [_scan(folder, cache) for _ in range(rounds)]
        for result in Path(cache).glob("*.result"):
            result.unlink()
        warm = _scan(folder, cache)
    cold = min(each[0] for each in plain)
    return Scanned(
        label(folder),
        int(plain[0][3]),
        cold,
        cold / parse if parse else 0.0,
        min(_command(folder) for _ in range(rounds)),
        warm[0],
        min(each[0] for each in again),
        max(each[2] for each in plain),
        len(discover(folder).files),
    )


def label(folder: Path) -> str:
    """What a folder is called in tables: with its parent, as many projects keep their code in `src`."""
    return "/".join(folder.resolve().parts[-2:])[-29:]


def version(rounds: int = 15) -> float:
    """CPU seconds of a whole `assay --version`."""
    return min(_child([sys.executable, "-m", "assay.cli.entry", "--version"])[0] for _ in range(rounds))


def _language(tree: Tree, language: str, rounds: int) -> Measured:
    words = tuple(sorted({word for each in frameworks() if each.language == language for word in each.literals}))
    surveyed = survey(tree, language, words, LIMIT)
    own = set(surveyed.paths)
    entries = [entry for entry in tree.files if entry.path in own]
    size = sum(entry.size for entry in entries)
    passing = sum(entry.size for entry in entries if entry.path in set(surveyed.passed))
    parser = Parser(Language(importlib.import_module(GRAMMARS[language]).language()))
    extractor = Extractor(tree.root, LIMIT, 5.0)
    visitor(language)
    parse, facts, seen = _turns(
        rounds,
        lambda: _parse(tree.root, entries, parser),
        lambda: _facts(extractor, entries),
        lambda: survey(tree, language, words, LIMIT),
    )
    return Measured(
        label(tree.root),
        language,
        len(entries),
        size / 1e6,
        parse,
        facts / parse if parse else 0.0,
        seen / parse if parse else 0.0,
        passing / size if size else 0.0,
        _two(extractor, entries) if size >= 5_000_000 else None,
    )


def _turns(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The least time of each, taking turns, with the collector off, as a scan has it."""
    best = [float("inf")] * len(works)
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        for number, work in enumerate(works):
            before = time.process_time()
            work()
            best[number] = min(best[number], time.process_time() - before)
    gc.enable()
    return best


def _parse(root: Path, entries: list[Entry], parser: Parser) -> None:
    for entry in entries:
        source = read(root, entry.path)
        if isinstance(source, bytes):
            parser.parse(source)


def _facts(extractor: Extractor, entries: list[Entry]) -> None:
    for entry in entries:
        extractor.facts(entry)


def _two(extractor: Extractor, entries: list[Entry]) -> float:
    """Wall time of two processes against one."""
    found = []
    for jobs in (1, 2):
        before = time.perf_counter()
        if jobs == 1:
            for entry in entries:
                extractor.blob(entry)
        else:
            for _ in extracted(extractor, entries, jobs):
                pass
        found.append(time.perf_counter() - before)
    return found[1] / found[0]


def _scan(folder: Path, cache: str) -> tuple[float, ...]:
    """CPU of the scan, CPU of the whole process, peak in megabytes, number of endpoints."""
    return tuple(float(each) for each in _child([sys.executable, "-c", SCAN, str(folder), cache])[1].split())


def _command(folder: Path) -> float:
    """CPU seconds of a whole `assay scan` that remembers nothing."""
    flags = ["--no-cache", "--no-record", "--quiet", "--fail-on=never", "--format=json", "--jobs=1"]
    return _child([sys.executable, "-m", "assay.cli.entry", "scan", str(folder), *flags])[0]


def _child(command: list[str]) -> tuple[float, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=3_600, env=os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout
