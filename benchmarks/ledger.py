"""Measures the ledger as it grows: appends, the timeline of a finding, the sample of a week, proofs, and a reading of everything.

`python -m benchmarks.ledger [SIZE...]`: sizes in entries, 10000 100000 1000000 by default. Targets: issue 5.
"""

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from assay.ledger import lines
from assay.ledger.canonical import canonical, digest
from assay.ledger.encoding import encoded
from assay.ledger.integrity import verified
from assay.ledger.recall import recalled
from assay.ledger.sampling import Query, drawn, population
from assay.ledger.session import Places, Session, writing
from assay.ledger.timeline import timeline
from assay.model.decision import Sla
from assay.model.evidence import FindingChange, RuleRun, RunRecord, Said, VerdictList

START = datetime(2020, 1, 6, tzinfo=UTC)
SCOPE = "static:shop"
WEEK = timedelta(days=7)
CHANGES = 400
"""Changes of findings in one run."""
FINDINGS = 250_000
"""So many that the history of each is short at every size: what grows then grows with the ledger."""
TARGETS = {"append": 2_000, "sample": 1.0}
"""Entries a second at least; seconds at most."""


class Measured(Struct, frozen=True):
    """One size."""

    entries: int
    append: float
    """Entries a second, in runs of some hundred changes."""
    single: float
    """Seconds for one entry alone, with its signed head."""
    bytes: float
    """Of the file, an entry."""
    timeline: float
    sample: float
    proof: float
    """Seconds for the root and one proof of inclusion."""
    verify: float
    """Seconds for reading everything."""


def main() -> int:
    """Measure, print, write build/bench-ledger.json; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--output", type=Path, default=Path("build/bench-ledger.json"))
    parser.add_argument("--no-verify", action="store_true", help="leave the reading of everything out")
    asked = parser.parse_args()
    print(
        f"{'entries':>9}{'append/s':>10}{'single ms':>11}{'bytes':>7}{'timeline ms':>13}{'sample ms':>11}{'proof ms':>10}{'verify s':>10}"
    )
    found = []
    with tempfile.TemporaryDirectory() as folder:
        at = Filling(Path(folder))
        for size in sorted(asked.sizes):
            each = at.measured(size, is_verifying=not asked.no_verify)
            found.append(each)
            print(
                f"{each.entries:9}{each.append:10.0f}{each.single * 1e3:11.1f}{each.bytes:7.0f}{each.timeline * 1e3:13.1f}"
                f"{each.sample * 1e3:11.1f}{each.proof * 1e3:10.2f}{each.verify:10.1f}",
                flush=True,
            )
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    rows = [{name: getattr(each, name) for name in Measured.__struct_fields__} for each in found]
    asked.output.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    missed = [each for each in found if each.append < TARGETS["append"] or each.sample > TARGETS["sample"]]
    print(f"missed: {', '.join(str(each.entries) for each in missed) or 'none'}")
    return 1 if missed else 0


class Filling:
    """A ledger that is filled week by week."""

    def __init__(self, folder: Path) -> None:
        self.at = START
        self.places = Places(folder / "ledger.sqlite", folder / "key")
        self.count = 0
        self.runs = 0
        with self.session() as session:
            session.remember([session.fact(SCOPE, Sla(SCOPE, 7, 30, 90, 180, "assay.toml"))])
            self.count = 2

    def session(self) -> AbstractContextManager[Session]:
        return writing(self.places, "ci@example.org", "1.0.0", self.clock)

    def clock(self) -> datetime:
        self.at += timedelta(microseconds=50)
        return self.at

    def measured(self, size: int, *, is_verifying: bool) -> Measured:
        start, before = time.perf_counter(), self.count
        gc.disable()
        with self.session() as session:
            while self.count < size:
                self._run(session)
        gc.enable()
        append = (self.count - before) / (time.perf_counter() - start)
        single = _best(5, self._alone)
        with self.session() as session:
            ledger = session.ledger
            head = ledger.head()
            assert head is not None
            middle = self.at - self.runs // 2 * WEEK
            query = Query(middle, middle + WEEK, "CC6.1", frozenset({"missing-authentication"}))
            return Measured(
                entries=self.count,
                append=append,
                single=single,
                bytes=self.places.ledger.stat().st_size / self.count,
                timeline=_best(5, lambda: timeline(recalled(ledger, self.at), fingerprint(7))),
                sample=_best(5, lambda: drawn(population(ledger, query), "seed", 25)),
                proof=_best(
                    5, lambda: (ledger.root(head.sequence), ledger.inclusion(head.sequence // 2, head.sequence))
                ),
                verify=_best(1, lambda: verified(ledger)) if is_verifying else 0.0,
            )

    def _run(self, session: Session) -> None:
        self.at += WEEK
        self.runs += 1
        blob = lines.written([{"run": self.runs}])
        run = replace(run_record(self.at), attachments=(lines.attachment("findings", "application/json", blob),))
        id_ = digest(canonical(encoded(run)))
        facts = [session.fact(SCOPE, run, blob)]
        facts += [session.fact(each.fingerprint, each) for each in changes(id_, self.runs)]
        session.remember(facts)
        self.count += len(facts)

    def _alone(self) -> None:
        with self.session() as session:
            session.remember([session.fact(SCOPE, Sla(SCOPE, 7, 30, 90, 180, "assay.toml"))])
            self.count += 1


def fingerprint(number: int) -> str:
    """Of a finding by its number."""
    return digest(str(number).encode())[:32]


def changes(run: str, week: int) -> Iterator[FindingChange]:
    """What changed in one week: another part of the findings each time, failing and passing by turns."""
    for each in range(CHANGES):
        number = (week * CHANGES + each) % FINDINGS
        is_failing = (week * CHANGES + each) // FINDINGS % 2 == 0
        parts = {
            "api": "shop",
            "family": "posture",
            "kind": "endpoint",
            "method": "DELETE",
            "path": f"/orders/{number}/{{id}}",
        }
        yield FindingChange(
            fingerprint=fingerprint(number),
            parts=tuple(sorted({**parts, "symbol": "", "weakness": "missing-authentication"}.items())),
            endpoint=f"DELETE /orders/{number}/{{id}}",
            scope=SCOPE,
            run=run,
            outcome="fail" if is_failing else "pass",
            before="" if week * CHANGES < FINDINGS else "pass",
            said=(Said("AP004", "fail"), Said("AP007", "pass")),
            rules=("AP004",),
            last_failed=run,
            weakness="missing-authentication",
            severity="high",
            confidence="firm",
            message=f"DELETE /orders/{number}/{{id}} changes state without authentication.",
            place=f"app/orders_{number}.py:{week % 90}",
            is_gone=False,
            reason="",
        )


def run_record(at: datetime) -> RunRecord:
    """A run of an ordinary size."""
    return RunRecord(
        scope=SCOPE, kind="static", tool="assay", version="1.0.0", target="shop", commit="a" * 40, as_of="2026-01-05",
        started_at=at, ended_at=at, is_complete=True, exit_reason="complete", options=(), configuration="0" * 64,
        circumstances=(), rules=tuple(RuleRun(f"AP0{n:02}", "posture", "w", 1, 0, 0, 0) for n in range(20)),
        rule_set="0" * 64, catalogs=("soc2 2017",), apis=(), endpoints=10_000, coverage=1.0, lines=(), not_tested=(),
        skipped=(), findings=10, changes=CHANGES, waived=(), contains=(), previous="", report="0" * 64,
        verdicts=VerdictList(200_000, "0" * 64), attachments=(),
    )  # fmt: skip


def _best(rounds: int, work: Callable[[], object]) -> float:
    """The least time of several rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
