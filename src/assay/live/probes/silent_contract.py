"""The contract does not say that callers have to be known.

## What it finds

Operations of the contract that demand nothing, or are declared open, and refuse strangers in fact. One finding for the API, with the
operations in question.

## Why it matters

Whoever reviews the contract, or makes a gateway, tests and clients of it, takes these for open. What nobody wrote down, nobody checks.

## Bad

```http
# document: /openapi.json
# route: GET /orders
# route: GET /invoices public
GET /orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /invoices

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

## Good

```http
# document: /openapi.json
# route: GET /orders protected
# route: GET /prices public
GET /orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /prices

HTTP/1.1 200 OK
Content-Type: application/json

[{"sku": "paper", "cents": 100}]
```

## How to fix

Write a security scheme into the contract and demand it for the whole document; state `security: []` where everybody may come in.

## What it cannot see

Routes that refuse for another reason than a missing caller. A gateway may be documented elsewhere.

## References

CWE-1059; OWASP API9:2023, API2:2023.
"""

from collections.abc import Iterable, Iterator

from assay.live.asking import ask_all
from assay.live.denial import is_denied
from assay.live.fallback import fallback
from assay.live.known_path import ground
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import once, plain_routes
from assay.model.exchange import Exchange, Request
from assay.model.target import Route, Stance, Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

MOST = 25
"""Routes that are asked."""
NAMED = 10
FIX = "Write a security scheme into the contract and demand it; state `security: []` where everybody may come in."


def run(target: Target, subject: Subject) -> Play:
    """Ask what the contract takes for open as a stranger."""
    if not target.is_contracted:
        return not_applicable("No contract is known.")
    routes = [route for route in plain_routes(target) if not route.views or "contract" in route.views][:MOST]
    if not routes:
        return not_tested("Not tested: no operation of the contract can be asked as it is.")
    exchanges = yield from ask_all(Request("GET", route.filled()) for route in routes)
    found: list[tuple[Route, Exchange]] = []
    for route, exchange in zip(routes, exchanges, strict=True):
        if exchange.failure:
            return unanswered(exchange)
        if exchange.status != 401 or not is_denied(exchange):
            continue
        base = yield from fallback(ground(route))
        if not base.explains(exchange) or route.stance is Stance.PROTECTED:
            found.append((route, exchange))
    silent = [(route, exchange) for route, exchange in found if route.stance is not Stance.PROTECTED]
    if not found:
        return not_applicable("No operation of the contract was seen to refuse strangers.")
    if not silent:
        return passed("The contract demands a caller wherever the API does.", found[0][1])
    told = ", ".join(_names(route for route, _ in silent))
    return failed(
        f"The contract takes {len(silent)} of {len(found)} operations that refuse strangers for open: {told}.",
        *(exchange for _, exchange in silent[:NAMED]),
        confidence=Confidence.FIRM,
        fix=FIX,
    )


def _names(routes: Iterable[Route]) -> Iterator[str]:
    names = [route.name for route in routes]
    yield from names[:NAMED]
    if len(names) > NAMED:
        yield f"and {len(names) - NAMED} more"


PROBE = Probe(
    id="AP447",
    name="silent-contract",
    title="The contract does not say that callers have to be known",
    weakness="undocumented-endpoint",
    severity=Severity.LOW,
    family="silent-contract",
    mode=Mode.PASSIVE,
    order=62,
    subjects=once,
    run=run,
    statement="contracts demand a caller wherever the API does",
)
