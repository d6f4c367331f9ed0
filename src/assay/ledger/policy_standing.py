"""How a policy stands at a moment, derived from its moves: which text is in force, when it is to be reviewed, who acknowledged it."""

import calendar
import json
from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger.encoding import decoded
from assay.ledger.recall import Recall
from assay.model.decision import PolicyMove
from assay.model.person import person

APPROVED, REVIEWED, ACKNOWLEDGED, EXERCISED, WITHDRAWN = (
    "approved",
    "reviewed",
    "acknowledged",
    "exercised",
    "withdrawn",
)
AUDIENCE = "audience"
"""The attachment with the people who have to know the text, as of the move that it is attached to."""


class Moved(Struct, frozen=True):
    """A move with its place in the ledger."""

    sequence: int
    at: datetime
    move: PolicyMove


class PolicyStanding(Struct, frozen=True):
    """A policy on a day."""

    id: str
    approved: Moved | None
    """The approval of the text in force; None when none is."""
    next: Moved | None
    """An approval that takes effect later."""
    review: str
    """ISO day by which it is to be reviewed; "" when none is in force."""
    people: tuple[str, ...] | None
    """Who has to acknowledge it; None when nobody said."""
    acknowledged: tuple[tuple[str, str], ...]
    """(person, ISO day) of the text in force, by person."""
    exercised: str
    """ISO day of the last exercise; "" without one."""


def moves(recall: Recall, id_: str) -> Iterator[Moved]:
    """The moves of a policy that were recorded by then, in their order."""
    for sealed in recall.store.of_subject(id_):
        if sealed.entry.type == "policy" and sealed.sequence <= recall.size:
            yield Moved(
                sealed.sequence, sealed.recorded_at, decoded(PolicyMove, recall.store.body(sealed.entry.payload))
            )


def standing(recall: Recall, id_: str, day: date) -> PolicyStanding:
    """How a policy stands on a day. A text is in force from its day on, but never before it was approved."""
    told = [each for each in moves(recall, id_) if each.at.date() <= day]
    approved, coming = _in_force(told, day)
    ours = [
        each
        for each in told
        if approved and each.move.content == approved.move.content and each.sequence >= approved.sequence
    ]
    review = max((each.move.review for each in ours if each.move.move in {APPROVED, REVIEWED}), default="")
    acknowledged = {
        person(each.move.by): each.at.date().isoformat() for each in reversed(ours) if each.move.move == ACKNOWLEDGED
    }
    exercises = [each.move.effective for each in told if each.move.move == EXERCISED]
    return PolicyStanding(
        id=id_,
        approved=approved,
        next=coming,
        review=review,
        people=_people(recall, ours),
        acknowledged=tuple(sorted(acknowledged.items())),
        exercised=max(exercises, default=""),
    )


def _in_force(told: list[Moved], day: date) -> tuple[Moved | None, Moved | None]:
    """The newest approval that has taken effect and was not withdrawn, and the newest that will."""
    approved, coming = None, None
    for each in told:
        if each.move.move == WITHDRAWN:
            approved = None
        elif each.move.move == APPROVED and each.move.effective <= day.isoformat():
            approved = each
        elif each.move.move == APPROVED:
            coming = each
    return approved, coming


def _people(recall: Recall, ours: list[Moved]) -> tuple[str, ...] | None:
    named = [part for each in ours for part in each.move.attachments if part.name == AUDIENCE]
    if not named:
        return None
    try:
        found = json.loads(recall.store.attachment(named[-1].digest))
    except (LedgerError, ValueError):
        return None
    return tuple(str(each) for each in found)


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
