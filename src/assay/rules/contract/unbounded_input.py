"""A contract sets no bounds on what callers may send.

## What it finds

Texts without length, choices, pattern or a format that bounds them, lists without a longest length, and numbers without bounds or a
format, in the bodies of operations that change state. One finding for a contract, with the first places: a suspicion, because
the code may set bounds that its contract does not tell.

## Why it matters

What is not bounded is what an attacker makes large: a text of a gigabyte, a list of a million. Gateways and generated code check what
the contract says, and nothing else.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                note: {type: string}
                lines: {type: array, items: {type: string, maxLength: 40}}
      responses: {"201": {description: Created}}
```

## Good

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                note: {type: string, maxLength: 400}
                lines: {type: array, maxItems: 100, items: {type: string, maxLength: 40}}
                count: {type: integer, minimum: 1, maximum: 1000}
      responses: {"201": {description: Created}}
```

## How to fix

Add `maxLength`, `maxItems`, `minimum` and `maximum`, and let the server refuse what lies outside. Limit the size of bodies as well.

## What it cannot see

Bounds that the server or a gateway sets without the contract saying so.

## References

- OWASP API Security Top 10 2023, API4 Unrestricted Resource Consumption
- CWE-770 Allocation of Resources Without Limits or Throttling, CWE-20 Improper Input Validation
"""

from collections.abc import Iterator

from assay.model.contract import Contract, Shape
from assay.model.place import Place
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.document_fields import Field, written
from assay.rules.documents import FRAMEWORK, Sheet, counted, judged, steps

SHEET = Sheet("AP306", "missing-input-validation")
FIX = "Add maxLength, maxItems, minimum and maximum, and refuse what lies outside."
BOUNDING = frozenset(
    {"date", "date-time", "time", "uuid", "guid", "ipv4", "ipv6", "email", "duration", "binary", "byte", "date-only"}
)
"""Formats that bound a text by themselves; a file is bounded by the size of the body."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every contract."""
    yield from SHEET.unspoken(inventory)
    for contract in judged(inventory):
        yield _verdict(contract)


def _verdict(contract: Contract) -> Verdict:
    fields = [field for field in written(contract) if not field.shape.is_read_only]
    judgeable = [field for field in fields if field.shape.type in {"string", "array", "number", "integer"}]
    if not judgeable:
        message = f"{contract.path} describes no field that an operation which changes state takes."
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, message)
    loose = [field for field in judgeable if is_unbounded(field.shape)]
    if not loose:
        return SHEET.verdict(contract, Outcome.PASS, f"{contract.path} bounds {counted(len(judgeable), 'field')}.")
    message = (
        f"{contract.path} sets no bounds on {len(loose)} of {counted(len(judgeable), 'field')} that callers write."
    )
    shown = steps((_said(field), Place(field.shape.path or contract.path, field.shape.line)) for field in loose)
    return SHEET.failure(contract, message, (Severity.LOW, Confidence.TENTATIVE), fix=FIX, steps=shown)


def is_unbounded(shape: Shape) -> bool:
    """Whether nothing says how long or large a value may be."""
    if shape.enum:
        return False
    match shape.type:
        case "string":
            return shape.longest is None and not shape.pattern and shape.format not in BOUNDING
        case "array":
            return shape.longest is None
        case "number" | "integer":
            return shape.maximum is None and not shape.format
    return False


def _said(field: Field) -> str:
    kind = {"string": "text", "array": "list"}.get(field.shape.type, field.shape.type)
    return f"{field.operation.name}: {field.way or 'the body'} is a {kind} without bounds".replace(
        "a integer", "an integer"
    )


RULE = Rule(
    id="AP306",
    name="unbounded-input",
    title="Contract sets no bounds on what callers send",
    weakness=SHEET.weakness,
    severity=Severity.LOW,
    family="contract-bounds",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="contracts bound what callers send",
)
