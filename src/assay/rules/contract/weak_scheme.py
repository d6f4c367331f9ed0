"""A contract lets callers in by a scheme that is known to be weak.

## What it finds

HTTP Basic and Digest, and the OAuth flows `implicit` and `password`, where an operation demands them.

## Why it matters

Basic sends the password with every request, and it holds until somebody changes it. The implicit flow puts tokens into addresses; the
password flow hands the password to every client. OAuth 2.1 drops both flows.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
security: [{login: []}]
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
components:
  securitySchemes:
    login:
      type: oauth2
      flows:
        implicit: {authorizationUrl: "https://login.example.com/authorize", scopes: {}}
```

```openapi swagger.json
{"swagger": "2.0", "info": {"title": "Orders", "version": "1"}, "security": [{"basic": []}],
 "securityDefinitions": {"basic": {"type": "basic"}},
 "paths": {"/orders": {"get": {"responses": {"200": {"description": "All orders"}}}}}}
```

## Good

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
security: [{login: []}]
paths:
  /orders:
    get:
      responses: {"200": {description: All orders}}
components:
  securitySchemes:
    login:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: "https://login.example.com/authorize"
          tokenUrl: "https://login.example.com/token"
          scopes: {}
```

## How to fix

Use the authorization code flow with PKCE for people, client credentials or mutual TLS for machines, and tokens that expire.

## What it cannot see

Schemes that exist only in the code, and how long tokens live.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- RFC 9700 Best Current Practice for OAuth 2.0 Security, sections 2.1.2 and 2.4
- CWE-522 Insufficiently Protected Credentials
"""

from collections.abc import Iterator

from assay.model.contract import Contract, Scheme
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import FRAMEWORK, Sheet, judged, steps

SHEET = Sheet("AP305", "weak-session-management")
WEAK = {
    "basic": (Severity.LOW, "sends the password with every request"),
    "digest": (Severity.LOW, "rests on a broken hash of the password"),
    "implicit": (Severity.MEDIUM, "puts tokens into addresses"),
    "password": (Severity.LOW, "hands the password to the client"),
}
FIX = "Use the authorization code flow with PKCE, or tokens that expire."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every scheme of every contract."""
    yield from SHEET.unspoken(inventory)
    for contract in judged(inventory):
        used = {
            name
            for operation in contract.operations
            for alternative in operation.access.alternatives
            for name in alternative
        }
        if not contract.schemes:
            yield SHEET.verdict(contract, Outcome.NOT_APPLICABLE, f"{contract.path} defines no security scheme.")
        for scheme in contract.schemes:
            yield _verdict(contract, scheme, is_used=scheme.name in used)


def _verdict(contract: Contract, scheme: Scheme, *, is_used: bool) -> Verdict:
    ways = [flow.kind for flow in scheme.flows] if scheme.kind == "oauth2" else [scheme.scheme]
    weak = [way for way in ways if way in WEAK]
    name = f"The scheme {scheme.name!r} of {contract.path}"
    if not weak:
        return SHEET.verdict(contract, Outcome.PASS, f"{name} is none of the weak ones.", about=scheme.name)
    if not is_used:
        message = f"{name} is weak, but no operation demands it."
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, message, about=scheme.name)
    worst = min(weak, key=lambda way: (WEAK[way][0].rank, way))
    severity, why = WEAK[worst]
    return SHEET.failure(
        contract,
        f"{name} is {worst}, which {why}.",
        (severity, Confidence.FIRM),
        fix=FIX,
        steps=steps((f"{scheme.name}: {way}", scheme.place) for way in weak),
        about=scheme.name,
    )


RULE = Rule(
    id="AP305",
    name="weak-scheme",
    title="Contract lets callers in by a weak scheme",
    weakness=SHEET.weakness,
    severity=Severity.MEDIUM,
    family="contract-scheme",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="security schemes of contracts are none of the weak ones",
)
