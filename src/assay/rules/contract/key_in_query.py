"""An API key travels in the address.

## What it finds

Security schemes that take an API key as a query parameter, and that an operation or the document demands.

## Why it matters

Addresses end up in logs of servers and proxies, in histories and in `Referer` headers, and the key with them.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
security: [{key: []}]
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: api_key}
```

## Good

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
security: [{key: []}]
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Api-Key}
```

## How to fix

Take the key in a header, `Authorization` or one of its own. Where a link has to carry a proof, let it be short-lived and good
for that one thing.

## What it cannot see

Keys that the code reads from the query without the contract saying so.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- CWE-598 Use of GET Request Method With Sensitive Query Strings
"""

from collections.abc import Iterator

from assay.model.contract import Contract, Scheme
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import FRAMEWORK, Sheet, counted, judged, steps

SHEET = Sheet("AP304", "sensitive-data-in-url")
FIX = "Take the key in a header: in: header."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every contract that has an API key, one for each key that is demanded."""
    yield from SHEET.unspoken(inventory)
    for contract in judged(inventory):
        keys = [scheme for scheme in contract.schemes if scheme.kind == "apiKey"]
        if not keys:
            yield SHEET.verdict(contract, Outcome.NOT_APPLICABLE, f"{contract.path} demands no API key.")
        for scheme in keys:
            yield _verdict(contract, scheme)


def _verdict(contract: Contract, scheme: Scheme) -> Verdict:
    name = f"The key {scheme.parameter or scheme.name!r} of {contract.path}"
    if scheme.location != "query":
        where = scheme.location or "a place that is not said"
        return SHEET.verdict(contract, Outcome.PASS, f"{name} is taken in {where}.", about=scheme.name)
    using = [
        operation
        for operation in contract.operations
        if any(scheme.name in alternative for alternative in operation.access.alternatives)
    ]
    if not using:
        message = f"{name} may stand in the address, but no operation demands it."
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, message, about=scheme.name)
    only = sum(all(scheme.name in each for each in operation.access.alternatives) for operation in using)
    severity = Severity.MEDIUM if only else Severity.LOW
    doubt = "" if only else ", as one way among others"
    message = f"{name} is taken in the address by {counted(len(using), 'operation')}{doubt}."
    shown = steps([(f"{scheme.name} is taken in the query", scheme.place), (using[0].name, using[0].place)])
    return SHEET.failure(contract, message, (severity, Confidence.FIRM), fix=FIX, steps=shown, about=scheme.name)


RULE = Rule(
    id="AP304",
    name="key-in-query",
    title="API key travels in the address",
    weakness=SHEET.weakness,
    severity=Severity.MEDIUM,
    family="contract-key",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="API keys of contracts stay out of addresses",
)
