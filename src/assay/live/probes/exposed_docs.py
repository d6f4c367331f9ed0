"""The documentation of the API is open to everybody.

## What it finds

Interactive documentation and contract documents at their usual paths, known by their content, of an API that refuses
strangers on its own routes. Where the API itself is public, its documentation is as public as it is.

## Why it matters

It is a map of every route, the forgotten ones too. For a public API it is the service itself.

## Bad

```http
# route: GET /orders
GET /openapi.json

HTTP/1.1 200 OK
Content-Type: application/json

{"openapi": "3.1.0", "info": {"title": "shop"}, "paths": {}}
###
GET /orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

## Good

```http
# route: GET /orders
GET /openapi.json

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

## How to fix

Serve it to those who are known, or only in development. If the API is public, accept the finding and say so.

## What it cannot see

Whether the API is meant to be public, nobody can see from outside.

## References

CWE-200; OWASP API9:2023.
"""

from assay.live.asking import ask_all
from assay.live.denial import Access, access
from assay.live.lookup import Thing, keys, search, text
from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.subjects import once, plain_routes
from assay.model.exchange import Exchange, Request
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

LOW = Severity.LOW
PAGE = text(
    r"swagger-ui|SwaggerUIBundle|<redoc|Redoc\.init|redoc\.standalone|api-reference|<rapi-doc|elements-api", html=True
)
JSON = keys("paths")
YAML = text(r"\A(?:#.*\n|---\s*\n)*(?:openapi|swagger):")
THINGS = (
    *(
        Thing(path, "a contract document", LOW, JSON)
        for path in ("/openapi.json", "/swagger.json", "/v3/api-docs", "/api-docs")
    ),
    Thing("/swagger/v1/swagger.json", "a contract document", LOW, JSON),
    Thing("/openapi.yaml", "a contract document", LOW, YAML),
    *(
        Thing(path, "interactive documentation", LOW, PAGE)
        for path in ("/docs", "/redoc", "/swagger", "/swagger-ui.html")
    ),
    *(
        Thing(path, "interactive documentation", LOW, PAGE)
        for path in ("/swagger/index.html", "/swagger-ui/index.html")
    ),
)
FEW = 6


def run(target: Target, subject: Subject) -> Play:
    """Ask for each, and whether the routes refuse strangers."""
    result = yield from search(target, THINGS)
    if not result.found:
        if result.unanswered:
            return unanswered(*result.unanswered)
        return passed("No documentation is open at its usual path.")
    routes = plain_routes(target)[:FEW]
    exchanges = yield from ask_all(Request("GET", route.filled()) for route in routes)
    shown = tuple(exchange for _, exchange in result.found[:2])
    if not refuses(exchanges):
        return not_applicable("The API refuses no strangers, and its documentation is as public as it is.", *shown)
    paths = [exchange.request.path for _, exchange in result.found]
    return failed(
        f"The API refuses strangers, and serves its documentation to everybody at {', '.join(paths)}.",
        *shown,
        fix="Serve the documentation to those who are known, or accept it for a public API.",
    )


def refuses(exchanges: tuple[Exchange, ...]) -> bool:
    """Whether strangers are refused on most routes."""
    rights = [access(exchange) for exchange in exchanges]
    return rights.count(Access.DENIED) > rights.count(Access.ALLOWED)


PROBE = Probe(
    id="AP430",
    name="exposed-docs",
    title="Documentation is open to everybody",
    weakness="exposed-api-docs",
    severity=Severity.LOW,
    family="docs",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs show their documentation to those who are known",
)
