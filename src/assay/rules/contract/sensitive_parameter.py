"""An operation takes a secret or personal data in the address.

## What it finds

Parameters of the query and the path whose names are those of passwords, keys and tokens, or of personal data such as e-mail
addresses, card and social security numbers. Tokens that continue a list, and proofs of routes that are the way in or recover it, are
not judged.

## Why it matters

Addresses are kept where bodies are not: in logs of servers and proxies, in histories, bookmarks and `Referer` headers.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /customers:
    get:
      parameters:
        - {name: password, in: query, schema: {type: string}}
        - {name: ssn, in: query, schema: {type: string}}
      responses: {"200": {description: Customers}}
```

## Good

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /customers:
    get:
      parameters:
        - {name: page_token, in: query, schema: {type: string}}
        - {name: Authorization, in: header, schema: {type: string}}
      responses: {"200": {description: Customers}}
```

## How to fix

Take secrets in a header or a body, and personal data in the body of a search that is posted, or by an id that says nothing.

## What it cannot see

What values of harmless names hold.

## References

- OWASP API Security Top 10 2023, API8 Security Misconfiguration
- CWE-598 Use of GET Request Method With Sensitive Query Strings
"""

from collections.abc import Iterator

from assay.model.contract import Contract, Input, Operation
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.documents import FRAMEWORK, Sheet, endpoint_of, judged
from assay.rules.nature import nature
from assay.rules.words import vocabulary, words

SHEET = Sheet("AP309", "sensitive-data-in-url")
FIX = "Take it in a header or a body."
SECRETS = vocabulary("password passwd pwd passphrase secret privatekey apikey pin otp totp cvv cvc credential")
TOKENS = vocabulary("token jwt bearer")
"""A proof: often a session, sometimes good for one thing only."""
PERSONAL = vocabulary("ssn iban passport creditcard cardnumber email phone phonenumber birthdate dob taxid bsn nino")
GRAVE = vocabulary("ssn iban passport creditcard cardnumber taxid bsn nino")
HARMLESS = vocabulary(
    "page next prev previous continuation continue cursor sync pagination count max min limit size type name hint length policy "
    "id expiry expire expiration csrf xsrf antiforgery has is include with show verified confirmed enabled cancel cancellation "
    "field sort order include symbol contract standard address reset changed"
)
"""Beside those words it is something else: `page_token`, `token_type`, `has_password`, `secret_name`."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every operation that takes something in its address, one for each parameter that is sensitive."""
    yield from SHEET.unspoken(inventory)
    for contract in judged(inventory):
        for operation in contract.operations:
            taken = [given for given in operation.inputs if given.location in {"query", "path"}]
            sensitive = [given for given in taken if _kind(given.name)]
            if taken and not sensitive:
                message = f"{operation.name} takes nothing sensitive in its address, by the names."
                yield SHEET.on(contract, operation, Outcome.PASS, message)
            for given in sensitive:
                yield _verdict(contract, operation, given)


def _verdict(contract: Contract, operation: Operation, given: Input) -> Verdict:
    kind = _kind(given.name)
    about = given.name
    if kind != "secret" and (known := nature(endpoint_of(contract, operation))):
        message = f"{operation.name} {known.what}, and takes {given.name} as its proof."
        return SHEET.on(contract, operation, Outcome.NOT_APPLICABLE, message, about=about)
    is_key = any(scheme.location == "query" and scheme.parameter == given.name for scheme in contract.schemes)
    if is_key:
        message = f"{operation.name} takes the API key {given.name} in its address, which AP304 judges."
        return SHEET.on(contract, operation, Outcome.NOT_APPLICABLE, message, about=about)
    message = f"{operation.name} takes {given.name}, by its name {_article(kind)}, in its {given.location}."
    return SHEET.on(contract, operation, Outcome.FAIL, message, weight=_weight(given, kind), fix=FIX, about=about)


def _kind(name: str) -> str:
    """secret, token, personal, or "" for a name that says nothing of the kind."""
    spoken = words(name)
    found = set(spoken) | {"".join(spoken)}
    if not spoken or found & HARMLESS:
        return ""
    if found & SECRETS:
        return "secret"
    if spoken[-1] in TOKENS:
        return "token"
    return "personal" if (found & GRAVE or spoken[-1] in PERSONAL or "".join(spoken[-2:]) in PERSONAL) else ""


def _article(kind: str) -> str:
    return {"secret": "a secret", "token": "a token"}.get(kind, "personal data")


def _weight(given: Input, kind: str) -> tuple[Severity, Confidence]:
    is_grave = kind == "secret" or not GRAVE.isdisjoint(words(given.name))
    if is_grave and given.shape.type in {"string", ""}:
        return Severity.MEDIUM, Confidence.FIRM
    if kind == "token" and given.location == "query":
        return Severity.MEDIUM, Confidence.TENTATIVE
    return Severity.LOW, Confidence.TENTATIVE


RULE = Rule(
    id="AP309",
    name="sensitive-parameter",
    title="Operation takes a secret or personal data in the address",
    weakness=SHEET.weakness,
    severity=Severity.MEDIUM,
    family="contract-parameter",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="operations take nothing sensitive in their address",
)
