"""A workflow runs code of others that can change under it.

## What it finds

Actions and reusable workflows of other accounts that are named by a tag or a branch instead of a commit, and images of
actions without a digest.
Files that a GitLab pipeline includes from other projects or addresses without a commit.

## Why it matters

Whoever takes over such a project, or moves its tag, runs code with the secrets of the pipeline. In March 2025 the tags of
`tj-actions/changed-files`
were moved to a version that printed secrets into logs (CVE-2025-30066).

## Bad

```github .github/workflows/ci.yml
on: [push]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: somebody/setup-tool@v2
```

```gitlab .gitlab-ci.yml
include:
  - project: platform/ci
    file: /build.yml
    ref: main
build:
  script: [make]
```

## Good

```github .github/workflows/ci.yml
on: [push]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: somebody/setup-tool@3df4ab11eba7bda6032a0b82a6bb43b11571feac # v2.1.0
      - uses: ./.github/actions/own
```

```gitlab .gitlab-ci.yml
include:
  - project: platform/ci
    file: /build.yml
    ref: 3df4ab11eba7bda6032a0b82a6bb43b11571feac
build:
  script: [make]
```

## How to fix

Name the commit, with the version in a comment; Dependabot and Renovate keep both current.

## What it cannot see

What a pinned action downloads itself. Actions of `actions/` and `github/` by tag are a suspicion only: they come from the forge itself.

## References

- CWE-829 Inclusion of Functionality from Untrusted Control Sphere, CWE-494 Download of Code Without Integrity Check
- OWASP CICD-SEC-3 Dependency Chain Abuse
- GitHub Docs, "Secure use reference: Using third-party actions"
"""

import re
from collections.abc import Iterator

from assay.model.change import Pipeline, Task
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.deliveries import GITHUB, GITLAB, DeliverySheet, counted, listed, looked_at

SHEET = DeliverySheet("AP606", "insecure-ci-workflow")
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
OF_THE_FORGE = ("actions/", "github/")
FIX = "Name the commit instead of the tag, with the version in a comment."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for each pipeline that uses code of others."""
    for delivery in looked_at(inventory):
        yield from SHEET.unread(delivery)
        for pipeline in delivery.pipelines:
            if not pipeline.fault:
                yield _verdict(pipeline)


def _verdict(pipeline: Pipeline) -> Verdict:
    symbol = f"{pipeline.path} actions"
    used = [task for job in pipeline.jobs for task in job.tasks if _is_foreign(task, pipeline)]
    drawn = [use for use in pipeline.unread if pipeline.system == GITLAB and use.startswith(("project:", "remote:"))]
    if not used and not drawn:
        message = f"{pipeline.path} uses no code of others."
        return SHEET.verdict(symbol, Outcome.NOT_APPLICABLE, message, pipeline.place)
    loose = [task for task in used if not _is_pinned(task.uses)]
    open_ = [use for use in drawn if not COMMIT.fullmatch(use.rpartition("@")[2])]
    if not loose and not open_:
        message = f"{pipeline.path} names a commit for all {len(used) + len(drawn)} that it uses of others."
        return SHEET.verdict(symbol, Outcome.PASS, message, pipeline.place)
    steps = (
        *(Step(f"{task.uses} may change", task.place) for task in loose),
        *(Step(f"{use} may change", pipeline.place) for use in open_),
    )
    names = list(dict.fromkeys((*(task.uses for task in loose), *open_)))
    message = f"{pipeline.path} runs {counted(len(names), 'piece')} of code that others can change: {listed(names, 3)}."
    is_near = not open_ and all(task.uses.lower().startswith(OF_THE_FORGE) for task in loose)
    weight = (Severity.LOW, Confidence.TENTATIVE) if is_near else (Severity.MEDIUM, Confidence.FIRM)
    return SHEET.failure(symbol, message, weight, fix=FIX, steps=steps)


def _is_foreign(task: Task, pipeline: Pipeline) -> bool:
    return pipeline.system != GITLAB and bool(task.uses) and not task.uses.startswith(("./", "../"))


def _is_pinned(uses: str) -> bool:
    if uses.startswith("docker://"):
        return bool(DIGEST.search(uses))
    return bool(COMMIT.fullmatch(uses.rpartition("@")[2]))


RULE = Rule(
    id="AP606",
    name="unpinned-action",
    title="A workflow runs code of others that can change under it",
    weakness=SHEET.weakness,
    severity=Severity.MEDIUM,
    family="workflow-pins",
    specificity=10,
    judge=verdicts,
    frameworks=(GITHUB, GITLAB),
    statement="pipelines name a commit of the code of others",
)
