"""Judges the evidence itself: what an auditor would find missing in it, as verdicts of rules AP701 to AP708.

They are not among the rules of `assay.rules`, which judge what stands in a tree: they judge what stands in a ledger, at a moment.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import assert_never

from msgspec import Struct

from assay.ledger.cadence import Slot, SlotState, slots
from assay.ledger.history import EXCEPTED, FALSE, State
from assay.ledger.integrity import Verified
from assay.ledger.recall import Recall
from assay.model.evidence import RunRecord
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict

KIND = "evidence"
"""Of the subjects: a slot, a run or a finding of a scope."""
PATIENCE = timedelta(days=7)
"""How long a claimed fix may wait for a run that judges it, where no schedule says how soon the next one comes."""


class EvidenceRule(Struct, frozen=True):
    """One thing that evidence must hold to."""

    id: str
    name: str
    title: str
    weakness: str
    """An id of the mapping."""
    severity: Severity
    fix: str

    def verdict(self, subject: Subject, outcome: Outcome, message: str) -> Verdict:
        """What the rule says of a subject: what is recorded is known, so it is never a suspicion."""
        is_amiss = outcome is Outcome.FAIL
        return Verdict(
            rule=self.id,
            weakness=self.weakness,
            subject=subject,
            outcome=outcome,
            message=message,
            severity=self.severity if is_amiss else Severity.INFO,
            confidence=Confidence.CONFIRMED,
            fix=self.fix if is_amiss else "",
        )


RULES = (
    EvidenceRule(
        "AP701", "stale-scan", "No complete scan inside the cadence", "stale-scan", Severity.HIGH,
        "Scan on schedule; explain the gap as a deviation. A past gap cannot be closed.",
    ),
    EvidenceRule(
        "AP702", "incomplete-scan", "A scan ended early or read only a part", "incomplete-scan-coverage", Severity.MEDIUM,
        "See what was skipped in the run, mend it and scan again.",
    ),
    EvidenceRule(
        "AP703", "overdue-finding", "A finding is open past its due date", "overdue-remediation", Severity.HIGH,
        "Fix it, or have the risk accepted with assay accept.",
    ),
    EvidenceRule(
        "AP704", "unverified-fix", "A finding is claimed fixed and no scan shows it", "unverified-fix", Severity.MEDIUM,
        "Scan the commit that holds the fix.",
    ),
    EvidenceRule(
        "AP705", "regressed-finding", "A verified fix fails again", "regressed-finding", Severity.HIGH,
        "Fix it anew, with a test that fails without the fix.",
    ),
    EvidenceRule(
        "AP706", "expired-acceptance", "An accepted risk is past its end, or its facts changed", "expired-risk-acceptance",
        Severity.HIGH, "Fix it, or decide anew with assay accept.",
    ),
    EvidenceRule(
        "AP707", "unapproved-exception", "A suppression that nobody approved", "unapproved-exception", Severity.HIGH,
        "Have it approved with assay accept, or remove it.",
    ),
    EvidenceRule(
        "AP708", "changed-evidence", "The chain, a signature or an attachment does not verify", "evidence-integrity-failure",
        Severity.CRITICAL, "Restore the ledger from a copy, and find out who changed it.",
    ),
)  # fmt: skip
BY_ID = {rule.id: rule for rule in RULES}


def judged(recall: Recall, scope: str, start: datetime, end: datetime) -> tuple[Verdict, ...]:
    """What the evidence of a scope lacks in a stretch of time, as it stood at the moment of the recall."""
    states = tuple(recall.findings(scope))
    last = recall.last_run(scope)
    run = recall.run(last.entry.payload) if last else None
    said = [
        *_stale(recall, scope, start, end),
        *_partial(scope, run),
        *(verdict for state in states for verdict in _of_finding(recall, state)),
        *_unapproved(scope, states, run),
    ]
    return tuple(sorted(said, key=lambda verdict: (verdict.rule, verdict.subject, verdict.message)))


def integrity(scope: str, found: Verified) -> Verdict:
    """What a reading of the whole ledger says."""
    if found.is_sound:
        return _said(
            "AP708", scope, "ledger", Outcome.PASS, "Every entry, attachment and signed head is as it was recorded."
        )
    faults = [getattr(found.outcome, "reason", ""), *found.faults]
    text = "; ".join(fault for fault in faults if fault)
    return _said("AP708", scope, "ledger", Outcome.FAIL, f"The ledger is not as it was recorded: {text}.")


def _stale(recall: Recall, scope: str, start: datetime, end: datetime) -> Iterator[Verdict]:
    if not recall.schedules(scope):
        text = "No schedule is stated, so no scan was expected. Mend: add [ledger] with every-days to assay.toml."
        yield _said("AP701", scope, "schedule", Outcome.NOT_TESTED, text)
    for slot in slots(recall, scope, start, end):
        yield _slot(scope, slot)


def _slot(scope: str, slot: Slot) -> Verdict:
    name = f"{slot.start:%Y-%m-%d}/{slot.end:%Y-%m-%d}"
    match slot.state:
        case SlotState.FILLED:
            return _said("AP701", scope, name, Outcome.PASS, f"{name}: a complete run was recorded.")
        case SlotState.EXCUSED:
            return _said("AP701", scope, name, Outcome.NOT_APPLICABLE, f"{name}: excused, {slot.why}.")
        case SlotState.OPEN:
            return _said("AP701", scope, name, Outcome.NOT_TESTED, f"{name}: its time is not over.")
        case SlotState.LATE:
            return _said("AP701", scope, name, Outcome.PASS, f"{name}: a complete run was recorded late; {slot.why}.")
        case SlotState.MISSED:
            return _said("AP701", scope, name, Outcome.FAIL, f"{name}: missed; {slot.why}.")
    assert_never(slot.state)


def _partial(scope: str, run: RunRecord | None) -> Iterator[Verdict]:
    if run is None:
        yield _said("AP702", scope, "run", Outcome.NOT_TESTED, "No run was recorded.")
    elif not run.is_complete:
        yield _said("AP702", scope, "run", Outcome.FAIL, f"The newest run was not complete: {run.exit_reason}.")
    elif partial := [api.id for api in run.apis if not api.is_complete]:
        text = f"The newest run read only a part of {', '.join(partial)}."
        yield _said("AP702", scope, "run", Outcome.FAIL, text)
    else:
        yield _said("AP702", scope, "run", Outcome.PASS, "The newest run read everything that it was asked to.")


def _of_finding(recall: Recall, state: State) -> Iterator[Verdict]:
    yield _due(recall, state)
    if state.claim:
        yield _claimed(recall, state)
    if state.former:
        text = f"was fixed, as a run showed on {state.former.at:%Y-%m-%d}, and fails again since {state.opened.at:%Y-%m-%d}"
        yield _of(state, "AP705", Outcome.PASS if state.closed else Outcome.FAIL, text)
    if state.acceptance:
        text = f"was accepted; {state.ended}" if state.ended else "is accepted, and nothing changed since"
        yield _of(state, "AP706", Outcome.FAIL if state.ended and not state.closed else Outcome.PASS, text)


def _due(recall: Recall, state: State) -> Verdict:
    if state.closed:
        is_late = bool(state.due and state.closed.at > state.due)
        text = f"was closed on {state.closed.at:%Y-%m-%d}" + (
            f", and was due on {state.due:%Y-%m-%d}" if state.due else ""
        )
        return _of(state, "AP703", Outcome.FAIL if is_late else Outcome.PASS, text)
    if not state.is_open:
        return _of(state, "AP703", Outcome.NOT_APPLICABLE, f"is {state.name}")
    if state.due is None:
        return _of(
            state, "AP703", Outcome.NOT_APPLICABLE, "has no due date: it is a suspicion, or its severity has none"
        )
    if recall.at > state.due:
        return _of(state, "AP703", Outcome.FAIL, f"is {state.name} and was due on {state.due:%Y-%m-%d}")
    return _of(state, "AP703", Outcome.PASS, f"is {state.name} and due on {state.due:%Y-%m-%d}")


def _claimed(recall: Recall, state: State) -> Verdict:
    assert state.claim is not None
    schedules = recall.schedules(state.scope)
    patience = timedelta(days=schedules[-1][1].days + schedules[-1][1].grace) if schedules else PATIENCE
    text = f"is claimed fixed since {state.claim.at:%Y-%m-%d}, and no run has shown it"
    outcome = Outcome.FAIL if recall.at > state.claim.at + patience else Outcome.NOT_TESTED
    return _of(state, "AP704", outcome, text)


def _unapproved(scope: str, states: Iterable[State], run: RunRecord | None) -> Iterator[Verdict]:
    names = {state.fingerprint: state.name for state in states}
    for waived in run.waived if run else ():
        is_approved = names.get(waived.fingerprint) in {EXCEPTED, FALSE}
        text = f"The suppression at {waived.origin} ({waived.owner or 'no owner'}) "
        outcome = Outcome.PASS if is_approved else Outcome.FAIL
        told = "is approved." if is_approved else "was approved by nobody in the ledger."
        yield _said("AP707", scope, waived.fingerprint, outcome, text + told)


def _of(state: State, rule: str, outcome: Outcome, text: str) -> Verdict:
    return _said(
        rule, state.scope, state.fingerprint, outcome, f"{state.last.endpoint} ({state.last.weakness}) {text}."
    )


def _said(rule: str, scope: str, symbol: str, outcome: Outcome, message: str) -> Verdict:
    return BY_ID[rule].verdict(Subject(scope, KIND, symbol=symbol), outcome, message)
