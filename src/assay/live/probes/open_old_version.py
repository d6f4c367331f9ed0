"""An older version of an endpoint lets in whom the newer refuses.

## What it finds

GET endpoints with a version in their path that refuse strangers, asked under the version before and without one: it
is a finding when a stranger gets there what a caller gets here.

## Why it matters

The guard was added where people look, and the old door stays open.

## Bad

```http
# caller: alice canary=/me
# route: GET /api/v2/orders
GET /api/v2/orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /api/v2/orders
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "total": 12}]
###
GET /api/v1/orders

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "total": 12}]
```

## Good

```http
# caller: alice canary=/me
# route: GET /api/v2/orders
GET /api/v2/orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /api/v1/orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
```

## How to fix

Take the old version down, or put the same guards before it.

## What it cannot see

Without an identity the answers cannot be compared: then an answer of the old version with something in it is a
suspicion.

## References

CWE-1059; CWE-306; OWASP API9:2023.
"""

import re
from collections.abc import Iterator

from assay.live.asking import ask_all, get
from assay.live.denial import Access, access
from assay.live.differential import same
from assay.live.fallback import fallback
from assay.live.known_path import known_path
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import askable
from assay.model.exchange import Request
from assay.model.target import Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

VERSION = re.compile(r"/v(\d{1,2})(?=/)")
FIX = "Take the old version down, or put the same guards before it."


def subjects(target: Target) -> Iterator[Subject]:
    """GET routes with a version in their path."""
    yield from (route.subject for route in target.readable if VERSION.search(route.template))


def run(target: Target, subject: Subject) -> Play:
    """Ask the version before, and none."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    path = yield from known_path(target, route)
    if not path:
        return not_tested("Not tested: nobody knows a value for its path.")
    stranger = yield from get(path)
    if stranger.failure:
        return unanswered(stranger)
    if access(stranger) is not Access.DENIED:
        return not_tested(f"Not tested: {route.name} does not refuse strangers itself.", stranger)
    known = {other.template for other in target.routes}
    tried = yield from ask_all(Request("GET", each) for each in older(path) if each not in known)
    if any(each.failure for each in tried):
        return unanswered(*tried)
    for old in tried:
        base = yield from fallback(old.request.path)
        if access(old, stranger) is not Access.ALLOWED or base.explains(old):
            continue
        confidence = Confidence.TENTATIVE
        if target.usable:
            mine = yield from get(path, target.usable[0].name)
            if not same(mine.answer, old.answer):
                continue
            confidence = Confidence.CONFIRMED
        return failed(
            f"{old.request.path.partition('?')[0]} shows strangers what {route.name} refuses them.",
            stranger,
            old,
            confidence=confidence,
            fix=FIX,
        )
    return passed(f"No older version of {route.name} lets strangers in.", stranger, *tried)


def older(path: str) -> list[str]:
    """The same path under the version before, and without a version."""
    match = VERSION.search(path)
    if match is None:
        return []
    before = int(match[1]) - 1
    plain = path[: match.start()] + path[match.end() :]
    return [*([f"{path[: match.start()]}/v{before}{path[match.end() :]}"] if before > 0 else []), plain]


PROBE = Probe(
    id="AP527",
    name="open-old-version",
    title="An older version lets in whom the newer refuses",
    weakness="deprecated-api-version",
    severity=Severity.HIGH,
    family="old-version",
    mode=Mode.SAFE,
    subjects=subjects,
    run=run,
    statement="older versions of endpoints refuse strangers, too",
)
