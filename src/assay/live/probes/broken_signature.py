"""A token whose signature does not fit is accepted.

## What it finds

The token of an identity with another signature, without one, and with changed claims under the old one, sent to a
route that refuses strangers.

## Why it matters

Anybody writes a token for anybody.

## Bad

```http
# caller: alice kind=bearer canary=/me token=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl
# route: GET /me
GET /me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7, "name": "alice"}
###
GET /me
Authorization: Bearer *

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7, "name": "alice"}
```

## Good

```http
# caller: alice kind=bearer canary=/me token=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl
# route: GET /me
GET /me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /me
Authorization: Bearer *

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Invalid token"}
```

## How to fix

Verify the signature with the library that reads the token, with the algorithm and the key fixed.

## What it cannot see

Tokens that are no JWT are not applicable. One route is asked: verification is rarely written for each.

## References

RFC 8725 §2; CWE-347; OWASP API2:2023.
"""

from assay.live.asking import ask_all, get
from assay.live.denial import Access, access
from assay.live.differential import same
from assay.live.jwt import broken, token
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Request
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe


def run(target: Target, subject: Subject) -> Play:
    """Break the signature of each caller's token."""
    caller = next((each for each in target.usable if each.canary and token(each.token)), None)
    if caller is None:
        if not target.usable:
            return not_tested("Not tested: no identity was given, or the target took none.")
        return not_applicable("No identity has a JWT that opens a route which refuses strangers.")
    known = token(caller.token)
    assert known is not None
    stranger = yield from get(caller.canary)
    made = list(broken(known))
    tried = yield from ask_all(
        Request("GET", caller.canary, headers=(("authorization", f"Bearer {text}"),)) for _, text in made
    )
    if stranger.failure or any(each.failure for each in tried):
        return unanswered(stranger, *tried)
    for (what, _), exchange in zip(made, tried, strict=True):
        if access(exchange, stranger) is Access.ALLOWED:
            mine = yield from get(caller.canary, caller.name)
            if same(mine.answer, exchange.answer):
                return failed(
                    f"The API accepts a token {what}.",
                    exchange,
                    stranger,
                    fix="Verify the signature with the library that reads the token, with algorithm and key fixed.",
                )
    return passed("The API refuses tokens whose signature does not fit.", *tried)


PROBE = Probe(
    id="AP503",
    name="broken-token-signature",
    title="A token whose signature does not fit is accepted",
    weakness="jwt-weakness",
    severity=Severity.CRITICAL,
    family="token-signature",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    statement="APIs refuse tokens whose signature does not fit",
)
