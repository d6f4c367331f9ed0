"""A list shows a caller what belongs to others.

## What it finds

Lists that one identity of ordinary rank gets, with rows that hold a mark of another identity (its id, name or e-mail address) and
personal data or secrets. A stranger has to be refused. Rows with e-mail addresses alone may be a directory: a suspicion.

## Why it matters

One request gives away everybody: nothing has to be guessed.

## Bad

```http
# caller: alice marks=alice canary=/me
# caller: bob marks=bob canary=/me
# route: GET /payments protected
GET /payments
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "owner": "alice", "card_number": "4539578763621486"}, {"id": 2, "owner": "bob", "card_number": "4716461583322103"}]
###
GET /payments

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /payments
Authorization: Bearer assay.not-a-token

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

## Good

```http
# caller: alice marks=alice canary=/me
# caller: bob marks=bob canary=/me
# route: GET /payments protected
GET /payments
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "owner": "alice", "card_number": "4539578763621486"}]
###
GET /payments
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 2, "owner": "bob", "card_number": "4716461583322103"}]
###
GET /payments

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /payments
Authorization: Bearer assay.not-a-token

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

## How to fix

Select the rows of the caller: by the owner in the query, for all lists at once by a filter that every query gets.

## What it cannot see

Owners are known by the marks of the identities (`marks` in assay.toml); rows of people that nobody named are not recognised.

## References

CWE-213; CWE-639; OWASP API3:2023, API1:2023.
"""

from collections.abc import Iterator

from assay.live.asking import get
from assay.live.denial import Access, access, refusal_of
from assay.live.harvest import items
from assay.live.others_objects import pairs
from assay.live.personal import in_document
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import askable
from assay.model.target import Caller, Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

FIX = (
    "Select the rows of the caller: by the owner in the query, for all lists at once by a filter that every query gets."
)
MILD = frozenset({"email"})
KINDS = {
    "card": "card numbers",
    "iban": "account numbers",
    "ssn": "social security numbers",
    "email": "e-mail addresses",
}


def subjects(target: Target) -> Iterator[Subject]:
    """GET routes without a parameter in their path."""
    yield from (route.subject for route in target.readable if not route.parameters)


def run(target: Target, subject: Subject) -> Play:
    """Ask for the list in the name of each, and look for marks of the other."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    known = [pair for pair in pairs(target) if pair.owner.marks]
    if not known or not (path := route.filled()):
        return not_tested("Not tested: two identities of ordinary rank with marks are needed.")
    stranger, pretender = yield from refusal_of(path)
    if stranger.failure:
        return unanswered(stranger)
    if access(stranger, pretender) is Access.ALLOWED:
        return not_applicable(f"{route.name} answers strangers, which others judge.", stranger)
    asked = []
    for pair in known:
        exchange = yield from get(path, pair.other.name)
        if exchange.failure:
            return unanswered(exchange)
        if access(exchange, pretender) is not Access.ALLOWED or not (rows := items(exchange.answer.document)):
            continue
        asked.append(exchange)
        kinds = sorted({kind for row in rows if _is_of(row, pair.owner) for kind in _kinds(row)})
        if kinds:
            told = " and ".join(dict.fromkeys(KINDS.get(kind, "secrets") for kind in kinds))
            return failed(
                f"{route.name} shows {pair.other.name} rows of {pair.owner.name} with {told}.",
                exchange,
                stranger,
                confidence=Confidence.TENTATIVE if set(kinds) <= MILD else Confidence.CONFIRMED,
                fix=FIX,
            )
    if not asked:
        return not_tested(f"Not tested: {route.name} shows no list to a caller.")
    return passed(f"{route.name} shows callers no rows of the other.", *asked)


def _is_of(row: object, owner: Caller) -> bool:
    """Whether one of the owner's marks is a value of a row."""
    marks = {mark.lower() for mark in owner.marks if mark}
    return isinstance(row, dict) and any(
        str(value).lower() in marks for value in row.values() if isinstance(value, str | int)
    )


def _kinds(row: object) -> Iterator[str]:
    yield from (each.kind for each in in_document(row))


PROBE = Probe(
    id="AP531",
    name="others-in-lists",
    title="A list shows a caller what belongs to others",
    weakness="excessive-data-exposure",
    severity=Severity.HIGH,
    family="exposure-of-others",
    mode=Mode.SAFE,
    order=24,
    subjects=subjects,
    run=run,
    statement="lists show callers what is their own",
)
