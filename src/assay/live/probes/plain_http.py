"""The API answers over plain HTTP.

## What it finds

An API that answers without encryption: at the address that was given, or on port 80 beside it. A refusal (closed
port, 400, 403, 426) passes, and so does a redirect to HTTPS of the same host, although an API that refuses is better:
a client that redirects has already sent its credentials.

## Why it matters

Anybody on the way reads credentials and data, and can change both.

## Bad

```http
# route: GET /orders
GET http://api.example.com/

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "shop"}
###
GET http://api.example.com/orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

```http
# target: http://api.example.com
GET /

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "shop"}
```

## Good

```http
# route: GET /orders
GET http://api.example.com/*

HTTP/1.1 301 Moved Permanently
Location: https://api.example.com/
```

```http
GET http://api.example.com/*

HTTP/1.1 426 Upgrade Required
```

```http
GET http://api.example.com/*

FAILED refused
```

## How to fix

Close port 80 for the API, or answer every request there with 403; redirect only what people type into a browser.

## What it cannot see

A target on loopback or with a private address is not tested: what stands before it in production cannot be seen.
Where the target has a port of its own, nobody knows the port of its plain twin.

## References

RFC 9325; CWE-319; OWASP API8:2023; PCI DSS 4.2.1.
"""

from urllib.parse import urlsplit

from assay.live.asking import ask_all, get
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.scope import is_named_private
from assay.live.subjects import once, plain_routes
from assay.model.exchange import Exchange, Request
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

REFUSALS = frozenset({400, 403, 410, 421, 426, 444, 495, 496, 497})
ANSWERS = frozenset({401, 405, 415, 422})
"""Statuses that only an API gives."""
CLOSED = frozenset({"refused", "reset"})
FIX = "Close the plain port for the API, or refuse every request there."


def run(target: Target, subject: Subject) -> Play:
    """Ask the target itself when it is plain, else its plain twin on port 80."""
    if not target.is_encrypted:
        return (yield from _plain(target))
    if target.port != 443:
        return not_applicable("The target has a port of its own, and nobody knows the port of its plain twin.")
    origin = f"http://{urlsplit(target.origin).netloc}"
    paths = dict.fromkeys([target.at("/"), *(route.filled() for route in plain_routes(target)[:1])])
    exchanges = yield from ask_all(Request("GET", path, origin=origin) for path in paths)
    open_ones = [each for each in exchanges if is_open(each)]
    if open_ones:
        return failed(f"The API answers over plain HTTP at {origin}.", *open_ones, fix=FIX)
    unclear = [each for each in exchanges if not is_closed(each)]
    if unclear:
        return not_tested(f"Not tested: {unclear[0].reason or f'{origin} answers {unclear[0].status}'}.", *unclear)
    return passed("The plain port refuses, is closed, or leads to HTTPS.", *exchanges)


def _plain(target: Target) -> Play:
    if is_named_private(target.host):
        return not_tested(
            "Not tested: the target is asked on a private address, where what stands before it cannot be seen."
        )
    exchange = yield from get(target.at("/"))
    if exchange.failure:
        return unanswered(exchange)
    if exchange.status in REFUSALS or _is_led_away(exchange):
        return passed("The plain port refuses, or leads to HTTPS.", exchange)
    return _told(target, exchange)


def _told(target: Target, exchange: Exchange) -> Ruling:
    severity = Severity.CRITICAL if target.usable else Severity.HIGH
    extra = ", and credentials are sent there" if target.usable else ""
    return failed(f"The API answers over plain HTTP at {target.origin}{extra}.", exchange, severity=severity, fix=FIX)


def is_open(exchange: Exchange) -> bool:
    """Whether an API spoke."""
    answer = exchange.answer
    if answer.is_success:
        return not answer.is_html
    is_elsewhere = 300 <= answer.status < 400 and not answer.header("location").startswith("https://")
    return answer.status in ANSWERS or (is_elsewhere and answer.status != 304)


def is_closed(exchange: Exchange) -> bool:
    """Whether nobody is served."""
    if exchange.failure:
        return exchange.failure.word in CLOSED
    return exchange.status in REFUSALS or _is_led_away(exchange)


def _is_led_away(exchange: Exchange) -> bool:
    return 300 <= exchange.status < 400 and exchange.answer.header("location").startswith("https://")


PROBE = Probe(
    id="AP401",
    name="plain-http",
    title="The API answers over plain HTTP",
    weakness="plaintext-http",
    severity=Severity.HIGH,
    family="plain-http",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs do not answer over plain HTTP",
)
