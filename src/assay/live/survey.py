"""Learns which routes answer, and whether they refuse strangers: each GET route that can be asked as it is, once."""

from collections.abc import Generator

from msgspec.structs import replace

from assay.live.asking import ask_all, get
from assay.live.denial import Access, access
from assay.live.fallback import fallback
from assay.live.known_path import ground, known_path
from assay.live.scope import destructive_route
from assay.model.contract import Observed
from assay.model.exchange import Ask, Exchange, Reply, Request
from assay.model.target import Route, Target

MOST_CALLERS = 3
GONE = frozenset({404, 405, 410, 501})


def survey(target: Target) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Observed, ...]]:
    """What was seen of each route, by path; routes that nobody could ask are missing."""
    asked: list[tuple[str, Route]] = []
    for route in target.readable:
        if not destructive_route(route) and (path := (yield from known_path(target, route))):
            asked.append((path, route))  # noqa: PERF401 - a comprehension cannot yield
    exchanges = yield from ask_all(Request("GET", path) for path, _ in asked)
    found = []
    for (path, route), exchange in zip(asked, exchanges, strict=True):
        if exchange.failure:
            continue
        base = yield from fallback(ground(route))
        seen = _observed(route, exchange, is_fallback=base.explains(exchange))
        if seen.is_refused:
            seen = yield from _asked_by_callers(target, route, path, seen)
        found.append(seen)
    return tuple(sorted(found, key=lambda each: (each.path, each.method, each.api)))


def _asked_by_callers(
    target: Target, route: Route, path: str, seen: Observed
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Observed]:
    """What was seen, with what callers are answered: of a stranger, a whole folder may be refused."""
    for caller in target.usable[:MOST_CALLERS]:
        mine = yield from get(path, caller.name)
        right = access(mine)
        if right is Access.ALLOWED and not seen.is_alive:
            base = yield from fallback(ground(route), caller.name)
            return replace(seen, is_alive=not base.explains(mine))
        if right is not Access.DENIED:
            return seen
    return replace(seen, is_closed=True)


def _observed(route: Route, exchange: Exchange, *, is_fallback: bool) -> Observed:
    """A refusal counts even where every path is refused; an open answer only where it is not the one that any path gets."""
    right = access(exchange)
    is_refused = {Access.DENIED: True, Access.ALLOWED: False, Access.EMPTY: False}.get(right)
    if is_fallback and is_refused is False:
        is_refused = None
    is_alive = exchange.status not in GONE and not is_fallback
    unserved = "" if right is Access.DENIED or (is_refused is False) else str(exchange.status)
    if unserved and exchange.answer.is_success:
        unserved = "the answer that any path gets"
    return Observed(route.api, route.method, route.path, is_alive, is_refused, unserved=unserved)
