"""Ids for routes that take them elsewhere than once in the path: in the query, or below a parent."""

from collections.abc import Generator

from msgspec import Struct

from assay.live.asking import ask_all
from assay.live.denial import Access, access
from assay.live.harvest import ids
from assay.live.personal import snake
from assay.live.scope import destructive_route
from assay.model.exchange import Ask, Reply, Request
from assay.model.target import Caller, Route, Slot, Target

MOST = 2
"""Objects of one caller for one route."""
NESTED = 2
"""Parameters in the path of a child below its parent."""


class Listed(Struct, frozen=True):
    """What a caller's lists show for a route."""

    route: Route
    slot: Slot
    """The one that takes the id."""
    ids: tuple[str, ...] = ()
    parents: tuple[tuple[str, str], ...] = ()
    """The caller's own parent, by parameter."""
    is_seen: bool = False
    """Whether a list was answered, be it empty."""

    def paths(self, id_: str, other: "Listed") -> tuple[str, ...]:
        """The paths to an object of this caller: below its own parent, and below the other's."""
        found = (self._filled(id_, self.parents), self._filled(id_, other.parents))
        return tuple(dict.fromkeys(each for each in found if each))

    def _filled(self, id_: str, parents: tuple[tuple[str, str], ...]) -> str:
        if self.slot.location == "query":
            return self.route.filled(query={self.slot.name: id_})
        return self.route.filled({**dict(parents), self.slot.name: id_})


def candidates(route: Route) -> Slot | None:
    """The parameter of a route that takes an id in the query or as the last of two in the path; None when there is none."""
    parameters = route.parameters
    if len(parameters) == NESTED:
        return parameters[-1]
    queries = [slot for slot in route.slots if slot.location == "query" and _is_id(slot.name)]
    return queries[0] if queries and not parameters else None


def nobodys(id_: str) -> str:
    """An id of the same kind that nobody has, as far as one can tell."""
    return "999999937" if id_.isdecimal() else "00000000-0000-4000-8000-000000000937"


def listed(target: Target, route: Route, caller: Caller) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Listed]:
    """The ids that a caller's lists show for a route."""
    slot = candidates(route)
    if slot is None:
        return Listed(route, Slot("", "query"))
    paths: dict[str, tuple[tuple[str, str], ...]]
    if slot.location == "query":
        paths = {each.filled(): () for each in target.readable if _lists(each, slot)}
    else:
        parent = route.parameters[0].name
        above = route.template.partition("/{" + slot.name)[0]
        lists = [each for each in target.readable if each.template.rstrip("/") == above]
        paths = {each.filled({parent: mark}): ((parent, mark),) for each in lists for mark in caller.marks}
    asked = [path for path in paths if path]
    exchanges = yield from ask_all(Request("GET", path, caller.name) for path in asked)
    for path, exchange in zip(asked, exchanges, strict=True):
        if access(exchange) in {Access.ALLOWED, Access.EMPTY}:
            found = tuple(ids(exchange.answer.document, slot.name))
            return Listed(route, slot, found, paths[path], is_seen=True)
    return Listed(route, slot)


def _is_id(name: str) -> bool:
    return snake(name).rpartition("_")[2] in {"id", "uuid", "guid"}


def _lists(route: Route, slot: Slot) -> bool:
    """Whether a route lists what a parameter names: `/orders` for `order_id`, and for `id` of `/orders/receipt`."""
    if route.parameters or not route.filled() or destructive_route(route):
        return False
    noun = snake(slot.name).rpartition("_")[0]
    last = snake(route.template.rstrip("/").rpartition("/")[2])
    return bool(noun) and last in {noun + "s", noun + "es", noun[:-1] + "ies", noun}
