"""The answer to a preflight lets a foreign page change and delete.

## What it finds

A preflight from an origin that nobody can know, for DELETE with a header of its own, that is answered with leave for it: the origin
(named back or `*`), the method, and the header. With credentials it is a matter of AP420, which is graver.

## Why it matters

Browsers ask first so that a page of another site cannot send such requests. An API that says yes to everybody gives that
protection away for each way in that needs no token: the network of the user, or an address that is let in.

## Bad

```http
OPTIONS /
Origin: *
Access-Control-Request-Method: DELETE

HTTP/1.1 204 No Content
Access-Control-Allow-Origin: *
Access-Control-Allow-Methods: GET, POST, PUT, DELETE
Access-Control-Allow-Headers: *
```

```http
OPTIONS /
Origin: *
Access-Control-Request-Method: DELETE

HTTP/1.1 200 OK
Access-Control-Allow-Origin: <origin>
Access-Control-Allow-Methods: *
Access-Control-Allow-Headers: x-assay-probe
```

## Good

```http
OPTIONS /
Origin: *
Access-Control-Request-Method: DELETE

HTTP/1.1 204 No Content
Access-Control-Allow-Origin: *
Access-Control-Allow-Methods: GET, HEAD
```

```http
OPTIONS /
Origin: *
Access-Control-Request-Method: DELETE

HTTP/1.1 405 Method Not Allowed
Allow: GET, HEAD
```

## How to fix

Name the origins that may call, and for those the methods and headers that they use.

## What it cannot see

One path is asked: the first that a caller's credentials open, else the base. Other paths may have a policy of their own.

## References

Fetch Standard, CORS protocol; CWE-942; OWASP API8:2023.
"""

from assay.live.asking import ask
from assay.live.cors import Grant, grant, places, stranger
from assay.live.ruling import failed, passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Request, Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

METHOD, HEADER = "delete", "x-assay-probe"
FIX = "Name the origins that may call, and for those the methods and headers that they use."


def run(target: Target, subject: Subject) -> Play:
    """Ask for leave as a foreign page would, and read what is given."""
    origin = stranger(target)
    asked = (
        ("origin", origin),
        ("access-control-request-method", METHOD.upper()),
        ("access-control-request-headers", HEADER),
    )
    exchange = yield from ask(Request("OPTIONS", places(target)[0][0], headers=asked))
    if exchange.failure:
        return unanswered(exchange)
    if is_broad(grant(exchange, origin), exchange.answer):
        message = "The API lets pages of every origin send DELETE with headers of their own."
        return failed(message, exchange, fix=FIX)
    return passed("The API does not let pages of every origin send DELETE with headers of their own.", exchange)


def is_broad(found: Grant, answer: Response) -> bool:
    """Whether origin, method and header are all given leave; a star does not count with credentials (Fetch §3.2.3)."""
    if not answer.is_success or not (found.is_allowed or found.is_wild):
        return False
    named = [_words(answer, f"access-control-allow-{what}") for what in ("methods", "headers")]
    stars = {"*"} if not found.has_credentials else set()
    return all(words & ({wanted} | stars) for words, wanted in zip(named, (METHOD, HEADER), strict=True))


def _words(answer: Response, name: str) -> set[str]:
    return {word.strip().lower() for value in answer.every(name) for word in value.split(",")}


PROBE = Probe(
    id="AP424",
    name="broad-preflight",
    title="Pages of every origin may change and delete",
    weakness="permissive-cors",
    severity=Severity.LOW,
    family="cors-preflight",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs do not let pages of every origin change and delete",
)
