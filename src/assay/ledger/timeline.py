"""The dated chain of a finding: what was recorded of it, and how it stood after each entry."""

from datetime import datetime
from typing import assert_never

from msgspec import Struct

from assay.ledger.history import CLOSED, REGRESSED, UNSEEN, Event, State, unfolded
from assay.ledger.recall import Recall
from assay.model.decision import Acceptance, Assignment, Confirmation, Correction, FixClaim, Pause, Resumption
from assay.model.evidence import FindingChange
from assay.model.verdict import Outcome


class Row(Struct, frozen=True):
    """One entry of the chain."""

    sequence: int
    at: datetime
    actor: str
    state: str
    """How the finding stood after it."""
    text: str
    commit: str
    run: str
    """Run id; "" for what people said."""
    scope: str


def timeline(recall: Recall, fingerprint: str) -> tuple[Row, ...]:
    """The chain of a finding, oldest first; empty if the ledger does not know it."""
    steps = unfolded(recall.events(fingerprint), recall.run, recall.policies)
    rows = [_row(recall, event, found) for event, found in steps]
    later = [
        Row(sealed.sequence, sealed.recorded_at, sealed.entry.actor, "", corrected(said), "", "", row.scope)
        for row in rows
        for sealed, said in recall.corrections(row.sequence)
    ]
    return tuple(sorted((*rows, *later), key=lambda row: row.sequence))


def corrected(said: Correction) -> str:
    """A correction in words."""
    change = f" {said.field} should be {said.replacement!r};" if said.field else ""
    return f"corrects entry {said.sequence}:{change} {said.text} ({said.by})"


def _row(recall: Recall, event: Event, found: tuple[State, ...]) -> Row:
    fact = event.fact
    if isinstance(fact, FindingChange):
        ours = [state for state in found if state.scope == fact.scope]
        run = recall.run(fact.run)
        text = _changed(fact, ours[0]) if ours else fact.message
        name = ours[0].name if ours else ""
        return Row(event.sequence, event.at, event.actor, name, text, run.commit, fact.run, fact.scope)
    commit = fact.commit if isinstance(fact, FixClaim) else ""
    return Row(event.sequence, event.at, event.actor, found[0].name if found else "", _said(fact), commit, "", "")


def _said(fact: FixClaim | Acceptance | Assignment | Confirmation | Pause | Resumption) -> str:
    match fact:
        case FixClaim():
            where = " ".join(part for part in (fact.commit[:12], fact.pull_request) if part)
            return f"{fact.claimed_by} says that it is fixed{f' in {where}' if where else ''}"
        case Acceptance():
            return f"{fact.approver} accepts it as {fact.kind} until {fact.expires}: {fact.reason} (asked by {fact.requester})"
        case Assignment():
            return f"{fact.owner} answers for it{f', {fact.ticket}' if fact.ticket else ''} (assigned by {fact.by})"
        case Confirmation():
            return f"{fact.by} confirms it: {fact.reason}"
        case Pause():
            return f"{fact.approver} lets its clock stand still until {fact.until}: {fact.reason} (asked by {fact.requester})"
        case Resumption():
            return f"{fact.by} lets its clock run again: {fact.reason}"
    assert_never(fact)


def _changed(change: FindingChange, state: State) -> str:
    if change.outcome == Outcome.FAIL:
        return _failed(change, state)
    return state.why if state.name in CLOSED | {UNSEEN} else change.reason


def _failed(change: FindingChange, state: State) -> str:
    again = "fails again" if state.name == REGRESSED else "fails" if change.before else "was found"
    place = f" ({change.place})" if change.place else ""
    reason = f"; {change.reason}" if change.reason else ""
    return f"{again}, {change.severity}: {change.message}{place}{reason}"
