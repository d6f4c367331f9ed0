"""Requests meet no limit.

## What it finds

Thirty requests for one cheap route, as fast as the budget allows: none is refused for load, and none carries a header
that tells a limit.

## Why it matters

Nothing slows down who copies the data, or takes the service down.

## Bad

```http
# route: GET /items
GET /items

HTTP/1.1 200 OK
Content-Type: application/json

[]
```

## Good

```http
# route: GET /items
GET /items

HTTP/1.1 200 OK
Content-Type: application/json
RateLimit-Policy: 100;w=60

[]
```

## How to fix

Limit requests by caller and by address at the gateway, and tell it with 429 and Retry-After.

## What it cannot see

A gateway may limit by the minute: what is told is what was seen. On loopback no gateway is in the way, so this is not
tested there.

## References

CWE-770; OWASP API4:2023.
"""

from assay.live.asking import ask_all
from assay.live.login import is_limited
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import once, plain_routes
from assay.model.exchange import Request
from assay.model.target import Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Stage

TRIES = 30


def run(target: Target, subject: Subject) -> Play:
    """Ask one route again and again."""
    if target.is_loopback:
        return not_tested("Not tested: on loopback no gateway is in the way.")
    routes = plain_routes(target)
    path = routes[0].filled() if routes else target.at("/")
    request = Request("GET", path, is_fresh=True, expects_limit=True)
    exchanges = yield from ask_all([request] * TRIES)
    limited = next((each for each in exchanges if is_limited(each)), None)
    if limited:
        return passed("Requests meet a limit.", limited)
    if any(each.failure for each in exchanges):
        return unanswered(*exchanges)
    return failed(
        f"{TRIES} requests in a row for {path} meet no limit.",
        exchanges[-1],
        confidence=Confidence.FIRM,
        fix="Limit requests by caller and by address at the gateway, and tell it with 429 and Retry-After.",
    )


PROBE = Probe(
    id="AP449",
    name="no-rate-limit",
    title="Requests meet no limit",
    weakness="missing-rate-limit",
    severity=Severity.LOW,
    family="rate-limit",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    stage=Stage.BURST,
    statement="requests meet a limit",
)
