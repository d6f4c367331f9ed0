"""A session cookie lacks Secure, HttpOnly or SameSite.

## What it finds

Cookies that a login sets, and cookies with names of sessions elsewhere: without Secure over HTTPS (medium), without
HttpOnly (medium), with `SameSite=None` and without Secure, or with the scope of a parent domain (low). Deletions are
passed over, and anti-CSRF cookies need no HttpOnly.

## Why it matters

A script, a plain request or another site gets hold of the session.

## Bad

```http
# route: GET /orders
GET /orders

HTTP/1.1 200 OK
Content-Type: application/json
Set-Cookie: sessionid=3f786850e387550fdab836ed7e6dc881; Path=/; Secure

[]
```

```http
GET /

HTTP/1.1 200 OK
Content-Type: application/json
Set-Cookie: JSESSIONID=3F786850E387550FDAB836ED7E6DC881; Path=/; HttpOnly

[]
```

## Good

```http
GET /

HTTP/1.1 200 OK
Content-Type: application/json
Set-Cookie: sessionid=3f786850e387550fdab836ed7e6dc881; Path=/; Secure; HttpOnly; SameSite=Lax
Set-Cookie: theme=dark; Path=/
Set-Cookie: old_session=; Max-Age=0; Path=/

[]
```

## How to fix

Set session cookies with `Secure; HttpOnly; SameSite=Lax`, and without Domain.

## What it cannot see

Over plain HTTP, Secure is not tested. Cookies of a login are seen only where an identity logs in.

## References

RFC 6265bis; CWE-614; CWE-1004; CWE-1275; OWASP API2:2023.
"""

import re

from msgspec import Struct

from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.sampling import answered, sample
from assay.live.subjects import once
from assay.model.exchange import Exchange
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

SESSION = re.compile(
    r"sess|(?:^|[._-])sid$|^sid|auth|jwt|token|identity|connect\.sid|phpsessid|asp\.net_sessionid|\.aspnetcore\.cookies|remember",
    re.IGNORECASE,
)
FORGERY = re.compile(r"csrf|xsrf|antiforgery", re.IGNORECASE)
FIX = "Set the cookie with `Secure; HttpOnly; SameSite=Lax`, and without Domain."


class Cookie(Struct, frozen=True):
    """A cookie that an answer sets."""

    name: str
    value: str
    marks: dict[str, str]
    exchange: Exchange
    is_login: bool

    @property
    def is_session(self) -> bool:
        """Whether it carries a session: a login set it, or its name says so."""
        is_forgery = bool(FORGERY.search(self.name))
        return bool(self.value) and (self.is_login or bool(SESSION.search(self.name))) and not is_forgery

    @property
    def is_deletion(self) -> bool:
        """Whether it takes a cookie away."""
        age = self.marks.get("max-age", "")
        return not self.value or age.startswith("-") or age == "0" or "1970" in self.marks.get("expires", "")


def run(target: Target, subject: Subject) -> Play:
    """Read the cookies of logins and of a few answers."""
    exchanges = yield from sample(target)
    logins = [caller.login for caller in target.callers if caller.login]
    if not answered(exchanges) and not logins:
        return unanswered(*exchanges)
    found = [cookie for login in logins for cookie in cookies(login, is_login=True)]
    found += [cookie for exchange in exchanges for cookie in cookies(exchange, is_login=False)]
    sessions = {cookie.name: cookie for cookie in found if cookie.is_session and not cookie.is_deletion}
    if not sessions:
        return not_applicable("No answer sets a session cookie.")
    return [judged(cookie, target) for _, cookie in sorted(sessions.items())]


def judged(cookie: Cookie, target: Target) -> Ruling:
    """What the marks of a cookie say."""
    lacks = ["HttpOnly"] if "httponly" not in cookie.marks else []
    lacks += ["Secure"] if target.is_encrypted and "secure" not in cookie.marks else []
    if lacks:
        return failed(
            f"The session cookie {cookie.name} lacks {' and '.join(lacks)}.",
            cookie.exchange,
            fix=FIX,
            symbol=cookie.name,
        )
    light = []
    if cookie.marks.get("samesite", "").lower() == "none" and "secure" not in cookie.marks:
        light.append("is sent to every site")
    domain = cookie.marks.get("domain", "").lstrip(".").lower()
    if domain and domain != target.host and target.host.endswith("." + domain):
        light.append(f"is sent to every host of {domain}")
    if light:
        message = f"The session cookie {cookie.name} {' and '.join(light)}."
        return failed(message, cookie.exchange, severity=Severity.LOW, fix=FIX, symbol=cookie.name)
    if not target.is_encrypted:
        return not_tested("Not tested: over plain HTTP nobody can tell whether it would be Secure.", symbol=cookie.name)
    return passed(f"The session cookie {cookie.name} is Secure and HttpOnly.", cookie.exchange, symbol=cookie.name)


def cookies(exchange: Exchange, *, is_login: bool) -> list[Cookie]:
    """The cookies that an answer sets."""
    found = []
    for text in exchange.answer.every("set-cookie"):
        first, *parts = text.split(";")
        name, _, value = first.partition("=")
        marks = {key.strip().lower(): each.strip() for key, _, each in (part.partition("=") for part in parts)}
        found.append(Cookie(name.strip(), value.strip().strip('"'), marks, exchange, is_login))
    return found


PROBE = Probe(
    id="AP425",
    name="insecure-session-cookie",
    title="A session cookie lacks Secure or HttpOnly",
    weakness="insecure-cookie",
    severity=Severity.MEDIUM,
    family="session-cookie",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    statement="APIs protect their session cookies",
)
