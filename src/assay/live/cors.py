"""What an answer says of another origin, and the origins that probes ask with."""

from collections.abc import Generator
from hashlib import sha256

from msgspec import Struct

from assay.live.asking import ask_all
from assay.live.subjects import plain_routes
from assay.model.exchange import Ask, Exchange, Reply, Request
from assay.model.target import Target
from assay.model.verdict import Severity

AMBIENT = frozenset({"basic", "cookie", "login"})
"""Kinds of credentials that a browser may attach by itself."""
FEW = 3


class Grant(Struct, frozen=True):
    """What an answer grants an origin."""

    exchange: Exchange
    origin: str
    is_allowed: bool
    """The very origin is named back."""
    is_wild: bool
    has_credentials: bool


def grant(exchange: Exchange, origin: str) -> Grant:
    """What an answer grants the origin that asked."""
    answer = exchange.answer
    allowed = answer.header("access-control-allow-origin").strip()
    return Grant(
        exchange,
        origin,
        is_allowed=allowed.lower() == origin.lower(),
        is_wild=allowed == "*",
        has_credentials=answer.header("access-control-allow-credentials").strip().lower() == "true",
    )


def stranger(target: Target) -> str:
    """An origin that nobody has ever trusted; always the same for the same target."""
    return f"https://assay-{sha256(target.origin.encode()).hexdigest()[:10]}.example"


def grants(
    target: Target, origins: tuple[str, ...], most: int = FEW
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Grant, ...]]:
    """What the target grants each origin: on a route with credentials, on a few (at most) without, and in answer to a preflight."""
    requests: list[tuple[Request, str]] = []
    for origin in origins:
        headers = (("origin", origin),)
        requests += [(Request("GET", path, name, headers), origin) for path, name in places(target, most)]
        path = places(target)[0][0]
        asking = (
            *headers,
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "authorization"),
        )
        requests.append((Request("OPTIONS", path, headers=asking), origin))
    exchanges = yield from ask_all(request for request, _ in requests)
    return tuple(grant(exchange, origin) for exchange, (_, origin) in zip(exchanges, requests, strict=True))


def places(target: Target, most: int = FEW) -> list[tuple[str, str]]:
    """(path, identity) that are asked with an origin: what a caller's credentials open goes first."""
    proved = [(caller.canary, caller.name) for caller in target.usable if caller.canary][:1]
    paths = dict.fromkeys([target.at("/"), *(route.filled() for route in plain_routes(target))])
    return [*proved, *((path, "") for path in list(paths)[:most])]


def gravity(target: Target) -> Severity:
    """How bad an origin with credentials is: high where a browser attaches them by itself, else medium."""
    has_ambient = any(
        caller.kind in AMBIENT and (caller.kind != "login" or not caller.token) for caller in target.usable
    )
    return Severity.HIGH if has_ambient or not target.usable else Severity.MEDIUM
