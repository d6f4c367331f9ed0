"""Answers that need a caller are open to every origin.

## What it finds

`Access-Control-Allow-Origin: *` on answers that a stranger does not get, or that hold personal data (medium). With
`Access-Control-Allow-Credentials: true`, which browsers do not accept together, it is low. On public answers it is
right.

## Why it matters

Any page reads what the token in its hands opens, and what the network lets the browser of the user reach.

## Bad

```http
# caller: alice canary=/me
# route: GET /me
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Origin: *

{"id": 7}
```

## Good

```http
GET /

HTTP/1.1 200 OK
Content-Type: application/json
Access-Control-Allow-Origin: *

{"products": [1, 2]}
```

## How to fix

Name the origins that may read answers which need a caller.

## What it cannot see

Without an identity only public answers are seen: then personal data decides.

## References

Fetch Standard, CORS protocol; CWE-942; OWASP API8:2023.
"""

from assay.live.cors import grants, stranger
from assay.live.denial import Access, access
from assay.live.personal import in_document
from assay.live.ruling import failed, passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Exchange
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

FIX = "Name the origins that may read answers which need a caller."
PERSONAL = frozenset({"card", "iban", "ssn", "national-id", "named", "jwt", "password-hash", "key"})


def run(target: Target, subject: Subject) -> Play:
    """Ask with a foreign origin, look for the star."""
    found = yield from grants(target, (stranger(target),))
    seen = [each for each in found if each.exchange.response and each.exchange.request.method == "GET"]
    if not seen:
        return unanswered(*(each.exchange for each in found))
    wild = [each for each in seen if each.is_wild]
    grave = next((each for each in wild if is_for_callers(each.exchange)), None)
    if grave:
        return failed("The API opens answers that need a caller to every origin.", grave.exchange, fix=FIX)
    odd = next((each for each in wild if each.has_credentials), None)
    if odd:
        message = "The API opens answers to every origin and asks for credentials, which browsers refuse together."
        return failed(message, odd.exchange, severity=Severity.LOW, fix=FIX)
    return passed("The API opens no answer that needs a caller to every origin.", seen[0].exchange)


def is_for_callers(exchange: Exchange) -> bool:
    """Whether an answer is not for everybody: credentials opened it, or it holds what is personal."""
    if access(exchange) is not Access.ALLOWED:
        return False
    is_personal = any(each.kind in PERSONAL for each in in_document(exchange.answer.document))
    return bool(exchange.request.identity) or is_personal


PROBE = Probe(
    id="AP423",
    name="cors-wildcard",
    title="Answers that need a caller are open to every origin",
    weakness="permissive-cors",
    severity=Severity.MEDIUM,
    family="cors-wildcard",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs open only public answers to every origin",
)
