"""The server echoes TRACE requests.

## What it finds

A TRACE request whose marker header comes back in the body. A 200 without the marker is no echo.

## Why it matters

What a browser adds to a request, and what proxies add, can be read from the echo.

## Bad

```http
TRACE /
X-Assay: *

HTTP/1.1 200 OK
Content-Type: message/http

TRACE / HTTP/1.1
x-assay: <x-assay>
```

## Good

```http
TRACE /

HTTP/1.1 405 Method Not Allowed
Allow: GET
```

```http
TRACE /

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "shop"}
```

## How to fix

Switch TRACE off: `TraceEnable off` in Apache; other servers refuse it by default.

## What it cannot see

A proxy that answers itself hides what the server behind it would do.

## References

RFC 9110 §9.3.8; CWE-16; OWASP API8:2023.
"""

from assay.live.asking import ask
from assay.live.ruling import failed, passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Request
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

MARKER = "assay-echo-4f1d"


def run(target: Target, subject: Subject) -> Play:
    """Send a marker and look for it."""
    exchange = yield from ask(Request("TRACE", target.at("/"), headers=(("x-assay", MARKER),)))
    if exchange.failure:
        return unanswered(exchange)
    if exchange.answer.is_success and MARKER in exchange.answer.text:
        return failed("The server echoes TRACE requests with their headers.", exchange, fix="Switch TRACE off.")
    return passed("The server does not echo TRACE requests.", exchange)


PROBE = Probe(
    id="AP434",
    name="trace-method",
    title="TRACE is echoed",
    weakness="server-version-disclosure",
    severity=Severity.LOW,
    family="trace",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="servers do not echo TRACE",
)
