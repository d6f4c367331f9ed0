"""Changes reached the default branch without an independent approval.

## What it finds

Merges that nobody, or only their author, approved, and commits that were pushed to the default branch without a pull request, as GitHub or
GitLab tells of them. Git alone shows self-review in trailers (`Reviewed-by`), and no more.

## Why it matters

Four eyes on every change are what auditors test first: from the list of merges they pick some and ask who approved each. One person who
can bring code to production alone can bring any code.

## Bad

```forge main
#12 by ann approved by bob
#13 by ann approved by ann
pushed by cem
```

## Good

```forge main
#12 by ann approved by bob
#13 by bob approved by ann, cem
```

## How to fix

Protect the branch: changes by pull request only, one approval of somebody else, no exemption. What is in already stays in: review it
afterwards and record that as the response to a deviation (`assay evidence deviation`).

## What it cannot see

Reviews that the forge does not know: then the changes count as unreviewed. Without a token it tells what git shows, and passes nothing.

## References

- SOC 2 CC8.1; PCI DSS 4.0.1 6.2.3.1; NIST SP 800-53 CM-3, AC-5; ISO/IEC 27001:2022 A.5.3
- OWASP CICD-SEC-1 Insufficient Flow Control Mechanisms
"""

from collections.abc import Iterator

from assay.model.change import Change, Delivery
from assay.model.person import person
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.deliveries import FORGE, UNASKED, DeliverySheet, counted, looked_at

SHEET = DeliverySheet("AP603", "unreviewed-change")
SUBJECT = "review of changes"
WEIGHT = (Severity.HIGH, Confidence.FIRM)
FIX = "Demand one approval by somebody else before the branch changes, and review these changes afterwards."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """One verdict for the branch."""
    for delivery in looked_at(inventory):
        yield _verdict(delivery)


def _verdict(delivery: Delivery) -> Verdict:
    unknown = "; ".join(filter(None, (delivery.why_unknown("history"), delivery.why_unknown("review"))))
    if not delivery.changes:
        reason = unknown or f"nothing changed in {delivery.days} days"
        return SHEET.verdict(SUBJECT, Outcome.NOT_TESTED, f"{SUBJECT.capitalize()}: not known; {reason}.")
    faults = [(change, fault) for change in delivery.changes if (fault := _fault(change))]
    asked = sum(change.approvers is not None for change in delivery.changes)
    total = counted(len(delivery.changes), "change")
    if faults:
        message = f"{len(faults)} of {total} reached {delivery.branch} within {delivery.days} days without an independent approval."
        steps = tuple(Step(f"{_named(change)} {fault}") for change, fault in faults)
        return SHEET.failure(SUBJECT, message, WEIGHT, fix=FIX, steps=steps)
    if asked < len(delivery.changes) or unknown:
        reason = unknown or (UNASKED if not asked else f"the forge tells nothing of {len(delivery.changes) - asked}")
        return SHEET.verdict(SUBJECT, Outcome.NOT_TESTED, f"{SUBJECT.capitalize()}: {_shown(delivery)}; {reason}.")
    message = f"{SUBJECT.capitalize()}: each of {total} within {delivery.days} days was approved by somebody else than its author."
    return SHEET.verdict(SUBJECT, Outcome.PASS, message)


def _fault(change: Change) -> str:
    """Why it counts as unreviewed; "" when it does not, or when nobody knows."""
    author = person(change.author)
    if change.approvers is None:
        alone = change.reviewers and all(person(name) == author for name in change.reviewers)
        return f"was reviewed by its author {change.author} alone, says its message" if alone else ""
    if any(person(name) != author for name in change.approvers):
        return ""
    if change.approvers:
        return f"was approved by its author {change.author} alone"
    return (
        f"by {change.author} was approved by nobody"
        if change.request
        else f"was pushed by {change.author} without a pull request"
    )


def _shown(delivery: Delivery) -> str:
    """What git shows of changes."""
    merged = sum(bool(change.request) for change in delivery.changes)
    reviewed = sum(bool(change.reviewers) for change in delivery.changes)
    straight = sum(not change.request and not change.is_merge and not change.reviewers for change in delivery.changes)
    total = counted(len(delivery.changes), "change")
    return f"of {total} git shows {merged} by pull request, {reviewed} with reviewers, {straight} with neither"


def _named(change: Change) -> str:
    return f"{change.request or change.id[:12]} of {change.at[:10]}"


RULE = Rule(
    id="AP603",
    name="unreviewed-change",
    title="Changes were approved by nobody but their author",
    weakness=SHEET.weakness,
    severity=Severity.HIGH,
    family="change-review",
    specificity=10,
    judge=verdicts,
    frameworks=(FORGE,),
    statement="changes were approved by somebody else than their author",
)
