"""Learns which routes answer, and whether they refuse strangers: each GET route that can be asked as it is, once."""

from collections.abc import Generator

from assay.live.asking import ask_all
from assay.live.denial import Access, access
from assay.live.fallback import fallback
from assay.live.known_path import ground
from assay.live.subjects import plain_routes
from assay.model.contract import Observed
from assay.model.exchange import Ask, Exchange, Reply, Request
from assay.model.target import Route, Target

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
        found.append(_observed(route, exchange, is_fallback=base.explains(exchange)))
    return tuple(sorted(found, key=lambda each: (each.path, each.method, each.api)))


def _observed(route: Route, exchange: Exchange, *, is_fallback: bool) -> Observed:
    """A refusal counts even where every path is refused; an open answer only where it is not the one that any path gets."""
    right = access(exchange)
    is_refused = {Access.DENIED: True, Access.ALLOWED: False, Access.EMPTY: False}.get(right)
    if is_fallback and is_refused is False:
        is_refused = None
    is_alive = exchange.status not in GONE and not is_fallback
    return Observed(route.api, route.method, route.path, is_alive, is_refused)
