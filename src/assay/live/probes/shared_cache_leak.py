"""A cache gives a stranger what a caller was shown.

## What it finds

Routes that refuse strangers are asked by a stranger, by a caller, and by a stranger again: the last one gets the
answer of the caller.

## Why it matters

A cache between keeps private answers and gives them to everybody.

## Bad

```http
# caller: alice canary=/me
# route: GET /me
GET /me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /me

HTTP/1.1 200 OK
Content-Type: application/json
Age: 1

{"id": 7, "name": "alice"}
###
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7, "name": "alice"}
```

## Good

```http
# caller: alice canary=/me
# route: GET /me
GET /me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7, "name": "alice"}
```

## How to fix

Send `Cache-Control: no-store` (or `private`) with answers that need a caller, and let caches keep to it.

## What it cannot see

A cache of one place is asked from one place: others may keep other answers. A few routes are asked.

## References

CWE-524; CWE-525; OWASP API8:2023.
"""

from assay.live.asking import ask, get
from assay.live.denial import Access, access, is_denied
from assay.live.differential import same
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import once, plain_routes
from assay.model.exchange import Request
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

FEW = 4


def run(target: Target, subject: Subject) -> Play:
    """Stranger, caller, stranger."""
    proved = [caller for caller in target.usable if caller.canary]
    if not proved:
        return not_tested("Not tested: no identity opens a route that refuses strangers.")
    caller = proved[0]
    paths = dict.fromkeys([caller.canary, *(route.filled() for route in plain_routes(target))])
    seen = []
    for path in list(paths)[:FEW]:
        before = yield from get(path)
        mine = yield from ask(Request("GET", path, caller.name, is_fresh=True))
        if not is_denied(before) or access(mine) is not Access.ALLOWED:
            continue
        after = yield from ask(Request("GET", path, is_fresh=True))
        if after.failure:
            return unanswered(after)
        if access(after, before) is Access.ALLOWED and same(after.answer, mine.answer):
            return failed(
                f"A cache gives strangers what {caller.name} was shown at {path}.",
                before,
                mine,
                after,
                fix="Send `Cache-Control: no-store` with answers that need a caller.",
            )
        seen.append(after)
    if not seen:
        return not_tested("Not tested: no route that refuses strangers answered the identity.")
    return passed("No cache gives strangers what a caller was shown.", *seen)


PROBE = Probe(
    id="AP442",
    name="shared-cache-leak",
    title="A cache gives strangers what a caller was shown",
    weakness="cache-of-sensitive-data",
    severity=Severity.CRITICAL,
    family="shared-cache",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    statement="caches keep private answers to nobody",
)
