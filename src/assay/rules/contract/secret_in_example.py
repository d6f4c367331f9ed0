"""An example of a contract is a secret that works, by its looks.

## What it finds

Examples and defaults that have the form of a credential: keys of known services by their prefix and length, private keys, signed tokens,
and addresses with a password. What AP201 has found in the same file already is left to it. No output holds the value.

## Why it matters

Contracts are published. An example is copied from a terminal, and what was in the terminal worked.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /imports:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                source: {type: string, maxLength: 400, example: "postgres://orders:n7Xq2LrT9vKd@db.orders-shop.com/orders"}
      responses: {"201": {description: Begun}}
```

## Good

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /imports:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                source: {type: string, maxLength: 400, example: "postgres://user:password@db.example.com/orders"}
                key: {type: string, maxLength: 80, example: "YOUR_API_KEY"}
      responses: {"201": {description: Begun}}
```

## How to fix

Revoke the credential, then write a placeholder that nobody takes for one, such as `YOUR_API_KEY`.

## What it cannot see

Whether the credential still works, and secrets without a form of their own.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- CWE-798 Use of Hard-coded Credentials
"""

import re
from collections.abc import Iterator

from assay.model.contract import Contract
from assay.model.place import Place
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.bodies import Field, examples
from assay.rules.documents import FRAMEWORK, Sheet, counted, judged, steps

SHEET = Sheet("AP310", "hardcoded-secret")
FIX = "Revoke it, and write a placeholder instead."
FORMS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "AWS access key": re.compile(r"\b(?:AKIA|ASIA)(?!IOSFODNN7EXAMPLE)[A-Z2-7]{16}\b"),
    "GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{82})\b"),
    "Slack token": re.compile(r"\bxox[abprs]-[0-9]{8,}-[0-9A-Za-z-]{16,}\b"),
    "Stripe key": re.compile(r"\b[sr]k_live_[0-9A-Za-z]{24,}\b"),
    "Google API key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "password in an address": re.compile(r"\b[a-z][a-z0-9+.-]{2,20}://[^\s:/@]{1,80}:([^\s:/@]{6,80})@([\w.-]+)"),
}
PLACEHOLDER = re.compile(r"pass|secret|example|sample|your|changeme|xxx|\*\*\*|<|\{|1234|token", re.IGNORECASE)


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every contract."""
    yield from SHEET.unspoken(inventory)
    told = {(secret.place.path, secret.place.line) for secret in inventory.secrets}
    for contract in judged(inventory):
        yield _verdict(contract, told)


def _verdict(contract: Contract, told: set[tuple[str, int]]) -> Verdict:
    fields = [field for field in examples(contract) if field.shape.example or field.shape.enum]
    if not fields:
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, f"{contract.path} has no examples.")
    found = [(field, kind) for field in fields if (kind := form(field.shape.example))]
    found = [(field, kind) for field, kind in found if not _is_told(contract, field, told)]
    if not found:
        message = f"{contract.path} has {counted(len(fields), 'example')}, none of the form of a credential."
        return SHEET.verdict(contract, Outcome.PASS, message)
    message = f"{contract.path} has {counted(len(found), 'example')} of the form of a credential: {found[0][1]}."
    shown = steps(
        (f"{field.operation.name}: {field.way or 'the body'} is a {kind}", Place(contract.path, field.shape.line))
        for field, kind in found
    )
    return SHEET.failure(contract, message, (Severity.HIGH, Confidence.TENTATIVE), fix=FIX, steps=shown)


def form(text: str) -> str:
    """The form of credential that a text has, as people say it; "" for none, and for what stands for one."""
    for kind, pattern in FORMS.items():
        if found := pattern.search(text):
            value = found[1] if found.groups() else found[0]
            where = found[2] if found.groups() else ""
            if not PLACEHOLDER.search(value) and not where.endswith(("example.com", "localhost", "example.org")):
                return kind
    return ""


def _is_told(contract: Contract, field: Field, told: set[tuple[str, int]]) -> bool:
    """Whether AP201 has seen a secret in the lines of the schema; an example follows the beginning of its schema."""
    return any((contract.path, line) in told for line in range(field.shape.line, field.shape.line + 8))


RULE = Rule(
    id="AP310",
    name="secret-in-example",
    title="Example of a contract has the form of a credential",
    weakness=SHEET.weakness,
    severity=Severity.HIGH,
    family="contract-example",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="examples of contracts are no credentials",
)
