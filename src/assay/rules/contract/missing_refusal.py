"""A contract does not tell how the API refuses.

## What it finds

Operations that demand a known caller and describe neither 401 nor 403, and contracts in which no operation describes 429, the answer
to too many requests. `4XX` and `default` cover all of them. Each is one finding for a contract, and a suspicion only: an API may
refuse without its contract saying so.

## Why it matters

Clients do not handle what is not described, tests do not ask for it, and gateways that enforce the contract turn a refusal into an
error. A contract in which nothing is ever too much is often one whose API has no limits.

## Bad

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

## Good

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
security: [{bearer: []}]
paths:
  /orders:
    get:
      responses:
        "200": {description: All orders}
        "401": {description: Nobody is signed in}
        "403": {description: Not your orders}
        "429": {description: Too many requests}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
```

## How to fix

Describe 401, 403 and 429 once below `components.responses`, and refer to them from every operation.

## What it cannot see

Whether the API refuses in fact: the code scan and the live scan see that.

## References

- OWASP API Security Top 10 2023, API4 Unrestricted Resource Consumption, API9 Improper Inventory Management
- CWE-770 Allocation of Resources Without Limits or Throttling
"""

from collections.abc import Iterator

from assay.model.contract import Contract, Operation, Stance
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import FRAMEWORK, Sheet, counted, judged, steps

SHEET = Sheet("AP307", "missing-rate-limit")
DOCUMENTATION = "undocumented-endpoint"
ALL = frozenset({"4XX", "DEFAULT"})
DENIALS = ALL | {"401", "403"}
LIMITS = ALL | {"429"}
WEIGHT = (Severity.INFO, Confidence.TENTATIVE)
FIX = "Describe 401, 403 and 429 below components.responses, and refer to them from every operation."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """Two verdicts for every contract: how it denies, and how it limits."""
    yield from SHEET.unspoken(inventory)
    for contract in judged(inventory):
        if contract.operations:
            yield _denials(contract)
            yield _limits(contract)
        else:
            yield SHEET.verdict(contract, Outcome.NOT_APPLICABLE, f"{contract.path} has no operations.")


def _denials(contract: Contract) -> Verdict:
    asking = [each for each in contract.operations if each.access.stance is Stance.SECURED]
    about = "denial"
    if not asking:
        message = f"{contract.path} has no operation that demands a known caller."
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, message, about=about, weakness=DOCUMENTATION)
    silent = _without(asking, DENIALS)
    if not silent:
        message = f"{contract.path} describes 401 or 403 wherever it demands a known caller."
        return SHEET.verdict(contract, Outcome.PASS, message, about=about, weakness=DOCUMENTATION)
    message = f"{contract.path} describes neither 401 nor 403 for {len(silent)} of {counted(len(asking), 'operation')}"
    shown = steps((each.name, each.place) for each in silent)
    return SHEET.failure(
        contract,
        f"{message} that demand a known caller.",
        WEIGHT,
        fix=FIX,
        steps=shown,
        about=about,
        weakness=DOCUMENTATION,
    )


def _limits(contract: Contract) -> Verdict:
    silent = _without(contract.operations, LIMITS)
    about = "limit"
    if len(silent) < len(contract.operations):
        message = f"{contract.path} describes an answer to too many requests."
        return SHEET.verdict(contract, Outcome.PASS, message, about=about)
    message = f"{contract.path} describes no answer to too many requests (429) in any operation."
    return SHEET.failure(contract, message, WEIGHT, fix=FIX, about=about)


def _without(operations: tuple[Operation, ...] | list[Operation], statuses: frozenset[str]) -> list[Operation]:
    return [each for each in operations if not each.statuses & statuses]


RULE = Rule(
    id="AP307",
    name="missing-refusal",
    title="Contract does not tell how the API refuses",
    weakness=SHEET.weakness,
    severity=Severity.INFO,
    family="contract-refusal",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="contracts tell how the API refuses",
)
