"""The API trusts origins that only look like its own.

## What it finds

Origins that a sloppy comparison takes for the host: the host with a foreign ending, with a prefix glued on, with its
dots replaced, over plain HTTP, on another port. With credentials the first three are as bad as trusting every origin;
another scheme or port is medium.

## Why it matters

Whoever registers the look-alike name reads the API in the name of its users.

## Bad

```http
GET /
Origin: https://api.example.com.assay.example

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Origin: <origin>
Access-Control-Allow-Credentials: true

{}
```

```http
GET /
Origin: https://assayapi.example.com

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Origin: <origin>
Access-Control-Allow-Credentials: true

{}
```

```http
GET /
Origin: http://api.example.com

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Origin: <origin>
Access-Control-Allow-Credentials: true

{}
```

## Good

```http
GET /
Origin: *

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Origin: https://app.example.com

{}
```

## How to fix

Compare whole origins with a list: scheme, host and port. No prefix, no ending, no pattern without anchors.

## What it cannot see

Names beside the host below the same domain are not tried: they are as often the owner's.

## References

Fetch Standard, CORS protocol; CWE-942; CWE-1385; OWASP API8:2023.
"""

from assay.live.cors import grants, gravity, stranger
from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.subjects import once
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

FIX = "Compare whole origins with a list: scheme, host and port."


def run(target: Target, subject: Subject) -> Play:
    """Ask with look-alikes, and with an origin that nobody can know."""
    tried = lookalikes(target)
    found = yield from grants(target, (*tried, stranger(target)), most=1)
    if all(each.exchange.failure for each in found):
        return unanswered(*(each.exchange for each in found))
    if any(each.is_allowed for each in found if each.origin not in tried):
        return not_applicable("Every origin is trusted, which AP420 says.")
    allowed = sorted(
        (each for each in found if each.is_allowed), key=lambda each: (not each.has_credentials, tried[each.origin])
    )
    if not allowed:
        return passed("The API does not trust origins that look like its own.", found[0].exchange)
    worst = allowed[0]
    severity = Severity.LOW
    if worst.has_credentials:
        severity = Severity.MEDIUM if tried[worst.origin] else gravity(target)
    extra = ", with credentials" if worst.has_credentials else ""
    return failed(f"The API trusts the origin {worst.origin}{extra}.", worst.exchange, severity=severity, fix=FIX)


def lookalikes(target: Target) -> dict[str, bool]:
    """Origins that only look like the target's; True where just scheme or port differ."""
    host = target.host
    other = "http" if target.is_encrypted else "https"
    names = {
        f"https://{host}.assay.example": False,
        f"https://assay{host}": False,
        f"{other}://{host}": True,
        f"{target.scheme}://{host}:{target.port + 1}": True,
    }
    if "." in host:
        head, _, tail = host.partition(".")
        names[f"https://{head}x{tail}"] = False
    return names


PROBE = Probe(
    id="AP422",
    name="cors-lookalike-origin",
    title="Origins that look like the own are trusted",
    weakness="permissive-cors",
    severity=Severity.HIGH,
    family="cors-lookalike",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    statement="APIs compare whole origins",
)
