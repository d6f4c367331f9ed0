"""A path answers methods that nothing declares.

## What it finds

Paths whose answer to OPTIONS names in `Allow` a method that neither the contract nor the code has for them: of methods that write (low), or
others (info). A server that names the same methods for a path that does not exist says nothing of its paths, and is left out.

## Why it matters

What is not declared is in no review, no test and no list of who may call it.

## Bad

```http
# route: GET /orders protected
OPTIONS /orders

HTTP/1.1 204 No Content
Allow: GET, HEAD, OPTIONS, DELETE
###
OPTIONS /assay-no-such-path-7c1e

HTTP/1.1 404 Not Found
```

## Good

```http
# route: GET /orders protected
OPTIONS /orders

HTTP/1.1 204 No Content
Allow: GET, HEAD, OPTIONS
###
OPTIONS /assay-no-such-path-7c1e

HTTP/1.1 404 Not Found
```

## How to fix

Take the method off the path, or declare it with who may call it.

## What it cannot see

Only the word of the server is read: none of these methods is sent, so whether a stranger may use it is not known. At most five paths
are asked, and only where a contract says what there is. Endpoints that the code has and the contract has not are told by AP312.

## References

RFC 9110 §10.2.1; CWE-1059; OWASP API9:2023.
"""

from collections import defaultdict

from assay.live.asking import ask, ask_all
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import once, plain_routes
from assay.model.exchange import Exchange, Request
from assay.model.target import Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

NOWHERE = "/assay-no-such-path-7c1e"
MOST = 5
NORMAL = frozenset({"HEAD", "OPTIONS", "TRACE"})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ANY = "*"
FIX = "Take the method off the path, or declare it with who may call it."


def run(target: Target, subject: Subject) -> Play:
    """Ask what paths allow, and a path that does not exist."""
    if not target.is_contracted:
        return not_applicable("No contract says which methods there are.")
    declared: dict[str, set[str]] = defaultdict(set)
    for route in target.routes:
        if path := route.filled():
            declared[path.partition("?")[0]].add(route.method)
    paths = list(dict.fromkeys(route.filled().partition("?")[0] for route in plain_routes(target)))[:MOST]
    if not paths:
        return not_tested("Not tested: no path can be asked as it is.")
    nowhere = yield from ask(Request("OPTIONS", target.at(NOWHERE)))
    exchanges = yield from ask_all(Request("OPTIONS", path) for path in paths)
    if nowhere.failure or any(each.failure for each in exchanges):
        return unanswered(nowhere, *exchanges)
    common = allowed(nowhere)
    telling = [each for each in exchanges if allowed(each) and allowed(each) != common and ANY not in allowed(each)]
    if not telling:
        return not_tested("Not tested: no path says by itself which methods it has.", exchanges[0])
    odd = [(each, extra) for each in telling if (extra := allowed(each) - declared[each.request.path] - NORMAL)]
    if not odd:
        return passed(f"The {len(telling)} paths that were asked name no method that nothing declares.", telling[0])
    told = "; ".join(f"{each.request.path} has {', '.join(sorted(extra))}" for each, extra in odd)
    is_writing = any(extra & WRITES for _, extra in odd)
    return failed(
        f"The API names methods that nothing declares: {told}.",
        *(each for each, _ in odd),
        severity=Severity.LOW if is_writing else Severity.INFO,
        confidence=Confidence.FIRM,
        fix=FIX,
    )


def allowed(exchange: Exchange) -> set[str]:
    """The methods that an answer names in Allow."""
    return {word.strip().upper() for value in exchange.answer.every("allow") for word in value.split(",")} - {""}


PROBE = Probe(
    id="AP435",
    name="undeclared-method",
    title="A path has methods that nothing declares",
    weakness="undocumented-endpoint",
    severity=Severity.LOW,
    family="undeclared-method",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    order=62,
    statement="paths have the methods that are declared, and no others",
)
