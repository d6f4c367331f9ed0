"""Nothing says how a release is undone, or when that was last tried.

## What it finds

Trees without a written way back (a file named for it, or a heading in a runbook, release or deployment document), and documents whose
last trial is more than a year older than the newest commit.

## Why it matters

A change that cannot be undone turns a fault into an outage, and a security fault into a race. A way back that was never tried is a guess.

## Bad

```github docs/rollback.md
# Rollback

Deploy the former image. Last tried: 2019-01-31.
```

## Good

```github docs/rollback.md
# Rollback

Deploy the former image with `deploy --image PREVIOUS`. Last tried: 2099-01-31.
```

## How to fix

Write down the commands and who runs them, try them, and write the day: `Last tried: 2027-01-31`. If it is kept elsewhere, say where:
`rollback = "https://..."` under `[change]` in assay.toml; a person has to show it then.

## What it cannot see

Whether it works. A document that names no trial counts as not tested, and a missing one as a suspicion: it may be kept elsewhere.

## References

- SOC 2 CC8.1, CC7.5; PCI DSS 4.0.1 6.5.1; ISO/IEC 27001:2022 A.8.32; NIST SP 800-53 CP-10
"""

from collections.abc import Iterator
from datetime import date, timedelta

from assay.model.change import Delivery
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.deliveries import GITHUB, DeliverySheet, looked_at

SHEET = DeliverySheet("AP609", "missing-rollback-plan")
SUBJECT, KIND = "way back of a release", "rollback"
YEAR = timedelta(days=366)
FIX = "Write down how a release is undone, try it, and write the day: Last tried: 2027-01-31."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """One verdict for the tree."""
    for delivery in looked_at(inventory):
        yield _verdict(delivery)


def _verdict(delivery: Delivery) -> Verdict:
    found = [each for each in delivery.procedures if each.kind == KIND]
    elsewhere = dict(delivery.elsewhere).get(KIND, "")
    if not found and elsewhere:
        message = f"{SUBJECT.capitalize()}: kept at {elsewhere}, says assay.toml; a person has to show it."
        return SHEET.verdict(SUBJECT, Outcome.NOT_TESTED, message)
    if not found:
        message = "The repository says nowhere how a release is undone."
        return SHEET.failure(SUBJECT, message, (Severity.LOW, Confidence.TENTATIVE), fix=FIX)
    best = max(found, key=lambda each: (each.tried, each.place.path))
    if not best.tried:
        message = f"{SUBJECT.capitalize()}: {best.place} describes it and names no day on which it was tried."
        return SHEET.verdict(SUBJECT, Outcome.NOT_TESTED, message, best.place)
    if not delivery.as_of:
        message = f"{SUBJECT.capitalize()}: {best.place} was tried on {best.tried}; without git nothing says how old the tree is."
        return SHEET.verdict(SUBJECT, Outcome.NOT_TESTED, message, best.place)
    if date.fromisoformat(best.tried) + YEAR < date.fromisoformat(delivery.as_of):
        message = f"{best.place} was last tried on {best.tried}, more than a year before the newest change."
        steps = (Step(f"it names {best.tried} as its last trial", best.place),)
        return SHEET.failure(SUBJECT, message, (Severity.LOW, Confidence.FIRM), fix=FIX, steps=steps)
    return SHEET.verdict(
        SUBJECT, Outcome.PASS, f"{SUBJECT.capitalize()}: {best.place} was tried on {best.tried}.", best.place
    )


RULE = Rule(
    id="AP609",
    name="missing-way-back",
    title="Nothing says how a release is undone",
    weakness=SHEET.weakness,
    severity=Severity.LOW,
    family="change-way-back",
    specificity=10,
    judge=verdicts,
    frameworks=(GITHUB,),
    statement="a release can be undone, and that was tried",
)
