"""GraphQL tells its whole schema to strangers.

## What it finds

A GraphQL endpoint at its usual paths that answers an introspection query by GET without credentials, of an API that
refuses strangers on its own routes.

## Why it matters

It is a map of every type and every mutation, the forgotten ones too.

## Bad

```http
# route: GET /orders
GET /graphql?query=*

HTTP/1.1 200 OK
Content-Type: application/json

{"data": {"__schema": {"queryType": {"name": "Query"}}}}
###
GET /orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
```

## Good

```http
# route: GET /orders
GET /graphql?query=*

HTTP/1.1 400 Bad Request
Content-Type: application/json

{"errors": [{"message": "introspection is disabled"}]}
###
GET /orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
```

## How to fix

Switch introspection off outside development, or answer it to those who are known.

## What it cannot see

Servers that take queries by POST only are not seen: nothing is posted. A public GraphQL API is meant to be open.

## References

CWE-200; OWASP API8:2023.
"""

from urllib.parse import quote

from assay.live.asking import ask_all
from assay.live.denial import Access, access
from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.subjects import once, plain_routes
from assay.model.exchange import Exchange, Request
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

PLACES = ("/graphql", "/api/graphql", "/v1/graphql")
QUERY = quote("{__schema{queryType{name}}}")
FEW = 6


def run(target: Target, subject: Subject) -> Play:
    """Ask for the name of the query type."""
    paths = dict.fromkeys([*PLACES, *(target.base + place for place in PLACES)])
    exchanges = yield from ask_all(Request("GET", f"{path}?query={QUERY}") for path in paths)
    told = next((each for each in exchanges if is_schema(each)), None)
    if told:
        routes = yield from ask_all(Request("GET", route.filled()) for route in plain_routes(target)[:FEW])
        rights = [access(each) for each in routes]
        if rights.count(Access.DENIED) <= rights.count(Access.ALLOWED):
            return not_applicable("The API refuses no strangers, and its schema is as public as it is.", told)
        return failed(
            f"GraphQL at {told.request.path.partition('?')[0]} tells its schema to strangers.",
            told,
            fix="Switch introspection off outside development, or answer it to those who are known.",
        )
    if any(each.failure for each in exchanges):
        return unanswered(*exchanges)
    if any(is_graphql(each) for each in exchanges):
        return passed(
            "GraphQL does not tell its schema to strangers.", next(each for each in exchanges if is_graphql(each))
        )
    return not_applicable("No GraphQL endpoint answers at its usual paths.")


def is_schema(exchange: Exchange) -> bool:
    """Whether an answer tells a schema."""
    document = exchange.answer.document
    found = document.get("data") if isinstance(document, dict) else None
    return isinstance(found, dict) and isinstance(found.get("__schema"), dict)


def is_graphql(exchange: Exchange) -> bool:
    """Whether an answer is one of GraphQL."""
    document = exchange.answer.document
    errors = document.get("errors") if isinstance(document, dict) else None
    return isinstance(errors, list) and bool(errors) and isinstance(errors[0], dict) and "message" in errors[0]


PROBE = Probe(
    id="AP443",
    name="open-graphql-schema",
    title="GraphQL tells its schema to strangers",
    weakness="exposed-api-docs",
    severity=Severity.MEDIUM,
    family="graphql-schema",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    statement="GraphQL endpoints keep their schema from strangers",
)
