"""A header changes the method of a request.

## What it finds

GET requests with a header that asks for another method (`X-HTTP-Method-Override`, `X-HTTP-Method`, `X-Method-Override`) or with
`_method` in the query. The other method is `ASSAY`, which exists nowhere and changes nothing: a server that obeys answers that it
does not know the method, where it answered the plain request.

## Why it matters

A gateway that lets GET pass, and guards what writes, does not see the DELETE inside.

## Bad

```http
# route: GET /orders
GET /orders
X-Http-Method-Override: ASSAY

HTTP/1.1 405 Method Not Allowed
Content-Type: application/json

{"detail": "Method Not Allowed"}
###
GET /orders

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1}]
```

## Good

```http
# route: GET /orders
GET /orders*

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1}]
```

## How to fix

Turn method override off. Where forms need it, allow it for POST with the methods that forms need, behind the same guards.

## What it cannot see

An override that only POST can ask for: safe mode sends none.

## References

CWE-436; CWE-285; OWASP API5:2023.
"""

from assay.live.asking import ask_all, get
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import once, plain_routes
from assay.model.exchange import Request
from assay.model.target import Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

NOWHERE = "ASSAY"
HEADERS = ("x-http-method-override", "x-http-method", "x-method-override")
UNKNOWN_METHOD = frozenset({405, 501})
MOST = 3
"""Routes of which one has to answer."""
FIX = "Turn method override off, or allow it for POST alone and behind the same guards."


def run(target: Target, subject: Subject) -> Play:
    """Ask a route that answers once more for a method that does not exist."""
    name = target.usable[0].name if target.usable else ""
    routes = plain_routes(target)[:MOST]
    if not routes:
        return not_tested("Not tested: no route is known that can be asked as it is.")
    for route in routes:
        path = route.filled()
        plain = yield from get(path, name)
        if plain.failure:
            return unanswered(plain)
        if not plain.answer.is_success:
            continue
        asked = [Request("GET", path, name, ((header, NOWHERE),)) for header in HEADERS]
        asked.append(Request("GET", f"{path}{'&' if '?' in path else '?'}_method={NOWHERE}", name))
        exchanges = yield from ask_all(asked)
        if broken := [each for each in exchanges if each.failure]:
            return unanswered(*broken)
        words = [*HEADERS, "_method"]
        obeyed = [(word, each) for word, each in zip(words, exchanges, strict=True) if each.status in UNKNOWN_METHOD]
        if obeyed:
            told = ", ".join(word for word, _ in obeyed)
            shown = (*(each for _, each in obeyed), plain)
            return failed(f"A GET becomes another method by {told}.", *shown, confidence=Confidence.FIRM, fix=FIX)
        return passed("No header and no parameter changes the method of a GET.", *exchanges)
    return not_tested("Not tested: no route was seen to answer.")


PROBE = Probe(
    id="AP525",
    name="method-override",
    title="A header changes the method of a request",
    weakness="bfla",
    severity=Severity.MEDIUM,
    family="method-override",
    mode=Mode.SAFE,
    order=60,
    subjects=once,
    run=run,
    statement="APIs take a request for what its method says",
)
