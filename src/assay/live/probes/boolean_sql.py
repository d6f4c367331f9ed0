"""A value changes what a query means.

## What it finds

Values with a condition at their end that is true (`book' AND '1'='1`), and the same with one that is false. It is a finding when
three true ones, each with other numbers, show what the plain value shows, and three false ones show something else, always the
same. GET routes, each parameter in path and query; conditions with and without quotes.

## Why it matters

The database read the condition as part of its statement. Whoever can add a condition can read every table, one bit a request.

## Bad

```http
# route: GET /search query:q=book
GET /search?q=book

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "name": "book"}]
###
GET /search?q=book%27+AND+%271%27%3D%271

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "name": "book"}]
###
GET /search?q=book%27+AND+%275%27%3D%275

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "name": "book"}]
###
GET /search?q=book%27+AND+%278%27%3D%278

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "name": "book"}]
###
GET /search?q=book%27+AND+*

HTTP/1.1 200 OK
Content-Type: application/json

[]
```

## Good

```http
# route: GET /search query:q=book
GET /search?q=book

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "name": "book"}]
###
GET /search?q=book*

HTTP/1.1 200 OK
Content-Type: application/json

[]
```

```http
# route: GET /things/{number} number=7
GET /things/7*

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7}
```

## How to fix

Pass values as parameters of the statement, never as parts of its text.

## What it cannot see

Values that show nothing cannot show less: a value that exists is needed. Only AND is tried, in GET: it can narrow what is
read, and change nothing.

## References

CWE-89; OWASP API8:2023, A03:2021.
"""

import json
from collections.abc import Generator, Iterator

from assay.live.asking import ask
from assay.live.denial import Access, access
from assay.live.differential import stable
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.trying import Seat, seats
from assay.model.exchange import Ask, Exchange, Reply
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

PAIRS = (("1", "2"), ("5", "3"), ("8", "9"))
"""Equal to itself is true, equal to the other is false."""
QUOTED, BARE = "{value}' AND '{one}'='{other}", "{value} AND {one}={other}"
FIX = "Pass values as parameters of the statement, never as parts of its text."
Pair = tuple[Exchange, Exchange]


def subjects(target: Target) -> Iterator[Subject]:
    """GET routes that take values."""
    yield from (
        route.subject for route in target.readable if any(slot.location in {"path", "query"} for slot in route.slots)
    )


def run(target: Target, subject: Subject) -> Play:
    """Try conditions in each parameter."""
    found = yield from seats(target, subject)
    if isinstance(found, Ruling):
        return found
    tried: list[Exchange] = []
    for seat in found:
        plain = yield from ask(seat.request(seat.value))
        if plain.failure:
            return unanswered(plain)
        if access(plain) is not Access.ALLOWED:
            continue
        for form in (QUOTED, BARE) if seat.value.isdecimal() else (QUOTED,):
            said = yield from _tried(seat, form, plain)
            if isinstance(said, Ruling):
                return said
            tried += said
    if not tried:
        return not_tested("Not tested: no value is known that shows something.")
    return passed("A condition in a value changes nothing of what a query means.", *tried)


def _tried(
    seat: Seat, form: str, plain: Exchange
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Ruling | tuple[Exchange, ...]]:
    """A ruling when three of three pairs speak; else what was asked."""
    seen: list[Pair] = []
    for one, other in PAIRS:
        values = [form.format(value=seat.value, one=one, other=last) for last in (one, other)]
        true = yield from ask(seat.request(values[0]))
        if not true.failure and _shown(true, values[0], seat.value) != _shown(plain):
            return (true,)
        false = yield from ask(seat.request(values[1]))
        if true.failure or false.failure:
            return unanswered(true, false)
        if _shown(false, values[1], seat.value) == _shown(plain):
            return (false, true)
        seen.append((true, false))
    if len({_shown(false) for _, false in seen}) > 1:
        return seen[0]
    return failed(
        f"{seat.route.name} reads a condition in {seat.slot.name} as part of its query: true and false ones differ.",
        *seen[0],
        plain,
        fix=FIX,
        steps=("Three true conditions show what the plain value shows", "Three false ones show something else"),
    )


def _shown(exchange: Exchange, sent: str = "", value: str = "") -> tuple[int, str]:
    """Status and body; where the answer repeats what was sent, the plain value stands instead."""
    text = stable(exchange.answer)
    for form in (json.dumps(sent)[1:-1], sent) if sent else ():
        text = text.replace(form, value)
    return (exchange.status, text)


PROBE = Probe(
    id="AP541",
    name="boolean-sql",
    title="A value changes what a query means",
    weakness="sql-injection",
    severity=Severity.CRITICAL,
    family="sql",
    mode=Mode.SAFE,
    order=72,
    subjects=subjects,
    run=run,
    statement="endpoints take a condition in a value as a value",
)
