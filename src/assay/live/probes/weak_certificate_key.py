"""The certificate has a weak key or signature.

## What it finds

RSA and DSA keys under 2048 bits, elliptic curves under 224 bits, signatures with MD5 or SHA-1. The signature of a
self-signed certificate does not count: nobody checks it.

## Why it matters

A key that can be computed, or a signature that can be forged, lets anybody be this server.

## Bad

```http
CERTIFICATE

SHOWN
key: rsa 1024
```

```http
CERTIFICATE

SHOWN
hash: sha1
```

## Good

```http
CERTIFICATE

SHOWN
key: rsa 2048
hash: sha256
```

## How to fix

Ask for a new certificate with an RSA key of 2048 bits or more, or an ECDSA key, signed with SHA-256.

## What it cannot see

Only the certificate of the server itself is looked at, not those above it.

## References

CA/Browser Forum Baseline Requirements §6.1.5; CWE-326; OWASP API8:2023.
"""

from assay.live.asking import chain
from assay.live.ruling import failed, passed
from assay.live.subjects import once
from assay.live.tls_subject import unencrypted, unshown
from assay.model.exchange import Certificate
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

LEAST = {"rsa": 2048, "dsa": 2048, "ec": 224}
WEAK = frozenset({"md5", "sha1", "md2", "md4"})


def run(target: Target, subject: Subject) -> Play:
    """Look at key and signature."""
    if said := unencrypted(target):
        return said
    shown = yield from chain()
    if said := unshown(shown):
        return said
    faults = list(weak(shown.certificates[0]))
    if faults:
        return failed(
            f"The certificate has {' and '.join(faults)}.",
            fix="Ask for a certificate with an RSA key of 2048 bits or more, or an ECDSA key, signed with SHA-256.",
        )
    return passed("The certificate has a strong key and signature.")


def weak(own: Certificate) -> list[str]:
    """What is weak about a certificate."""
    found = [f"a key of {own.bits} bits ({own.key})"] if own.bits < LEAST.get(own.key, 0) else []
    return [*found, f"a signature with {own.hash}"] if own.hash in WEAK and not own.is_self_issued else found


PROBE = Probe(
    id="AP408",
    name="weak-certificate-key",
    title="The certificate has a weak key or signature",
    weakness="invalid-certificate",
    severity=Severity.MEDIUM,
    family="certificate-key",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="certificates have strong keys and signatures",
)
