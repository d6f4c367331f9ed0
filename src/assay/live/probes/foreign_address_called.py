"""An endpoint calls any address that its caller names.

## What it finds

In active mode, and where the run was given a listener of its own (`--listener`): an address of it that nobody can guess, in
each query parameter that is named like an address. A call that arrives there is the proof.

## Why it matters

The server reaches what its caller does not: the metadata of its cloud, administration pages, databases inside.

## Bad

```http
# mode: active
# listener: http://127.0.0.1:4444
# route: GET /preview query:url
LISTEN http://127.0.0.1:4444/*

CALLED GET python-httpx
###
GET /preview?url=http%3A%2F%2F127.0.0.1%3A4444%2F*

HTTP/1.1 200 OK
Content-Type: application/json

{"title": "none"}
```

## Good

```http
# mode: active
# listener: http://127.0.0.1:4444
# route: GET /preview query:url
GET /preview?url=http%3A%2F%2F127.0.0.1%3A4444%2F*

HTTP/1.1 422 Unprocessable Entity
Content-Type: application/json

{"detail": "this host is not on the list"}
```

## How to fix

Compare the whole host with a list. Where any address has to be possible, resolve it once, refuse private ones, follow no
redirects, and send the call from a network that reaches nothing inside.

## What it cannot see

Only query parameters of GET routes, known by their names. A call that comes more than two seconds later. A server that does
not reach the listener: where none of its endpoints called, one that does not refuse the address is not tested. A server
that refuses private addresses and calls all others shows only with a listener at a public one.

## References

CWE-918; OWASP API7:2023.
"""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from assay.live.asking import ask_all, listen
from assay.live.ruling import failed, not_applicable, not_tested, passed
from assay.live.scope import destructive_route
from assay.live.subjects import once
from assay.model.exchange import Exchange, Heard, Listen, Request
from assay.model.target import Listener, Route, Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

NAMES = re.compile(
    r"^(?:.*[_-])?(?:ur[il]|link|href|src|source|feed|endpoint|webhook|callback|proxy|fetch|image|img|avatar|remote|host|domain|site|page|target|dest(?:ination)?)$"
    r"|^[a-z]+(?:Ur[il]|URL|URI)$",
    re.IGNORECASE,
)
MOST = 40
"""Parameters of a run."""
SECONDS = 2.0
"""That a call may take after the answer."""
REFUSED = frozenset({400, 403, 415, 422})


class Lure(Struct, frozen=True):
    """A parameter with an address of the listener in it."""

    route: Route
    name: str
    address: str
    path: str


def run(target: Target, subject: Subject) -> Play:
    """Name an address of the listener in each such parameter, and wait for calls."""
    if target.listener is None:
        return not_tested("Not tested: the run was given no listener (--listener) that the target could call.")
    found = list(lures(target, target.listener))[:MOST]
    if not found:
        return not_applicable("No GET route that can be asked takes an address.")
    yield from listen(Listen(lure.address) for lure in found)
    identity = target.usable[0].name if target.usable else ""
    exchanges = yield from ask_all(Request("GET", lure.path, identity) for lure in found)
    heard = yield from listen(Listen(lure.address, seconds=SECONDS) for lure in found)
    is_reachable = any(each.calls for each in heard)
    return [
        replace(_judged(lure, exchange, each, is_reachable=is_reachable), subject=lure.route.subject)
        for lure, exchange, each in zip(found, exchanges, heard, strict=True)
    ]


def lures(target: Target, listener: Listener) -> Iterator[Lure]:
    """Query parameters of GET routes that are named like an address."""
    for route in target.readable:
        if destructive_route(route):
            continue
        for slot in route.slots:
            if slot.location != "query" or not NAMES.match(slot.name) or slot.type in {"integer", "number", "boolean"}:
                continue
            address = listener.address(f"{route.name} {slot.name}")
            if path := route.filled(query={slot.name: address}):
                yield Lure(route, slot.name, address, path)


def _judged(lure: Lure, exchange: Exchange, heard: Heard, *, is_reachable: bool) -> Ruling:
    if heard.calls:
        call = heard.calls[0]
        agent = f", calling itself {call.agent}" if call.agent else ""
        return failed(
            f"{lure.route.name} calls any address that its caller names in {lure.name}.",
            exchange,
            fix="Compare the whole host with a list; refuse private addresses and redirects.",
            symbol=lure.name,
            steps=(
                f"The listener got a {call.method} from {call.source}{agent}, at an address that only this request names",
            ),
        )
    if exchange.failure:
        return not_tested(f"Not tested: {exchange.reason.removeprefix('not sent: ')}.", exchange, symbol=lure.name)
    if exchange.status in REFUSED:
        return passed(
            f"{lure.route.name} refuses a foreign address in {lure.name}, and calls none.", exchange, symbol=lure.name
        )
    if is_reachable and exchange.answer.is_success:
        return passed(f"{lure.route.name} does not call the address in {lure.name}.", exchange, symbol=lure.name)
    return not_tested(
        f"Not tested: no call came from {lure.route.name}, and whether it reaches the listener is not known.",
        exchange,
        symbol=lure.name,
    )


PROBE = Probe(
    id="AP545",
    name="foreign-address-called",
    title="An endpoint calls any address that its caller names",
    weakness="ssrf",
    severity=Severity.HIGH,
    family="ssrf",
    mode=Mode.ACTIVE,
    subjects=once,
    run=run,
    specificity=70,
    statement="endpoints call no address that their callers choose",
)
