"""An HTTPS answer does not tell browsers to stay on HTTPS.

## What it finds

Answers over HTTPS without Strict-Transport-Security, with a max-age below 15768000 seconds (half a year), with `max-age=0`, or with a value
that browsers cannot read. Redirects are passed over: the answer that they lead to counts.

## Why it matters

Without the header, the first visit of each browser may go over plain HTTP, where anybody on the way can read and change it.

## Bad

```http
GET /

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "shop"}
```

```http
GET /

HTTP/1.1 401 Unauthorized
Content-Type: application/json
Strict-Transport-Security: max-age=300

{"detail": "Not authenticated"}
```

## Good

```http
GET /

HTTP/1.1 200 OK
Content-Type: application/json
Strict-Transport-Security: max-age=31536000; includeSubDomains

{"name": "shop"}
```

## How to fix

Send `Strict-Transport-Security: max-age=31536000; includeSubDomains` on every HTTPS answer, errors included; the proxy that ends TLS is the
best place.

## What it cannot see

Plain HTTP targets and addresses without a name are not applicable: browsers ignore the header there.

## References

RFC 6797; CWE-319; OWASP API8:2023.
"""

import re

from assay.live.asking import get
from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.scope import is_address
from assay.live.subjects import once
from assay.model.exchange import Exchange
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

LEAST = 15_768_000
AGE = re.compile(r"""max-age\s*=\s*"?(\d+)"?""", re.IGNORECASE)
FIX = "Send `Strict-Transport-Security: max-age=31536000; includeSubDomains` on every HTTPS answer."


def run(target: Target, subject: Subject) -> Play:
    """Ask the base, judge its header."""
    if not target.is_encrypted:
        return not_applicable("The target is asked over plain HTTP, where browsers ignore the header.")
    if is_address(target.host):
        return not_applicable("The target is an address without a name, where browsers ignore the header.")
    exchange = yield from get(target.at("/"))
    if exchange.failure:
        return unanswered(exchange)
    return judged(exchange)


def judged(exchange: Exchange) -> Ruling:
    """What an answer says. Of several headers browsers read the first (RFC 6797 §8.1)."""
    values = exchange.answer.every("strict-transport-security")
    if not values:
        return failed("The API answers over HTTPS without Strict-Transport-Security.", exchange, fix=FIX)
    age = AGE.search(values[0])
    if age is None:
        return failed(
            "The API sends a Strict-Transport-Security header that has no readable max-age.", exchange, fix=FIX
        )
    if int(age[1]) < LEAST:
        message = f"The API sends Strict-Transport-Security with a max-age of {age[1]} s, less than half a year."
        return failed(message, exchange, fix=FIX)
    return passed("The API sends Strict-Transport-Security for half a year or more.", exchange)


PROBE = Probe(
    id="AP410",
    name="missing-hsts",
    title="Strict-Transport-Security is missing or short",
    weakness="missing-hsts",
    severity=Severity.MEDIUM,
    family="hsts",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs tell browsers to stay on HTTPS",
)
