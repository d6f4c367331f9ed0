"""A token is valid for long, or for ever, or carries what it should not.

## What it finds

Tokens of the identities without an end (medium), valid for more than 24 hours (low), or with a password, card number
or national id among their claims (medium). Nothing is sent: a JWT can be read by whoever holds it.

## Why it matters

A token that leaks once opens the door until it ends, and shows what it carries.

## Bad

```http
# caller: alice token=jwt:sub:7
```

```http
# caller: alice token=jwt:sub:7,iat:1764000000,exp:1766592000
```

## Good

```http
# caller: alice token=jwt:sub:7,iat:1764000000,exp:1764003600
```

## How to fix

Let access tokens end within the hour, and renew them with a refresh token that can be revoked.

## What it cannot see

Tokens that are no JWT do not show their end. A token of a machine may be meant to last: accept the finding for it.

## References

RFC 8725 §3; CWE-613; OWASP API2:2023.
"""

from assay.live.jwt import token
from assay.live.personal import in_document
from assay.live.ruling import failed, not_applicable, not_tested, passed
from assay.live.subjects import once
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

DAY = 86_400
GRAVE = frozenset({"card", "iban", "ssn", "national-id", "named", "password-hash", "key"})


def run(target: Target, subject: Subject) -> Play:
    """Read the claims of each caller's token."""
    yield ()
    if not target.usable:
        return not_tested("Not tested: no identity was given, or the target took none.")
    known = [(caller.name, found) for caller in target.usable if (found := token(caller.token))]
    if not known:
        return not_applicable("No identity has a JWT.")
    for name, found in known:
        shown = [each.where for each in in_document(found.claims) if each.kind in GRAVE]
        if shown:
            message = f"The token of {name} carries {', '.join(shown[:3])}, which its holder can read."
            return failed(
                message,
                fix="Leave out of tokens what is secret.",
                steps=("The claims were read, and nothing was sent",),
            )
    for name, found in known:
        ends, begins = found.claims.get("exp"), found.claims.get("iat", found.claims.get("nbf"))
        if not isinstance(ends, int | float):
            message = f"The token of {name} never ends."
            return failed(message, fix="Let access tokens end within the hour.", steps=("Its claims have no exp",))
        if isinstance(begins, int | float) and ends - begins > DAY:
            hours = int((ends - begins) / 3600)
            message = f"The token of {name} is valid for {hours} hours."
            return failed(
                message,
                severity=Severity.LOW,
                fix="Let access tokens end within the hour.",
                steps=("Its exp is far from its iat",),
            )
    return passed("The tokens end within a day, and carry nothing secret.")


PROBE = Probe(
    id="AP508",
    name="long-lived-token",
    title="A token never ends, or carries what it should not",
    weakness="weak-session-management",
    severity=Severity.MEDIUM,
    family="token-lifetime",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="tokens end within a day and carry nothing secret",
)
