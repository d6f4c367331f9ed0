"""The certificate is for another name.

## What it finds

A certificate whose names do not include the host. A star stands for one label; an address needs a name of its own
kind.

## Why it matters

Clients cannot tell the server from somebody who stands in the way.

## Bad

```http
CERTIFICATE

SHOWN
named: no
names: www.example.org
```

## Good

```http
CERTIFICATE

SHOWN
named: yes
names: api.example.com
```

## How to fix

Ask for a certificate that names every host of the API.

## What it cannot see

Only the host of the target is compared.

## References

RFC 9525; CWE-297; OWASP API8:2023.
"""

from assay.live.asking import chain
from assay.live.ruling import failed, passed
from assay.live.subjects import once
from assay.live.tls_subject import unencrypted, unshown
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe


def run(target: Target, subject: Subject) -> Play:
    """Compare the names of the certificate with the host."""
    if said := unencrypted(target):
        return said
    shown = yield from chain()
    if said := unshown(shown):
        return said
    if shown.is_named:
        return passed("The certificate names the host.")
    names = ", ".join(shown.certificates[0].names[:5]) or "no host at all"
    return failed(
        f"The certificate is for {names}, not for {target.host}.",
        fix=f"Ask for a certificate that names {target.host}.",
    )


PROBE = Probe(
    id="AP406",
    name="certificate-name-mismatch",
    title="The certificate is for another name",
    weakness="invalid-certificate",
    severity=Severity.HIGH,
    family="certificate-name",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="certificates name their host",
)
