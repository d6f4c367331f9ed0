"""No pipeline tests the security of a change before it is merged.

## What it finds

Trees whose GitHub workflows or GitLab pipelines run no tool that looks for security faults (Assay itself, a static analysis, an audit of
dependencies, a search for secrets, a scan of the running API), or run it only once the change is merged.

## Why it matters

A fault that nobody looks for on the way in is found in production, or by somebody else. An auditor who picks a change asks for the test
that it passed before it went live.

## Bad

```github .github/workflows/ci.yml
on: [pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
      - run: pytest
```

```gitlab .gitlab-ci.yml
test:
  script:
    - pytest
```

## Good

```github .github/workflows/ci.yml
on: [pull_request]
jobs:
  security:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
      - run: assay scan . --fail-on high
```

```gitlab .gitlab-ci.yml
security:
  script:
    - assay scan . --fail-on high
```

## How to fix

Run `assay scan` in a job of every pull request (`assay init --ci github` writes one), and make that job a required check.

## What it cannot see

Pipelines that a forge or an organisation adds without a file, other CI systems, and what scripts and included files of other
repositories run: then it says that it does not know, or suspects only.

## References

- SOC 2 CC8.1; NIST SP 800-53 SA-11; ISO/IEC 27001:2022 A.8.29
- OWASP CICD-SEC-1 Insufficient Flow Control Mechanisms
"""

from collections.abc import Iterator

from assay.model.change import Delivery
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.deliveries import GITHUB, GITLAB, DeliverySheet, listed, looked_at
from assay.rules.gates import Gate, gates, is_delegating, unread

SHEET = DeliverySheet("AP601", "missing-security-ci-gate")
SUBJECT = "security gate"
FIX = "Run assay scan in a job of every pull request, and require that job."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """One verdict for the tree, and one for each pipeline that could not be read."""
    for delivery in looked_at(inventory):
        yield from SHEET.unread(delivery)
        yield _verdict(delivery)


def _verdict(delivery: Delivery) -> Verdict:
    found = gates(delivery)
    before = [gate for gate in found if gate.before]
    if before:
        message = f"{SUBJECT.capitalize()}: {listed([gate.tool for gate in before])} runs before a change is merged."
        return SHEET.verdict(SUBJECT, Outcome.PASS, message, before[0].task.place)
    if reason := _doubt(delivery):
        return SHEET.verdict(SUBJECT, Outcome.NOT_TESTED, f"{SUBJECT.capitalize()}: {reason}.")
    return _failure(delivery, found)


def _doubt(delivery: Delivery) -> str:
    """Why a gate may be there and was not seen."""
    other = delivery.why_unknown("pipeline")
    drawn = unread(delivery)
    return other or (f"pipelines draw in {listed(drawn)}, which was not read" if drawn else "")


def _failure(delivery: Delivery, found: tuple[Gate, ...]) -> Verdict:
    if found:
        message = f"{found[0].tool} in {found[0].pipeline.path} runs only once a change is merged."
        steps = tuple(Step(f"{gate.name} does not start on pull requests", gate.task.place) for gate in found)
        return SHEET.failure(SUBJECT, message, (Severity.HIGH, Confidence.FIRM), fix=FIX, steps=steps)
    read = [each for each in delivery.pipelines if not each.fault]
    if not read:
        message = "The repository has no pipeline that tests changes."
        return SHEET.failure(SUBJECT, message, (Severity.HIGH, Confidence.TENTATIVE), fix=FIX)
    message = f"No job of {listed([each.path for each in read])} tests security."
    steps = tuple(Step(f"{each.path} runs no tool that looks for security faults", each.place) for each in read)
    sureness = Confidence.TENTATIVE if is_delegating(delivery) else Confidence.FIRM
    return SHEET.failure(SUBJECT, message, (Severity.HIGH, sureness), fix=FIX, steps=steps)


RULE = Rule(
    id="AP601",
    name="missing-security-gate",
    title="No pipeline tests the security of a change",
    weakness=SHEET.weakness,
    severity=Severity.HIGH,
    family="change-gate",
    specificity=10,
    judge=verdicts,
    frameworks=(GITHUB, GITLAB),
    statement="pipelines test security before a change is merged",
)
