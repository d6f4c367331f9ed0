"""Changes that a scan saw on the default branch, as facts for the ledger: those that it does not know yet, or knows less of."""

import re
from collections.abc import Iterator

from assay.ledger.canonical import canonical, digest
from assay.ledger.encoding import encoded, sound
from assay.ledger.session import Session
from assay.model.change import FORGE, GIT, Change, Delivery
from assay.model.evidence import ChangeRecord

TICKET = re.compile(r"\b[A-Z][A-Z0-9]+-\d+\b")


def merges(session: Session, delivery: Delivery | None) -> Iterator[ChangeRecord]:
    """The changes that are new to the ledger, or of which it said something else; oldest first.

    What git alone tells never takes the place of what the forge told before.
    """
    for change in reversed(delivery.changes if delivery else ()):
        record = recorded(change)
        last = session.ledger.newest(record.id, "change", 0)
        before = session.ledger.body(last.entry.payload) if last else None
        is_less = isinstance(before, dict) and before.get("origin") == FORGE and record.origin == GIT
        if before != encoded(record) and not is_less:
            yield record


def recorded(change: Change) -> ChangeRecord:
    """A change as the ledger keeps it."""
    told = [
        change.subject,
        change.author,
        change.at,
        *change.commits,
        change.request,
        *(change.approvers or ()),
        change.gate,
    ]
    ticket = TICKET.search(change.subject)
    return ChangeRecord(
        id=change.id,
        commits=change.commits,
        pull_request=change.request,
        ticket=ticket[0] if ticket else "",
        author=sound(change.author),
        approvers=change.approvers or (),
        merged_by=change.merged_by,
        merged_at=change.at,
        gate=change.gate,
        deployed_at="",
        source=digest(canonical([sound(each) for each in told])),
        origin=GIT if change.approvers is None else FORGE,
    )
