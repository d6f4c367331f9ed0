"""The server still speaks an old version of TLS.

## What it finds

SSL 3.0, TLS 1.0 and TLS 1.1: each is offered alone in a greeting of raw bytes, so that the library of this machine
does not matter. A server that answers with another version has refused.

## Why it matters

The old versions rest on broken hashes and ciphers; PCI DSS and every current standard forbid them.

## Bad

```http
HANDSHAKE SSLv3 all

REFUSED
###
HANDSHAKE TLS1.0 all

ACCEPTED TLS_RSA_WITH_AES_128_CBC_SHA
###
HANDSHAKE TLS1.1 all

ACCEPTED TLS_RSA_WITH_AES_128_CBC_SHA
```

## Good

```http
HANDSHAKE SSLv3 all

REFUSED
###
HANDSHAKE TLS1.0 all

REFUSED
###
HANDSHAKE TLS1.1 all

REFUSED
```

## How to fix

Offer TLS 1.2 and TLS 1.3 only, as `ssl_protocols TLSv1.2 TLSv1.3;` in nginx or `SslProtocols.Tls12 |
SslProtocols.Tls13` in Kestrel.

## What it cannot see

A server that does not answer a greeting in time is not tested. Plain HTTP targets are not applicable.

## References

RFC 8996; CWE-326; OWASP API8:2023; PCI DSS 4.2.1.
"""

from assay.live.asking import greet
from assay.live.ruling import failed, passed
from assay.live.subjects import once
from assay.live.tls_subject import silent, told, unencrypted
from assay.model.exchange import Handshake
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

VERSIONS = ("SSLv3", "TLS1.0", "TLS1.1")
FIX = "Offer TLS 1.2 and TLS 1.3 only."


def run(target: Target, subject: Subject) -> Play:
    """Greet with each old version alone."""
    if said := unencrypted(target):
        return said
    greetings = yield from greet(Handshake(version) for version in VERSIONS)
    old = [each.request.version for each in greetings if each.is_accepted]
    if old:
        return failed(f"The server accepts {' and '.join(old)}.", fix=FIX, steps=told(greetings))
    if any(each.is_accepted is None for each in greetings):
        return silent(greetings)
    return passed("The server refuses SSL 3.0, TLS 1.0 and TLS 1.1.")


PROBE = Probe(
    id="AP402",
    name="old-tls-version",
    title="An old version of TLS is accepted",
    weakness="weak-tls",
    severity=Severity.HIGH,
    family="tls-version",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="servers refuse the old versions of TLS",
)
