"""Answers name software with its version.

## What it finds

`Server`, `X-Powered-By`, `X-AspNet-Version`, `X-AspNetMvc-Version`, `X-Generator`, `Via` and their like with a
version number. A product without a number is no defect.

## Why it matters

Whoever reads the version looks up its holes first.

## Bad

```http
GET /

HTTP/1.1 200 OK
Server: nginx/1.18.0
Content-Type: application/json

{}
```

```http
GET /

HTTP/1.1 200 OK
X-AspNet-Version: 4.0.30319
Content-Type: application/json

{}
```

## Good

```http
GET /

HTTP/1.1 200 OK
Server: nginx
Content-Type: application/json

{}
```

## How to fix

Switch the version off: `server_tokens off;` in nginx, `ServerTokens Prod` in Apache, `removeServerHeader` in IIS.

## What it cannot see

Versions in bodies are not looked for: an API may well tell its own.

## References

CWE-200; OWASP API8:2023.
"""

import re

from assay.live.ruling import failed, passed, unanswered
from assay.live.sampling import answered, sample
from assay.live.subjects import once
from assay.model.exchange import Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

NAMES = (
    "server",
    "x-powered-by",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "x-generator",
    "x-runtime-version",
    "x-version-id",
)
VERSION = re.compile(r"\d+\.\d+")


def run(target: Target, subject: Subject) -> Play:
    """Read the headers of a few answers."""
    exchanges = yield from sample(target)
    seen = answered(exchanges)
    if not seen:
        return unanswered(*exchanges)
    for exchange in seen:
        told = [f"{name}: {exchange.answer.header(name)}" for name in NAMES if has_version(exchange.answer, name)]
        if told:
            return failed(
                f"The API names software with its version: {'; '.join(told)}.",
                exchange,
                fix="Switch the version off in the server that sends the header.",
            )
    return passed("The headers of the API name no version.", seen[0])


def has_version(answer: Response, name: str) -> bool:
    """Whether a header names a version."""
    return bool(VERSION.search(answer.header(name)))


PROBE = Probe(
    id="AP416",
    name="version-disclosure",
    title="Headers name software with its version",
    weakness="server-version-disclosure",
    severity=Severity.LOW,
    family="version-disclosure",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs do not name the versions of their software",
)
