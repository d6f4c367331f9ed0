"""Security-relevant paths have no named reviewers.

## What it finds

Trees without a CODEOWNERS file, and files of authentication, authorization, sessions and keys, pipelines, and the ownership
file itself that it
leaves without an owner. Where the rules of the branch are known: that they do not demand the owners' review.

## Why it matters

A change of the login code is approved by whoever is awake. With owners, somebody who knows it has to look.

## Bad

```github CODEOWNERS
*.md @docs
```

```github app/auth/login.py
def login(): ...
```

## Good

```github CODEOWNERS
* @team
/app/auth/ @security
```

```github app/auth/login.py
def login(): ...
```

## How to fix

Write `.github/CODEOWNERS` with a line for each of these paths, and demand the review of code owners in the rules of the branch.

## What it cannot see

Whether the owners exist and still work here. It knows security-relevant code by words of its path (auth, session, token, permission ...).

## References

- SOC 2 CC8.1, CC1.3; PCI DSS 4.0.1 6.2.3.1; NIST SP 800-53 SA-10
"""

from collections.abc import Iterator

from assay.model.change import Delivery
from assay.model.place import Place, Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.deliveries import FORGE, GITHUB, UNASKED, DeliverySheet, counted, looked_at

SHEET = DeliverySheet("AP605", "missing-codeowners")
NAMED, DEMANDED = "owners of security-relevant paths", "review by owners"
WEIGHT = (Severity.LOW, Confidence.FIRM)


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict on whether owners are named, and one on whether their review is demanded."""
    for delivery in looked_at(inventory):
        yield _named(delivery)
        if delivery.ownership:
            yield _demanded(delivery)


def _named(delivery: Delivery) -> Verdict:
    found = delivery.ownership
    if found is None:
        message = "The repository names no owners of its code."
        return SHEET.failure(NAMED, message, WEIGHT, fix="Write .github/CODEOWNERS.")
    bare = [path for path, owners in found.covered if not owners]
    place = Place(found.path, 0)
    if not found.lines or bare:
        message = f"{found.path} leaves {counted(len(bare), 'security-relevant file')} of {len(found.covered)} without an owner."
        steps = tuple(Step(f"{path} has no owner", Place(path, 0)) for path in bare)
        return SHEET.failure(NAMED, message, WEIGHT, fix="Add a line for each of them.", steps=steps, place=place)
    message = f"{NAMED.capitalize()}: {found.path} names them for all {len(found.covered)}."
    return SHEET.verdict(NAMED, Outcome.PASS, message, place)


def _demanded(delivery: Delivery) -> Verdict:
    rules = next(iter(delivery.protections), None)
    if rules is None:
        reason = delivery.why_unknown("branch") or UNASKED
        return SHEET.verdict(DEMANDED, Outcome.NOT_TESTED, f"{DEMANDED.capitalize()}: not known; {reason}.")
    if not rules.needs_owners:
        message = f"{rules.branch} takes changes that no owner of the code approved."
        return SHEET.failure(
            DEMANDED, message, WEIGHT, fix="Require review from code owners in the rules of the branch."
        )
    if rules.origin == FORGE:
        return SHEET.verdict(DEMANDED, Outcome.PASS, f"{DEMANDED.capitalize()}: {rules.branch} demands it.")
    return SHEET.verdict(
        DEMANDED, Outcome.NOT_TESTED, f"{DEMANDED.capitalize()}: {rules.origin} states it; the forge was not asked."
    )


RULE = Rule(
    id="AP605",
    name="missing-code-owners",
    title="Security-relevant paths have no named reviewers",
    weakness=SHEET.weakness,
    severity=Severity.LOW,
    family="change-owners",
    specificity=10,
    judge=verdicts,
    frameworks=(GITHUB,),
    statement="security-relevant paths have owners",
)
