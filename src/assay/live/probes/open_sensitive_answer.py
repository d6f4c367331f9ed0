"""An endpoint shows secrets or personal data to everybody.

## What it finds

GET endpoints that answer a stranger with secrets, card numbers, national ids, account numbers or password hashes
(critical), or with the e-mail addresses of three people or more (high); whatever is declared of them. Values are
known by their checksum or shape, or by the name of a field that is not empty and not masked.

## Why it matters

It is a breach that waits for its first reader.

## Bad

```http
# route: GET /users
GET /users

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "passwordHash": "$2b$12$abcdefghijklmnopqrstuv0123456789abcdefghijklmnopqrst"}]
```

```http
# route: GET /members public
GET /members

HTTP/1.1 200 OK
Content-Type: application/json

[{"mail": "ada@example.org"}, {"mail": "bob@example.org"}, {"mail": "eve@example.org"}]
```

## Good

```http
# route: GET /products
GET /products

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "contact": "sales@example.org", "card": "4111111111111111", "password": "********"}]
```

## How to fix

Demand a known caller, and leave out of answers what no caller needs.

## What it cannot see

Only answers in JSON are searched. Names, addresses and phone numbers have no shape of their own.

## References

CWE-200; CWE-359; OWASP API2:2023, API3:2023.
"""

from assay.live.asking import get
from assay.live.denial import Access, access
from assay.live.fallback import fallback
from assay.live.known_path import ground, known_path
from assay.live.personal import Sighting, in_document
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import askable, readable
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

PEOPLE = 3
GRAVE = {
    "card": "card numbers",
    "iban": "account numbers",
    "ssn": "social security numbers",
    "national-id": "national ids",
    "named": "secrets",
    "key": "keys",
    "password-hash": "password hashes",
    "jwt": "tokens",
}


def run(target: Target, subject: Subject) -> Play:
    """Ask as a stranger, and search what comes."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    path = yield from known_path(target, route)
    if not path:
        return not_tested("Not tested: nobody knows a value for its path.")
    exchange = yield from get(path)
    if exchange.failure:
        return unanswered(exchange)
    if access(exchange) is not Access.ALLOWED:
        return not_applicable(f"{route.name} shows nothing to strangers.", exchange)
    base = yield from fallback(ground(route))
    if base.explains(exchange):
        return not_applicable("Every path is answered like this.", exchange)
    found = list(in_document(exchange.answer.document))
    told = grave(found)
    if told:
        message = f"{route.name} shows {told} to everybody."
        return failed(message, exchange, fix="Demand a known caller, and leave out what no caller needs.")
    addresses = {each.value.lower() for each in found if each.kind == "email"}
    if len(addresses) >= PEOPLE:
        message = f"{route.name} shows the e-mail addresses of {len(addresses)} people to everybody."
        return failed(message, exchange, severity=Severity.HIGH, fix="Demand a known caller.")
    return passed(f"{route.name} shows strangers nothing that is known to be secret or personal.", exchange)


def grave(found: list[Sighting]) -> str:
    """What is secret or worse, with the fields that show it."""
    kinds = dict.fromkeys(GRAVE[each.kind] for each in found if each.kind in GRAVE)
    fields = dict.fromkeys(each.where for each in found if each.kind in GRAVE and each.where)
    return f"{' and '.join(kinds)} ({', '.join(list(fields)[:4])})" if kinds else ""


PROBE = Probe(
    id="AP502",
    name="open-sensitive-answer",
    title="Secrets or personal data are shown to everybody",
    weakness="pii-exposure",
    severity=Severity.CRITICAL,
    family="open-sensitive",
    mode=Mode.SAFE,
    order=10,
    subjects=readable,
    run=run,
    statement="endpoints show strangers nothing secret or personal",
)
