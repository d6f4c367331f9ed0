"""How access stands: the lists of each system, what was decided of every right, and whether a later list proves that it was done."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger import lines
from assay.ledger.encoding import decoded, read
from assay.ledger.recall import Recall
from assay.model.access import AccessDecision, AccessReview, AccessRow, AccessSnapshot

UNDECIDED, KEPT, DONE, REMAINS, PENDING = "undecided", "kept", "done", "remains", "pending"
Key = tuple[str, str]


class AccessList(Struct, frozen=True):
    """A list with its place in the ledger."""

    sequence: int
    snapshot: AccessSnapshot
    rows: tuple[AccessRow, ...]


class RowStanding(Struct, frozen=True):
    """One right of a list, what was decided of it, and what came of that."""

    row: AccessRow
    decision: AccessDecision | None
    state: str
    """undecided; kept; done, remains or pending: what was to be changed or removed."""
    proof: int
    """Sequence of the later list that shows it; 0 without one."""


class ReviewStanding(Struct, frozen=True):
    """One list of a system, row by row."""

    list: AccessList
    rows: tuple[RowStanding, ...]

    @property
    def decided(self) -> int:
        """How many rows have a decision."""
        return sum(each.decision is not None for each in self.rows)

    @property
    def is_complete(self) -> bool:
        """Whether every row has one."""
        return self.decided == len(self.rows)


class SystemStanding(Struct, frozen=True):
    """A system on the moment of the recall."""

    system: str
    reviews: tuple[ReviewStanding, ...]
    """One a list, oldest first."""
    due: str
    """ISO day by which the next review has to be complete; "" while none ever was."""


def systems(recall: Recall) -> tuple[SystemStanding, ...]:
    """Every system whose access was ever listed, by name."""
    names = sorted(
        {each.entry.subject for each in recall.store.of_type("access-snapshot") if each.sequence <= recall.size}
    )
    return tuple(_system(recall, name) for name in names)


def newest(recall: Recall, system: str) -> AccessList | None:
    """The newest list of a system."""
    return next(reversed(_lists(recall, system)), None)


def _system(recall: Recall, system: str) -> SystemStanding:
    lists = _lists(recall, system)
    decisions = _decisions(recall, system)
    reviews = tuple(_review(each, lists, decisions.get(each.sequence, {})) for each in lists)
    complete = [each.list.snapshot for each in reviews if each.is_complete]
    due = max((months_later(each.taken, each.months) for each in complete), default="")
    return SystemStanding(system, reviews, due)


def _lists(recall: Recall, system: str) -> Sequence[AccessList]:
    """Those whose rows are still there, by the day on which they were taken."""
    found = []
    for sealed in recall.store.of_subject(system):
        if sealed.entry.type == "access-snapshot" and sealed.sequence <= recall.size:
            snapshot = decoded(AccessSnapshot, recall.store.body(sealed.entry.payload))
            try:
                raw = recall.store.attachment(snapshot.attachments[0].digest)
            except LedgerError:
                continue  # the pack names attachments that are gone as missing
            found.append(
                AccessList(sealed.sequence, snapshot, tuple(read(AccessRow, each) for each in lines.read(raw)))
            )
    return sorted(found, key=lambda each: (each.snapshot.taken, each.sequence))


def _decisions(recall: Recall, system: str) -> Mapping[int, Mapping[Key, AccessDecision]]:
    """The newest decision of each right, by the sequence of its list."""
    found: dict[int, dict[Key, AccessDecision]] = {}
    for sealed in recall.store.of_subject(system):
        if sealed.entry.type == "access-review" and sealed.sequence <= recall.size:
            review = decoded(AccessReview, recall.store.body(sealed.entry.payload))
            found.setdefault(review.snapshot, {}).update((each.key, each) for each in review.decisions)
    return found


def _review(ours: AccessList, lists: Sequence[AccessList], decisions: Mapping[Key, AccessDecision]) -> ReviewStanding:
    keys = [(each, {row.key for row in each.rows}) for each in lists if each.sequence > ours.sequence]
    return ReviewStanding(ours, tuple(_row(row, decisions.get(row.key), keys) for row in ours.rows))


def _row(row: AccessRow, decision: AccessDecision | None, later: Sequence[tuple[AccessList, set[Key]]]) -> RowStanding:
    if decision is None or decision.decision == "keep":
        return RowStanding(row, decision, KEPT if decision else UNDECIDED, 0)
    after = [(each.sequence, keys) for each, keys in later if each.snapshot.taken >= decision.decided]
    for sequence, keys in after:
        if row.key not in keys:
            return RowStanding(row, decision, DONE, sequence)
    return RowStanding(row, decision, REMAINS if after else PENDING, after[-1][0] if after else 0)


def months_later(day: str, months: int) -> str:
    """The same day so many months later, or the last of that month."""
    start = date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1])).isoformat()


def hours_over(decision: AccessDecision, hours: int, today: date) -> bool:
    """Whether the time is over in which a decision has to be done; whole days count."""
    return today > date.fromisoformat(decision.decided) + timedelta(days=-(-hours // 24))
