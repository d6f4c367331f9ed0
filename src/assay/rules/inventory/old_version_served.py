"""An old version of an endpoint is still served.

## What it finds

Endpoints with a version in their path, as `/v1/orders`, that the contract has in a newer version only; and operations that the
contract calls deprecated and the code still serves, told together for a contract.

## Why it matters

Guards and mends are written for the version that people work on. The old one keeps the old faults, and the same data.

## Bad

```fastapi main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/v1/orders")
def old_orders() -> list[str]:
    return ["paper", "ink"]


@app.get("/v2/orders")
def orders() -> list[str]:
    return ["paper", "ink"]
```

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 2.0.0}
paths:
  /v2/orders:
    get:
      responses: {"200": {description: All orders}}
```

## Good

```fastapi main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/v2/orders")
def orders() -> list[str]:
    return ["paper", "ink"]
```

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 2.0.0}
paths:
  /v2/orders:
    get:
      responses: {"200": {description: All orders}}
```

## How to fix

Remove the old version on the day that was announced for it. Until then keep it in the contract, `deprecated: true`, with the same
guards as the new one.

## What it cannot see

Versions that are told by a header or a host, and old deployments that still run.

## References

- OWASP API Security Top 10 2023, API9 Improper Inventory Management
- CWE-1059 Insufficient Technical Documentation
"""

from collections.abc import Iterator

from assay.model.contract import Contract, Difference
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import Sheet, counted, steps
from assay.rules.drifting import Board, Comparison, comparisons, uncompared

BOARD = Board(
    "AP316", "deprecated-api-version", "Remove it, or keep it in the contract with the guards of the new one."
)
SHEET = Sheet(BOARD.rule, BOARD.weakness)
DEPRECATED = "deprecated operations"


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every contract whose API is known, and one for every old version."""
    yield from uncompared(BOARD.rule, BOARD.weakness, inventory)
    for comparison in comparisons(inventory):
        yield from _compared(comparison)


def _compared(comparison: Comparison) -> Iterator[Verdict]:
    old = comparison.of(Difference.LEFTOVER)
    for drift in old:
        message = f"{drift.method} {drift.path} is served, while {comparison.names} has {drift.detail} instead."
        yield BOARD.differing(drift, Outcome.FAIL, message, (Severity.MEDIUM, Confidence.FIRM))
    for contract in comparison.contracts:
        if not old:
            message = f"{contract.path} has no newer version of an endpoint that it leaves out."
            yield SHEET.verdict(contract, Outcome.PASS, message)
        yield _deprecated(contract)


def _deprecated(contract: Contract) -> Verdict:
    marked = [operation for operation in contract.operations if operation.is_deprecated]
    if not marked:
        message = f"{contract.path} calls no operation deprecated."
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, message, about=DEPRECATED)
    served = [operation for operation in marked if operation.endpoints]
    if not served:
        message = f"{contract.path} calls {counted(len(marked), 'operation')} deprecated, and the code serves none."
        return SHEET.verdict(contract, Outcome.PASS, message, about=DEPRECATED)
    message = f"{contract.path} calls {counted(len(served), 'operation')} deprecated that the code still serves."
    shown = steps((operation.name, operation.place) for operation in served)
    weight = (Severity.LOW, Confidence.TENTATIVE)
    return SHEET.failure(contract, message, weight, fix=BOARD.fix, steps=shown, about=DEPRECATED)


RULE = Rule(
    id="AP316",
    name="old-version-served",
    title="Old version of an endpoint is still served",
    weakness=BOARD.weakness,
    severity=Severity.MEDIUM,
    family="inventory-version",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi",),
    statement="contracts have the versions that are served",
)
