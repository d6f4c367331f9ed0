"""Remembers a run: what was asked, looked at and said goes into the ledger, with what changed against the run before.

The ledger is no part of the assessment: a run says the same whether it is remembered or not, and failing to remember fails no run.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from assay.assessment.record_beside import beside, media
from assay.assessment.record_change import merges
from assay.assessment.record_run import Outline, outlined
from assay.assessment.record_settings import Remembering
from assay.ledger import lines, redaction
from assay.ledger.canonical import canonical, digest
from assay.ledger.encoding import decoded, encoded, plain, read, sound
from assay.ledger.history import doubts_about
from assay.ledger.session import HOME, Places, Session, writing
from assay.ledger.standing import Compared, Look, Standing, compared
from assay.ledger.store import Clock, Fact
from assay.model.assessment import Assessment
from assay.model.change import Delivery
from assay.model.decision import FixClaim, Schedule, Sla
from assay.model.evidence import FindingChange, RunRecord
from assay.model.verdict import Outcome
from assay.version import VERSION

ORIGIN = "assay.toml"


class Circumstances(Struct, frozen=True):
    """What a run was, besides what it said."""

    kind: str
    """static, live, or joint: code and a running API together."""
    actor: str
    started_at: datetime
    report: str
    """SHA-256 of the JSON report."""
    details: tuple[tuple[str, str], ...] = ()
    """Of a live run: authorization, principals, budget, resolved address; sorted."""
    asking: frozenset[str] = frozenset()
    """The probes that asked a running API."""
    exit_reason: str = "complete"
    contains: Callable[[str], bool | None] = lambda _: None
    """Whether the scanned commit contains another; None when that is not known."""
    is_exempt: Callable[[str, str], bool] = lambda _method, _path: False
    """Whether the settings say that an endpoint is public on purpose."""


class Recorded(Struct, frozen=True):
    """What was remembered, and where."""

    path: Path
    sequence: int
    """Of the entry of the run."""
    run: str
    """Run id."""
    changes: tuple[FindingChange, ...]
    fingerprint: str
    """Of the signing key."""
    is_new: bool
    """Whether the ledger and its key were made for this run."""


def places(root: Path, settings: Remembering) -> Places:
    """Where the ledger of a project lies."""
    home = root / HOME
    ledger = root / settings.path if settings.path else home / "ledger.sqlite"
    key = root / settings.key if settings.key else home / "key"
    return Places(ledger, key, settings.signer, settings.signer_key)


def scope_of(kind: str, settings: Remembering, target: str) -> str:
    """What a run is remembered together with: a project by its name, asked while it runs or not; a host alone by its own."""
    return f"{'live' if kind == 'live' else 'static'}:{settings.scope or target}"


def recorded(found: Assessment, where: Places, settings: Remembering, about: Circumstances, clock: Clock) -> Recorded:
    """Remember a run. Raises `LedgerError` if it cannot be; then nothing of it is."""
    with writing(where, about.actor, VERSION, clock) as session:
        scope = _plain_text(scope_of(about.kind, settings, found.run.target))
        last = session.ledger.newest(scope, "run", 0)
        before = decoded(RunRecord, session.ledger.body(last.entry.payload)) if last else None
        previous = last.entry.payload if last else ""
        standings = standings_of(session, before)
        outline = outlined(found, about.kind)
        more = beside(found, about.kind, redaction.key(where.ledger.parent))
        outline = replace(outline, blobs={**outline.blobs, **more})
        answered = _claims(session, standings, about.contains)
        look = _look(outline, found, about, session)
        told = compared(look, standings, previous, {each: why for each, (_, why) in answered.items()})
        contains = tuple(sorted({commit for commit, _ in answered.values() if commit}))
        run, blobs = _run(outline, told, about, session.clock())
        run = replace(run, scope=scope, previous=previous, contains=contains)
        facts = _facts(session, settings, run, blobs, told, delivery=found.inventory.delivery)
        sealed = session.remember(facts)
        ours = next(each for each in sealed if each.entry.type == "run")
        return Recorded(
            path=where.ledger,
            sequence=ours.sequence,
            run=ours.entry.payload,
            changes=told.changes,
            fingerprint=session.signer.public.fingerprint,
            is_new=session.is_new,
        )


def standings_of(session: Session, run: RunRecord | None) -> tuple[Standing, ...]:
    """Where the findings stood in a run; none before the first."""
    named = next((each for each in run.attachments if each.name == "findings"), None) if run else None
    if named is None:
        return ()
    return tuple(read(Standing, line) for line in lines.read(session.ledger.attachment(named.digest)))


def _claims(
    session: Session, standings: Iterable[Standing], contains: Callable[[str], bool | None]
) -> Mapping[str, tuple[str, str]]:
    """The findings that somebody claims to have fixed and that this run answers: with the commit, and why they are recorded."""
    answered = {}
    for standing in standings:
        if standing.is_closed:
            continue
        claim = session.ledger.newest(standing.fingerprint, "fix-claim", 0)
        if claim is None:
            continue
        seen = session.ledger.newest(standing.fingerprint, "finding", 0)
        fact = decoded(FixClaim, session.ledger.body(claim.entry.payload))
        is_contained = contains(fact.commit) if fact.commit else None
        if (seen and seen.sequence > claim.sequence) or is_contained is False:
            continue
        why = f"judged again after {fact.claimed_by} said that it is fixed" + (
            f" in {fact.commit}" if fact.commit else ""
        )
        answered[standing.fingerprint] = (fact.commit if is_contained else "", why)
    return answered


def _look(outline: Outline, found: Assessment, about: Circumstances, session: Session) -> Look:
    def run_of(id_: str) -> RunRecord:
        return decoded(RunRecord, session.ledger.body(id_)) if id_ else outline.run

    runs = cache(run_of)
    return Look(
        verdicts=found.verdicts,
        findings=found.findings,
        families={sheet.id: sheet.family for sheet in found.rules},
        executed=frozenset(found.run.rules),
        listed=outline.listed,
        complete=outline.complete,
        is_exempt=lambda subject: subject.kind == "endpoint" and about.is_exempt(subject.method, subject.path),
        closes=lambda change: not any(doubts_about(change, runs)),
        may_remove=about.kind != "live" and found.run.is_complete,
        asking=about.asking,
        is_searched=bool(found.inventory.search.files) and not found.inventory.search.unread,
    )


def _run(
    outline: Outline, told: Compared, about: Circumstances, ended: datetime
) -> tuple[RunRecord, tuple[bytes, ...]]:
    """The record of a run without its place in the scope, and its attachments."""
    blobs = {**outline.blobs, "findings": lines.written(plain(each) for each in told.standings)}
    named = tuple(lines.attachment(name, media(name), raw) for name, raw in sorted(blobs.items()))
    is_complete = outline.run.is_complete
    run = replace(
        outline.run,
        started_at=about.started_at,
        ended_at=ended,
        exit_reason=about.exit_reason if is_complete else _incomplete(about.exit_reason),
        circumstances=about.details,
        findings=sum(standing.outcome == Outcome.FAIL for standing in told.standings),
        changes=len(told.changes),
        report=about.report,
        attachments=named,
    )
    return run, tuple(blobs[name] for name in sorted(blobs))


def _incomplete(reason: str) -> str:
    return "a limit or a rule that failed ended it early" if reason == "complete" else reason


def _facts(
    session: Session,
    settings: Remembering,
    run: RunRecord,
    blobs: tuple[bytes, ...],
    told: Compared,
    *,
    delivery: Delivery | None,
) -> list[Fact]:
    """What is appended: new numbers of the policy first, as they are in force for what this run detects."""
    id_ = digest(canonical(encoded(run)))
    changes = (
        replace(each, scope=run.scope, run=id_, last_failed=each.last_failed or id_ * (each.outcome == Outcome.FAIL))
        for each in told.changes
    )
    return [
        *(session.fact(run.scope, noun) for noun in _policies(session, settings, run.scope)),
        session.fact(run.scope, run, *blobs),
        *(session.fact(change.fingerprint, change) for change in changes),
        *(session.fact(each.id, each) for each in merges(session, delivery)),
    ]


def _policies(session: Session, settings: Remembering, scope: str) -> Iterable[object]:
    """The schedule and the days to fix, if they are others than those that are in force."""
    schedule = Schedule(scope, settings.every_days, settings.grace_days, settings.coverage / 100, ORIGIN)
    # A host that was asked once, as on a developer's machine, is not expected to be asked every week.
    is_expected = settings.is_stated and (settings.scope or not scope.startswith("live:"))
    if is_expected and _in_force(session, scope, "schedule") != encoded(schedule):
        yield schedule
    sla = Sla(scope, *settings.sla, ORIGIN)
    if _in_force(session, scope, "sla") != encoded(sla):
        yield sla


def _in_force(session: Session, scope: str, type_: str) -> object:
    last = session.ledger.newest(scope, type_, 0)
    return session.ledger.body(last.entry.payload) if last else None


def _plain_text(text: str) -> str:
    """A subject of an entry: without control characters."""
    return "".join(each if each >= " " else "?" for each in sound(text))
