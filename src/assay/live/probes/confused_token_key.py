"""A token may choose the key that it is verified with.

## What it finds

In active mode, the claims of an identity's token, signed with what anybody has: the public key of the server as if it were
a shared secret; a key that a `kid` leads to (an empty file, a value in SQL); a key that the token brings along (`jwk`) or
names the address of (`jku`, `x5u`; only an address of the run's own listener, so only where one was given).

## Why it matters

Anybody writes a token for anybody.

## Bad

```http
# mode: active
# caller: alice kind=bearer canary=/me token=eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiI3In0.c2lnbmF0dXJl
# route: GET /me
GET /me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7, "name": "alice"}
###
GET /me
Authorization: Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6Ii9kZXYvbnVsbCJ9.*

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7, "name": "alice"}
###
GET /me
Authorization: Bearer *

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Invalid token"}
```

## Good

```http
# mode: active
# caller: alice kind=bearer canary=/me token=eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiI3In0.c2lnbmF0dXJl
# route: GET /me
GET /me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /me
Authorization: Bearer *

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Invalid token"}
```

## How to fix

Give the library one algorithm and the keys that it may use; look `kid` up among them and nowhere else, and ignore `jwk`,
`jku` and `x5u` in tokens.

## What it cannot see

Public keys are found where the API itself serves them; one that is kept elsewhere is not tried. One route is asked. A
server that takes tokens without verifying them is told by AP503. Tokens that are no JWT are not applicable.

## References

RFC 8725 §2.1, §3.1, §3.5 and §3.10; CVE-2015-9235; CVE-2018-0114; CWE-347; OWASP API2:2023.
"""

import json
from collections.abc import Generator, Iterable
from urllib.parse import urlsplit

from msgspec import Struct

from assay.live.asking import ask_all, get, listen
from assay.live.denial import Access, access, is_denied
from assay.live.differential import same
from assay.live.forging import Forgery, confused, led, own, own_key, public_keys, unfounded
from assay.live.jwt import HASHES, Token, token
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.scope import destructive
from assay.live.subjects import once
from assay.model.exchange import Ask, Exchange, Listen, Reply, Request
from assay.model.target import Caller, Listener, Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

PLACES = (
    "/.well-known/jwks.json",
    "/.well-known/jwks",
    "/.well-known/openid-configuration/jwks",
    "/jwks.json",
    "/jwks",
    "/oauth2/jwks",
    "/oauth/jwks",
    "/auth/jwks",
    "/api/jwks",
    "/protocol/openid-connect/certs",
)
SETTINGS = "/.well-known/openid-configuration"
WAIT = 1.0
"""Seconds in which a server would have asked for the key."""
FIX = (
    "Give the library one algorithm and the keys that it may use; look kid up among them, and ignore jwk, jku and x5u."
)
Asked = Generator[tuple[Ask, ...], tuple[Reply, ...], Ruling]


def run(target: Target, subject: Subject) -> Play:
    """Send the claims of a caller's token, signed with what anybody has."""
    caller = next((each for each in target.usable if each.canary and token(each.token)), None)
    known = token(caller.token) if caller else None
    if caller is None or known is None:
        if not target.usable:
            return not_tested("Not tested: no identity was given, or the target took none.")
        return not_applicable("No identity has a JWT that opens a route which refuses strangers.")
    stranger = yield from get(caller.canary)
    mine = yield from get(caller.canary, caller.name)
    controls = yield from _shown(caller, unfounded(known))
    if stranger.failure or mine.failure or any(each.failure for each in controls):
        return unanswered(stranger, mine, *controls)
    if any(access(each, stranger) is Access.ALLOWED for each in controls):
        return not_tested("Not tested: tokens signed with a key that nothing leads to are taken as well.", *controls)
    facts = Facts(caller, known, stranger, mine)
    public = yield from _public(target, facts)
    kid = yield from _tried(facts, led(known), "kid")
    jwk = yield from _tried(facts, [own(known, {"jwk": own_key()})], "jwk")
    jku = yield from _named(target.listener, facts, "jku")
    x5u = yield from _named(target.listener, facts, "x5u")
    return (public, kid, jwk, jku, x5u)


class Facts(Struct, frozen=True):
    """Whose token it is, and what the canary answers to strangers and to the caller."""

    caller: Caller
    known: Token
    stranger: Exchange
    mine: Exchange


def _public(target: Target, facts: Facts) -> Asked:
    """The public key of the server as a shared secret."""
    if facts.known.algorithm in HASHES:
        return not_applicable("Tokens are signed with a shared secret, so there is no public key.", symbol="alg")
    keys = yield from _keys(target, facts.known)
    if not keys:
        return not_tested("Not tested: the API serves its public keys at no usual place.", symbol="alg")
    return (yield from _tried(facts, confused(facts.known, keys), "alg"))


def _tried(facts: Facts, forged: Iterable[Forgery], symbol: str) -> Asked:
    """Whether one of some forgeries is taken for the token of the caller."""
    made = list(forged)
    tried = yield from _shown(facts.caller, made)
    for forgery, exchange in zip(made, tried, strict=True):
        if access(exchange, facts.stranger) is Access.ALLOWED and same(facts.mine.answer, exchange.answer):
            message = f"The API accepts a token {forgery.how}."
            return failed(message, exchange, facts.stranger, facts.mine, fix=FIX, symbol=symbol)
    if broken := next((each for each in tried if each.failure), None):
        return not_tested(f"Not tested: {broken.reason.removeprefix('not sent: ')}.", broken, symbol=symbol)
    odd = next((each for each in tried if not is_denied(each, facts.stranger)), None)
    if odd:
        return not_tested(
            f"Not tested: {odd.status} to a forged token is neither a refusal nor the answer to the caller.",
            odd,
            symbol=symbol,
        )
    return passed(f"The API refuses tokens that choose their key by {symbol}.", *tried, symbol=symbol)


def _named(listener: Listener | None, facts: Facts, symbol: str) -> Asked:
    """A token that names an address of ours for its key."""
    if listener is None:
        return not_tested(
            "Not tested: the run was given no listener (--listener) that could serve a key.", symbol=symbol
        )
    address = listener.address(f"key {symbol}")
    yield from listen([Listen(address, json.dumps({"keys": [own_key()]}))])
    said = yield from _tried(facts, [own(facts.known, {symbol: address})], symbol)
    (heard,) = yield from listen([Listen(address, seconds=WAIT)])
    if not heard.calls or not said.exchanges or said.fix:
        return said
    call = heard.calls[0]
    return failed(
        f"The API asks the address that a token names in {symbol} for its key.",
        *said.exchanges,
        severity=Severity.HIGH,
        fix=FIX,
        symbol=symbol,
        steps=(f"The listener got a {call.method} from {call.source}, at an address that only this token names",),
    )


def _shown(
    caller: Caller, forged: Iterable[Forgery]
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Exchange, ...]]:
    """What the canary of a caller answers to forgeries."""
    return (
        yield from ask_all(
            Request("GET", caller.canary, headers=(("authorization", f"Bearer {each.text}"),)) for each in forged
        )
    )


def _keys(target: Target, known: Token) -> Generator[tuple[Ask, ...], tuple[Reply, ...], list[str]]:
    """The public keys that the API serves itself."""
    settings = yield from get(target.base + SETTINGS)
    document = settings.answer.document
    stated = str(document.get("jwks_uri", "")) if isinstance(document, dict) else ""
    parts = urlsplit(stated)
    own_place = [parts.path] if parts.path and f"{parts.scheme}://{parts.netloc}" == target.origin else []
    places = dict.fromkeys([*own_place, *(base + place for base in ("", target.base) for place in PLACES)])
    exchanges = yield from ask_all(Request("GET", place) for place in places if not destructive(place))
    for exchange in exchanges:
        if exchange.answer.is_success and (
            keys := public_keys(exchange.answer.document, str(known.header.get("kid", "")))
        ):
            return keys
    return []


PROBE = Probe(
    id="AP506",
    name="confused-token-key",
    title="A token may choose the key that it is verified with",
    weakness="jwt-weakness",
    severity=Severity.CRITICAL,
    family="token-key",
    mode=Mode.ACTIVE,
    subjects=once,
    run=run,
    statement="ways for a token to choose its key are refused",
)
