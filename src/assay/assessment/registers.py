"""The lists that a pack holds of what people keep books on: access, deployments, corrections, pauses, holds and removals.

A pack with a window holds the rows of that window. Each list says by which time; what lasts, such as a pause, counts while it lasts.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from msgspec import Struct

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
    "change_entry", "change", "ticket", "author", "approved_by", "gate", "further_changes", "commits_without_change",
)  # fmt: skip
CORRECTIONS = ("entry", "recorded_at", "corrects_entry", "field", "replacement", "reason", "by")
PAUSES = ("entry", "recorded_at", "fingerprint", "move", "until", "requester", "approver", "reason")
HOLDS = ("entry", "recorded_at", "hold", "move", "reason", "by", "approver", "scope")
REMOVALS = ("entry", "recorded_at", "digest", "reason", "by")
UNNAMED = re.compile(r"[^A-Za-z0-9._-]+")
ALWAYS = datetime.max.replace(tzinfo=UTC)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
DECIDED = "rights decided in the window; and those not decided yet, of lists taken before its end"
BY_DEPLOYED = "what was deployed in the window"
CORRECTED = "corrections of entries that stood uncorrected in the window, and those recorded in it"
PAUSED = "pauses that lasted in the window, up to a resumption; resumptions recorded in it"
HELD = "holds that stood in the window, up to their release; releases recorded in it"
RECORDED = "removals recorded in the window"
Window = tuple[datetime, datetime] | None


class Dated(Struct, frozen=True):
    """A row with the time that it is of, both ends included."""

    first: datetime
    last: datetime
    cells: tuple[str, ...]

    def is_within(self, window: Window) -> bool:
        """Whether any of it is in the window, whose end is not part of it."""
        return window is None or (self.first < window[1] and self.last >= window[0])


def registers(recall: Recall, window: Window = None) -> tuple[Register, ...]:
    """Every list that has rows in the window: those of `populations/` by title, others by their path."""
    return tuple(each for each in _all(recall, window) if each.rows)


def _all(recall: Recall, window: Window) -> Iterator[Register]:
    yield from _access(recall, window)
    deployed = _kept((_deployed(each) for each in deployment.joined(recall)), window)
    yield Register("deployments", "", DEPLOYMENTS, deployed, BY_DEPLOYED)
    yield Register("", "changes/deployments.csv", DEPLOYMENTS, deployed, BY_DEPLOYED)
    yield Register("corrections", "", CORRECTIONS, _kept(_corrections(recall), window), CORRECTED)
    yield Register("pauses", "", PAUSES, _kept(_pauses(recall), window), PAUSED)
    yield Register("holds", "", HOLDS, _kept(_holds(recall), window), HELD)
    yield Register("removals", "", REMOVALS, _kept(_removals(recall), window), RECORDED)


def _kept(found: Iterable[Dated], window: Window) -> tuple[tuple[str, ...], ...]:
    return tuple(each.cells for each in found if each.is_within(window))


def _access(recall: Recall, window: Window) -> Iterator[Register]:
    """The rows of the window as a population; each list that has one of them as a file of its own, whole."""
    every: list[tuple[str, ...]] = []
    for system in access.systems(recall):
        for review in system.reviews:
            rows = tuple(_right(system, review, each) for each in review.rows)
            within = _kept(rows, window)
            every += within
            name = UNNAMED.sub("-", system.system).strip("-.") or "system"
            path = f"access-reviews/{name}-{review.list.snapshot.taken}-{review.list.sequence}.csv"
            if within:
                yield Register("", path, ACCESS, tuple(each.cells for each in rows), DECIDED)
    yield Register("access-review-rows", "", ACCESS, tuple(every), DECIDED)


def _right(system: access.SystemStanding, review: access.ReviewStanding, each: access.RowStanding) -> Dated:
    row, said = each.row, each.decision
    told = (said.decision, said.reviewer, said.decided, said.reason) if said else ("", "", "", "")
    proof = str(each.proof) if each.proof else ""
    head = (str(review.list.sequence), system.system, review.list.snapshot.taken)
    cells = (*head, row.principal, row.kind, row.role, row.holder, *told, each.state, proof, system.due)
    first = _midnight(said.decided if said else review.list.snapshot.taken)
    return Dated(first, first + DAY - INSTANT if said else ALWAYS, cells)


def _deployed(each: deployment.Joined) -> Dated:
    at = datetime.fromisoformat(each.deployment.deployed)
    return Dated(at, at, _deployment_row(each))


def _deployment_row(each: deployment.Joined) -> tuple[str, ...]:
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
    more = " ".join(one.pull_request or one.id for one in each.others), str(each.unknown)
    if change is None:
        return (*head, "", "", "", "", "", "", *more)
    name = change.pull_request or change.id
    approvers = " ".join(each.approvers)
    return (*head, str(each.change_entry), name, change.ticket, change.author, approvers, change.gate, *more)


def _corrections(recall: Recall) -> Iterator[Dated]:
    for sealed, each in _of(recall, "correction", Correction):
        cells = (*_head(sealed), str(each.sequence), each.field, each.replacement, each.text, each.by)
        meant = recall.store.entry(each.sequence)
        yield Dated(meant.recorded_at if meant else sealed.recorded_at, sealed.recorded_at, cells)


def _pauses(recall: Recall) -> Iterator[Dated]:
    resumed = list(_of(recall, "resumption", Resumption))
    found = [(sealed.sequence, _pause(sealed, each, resumed)) for sealed, each in _of(recall, "pause", Pause)]
    for sealed, said in resumed:
        cells = (*_head(sealed), said.fingerprint, "resumed", "", said.by, "", said.reason)
        found.append((sealed.sequence, Dated(sealed.recorded_at, sealed.recorded_at, cells)))
    yield from (row for _, row in sorted(found, key=lambda pair: pair[0]))


def _pause(sealed: Sealed, each: Pause, resumed: Iterable[tuple[Sealed, Resumption]]) -> Dated:
    ends = [
        later.recorded_at
        for later, said in resumed
        if said.fingerprint == each.fingerprint and later.sequence > sealed.sequence
    ]
    last = max(sealed.recorded_at, min([_midnight(each.until) - INSTANT, *ends]))
    cells = (*_head(sealed), each.fingerprint, "paused", each.until, each.requester, each.approver, each.reason)
    return Dated(sealed.recorded_at, last, cells)


def _holds(recall: Recall) -> Iterator[Dated]:
    every = list(_of(recall, "hold", Hold))
    for sealed, each in every:
        ends = (
            later.recorded_at
            for later, said in every
            if said.id == each.id and said.move == "released" and later.sequence > sealed.sequence
        )
        last = sealed.recorded_at if each.move == "released" else min(ends, default=ALWAYS)
        cells = (*_head(sealed), each.id, each.move, each.reason, each.by, each.approver, each.scope)
        yield Dated(sealed.recorded_at, last, cells)


def _removals(recall: Recall) -> Iterator[Dated]:
    for sealed, each in _of(recall, "removal", Removal):
        yield Dated(sealed.recorded_at, sealed.recorded_at, (*_head(sealed), each.digest, each.reason, each.by))


def _midnight(day: str) -> datetime:
    """The beginning of a day in UTC."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _of(recall: Recall, type_: str, noun: type[N]) -> Iterator[tuple[Sealed, N]]:
    for sealed in recall.store.of_type(type_):
        if sealed.sequence <= recall.size:
            yield sealed, decoded(noun, recall.store.body(sealed.entry.payload))


def _head(sealed: Sealed) -> tuple[str, str]:
    return str(sealed.sequence), sealed.recorded_at.isoformat()
