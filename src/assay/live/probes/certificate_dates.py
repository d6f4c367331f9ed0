"""The certificate has expired, or soon will.

## What it finds

A certificate that is not valid today (high), or that ends within 14 days and within a tenth of its life (low):
short-lived certificates are renewed late by design.

## Why it matters

On the day after, every client that checks stops working, and people learn to click warnings away.

## Bad

```http
CERTIFICATE

SHOWN
begins: 2025-01-01T00:00:00+00:00
ends: 2026-01-01T00:00:00+00:00
trusted: no
reason: certificate has expired
```

```http
CERTIFICATE

SHOWN
begins: 2026-01-01T00:00:00+00:00
ends: 2026-11-30T00:00:00+00:00
```

## Good

```http
CERTIFICATE

SHOWN
begins: 2026-11-20T00:00:00+00:00
ends: 2026-11-27T00:00:00+00:00
```

## How to fix

Renew it, and let a machine renew it from now on (ACME).

## What it cannot see

The clock is that of the machine that scans.

## References

RFC 5280 §4.1.2.5; CWE-298; OWASP API8:2023.
"""

from datetime import datetime, timedelta

from assay.live.asking import chain
from assay.live.ruling import failed, passed
from assay.live.subjects import once
from assay.live.tls_subject import unencrypted, unshown
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

SOON = timedelta(days=14)
SHARE = 0.1
FIX = "Renew the certificate, and let a machine renew it from now on."


def run(target: Target, subject: Subject) -> Play:
    """Compare the dates of the certificate with today."""
    if said := unencrypted(target):
        return said
    shown = yield from chain()
    if said := unshown(shown):
        return said
    own = shown.certificates[0]
    now, begins, ends = (datetime.fromisoformat(text) for text in (shown.now, own.begins, own.ends))
    if now > ends:
        return failed(f"The certificate expired on {own.ends[:10]}.", fix=FIX)
    if now < begins:
        return failed(f"The certificate is valid only from {own.begins[:10]}.", fix=FIX)
    if ends - now < min(SOON, SHARE * (ends - begins)):
        return failed(f"The certificate ends on {own.ends[:10]}.", severity=Severity.LOW, fix=FIX)
    return passed(f"The certificate is valid until {own.ends[:10]}.")


PROBE = Probe(
    id="AP407",
    name="expired-certificate",
    title="The certificate has expired or soon will",
    weakness="invalid-certificate",
    severity=Severity.HIGH,
    family="certificate-dates",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="certificates are valid today",
)
