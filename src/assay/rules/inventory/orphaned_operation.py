"""A contract promises an operation that neither the code nor a live call has.

## What it finds

Operations of a contract whose path, or whose method at that path, no endpoint of the API has. Where most operations are found and
few are missing, each is a finding, otherwise there is one for the API. It is firm where the path is there with other methods, and a
suspicion where nothing of it is: a library, a gateway or code that was not read may serve it.

## Why it matters

A contract that is wrong in one place is not trusted in others. Callers are sent to addresses that somebody else may take one day, and
reviews look at what does not exist.

## Bad

```fastapi main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders")
def orders() -> list[str]:
    return ["paper", "ink"]


@app.get("/orders/{order_id}")
def order(order_id: int) -> str:
    return "paper"
```

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
  /orders/{id}:
    get:
      responses: {"200": {description: One order}}
    delete:
      responses: {"204": {description: Gone}}
```

## Good

```fastapi main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders")
def orders() -> list[str]:
    return ["paper", "ink"]


@app.api_route("/orders/{order_id}", methods=["GET", "DELETE"])
def order(order_id: int) -> str:
    return "paper"
```

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
  /orders/{id}:
    get:
      responses: {"200": {description: One order}}
    delete:
      responses: {"204": {description: Gone}}
```

## How to fix

Remove the operation from the contract, or write it. Make the contract from the code in the pipeline, and fail when the two differ.

## What it cannot see

Endpoints that a library adds while the service runs, and services that are not part of the scan.

## References

- OWASP API Security Top 10 2023, API9 Improper Inventory Management
- CWE-1068 Inconsistency Between Implementation and Documented Design
"""

from collections.abc import Iterator

from assay.model.contract import Difference, Drift
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import Sheet, counted
from assay.rules.drifting import UNTOLD, Board, Comparison, are_told_apart, comparisons, uncompared

BOARD = Board("AP313", "orphaned-spec-endpoint", "Remove it from the contract, or write it.")
SHEET = Sheet(BOARD.rule, BOARD.weakness)


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every operation of a contract whose API is known."""
    yield from uncompared(BOARD.rule, BOARD.weakness, inventory)
    for comparison in comparisons(inventory):
        yield from _compared(comparison)


def _compared(comparison: Comparison) -> Iterator[Verdict]:
    orphans = comparison.of(Difference.ORPHAN)
    lost = {(drift.method, drift.path) for drift in orphans}
    found = 0
    for contract in comparison.contracts:
        for operation in contract.operations:
            if operation.method in UNTOLD or (operation.method, operation.path) in lost:
                continue
            if operation.endpoints:
                found += 1
                yield SHEET.on(contract, operation, Outcome.PASS, f"{operation.name} is there.")
            else:
                yield SHEET.on(contract, operation, Outcome.NOT_TESTED, f"{operation.name} was not looked for.")
    if are_told_apart(found, len(orphans)):
        yield from (_apart(comparison, drift) for drift in orphans)
        return
    total = found + len(orphans)
    message = f"{comparison.names} has {counted(total, 'operation')}, of which {len(orphans)} were not found."
    weight = (Severity.LOW, Confidence.TENTATIVE)
    yield BOARD.together(comparison, orphans, message, weight, about="operations that were not found")
    for drift in orphans:
        told = f"{drift.method} {drift.path} was not found, which is told once for its API."
        yield BOARD.differing(drift, Outcome.NOT_APPLICABLE, told)


def _apart(comparison: Comparison, drift: Drift) -> Verdict:
    message = f"{drift.method} {drift.path} is in {comparison.names}, and nowhere else"
    message += f"; {drift.detail}." if drift.detail else "."
    confidence = Confidence.FIRM if drift.detail else Confidence.TENTATIVE
    return BOARD.differing(drift, Outcome.FAIL, message, (Severity.LOW, confidence))


RULE = Rule(
    id="AP313",
    name="orphaned-operation",
    title="Operation of a contract that nothing serves",
    weakness=BOARD.weakness,
    severity=Severity.LOW,
    family="inventory-orphan",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi",),
    statement="operations of contracts are there",
)
