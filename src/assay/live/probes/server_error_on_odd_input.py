"""A value of the wrong kind makes an endpoint fail.

## What it finds

Answers of status 5xx to a value of the wrong kind in a parameter of a GET route, where a refusal (4xx) is due.

## Why it matters

What nobody thought of is handled by accident: such places are where injections begin.

## Bad

```http
# route: GET /orders/{id}
GET /orders/assay*

HTTP/1.1 500 Internal Server Error
Content-Type: text/plain

Internal Server Error
```

## Good

```http
# route: GET /orders/{id}
GET /orders/assay*

HTTP/1.1 422 Unprocessable Entity
Content-Type: application/json

{"detail": "not a number"}
```

## How to fix

Check values before they are used, and answer 400 or 422.

## What it cannot see

Where the API answers 5xx to paths that do not exist as well, nothing is said of single endpoints.

## References

CWE-20; CWE-755; OWASP API8:2023.
"""

from collections.abc import Iterator

from assay.live.asking import get
from assay.live.oddity import odd, odd_requests
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import askable
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

NOWHERE = "/assay-no-such-path-7c1e"


def subjects(target: Target) -> Iterator[Subject]:
    """Each GET route that takes values."""
    yield from (route.subject for route in target.readable if route.slots)


def run(target: Target, subject: Subject) -> Play:
    """Send odd values, look at the status."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    if not odd_requests(target, route):
        return not_applicable("The route takes no value in path or query.")
    exchanges = yield from odd(target, route)
    nowhere = yield from get(target.at(NOWHERE))
    if any(exchange.failure for exchange in (*exchanges, nowhere)):
        return unanswered(*exchanges, nowhere)
    if nowhere.status >= 500:
        return not_tested("Not tested: the API answers paths that do not exist with a server error, too.", nowhere)
    broken = next((exchange for exchange in exchanges if exchange.status >= 500), None)
    if broken:
        return failed(
            f"{route.name} answers {broken.status} to a value of the wrong kind.",
            broken,
            fix="Check values before they are used, and answer 400 or 422.",
        )
    if all(exchange.status in {401, 403} for exchange in exchanges):
        return not_tested(f"Not tested: {route.name} refuses before it looks at values.", *exchanges)
    return passed(f"{route.name} does not fail on a value of the wrong kind.", *exchanges)


PROBE = Probe(
    id="AP437",
    name="server-error-on-odd-input",
    title="A value of the wrong kind makes an endpoint fail",
    weakness="missing-input-validation",
    severity=Severity.LOW,
    family="server-error",
    mode=Mode.SAFE,
    order=60,
    subjects=subjects,
    run=run,
    statement="endpoints do not fail on values of the wrong kind",
)
