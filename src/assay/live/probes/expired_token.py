"""A token that has ended is accepted.

## What it finds

The expired token that the owner gave for an identity, or, where the secret of the tokens was guessed, one that is
made to have ended: sent to a route that refuses strangers.

## Why it matters

A token that leaked opens the door for ever.

## Bad

```http
# caller: alice canary=/me expired=jwt:sub:7,exp:1600000000 token=jwt:sub:7,exp:1999999999
GET /me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /me
Authorization: Bearer *

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7}
```

## Good

```http
# caller: alice canary=/me expired=jwt:sub:7,exp:1600000000 token=jwt:sub:7,exp:1999999999
GET /me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /me
Authorization: Bearer *

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
```

## How to fix

Let the library verify `exp`, with five minutes of leeway at most.

## What it cannot see

Without an expired token (`expired-token` of the identity) and with a secret that is not guessed, this is not tested.

## References

RFC 7519 §4.1.4; CWE-613; OWASP API2:2023.
"""

from assay.live.asking import ask, get
from assay.live.denial import Access, access
from assay.live.jwt import guesses, secret_of, signed, token
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Request
from assay.model.target import Caller, Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

LONG_AGO = 1_600_000_000
"""September 2020, in seconds of Unix time."""


def run(target: Target, subject: Subject) -> Play:
    """Send a token that has ended."""
    caller, text = next(((each, text) for each in target.usable if each.canary and (text := ended(each))), (None, ""))
    if caller is None:
        return not_tested("Not tested: no expired token was given, and none could be made.")
    stranger = yield from get(caller.canary)
    late = yield from ask(Request("GET", caller.canary, headers=(("authorization", f"Bearer {text}"),)))
    if stranger.failure or late.failure:
        return unanswered(stranger, late)
    if access(late, stranger) is Access.ALLOWED:
        return failed("The API accepts a token that has ended.", late, stranger, fix="Let the library verify exp.")
    return passed("The API refuses a token that has ended.", late)


def ended(caller: Caller) -> str:
    """A token of the caller that has ended; "" when there is none."""
    known = token(caller.token)
    secret = secret_of(known, guesses(iter(()))) if known and not caller.expired else ""
    if known and secret:
        return signed(known.header, {**known.claims, "exp": LONG_AGO}, secret)
    return caller.expired


PROBE = Probe(
    id="AP507",
    name="expired-token",
    title="A token that has ended is accepted",
    weakness="jwt-weakness",
    severity=Severity.HIGH,
    family="token-expiry",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    statement="APIs refuse tokens that have ended",
)
