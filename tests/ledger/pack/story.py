"""A ledger with a story: two findings are detected, one is fixed and verified, a week is missed, and an exception is granted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct
from msgspec.structs import replace

from assay.ledger import lines
from assay.ledger.canonical import Json, canonical, digest
from assay.ledger.encoding import encoded, plain
from assay.ledger.session import Places, Session, writing
from assay.ledger.sign import KeyFile, PublicKey
from assay.ledger.sqlite import Ledger
from assay.ledger.standing import Standing
from assay.model.decision import Acceptance, FixClaim, Schedule, Sla
from assay.model.evidence import (
    Attachment,
    ChangeRecord,
    FindingChange,
    PackExport,
    RuleRun,
    RunRecord,
    Said,
    VerdictList,
)
from assay.model.verdict import Subject, fingerprint

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
SCOPE = "static:shop"
FAMILY, RULE, WEAKNESS = "posture", "AP004", "missing-authentication"
FIXED, OPEN = Subject("shop", "endpoint", "DELETE", "/orders/{id}"), Subject("shop", "endpoint", "POST", "/carts")
COMMIT = "c0ffee" + "0" * 34
SECRET = bytes([7]) * 32


class Time(Struct):
    """A clock that stands until it is moved."""

    at: datetime = START

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


def places(folder: Path) -> Places:
    """A ledger with a key that is the same in every test."""
    key = folder / "key.pem"
    if not key.exists():
        secret = Ed25519PrivateKey.from_private_bytes(SECRET)
        form, wrap = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        key.write_bytes(secret.private_bytes(serialization.Encoding.PEM, form, wrap))
        key.chmod(0o600)
    return Places(folder / "ledger.sqlite", key)


def signer(ledger: Ledger, secret: bytes = SECRET) -> KeyFile:
    """The key of the ledger."""
    first = ledger.entry(1)
    assert first is not None
    private = Ed25519PrivateKey.from_private_bytes(secret)
    return KeyFile(PublicKey(first.entry.subject, private.public_key().public_bytes_raw()), private)


@contextmanager
def told(folder: Path) -> Iterator[Ledger]:
    """The ledger after the whole story."""
    clock = Time()
    with writing(places(folder), "ci", "1.0", clock) as session:
        tell(session, clock)
        yield session.ledger


def tell(session: Session, clock: Time) -> None:
    """Detected in the first week, fixed in the second, nothing in the third, verified in the fourth."""
    session.remember(
        [
            session.fact(SCOPE, Schedule(SCOPE, 7, 1, 0.95, "assay.toml")),
            session.fact(SCOPE, Sla(SCOPE, 7, 30, 90, 180, "assay.toml")),
        ]
    )
    first = run(session, {FIXED: "fail", OPEN: "fail"}, "")
    clock.at = START + timedelta(days=7)
    change = ChangeRecord(
        "pr-12", (COMMIT,), "12", "SHOP-7", "ann", ("bob",), "bob", "2026-01-12", "pass", "2026-01-12", "ab" * 32
    )
    session.remember([session.fact("pr-12", change)])
    name = print_of(FIXED)
    session.remember([session.fact(name, FixClaim(name, COMMIT, "12", "ann", "guard added"))])
    waived = print_of(OPEN)
    accepted = Acceptance(waived, "exception", "ann", "bob", "carts are anonymous", "rate limit", "high", "2026-12-31")
    session.remember([session.fact(waived, accepted)])
    clock.at = START + timedelta(days=21)
    run(session, {FIXED: "pass", OPEN: "fail"}, first)


def run(session: Session, outcomes: dict[Subject, str], previous: str, rule: str = RULE) -> str:
    """Record a run with these outcomes and what changed for its findings; gives the run id."""
    verdicts = lines.written(_verdict(subject, outcome, rule) for subject, outcome in sorted(outcomes.items()))
    endpoints = lines.written(_endpoint(subject) for subject in sorted(outcomes))
    standings = lines.written(plain(_standing(*each, previous, rule)) for each in sorted(outcomes.items()))
    attachments = (
        lines.attachment("verdicts", "application/vnd.assay.verdicts+jsonl", verdicts),
        lines.attachment("endpoints", "application/vnd.assay.endpoints+jsonl", endpoints),
        lines.attachment("findings", "application/vnd.assay.findings+jsonl", standings),
    )
    record = _record(session.clock(), outcomes, previous, VerdictList(len(outcomes), lines.root(verdicts)), attachments)
    record = replace(record, rules=tuple(replace(each, id=rule) for each in record.rules))
    run_id = digest(canonical(encoded(record)))
    facts = [session.fact(SCOPE, record, verdicts, endpoints, standings)]
    facts += [
        session.fact(print_of(each), _change(each, outcome, run_id, previous))
        for each, outcome in sorted(outcomes.items())
        if outcome != "fail" or not previous
    ]
    session.remember(facts)
    return run_id


def exported(session: Session, manifest: bytes) -> None:
    """Remember that a pack was made, as the command does."""
    head = session.ledger.head()
    assert head is not None
    name = digest(manifest)
    session.remember([session.fact(name, PackExport("audit", "2026", name, head.sequence))])


def print_of(subject: Subject) -> str:
    """The fingerprint of the finding on a subject."""
    return fingerprint(_parts(subject))


def _parts(subject: Subject) -> tuple[tuple[str, str], ...]:
    return (
        ("api", subject.api), ("family", FAMILY), ("kind", subject.kind), ("method", subject.method),
        ("path", subject.path), ("symbol", subject.symbol), ("weakness", WEAKNESS),
    )  # fmt: skip


def _verdict(subject: Subject, outcome: str, rule: str) -> Json:
    about: Json = {
        "api": subject.api,
        "kind": subject.kind,
        "method": subject.method,
        "path": subject.path,
        "symbol": subject.symbol,
    }
    return {
        "rule": rule, "weakness": WEAKNESS, "subject": about, "outcome": outcome, "message": f"{subject.name}: {outcome}",
        "severity": "high", "confidence": "firm", "place": None, "steps": [], "framework": "fastapi",
    }  # fmt: skip


def _standing(subject: Subject, outcome: str, previous: str, rule: str) -> Standing:
    last = previous if outcome != "fail" else ""
    return Standing(print_of(subject), _parts(subject), subject.name, outcome, (rule,), last, WEAKNESS, "high", "firm")


def _endpoint(subject: Subject) -> Json:
    return {"api": subject.api, "authorization": "public", "method": subject.method, "path": subject.path}


def _change(subject: Subject, outcome: str, run_id: str, previous: str) -> FindingChange:
    failing = FindingChange(
        fingerprint=print_of(subject), parts=_parts(subject), endpoint=subject.name, scope=SCOPE, run=run_id, outcome="fail",
        before="", said=(Said(RULE, "fail"),), rules=(RULE,), last_failed=run_id, weakness=WEAKNESS, severity="high",
        confidence="firm", message=f"{subject.name} changes state without authentication.", place="main.py:12", is_gone=False, reason="",
    )  # fmt: skip
    if outcome == "fail":
        return failing
    return replace(failing, outcome=outcome, before="fail", said=(Said(RULE, outcome),), last_failed=previous)


def _record(
    at: datetime,
    outcomes: dict[Subject, str],
    previous: str,
    verdicts: VerdictList,
    attachments: tuple[Attachment, ...],
) -> RunRecord:
    counts = [list(outcomes.values()).count(each) for each in ("pass", "fail", "not-tested", "not-applicable")]
    return RunRecord(
        scope=SCOPE, kind="static", tool="assay", version="1.0", target="shop", commit=COMMIT, as_of=f"{at:%Y-%m-%d}", started_at=at,
        ended_at=at, is_complete=True, exit_reason="complete", options=(), configuration="ab" * 32, circumstances=(),
        rules=(RuleRun(RULE, FAMILY, WEAKNESS, *counts),), rule_set="cd" * 32, catalogs=("soc2",), apis=(), endpoints=len(outcomes),
        coverage=1.0, lines=(), not_tested=(), skipped=(), findings=counts[1], changes=len(outcomes), waived=(), contains=(COMMIT,),
        previous=previous, report="ef" * 32, verdicts=verdicts, attachments=attachments,
    )  # fmt: skip
