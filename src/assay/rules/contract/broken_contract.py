"""A contract is broken, so that part of it says nothing.

## What it finds

Documents that cannot be parsed from some line on, references that lead nowhere or to another document, parts of the wrong kind, keys
and operation ids that stand twice. One finding for a contract, with the places; for review, unless nothing of it can be read.

## Why it matters

What cannot be read is not in any inventory, test or gateway that goes by the contract. Two operations with one id become one in
generated clients.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      operationId: orders
      parameters: [{$ref: "#/components/parameters/Page"}]
      responses: {"200": {description: All orders}}
    post:
      operationId: orders
      responses: {"201": {description: Created}}
```

```openapi orders.openapi.json
{"openapi": "3.1.0", "info": {"title": "Orders", "version": "1"},
 "paths": {"/orders": {"get": {"responses": {"200": {"description": "All orders"}}}},
```

## Good

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters: [{$ref: "#/components/parameters/Page"}]
      responses: {"200": {description: All orders}}
    post:
      operationId: placeOrder
      responses: {"201": {description: Created}}
components:
  parameters:
    Page: {name: page, in: query, schema: {type: integer, minimum: 1, maximum: 1000}}
```

## How to fix

Mend the lines that are named. Run a validator of OpenAPI in the pipeline, so that the next one is found before it is merged.

## What it cannot see

Everything that the standard forbids: only what keeps this document from being read is told.

## References

- OWASP API Security Top 10 2023, API9 Improper Inventory Management
- OpenAPI Specification
- CWE-1059 Insufficient Technical Documentation
"""

from collections.abc import Iterator

from assay.model.contract import Contract
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import FRAMEWORK, Sheet, counted, steps

SHEET = Sheet("AP311", "undocumented-endpoint")
FIX = "Mend the lines that are named, and run a validator of OpenAPI in the pipeline."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every contract that describes an API, those that cannot be read included."""
    yield from SHEET.unspoken(inventory)
    for contract in inventory.contracts:
        if contract.api:
            yield _verdict(contract)


def _verdict(contract: Contract) -> Verdict:
    if not contract.faults:
        count = counted(len(contract.operations), "operation")
        return SHEET.verdict(contract, Outcome.PASS, f"{contract.path} was read as a whole: {count}.")
    shown = steps((fault.message, fault.place) for fault in contract.faults)
    first = contract.faults[0].message
    if any(fault.is_fatal for fault in contract.faults):
        weight = (Severity.MEDIUM, Confidence.FIRM)
        message = f"{contract.path} cannot be read: {first}."
    else:
        weight = (Severity.LOW, Confidence.TENTATIVE)
        message = f"{contract.path} is broken in {counted(len(contract.faults), 'place')}: {first}."
    return SHEET.failure(contract, message, weight, fix=FIX, steps=shown)


RULE = Rule(
    id="AP311",
    name="broken-contract",
    title="Contract is broken",
    weakness=SHEET.weakness,
    severity=Severity.LOW,
    family="contract-fault",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="contracts can be read as a whole",
)
