"""Learns what exists: the ids that a caller's own lists show, for routes that take one."""

from collections.abc import Generator, Iterator

from msgspec import Struct

from assay.live.asking import ask_all
from assay.live.denial import Access, access
from assay.live.personal import snake
from assay.live.scope import destructive_route
from assay.model.exchange import Ask, Exchange, Reply, Request
from assay.model.target import Caller, Route, Target

MOST_IDS = 3
"""Of one list."""
ID_NAMES = ("id", "_id", "uuid", "guid", "key", "slug", "number", "code", "name", "username")
"""Names of fields that identify an object, likeliest first; the parameter's own name goes before them."""


class Known(Struct, frozen=True):
    """Objects that a caller's list shows, for a route that takes one."""

    route: Route
    """The route that takes the id."""
    collection: Route
    parameter: str
    ids: tuple[str, ...]
    """In the order of the list, at most MOST_IDS."""
    every: tuple[str, ...]
    """All that the list shows: what is in another caller's list is no secret of this one."""
    exchange: Exchange


def harvest(
    target: Target, caller: Caller | None, only: Route | None = None
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Known, ...]]:
    """The objects that a caller, or a stranger, sees in lists; by route, or for one alone. Every list is asked once in a run.

    A list that was answered and shows nothing is there too, without ids: then it is known that the caller has none.
    """
    pairs = [each for each in nests(target) if only is None or each[0] is only]
    name = caller.name if caller else ""
    exchanges = yield from ask_all(Request("GET", collection.filled(), name) for _, collection in pairs)
    found = []
    for (route, collection), exchange in zip(pairs, exchanges, strict=True):
        if access(exchange) not in {Access.ALLOWED, Access.EMPTY}:
            continue
        parameter = route.parameters[-1].name
        every = tuple(ids(exchange.answer.document, parameter))
        found.append(Known(route, collection, parameter, every[:MOST_IDS], every, exchange))
    return tuple(found)


def nests(target: Target) -> Iterator[tuple[Route, Route]]:
    """(route that takes one id at the end of its path or before a word, route that lists such objects)."""
    lists = {
        route.template.rstrip("/"): route
        for route in target.readable
        if not route.parameters and route.filled() and not destructive_route(route)
    }
    for route in target.readable:
        if len(route.parameters) != 1 or destructive_route(route):
            continue
        collection = lists.get(route.template.partition("/{")[0])
        if collection is not None:
            yield route, collection


def ids(document: object, parameter: str) -> Iterator[str]:
    """The ids of the objects that a list shows, in its order, each once."""
    seen: set[str] = set()
    for item in items(document):
        value = identifier(item, parameter)
        if value and value not in seen:
            seen.add(value)
            yield value


def items(document: object) -> list[object]:
    """The objects of a list: the document itself, or the first list of objects in its envelope."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        return []
    for value in document.values():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return value
    return next((found for value in document.values() if isinstance(value, dict) and (found := items(value))), [])


def identifier(item: object, parameter: str) -> str:
    """What identifies an object for a parameter: the field of its name, else the likeliest one; "" when none fits."""
    if isinstance(item, str | int) and not isinstance(item, bool):
        return str(item)
    if not isinstance(item, dict):
        return ""
    fields = {snake(str(key)): value for key, value in item.items()}
    wanted = snake(parameter)
    short = wanted.rpartition("_")[2]
    for name in (wanted, short, *ID_NAMES):
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
            return str(value)
    return ""
