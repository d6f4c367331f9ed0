"""Values put into the parameters of a GET route, one at a time: what probes of injections ask."""

from collections.abc import Generator
from dataclasses import dataclass

from assay.live.known_path import known_path
from assay.live.ruling import not_applicable, not_tested
from assay.live.subjects import unaskable
from assay.model.exchange import Ask, Reply, Request
from assay.model.target import Route, Slot, Target
from assay.model.verdict import Subject
from assay.plugins.probe import Ruling

MOST = 3
"""Parameters of one route."""
USUAL = "1"


@dataclass(frozen=True, slots=True)
class Seat:
    """A parameter of a route, with a value that the route takes."""

    route: Route
    slot: Slot
    value: str
    identity: str
    values: tuple[tuple[str, str], ...] = ()
    """Of the other parameters in the path."""

    def request(self, value: str) -> Request:
        """The request with this value in the parameter."""
        if self.slot.location == "path":
            return Request("GET", self.route.filled({**dict(self.values), self.slot.name: value}), self.identity)
        return Request("GET", self.route.filled(dict(self.values), query={self.slot.name: value}), self.identity)


def seats(target: Target, subject: Subject) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Seat, ...] | Ruling]:
    """The parameters of a route, or why there are none to try."""
    route = target.route(subject)
    if route is None or (why := unaskable(route)):
        return not_tested(why if route else "Not tested: the route is not known.")
    takes = [slot for slot in route.slots if slot.location in {"path", "query"}]
    if not takes:
        return not_applicable("The route takes no value in path or query.")
    path = yield from known_path(target, route)
    known = _values(route, path)
    name = target.usable[0].name if target.usable else ""
    found = []
    for slot in takes[:MOST]:
        others = {each: value for each, value in known.items() if each != slot.name}
        seat = Seat(route, slot, known.get(slot.name) or slot.sample or USUAL, name, tuple(sorted(others.items())))
        if seat.request("x").path:
            found.append(seat)
    return tuple(found) or not_tested("Not tested: nobody knows a value for its path.")


def _values(route: Route, path: str) -> dict[str, str]:
    """The values of the parameters in a path that was filled."""
    parts = zip(route.template.split("/"), path.partition("?")[0].split("/"), strict=False)
    return {part[1:-1]: value for part, value in parts if part.startswith("{") and part.endswith("}") and path}
