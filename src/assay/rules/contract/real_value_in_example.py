"""An example of a contract is a value that works, by its looks.

## What it finds

Examples and defaults that have the form of a card number or an account number with the right check digits, and those that have the form of
a credential: keys of known services by their prefix and length, private keys, and addresses with a password. Numbers that are set aside
for tests, and placeholders, are told apart. What AP201 has found in the same lines is left to it. No output holds the value.

## Why it matters

Contracts are published. An example is copied from a terminal or a database, and what was there was real.

## Bad

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /payments:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                card: {type: string, maxLength: 19, example: "4539 5787 6362 1486"}
      responses: {"201": {description: Paid}}
```

## Good

```openapi openapi.yaml
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /payments:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                card: {type: string, maxLength: 19, example: "4242 4242 4242 4242"}
                source: {type: string, maxLength: 400, example: "postgres://user:password@db.example.com/orders"}
                key: {type: string, maxLength: 80, example: "YOUR_API_KEY"}
      responses: {"201": {description: Paid}}
```

## How to fix

Revoke a credential first. Then write a number that is set aside for tests, or a placeholder that nobody takes for real.

## What it cannot see

Whether the value belongs to somebody, and real values without a form of their own, such as names.

## References

- OWASP API Security Top 10 2023, API8 Security Misconfiguration
- CWE-531 Inclusion of Sensitive Information in Test Code, CWE-798 Use of Hard-coded Credentials
"""

import re
from collections.abc import Iterator

from assay.model.contract import Contract
from assay.model.place import Place
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.document_fields import Field, examples
from assay.rules.documents import FRAMEWORK, Sheet, counted, judged, steps
from assay.rules.words import vocabulary

SHEET = Sheet("AP310", "production-data-in-tests")
SECRET = "hardcoded-secret"
FIX = "Write a number that is set aside for tests, or a placeholder; revoke a credential first."
FORMS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "AWS access key": re.compile(r"\b(?:AKIA|ASIA)(?!IOSFODNN7EXAMPLE)[A-Z2-7]{16}\b"),
    "GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{82})\b"),
    "Slack token": re.compile(r"\bxox[abprs]-[0-9]{8,}-[0-9A-Za-z-]{16,}\b"),
    "Stripe key": re.compile(r"\b[sr]k_live_[0-9A-Za-z]{24,}\b"),
    "Google API key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "password in an address": re.compile(r"\b[a-z][a-z0-9+.-]{2,20}://[^\s:/@]{1,80}:([^\s:/@]{6,80})@([\w.-]+)"),
}
CARD = re.compile(r"(?<![\d.])(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|3[47]\d{2}|6(?:011|5\d{2}))(?:[ -]?\d){9,12}(?![\d.])")
"""Visa, Mastercard, American Express and Discover: 13 to 16 digits."""
SAMPLES = vocabulary(
    "4111111111111111 4242424242424242 4012888888881881 4222222222222 4000056655665556 5555555555554444 "
    "5105105105105100 5200828282828210 5425233430109903 2223003122003222 2222420000001113 378282246310005 "
    "371449635398431 378734493671000 6011111111111117 6011000990139424 4917610000000000 4263982640269299 "
    "4917484589897107 4001919257537193 4007702835532454 4917300800000000 4484070000000000 "
    "4532015112830366 5454545454545454 2221000000000009 6011000000000004"
)
"""Numbers that payment services publish for tests."""
DIGITS = 5
"""So few different digits are no card that was issued to somebody."""
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
PUBLISHED = vocabulary(
    "GB29NWBK60161331926819 GB82WEST12345698765432 GB33BUKB20201555555555 DE89370400440532013000 "
    "FR1420041010050500013M02606 NL91ABNA0417164300 BE68539007547034 ES9121000418450200051332 "
    "IT60X0542811101000000123456 CH9300762011623852957 AT611904300234573201 PL61109010140000071219812874 "
    "SE4550000000058398257466 IE29AIBK93115212345678"
)
"""The examples of the registry of account numbers."""
PLACEHOLDER = re.compile(r"pass|secret|example|sample|your|changeme|xxx|\*\*\*|<|\{|1234|token", re.IGNORECASE)


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every contract."""
    yield from SHEET.unspoken(inventory)
    told = {(secret.place.path, secret.place.line) for secret in inventory.secrets}
    for contract in judged(inventory):
        yield _verdict(contract, told)


def _verdict(contract: Contract, told: set[tuple[str, int]]) -> Verdict:
    fields = [field for field in examples(contract) if field.shape.example]
    if not fields:
        return SHEET.verdict(contract, Outcome.NOT_APPLICABLE, f"{contract.path} has no examples.")
    found = [(field, kind) for field in fields if (kind := form(field.shape.example))]
    found = [(field, kind) for field, kind in found if not _is_told(contract, field, told)]
    if not found:
        message = f"{contract.path} has {counted(len(fields), 'example')}, none of the form of a real value."
        return SHEET.verdict(contract, Outcome.PASS, message)
    kinds = sorted({kind for _, kind in found})
    message = f"{contract.path} has {counted(len(found), 'example')} of the form of a real value: {', '.join(kinds)}."
    shown = steps(
        (f"{field.operation.name}: {field.way or 'the body'} has the form of a {kind}", _place(contract, field))
        for field, kind in found
    )
    weakness = SECRET if set(kinds) & set(FORMS) else SHEET.weakness
    weight = (Severity.HIGH, Confidence.TENTATIVE)
    return SHEET.failure(contract, message, weight, fix=FIX, steps=shown, weakness=weakness)


def form(text: str) -> str:
    """The form that a text has, as people say it; "" for none, and for what stands for a value."""
    for kind, pattern in FORMS.items():
        if found := pattern.search(text):
            value = found[1] if found.groups() else found[0]
            where = found[2] if found.groups() else ""
            if not PLACEHOLDER.search(value) and not where.endswith(("example.com", "localhost", "example.org")):
                return kind
    if any(_is_card(found[0]) for found in CARD.finditer(text)):
        return "card number"
    return "account number" if any(_is_account(found[0]) for found in IBAN.finditer(text)) else ""


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and digits not in SAMPLES and len(set(digits)) > DIGITS and "00000" not in digits


def _is_account(text: str) -> bool:
    """ISO 13616: the number, its first four characters moved to the end and letters made numbers, leaves 1 of 97."""
    plain = text.replace(" ", "")
    number = "".join(str(int(each, 36)) for each in plain[4:] + plain[:4])
    return int(number) % 97 == 1 and plain not in PUBLISHED and len(set(plain[4:])) > DIGITS


def _place(contract: Contract, field: Field) -> Place:
    return Place(field.shape.path or contract.path, field.shape.line)


def _is_told(contract: Contract, field: Field, told: set[tuple[str, int]]) -> bool:
    """Whether AP201 has seen a secret in the lines of the schema; an example follows the beginning of its schema."""
    return any((contract.path, line) in told for line in range(field.shape.line, field.shape.line + 8))


RULE = Rule(
    id="AP310",
    name="real-value-in-example",
    title="Example of a contract has the form of a real value",
    weakness=SHEET.weakness,
    severity=Severity.HIGH,
    family="contract-example",
    specificity=10,
    judge=verdicts,
    frameworks=(FRAMEWORK,),
    statement="examples of contracts are made up",
)
