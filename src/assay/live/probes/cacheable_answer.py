"""Answers that need a caller may be kept by caches.

## What it finds

Answers that a stranger does not get, and whose Cache-Control says `public`, `s-maxage` or a `max-age` without
`private` or `no-store` (medium), or that say nothing at all where the credentials are a cookie (low).

## Why it matters

The next user of the browser or the proxy reads them.

## Bad

```http
# caller: alice canary=/me
# route: GET /me
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json
Cache-Control: public, max-age=600

{"id": 7}
```

```http
# caller: alice kind=cookie canary=/me
# route: GET /me
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7}
```

## Good

```http
# caller: alice canary=/me
# route: GET /me
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json
Cache-Control: private, max-age=60

{"id": 7}
```

## How to fix

Send `Cache-Control: no-store` with answers that need a caller.

## What it cannot see

By the standard, caches keep no answer to a request with Authorization unless the answer allows it: silence is a
defect with cookies only. The route that proved each identity is looked at.

## References

RFC 9111 §3.5; CWE-525; OWASP API8:2023.
"""

import re

from assay.live.asking import ask_all
from assay.live.cors import AMBIENT
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Request, Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(?!0)\d")
FIX = "Send `Cache-Control: no-store` with answers that need a caller."


def run(target: Target, subject: Subject) -> Play:
    """Read the header of answers that need a caller."""
    proved = [caller for caller in target.usable if caller.canary]
    if not proved:
        return not_tested("Not tested: no identity opens a route that refuses strangers.")
    exchanges = yield from ask_all(Request("GET", caller.canary, caller.name) for caller in proved)
    if any(each.failure for each in exchanges):
        return unanswered(*exchanges)
    kept = next((each for each in exchanges if may_keep(each.answer)), None)
    if kept:
        message = f"The answer of {kept.request.path}, which needs a caller, may be kept by caches: {kept.answer.header('cache-control')}."
        return failed(message, kept, fix=FIX)
    for caller, exchange in zip(proved, exchanges, strict=True):
        if caller.kind in AMBIENT and not caller.token and not exchange.answer.has("cache-control"):
            message = f"The answer of {exchange.request.path}, which needs a caller, says nothing to caches."
            return failed(message, exchange, severity=Severity.LOW, fix=FIX)
    return passed("Answers that need a caller are kept by no shared cache.", *exchanges)


def may_keep(answer: Response) -> bool:
    """Whether a shared cache may keep an answer."""
    said = answer.header("cache-control").lower()
    if "no-store" in said or "private" in said or "no-cache" in said:
        return False
    return "public" in said or bool(AGE.search(said))


PROBE = Probe(
    id="AP441",
    name="cacheable-answer",
    title="Answers that need a caller may be kept by caches",
    weakness="cache-of-sensitive-data",
    severity=Severity.MEDIUM,
    family="cacheable",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    statement="caches keep no answers that need a caller",
)
