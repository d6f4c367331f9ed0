"""An answer holds what no caller needs.

## What it finds

Answers to a known caller with password hashes, passwords, one-time codes, keys or card numbers (high), or with
national ids and account numbers (medium). Values are known by their checksum or shape, or by the name of a field that
is neither empty nor masked. Test card numbers and the caller's own e-mail address are passed over.

## Why it matters

What is in the answer is in browsers, logs and caches, whether or not the screen shows it.

## Bad

```http
# caller: alice canary=/me
# route: GET /me
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7, "email": "alice@example.org", "password_hash": "$2b$12$abcdefghijklmnopqrstuv0123456789abcdefghijklmnopqrst"}
```

## Good

```http
# caller: alice canary=/me
# route: GET /me
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7, "email": "alice@example.org", "card": "************1111", "nextPageToken": "abc"}
```

## How to fix

Answer with a model of named fields, and leave out what the caller does not need.

## What it cannot see

Only answers in JSON to the first identity are searched. Without an identity AP502 looks at what strangers see.

## References

CWE-213; CWE-200; OWASP API3:2023.
"""

from assay.live.asking import get
from assay.live.denial import Access, access
from assay.live.known_path import known_path
from assay.live.personal import Sighting, in_document, snake
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import askable, readable
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

HIGH = frozenset({"card", "key", "password-hash", "named"})
MEDIUM = frozenset({"iban", "ssn", "national-id"})
FIX = "Answer with a model of named fields, and leave out what the caller does not need."


def run(target: Target, subject: Subject) -> Play:
    """Ask as a caller, and search what comes."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    if not target.usable:
        return not_tested("Not tested: no identity was given, or the target took none.")
    path = yield from known_path(target, route)
    if not path:
        return not_tested("Not tested: nobody knows a value for its path.")
    exchange = yield from get(path, target.usable[0].name)
    if exchange.failure:
        return unanswered(exchange)
    if access(exchange) is not Access.ALLOWED:
        return not_tested(f"Not tested: {route.name} shows nothing to {target.usable[0].name}.", exchange)
    if exchange.answer.document is None:
        return not_applicable(f"{route.name} answers no JSON.", exchange)
    found = [each for each in in_document(exchange.answer.document) if is_needless(each)]
    for kinds, severity in ((HIGH, Severity.HIGH), (MEDIUM, Severity.MEDIUM)):
        fields = list(dict.fromkeys(each.where for each in found if each.kind in kinds))
        if fields:
            message = f"{route.name} answers with {', '.join(fields[:4])}, which no caller needs."
            return failed(message, exchange, severity=severity, fix=FIX)
    return passed(f"{route.name} answers with nothing that is known to be secret.", exchange)


def is_needless(seen: Sighting) -> bool:
    """Whether a value is nothing that an answer is made for: a token may be what was asked for."""
    name = snake(seen.where.rpartition(".")[2])
    return seen.kind in HIGH | MEDIUM and not name.endswith(("token", "tokens"))


PROBE = Probe(
    id="AP529",
    name="excessive-data",
    title="An answer holds what no caller needs",
    weakness="excessive-data-exposure",
    severity=Severity.HIGH,
    family="exposure",
    mode=Mode.SAFE,
    order=30,
    subjects=readable,
    run=run,
    specificity=70,
    statement="endpoints answer with what callers need",
)
