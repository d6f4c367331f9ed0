"""The code asks who calls, and the contract says that everybody may, or says nothing.

## What it finds

Operations of a contract with security schemes that demand none, while a guard of the code does. One finding for a contract, for
review: the API is safe, its contract is wrong.

## Why it matters

Nobody gets in who should not. But clients that are made from the contract send no credential, a gateway that enforces it lets the
wrong ones through to the code, and whoever counts open endpoints by the contract counts too many.

## Bad

```fastapi main.py
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI(dependencies=[Depends(HTTPBearer())])


@app.get("/orders")
def orders() -> list[str]:
    return ["paper", "ink"]


@app.delete("/orders/{order_id}")
def remove(order_id: int) -> str:
    return "gone"
```

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      security: [{bearer: []}]
      responses: {"200": {description: All orders}}
  /orders/{id}:
    delete:
      responses: {"204": {description: Gone}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
```

## Good

```fastapi main.py
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI(dependencies=[Depends(HTTPBearer())])


@app.get("/orders")
def orders() -> list[str]:
    return ["paper", "ink"]
```

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
security: [{bearer: []}]
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
```

## How to fix

Demand the scheme for the whole document, or make the contract from the code, so that it tells what the guards do.

## What it cannot see

Which scheme the guard takes.

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
from assay.rules.drifting import Comparison, comparisons, said, uncompared

SHEET = Sheet("AP315", "undocumented-endpoint")
FIX = "Demand the scheme in the contract, for the whole document or at the operation."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every contract whose API is known."""
    yield from uncompared(SHEET.rule, SHEET.weakness, inventory)
    for comparison in comparisons(inventory):
        yield from (_verdict(comparison, contract) for contract in comparison.contracts)


def _verdict(comparison: Comparison, contract: Contract) -> Verdict:
    if not contract.schemes:
        message = f"{contract.path} defines no security scheme, which AP301 judges."
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, message)
    found = [
        drift
        for drift in comparison.of(Difference.STRICTER)
        if drift.other is not None and drift.other.path == contract.path
    ]
    if not found:
        message = f"{contract.path} demands a known caller wherever the code does."
        return SHEET.verdict(contract, Outcome.PASS, message)
    message = f"{contract.path} leaves open {counted(len(found), 'operation')} that the code guards."
    shown = steps((said(drift), drift.other) for drift in found)
    return SHEET.failure(contract, message, (Severity.LOW, Confidence.TENTATIVE), fix=FIX, steps=shown)


RULE = Rule(
    id="AP315",
    name="stricter-than-contract",
    title="Contract leaves open what the code guards",
    weakness=SHEET.weakness,
    severity=Severity.LOW,
    family="inventory-security",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi",),
    statement="contracts demand a known caller wherever the code does",
)
