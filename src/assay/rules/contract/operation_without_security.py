"""An operation demands nothing, among others of its contract that do.

## What it finds

Operations of contracts with a security scheme that say nothing of who may call while most of their siblings do, and operations
that change state and are stated open. The way in, health probes and the like are open by nature. Where the code of an operation is
known, its guards decide and this rule says so: AP001 to AP010 judge them.

## Why it matters

By the standard an operation that says nothing is open. Whether that was meant is for its owner to say: `security: []` says it.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      security: [{bearer: []}]
      responses: {"200": {description: All orders}}
    post:
      security: [{bearer: []}]
      responses: {"201": {description: Created}}
  /orders/{id}:
    delete:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"204": {description: Gone}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
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
  /orders/{id}:
    delete:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"204": {description: Gone}}
  /login:
    post:
      security: []
      responses: {"200": {description: A token}}
  /catalogue:
    get:
      security: []
      responses: {"200": {description: What is sold}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
```

## How to fix

Demand the scheme for the whole document with `security` at its top, and state `security: []` where everybody may call.

## What it cannot see

What a gateway or the code demands beyond the contract, where the code is not part of the scan.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- OpenAPI Specification, Security Requirement Object
- CWE-306 Missing Authentication for Critical Function
"""

from collections.abc import Iterator

from assay.model.contract import Contract, Operation, Stance
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import FRAMEWORK, Sheet, endpoint_of, judged
from assay.rules.nature import nature

SHEET = Sheet("AP302", "missing-authentication")
FIX = "Demand a scheme with security, or state security: [] if everybody may call it."
MOST = 0.5
"""Share of the operations that demand something, from which the others stand out."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every operation of every contract."""
    yield from SHEET.unspoken(inventory)
    for contract in judged(inventory):
        demanding = sum(each.access.stance is Stance.SECURED for each in contract.operations)
        stands_out = demanding > MOST * len(contract.operations)
        for operation in contract.operations:
            yield _verdict(contract, operation, stands_out=stands_out)


def _verdict(contract: Contract, operation: Operation, *, stands_out: bool) -> Verdict:
    name, stance = operation.name, operation.access.stance
    if operation.endpoints:
        return SHEET.on(contract, operation, Outcome.NOT_APPLICABLE, f"{name} is judged by its code or answers.")
    if not contract.schemes:
        message = f"{name} stands in a contract without a security scheme, which AP301 judges."
        return SHEET.on(contract, operation, Outcome.NOT_APPLICABLE, message)
    if stance is Stance.UNKNOWN:
        message = f"{name} demands something that the contract does not define, so nobody knows what."
        return SHEET.on(contract, operation, Outcome.NOT_TESTED, message)
    if stance is Stance.SECURED:
        return SHEET.on(contract, operation, Outcome.PASS, f"{name} demands a caller who is known, by its contract.")
    if kind := nature(endpoint_of(contract, operation)):
        return SHEET.on(contract, operation, kind.outcome, f"{name} {kind.what}.")
    return _open(contract, operation, stands_out=stands_out)


def _open(contract: Contract, operation: Operation, *, stands_out: bool) -> Verdict:
    name, is_stated = operation.name, operation.access.stance is not Stance.SILENT
    if is_stated and not operation.is_write:
        return SHEET.on(contract, operation, Outcome.PASS, f"{name} is stated to be open, and changes nothing.")
    if is_stated:
        message = f"{name} changes state and is stated to be open to everybody."
        weight = (Severity.MEDIUM, Confidence.TENTATIVE)
    elif stands_out:
        changes = "changes state and says" if operation.is_write else "says"
        message = f"{name} {changes} nothing of who may call, while most operations of its contract do."
        weight = (Severity.MEDIUM if operation.is_write else Severity.LOW, Confidence.FIRM)
    else:
        message = f"{name} says nothing of who may call."
        weight = (Severity.LOW, Confidence.TENTATIVE)
    return SHEET.on(contract, operation, Outcome.FAIL, message, weight=weight, fix=FIX)


RULE = Rule(
    id="AP302",
    name="operation-without-security",
    title="Operation of a contract demands nothing",
    weakness=SHEET.weakness,
    severity=Severity.MEDIUM,
    family="contract-operation-security",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="operations of contracts demand a known caller, or are stated open",
)
