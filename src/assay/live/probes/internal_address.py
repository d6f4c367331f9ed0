"""Headers show addresses of the inside.

## What it finds

Private IPv4 addresses and names of internal hosts (`.internal`, `.local`, `.lan`, `.corp`, `.svc.cluster.local`) in
headers such as Via, X-Backend or Location.

## Why it matters

They draw the map that an attacker needs after the first step.

## Bad

```http
GET /

HTTP/1.1 302 Found
Location: http://10.0.3.17:8080/login
Content-Type: text/plain

moved
```

## Good

```http
GET /

HTTP/1.1 200 OK
Via: 1.1 proxy
Content-Type: application/json

{}
```

## How to fix

Let the proxy that stands outside rewrite or drop these headers.

## What it cannot see

A target with a private address is not applicable: what is inside for others is its own address.

## References

CWE-200; OWASP API8:2023.
"""

import re

from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.sampling import answered, sample
from assay.live.scope import is_named_private
from assay.live.subjects import once
from assay.model.exchange import Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

ADDRESS = re.compile(r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])")
NAME = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.(?:internal|local|lan|corp|intranet)\b(?!\.\w)", re.IGNORECASE)
PROSE = frozenset(
    {"content-security-policy", "set-cookie", "date", "etag", "content-security-policy-report-only", "link"}
)


def run(target: Target, subject: Subject) -> Play:
    """Look for addresses in headers."""
    if is_named_private(target.host):
        return not_applicable("The target has a private address itself.")
    exchanges = yield from sample(target)
    seen = answered(exchanges)
    if not seen:
        return unanswered(*exchanges)
    for exchange in seen:
        if told := inside(exchange.answer, target.host):
            return failed(
                f"The API shows an address of the inside in the header {told[0]}: {told[1]}.",
                exchange,
                fix="Let the outermost proxy rewrite or drop the header.",
            )
    return passed("The headers of the API show no address of the inside.", seen[0])


def inside(answer: Response, host: str) -> tuple[str, str] | None:
    """(header, address) of the first address of the inside."""
    for name, value in answer.headers:
        match = ADDRESS.search(value) or NAME.search(value)
        if match and name not in PROSE and match[0].lower() != host:
            return name, match[0]
    return None


PROBE = Probe(
    id="AP417",
    name="internal-address-disclosure",
    title="Headers show addresses of the inside",
    weakness="server-version-disclosure",
    severity=Severity.LOW,
    family="internal-address",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs do not show addresses of the inside",
)
