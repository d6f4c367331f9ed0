"""The certificate of the server is not trusted.

## What it finds

A certificate that the trust store does not accept: self-signed, of an issuer that nobody knows, or with an
intermediate that the server does not send. `--ca-file` names other issuers to trust.

## Why it matters

Clients that check cannot connect; those that were told not to check talk to anybody who stands in the way.

## Bad

```http
CERTIFICATE

SHOWN
trusted: no
reason: self-signed certificate
```

```http
CERTIFICATE

SHOWN
trusted: no
reason: unable to get local issuer certificate
```

## Good

```http
CERTIFICATE

SHOWN
trusted: yes
```

## How to fix

Install a certificate of a public authority, together with its intermediates; for an internal host, scan with
`--ca-file`.

## What it cannot see

The trust store is that of the machine that scans. An expired certificate is judged by AP407 alone, since the store
then says nothing else.

## References

RFC 5280 §6; CWE-295; OWASP API8:2023.
"""

from assay.live.asking import chain
from assay.live.ruling import failed, not_tested, passed
from assay.live.subjects import once
from assay.live.tls_subject import unencrypted, unshown
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

LIKELY = {
    "self-signed certificate": "it is self-signed",
    "unable to get local issuer certificate": "its issuer is unknown, or the server does not send the intermediate",
}


def run(target: Target, subject: Subject) -> Play:
    """Ask for the certificate and the opinion of the trust store."""
    if said := unencrypted(target):
        return said
    shown = yield from chain()
    if said := unshown(shown):
        return said
    if shown.is_trusted is None or "expired" in shown.reason or "not yet valid" in shown.reason:
        return not_tested(f"Not tested: the trust store says nothing but: {shown.reason or 'no answer'}.")
    if shown.is_trusted:
        return passed("The certificate is trusted.")
    why = LIKELY.get(shown.reason, shown.reason or "the trust store refuses it")
    return failed(
        f"The certificate of the server is not trusted: {why}.",
        fix="Install a certificate of a public authority with its intermediates.",
        steps=(f"The certificate is for {shown.certificates[0].subject}, issued by {shown.certificates[0].issuer}",),
    )


PROBE = Probe(
    id="AP405",
    name="untrusted-certificate",
    title="The certificate is not trusted",
    weakness="invalid-certificate",
    severity=Severity.HIGH,
    family="certificate-trust",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="certificates are trusted",
)
