"""An endpoint redirects to any address that the caller names.

## What it finds

A foreign address in a parameter that is named like one of a redirect, and a Location whose host is the foreign one.

## Why it matters

A link to the trusted host leads to the copy of its login page.

## Bad

```http
# route: GET /go query:next
GET /go?next=https%3A%2F%2Fassay-*

HTTP/1.1 302 Found
Location: https://assay-7c1e.example/landing
```

## Good

```http
# route: GET /go query:next
GET /go?next=*

HTTP/1.1 302 Found
Location: /login?next=https://assay-7c1e.example/landing
```

```http
# route: GET /go query:next
GET /go?next=*

HTTP/1.1 400 Bad Request
Content-Type: application/json

{}
```

## How to fix

Take paths only, or compare the whole host with a list.

## What it cannot see

Parameters are known by their names. Redirects by script are not seen.

## References

CWE-601; OWASP API8:2023.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from assay.live.asking import ask_all
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import askable
from assay.model.exchange import Exchange, Request
from assay.model.target import Route, Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

HOST = "assay-7c1e.example"
NAMES = re.compile(
    r"^(?:.*_)?(?:url|uri|next|redirect|redirect_?(?:url|uri|to)|return|return_?(?:url|to)|continue|dest(?:ination)?|goto|forward|back|callback|to|target)$",
    re.IGNORECASE,
)


def subjects(target: Target) -> Iterator[Subject]:
    """GET routes with a parameter that is named like one of a redirect."""
    yield from (route.subject for route in target.readable if names(route))


def run(target: Target, subject: Subject) -> Play:
    """Name a foreign address in each such parameter."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    paths = [route.filled(query={name: f"https://{HOST}/landing"}) for name in names(route)]
    if not all(paths):
        return not_tested("Not tested: nobody knows a value for its path.")
    identity = target.usable[0].name if target.usable else ""
    exchanges = yield from ask_all(Request("GET", path, identity) for path in paths)
    led = next((each for each in exchanges if is_led(each)), None)
    if led:
        return failed(
            f"{route.name} redirects to any address that the caller names.",
            led,
            fix="Take paths only, or compare the whole host with a list.",
        )
    if any(each.failure for each in exchanges):
        return unanswered(*exchanges)
    return passed(f"{route.name} redirects to no foreign address.", *exchanges)


def names(route: Route) -> list[str]:
    """Parameters that are named like one of a redirect."""
    return [slot.name for slot in route.slots if slot.location == "query" and NAMES.match(slot.name)]


def is_led(exchange: Exchange) -> bool:
    """Whether an answer leads to the foreign host."""
    return 300 <= exchange.status < 400 and urlsplit(exchange.answer.header("location")).hostname == HOST


PROBE = Probe(
    id="AP544",
    name="open-redirect",
    title="An endpoint redirects to any address",
    weakness="missing-input-validation",
    severity=Severity.MEDIUM,
    family="open-redirect",
    mode=Mode.SAFE,
    order=60,
    subjects=subjects,
    run=run,
    statement="endpoints redirect to no foreign address",
)
