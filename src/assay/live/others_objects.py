"""Which of a caller's objects another caller is tried on: ids that one has in its lists, or that name it, and the other has not."""

from collections.abc import Generator, Iterator

from msgspec import Struct

from assay.live.harvest import harvest
from assay.live.personal import snake
from assay.live.rank import is_high
from assay.model.exchange import Ask, Reply
from assay.model.target import Caller, Route, Target

MOST = 3
"""Objects of one caller for one route."""


class Pair(Struct, frozen=True):
    """Two callers, one of whom should not reach what is the other's."""

    owner: Caller
    other: Caller


class Case(Struct, frozen=True):
    """An object of the owner, and what is known of whose it is."""

    pair: Pair
    path: str
    id: str
    is_only_owners: bool
    """It is in the owner's list, and the other's list was seen without it."""
    is_others: bool
    """It is in the other's list as well."""


def pairs(target: Target) -> tuple[Pair, ...]:
    """Callers in both directions; one of high rank may reach what is others', and is tried on nobody."""
    known = target.usable
    return tuple(Pair(owner, other) for owner in known for other in known if owner is not other and not is_high(other))


def cases(target: Target, route: Route, pair: Pair) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Case, ...]]:
    """The objects of the owner that a route takes."""
    mine = yield from harvest(target, pair.owner, route)
    theirs = yield from harvest(target, pair.other, route)
    own = next((known for known in mine if known.route is route), None)
    seen = next((known for known in theirs if known.route is route), None)
    shown = set(seen.every) if seen else set()
    listed = set(own.every) if own else set()
    found = dict.fromkeys(
        [*(id_ for id_ in (own.every if own else ()) if id_ not in shown), *people_ids(route, pair.owner)]
    )
    parameter = route.parameters[-1].name
    return tuple(
        Case(pair, path, id_, is_only_owners=seen is not None and id_ in listed, is_others=id_ in shown)
        for id_ in list(found)[:MOST]
        if (path := route.filled({parameter: id_}))
    )


def people_ids(route: Route, owner: Caller) -> Iterator[str]:
    """The owner's own ids, for routes about people."""
    words = set(snake(route.path).replace("/", "_").replace("{", "").replace("}", "").split("_"))
    if words & {
        "user",
        "users",
        "account",
        "accounts",
        "customer",
        "customers",
        "profile",
        "profiles",
        "member",
        "members",
        "people",
    }:
        yield from owner.marks
