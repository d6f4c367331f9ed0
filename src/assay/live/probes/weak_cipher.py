"""The server accepts ciphers that protect little or nothing.

## What it finds

Families of ciphers, each offered alone: without encryption, export strength, without authentication, RC4 and single
DES (high); 3DES, and key exchange by static RSA, which has no forward secrecy (low).

## Why it matters

Whoever records the traffic can read it: at once, after some days of computing, or as soon as the key of the server
leaks.

## Bad

```http
HANDSHAKE TLS1.2 rc4

ACCEPTED TLS_RSA_WITH_RC4_128_SHA
###
HANDSHAKE TLS1.2 static-rsa

ACCEPTED TLS_RSA_WITH_AES_128_CBC_SHA
```

```http
HANDSHAKE TLS1.2 3des

ACCEPTED TLS_RSA_WITH_3DES_EDE_CBC_SHA
```

## Good

```http
HANDSHAKE TLS1.2 *

REFUSED
```

## How to fix

Keep to ECDHE with AES-GCM or ChaCha20-Poly1305, as the intermediate profile of Mozilla names them.

## What it cannot see

Families are offered with TLS 1.2 only; a server that speaks nothing newer than TLS 1.1 has a graver finding.

## References

RFC 9325 §4; CWE-327; OWASP API8:2023.
"""

from assay.live.asking import greet
from assay.live.ruling import failed, passed
from assay.live.subjects import once
from assay.live.tls_subject import silent, told, unencrypted
from assay.model.exchange import Handshake
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

GRAVE = ("null", "export", "anonymous", "rc4", "des")
LIGHT = ("3des", "static-rsa")
FIX = "Keep to ECDHE with AES-GCM or ChaCha20-Poly1305."


def run(target: Target, subject: Subject) -> Play:
    """Greet with each family alone."""
    if said := unencrypted(target):
        return said
    greetings = yield from greet(Handshake("TLS1.2", family) for family in (*GRAVE, *LIGHT))
    weak = [each.request.ciphers for each in greetings if each.is_accepted]
    if weak:
        is_grave = any(family in GRAVE for family in weak)
        return failed(
            f"The server accepts weak ciphers: {', '.join(weak)}.",
            severity=Severity.HIGH if is_grave else Severity.LOW,
            fix=FIX,
            steps=told(each for each in greetings if each.is_accepted),
        )
    if any(each.is_accepted is None for each in greetings):
        return silent(greetings)
    return passed("The server refuses every weak family of ciphers.")


PROBE = Probe(
    id="AP404",
    name="weak-cipher",
    title="Weak ciphers are accepted",
    weakness="weak-tls",
    severity=Severity.HIGH,
    family="tls-cipher",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="servers refuse weak ciphers",
)
