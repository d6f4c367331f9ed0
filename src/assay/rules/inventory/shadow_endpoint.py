"""An endpoint is in the code, or answers, and no contract has it.

## What it finds

Endpoints of an API with a contract that the contract does not have. Paths are compared without the names of parameters, cases and
prefixes that only a proxy knows. Pages, health probes, documentation, websockets, and what is served in development only, are not
expected in a contract.

Where the contract has at least 60 % of the endpoints and at most 25 are missing, each is a finding; otherwise there is one for the
API, a suspicion where the contract plainly covers a part only. What lies outside of the paths that the contract is about is told
together as well.

## Why it matters

What is not in the inventory is not reviewed, tested, limited or watched. Old and internal endpoints live there.

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


@app.post("/orders/{order_id}/refund")
def refund(order_id: int) -> str:
    return "done"
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
```

## Good

```fastapi main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders")
def orders() -> list[str]:
    return ["paper", "ink"]


@app.get("/orders/{order_id}")
def order(order_id: int) -> str:
    return "paper"


@app.get("/health")
def health() -> str:
    return "ok"
```

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
servers: [{url: "https://api.example.com/v1"}]
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
  /orders/{id}:
    get:
      responses: {"200": {description: One order}}
```

## How to fix

Write the endpoint into the contract, best by making the contract from the code in the pipeline; or remove it, if nobody needs it.

## What it cannot see

Endpoints that neither the code scan nor a live call saw, and contracts that are kept elsewhere.

## References

- OWASP API Security Top 10 2023, API9 Improper Inventory Management
- CWE-1059 Insufficient Technical Documentation, CWE-912 Hidden Functionality
"""

from collections.abc import Iterator

from assay.model.contract import Difference, Drift
from assay.model.endpoint import Endpoint
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import counted
from assay.rules.drifting import Board, Comparison, are_told_apart, comparisons, uncompared

BOARD = Board("AP312", "undocumented-endpoint", "Write it into the contract, or remove it.")
CONTRACT = "contract"


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint that a contract is expected to have."""
    yield from uncompared(BOARD.rule, BOARD.weakness, inventory)
    for comparison in comparisons(inventory):
        yield from _compared(comparison)


def _compared(comparison: Comparison) -> Iterator[Verdict]:
    expected = {(endpoint.method, endpoint.path): endpoint for endpoint in comparison.endpoints}
    documented = [endpoint for endpoint in expected.values() if CONTRACT in endpoint.views]
    shadows = [
        drift
        for drift in comparison.of(Difference.SHADOW)
        if (drift.method, drift.path) in expected or (drift.method, drift.path) not in comparison.written
    ]
    for endpoint in documented:
        yield BOARD.settled(endpoint, Outcome.PASS, f"{endpoint.name} is in {comparison.names}.")
    known = len(documented) + comparison.answering
    inside = tuple(drift for drift in shadows if drift.is_inside)
    outside = tuple(drift for drift in shadows if not drift.is_inside)
    if are_told_apart(known, len(inside)):
        yield from (_apart(comparison, drift, expected) for drift in inside)
    else:
        yield _together(comparison, inside, known)
        yield from (_named_above(drift) for drift in inside)
    if outside:
        yield _outside(comparison, outside)
        yield from (_named_above(drift) for drift in outside)


def _apart(comparison: Comparison, drift: Drift, expected: dict[tuple[str, str], Endpoint]) -> Verdict:
    where = f"; {drift.detail}" if drift.detail and drift.place else ""
    message = f"{drift.method} {drift.path} is not in {comparison.names}{where}."
    endpoint = expected.get((drift.method, drift.path))
    is_quiet = endpoint is not None and endpoint.auth is True and not endpoint.is_write
    severity = Severity.LOW if is_quiet else Severity.MEDIUM
    is_broken = any(contract.faults for contract in comparison.contracts)
    weight = (severity, Confidence.TENTATIVE if is_broken else Confidence.FIRM)
    return BOARD.differing(drift, Outcome.FAIL, message, weight)


def _together(comparison: Comparison, drifts: tuple[Drift, ...], documented: int) -> Verdict:
    total = documented + len(drifts)
    message = f"{comparison.names} leaves out {len(drifts)} of {counted(total, 'endpoint')} of {comparison.api.name}."
    is_partial = documented < total - documented
    weight = (Severity.LOW, Confidence.TENTATIVE) if is_partial else (Severity.MEDIUM, Confidence.FIRM)
    return BOARD.together(comparison, drifts, message, weight, about="undocumented endpoints")


def _outside(comparison: Comparison, drifts: tuple[Drift, ...]) -> Verdict:
    stand = "stands" if len(drifts) == 1 else "stand"
    count = counted(len(drifts), "endpoint")
    message = f"{count} of {comparison.api.name} {stand} outside of the paths that {comparison.names} is about."
    weight = (Severity.LOW, Confidence.TENTATIVE)
    return BOARD.together(comparison, drifts, message, weight, about="endpoints outside of the contract")


def _named_above(drift: Drift) -> Verdict:
    message = f"{drift.method} {drift.path} is in no contract, which is told once for its API."
    return BOARD.differing(drift, Outcome.NOT_APPLICABLE, message)


RULE = Rule(
    id="AP312",
    name="shadow-endpoint",
    title="Endpoint that no contract has",
    weakness=BOARD.weakness,
    severity=Severity.MEDIUM,
    family="inventory-shadow",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi",),
    statement="endpoints are in their contract",
)
