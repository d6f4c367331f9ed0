"""What may be removed because its time is over: attachments, never entries; and what keeps it, as an audit or a hold.

Entries stay with the digest, name and size of each attachment, so the chain and every count hold without the bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger.access import months_later
from assay.ledger.chain import Sealed
from assay.ledger.encoding import decoded, read
from assay.ledger.recall import Recall
from assay.ledger.session import Session
from assay.model.decision import Audit, Hold, Removal
from assay.model.evidence import Attachment

TYPES = ("run", "sample", "access-snapshot")
"""Of entries whose attachments may go. Texts of policies and timestamps stay: they are small, and later entries rest upon them."""
AFTER = 12
"""Months that evidence of an audit is kept after its window ends."""


class Expired(Struct, frozen=True):
    """An attachment whose time is over."""

    attachment: Attachment
    sequence: int
    """Of the newest entry that names it."""
    recorded: date
    until: str
    """ISO day from which it may go."""
    hold: str = ""
    """The hold that keeps it all the same; "" if none does."""


def holds(recall: Recall) -> tuple[Hold, ...]:
    """The holds that stand, by id."""
    last: dict[str, Hold] = {}
    for sealed in recall.store.of_type("hold"):
        if sealed.sequence <= recall.size:
            hold = decoded(Hold, recall.store.body(sealed.entry.payload))
            last[hold.id] = hold
    return tuple(hold for _, hold in sorted(last.items()) if hold.move == "placed")


def expired(recall: Recall, months: int) -> tuple[Expired, ...]:
    """The attachments that are older than so many months, and that no audit needs; oldest first."""
    audits = _audits(recall)
    today = recall.at.date().isoformat()
    standing = holds(recall)
    newest: dict[str, Expired] = {}
    for sealed, attachment in _named(recall):
        before = newest.get(attachment.digest)
        day = sealed.recorded_at.date()
        hold = (before.hold if before else "") or _held(sealed, standing)
        newest[attachment.digest] = Expired(attachment, sealed.sequence, day, _until(day, months, audits), hold)
    needed = {each.digest for scope in recall.scopes() for each in _of_last_run(recall, scope)}
    gone = {sealed.entry.subject for sealed in recall.store.of_type("removal")}
    found = (each for digest, each in newest.items() if digest not in needed | gone and each.until <= today)
    return tuple(sorted(found, key=lambda each: (each.sequence, each.attachment.name)))


def pruned(session: Session, recall: Recall, found: Sequence[Expired], rule: str) -> int:
    """Record the removal of each that no hold keeps, then drop its bytes; gives how many.

    Bytes that an earlier call recorded as removed and did not come to drop are dropped as well. Raises `LedgerError` while a hold of
    everything stands.
    """
    if whole := [each.id for each in holds(recall) if not each.scope]:
        named = ", ".join(whole)
        raise LedgerError(
            f"Nothing is removed while {named} stands. Mend: assay evidence retain --release ID, with an approver."
        )
    free = [each for each in found if not each.hold]
    if free:
        session.remember([
            session.fact(each.attachment.digest, Removal(each.attachment.digest, f"{rule}; due since {each.until}", session.actor))
            for each in free
        ])  # fmt: skip
    for sealed in tuple(session.ledger.of_type("removal")):
        session.ledger.drop(sealed.entry.subject)
    return len(free)


def _held(sealed: Sealed, standing: Iterable[Hold]) -> str:
    """The hold that keeps what an entry names. A sample may show entries of any scope, so each hold keeps all of them."""
    mine = ("", sealed.entry.subject)
    return next((each.id for each in standing if each.scope in mine or sealed.entry.type == "sample"), "")


def _named(recall: Recall) -> Iterator[tuple[Sealed, Attachment]]:
    for type_ in TYPES:
        for sealed in recall.store.of_type(type_):
            body = recall.store.body(sealed.entry.payload)
            listed = body.get("attachments") if isinstance(body, dict) and sealed.sequence <= recall.size else None
            for each in listed if isinstance(listed, list) else ():
                yield sealed, read(Attachment, each)


def _of_last_run(recall: Recall, scope: str) -> tuple[Attachment, ...]:
    """The next run is compared with it."""
    last = recall.last_run(scope)
    return recall.run(last.entry.payload).attachments if last else ()


def _audits(recall: Recall) -> tuple[Audit, ...]:
    found = (sealed for sealed in recall.store.of_type("audit") if sealed.sequence <= recall.size)
    return tuple(decoded(Audit, recall.store.body(sealed.entry.payload)) for sealed in found)


def _until(recorded: date, months: int, audits: Sequence[Audit]) -> str:
    """The longest of the months since it was recorded, and of each audit whose window holds it with a year behind."""
    day = recorded.isoformat()
    ends = [months_later(each.last, AFTER) for each in audits if each.first <= day <= each.last]
    return max([months_later(day, months), *ends])
