"""The secret that signs tokens can be guessed.

## What it finds

Tokens of the identities that are signed with a shared secret (HS256, HS384, HS512): some thousand secrets of
tutorials, templates and the target's own name are tried here, on this machine. Nothing is sent.

## Why it matters

Whoever guesses it as well writes a token for anybody.

## Bad

```http
# caller: alice kind=bearer canary=/me token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.Pa2Rq0uuJv1fw-wwh2134EVsnAJCJjypGBM5W-vW0y8
# route: GET /me
```

## Good

```http
# caller: alice kind=bearer canary=/me token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.TbdIkOG2Gh3_v9NUmfNbYPLNxQEwX0dNnlmVRdWdam4
# route: GET /me
```

## How to fix

Make a secret of 32 random bytes or more, keep it out of the code, and replace it now: every token that was signed
with the old one can be forged.

## What it cannot see

A secret that is not found may still be short: only a list is tried, not every combination.

## References

RFC 8725 §3.5; CWE-521; CWE-1391; OWASP API2:2023.
"""

from collections.abc import Iterator

from assay.live.jwt import HASHES, guesses, secret_of, token
from assay.live.ruling import failed, not_applicable, not_tested, passed
from assay.live.subjects import once
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe


def run(target: Target, subject: Subject) -> Play:
    """Try a list of secrets on the tokens, here."""
    yield ()
    shared = [known for each in target.usable if (known := token(each.token)) and known.algorithm in HASHES]
    if not target.usable:
        return not_tested("Not tested: no identity was given, or the target took none.")
    if not shared:
        return not_applicable("No identity has a token that is signed with a shared secret.")
    if any(secret_of(known, guesses(words(target))) for known in shared):
        return failed(
            "The secret that signs the tokens of the API is on a list of common ones.",
            fix="Make a secret of 32 random bytes or more, keep it out of the code, and replace it now.",
            steps=(
                f"The token of an identity is signed with {shared[0].algorithm}; its secret was found on this machine",
            ),
        )
    return passed("The secret that signs tokens is on no list of common ones.")


def words(target: Target) -> Iterator[str]:
    """Words of the target that people make secrets of."""
    yield from target.host.split(".")
    yield target.api


PROBE = Probe(
    id="AP505",
    name="guessable-token-secret",
    title="The secret that signs tokens can be guessed",
    weakness="jwt-weakness",
    severity=Severity.CRITICAL,
    family="token-secret",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs sign tokens with secrets that are on no list",
)
