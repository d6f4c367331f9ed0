"""Measures live scans of an API of 100 operations at several round trips, beside Schemathesis and wapiti on the same target:
`python -m benchmarks.live [--page docs/performance.md]`. Targets: issue 4.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, to_builtins

from benchmarks.live_target import OPERATIONS, TOKENS, Shop, served
from benchmarks.page import replace_part

ROOT = Path(__file__).parent.parent
HEADING = "Live scans"
TRIPS = (0.0, 0.05, 0.15)
"""Seconds of round trip."""
CONNECTIONS = 8
MOST_TIMES, LEAST_FEWER = 1.5, 10.0
"""Wall time against the lower bound; requests of Schemathesis against those of Assay."""
TEXT = """Made by `make bench-live args=--page=docs/performance.md`: an API of {operations} operations on loopback that
answers after a delay, as one at that round trip would, with the tokens of two callers. The lower bound is requests x round trip
/ {connections} connections: nobody who sends these requests is faster. *scan* is from the first request to the last, *whole* the
command with its start, judging and report. The usual bound of 20 requests a second, which spares targets, is lifted here. Of
Assay the quickest of {rounds} rounds counts. The peers have their default settings, and were ended after {longest:g} s; their
work is not the same: they write to the target, and Assay does not.

```text
{tables}
```
"""


class Measured(Struct):
    """One run of one tool at one round trip."""

    tool: str
    trip: float
    wall: float = 0.0
    """Seconds of the whole command."""
    asking: float = 0.0
    """Seconds from the first request to the last."""
    requests: int = 0
    missing: str = ""
    """Why there is no measurement."""
    is_ended: bool = False
    """It was ended before it was done."""

    @property
    def bound(self) -> float:
        """Seconds that the requests take at least."""
        return self.requests * self.trip / CONNECTIONS

    @property
    def times(self) -> float:
        """How many times the bound the asking took."""
        return self.asking / self.bound if self.bound else 0.0


def main() -> int:
    """Measure, print, write; 1 with `--strict` if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--peers", type=Path, default=ROOT.parent / "peers", help="where each peer has its environment")
    parser.add_argument("--longest", type=float, default=90.0, help="seconds after which a peer is ended")
    parser.add_argument("--rounds", type=int, default=2, help="how often Assay is measured (the quickest counts)")
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--strict", action="store_true", help="fail if a target is missed")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "live.json")
    parser.add_argument("--page", type=Path, help=f"also write the part `{HEADING}` of this page")
    asked = parser.parse_args()
    own = [min((_assay(trip) for _ in range(asked.rounds)), key=lambda each: each.asking) for trip in TRIPS]
    others = [] if asked.without_peers else [*_peers(asked.peers, asked.longest)]
    tables = "\n".join(_table(own, others))
    print(tables)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(
        json.dumps([to_builtins(each) for each in (*own, *others)], indent=2) + "\n", encoding="utf-8"
    )
    if asked.page:
        text = TEXT.format(
            operations=OPERATIONS, connections=CONNECTIONS, longest=asked.longest, rounds=asked.rounds, tables=tables
        )
        replace_part(asked.page, HEADING, text)
    return 1 if asked.strict and any(missed for _, missed in _verdicts(own, others)) else 0


def _assay(trip: float) -> Measured:
    names = [f"--identity={name}=bearer:env:{name.upper()}_TOKEN" for name in TOKENS]
    words = [*names, "--rate=100000", "--max-requests=100000", f"--connections={CONNECTIONS}"]
    kept = ["--no-record", "--quiet", "--fail-on=never", "--format=json"]
    surroundings = {f"{name.upper()}_TOKEN": token for name, token in TOKENS.items()}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "assay.cli.entry", "scan", "{origin}", *words, *kept]
        return _run("assay", trip, command, Path(folder), surroundings, longest=300.0)


def _peers(place: Path, longest: float) -> Iterator[Measured]:
    """Each peer at no round trip, or why it is not measured."""
    header = f"Authorization: Bearer {TOKENS['alice']}"
    commands = {
        "schemathesis": [str(place / "schemathesis" / "bin" / "st"), "run", "{origin}/openapi.json", "-H", header],
        "wapiti": [
            *(str(place / "wapiti" / "bin" / "wapiti"), "-u", "{origin}/", "--swagger", "{origin}/openapi.json"),
            *("-H", header, "--flush-session", "--no-bugreport", "-f", "json", "-o", "report.json"),
        ],
    }
    for name, command in commands.items():
        if not Path(command[0]).exists():
            where = "/".join(Path(command[0]).parts[-4:])
            yield Measured(name, 0.0, missing=f"{Path(command[0]).name} is not installed: there is no {where}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            yield _run(name, 0.0, command, Path(folder), {"HOME": folder}, longest=longest)


def _run(
    tool: str, trip: float, command: list[str], folder: Path, surroundings: dict[str, str], *, longest: float
) -> Measured:
    print(f"measuring {tool} at {trip * 1000:g} ms", file=sys.stderr)
    shop, found = Shop(delay=trip), Measured(tool, trip)
    with served(shop) as origin:
        words = [word.replace("{origin}", origin) for word in command]
        before = time.perf_counter()
        child = subprocess.Popen(
            words, cwd=folder, env={**os.environ, **surroundings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            code = child.wait(longest)
        except subprocess.TimeoutExpired:
            child.terminate()
            child.wait(10)
            code, found.is_ended = 0, True
        found.wall = time.perf_counter() - before
    found.requests, found.asking = shop.asked, shop.last - shop.first
    # Schemathesis ends with 1 when it found something.
    if code not in {0, 1} or not shop.asked:
        found.missing = f"it ended with {code} after {shop.asked} requests"
    return found


def _table(own: list[Measured], others: list[Measured]) -> Iterator[str]:
    yield f"{'':14}{'trip ms':>9}{'requests':>10}{'bound s':>9}{'scan s':>9}{'x bound':>9}{'whole s':>9}"
    for each in (*own, *others):
        if each.missing:
            yield f"{each.tool:14}{each.trip * 1000:9.0f}  not measured: {each.missing}"
            continue
        times = f"{each.times:9.2f}" if each.bound else f"{'-':>9}"
        ended = "  ended before it was done" if each.is_ended else ""
        yield (
            f"{each.tool:14}{each.trip * 1000:9.0f}{each.requests:10}{each.bound:9.2f}{each.asking:9.2f}{times}"
            f"{each.wall:9.2f}{ended}"
        )
    yield ""
    yield from (line for line, _ in _verdicts(own, others))


def _verdicts(own: list[Measured], others: list[Measured]) -> Iterator[tuple[str, bool]]:
    """What came of each target, and whether it was missed."""
    for each in own:
        if each.bound and not each.missing:
            is_missed = each.times > MOST_TIMES
            word = "missed" if is_missed else "met"
            yield f"{each.trip * 1000:.0f} ms: {each.times:.2f} x the lower bound, <= {MOST_TIMES:g}: {word}", is_missed
    rival = next((each for each in others if each.tool == "schemathesis" and not each.missing), None)
    if rival and own[0].requests:
        fewer = rival.requests / own[0].requests
        is_missed = fewer < LEAST_FEWER
        least = "at least " if rival.is_ended else ""
        word = "missed" if is_missed else "met"
        yield f"requests: {least}{fewer:.1f} times fewer than Schemathesis, >= {LEAST_FEWER:g}: {word}", is_missed


if __name__ == "__main__":
    sys.exit(main())
