"""Values put into the parameters of a GET route, one at a time: what probes of injections ask."""

from collections.abc import Callable, Generator, Iterator

from msgspec import Struct

from assay.live.asking import ask_all
from assay.live.known_path import known_path
from assay.live.ruling import not_applicable, not_tested, passed, unanswered
from assay.live.subjects import askable
from assay.model.exchange import Ask, Exchange, Reply, Request
from assay.model.target import Route, Slot, Target
from assay.model.verdict import Subject
from assay.plugins.probe import Play, Ruling

MOST = 3
"""Parameters of one route."""
USUAL = "1"
TAKEN_IN = frozenset({"path", "query"})


class Seat(Struct, frozen=True):
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


def taking(target: Target) -> Iterator[Subject]:
    """GET routes that take values."""
    yield from (route.subject for route in target.readable if any(slot.location in TAKEN_IN for slot in route.slots))


def trial(
    values: Callable[[Seat], tuple[str, ...]],
    judged: Callable[[Seat, tuple[Exchange, ...]], Ruling | None],
    clean: str,
    is_telling: Callable[[Exchange], bool] | None = None,
) -> Callable[[Target, Subject], Play]:
    """A playbook: asks each parameter for these values side by side, until one of them is judged to be a finding.

    With `is_telling`, the first value is asked alone, and the others, which are its controls, only where its answer tells something.
    """

    def run(target: Target, subject: Subject) -> Play:
        found = yield from seats(target, subject)
        if isinstance(found, Ruling):
            return found
        tried: list[Exchange] = []
        for seat in found:
            requests = [seat.request(value) for value in values(seat)]
            exchanges = yield from ask_all(requests[:1] if is_telling else requests)
            if is_telling and is_telling(exchanges[0]):
                exchanges = yield from ask_all(requests)
            if any(each.failure for each in exchanges):
                return unanswered(*exchanges)
            if len(exchanges) == len(requests) and (said := judged(seat, exchanges)):
                return said
            tried += exchanges
        if all(each.status in {401, 403} for each in tried):
            return not_tested("Not tested: the route refuses before it looks at values.", *tried)
        return passed(clean, *tried)

    return run


def seats(target: Target, subject: Subject) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Seat, ...] | Ruling]:
    """The parameters of a route, or why there are none to try."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    takes = [slot for slot in route.slots if slot.location in TAKEN_IN]
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
