"""A caller of low rank gets what is for a higher one.

## What it finds

GET endpoints for few, by their path (admin, internal, manage ...) or by the roles that the code or contract declares,
that answer an identity of another role, while they refuse strangers. The role of an identity is what its owner
states; without a role it is a suspicion.

## Why it matters

Whoever has an account has everybody's.

## Bad

```http
# caller: bob role=user canary=/me
# route: GET /admin/users protected
GET /admin/users
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1, "name": "alice"}]
###
GET /admin/users

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /admin/users
Authorization: Bearer *

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
```

## Good

```http
# caller: bob role=user canary=/me
# route: GET /admin/users protected
GET /admin/users
Authorization: bob

HTTP/1.1 403 Forbidden
Content-Type: application/json

{"detail": "Forbidden"}
###
GET /admin/users

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /admin/users
Authorization: Bearer *

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
```

## How to fix

Demand the role on the server, for the whole group of such endpoints.

## What it cannot see

Only GET is sent. What is open to strangers is judged by AP501. An administrator of their own tenant may be meant:
state the role.

## References

CWE-285; CWE-269; OWASP API5:2023.
"""

from collections.abc import Iterator

from assay.live.asking import get
from assay.live.denial import Access, access, refusal_of
from assay.live.known_path import known_path
from assay.live.rank import is_for_few, low
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import askable
from assay.model.target import Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling


def subjects(target: Target) -> Iterator[Subject]:
    """GET routes for few."""
    yield from (route.subject for route in target.readable if is_for_few(route))


def run(target: Target, subject: Subject) -> Play:
    """Ask in the name of a caller of low rank, and as a stranger."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    caller = low(target, route)
    if caller is None:
        return not_tested("Not tested: an identity of ordinary rank is needed.")
    path = yield from known_path(target, route)
    if not path:
        return not_tested("Not tested: nobody knows a value for its path.")
    stranger, pretender = yield from refusal_of(path)
    mine = yield from get(path, caller.name)
    if stranger.failure or mine.failure:
        return unanswered(stranger, mine)
    if access(stranger, pretender if pretender.status in {401, 403} else None) is Access.ALLOWED:
        return not_applicable(f"{route.name} answers strangers, which AP501 judges.", stranger)
    right = access(mine, stranger)
    if right is Access.DENIED:
        return passed(f"{route.name} refuses {caller.name}, who has no such rank.", mine, stranger)
    if right is not Access.ALLOWED:
        return not_tested(f"Not tested: the answer {mine.status} does not tell whether {route.name} refuses.", mine)
    return failed(
        f"{route.name} answers {caller.name}, who has no such rank.",
        mine,
        stranger,
        confidence=Confidence.CONFIRMED if caller.role else Confidence.TENTATIVE,
        fix="Demand the role on the server, for the whole group of such endpoints.",
    )


PROBE = Probe(
    id="AP524",
    name="function-above-rank",
    title="A caller of low rank gets what is for a higher one",
    weakness="bfla",
    severity=Severity.HIGH,
    family="function",
    mode=Mode.SAFE,
    order=20,
    subjects=subjects,
    run=run,
    specificity=70,
    statement="endpoints for few refuse callers of low rank",
)
