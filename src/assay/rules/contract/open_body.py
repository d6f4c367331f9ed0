"""A contract takes members that it does not name.

## What it finds

Bodies of operations that change state, or objects inside them, with `additionalProperties: true`, and objects of which nothing is
said at all. One finding for a contract. Maps whose values have a schema are meant, and objects that name their members and say
nothing of others are as most contracts are: neither is judged.

## Why it matters

Whoever binds such a body to a stored object lets callers set what was never meant for them, such as a role or an owner.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders/{id}:
    patch:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              additionalProperties: true
              properties:
                note: {type: string, maxLength: 400}
      responses: {"200": {description: Changed}}
```

## Good

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders/{id}:
    patch:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              properties:
                note: {type: string, maxLength: 400}
      responses: {"200": {description: Changed}}
```

## How to fix

Name the members that callers may set, write `additionalProperties: false`, and bind to a type that has only those.

## What it cannot see

What the server does with members that it does not know. A live scan in active mode sees that.

## References

- OWASP API Security Top 10 2023, API3 Broken Object Property Level Authorization
- CWE-915 Improperly Controlled Modification of Dynamically-Determined Object Attributes
"""

from collections.abc import Iterator

from assay.model.contract import Contract, Shape
from assay.model.place import Place
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.document_fields import Field, written
from assay.rules.documents import FRAMEWORK, Sheet, counted, judged, steps

SHEET = Sheet("AP308", "mass-assignment")
FIX = "Name the members that callers may set, and write additionalProperties: false."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every contract."""
    yield from SHEET.unspoken(inventory)
    for contract in judged(inventory):
        yield _verdict(contract)


def _verdict(contract: Contract) -> Verdict:
    objects = [field for field in written(contract) if field.shape.type == "object" and not field.shape.is_read_only]
    if not objects:
        message = f"{contract.path} describes no object that an operation which changes state takes."
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, message)
    loose = [field for field in objects if _is_loose(field.shape)]
    if not loose:
        message = f"{contract.path} states of none of {counted(len(objects), 'object')} that it takes other members."
        return SHEET.verdict(contract, Outcome.PASS, message)
    message = (
        f"{contract.path} takes members that it does not name in {len(loose)} of {counted(len(objects), 'object')}"
    )
    shown = steps((_said(field), Place(field.shape.path or contract.path, field.shape.line)) for field in loose)
    weight = (Severity.LOW, Confidence.TENTATIVE)
    return SHEET.failure(contract, f"{message} that callers write.", weight, fix=FIX, steps=shown)


def _is_loose(shape: Shape) -> bool:
    """Whether anything may be sent: it is said, or nothing is."""
    is_bare = not shape.members and not shape.alternatives and shape.is_open is None and not shape.example
    return shape.is_open is True or is_bare


def _said(field: Field) -> str:
    return f"{field.operation.name}: {field.way or 'the body'} takes any member"


RULE = Rule(
    id="AP308",
    name="open-body",
    title="Contract takes members that it does not name",
    weakness=SHEET.weakness,
    severity=Severity.LOW,
    family="contract-body",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="contracts name the members that callers may set",
)
