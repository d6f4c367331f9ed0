"""Slots in which a run was expected, computed from the schedule that was in force, and whether each was filled.

A schedule holds from its entry on, and never backwards: whoever loosens it later hides no gap. A run counts by when it was recorded,
and only if it was complete and covered what the schedule of its slot demands.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from msgspec import Struct

from assay.ledger.encoding import decoded
from assay.ledger.recall import Recall
from assay.model.decision import Excuse, Schedule

DAY = timedelta(days=1)


class SlotState(StrEnum):
    """Whether a run came when one was expected, worst first."""

    MISSED = "missed"
    LATE = "late"
    EXCUSED = "excused"
    OPEN = "open"
    """Its time is not over yet."""
    FILLED = "filled"


class Slot(Struct, frozen=True):
    """A stretch of time in which a complete run was expected."""

    scope: str
    start: datetime
    end: datetime
    schedule: int
    """Sequence of the entry that states the schedule."""
    state: SlotState
    run: str
    """Run id of the first that counts; "" if none does."""
    runs: int
    """How many there were, counting or not."""
    why: str
    """Why none counts, or who excused it."""


class Arrival(Struct, frozen=True):
    """A run as it counts for a slot."""

    at: datetime
    run: str
    fault: str
    """Why it fills no slot; empty if it does."""
    coverage: float


def slots(recall: Recall, scope: str, start: datetime, end: datetime) -> tuple[Slot, ...]:
    """The slots of a scope that overlap a stretch of time, in their order; none before its first schedule."""
    excuses = _excuses(recall, scope)
    found = []
    for schedule, sequence, first, last in _planned(recall, scope, start, min(end, recall.at)):
        grace = last + timedelta(days=schedule.grace)
        arrivals = tuple(_arrivals(recall, scope, first, min(grace, recall.at + timedelta(microseconds=1))))
        slot = _judged(arrivals, schedule, first, last, recall.at)
        excuse = next((each for each in excuses if _covers(each, first, last)), None)
        if slot[0] is SlotState.MISSED and excuse:
            slot = (SlotState.EXCUSED, "", f"{excuse.reason} ({excuse.approver})")
        inside = sum(arrival.at < last for arrival in arrivals)
        found.append(Slot(scope, first, last, sequence, slot[0], slot[1], inside, slot[2]))
    return tuple(found)


def _planned(
    recall: Recall, scope: str, start: datetime, end: datetime
) -> Iterator[tuple[Schedule, int, datetime, datetime]]:
    """Schedule, its entry, beginning and end of every slot.

    The slots of a schedule begin on a Monday and follow each other; its last one is kept to its end, and those of the next begin there.
    """
    versions = recall.schedules(scope)
    free = None
    for number, (sealed, schedule) in enumerate(versions):
        until = versions[number + 1][0].recorded_at if number + 1 < len(versions) else end
        length = schedule.days * DAY
        first = free or _monday(sealed.recorded_at)
        # Whole slots that end before the stretch begins need not be looked at one by one.
        if number + 1 == len(versions) and start > first:
            first += (start - first) // length * length
        while first < until and first < end:
            if first + length > start:
                yield schedule, sealed.sequence, first, first + length
            first += length
        free = first


def _arrivals(recall: Recall, scope: str, start: datetime, end: datetime) -> Iterator[Arrival]:
    for sealed in recall.store.within(start, end, "run"):
        if sealed.entry.subject == scope and sealed.sequence <= recall.size:
            run = recall.run(sealed.entry.payload)
            fault = "" if run.is_complete else f"it was not complete: {run.exit_reason}"
            yield Arrival(sealed.recorded_at, sealed.entry.payload, fault, run.coverage)


def _judged(
    arrivals: Sequence[Arrival], schedule: Schedule, start: datetime, end: datetime, now: datetime
) -> tuple[SlotState, str, str]:
    faults = []
    for arrival in arrivals:
        fault = arrival.fault or _short(arrival, schedule)
        if not fault:
            state = SlotState.FILLED if arrival.at < end else SlotState.LATE
            return state, arrival.run, "" if state is SlotState.FILLED else f"it came on {arrival.at:%Y-%m-%d}"
        faults.append(f"run {arrival.run[:12]}: {fault}")
    if now < end + schedule.grace * DAY:
        return SlotState.OPEN, "", "; ".join(faults)
    return SlotState.MISSED, "", "; ".join(faults) or f"no run from {start:%Y-%m-%d} to {end:%Y-%m-%d}"


def _short(arrival: Arrival, schedule: Schedule) -> str:
    if arrival.coverage >= schedule.coverage:
        return ""
    return f"it covered {arrival.coverage:.0%}, and {schedule.coverage:.0%} are demanded"


def _excuses(recall: Recall, scope: str) -> tuple[Excuse, ...]:
    found = (
        decoded(Excuse, recall.store.body(sealed.entry.payload))
        for sealed in recall.store.of_type("excuse")
        if sealed.sequence <= recall.size
    )
    return tuple(excuse for excuse in found if excuse.scope == scope)


def _covers(excuse: Excuse, start: datetime, end: datetime) -> bool:
    """Whether an excuse holds for all of a slot."""
    first = datetime.combine(date.fromisoformat(excuse.first), time(), UTC)
    last = datetime.combine(date.fromisoformat(excuse.last), time(), UTC) + DAY
    return first <= start and end <= last


def _monday(at: datetime) -> datetime:
    """The beginning of the ISO week of a moment."""
    return datetime.combine(at.date() - at.weekday() * DAY, time(), UTC)
