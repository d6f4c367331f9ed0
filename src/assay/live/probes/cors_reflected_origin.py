"""The API trusts every origin that asks.

## What it finds

An Origin that nobody can know is named back in Access-Control-Allow-Origin, on a route that credentials open or in
answer to a preflight. With `Access-Control-Allow-Credentials: true` it is high where browsers attach the credentials
by themselves (cookies, Basic, or nobody knows), medium for bearer tokens; without, it is low.

## Why it matters

Any page that a user opens reads the API in the name of that user.

## Bad

```http
GET /
Origin: https://assay-*.example

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Origin: <origin>
Access-Control-Allow-Credentials: true

{}
```

```http
# route: GET /orders
OPTIONS /
Origin: https://assay-*.example

HTTP/1.1 204 No Content
Access-Control-Allow-Origin: <origin>
Access-Control-Allow-Credentials: true
```

```http
GET /
Origin: https://assay-*.example

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Origin: <origin>

{}
```

## Good

```http
GET /
Origin: https://assay-*.example

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Origin: https://app.example.com
Access-Control-Allow-Credentials: true

{}
```

```http
GET /

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Credentials: true

{}
```

## How to fix

Name the origins that may read the API, and compare whole origins; never copy the header of the request.

## What it cannot see

A few routes are asked; others may have a policy of their own.

## References

Fetch Standard, CORS protocol; CWE-942; OWASP API8:2023.
"""

from assay.live.cors import Grant, grants, gravity, stranger
from assay.live.ruling import failed, passed, unanswered
from assay.live.subjects import once
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

FIX = "Name the origins that may read the API, and compare whole origins."


def run(target: Target, subject: Subject) -> Play:
    """Ask with an origin that nobody can know."""
    found = yield from grants(target, (stranger(target),))
    exchanges = [each.exchange for each in found]
    if all(each.failure for each in exchanges):
        return unanswered(*exchanges)
    allowed = sorted((each for each in found if each.is_allowed), key=lambda each: not each.has_credentials)
    if not allowed:
        return passed("The API does not trust an origin that it cannot know.", exchanges[0])
    worst: Grant = allowed[0]
    if worst.has_credentials:
        message = "The API trusts every origin, with credentials."
        return failed(message, worst.exchange, severity=gravity(target), fix=FIX)
    return failed(
        "The API names every origin back, without credentials.", worst.exchange, severity=Severity.LOW, fix=FIX
    )


PROBE = Probe(
    id="AP420",
    name="cors-reflected-origin",
    title="Every origin is trusted",
    weakness="permissive-cors",
    severity=Severity.HIGH,
    family="cors-origin",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    specificity=60,
    statement="APIs do not trust every origin",
)
