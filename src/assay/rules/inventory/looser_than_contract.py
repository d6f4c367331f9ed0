"""The contract demands a known caller, and the code asks nobody.

## What it finds

Endpoints without a guard whose operation demands a security scheme. It is firm where the demand stands at the operation itself and
nothing in the code says that everybody may come in; where it comes from the whole document, or where the code carries an anonymous
marker, it is a suspicion. The way in, health probes and the like are open by nature.

## Why it matters

Somebody wrote down that this needs a credential. Whoever reviewed the contract took that for true.

## Bad

```fastapi main.py
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()


@app.get("/orders", dependencies=[Depends(HTTPBearer())])
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
      security: [{bearer: []}]
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


@app.delete("/orders/{order_id}")
def remove(order_id: int) -> str:
    return "gone"
```

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
security: [{bearer: []}]
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
  /orders/{id}:
    delete:
      responses: {"204": {description: Gone}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
```

## How to fix

Guard the endpoint as its contract says. If it is meant for everybody, write `security: []` at the operation.

## What it cannot see

Guards outside of the code, as in a gateway: a live scan sees whether a call without credentials is refused.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- CWE-306 Missing Authentication for Critical Function
"""

from collections.abc import Iterator

from assay.model.contract import Access, Operation, Stance
from assay.model.endpoint import Endpoint
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.documents import code_of, judged
from assay.rules.drifting import uncompared
from assay.rules.landscape import Landscape, landscapes
from assay.rules.nature import nature
from assay.rules.protection import search
from assay.rules.verdicts import Desk

DESK = Desk("AP314", "missing-authentication")


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint whose contract demands a known caller."""
    yield from uncompared(DESK.rule, DESK.weakness, inventory)
    code, known = code_of(inventory), landscapes(inventory)
    seen = set()
    for contract in judged(inventory):
        for operation in contract.operations:
            if operation.access.stance is not Stance.SECURED:
                continue
            for name in operation.endpoints:
                key = (contract.api, *name)
                if key not in seen:
                    seen.add(key)
                    found = code.get(key, [])
                    yield from (_verdict(operation, endpoint, known[contract.api]) for endpoint in found)


def _verdict(operation: Operation, endpoint: Endpoint, landscape: Landscape) -> Verdict:
    if settled := DESK.settled(endpoint):
        return settled
    if endpoint.auth:
        return DESK.protected(endpoint)
    if kind := nature(endpoint):
        return DESK.verdict(endpoint, kind.outcome, f"{endpoint.name} {kind.what}.")
    severity, confidence = _weight(operation.access, endpoint, landscape)
    schemes = " or ".join(" with ".join(each) for each in operation.access.alternatives)
    message = f"{endpoint.name} asks nobody who calls, though its contract demands {schemes}."
    shown = (Step(f"The contract demands {schemes}", operation.place), search(endpoint))
    return DESK.failure(endpoint, message, severity, confidence, fix=remedy.authenticate(endpoint), shown=shown)


def _weight(access: Access, endpoint: Endpoint, landscape: Landscape) -> tuple[Severity, Confidence]:
    severity = Severity.HIGH if endpoint.is_write else Severity.MEDIUM
    is_doubtful = access.is_inherited or endpoint.is_stated_public or not landscape.has_authentication
    return severity, Confidence.TENTATIVE if is_doubtful else Confidence.FIRM


RULE = Rule(
    id="AP314",
    name="looser-than-contract",
    title="Code asks nobody where the contract demands a known caller",
    weakness=DESK.weakness,
    severity=Severity.HIGH,
    family="posture",
    specificity=75,
    judge=verdicts,
    frameworks=("fastapi",),
    statement="endpoints demand what their contract says",
)
