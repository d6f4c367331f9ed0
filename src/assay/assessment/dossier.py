"""Derives what an auditor is told about a window from the ledger: findings, runs, slots and how each control stood."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from assay.assessment.keeping import review_months
from assay.assessment.operating import Stage, bounded, operated, within
from assay.assessment.policies import required
from assay.assessment.registers import registers
from assay.assessment.replay import Scale, endpoints_of, replayed, weighing
from assay.assessment.settings import Settings
from assay.assessment.wiring import catalogs, weaknesses
from assay.compliance.compendium import Compendium
from assay.errors import LedgerError
from assay.ledger.access_judgement import access_judged
from assay.ledger.boundary import boundaries, boundaries_of
from assay.ledger.cadence import slots
from assay.ledger.deployment import deployments_judged
from assay.ledger.encoding import decoded
from assay.ledger.history import CLOSED, SET_ASIDE, STATES, State
from assay.ledger.judgement import judged
from assay.ledger.policy_judgement import policies_judged
from assay.ledger.recall import Recall
from assay.ledger.timeline import timeline
from assay.model.assessment import Assessment
from assay.model.catalog import Catalog, Control, ControlResult
from assay.model.decision import Acceptance, Assignment, Deviation, PolicyMove, Response
from assay.model.dossier import Amiss, Case, Dossier, Listed, Look, Milestone, Week
from assay.model.evidence import ChangeRecord
from assay.model.program import Inventory
from assay.model.verdict import Outcome, Severity, Verdict
from assay.version import VERSION

N = TypeVar("N")


class Question(Struct, frozen=True):
    """What an auditor asks about."""

    kind: str
    """audit, control, finding."""
    subject: str
    origin: str
    as_of: datetime
    """When the newest entry of the pack was recorded."""
    window: tuple[datetime, datetime] | None = None
    settings: Settings = field(default_factory=Settings)
    """Which catalogs and criteria."""
    edition: Compendium | None = None
    """Mapping and catalogs that were in force; None takes those of this version."""

    @property
    def scale(self) -> Scale:
        """What is weighed with."""
        return Scale(self.settings, self.edition)


class Found(Struct, frozen=True):
    """The dossier, with the last run of each scope as an assessment, for the reports that are made of one."""

    dossier: Dossier
    assessments: tuple[tuple[str, Assessment], ...]
    """(scope, its last run)."""
    gaps: tuple[str, ...]
    """Scopes whose last run cannot be read any more, with the reason."""


def found(recall: Recall, asked: Question) -> Found:
    """Everything that is derived for a pack. The same ledger and question give the same dossier.

    A pack of a finding says which controls it touches and not how they stand: that rests upon other findings.
    """
    chosen = catalogs(asked.settings.frameworks, asked.settings.criteria, asked.edition)
    cases = tuple(sorted(_cases(recall, asked, _touched(chosen, asked.edition)), key=_worst_first))
    looks = tuple(_looks(recall, asked))
    weeks = tuple(_weeks(recall, asked))
    dossier = Dossier(
        kind=asked.kind,
        subject=asked.subject,
        origin=asked.origin,
        size=recall.size,
        as_of=asked.as_of,
        window=asked.window,
        version=VERSION,
        looks=looks,
        cases=cases,
        weeks=weeks,
        operations=(),
        changes=_facts(recall, "change", ChangeRecord),
        deviations=_facts(recall, "deviation", Deviation),
        responses=_facts(recall, "response", Response),
        catalogs=tuple(f"{catalog.id} {catalog.version}" for catalog in chosen),
    )
    if asked.kind != "finding":
        return _weighed_over(recall, dossier, asked)
    scopes = {case.scope for case in cases}
    return Found(replace(dossier, weeks=tuple(each for each in weeks if each.scope in scopes)), (), ())


def _weighed_over(recall: Recall, dossier: Dossier, asked: Question) -> Found:
    """With how the controls stood, and what the evidence itself lacks."""
    assessments, gaps = _replayed(recall, dossier.cases, asked)
    told = _evidence(recall, asked)
    results = _weighed([each for _, each in assessments], told, asked)
    is_audit = asked.kind == "audit"
    marks = (boundaries if is_audit else boundaries_of)(recall.store, asked.subject, asked.as_of)
    operations = operated(results, Stage(dossier.cases, dossier.looks, dossier.weeks))
    whole = replace(
        dossier,
        operations=bounded(operations, [mark for _, mark in marks if is_audit]),
        boundaries=marks,
        policies=_facts(recall, "policy", PolicyMove),
        registers=registers(recall, asked.window),
        inventory=tuple(_inventory(recall, dossier.looks)),
        amiss=tuple(_amiss(each) for each in told if each.outcome in {Outcome.FAIL, Outcome.NOT_TESTED}),
    )
    held = tuple(
        (scope, replace(each, controls=within(each.controls, (mark for _, mark in marks if is_audit))))
        for scope, each in assessments
    )
    return Found(_narrowed(whole), held, gaps)


def _narrowed(dossier: Dossier) -> Dossier:
    """Only the control that was asked for, and its findings."""
    if dossier.kind != "control":
        return dossier
    held = tuple(each for each in dossier.operations if each.control == dossier.subject)
    prints = {print_ for each in held for print_ in each.cases}
    cases = tuple(each for each in dossier.cases if each.fingerprint in prints)
    return replace(dossier, cases=cases, operations=held)


def _touched(chosen: Sequence[Catalog], edition: Compendium | None) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The controls that each weakness touches, in the order of the catalogs."""
    order = {(catalog.id, control.id): number for number, (catalog, control) in enumerate(_controls_of(chosen))}
    found = {}
    for weakness in weaknesses(edition):
        links = {(link.catalog, link.control) for link in weakness.links} & order.keys()
        found[weakness.id] = tuple(sorted(links, key=order.__getitem__))
    return found


def _controls_of(chosen: Sequence[Catalog]) -> Iterator[tuple[Catalog, Control]]:
    for catalog in chosen:
        for control in catalog.controls:
            yield catalog, control


def _cases(recall: Recall, asked: Question, touched: Mapping[str, tuple[tuple[str, str], ...]]) -> Iterator[Case]:
    if asked.kind == "finding":
        states: Iterable[State] = recall.states(asked.subject)
    else:
        states = (state for scope in recall.scopes() for state in recall.findings(scope))
    for state in states:
        for case in _case(recall, state, asked):
            yield replace(case, controls=touched.get(case.weakness, ()))


def _case(recall: Recall, state: State, asked: Question) -> Iterator[Case]:
    """The finding, unless it was closed before the window began."""
    start = asked.window[0] if asked.window else None
    closed = state.closed.at if state.closed and state.name in CLOSED else None
    if start and closed and closed < start:
        return
    last, accepted, owner = state.last, _acceptance(state), _assignment(state)
    ended = closed or recall.at
    yield Case(
        fingerprint=state.fingerprint,
        scope=state.scope,
        weakness=last.weakness,
        rules=last.rules,
        api=dict(last.parts).get("api", ""),
        endpoint=last.endpoint,
        severity=last.severity,
        confidence=last.confidence,
        message=last.message,
        place=last.place,
        state=state.name,
        why=state.why,
        is_open=state.is_open,
        opened_at=state.opened.at,
        closed_at=closed,
        due=state.due,
        is_late=state.due is not None and ended > state.due and state.name not in SET_ASIDE,
        acceptance=accepted[1] if accepted else None,
        milestones=tuple(_milestones(recall, state)),
        closed_by=state.closed.sequence if state.closed and closed else 0,
        owner=owner.owner if owner else "",
        ticket=owner.ticket if owner else "",
    )


def _milestones(recall: Recall, state: State) -> Iterator[Milestone]:
    for row in timeline(recall, state.fingerprint):
        if row.scope in {"", state.scope}:
            yield Milestone(row.sequence, row.at, row.actor, row.state, row.text, row.commit, row.run)


def _acceptance(state: State) -> tuple[int, Acceptance] | None:
    """The one that is in force."""
    if state.name not in SET_ASIDE or state.acceptance is None:
        return None
    fact = state.acceptance.fact
    assert isinstance(fact, Acceptance)
    return state.acceptance.sequence, fact


def _assignment(state: State) -> Assignment | None:
    fact = state.assignment.fact if state.assignment else None
    return fact if isinstance(fact, Assignment) else None


def _worst_first(case: Case) -> tuple[object, ...]:
    is_closed = case.closed_at is not None
    return (
        is_closed,
        STATES.index(case.state),
        Severity(case.severity).rank,
        case.endpoint,
        case.fingerprint,
        case.scope,
    )


def _looks(recall: Recall, asked: Question) -> Iterator[Look]:
    for sealed in recall.store.of_type("run"):
        is_within = asked.window is None or asked.window[0] <= sealed.recorded_at < asked.window[1]
        if sealed.sequence <= recall.size and is_within:
            id_ = sealed.entry.payload
            yield Look(id_, sealed.sequence, sealed.recorded_at, sealed.entry.actor, recall.run(id_))


def _weeks(recall: Recall, asked: Question) -> Iterator[Week]:
    for scope in recall.scopes():
        versions = recall.schedules(scope)
        if not versions:
            continue
        start, end = asked.window or (versions[0][0].recorded_at, recall.at)
        for slot in slots(recall, scope, start, end):
            yield Week(scope, slot.start, slot.end, str(slot.state), slot.run, slot.runs, slot.why)


def _replayed(
    recall: Recall, cases: Sequence[Case], asked: Question
) -> tuple[tuple[tuple[str, Assessment], ...], tuple[str, ...]]:
    done: list[tuple[str, Assessment]] = []
    gaps: list[str] = []
    for scope in recall.scopes():
        last = recall.last_run(scope)
        if last is None:
            continue
        accepted = {each.fingerprint: each.acceptance for each in cases if each.acceptance and each.scope == scope}
        try:
            done.append((scope, replayed(recall, last.entry.payload, accepted, asked.scale)))
        except LedgerError as error:
            gaps.append(f"{scope}: {error}")
    return tuple(done), tuple(gaps)


def _inventory(recall: Recall, looks: Sequence[Look]) -> Iterator[tuple[Listed, Listed]]:
    """Of scopes whose lists are still there."""
    for scope in sorted({look.record.scope for look in looks}):
        ours = [look for look in looks if look.record.scope == scope]
        try:
            yield _listed(recall, ours[0]), _listed(recall, ours[-1])
        except LedgerError:
            continue  # the pack names attachments that are gone as missing


def _listed(recall: Recall, look: Look) -> Listed:
    return Listed(look.record.scope, look.id, look.at, endpoints_of(recall, look.record))


def _evidence(recall: Recall, asked: Question) -> tuple[Verdict, ...]:
    """What the evidence itself lacks in the window: missed scans, late and unverified fixes, suppressions that nobody approved."""
    found: list[Verdict] = []
    for scope in recall.scopes():
        versions = recall.schedules(scope)
        start, end = asked.window or (versions[0][0].recorded_at if versions else recall.at, recall.at)
        found += judged(recall, scope, start, end)
    last = min(recall.at, asked.window[1] - timedelta(microseconds=1)) if asked.window else recall.at
    begin = asked.window[0] if asked.window else datetime.min.replace(tzinfo=recall.at.tzinfo)
    found += access_judged(recall, last.date(), review_months(asked.settings))
    found += deployments_judged(recall, begin, last + timedelta(microseconds=1))
    if any(sealed.sequence <= recall.size for sealed in recall.store.of_type("policy")):
        ids = [outline.id for outline in required(asked.settings)]
        found += policies_judged(recall, ids, last.date(), timedelta(days=asked.settings.policy.acknowledge_days))
    return tuple(found)


def _amiss(verdict: Verdict) -> Amiss:
    return Amiss(verdict.rule, verdict.subject.api, verdict.outcome.value, verdict.message)


def _weighed(assessments: Sequence[Assessment], told: Sequence[Verdict], asked: Question) -> tuple[ControlResult, ...]:
    """What the last runs of all scopes, and the evidence itself, say together of every control."""
    inventory = Inventory(
        apis=tuple(api for each in assessments for api in each.inventory.apis),
        endpoints=tuple(endpoint for each in assessments for endpoint in each.inventory.endpoints),
        skipped=tuple(sorted({skipped for each in assessments for skipped in each.inventory.skipped})),
    )
    verdicts = (*(verdict for each in assessments for verdict in each.verdicts), *told)
    findings = tuple(finding for each in assessments for finding in each.findings)
    executed = tuple(sorted({rule for each in assessments for rule in each.run.rules} | {each.rule for each in told}))
    return weighing(inventory, verdicts, findings, executed, asked.scale).controls


def _facts(recall: Recall, type_: str, noun: type[N]) -> tuple[tuple[int, N], ...]:
    found = (sealed for sealed in recall.store.of_type(type_) if sealed.sequence <= recall.size)
    return tuple((sealed.sequence, decoded(noun, recall.store.body(sealed.entry.payload))) for sealed in found)
