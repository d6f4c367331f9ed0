"""Judges the policies as the ledger knows them: rules AP711 to AP714, beside those of `judgement`."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from assay.ledger.judgement import KIND, EvidenceRule
from assay.ledger.policy_standing import PolicyStanding, standing
from assay.ledger.recall import Recall
from assay.model.person import person
from assay.model.verdict import Outcome, Severity, Subject, Verdict

SCOPE = "policies"
PLAN = "incident-response"
PATIENCE = timedelta(days=14)
YEAR = timedelta(days=366)
MOST = 5
RULES = (
    EvidenceRule(
        "AP711", "missing-policy", "A policy is not approved and in force", "missing-policy", Severity.MEDIUM,
        "Fill in its values in assay.toml and have it approved: assay policy approve.",
    ),
    EvidenceRule(
        "AP712", "stale-policy-review", "A policy is past its review date", "stale-policy-review", Severity.MEDIUM,
        "Review it and record that: assay policy review.",
    ),
    EvidenceRule(
        "AP713", "missing-acknowledgement", "Somebody has not acknowledged a policy in force", "missing-policy-acknowledgement",
        Severity.LOW, "Have it acknowledged: assay policy acknowledge.",
    ),
    EvidenceRule(
        "AP714", "missing-incident-plan", "No incident response plan is in force and exercised", "missing-ir-plan", Severity.HIGH,
        "Approve the incident response plan, exercise it, and record that: assay policy exercise.",
    ),
)  # fmt: skip
BY_ID = {rule.id: rule for rule in RULES}


def policies_judged(
    recall: Recall, ids: Sequence[str], day: date, patience: timedelta = PATIENCE
) -> tuple[Verdict, ...]:
    """What the policies of these ids lack on a day, by rule and policy."""
    said = [verdict for id_ in ids for verdict in _of(standing(recall, id_, day), day, patience)]
    return tuple(sorted(said, key=lambda verdict: (verdict.rule, verdict.subject)))


def _of(found: PolicyStanding, day: date, patience: timedelta) -> Iterator[Verdict]:
    yield _missing(found)
    if found.approved:
        yield _stale(found, day)
        yield _unread(found, day, patience)
    if found.id == PLAN:
        yield _plan(found, day)


def _missing(found: PolicyStanding) -> Verdict:
    if found.approved:
        move = found.approved.move
        return _said(
            "AP711", found.id, Outcome.PASS, f"{found.id}: version {move.version} is in force since {move.effective}."
        )
    later = f"; version {found.next.move.version} comes into force on {found.next.move.effective}" if found.next else ""
    return _said("AP711", found.id, Outcome.FAIL, f"{found.id}: no approved version is in force{later}.")


def _stale(found: PolicyStanding, day: date) -> Verdict:
    if not found.review:
        return _said("AP712", found.id, Outcome.FAIL, f"{found.id}: nobody said when it is to be reviewed.")
    if found.review < day.isoformat():
        return _said("AP712", found.id, Outcome.FAIL, f"{found.id}: its review was due on {found.review}.")
    return _said("AP712", found.id, Outcome.PASS, f"{found.id}: its next review is due on {found.review}.")


def _unread(found: PolicyStanding, day: date, patience: timedelta) -> Verdict:
    assert found.approved is not None
    if not found.people:
        text = f"{found.id}: nobody said who has to acknowledge it. Mend: people under [policy] in assay.toml, then approve or review it"
        return _said("AP713", found.id, Outcome.NOT_TESTED, f"{text}.")
    known = {name for name, _ in found.acknowledged}
    missing = [name for name in found.people if person(name) not in known]
    if not missing:
        return _said("AP713", found.id, Outcome.PASS, f"{found.id}: all {len(found.people)} people acknowledged it.")
    more = f" and {len(missing) - MOST} more" if len(missing) > MOST else ""
    text = f"{found.id}: {len(missing)} of {len(found.people)} people have not acknowledged it: {', '.join(missing[:MOST])}{more}"
    begun = max(date.fromisoformat(found.approved.move.effective), found.approved.at.date())
    outcome = Outcome.FAIL if day > begun + patience else Outcome.NOT_TESTED
    return _said("AP713", found.id, outcome, f"{text}.")


def _plan(found: PolicyStanding, day: date) -> Verdict:
    if not found.approved:
        return _said("AP714", found.id, Outcome.FAIL, f"{found.id}: no approved plan is in force.")
    if not found.exercised:
        return _said("AP714", found.id, Outcome.FAIL, f"{found.id}: no exercise of the plan was recorded.")
    is_old = date.fromisoformat(found.exercised) + YEAR < day
    text = f"{found.id}: the plan was last exercised on {found.exercised}"
    return _said(
        "AP714",
        found.id,
        Outcome.FAIL if is_old else Outcome.PASS,
        f"{text}{', more than a year ago' if is_old else ''}.",
    )


def _said(rule: str, id_: str, outcome: Outcome, message: str) -> Verdict:
    return BY_ID[rule].verdict(Subject(SCOPE, KIND, symbol=id_), outcome, message)
