"""What became of a finding: its state at a moment, derived from what was recorded until then. Nothing sets a state by hand.

A finding is closed by evidence alone. `verified_fixed` needs a later, complete run in which every rule that had failed judged the same
subject again, under settings no weaker and with a tool no older, and let it pass; `verified_removed` needs its whole API read
completely without it. Everything else that makes a finding disappear gives `not_observed`, and its clock runs on.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from assay.ledger.strictness import weaker
from assay.model.decision import Acceptance, Assignment, Confirmation, FixClaim, Pause, Resumption, Sla
from assay.model.evidence import FindingChange, RunRecord
from assay.model.verdict import Confidence, Outcome, Severity

DETECTED, CONFIRMED, CLAIMED, REGRESSED = "detected", "confirmed", "fix_claimed", "regressed"
FIXED, REMOVED, UNSEEN, EXCEPTED, FALSE = (
    "verified_fixed",
    "verified_removed",
    "not_observed",
    "excepted",
    "false_positive",
)
STATES = (REGRESSED, CONFIRMED, DETECTED, UNSEEN, CLAIMED, EXCEPTED, FALSE, REMOVED, FIXED)
"""Worst first."""
ABSENT = "absent"
"""The outcome of a change after which nothing is said of the subject."""
CLOSED = frozenset({FIXED, REMOVED})
SET_ASIDE = frozenset({EXCEPTED, FALSE})
Fact: TypeAlias = FindingChange | FixClaim | Acceptance | Assignment | Confirmation | Pause | Resumption
Runs: TypeAlias = Callable[[str], RunRecord]
"""Gives the record of a run by its run id."""


class Event(Struct, frozen=True):
    """Something that was recorded about a finding."""

    sequence: int
    at: datetime
    """When it was recorded."""
    actor: str
    fact: Fact


class Moment(Struct, frozen=True):
    """A turn in the life of a finding: when, in which entry, by which run of which commit."""

    sequence: int
    at: datetime
    run: str = ""
    commit: str = ""


class State(Struct, frozen=True):
    """How a finding stands in one scope."""

    fingerprint: str
    scope: str
    name: str
    """One of `STATES`."""
    last: FindingChange
    opened: Moment
    """Where it was first seen failing, since it was last closed."""
    since: Moment
    """Where it came to stand as it does."""
    clock: datetime | None
    """From when on its time to be fixed runs; None for a suspicion that nobody confirmed."""
    due: datetime | None
    """When it has to be fixed; None without a clock or an end."""
    why: str
    """What keeps it from being closed, or what closed it."""
    closed: Moment | None = None
    """Where it was closed."""
    former: Moment | None = None
    """Where it was closed before it regressed."""
    claim: Event | None = None
    """The claim that no run has answered yet."""
    acceptance: Event | None = None
    """The newest acceptance of this episode, in force or not."""
    ended: str = ""
    """Why that acceptance is not in force."""
    paused: datetime | None = None
    """Until when its clock stands still; None while it runs."""
    assignment: Event | None = None
    """Who answers for it, as was said last; also once it is closed."""

    @property
    def is_open(self) -> bool:
        """Whether it has to be fixed: neither closed nor set aside by an acceptance in force."""
        return self.name not in CLOSED | SET_ASIDE


class _Life(Struct):
    """A finding in one scope, as its events pass by."""

    runs: Runs
    last: FindingChange
    opened: Moment
    since: Moment
    is_closed: bool = False
    is_removed: bool = False
    is_seen: bool = True
    is_confirmed: bool = False
    why: str = ""
    closed: Moment | None = None
    former: Moment | None = None
    claim: Event | None = None
    acceptance: Event | None = None
    assignment: Event | None = None
    worst: dict[str, datetime] = field(default_factory=dict)
    """Since when it is known to be as bad as each severity, in this episode."""
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When its clock stood still in this episode, from and until; none overlaps another."""

    def take(self, event: Event) -> None:
        """Let one event pass."""
        match event.fact:
            case FindingChange() as change if change.outcome == Outcome.FAIL:
                self._failed(event, change)
            case FindingChange() as change:
                self._changed(event, change)
            case FixClaim() if not self.is_closed:
                self.claim = event
                self.since = Moment(event.sequence, event.at)
            case Acceptance() if not self.is_closed:
                self.acceptance = event
            case Assignment():
                self.assignment = event
            case Confirmation() if not self.is_closed:
                self.is_confirmed = True
                self._weigh(event)
            case Pause(until=until) if not self.is_closed:
                self._resume(event.at)
                self.pauses.append((event.at, datetime.combine(date.fromisoformat(until), time(), UTC)))
            case Resumption() if not self.is_closed:
                self._resume(event.at)

    def _resume(self, at: datetime) -> None:
        """End the pause that may still be on."""
        if self.pauses:
            start, end = self.pauses[-1]
            self.pauses[-1] = (start, min(end, at))

    def _failed(self, event: Event, change: FindingChange) -> None:
        now = self._moment(event, change)
        if self.is_closed:
            self.former, self.closed, self.is_closed = self.closed, None, False
            self.opened, self.worst, self.acceptance, self.claim = now, {}, None, None
            self.is_confirmed = False
            self.pauses = []
            self.since = now
        if not self.is_seen:
            self.since = now
        if self.claim:
            self.claim, self.since = None, now
        self.last, self.is_seen, self.why = change, True, ""
        self.is_confirmed = self.is_confirmed or change.confidence == Confidence.CONFIRMED
        self._weigh(event)

    def _weigh(self, event: Event) -> None:
        if self.is_confirmed or self.last.confidence != Confidence.TENTATIVE:
            self.worst.setdefault(self.last.severity, event.at)

    def _changed(self, event: Event, change: FindingChange) -> None:
        """It did not fail: closed if that is shown, else out of sight."""
        now = self._moment(event, change)
        doubts = tuple(doubts_about(change, self.runs))
        self.last = replace(change, severity=self.last.severity, confidence=self.last.confidence)
        if not doubts:
            if not self.is_closed or change.is_gone != self.is_removed:
                self.closed = self.since = now
            self.is_closed, self.is_removed, self.claim, self.is_seen = True, change.is_gone, None, True
            self.why = "its API was read completely and has it no more" if change.is_gone else _passing(change)
            return
        is_back = self.is_removed and self.is_closed and change.outcome != ABSENT
        if is_back:
            self.is_closed, self.closed = False, None
        if not self.is_closed:
            if self.is_seen:
                self.since = now
            self.is_seen, self.why = False, "; ".join(("it is there again", *doubts) if is_back else doubts)

    def _moment(self, event: Event, change: FindingChange) -> Moment:
        return Moment(event.sequence, event.at, change.run, self.runs(change.run).commit)

    def name(self) -> str:
        """The state that nobody's acceptance changes."""
        if self.is_closed:
            return REMOVED if self.is_removed else FIXED
        if not self.is_seen:
            return UNSEEN
        if self.claim:
            return CLAIMED
        if self.former:
            return REGRESSED
        return CONFIRMED if self.is_confirmed else DETECTED


def states(events: Sequence[Event], runs: Runs, policies: "Policies", at: datetime) -> tuple[State, ...]:
    """How a finding stands in every scope that saw it, worst first; `events` are all about it until then, in their order."""
    lives: dict[str, _Life] = {}
    for event in events:
        _pass(lives, event, runs)
    return _states(lives, policies, at)


def unfolded(events: Sequence[Event], runs: Runs, policies: "Policies") -> Iterator[tuple[Event, tuple[State, ...]]]:
    """Each event with how the finding stood after it, at its time."""
    lives: dict[str, _Life] = {}
    for event in events:
        _pass(lives, event, runs)
        yield event, _states(lives, policies, event.at)


class Policies(Struct, frozen=True):
    """The versions of the days to fix, in their order: (sequence, version)."""

    versions: tuple[tuple[int, Sla], ...]

    def at(self, scope: str, sequence: int) -> Sla | None:
        """The version in force for what was detected in an entry."""
        held = [sla for since, sla in self.versions if sla.scope == scope and since <= sequence]
        return held[-1] if held else None


def doubts_about(change: FindingChange, runs: Runs) -> Iterator[str]:
    """What keeps a change from closing its finding; nothing, if it shows that the finding is fixed or gone."""
    run = runs(change.run)
    if change.outcome != Outcome.PASS and not change.is_gone:
        yield change.reason or "it was not judged"
        return
    if not run.is_complete:
        yield f"the run was not complete: {run.exit_reason}"
    ran = {rule.id for rule in run.rules}
    if silent := [rule for rule in change.rules if rule not in ran]:
        yield f"{', '.join(silent)} did not run"
    if change.outcome == Outcome.PASS:
        yield from _unheard(change)
    if change.last_failed:
        yield from weaker(runs(change.last_failed), run)


def _unheard(change: FindingChange) -> Iterator[str]:
    """Rules that failed and did not say of this subject that it passes, or that another rule of the family is to judge it."""
    explicit = {Outcome.PASS.value, Outcome.NOT_APPLICABLE.value}
    for rule in change.rules:
        outcomes = {each.outcome for each in change.said if each.rule == rule}
        if not outcomes or not outcomes <= explicit:
            yield f"{rule} did not pass"
    if not any(each.outcome == Outcome.PASS for each in change.said):
        yield "no rule passed"


def _pass(lives: dict[str, _Life], event: Event, runs: Runs) -> None:
    if isinstance(event.fact, FindingChange):
        _in_scope(lives, event, event.fact, runs)
        return
    for life in lives.values():
        life.take(event)


def _states(lives: dict[str, _Life], policies: Policies, at: datetime) -> tuple[State, ...]:
    found = (_state(scope, life, policies, at) for scope, life in sorted(lives.items()))
    return tuple(sorted(found, key=lambda state: (STATES.index(state.name), state.scope)))


def _in_scope(lives: dict[str, _Life], event: Event, change: FindingChange, runs: Runs) -> None:
    life = lives.get(change.scope)
    if life is not None:
        life.take(event)
    elif change.outcome == Outcome.FAIL:
        start = Moment(event.sequence, event.at, change.run, runs(change.run).commit)
        lives[change.scope] = life = _Life(runs, change, start, start)
        life.take(event)


def _state(scope: str, life: _Life, policies: Policies, at: datetime) -> State:
    name, ended = life.name(), ""
    if life.acceptance and not life.is_closed:
        fact = life.acceptance.fact
        assert isinstance(fact, Acceptance)
        ended = _ended(fact, life.last, at)
        if not ended:
            name = FALSE if fact.kind == "false-positive" else EXCEPTED
    clock = min(life.worst.values(), default=None)
    return State(
        fingerprint=life.last.fingerprint,
        scope=scope,
        name=name,
        last=life.last,
        opened=life.opened,
        since=life.since,
        clock=clock,
        due=_due(life, policies.at(scope, life.opened.sequence), at),
        why=life.why,
        closed=life.closed,
        former=life.former,
        claim=life.claim,
        acceptance=life.acceptance,
        ended=ended,
        paused=next((end for start, end in life.pauses if start <= at < end), None),
        assignment=life.assignment,
    )


def _ended(acceptance: Acceptance, last: FindingChange, at: datetime) -> str:
    """Why an acceptance is not in force; empty if it is."""
    if date.fromisoformat(acceptance.expires) <= at.date():
        return f"it ended on {acceptance.expires}"
    if Severity(last.severity).rank < Severity(acceptance.severity).rank:
        return f"the finding is {last.severity} now and was accepted as {acceptance.severity}"
    return ""


def _due(life: _Life, sla: Sla | None, at: datetime) -> datetime | None:
    """The earliest end: of the time that each severity has from the day on when it was known, pauses not counted."""
    if sla is None:
        return None
    ends = (
        _extended(since, since + timedelta(days=days), life.pauses, at)
        for severity, since in life.worst.items()
        if (days := sla.days(severity))
    )
    return min(ends, default=None)


def _extended(since: datetime, due: datetime, pauses: Sequence[tuple[datetime, datetime]], at: datetime) -> datetime:
    """The end with the pauses that began before it: a pause mends nothing that was overdue already, and counts as far as it has passed."""
    for start, end in pauses:
        if start < due:
            due += max(min(end, at) - max(start, since), timedelta())
    return due


def _passing(change: FindingChange) -> str:
    return f"{', '.join(change.rules)} judged it again and it passed"
