"""A change can go past the security gate of its pipeline.

## What it finds

Gates whose failure fails nothing (`continue-on-error`, `allow_failure`, `|| true`, flags such as `--exit-zero`), that start
by hand, that are
skipped for labels, messages or paths, that no rule of the branch demands; and changes that were merged although a gate had failed.

## Why it matters

A gate that may be red is a report that nobody has to read. An auditor tests whether a change *could* have gone live without it.

## Bad

```github .github/workflows/ci.yml
on: [pull_request]
jobs:
  security:
    runs-on: ubuntu-latest
    continue-on-error: true
    steps:
      - run: assay scan .
```

```github .github/workflows/ci.yml
on: [pull_request]
jobs:
  security:
    runs-on: ubuntu-latest
    steps:
      - run: assay scan . || true
```

```gitlab .gitlab-ci.yml
security:
  allow_failure: true
  script: [assay scan .]
```

## Good

```github .github/workflows/ci.yml
on: [pull_request]
jobs:
  security:
    runs-on: ubuntu-latest
    steps:
      - run: assay scan .
      - run: ./upload-report.sh || true
        if: always()
```

```gitlab .gitlab-ci.yml
security:
  script: [assay scan .]
```

## How to fix

Let the job fail when the tool fails, let it start on every pull request, and make it a required check of the default branch. What must
pass for now goes into a baseline or is accepted until a day (`assay accept`), by somebody who is named.

## What it cannot see

Who may merge in spite of a red check: the forge tells that. What the settings of the tool itself leave out.

## References

- SOC 2 CC8.1, CC5.3; NIST SP 800-53 CM-3; ISO/IEC 27001:2022 A.8.32
- OWASP CICD-SEC-1 Insufficient Flow Control Mechanisms
"""

import re
from collections.abc import Iterator

from assay.model.change import BranchRules, Delivery
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.deliveries import GITHUB, GITLAB, UNASKED, DeliverySheet, counted, listed, looked_at
from assay.rules.gates import COMMAND, TEMPLATES, Gate, gates

SHEET = DeliverySheet("AP602", "bypassed-security-gate")
FORGE_ORIGIN = "forge"
DEMAND, MERGED = "security gate demanded", "security gate of merged changes"
IGNORED = re.compile(
    r"\|\|[ \t]*(?:true\b|/bin/true\b|:(?:\s|$)|exit[ \t]+0\b|echo\b)|;[ \t]*(?:true|exit[ \t]+0)[ \t]*$", re.MULTILINE
)
FORGIVING = re.compile(
    r"(?<!\S)(?:--exit-zero|--no-fail(?:-\S+)?|--soft-fail|--exit-code[= ]0|--fail-on[= ]never|--no-error)(?!\S)"
)
HARMLESS = re.compile(
    r"^(?:[\s${}()!|&]|(?:always|success|cancelled)\(\)|github\.(?:event_name|repository|repository_owner)\s?[!=]=\s?'[\w./-]+')*$"
)
"""Conditions that depend on nothing that the author of a change says."""
SPOKEN = re.compile(r"\blabels?\b|\bmessage\b|\btitle\b|\bbody\b|\bfalse\b")
TEXTS = re.compile(
    r"^(?:\*\*/)?(?:docs?(?:/.*)?|\*\.(?:md|rst|txt|adoc|png|svg|jpe?g|gif)|README.*|CHANGELOG.*|LICEN[SC]E.*|\.gitignore|\.editorconfig|\.vscode/.*)$"
)
"""Paths whose changes cannot make an API less safe."""
SURE, UNSURE = (Severity.HIGH, Confidence.FIRM), (Severity.MEDIUM, Confidence.TENTATIVE)
FIX = "Let the job fail with its tool, start it on every pull request, and require it."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for each gate, one for whether it is demanded, one for what was merged."""
    for delivery in looked_at(inventory):
        found = [gate for gate in gates(delivery) if gate.before]
        if not found:
            message = "Security gate: there is none before the merge that could be bypassed."
            yield SHEET.verdict("security gate", Outcome.NOT_APPLICABLE, message)
            continue
        yield from (_gate(gate) for gate in found)
        yield _demanded(delivery, found)
        yield _merged(delivery)


def _gate(gate: Gate) -> Verdict:
    if TEMPLATES.match(gate.task.uses):
        message = f"{gate.name} is made by a template of the forge, which was not read."
        return SHEET.verdict(gate.name, Outcome.NOT_TESTED, message, gate.task.place)
    faults = list(_faults(gate))
    if not faults:
        return SHEET.verdict(gate.name, Outcome.PASS, f"{gate.name} fails the pipeline when it fails.", gate.task.place)
    weight, text = min(faults, key=lambda each: (each[0][0].rank, each[0][1] is Confidence.TENTATIVE))
    steps = tuple(Step(f"it {each}", gate.task.place) for _, each in faults)
    return SHEET.failure(gate.name, f"{gate.name} {text}.", weight, fix=FIX, steps=steps, place=gate.task.place)


def _faults(gate: Gate) -> Iterator[tuple[tuple[Severity, Confidence], str]]:
    if gate.job.is_lenient or gate.task.is_lenient:
        word = "allow_failure" if gate.pipeline.system == GITLAB else "continue-on-error"
        yield SURE, f"may fail without failing the pipeline ({word})"
    line = _line(gate.task.run)
    if IGNORED.search(line):
        yield SURE, "may fail without failing its step: the command line goes on"
    if FORGIVING.search(line):
        yield SURE, "is told to succeed whatever it finds"
    if gate.job.condition == "manual" or all("manual" in trigger.filters for trigger in gate.before):
        yield SURE, "starts by hand only"
    for condition in (gate.job.condition, gate.task.condition):
        if condition and condition != "manual" and not HARMLESS.match(condition):
            weight = SURE if SPOKEN.search(condition) else UNSURE
            yield weight, f"is skipped unless {' '.join(condition.split())}"
    patterns = {pattern for trigger in gate.before for pattern in _narrow(trigger.filters)}
    if patterns and all(_narrow(trigger.filters) for trigger in gate.before):
        yield UNSURE, f"does not run for every change: {listed(sorted(patterns))}"


def _line(run: str) -> str:
    """The command of the tool, as far as its line goes, continued lines included."""
    found = COMMAND.search(run)
    if not found:
        return ""
    end = re.compile(r"(?<!\\)\n").search(run, found.end())
    return run[found.start() : end.start() if end else len(run)]


def _narrow(filters: tuple[str, ...]) -> list[str]:
    """The filters that keep changes of code away."""
    found = []
    for each in filters:
        kind, _, pattern = each.partition(": ")
        if (kind in {"paths", "changes"} and pattern not in {"**", "**/*"}) or (
            kind == "paths-ignore" and not TEXTS.match(pattern)
        ):
            found.append(each)
    return found


def _demanded(delivery: Delivery, found: list[Gate]) -> Verdict:
    if not delivery.protections:
        reason = delivery.why_unknown("branch") or UNASKED
        return SHEET.verdict(DEMAND, Outcome.NOT_TESTED, f"{DEMAND.capitalize()}: not known; {reason}.")
    rules = delivery.protections[0]
    names = {gate.job.name for gate in found}
    if _is_required(rules, names):
        sure = Outcome.PASS if rules.origin == FORGE_ORIGIN else Outcome.NOT_TESTED
        text = (
            "must have passed before a change is merged"
            if sure is Outcome.PASS
            else f"is demanded by {rules.origin}; the forge was not asked"
        )
        return SHEET.verdict(DEMAND, sure, f"{DEMAND.capitalize()}: {listed(sorted(names))} {text}.")
    message = f"{rules.branch} takes changes without {listed(sorted(names))}: no rule of the branch demands that check."
    return SHEET.failure(
        DEMAND,
        message,
        (Severity.HIGH, Confidence.FIRM),
        fix=f"Make {listed(sorted(names))} a required check of {rules.branch}.",
    )


def _is_required(rules: BranchRules, names: set[str]) -> bool:
    """Whether one of the gates is a required check: by its job's name, alone or with what a matrix or its workflow adds."""
    return any(
        status == name or status.startswith(f"{name} (") or status.endswith(f"/ {name}")
        for status in rules.statuses
        for name in names
    )


def _merged(delivery: Delivery) -> Verdict:
    told = [change for change in delivery.changes if change.gate]
    if not told:
        reason = UNASKED if not delivery.is_asked else delivery.why_unknown("review") or "the forge tells of no checks"
        return SHEET.verdict(MERGED, Outcome.NOT_TESTED, f"{MERGED.capitalize()}: not known; {reason}.")
    failed = [change for change in told if change.gate == "failure"]
    if not failed:
        return SHEET.verdict(MERGED, Outcome.PASS, f"{MERGED.capitalize()}: {counted(len(told), 'change')} passed.")
    message = f"{counted(len(failed), 'change')} of {len(told)} reached {delivery.branch} although a check had failed."
    steps = tuple(
        Step(f"{each.request or each.id[:12]} of {each.at[:10]} by {each.author}: {listed(each.failed)}")
        for each in failed
    )
    return SHEET.failure(MERGED, message, SURE, fix="Require the check, and look at these changes again.", steps=steps)


RULE = Rule(
    id="AP602",
    name="bypassable-security-gate",
    title="A change can go past the security gate",
    weakness=SHEET.weakness,
    severity=Severity.HIGH,
    family="change-gate-bypass",
    specificity=10,
    judge=verdicts,
    frameworks=(GITHUB, GITLAB),
    statement="security gates hold what fails",
)
