"""A workflow's token may do more than its jobs need.

## What it finds

GitHub workflows with `permissions: write-all`, and jobs without a `permissions` block of their own or of their workflow: their token may do
whatever the settings of the repository allow, which is everything in older ones.

## Why it matters

Every step of a job can read the token. A step that was taken over can push to the repository, publish packages, or approve a deployment.

## Bad

```github .github/workflows/ci.yml
on: [push]
permissions: write-all
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
```

```github .github/workflows/ci.yml
on: [push]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
```

## Good

```github .github/workflows/ci.yml
on: [push]
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
```

## How to fix

Write `permissions: {contents: read}` at the top of each workflow, and more in the single job that needs more.

## What it cannot see

The default of the repository or the organisation, which may be to read only: a missing block is a suspicion for that reason.

## References

- CWE-250 Execution with Unnecessary Privileges
- OWASP CICD-SEC-5 Insufficient PBAC
- GitHub Docs, "Controlling permissions for GITHUB_TOKEN"
"""

from collections.abc import Iterator

from assay.model.change import Job, Pipeline
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.deliveries import GITHUB, DeliverySheet, listed, looked_at

SHEET = DeliverySheet("AP607", "insecure-ci-workflow")
ALL = ("*", "write")
FIX = "Write permissions: {contents: read} at the top, and more in the job that needs more."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for each GitHub workflow."""
    for delivery in looked_at(inventory):
        yield from SHEET.unread(delivery)
        for pipeline in delivery.pipelines:
            if pipeline.system == GITHUB and not pipeline.fault:
                yield _verdict(pipeline)


def _verdict(pipeline: Pipeline) -> Verdict:
    symbol = f"{pipeline.path} permissions"
    wide = [job for job in pipeline.jobs if ALL in (_effective(pipeline, job) or ())]
    silent = [job for job in pipeline.jobs if _effective(pipeline, job) is None]
    if wide:
        message = f"{pipeline.path} gives {listed([job.name for job in wide])} a token that may write everything."
        steps = tuple(Step(f"{job.name} may write everything", job.place) for job in wide)
        return SHEET.failure(symbol, message, (Severity.HIGH, Confidence.FIRM), fix=FIX, steps=steps)
    if silent:
        message = f"{pipeline.path} does not say what the token of {listed([job.name for job in silent])} may do."
        steps = tuple(Step(f"{job.name} has no permissions block", job.place) for job in silent)
        return SHEET.failure(symbol, message, (Severity.LOW, Confidence.TENTATIVE), fix=FIX, steps=steps)
    return SHEET.verdict(
        symbol, Outcome.PASS, f"{pipeline.path} says what the token of every job may do.", pipeline.place
    )


def _effective(pipeline: Pipeline, job: Job) -> tuple[tuple[str, str], ...] | None:
    return pipeline.permissions if job.permissions is None else job.permissions


RULE = Rule(
    id="AP607",
    name="broad-workflow-token",
    title="A workflow's token may do more than its jobs need",
    weakness=SHEET.weakness,
    severity=Severity.HIGH,
    family="workflow-token",
    specificity=10,
    judge=verdicts,
    frameworks=(GITHUB,),
    statement="workflows say what their token may do",
)
