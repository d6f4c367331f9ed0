"""Passwords are asked for over plain HTTP.

## What it finds

A challenge for Basic credentials (`WWW-Authenticate: Basic`) in an answer that came over plain HTTP.

## Why it matters

Basic credentials are the password itself, sent with each request: whoever listens has it.

## Bad

```http
# target: http://api.example.com
# route: GET /orders
GET /orders

HTTP/1.1 401 Unauthorized
WWW-Authenticate: Basic realm="orders"
Content-Type: application/json

{"detail": "Not authenticated"}
```

## Good

```http
# route: GET /orders
GET /orders

HTTP/1.1 401 Unauthorized
WWW-Authenticate: Basic realm="orders"
Content-Type: application/json

{"detail": "Not authenticated"}
```

```http
# target: http://api.example.com
# route: GET /orders
GET /orders

HTTP/1.1 401 Unauthorized
WWW-Authenticate: Bearer
Content-Type: application/json

{"detail": "Not authenticated"}
```

## How to fix

Answer over HTTPS alone, and ask for tokens that end rather than for passwords.

## What it cannot see

On a private address nobody can see what stands before the target, so nothing is said there.

## References

CWE-523; CWE-319; RFC 7617 section 4; OWASP API2:2023.
"""

import re

from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.sampling import answered, sample
from assay.live.scope import is_named_private
from assay.live.subjects import once
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

BASIC = re.compile(r"(?:^|,)\s*basic\b", re.IGNORECASE)


def run(target: Target, subject: Subject) -> Play:
    """Look at the challenges of a few routes."""
    exchanges = yield from sample(target)
    seen = answered(exchanges)
    if not seen:
        return unanswered(*exchanges)
    asking = [each for each in seen if BASIC.search(each.answer.header("www-authenticate"))]
    if not asking or target.is_encrypted:
        return passed("No answer asks for Basic credentials over plain HTTP.", *(asking or seen))
    if is_named_private(target.host):
        return not_tested(
            "Not tested: the target is asked on a private address, where what stands before it cannot be seen."
        )
    fix = "Answer over HTTPS alone, and ask for tokens that end rather than for passwords."
    return failed(f"The API asks for Basic credentials over plain HTTP at {target.origin}.", *asking, fix=fix)


PROBE = Probe(
    id="AP510",
    name="basic-over-http",
    title="Passwords are asked for over plain HTTP",
    weakness="plaintext-http",
    severity=Severity.HIGH,
    family="basic-over-http",
    mode=Mode.PASSIVE,
    order=12,
    subjects=once,
    run=run,
    statement="APIs ask for passwords over HTTPS alone",
)
