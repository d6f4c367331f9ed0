"""Errors show the inside of the API.

## What it finds

Stack traces (two frames or more) and debug pages in answers of status 4xx or 5xx: to a path that does not exist, and
to a value of the wrong kind in each parameter of GET routes.

## Why it matters

Traces tell paths, versions and queries, and point at the line that fails. Debug pages show settings and run code.

## Bad

```http
# route: GET /orders/{id}
GET /orders/assay*

HTTP/1.1 500 Internal Server Error
Content-Type: text/plain

Traceback (most recent call last):
  File "/srv/shop/app.py", line 41, in order
  File "/srv/shop/db.py", line 12, in load
ValueError: invalid literal for int()
```

```http
GET /assay-no-such-path-7c1e

HTTP/1.1 404 Not Found
Content-Type: text/html

<h1>Page not found</h1><p>You're seeing this error because you have <code>DEBUG = True</code></p>
```

## Good

```http
# route: GET /orders/{id}
GET /orders/assay*

HTTP/1.1 422 Unprocessable Entity
Content-Type: application/json

{"detail": "not a number"}
```

```http
GET /assay-no-such-path-7c1e

HTTP/1.1 200 OK
Content-Type: text/html

<article>How to read a trace: Traceback (most recent call last): File "/a.py", line 1, in x File "/b.py", line 2, in y</article>
```

## How to fix

Answer errors with a short text and an id, and write the trace to the log. Switch debug modes off in production.

## What it cannot see

GET routes only; without an identity, routes that refuse strangers are not tested.

## References

CWE-209; CWE-215; OWASP API8:2023.
"""

from collections.abc import Iterator

from assay.live.asking import get
from assay.live.denial import is_denied
from assay.live.oddity import odd, odd_requests
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import unaskable
from assay.live.trace import debug_page, trace
from assay.model.exchange import Exchange
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

NOWHERE = "/assay-no-such-path-7c1e"
FIX = "Answer errors with a short text and an id, and write the trace to the log."


def subjects(target: Target) -> Iterator[Subject]:
    """The API, for a path that does not exist, and each GET route that takes values."""
    yield target.subject
    yield from (route.subject for route in target.readable if route.slots)


def run(target: Target, subject: Subject) -> Play:
    """Make the subject fail, and read what it says."""
    route = target.route(subject)
    if route is None:
        exchange = yield from get(target.at(NOWHERE))
        if exchange.failure:
            return unanswered(exchange)
        return shown(exchange) or passed(
            "A path that does not exist is answered without a look at the inside.", exchange
        )
    if why := unaskable(route):
        return not_tested(why)
    if not odd_requests(target, route):
        return not_applicable("The route takes no value in path or query.")
    exchanges = yield from odd(target, route)
    for exchange in exchanges:
        if said := shown(exchange):
            return said
    if any(exchange.failure for exchange in exchanges):
        return unanswered(*exchanges)
    if all(
        exchange.status in {401, 403} or (exchange.status >= 300 and is_denied(exchange) and exchange.status != 404)
        for exchange in exchanges
    ):
        return not_tested(f"Not tested: {route.name} refuses before it looks at values.", *exchanges)
    return passed(f"{route.name} answers odd values without a look at its inside.", *exchanges)


def shown(exchange: Exchange) -> Ruling | None:
    """What an error shows; None when it shows nothing, or is none."""
    if exchange.status < 400:
        return None
    text = exchange.answer.text
    if page := debug_page(text):
        return failed(
            f"The API answers errors with {page}.",
            exchange,
            severity=Severity.HIGH,
            fix="Switch the debug mode off in production.",
        )
    if language := trace(text):
        return failed(f"The API answers errors with a stack trace ({language}).", exchange, fix=FIX)
    return None


PROBE = Probe(
    id="AP436",
    name="verbose-error",
    title="Errors show the inside of the API",
    weakness="verbose-error",
    severity=Severity.MEDIUM,
    family="verbose-error",
    mode=Mode.SAFE,
    order=60,
    subjects=subjects,
    run=run,
    statement="endpoints answer errors without a look at their inside",
)
