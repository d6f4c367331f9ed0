"""Prints how fast Assay is on some folders, against what it must be, and writes build/bench.json."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import to_builtins

from benchmarks import measure
from benchmarks.measure import Measured, Scanned
from benchmarks.page import replace_part
from benchmarks.targets import LARGE, PASSING, SLACK, TARGETS, UNNOTICED, Target

ROOT = Path(__file__).parent.parent
PAGE = """# Performance

Made by `make bench args=--page=docs/performance.md`. P is the CPU time for reading and parsing the same files and nothing else,
measured in the same run, the least of {rounds} rounds; ratios to it hold on a busy machine, and seconds do not. *cold* is a first scan
in a process of its own without loading Python and Assay, *scan* a whole `assay scan` with rules, weighing and report, *warm* one with
the facts of all files at hand, *again* one with nothing changed.

```text
{tables}

{verdict}
```
"""
SMALL = 0.2
"""Megabytes: ratios of less are noise."""


def main() -> int:
    """Measure, print, write; 1 with `--strict` if a target is missed by more than a fifth."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="what to scan; else ../corpus/*, else examples/*")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (the least counts)")
    parser.add_argument("--strict", action="store_true", help="fail if a target is missed by more than a fifth")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench.json")
    parser.add_argument("--page", type=Path, help="also write the tables into this page, as docs/performance.md")
    asked = parser.parse_args()
    by_language: list[Measured] = []
    by_folder: list[Scanned] = []
    for folder in asked.folders or _default():
        print(f"measuring {folder.name}", file=sys.stderr)
        own = measure.languages(folder, asked.rounds)
        by_language += own
        by_folder.append(measure.scanned(folder, sum(each.parse for each in own), asked.rounds))
    version = measure.version()
    results = [*_language_results(by_language), *_folder_results(by_folder, by_language), ("T14", "-", version)]
    tables = "\n".join(_tables(by_language, by_folder, version))
    print(tables)
    missed = [f"{name} {where}: {value:.2f}" for name, where, value in results if value > _target(name).limit * SLACK]
    verdict = "missed: " + ("; ".join(missed) or "none")
    print(verdict)
    if asked.page:
        replace_part(asked.page, "", PAGE.format(rounds=asked.rounds, tables=tables.strip(), verdict=verdict))
    _write(asked.output, by_language, by_folder, version)
    return 1 if missed and asked.strict else 0


def _default() -> list[Path]:
    for place in (ROOT.parent / "corpus", ROOT / "examples"):
        found = sorted(each for each in place.glob("*") if each.is_dir() and not each.name.startswith("."))
        if found:
            return found
    raise SystemExit("nothing to measure: python -m benchmarks FOLDER...")


def _language_results(measured: list[Measured]) -> Iterator[tuple[str, str, float]]:
    for each in measured:
        where = f"{each.folder} {each.language}"
        if each.megabytes >= SMALL:
            yield "T1", where, each.facts
            yield "gate", where, each.survey
        if each.two is not None and each.megabytes * 1e6 >= LARGE:
            yield "T8", where, each.two


def _folder_results(scanned: list[Scanned], measured: list[Measured]) -> Iterator[tuple[str, str, float]]:
    for each in scanned:
        own = [other for other in measured if other.folder == each.folder]
        size = sum(other.megabytes for other in own)
        if size >= SMALL and sum(other.passing * other.megabytes for other in own) <= PASSING * size:
            yield "T3", each.folder, each.cold_in_parse
        if each.again > UNNOTICED:
            yield "T9", each.folder, each.again / each.cold
        yield "T12", each.folder, each.peak - each.files * 10 / 1024


def _target(name: str) -> Target:
    return next(target for target in TARGETS if target.id == name)


def _tables(measured: list[Measured], scanned: list[Scanned], version: float) -> Iterator[str]:
    yield f"\n{'folder':30}{'language':10}{'files':>7}{'MB':>7}{'P s':>8}{'facts/P':>9}{'survey/P':>10}{'gate %':>8}{'-j2':>7}"
    for one in measured:
        two = f"{one.two:7.2f}" if one.two is not None else f"{'-':>7}"
        yield (
            f"{one.folder:30}{one.language:10}{one.files:7}{one.megabytes:7.1f}{one.parse:8.3f}{one.facts:9.2f}"
            f"{one.survey:10.2f}{one.passing * 100:8.0f}{two}"
        )
    yield f"\n{'folder':30}{'endpoints':>10}{'cold s':>9}{'cold/P':>8}{'scan s':>9}{'warm s':>9}{'again s':>9}{'again %':>9}{'MB':>7}"
    for each in scanned:
        yield (
            f"{each.folder:30}{each.endpoints:10}{each.cold:9.3f}{each.cold_in_parse:8.2f}{each.whole:9.3f}{each.warm:9.3f}"
            f"{each.again:9.3f}{each.again / each.cold * 100:9.1f}{each.peak:7.0f}"
        )
    yield f"\n--version: {version * 1000:.0f} ms CPU\n"
    for target in TARGETS:
        yield f"{target.id:6}{target.title:56}<= {target.limit:.3g} {target.unit:3} {target.note}"
    yield ""


def _write(path: Path, measured: list[Measured], scanned: list[Scanned], version: float) -> None:
    content = {
        "languages": [to_builtins(each) for each in measured],
        "folders": [to_builtins(each) for each in scanned],
        "version_seconds": version,
        "targets": [to_builtins(target) for target in TARGETS],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
