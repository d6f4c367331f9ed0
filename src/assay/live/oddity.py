"""Odd input for GET routes: values of the wrong kind, that a careful handler refuses and a careless one stumbles over."""

from collections.abc import Generator

from assay.live.asking import ask_all
from assay.live.subjects import unaskable
from assay.model.exchange import Ask, Exchange, Reply, Request
from assay.model.target import Route, Target

ODD = "assay'\"[{0x"
"""No number, no date, no UUID; with both quotes and open brackets."""
MOST = 2
"""Query parameters of one route."""


def odd_requests(target: Target, route: Route) -> tuple[Request, ...]:
    """Requests for a route with odd values, one parameter at a time; in the name of a caller where there is one."""
    if unaskable(route):
        return ()
    name = target.usable[0].name if target.usable else ""
    paths = [route.filled({route.parameters[-1].name: ODD})] if route.parameters else []
    query = [slot for slot in route.slots if slot.location == "query"][:MOST]
    paths += [route.filled(query={slot.name: ODD}) for slot in query]
    return tuple(Request("GET", path, name) for path in dict.fromkeys(paths) if path)


def odd(target: Target, route: Route) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Exchange, ...]]:
    """What a route answers to odd values; empty when it takes none."""
    return (yield from ask_all(odd_requests(target, route)))
