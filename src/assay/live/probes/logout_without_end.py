"""A session is still good after its logout.

## What it finds

In active mode only, as the last thing of a run: a session that is made for this (the login of an identity, once more) or
whose owner calls it `expendable`. It is shown at a route that refuses strangers, logged out, and shown again.

## Why it matters

Who took the token of somebody keeps it after they left: logging out is what people do when they fear that.

## Bad

```http
# mode: active
# caller: alice canary=/me is_expendable=yes
# route: GET /me
# route: POST /logout
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7}
###
GET /me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
POST /logout
Authorization: alice

HTTP/1.1 204 No Content
```

## Good

```http
# mode: active
# caller: alice canary=/me is_expendable=yes
# route: GET /me
# route: POST /logout
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7}
###
GET /me
Authorization: alice

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
POST /logout
Authorization: alice

HTTP/1.1 204 No Content
```

## How to fix

End the session on the server: delete it, or keep the ids of tokens that were logged out until they end by themselves.

## What it cannot see

Logouts are known by the last part of their path. The logout of an identity provider is not asked. A token that ends by
itself within 15 minutes is of low severity. Only the first identity that can spare a session is asked.

## References

CWE-613; OWASP API2:2023; OWASP ASVS 3.3.1.
"""

from collections.abc import Generator

from assay.live.asking import ask
from assay.live.denial import Access, access, is_denied
from assay.live.differential import same
from assay.live.identity import token_of
from assay.live.jwt import token
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.scope import ENDING_METHODS, is_ending
from assay.live.subjects import once
from assay.model.exchange import Ask, Exchange, Headers, Reply, Request
from assay.model.target import Caller, Route, Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling, Stage

METHODS = ("POST", "DELETE", "GET")
BRIEF = 15 * 60
"""Seconds; a token that lives no longer is soon gone by itself."""
FIX = "End the session on the server: delete it, or keep the ids of tokens that were logged out until they end."


def run(target: Target, subject: Subject) -> Play:
    """End a session that nobody needs, and ask in its name again."""
    route = logout_of(target)
    if route is None:
        return not_applicable("No route is known that logs out.")
    caller = next((each for each in target.usable if each.canary and (each.is_expendable or each.login)), None)
    if caller is None:
        return not_tested(
            "Not tested: no identity logs in by itself or is marked as expendable, so no session can be spared."
        )
    found = yield from spare(caller)
    if isinstance(found, Ruling):
        return found
    name, headers = found
    shown = Request("GET", caller.canary, name, headers, is_fresh=True)
    before = yield from ask(shown)
    stranger = yield from ask(Request("GET", caller.canary, is_fresh=True))
    if before.failure or stranger.failure:
        return unanswered(before, stranger)
    if access(before, stranger) is not Access.ALLOWED or not is_denied(stranger):
        return not_tested("Not tested: the session that could be spared was not taken before its logout.", before)
    ended = yield from ask(Request(route.method, route.filled(), name, headers, is_fresh=True, is_ending=True))
    if ended.failure:
        return unanswered(ended)
    if not _is_done(ended):
        return not_tested(f"Not tested: {route.name} did not log out; it answered {ended.status}.", ended)
    after = yield from ask(shown)
    if after.failure:
        return unanswered(after)
    return _judged(route, caller, before, ended, after)


def _judged(route: Route, caller: Caller, before: Exchange, ended: Exchange, after: Exchange) -> Ruling:
    if is_denied(after):
        return passed(f"{route.name} ends the session.", after, ended)
    if not same(before.answer, after.answer):
        return not_tested("Not tested: the answer after the logout is another than before it, and no refusal.", after)
    is_brief = 0 < lifetime(after, caller) <= BRIEF
    return failed(
        f"A session is still good after {route.name} logged it out.",
        after,
        ended,
        before,
        severity=Severity.LOW if is_brief else None,
        confidence=Confidence.CONFIRMED if ended.answer.is_success else Confidence.FIRM,
        fix=FIX,
        steps=("The token ends by itself within 15 minutes",) if is_brief else (),
    )


def logout_of(target: Target) -> Route | None:
    """The route that logs out, the one that is asked by the likeliest method; None without one."""
    found = [route for route in target.routes if route.method in ENDING_METHODS and is_ending(route.template)]
    plain = [route for route in found if not route.parameters]
    return min(plain, key=lambda route: (METHODS.index(route.method), route.template), default=None)


def spare(caller: Caller) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[str, Headers] | Ruling]:
    """(identity, headers) of a session that may be ended: its owner says so, or it is made now."""
    if caller.is_expendable or caller.login is None:
        return caller.name, ()
    exchange = yield from ask(caller.login.request)
    if exchange.failure:
        return unanswered(exchange)
    found = session_of(exchange)
    if not found:
        return not_tested("Not tested: a second login gave no session.")
    if found == session_of(caller.login) or found[0][1] == f"Bearer {caller.token}":
        return not_tested("Not tested: a second login gives the session again that the run uses.")
    return "", found


def session_of(exchange: Exchange) -> Headers:
    """The header that shows the session of a login; empty where it gave none."""
    if found := token_of(exchange.answer.document):
        return (("authorization", f"Bearer {found}"),)
    cookies = "; ".join(value.partition(";")[0] for value in exchange.answer.every("set-cookie"))
    return (("cookie", cookies),) if cookies else ()


def lifetime(exchange: Exchange, caller: Caller) -> int:
    """Seconds that the token of a request is good for, by its own claims; 0 when it does not say."""
    sent = dict(exchange.request.headers).get("authorization", "").removeprefix("Bearer ") or caller.token
    known = token(sent)
    begins, ends = (known.claims.get("iat"), known.claims.get("exp")) if known else (None, None)
    return int(ends - begins) if isinstance(begins, int | float) and isinstance(ends, int | float) else 0


def _is_done(ended: Exchange) -> bool:
    """Whether an answer says that the logout was done: a page that it leads to is the login's."""
    return 300 <= ended.status < 400 or access(ended) in {Access.ALLOWED, Access.EMPTY}


PROBE = Probe(
    id="AP513",
    name="logout-without-end",
    title="A session is still good after its logout",
    weakness="weak-session-management",
    severity=Severity.MEDIUM,
    family="logout",
    mode=Mode.ACTIVE,
    subjects=once,
    run=run,
    stage=Stage.LAST,
    statement="logouts end the session",
)
