"""The lists that a pack holds of what people keep books on: access, deployments, corrections, pauses, holds and removals."""

import re
from collections.abc import Iterator
from typing import TypeVar

from assay.ledger import access, deployment
from assay.ledger.chain import Sealed
from assay.ledger.encoding import decoded
from assay.ledger.recall import Recall
from assay.model.decision import Correction, Hold, Pause, Removal, Resumption
from assay.model.dossier import Register

N = TypeVar("N")
ACCESS = (
    "entry", "system", "taken", "principal", "kind", "role", "holder", "decision", "reviewer", "decided", "reason",
    "state", "proof_entry", "next_due",
)  # fmt: skip
DEPLOYMENTS = (
    "entry", "id", "commit", "environment", "actor", "deployed", "state", "override", "approver",
    "change_entry", "change", "ticket", "author", "approved_by", "gate",
)  # fmt: skip
CORRECTIONS = ("entry", "recorded_at", "corrects_entry", "field", "replacement", "reason", "by")
PAUSES = ("entry", "recorded_at", "fingerprint", "move", "until", "requester", "approver", "reason")
HOLDS = ("entry", "recorded_at", "hold", "move", "reason", "by", "approver")
REMOVALS = ("entry", "recorded_at", "digest", "reason", "by")
UNNAMED = re.compile(r"[^A-Za-z0-9._-]+")


def registers(recall: Recall) -> tuple[Register, ...]:
    """Every list that has rows, as of the recall: those of `populations/` by title, others by their path."""
    return tuple(each for each in _all(recall) if each.rows)


def _all(recall: Recall) -> Iterator[Register]:
    yield from _access(recall)
    deployed = tuple(_deployed(each) for each in deployment.joined(recall))
    yield Register("deployments", "", DEPLOYMENTS, deployed)
    yield Register("", "changes/deployments.csv", DEPLOYMENTS, deployed)
    yield Register("corrections", "", CORRECTIONS, tuple(_corrections(recall)))
    yield Register("pauses", "", PAUSES, tuple(_pauses(recall)))
    yield Register("holds", "", HOLDS, tuple(_holds(recall)))
    yield Register("removals", "", REMOVALS, tuple(_removals(recall)))


def _access(recall: Recall) -> Iterator[Register]:
    every: list[tuple[str, ...]] = []
    for system in access.systems(recall):
        for review in system.reviews:
            rows = tuple(_right(system, review, each) for each in review.rows)
            every += rows
            name = UNNAMED.sub("-", system.system).strip("-.") or "system"
            path = f"access-reviews/{name}-{review.list.snapshot.taken}-{review.list.sequence}.csv"
            yield Register("", path, ACCESS, rows)
    yield Register("access-review-rows", "", ACCESS, tuple(every))


def _right(system: access.SystemStanding, review: access.ReviewStanding, each: access.RowStanding) -> tuple[str, ...]:
    row, said = each.row, each.decision
    told = (said.decision, said.reviewer, said.decided, said.reason) if said else ("", "", "", "")
    proof = str(each.proof) if each.proof else ""
    head = (str(review.list.sequence), system.system, review.list.snapshot.taken)
    return (*head, row.principal, row.kind, row.role, row.holder, *told, each.state, proof, system.due)


def _deployed(each: deployment.Joined) -> tuple[str, ...]:
    made, change = each.deployment, each.change
    head = (
        str(each.sequence),
        made.id,
        made.commit,
        made.environment,
        made.actor,
        made.deployed,
        made.state,
        made.override,
        made.approver,
    )
    if change is None:
        return (*head, "", "", "", "", "", "")
    name = change.pull_request or change.id
    return (*head, str(each.change_entry), name, change.ticket, change.author, " ".join(each.approvers), change.gate)


def _corrections(recall: Recall) -> Iterator[tuple[str, ...]]:
    for sealed, each in _of(recall, "correction", Correction):
        yield (*_head(sealed), str(each.sequence), each.field, each.replacement, each.text, each.by)


def _pauses(recall: Recall) -> Iterator[tuple[str, ...]]:
    found = [
        (
            sealed.sequence,
            (*_head(sealed), each.fingerprint, "paused", each.until, each.requester, each.approver, each.reason),
        )
        for sealed, each in _of(recall, "pause", Pause)
    ]
    found += [
        (sealed.sequence, (*_head(sealed), each.fingerprint, "resumed", "", each.by, "", each.reason))
        for sealed, each in _of(recall, "resumption", Resumption)
    ]
    yield from (row for _, row in sorted(found))


def _holds(recall: Recall) -> Iterator[tuple[str, ...]]:
    for sealed, each in _of(recall, "hold", Hold):
        yield (*_head(sealed), each.id, each.move, each.reason, each.by, each.approver)


def _removals(recall: Recall) -> Iterator[tuple[str, ...]]:
    for sealed, each in _of(recall, "removal", Removal):
        yield (*_head(sealed), each.digest, each.reason, each.by)


def _of(recall: Recall, type_: str, noun: type[N]) -> Iterator[tuple[Sealed, N]]:
    for sealed in recall.store.of_type(type_):
        if sealed.sequence <= recall.size:
            yield sealed, decoded(noun, recall.store.body(sealed.entry.payload))


def _head(sealed: Sealed) -> tuple[str, str]:
    return str(sealed.sequence), sealed.recorded_at.isoformat()
