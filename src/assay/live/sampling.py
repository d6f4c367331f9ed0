"""The answers that probes of headers look at: the base of the API and a few of its routes, asked as a stranger and as a caller."""

from collections.abc import Generator

from assay.live.asking import ask_all
from assay.live.subjects import plain_routes
from assay.model.exchange import Ask, Exchange, Reply, Request
from assay.model.target import Target

FEW = 5
"""Routes."""


def sample(
    target: Target, *, has_callers: bool = False
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Exchange, ...]]:
    """The answers of the base and of the first few routes; those without an answer included."""
    paths = list(dict.fromkeys([target.at("/"), *(route.filled() for route in plain_routes(target)[:FEW])]))
    requests = [Request("GET", path) for path in paths]
    if has_callers and target.usable:
        name = target.usable[0].name
        requests += [Request("GET", path, name) for path in paths[1:]]
    return (yield from ask_all(requests))


def answered(exchanges: tuple[Exchange, ...]) -> tuple[Exchange, ...]:
    """Those with an answer of the API itself: server errors come from elsewhere as often."""
    return tuple(exchange for exchange in exchanges if exchange.response and exchange.status < 500)
