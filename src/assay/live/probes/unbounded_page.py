"""A list gives as many rows as the caller asks for.

## What it finds

Lists with a parameter of the size of a page (limit, size, per_page ...), asked for 100000 rows: more than by default
and more than 1000 rows, or more than 1 MB.

## Why it matters

One request reads the whole table, and a few of them stop the service.

## Bad

```http
# route: GET /orders query:limit
GET /orders

HTTP/1.1 200 OK
Content-Type: application/json

[{"i": 1}, {"i": 2}]
###
GET /orders?limit=100000

HTTP/1.1 200 OK
Content-Type: application/json

<1101 rows>
```

## Good

```http
# route: GET /orders query:limit
GET /orders

HTTP/1.1 200 OK
Content-Type: application/json

[{"i": 1}]
###
GET /orders?limit=100000

HTTP/1.1 422 Unprocessable Entity
Content-Type: application/json

{"detail": "limit must be at most 100"}
```

## How to fix

Set a greatest size of a page on the server, and refuse or cut what is above it.

## What it cannot see

A list with fewer rows than that does not tell.

## References

CWE-770; OWASP API4:2023.
"""

import re
from collections.abc import Iterator

from assay.live.asking import ask_all
from assay.live.harvest import items
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import askable
from assay.model.exchange import Request
from assay.model.target import Route, Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

NAMES = re.compile(r"^(?:limit|size|page_?size|per_?page|count|take|top|rows|max_?results|\$top)$", re.IGNORECASE)
ASKED = "100000"
ROWS = 1_000
BYTES = 1_000_000


def subjects(target: Target) -> Iterator[Subject]:
    """GET routes with a parameter for the size of a page."""
    yield from (route.subject for route in target.readable if name_of(route))


def run(target: Target, subject: Subject) -> Play:
    """Ask by default, and for very many rows."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    paths = (route.filled(), route.filled(query={name_of(route): ASKED}))
    if not all(paths):
        return not_tested("Not tested: nobody knows a value for its path.")
    identity = target.usable[0].name if target.usable else ""
    usual, much = yield from ask_all(Request("GET", path, identity, limit=BYTES) for path in paths)
    if usual.failure or much.failure:
        return unanswered(usual, much)
    if usual.answer.is_success and much.status in {400, 413, 422}:
        return passed(f"{route.name} refuses a page of {ASKED} rows.", much)
    rows = len(items(much.answer.document))
    if (
        much.answer.is_success
        and not usual.answer.is_cut
        and (much.answer.is_cut or rows > max(ROWS, len(items(usual.answer.document))))
    ):
        told = "more than 1 MB" if much.answer.is_cut else f"{rows} rows"
        return failed(
            f"{route.name} gives {told} when asked for {ASKED}.",
            much,
            fix="Set a greatest size of a page on the server, and refuse or cut what is above it.",
        )
    return not_tested(f"Not tested: {route.name} holds too little to tell, or refuses.", much)


def name_of(route: Route) -> str:
    """The parameter for the size of a page, "" without one."""
    return next((slot.name for slot in route.slots if slot.location == "query" and NAMES.match(slot.name)), "")


PROBE = Probe(
    id="AP448",
    name="unbounded-page",
    title="A list gives as many rows as asked for",
    weakness="unbounded-pagination",
    severity=Severity.MEDIUM,
    family="pagination",
    mode=Mode.SAFE,
    subjects=subjects,
    run=run,
    specificity=70,
    statement="lists give no more rows than they should",
)
