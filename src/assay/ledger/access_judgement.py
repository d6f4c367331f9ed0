"""Judges access reviews as the ledger knows them: rules AP715 to AP717."""

from collections.abc import Iterator
from datetime import date, timedelta

from assay.ledger.access import (
    DONE,
    KEPT,
    PENDING,
    UNDECIDED,
    ReviewStanding,
    RowStanding,
    SystemStanding,
    hours_over,
    months_later,
    systems,
)
from assay.ledger.judgement import KIND, EvidenceRule
from assay.ledger.policy_standing import standing
from assay.ledger.recall import Recall
from assay.model.verdict import Outcome, Severity, Subject, Verdict

SCOPE = "access-reviews"
POLICY = "access-control"
PATIENCE = timedelta(days=30)
"""Within which a review that was begun, or the first one, has to be complete."""
WEAKNESS = "overdue-access-review"
RULES = (
    EvidenceRule(
        "AP715", "overdue-access-review", "An access review was not done in its interval", WEAKNESS, Severity.MEDIUM,
        "Export all accounts, roles and keys and decide on each: assay evidence access-review.",
    ),
    EvidenceRule(
        "AP716", "undecided-access", "A right was listed for review and nobody decided on it", WEAKNESS, Severity.MEDIUM,
        "Have somebody else than its holder decide, and record that: assay evidence access-review --decisions.",
    ),
    EvidenceRule(
        "AP717", "unremoved-access", "A right was to be removed and no later list proves that it was", WEAKNESS, Severity.HIGH,
        "Remove it, export the list again and record that: assay evidence access-review --snapshot.",
    ),
)  # fmt: skip
BY_ID = {rule.id: rule for rule in RULES}


def access_judged(recall: Recall, today: date, months: int) -> tuple[Verdict, ...]:
    """What access reviews lack on a day; `months` is the interval where only the policy states one."""
    found = systems(recall)
    said = [verdict for system in found for verdict in _of(system, today)]
    if not found:
        said += _never(recall, today, months)
    return tuple(sorted(said, key=lambda verdict: (verdict.rule, verdict.subject, verdict.message)))


def _never(recall: Recall, today: date, months: int) -> Iterator[Verdict]:
    """A policy that promises reviews, and none was ever recorded."""
    policy = standing(recall, POLICY, today).approved
    if policy is None:
        return
    due = months_later(policy.move.effective, months)
    outcome = Outcome.FAIL if today.isoformat() > due else Outcome.NOT_TESTED
    text = f"No list of access was ever recorded; by the policy {POLICY} the first review was due on {due}."
    yield _said("AP715", "access", outcome, text)


def _of(system: SystemStanding, today: date) -> Iterator[Verdict]:
    yield _interval(system, today)
    for review in system.reviews:
        if review.decided:
            yield _decided(system.system, review, today)
        for row in review.rows:
            if row.state not in {KEPT, UNDECIDED}:
                yield _removed(system.system, review, row, today)


def _interval(system: SystemStanding, today: date) -> Verdict:
    name = system.system
    if system.due:
        if today.isoformat() > system.due:
            return _said("AP715", name, Outcome.FAIL, f"{name}: the next access review was due on {system.due}.")
        return _said("AP715", name, Outcome.PASS, f"{name}: the next access review is due on {system.due}.")
    if not system.reviews:
        return _said("AP715", name, Outcome.NOT_TESTED, f"{name}: the rows of its lists are not there any more.")
    first = system.reviews[0].list.snapshot.taken
    outcome = Outcome.FAIL if today > date.fromisoformat(first) + PATIENCE else Outcome.NOT_TESTED
    return _said("AP715", name, outcome, f"{name}: its access is listed since {first}, and no review is complete.")


def _decided(system: str, review: ReviewStanding, today: date) -> Verdict:
    taken, count = review.list.snapshot.taken, len(review.rows)
    symbol = f"{system} {taken}"
    if review.is_complete:
        return _said("AP716", symbol, Outcome.PASS, f"{system}: all {count} rights of {taken} are decided.")
    outcome = Outcome.FAIL if today > date.fromisoformat(taken) + PATIENCE else Outcome.NOT_TESTED
    left = [f"{each.row.principal} ({each.row.role})" for each in review.rows if each.state == UNDECIDED]
    more = f" and {len(left) - 5} more" if len(left) > 5 else ""
    text = f"{system}: {len(left)} of {count} rights of {taken} are not decided: {', '.join(left[:5])}{more}."
    return _said("AP716", symbol, outcome, text)


def _removed(system: str, review: ReviewStanding, row: RowStanding, today: date) -> Verdict:
    decision = row.decision
    assert decision is not None
    named = f"{system}: {row.row.principal} ({row.row.role})"
    symbol = f"{system} {row.row.principal} {row.row.role} {review.list.snapshot.taken}"
    told = f"{named} was to be {decision.decision}d on {decision.decided}"
    if row.state == DONE:
        return _said("AP717", symbol, Outcome.PASS, f"{told}; the list of entry {row.proof} has it no more.")
    is_over = hours_over(decision, review.list.snapshot.hours, today)
    outcome = Outcome.FAIL if is_over else Outcome.NOT_TESTED
    if row.state == PENDING:
        return _said("AP717", symbol, outcome, f"{told}, and no later list was recorded.")
    return _said("AP717", symbol, outcome, f"{told}, and the list of entry {row.proof} still has it.")


def _said(rule: str, symbol: str, outcome: Outcome, message: str) -> Verdict:
    return BY_ID[rule].verdict(Subject(SCOPE, KIND, symbol=symbol), outcome, message)
