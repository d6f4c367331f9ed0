"""The login tells which users exist.

## What it finds

One wrong password for a user that exists and one for a user that does not: the status or the text differ, once the
names are taken out.

## Why it matters

An attacker sorts a list of addresses into those that are worth trying.

## Bad

```http
# login: /login user=ada
POST /login

*"ada"*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "wrong password"}
###
POST /login

*assay-nobody*

HTTP/1.1 404 Not Found
Content-Type: application/json

{"detail": "no such user"}
```

## Good

```http
# login: /login user=ada
POST /login

*"ada"*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "ada: wrong user or password", "request": "8f3a2b1c"}
###
POST /login

*assay-nobody*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "assay-nobody-4f1d: wrong user or password", "request": "0d9c8b7a"}
```

## How to fix

Answer both with the same status and text, after the same work.

## What it cannot see

Differences in time are not judged. A user that exists gets one wrong password, no more.

## References

CWE-204; OWASP API2:2023.
"""

from assay.live.asking import ask_all
from assay.live.fallback import NOISE, alike
from assay.live.login import attempt, is_limited, is_refusal, works
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import once
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

NOBODY = "assay-nobody-4f1d"


def run(target: Target, subject: Subject) -> Play:
    """Try a wrong password for somebody and for nobody."""
    login = target.login
    if login is None or not login.user:
        return not_tested("Not tested: no identity logs in, so no user is known.")
    if not works(target):
        return not_tested("Not tested: the login refused an identity of the run, so it may be asked wrongly.")
    requests = [attempt(login, login.user, "Wrong-0!"), attempt(login, NOBODY, "Wrong-0!")]
    somebody, nobody = yield from ask_all(requests)
    if somebody.failure or nobody.failure:
        return unanswered(somebody, nobody)
    if is_limited(somebody) or is_limited(nobody) or not (is_refusal(somebody) and is_refusal(nobody)):
        return not_tested(
            f"Not tested: {login.path} does not answer wrong passwords as a login does.", somebody, nobody
        )
    texts = [somebody.answer.text.replace(login.user, ""), nobody.answer.text.replace(NOBODY, "")]
    if somebody.status == nobody.status and is_same(*texts):
        return passed("The login answers the same whether a user exists or not.", somebody, nobody)
    return failed(
        "The login answers differently for users that exist and for those that do not.",
        somebody,
        nobody,
        fix="Answer both with the same status and text, after the same work.",
    )


def is_same(one: str, other: str) -> bool:
    """Whether two refusals say the same but for numbers and ids: of short texts every word counts."""
    words = [sorted(text.split()) for text in (one, other)]
    return len(words[0]) == len(words[1]) and alike(one, other) if len(one) > 400 else _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(NOISE.sub("0", text).split())


PROBE = Probe(
    id="AP511",
    name="login-tells-users",
    title="The login tells which users exist",
    weakness="missing-brute-force-protection",
    severity=Severity.MEDIUM,
    family="login-users",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    statement="logins answer the same whether a user exists or not",
)
