"""Measures a pack of many findings over a year, and its verification: `python -m benchmarks.pack [--findings 10000]`.

The ledger is made as a year of weekly scans leaves it: every week some findings are detected, and those of six weeks before are shown
to be fixed. Target: both under a minute for 10,000 findings (docs/decisions/0006).
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assay.assessment.packing import Wish, ordered
from assay.assessment.settings import Settings
from assay.ledger import lines
from assay.ledger.canonical import Json, canonical, digest
from assay.ledger.encoding import encoded, plain
from assay.ledger.pack import archive
from assay.ledger.pack.export import packed
from assay.ledger.session import Places, Session, writing
from assay.ledger.standing import Standing
from assay.ledger.store import Fact
from assay.model.decision import Schedule, Sla
from assay.model.evidence import ApiRun, FindingChange, RuleRun, RunRecord, Said, VerdictList
from assay.model.verdict import Subject, fingerprint
from assay_verify.verification import Asked, verify

START = datetime(2025, 1, 6, 9, tzinfo=UTC)
YEAR = (START.replace(hour=0), START.replace(hour=0) + timedelta(days=364))
WEEKS, OPEN = 52, 6
SCOPE, RULE, FAMILY, WEAKNESS = "static:shop", "AP004", "posture", "missing-authentication"
PASSING = 1000
"""Endpoints that pass in every run."""
TARGET = 60.0


class Clock:
    """Stands until it is moved."""

    at = START

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


def main() -> int:
    """Make the ledger, the pack, verify it, and print how long each took; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pack", description=__doc__)
    parser.add_argument("--findings", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return _measured(Path(folder), asked.findings)


def _measured(folder: Path, count: int) -> int:
    clock, path = Clock(), folder / "pack.zip"
    with writing(Places(folder / "ledger.sqlite", folder / "key"), "ci", "1.0", clock) as session:
        begin = time.perf_counter()
        _year(session, clock, count)
        recorded = time.perf_counter()
        wish = Wish("audit", "a year", YEAR)
        order = ordered(session.ledger, wish, Settings(), YEAR[1] + timedelta(days=1))
        derived = time.perf_counter()
        made = packed(session.ledger, order, [session.signer])
        size = archive.write(path, made.files)
        done = time.perf_counter()
        key = session.signer.public.fingerprint
        name = fingerprint(_parts(Subject("shop", "endpoint", "DELETE", f"/things/{count // 2}/{{id}}")))
        small = Wish("finding", name, YEAR)
        packed(
            session.ledger, ordered(session.ledger, small, Settings(), YEAR[1] + timedelta(days=1)), [session.signer]
        )
        one = time.perf_counter()
    outcome = verify(path, Asked((key,)))
    verified = time.perf_counter()
    asked_for, checked = one - done, verified - one
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count} findings, {made.head.size} entries, {len(made.files)} files, {size / 1e6:.1f} MB, peak {peak:.0f} MB"
    )
    print(f"record {recorded - begin:.1f} s   derive {derived - recorded:.1f} s   pack {done - derived:.1f} s")
    print(
        f"export {done - recorded:.1f} s   verify {checked:.1f} s   one finding {asked_for:.2f} s   ({outcome.verdict.name.lower()})"
    )
    return int(outcome.verdict) or int(done - recorded > TARGET or checked > TARGET)


def _year(session: Session, clock: Clock, count: int) -> None:
    session.remember(
        [
            session.fact(SCOPE, Schedule(SCOPE, 7, 1, 0.9, "assay.toml")),
            session.fact(SCOPE, Sla(SCOPE, 7, 30, 90, 180, "x")),
        ]
    )
    subjects = [Subject("shop", "endpoint", "DELETE", f"/things/{number}/{{id}}") for number in range(count)]
    previous = ""
    for week in range(WEEKS):
        clock.at = START + timedelta(weeks=week)
        previous = _run(session, subjects, week, previous)


def _run(session: Session, subjects: list[Subject], week: int, previous: str) -> str:
    """One week: what was seen, with what is new and what was fixed."""
    share = -(-len(subjects) // WEEKS)
    fresh = subjects[week * share : (week + 1) * share]
    fixed = subjects[max(week - OPEN, 0) * share : (week - OPEN + 1) * share] if week >= OPEN else []
    failing = subjects[max(week - OPEN + 1, 0) * share : (week + 1) * share]
    kept = [Subject("shop", "endpoint", "GET", f"/kept/{number}") for number in range(PASSING)]
    outcomes = {**dict.fromkeys([*kept, *fixed], "pass"), **dict.fromkeys(failing, "fail")}
    seen = {**dict.fromkeys(subjects[: (week + 1) * share], "pass"), **dict.fromkeys(failing, "fail")}
    raw = {
        "verdicts": lines.written(_verdict(*each) for each in sorted(outcomes.items())),
        "endpoints": lines.written(_endpoint(each) for each in sorted(outcomes)),
        "findings": lines.written(plain(_standing(*each, previous)) for each in sorted(seen.items())),
    }
    record = _record(session.clock(), len(failing), len(outcomes), previous, raw)
    run = digest(canonical(encoded(record)))
    changes = [*((each, "fail") for each in fresh), *((each, "pass") for each in fixed)]
    session.remember([session.fact(SCOPE, record, *raw.values()), *_changed(session, changes, run, previous)])
    return run


def _changed(session: Session, changes: list[tuple[Subject, str]], run: str, previous: str) -> Iterator[Fact]:
    for subject, outcome in changes:
        change = _change(subject, outcome, run, previous)
        yield session.fact(change.fingerprint, change)


def _parts(subject: Subject) -> tuple[tuple[str, str], ...]:
    kind = (("api", subject.api), ("family", FAMILY), ("kind", subject.kind), ("method", subject.method))
    return (*kind, ("path", subject.path), ("symbol", subject.symbol), ("weakness", WEAKNESS))


def _verdict(subject: Subject, outcome: str) -> Json:
    about: Json = {
        "api": subject.api,
        "kind": subject.kind,
        "method": subject.method,
        "path": subject.path,
        "symbol": "",
    }
    graded: dict[str, Json] = {
        "severity": "high",
        "confidence": "firm",
        "place": {"path": "main.py", "line": 12},
        "steps": [],
    }
    said = {"rule": RULE, "weakness": WEAKNESS, "subject": about, "outcome": outcome}
    return {
        **said,
        **graded,
        "message": f"{subject.name} changes state without authentication.",
        "framework": "fastapi",
    }


def _endpoint(subject: Subject) -> Json:
    return {"api": subject.api, "authorization": "public", "method": subject.method, "path": subject.path}


def _standing(subject: Subject, outcome: str, previous: str) -> Standing:
    parts, last = _parts(subject), previous if outcome == "pass" else ""
    return Standing(fingerprint(parts), parts, subject.name, outcome, (RULE,), last, WEAKNESS, "high", "firm")


def _change(subject: Subject, outcome: str, run: str, previous: str) -> FindingChange:
    parts, is_new = _parts(subject), outcome == "fail"
    return FindingChange(
        fingerprint=fingerprint(parts), parts=parts, endpoint=subject.name, scope=SCOPE, run=run, outcome=outcome,
        before="" if is_new else "fail", said=(Said(RULE, outcome),), rules=(RULE,), last_failed=run if is_new else previous,
        weakness=WEAKNESS, severity="high", confidence="firm", message=f"{subject.name} changes state without authentication.",
        place="main.py:12", is_gone=False, reason="",
    )  # fmt: skip


def _record(at: datetime, failed: int, total: int, previous: str, raw: dict[str, bytes]) -> RunRecord:
    named = (lines.attachment(name, f"application/vnd.assay.{name}+jsonl", content) for name, content in raw.items())
    return RunRecord(
        scope=SCOPE, kind="static", tool="assay", version="1.0", target="shop", commit="c0ffee", as_of=f"{at:%Y-%m-%d}", started_at=at,
        ended_at=at, is_complete=True, exit_reason="complete", options=(), configuration="ab" * 32, circumstances=(),
        rules=(RuleRun(RULE, FAMILY, WEAKNESS, total - failed, failed, 0, 0),), rule_set="cd" * 32, catalogs=("soc2",),
        apis=(ApiRun("shop", total, True),), endpoints=total, coverage=1.0, lines=(), not_tested=(), skipped=(), findings=failed, changes=0,
        waived=(), contains=(), previous=previous, report="ef" * 32, verdicts=VerdictList(total, lines.root(raw["verdicts"])),
        attachments=tuple(named),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
