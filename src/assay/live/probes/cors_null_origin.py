"""The API trusts the origin "null".

## What it finds

`Origin: null` is named back. With credentials it is as bad as trusting every origin; without, it is low.

## Why it matters

Any page can make itself the origin "null": a sandboxed frame is enough.

## Bad

```http
GET /
Origin: null

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Origin: null
Access-Control-Allow-Credentials: true

{}
```

## Good

```http
GET /
Origin: null

HTTP/1.1 200 OK
Content-Type: application/json

{}
```

## How to fix

Take "null" off the list of trusted origins.

## What it cannot see

A few routes are asked; where every origin is trusted, AP420 says so and this one has nothing to add.

## References

Fetch Standard, CORS protocol; CWE-942; OWASP API8:2023.
"""

from assay.live.cors import grants, gravity, stranger
from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.subjects import once
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

FIX = 'Take "null" off the list of trusted origins.'


def run(target: Target, subject: Subject) -> Play:
    """Ask with the origin null, and with one that nobody can know."""
    found = yield from grants(target, ("null", stranger(target)), most=1)
    mine = [each for each in found if each.origin == "null"]
    if all(each.exchange.failure for each in mine):
        return unanswered(*(each.exchange for each in mine))
    if any(each.is_allowed for each in found if each.origin != "null"):
        return not_applicable("Every origin is trusted, which AP420 says.")
    allowed = sorted((each for each in mine if each.is_allowed), key=lambda each: not each.has_credentials)
    if not allowed:
        return passed('The API does not trust the origin "null".', mine[0].exchange)
    severity = gravity(target) if allowed[0].has_credentials else Severity.LOW
    extra = ", with credentials" if allowed[0].has_credentials else ""
    return failed(f'The API trusts the origin "null"{extra}.', allowed[0].exchange, severity=severity, fix=FIX)


PROBE = Probe(
    id="AP421",
    name="cors-null-origin",
    title='The origin "null" is trusted',
    weakness="permissive-cors",
    severity=Severity.HIGH,
    family="cors-null",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    statement='APIs do not trust the origin "null"',
)
