"""The server compresses inside TLS.

## What it finds

A server that agrees to compress a TLS 1.2 connection.

## Why it matters

With compression, an attacker who can make a browser send guesses reads secrets from the lengths of what is sent
(CRIME).

## Bad

```http
HANDSHAKE TLS1.2 all

ACCEPTED TLS_RSA_WITH_AES_128_CBC_SHA +compression
```

## Good

```http
HANDSHAKE TLS1.2 all

ACCEPTED TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
```

## How to fix

Switch compression off; current libraries do it by default.

## What it cannot see

A server that refuses TLS 1.2 has no such compression: TLS 1.3 does not know it.

## References

RFC 7525 §3.3; CWE-310; OWASP API8:2023.
"""

from assay.live.asking import greet
from assay.live.ruling import failed, passed
from assay.live.subjects import once
from assay.live.tls_subject import silent, told, unencrypted
from assay.model.exchange import Handshake
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe


def run(target: Target, subject: Subject) -> Play:
    """Greet with an offer to compress."""
    if said := unencrypted(target):
        return said
    greetings = yield from greet([Handshake("TLS1.2", offers_compression=True)])
    (greeting,) = greetings
    if greeting.is_accepted is None:
        return silent(greetings)
    if greeting.has_compression:
        return failed(
            "The server agrees to compress inside TLS.", fix="Switch TLS compression off.", steps=told(greetings)
        )
    return passed("The server does not compress inside TLS.")


PROBE = Probe(
    id="AP409",
    name="tls-compression",
    title="TLS compression is on",
    weakness="weak-tls",
    severity=Severity.MEDIUM,
    family="tls-compression",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="servers do not compress inside TLS",
)
