"""A project whose endpoints come and go, scanned again and again: runs, what people say, and the events that a ledger would hold."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from assay.ledger.history import Event, Fact, Policies, State, doubts_about, states
from assay.ledger.standing import Look, Standing, compared
from assay.model.decision import Acceptance, FixClaim, Sla
from assay.model.evidence import ApiRun, FindingChange, RuleRun, RunRecord, VerdictList
from assay.model.verdict import Confidence, Finding, Outcome, Severity, Subject, Verdict, fingerprint

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
SCOPE, API, RULE, WEAKNESS = "static:shop", "shop", "AP004", "missing-authentication"
DAY = timedelta(days=1)
SLA = Policies(((1, Sla(SCOPE, 7, 30, 90, 180, "assay.toml")),))


def subject(path: str, symbol: str = "") -> Subject:
    return Subject(API, "endpoint", "DELETE", path, symbol)


def identity(about: Subject) -> str:
    return fingerprint(parts(about))


def parts(about: Subject) -> tuple[tuple[str, str], ...]:
    return (
        ("api", about.api), ("family", "posture"), ("kind", about.kind), ("method", about.method),
        ("path", about.path), ("symbol", about.symbol), ("weakness", WEAKNESS),
    )  # fmt: skip


class Scan(Struct):
    """What one scan meets."""

    failing: tuple[Subject, ...] = ()
    passing: tuple[Subject, ...] = ()
    unsure: tuple[Subject, ...] = ()
    listed: tuple[Subject, ...] | None = None
    """The endpoints that are there; None: those that were judged."""
    is_complete: bool = True
    is_read: bool = True
    """Whether everything of the API was read."""
    rules: tuple[str, ...] = (RULE,)
    options: tuple[tuple[str, str], ...] = ()
    version: str = "1.0.0"
    severity: Severity = Severity.HIGH
    confidence: Confidence = Confidence.FIRM
    commit: str = ""
    kind: str = "static"
    asking: frozenset[str] = frozenset()
    """Rules that ask a running API."""


class World(Struct):
    """Everything that was recorded, as it would stand in a ledger."""

    at: datetime = START
    sequence: int = 1
    runs: dict[str, RunRecord] = field(default_factory=dict)
    standings: tuple[Standing, ...] = ()
    events: list[Event] = field(default_factory=list)
    changes: tuple[FindingChange, ...] = ()
    """Of the newest run."""
    previous: str = ""

    def scan(self, scan: Scan) -> None:
        self.at += DAY
        self.sequence += 1
        run = record(scan, self.previous, self.at)
        id_ = f"{self.sequence:064d}"
        claims = {each.fact.fingerprint: "claimed" for each in self.events if isinstance(each.fact, FixClaim)}
        told = compared(look(scan, {**self.runs, "": run}), self.standings, self.previous, claims)
        self.runs[id_] = run
        self.changes = tuple(
            replace(each, scope=SCOPE, run=id_, last_failed=each.last_failed or (id_ if each.outcome == "fail" else ""))
            for each in told.changes
        )
        for change in self.changes:
            self._add(change)
        self.standings, self.previous = told.standings, id_

    def say(self, fact: Fact) -> None:
        self.at += DAY
        self._add(fact)

    def accept(self, about: Subject, until: datetime, **other: str) -> None:
        said = {
            "kind": "risk",
            "requester": "ann",
            "approver": "bob",
            "reason": "r",
            "measure": "m",
            "severity": "high",
        }
        self.say(Acceptance(fingerprint=identity(about), expires=until.date().isoformat(), **{**said, **other}))

    def claim(self, about: Subject, commit: str = "abc") -> None:
        self.say(FixClaim(identity(about), commit, "", "ann", ""))

    def state(self, about: Subject, at: datetime | None = None, until: int | None = None) -> State:
        (found,) = states(self.of(about, until), self.runs.__getitem__, SLA, at or self.at)
        return found

    def name(self, about: Subject, at: datetime | None = None) -> str:
        return self.state(about, at).name

    def of(self, about: Subject, until: int | None = None) -> list[Event]:
        found = [each for each in self.events if each.fact.fingerprint == identity(about)]
        return [each for each in found if until is None or each.sequence <= until]

    def _add(self, fact: Fact) -> None:
        self.sequence += 1
        self.events.append(Event(self.sequence, self.at, "ci", fact))


def look(scan: Scan, runs: Mapping[str, RunRecord]) -> Look:
    judged = [
        *((each, Outcome.FAIL) for each in scan.failing),
        *((each, Outcome.PASS) for each in scan.passing),
        *((each, Outcome.NOT_TESTED) for each in scan.unsure),
    ]
    verdicts = tuple(
        Verdict(rule, WEAKNESS, about, outcome, f"{about.name} says {outcome}.", scan.severity, scan.confidence)
        for about, outcome in judged
        for rule in scan.rules
    )
    findings = tuple(
        Finding(each, identity(each.subject), parts(each.subject)) for each in verdicts if each.outcome is Outcome.FAIL
    )
    unique = {finding.fingerprint: finding for finding in findings}
    return Look(
        verdicts=verdicts,
        findings=tuple(unique.values()),
        families=dict.fromkeys(("AP004", "AP005", "AP007"), "posture"),
        executed=frozenset(scan.rules),
        listed=frozenset(scan.listed if scan.listed is not None else [about for about, _ in judged]),
        complete=frozenset({API}) if scan.is_read and scan.is_complete else frozenset(),
        is_exempt=lambda _: False,
        closes=lambda change: not any(doubts_about(change, runs.__getitem__)),
        may_remove=scan.kind != "live" and scan.is_complete,
        asking=scan.asking,
    )


def record(scan: Scan, previous: str, at: datetime) -> RunRecord:
    return RunRecord(
        scope=SCOPE, kind=scan.kind, tool="assay", version=scan.version, target="shop", commit=scan.commit, as_of="2026-01-05",
        started_at=at, ended_at=at, is_complete=scan.is_complete, exit_reason="complete" if scan.is_complete else "timeout",
        options=scan.options, configuration="0" * 64, circumstances=(),
        rules=tuple(RuleRun(rule, "posture", WEAKNESS, 1, 0, 0, 0) for rule in scan.rules), rule_set="0" * 64, catalogs=(),
        apis=(ApiRun(API, 1, scan.is_read),), endpoints=1, coverage=1.0, lines=(), not_tested=(), skipped=(), findings=0,
        changes=0, waived=(), contains=(), previous=previous, report="0" * 64, verdicts=VerdictList(0, "0" * 64), attachments=(),
    )  # fmt: skip
