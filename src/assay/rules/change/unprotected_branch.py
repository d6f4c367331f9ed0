"""The default branch can be changed without rules.

## What it finds

Default branches that nothing protects, that take changes without a pull request or without an approval, whose history may be rewritten,
or whose rules some may go past: as the forge tells, else as an exported ruleset in the tree states
(`.github/rulesets/*.json`, or a file that
`[change] rules` in assay.toml names).

## Why it matters

Review and tests are habits until the branch demands them. An auditor takes the rules of the branch as the control, and the
list of merges as
the proof that it operated.

## Bad

```github .github/rulesets/main.json
{
  "name": "main", "target": "branch", "enforcement": "active",
  "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
  "rules": [{"type": "deletion"}]
}
```

## Good

```github .github/rulesets/main.json
{
  "name": "main", "target": "branch", "enforcement": "active",
  "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
  "rules": [
    {"type": "deletion"},
    {"type": "non_fast_forward"},
    {"type": "pull_request", "parameters": {"required_approving_review_count": 1, "require_code_owner_review": true}},
    {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "security"}]}}
  ]
}
```

## How to fix

Add a ruleset for the default branch: changes by pull request, at least one approval, the security gate as a required check,
no force pushes,
and nobody who may go past it.

## What it cannot see

Whether an exported file is what the forge enforces today: without a token such a file passes nothing, and can only fail.

## References

- SOC 2 CC8.1, CC6.8; NIST SP 800-53 CM-5; ISO/IEC 27001:2022 A.8.4
- OWASP CICD-SEC-1 Insufficient Flow Control Mechanisms
"""

from collections.abc import Iterator

from assay.model.change import BranchRules, Delivery
from assay.model.place import Place, Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.deliveries import FORGE, GITHUB, UNASKED, DeliverySheet, listed, looked_at

SHEET = DeliverySheet("AP604", "missing-branch-protection")
SUBJECT = "rules of the default branch"
FIX = "Add a ruleset: pull requests with an approval, the security gate required, no force pushes, nobody exempt."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """One verdict for the branch."""
    for delivery in looked_at(inventory):
        yield _verdict(delivery)


def _verdict(delivery: Delivery) -> Verdict:
    if not delivery.protections:
        reason = delivery.why_unknown("branch") or f"{UNASKED}, and no exported ruleset stands in the tree"
        return SHEET.verdict(SUBJECT, Outcome.NOT_TESTED, f"{SUBJECT.capitalize()}: not known; {reason}.")
    rules = delivery.protections[0]
    name = rules.branch or "The default branch"
    place = None if rules.origin == FORGE else Place(rules.origin, 0)
    faults = list(_faults(rules))
    if faults:
        severity, text = min(faults, key=lambda each: each[0].rank)
        steps = tuple(Step(f"{name} {each}", place) for _, each in faults)
        return SHEET.failure(SUBJECT, f"{name} {text}.", (severity, Confidence.FIRM), fix=FIX, steps=steps, place=place)
    stated = f"{rules.approvals} approval{'' if rules.approvals == 1 else 's'} by pull request, no force pushes"
    if rules.origin == FORGE:
        return SHEET.verdict(SUBJECT, Outcome.PASS, f"{SUBJECT.capitalize()}: {name} demands {stated}.")
    message = f"{SUBJECT.capitalize()}: {rules.origin} states {stated}; whether the forge enforces it was not asked."
    return SHEET.verdict(SUBJECT, Outcome.NOT_TESTED, message, place)


def _faults(rules: BranchRules) -> Iterator[tuple[Severity, str]]:
    if not rules.is_protected:
        yield Severity.HIGH, "can be changed by everybody who may write: no rule protects it"
        return
    if not rules.needs_request:
        yield Severity.HIGH, "takes changes without a pull request"
    elif not rules.approvals:
        yield Severity.HIGH, "takes pull requests that nobody approved"
    if rules.may_force:
        yield Severity.MEDIUM, "lets its history be rewritten"
    if rules.bypassers:
        yield Severity.MEDIUM, f"lets some go past its rules: {listed(rules.bypassers)}"


RULE = Rule(
    id="AP604",
    name="unprotected-branch",
    title="The default branch can be changed without rules",
    weakness=SHEET.weakness,
    severity=Severity.HIGH,
    family="change-branch",
    specificity=10,
    judge=verdicts,
    frameworks=(GITHUB,),
    statement="default branches are protected",
)
