"""Learns which routes answer, and whether they refuse strangers: each GET route that can be asked as it is, once."""

from collections.abc import Generator
from dataclasses import replace

from assay.live.asking import ask_all, get
from assay.live.denial import Access, access
from assay.live.fallback import fallback
from assay.live.known_path import ground
from assay.live.subjects import plain_routes
from assay.model.contract import Observed
from assay.model.exchange import Ask, Exchange, Reply, Request
from assay.model.target import Route, Target

MOST_CALLERS = 3
GONE = frozenset({404, 405, 410, 501})


def survey(target: Target) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Observed, ...]]:
    """What was seen of each route, by path; routes that nobody could ask are missing."""
    routes = plain_routes(target)
    exchanges = yield from ask_all(Request("GET", route.filled()) for route in routes)
    found = []
    for route, exchange in zip(routes, exchanges, strict=True):
        if exchange.failure:
            continue
        base = yield from fallback(ground(route))
        seen = _observed(route, exchange, is_fallback=base.explains(exchange))
        if seen.is_refused:
            seen = yield from _asked_by_callers(target, route, seen)
        found.append(seen)
    return tuple(sorted(found, key=lambda each: (each.path, each.method, each.api)))


def _asked_by_callers(
    target: Target, route: Route, seen: Observed
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Observed]:
    """What was seen, with what callers are answered: of a stranger, a whole folder may be refused."""
    for caller in target.usable[:MOST_CALLERS]:
        mine = yield from get(route.filled(), caller.name)
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
    return Observed(route.api, route.method, route.path, is_alive, is_refused)
