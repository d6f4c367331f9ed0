"""An endpoint that declares a known caller answers strangers.

## What it finds

GET endpoints of which the contract or the code says that a caller must be known, and that answer a request without
credentials (high), or one with a token that is none (critical). A 200 that refuses in words, a login page, an empty
list and the page that every path gets are no such answer.

## Why it matters

Whatever the endpoint shows, everybody reads.

## Bad

```http
# route: GET /orders protected
GET /orders

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "total": 12}]
###
GET /orders
Authorization: Bearer assay.not-a-token

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "total": 12}]
```

```http
# route: GET /orders protected
GET /orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /orders
Authorization: Bearer assay.not-a-token

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "total": 12}]
```

## Good

```http
# route: GET /orders protected
GET /orders

HTTP/1.1 200 OK
Content-Type: application/json

{"success": false, "message": "please log in"}
###
GET /orders
Authorization: Bearer assay.not-a-token

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

```http
# route: GET /orders protected
# route: GET /health public
GET /orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /orders
Authorization: *

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
```

## How to fix

Put the guard before the endpoint, or before all of them, and except those that are meant for everybody.

## What it cannot see

Only GET is sent. What is declared nowhere is not judged here: AP502 looks at what it shows.

## References

CWE-306; OWASP API2:2023.
"""

import re

from assay.live.asking import get
from assay.live.denial import Access, access, refusal_of
from assay.live.differential import same
from assay.live.fallback import fallback
from assay.live.known_path import ground, known_path
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import askable, readable
from assay.model.exchange import Exchange
from assay.model.target import Route, Stance, Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

HARMLESS = re.compile(
    r"/(?:health\w*|ready\w*|live(?:z|ness)|ping|status|version|info|docs|redoc|openapi\.\w+)/?$", re.IGNORECASE
)
FIX = "Put the guard before the endpoint, or declare that it is meant for everybody."


def run(target: Target, subject: Subject) -> Play:
    """Ask as a stranger, and with a token that is none."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    path = yield from known_path(target, route)
    if not path:
        return not_tested("Not tested: nobody knows a value for its path.")
    stranger, pretender = yield from refusal_of(path)
    if stranger.failure or pretender.failure:
        return unanswered(stranger, pretender)
    right = access(stranger)
    if right is Access.ALLOWED:
        base = yield from fallback(ground(route))
        if base.explains(stranger):
            return not_tested("Not tested: every path is answered like this.", stranger)
        return (yield from _open(target, route, stranger))
    if right is Access.DENIED:
        return refused(route, stranger, pretender)
    return (yield from _unclear(target, route, stranger, right))


def refused(route: Route, stranger: Exchange, pretender: Exchange) -> Ruling:
    """A stranger is refused; whoever shows a token that is none has to be, too."""
    if access(pretender, stranger) is Access.ALLOWED:
        message = f"{route.name} refuses strangers, and answers whoever shows a token that is none."
        return failed(
            message,
            stranger,
            pretender,
            severity=Severity.CRITICAL,
            fix="Verify the token, not only that there is one.",
        )
    return passed(f"{route.name} refuses strangers.", stranger)


def _open(target: Target, route: Route, stranger: Exchange) -> Play:
    if route.stance is Stance.PUBLIC:
        return not_applicable(f"{route.name} is declared to be for everybody.", stranger)
    if route.stance is Stance.UNKNOWN:
        return not_applicable(f"{route.name} answers strangers, and nothing says that it should not.", stranger)
    confidence = Confidence.FIRM
    if target.usable:
        mine = yield from get(stranger.request.path, target.usable[0].name)
        confidence = Confidence.CONFIRMED if same(mine.answer, stranger.answer) else Confidence.FIRM
    severity = Severity.LOW if HARMLESS.search(route.path) else Severity.HIGH
    return failed(
        f"{route.name} declares a known caller and answers strangers.",
        stranger,
        severity=severity,
        confidence=confidence,
        fix=FIX,
    )


def _unclear(target: Target, route: Route, stranger: Exchange, right: Access) -> Play:
    """Nothing was shown: whether it is hidden from strangers alone is asked."""
    if right is Access.HIDDEN and target.usable:
        mine = yield from get(stranger.request.path, target.usable[0].name)
        if access(mine) is Access.ALLOWED:
            return passed(f"{route.name} hides from strangers.", stranger, mine)
    told = "an empty answer" if right is Access.EMPTY else f"the answer {stranger.status}"
    return not_tested(f"Not tested: {told} does not tell whether {route.name} refuses strangers.", stranger)


PROBE = Probe(
    id="AP501",
    name="anonymous-access",
    title="An endpoint that declares a known caller answers strangers",
    weakness="missing-authentication",
    severity=Severity.HIGH,
    family="posture",
    mode=Mode.SAFE,
    order=10,
    subjects=readable,
    run=run,
    specificity=70,
    statement="endpoints refuse strangers",
)
