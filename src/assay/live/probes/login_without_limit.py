"""Login attempts meet no limit.

## What it finds

Twenty wrong passwords for an invented user, as fast as the budget allows. A refusal for load (429, 503), a header
that tells a limit, a lock, a captcha, or answers that get slower pass; it stops at the first.

## Why it matters

Passwords that leaked elsewhere are tried here until one fits.

## Bad

```http
# login: /login user=ada
POST /login

*assay-nobody*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "wrong user or password"}
```

## Good

```http
# login: /login user=ada
POST /login

*assay-nobody*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "wrong user or password"}
###
POST /login

*assay-nobody*

HTTP/1.1 429 Too Many Requests
Content-Type: application/json

{"detail": "slow down"}
```

## How to fix

Limit attempts by account and by address, and tell it with 429 and Retry-After.

## What it cannot see

A gateway may limit by the minute or the hour: what is told is what was seen in this time. Logins are known only where
an identity logs in.

## References

CWE-307; OWASP API2:2023, API4:2023; PCI DSS 8.3.4.
"""

from assay.live.asking import ask_all
from assay.live.fallback import fallback
from assay.live.login import attempt, is_limited, is_refusal, is_slowing, works
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Exchange
from assay.model.target import Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Stage

TRIES = 20
AT_ONCE = 5


def run(target: Target, subject: Subject) -> Play:
    """Fail to log in, again and again."""
    login = target.login
    if login is None:
        return not_tested("Not tested: no identity logs in, so the login is not known.")
    if not works(target):
        return not_tested("Not tested: the login refused an identity of the run, so it may be asked wrongly.")
    seen: list[Exchange] = []
    while len(seen) < TRIES:
        wrong = [attempt(login, "assay-nobody-4f1d", f"Wrong-{len(seen) + number}!") for number in range(AT_ONCE)]
        tried = yield from ask_all(wrong)
        if any(each.failure for each in tried):
            return unanswered(*tried)
        seen += tried
        limited = next((each for each in tried if is_limited(each)), None)
        if limited:
            return passed(f"The login meets a limit within {len(seen)} attempts.", limited)
        base = yield from fallback(login.path)
        if not all(is_refusal(each) and not base.explains(each) for each in tried):
            return not_tested(f"Not tested: {login.path} does not answer wrong passwords as a login does.", *tried)
    if is_slowing(seen):
        return passed(f"The login answers slower and slower within {TRIES} attempts.", seen[-1])
    return failed(
        f"The login takes {TRIES} wrong passwords in a row without a limit.",
        seen[0],
        seen[-1],
        confidence=Confidence.FIRM,
        fix="Limit attempts by account and by address, and tell it with 429 and Retry-After.",
    )


PROBE = Probe(
    id="AP512",
    name="login-without-limit",
    title="Login attempts meet no limit",
    weakness="missing-brute-force-protection",
    severity=Severity.MEDIUM,
    family="login-limit",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    stage=Stage.BURST,
    statement="logins meet a limit",
)
