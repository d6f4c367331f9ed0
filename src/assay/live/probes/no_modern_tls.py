"""The server speaks neither TLS 1.2 nor TLS 1.3.

## What it finds

A server that accepts none of the two current versions. Whether TLS 1.3 is among them is told, and no defect.

## Why it matters

Clients of today refuse to connect, or fall back to a version that can be broken.

## Bad

```http
HANDSHAKE TLS1.2 strong

REFUSED
###
HANDSHAKE TLS1.2 all

REFUSED
###
HANDSHAKE TLS1.3 all

REFUSED
```

## Good

```http
HANDSHAKE TLS1.2 strong

ACCEPTED TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
###
HANDSHAKE TLS1.3 all

REFUSED
```

```http
HANDSHAKE TLS1.2 *

SILENT
###
HANDSHAKE TLS1.3 all

ACCEPTED TLS_AES_128_GCM_SHA256
```

## How to fix

Switch on TLS 1.2 and TLS 1.3.

## What it cannot see

A greeting that is not answered in time leaves the question open, unless the other version is accepted.

## References

RFC 9325; CWE-326; OWASP API8:2023.
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
    """Greet with each current version."""
    if said := unencrypted(target):
        return said
    offers = (Handshake("TLS1.2", "strong"), Handshake("TLS1.2"), Handshake("TLS1.3"))
    greetings = yield from greet(offers)
    versions = sorted({each.request.version for each in greetings if each.is_accepted})
    if versions:
        return passed(f"The server accepts {' and '.join(versions)}.")
    if any(each.is_accepted is None for each in greetings):
        return silent(greetings)
    return failed(
        "The server accepts neither TLS 1.2 nor TLS 1.3.", fix="Switch on TLS 1.2 and TLS 1.3.", steps=told(greetings)
    )


PROBE = Probe(
    id="AP403",
    name="no-modern-tls",
    title="No current version of TLS is accepted",
    weakness="weak-tls",
    severity=Severity.HIGH,
    family="tls-modern",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="servers accept a current version of TLS",
)
