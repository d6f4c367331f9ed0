"""A contract says of no operation how callers are known.

## What it finds

OpenAPI documents that define no security scheme and demand none. Where the code of the API is known, what it does decides how
much that matters: if it guards the endpoints, the contract only leaves that out; if nothing is known of the code, the API may
be open, or something in front of it asks.

## Why it matters

Clients, gateways and tests are made from contracts. What a contract does not demand, a gateway does not ask for, and a review
of the contract finds nothing to object to.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
    post:
      responses: {"201": {description: Created}}
```

## Good

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

Define the scheme that callers use below `components.securitySchemes` (`securityDefinitions` in version 2.0), demand it for the whole
document with `security`, and write `security: []` at the operations that are meant for everybody.

## What it cannot see

What a gateway demands, and what documents say that this one refers to.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- OpenAPI Specification, Security Requirement Object
- CWE-306 Missing Authentication for Critical Function
"""

from collections.abc import Iterator

from assay.model.contract import Contract, Stance
from assay.model.endpoint import Endpoint
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import FRAMEWORK, Sheet, code_of, counted, judged, steps

SHEET = Sheet("AP301", "missing-authentication")
DOCUMENTATION = "undocumented-endpoint"
FIX = "Define the scheme below components.securitySchemes, and demand it with security."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every contract that has operations."""
    yield from SHEET.unspoken(inventory)
    code = code_of(inventory)
    contracts = list(judged(inventory))
    secured = {contract.api for contract in contracts if _demands(contract)}
    for contract in contracts:
        known = [
            endpoint
            for operation in contract.operations
            for name in operation.endpoints
            for endpoint in code.get((contract.api, *name), ())
        ]
        yield _verdict(contract, known, is_secured=contract.api in secured)


def _demands(contract: Contract) -> bool:
    return bool(contract.schemes) or any(
        operation.access.stance not in {Stance.SILENT, Stance.PUBLIC} for operation in contract.operations
    )


def _verdict(contract: Contract, known: list[Endpoint], *, is_secured: bool) -> Verdict:
    if not contract.operations:
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, f"{contract.path} has no operations.")
    if _demands(contract):
        return SHEET.verdict(contract, Outcome.PASS, f"{contract.path} says how callers are known.")
    if is_secured:
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, f"{contract.path} is part of a contract with a scheme.")
    count = counted(len(contract.operations), "operation")
    message = f"{contract.path} defines no security scheme for its {count}"
    guarded = sum(endpoint.auth is True for endpoint in known)
    if known:
        weight = (Severity.LOW, Confidence.TENTATIVE)
        message += f"; the code guards {guarded} of them" if guarded else "; what the code demands is judged there"
        return SHEET.failure(contract, f"{message}.", weight, fix=FIX, weakness=DOCUMENTATION)
    writes = [each for each in contract.operations if each.is_write]
    weight = (Severity.MEDIUM if writes else Severity.LOW, Confidence.TENTATIVE)
    shown = steps((f"{each.name} demands nothing", each.place) for each in writes or contract.operations)
    return SHEET.failure(contract, f"{message}.", weight, fix=FIX, steps=shown)


RULE = Rule(
    id="AP301",
    name="no-security-scheme",
    title="Contract defines no security scheme",
    weakness=SHEET.weakness,
    severity=Severity.MEDIUM,
    family="contract-security",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="contracts say how callers are known",
)
