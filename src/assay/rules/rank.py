"""Ranks what endpoints do, and finds those that demand more for something no graver."""

from collections import Counter

from assay.model.endpoint import STRENGTH, Authorization, Demand, Endpoint, Guard, Level
from assay.model.reach import Action
from assay.rules.landscape import Landscape
from assay.rules.words import route, vocabulary, words

GRAVITY_OF_METHOD = {"GET": 0, "HEAD": 0, "POST": 1, "PUT": 2, "PATCH": 2, "DELETE": 3}
LEAST = 3
SHARE = 0.75
IDENTITY = vocabulary("user principal identity claim caller account auth actor me member current session")
"""Words in the name or type of a parameter that gives the handler its caller."""
OWN = vocabulary("me my mine self own")
"""A path with one of these is about the caller's own, whom no right has to be given."""
RIGHTS = frozenset({Demand.ROLE, Demand.SCOPE, Demand.POLICY, Demand.OBJECT, Demand.CUSTOM})
DECIDING = frozenset({"ownership", "role", "authorization", "proof"})
CHANGING = frozenset({Action.UPDATE, Action.DELETE})
ARGUMENT_STYLE = frozenset({"fastapi"})
"""Frameworks that give a handler its caller as an argument and in no other way, apart from the request itself."""


def stronger_peers(endpoint: Endpoint, landscape: Landscape) -> tuple[Endpoint, ...]:
    """The neighbours that demand a role, policy or the right to the object for something no graver; () when they are no case.

    The nearest comparison counts: the same path, then the same kind of write in the class or module, then the list of the
    same objects. Sorted by path, method and place.
    """
    is_own = any(set(segment) & OWN for segment in route(endpoint.path).literals)
    if endpoint.method not in GRAVITY_OF_METHOD or is_own:
        return ()
    is_mere = endpoint.authorization is Authorization.AUTHENTICATED
    for compare in MERE if is_mere else RIGHTFUL:
        if found := compare(endpoint, landscape):
            return tuple(sorted(found, key=lambda other: (other.path, other.method, other.place)))
    return ()


def decides_itself(endpoint: Endpoint) -> bool:
    """Whether the handler is seen to decide about its caller."""
    reach = endpoint.reach
    return reach is not None and any(decision.kind in DECIDING for decision in reach.decisions)


def asks_nothing_itself(endpoint: Endpoint) -> bool:
    """Whether the handler was followed to its end, changes what the request names, and decides about no caller on the way."""
    reach = endpoint.reach
    if reach is None or reach.gaps or any(decision.kind in DECIDING for decision in reach.decisions):
        return False
    changed = [each for each in reach.accesses if each.action in CHANGING and each.is_request_driven]
    return bool(changed) and all(each.protection.partition(":")[0] in {"", "guard"} for each in changed)


def knows_the_caller(endpoint: Endpoint) -> bool:
    """Whether the handler can tell who calls, and so may refuse by itself."""
    if endpoint.framework not in ARGUMENT_STYLE:
        return True
    if any(guard.level is Level.ENDPOINT for guard in endpoint.effective_guards):
        return True
    return any(
        parameter.source == "request" or set(words(parameter.name)) & IDENTITY or set(words(parameter.type)) & IDENTITY
        for parameter in endpoint.parameters
        if parameter.source not in {"path", "query", "body", "form", "header", "cookie", "file"}
    )


def _on_the_same_path(endpoint: Endpoint, landscape: Landscape) -> list[Endpoint]:
    """A change or removal beside a write of the same path that demands more."""
    if endpoint.method not in {"PUT", "PATCH", "DELETE"}:
        return []
    peers = [other for other in landscape.relatives(endpoint) if other.is_write and _shape(other) == _shape(endpoint)]
    return [
        other
        for other in peers
        if _is_no_graver(other, endpoint) and (_demands_more(other, endpoint) or missing(endpoint, other))
    ]


def _above_the_read(endpoint: Endpoint, landscape: Landscape) -> list[Endpoint]:
    """A change or removal that decides about nobody, where reading the very same object takes a right."""
    is_of_one = "{" in endpoint.path and endpoint.method in {"PUT", "PATCH", "DELETE"}
    if not is_of_one or not asks_nothing_itself(endpoint):
        return []
    reads = [other for other in landscape.relatives(endpoint) if other.method == "GET"]
    return [other for other in reads if _shape(other) == _shape(endpoint) and _demands_more(other, endpoint)]


def missing(endpoint: Endpoint, other: Endpoint) -> Guard | None:
    """The guard of another endpoint that demands a right and that this one lacks, while it has no such guard of its own."""
    mine, theirs = _rights(endpoint), _rights(other)
    lacking = [guard for name, guard in theirs.items() if name not in mine]
    return lacking[0] if lacking and set(mine) <= set(theirs) else None


def _rights(endpoint: Endpoint) -> dict[str, Guard]:
    """The guards that demand more than a known caller, by name."""
    return {guard.name: guard for guard in endpoint.effective_guards if guard.demand in RIGHTS}


def _among_writes(endpoint: Endpoint, landscape: Landscape) -> list[Endpoint]:
    """A change or removal where most such writes of the class or module demand more. Making something new is passed over."""
    if endpoint.method not in {"PUT", "PATCH", "DELETE"}:
        return []
    peers = [
        other
        for other in landscape.neighbours(endpoint)
        if other.method in {"PUT", "PATCH", "DELETE"} and _is_no_graver(other, endpoint)
    ]
    more = [other for other in peers if _demands_more(other, endpoint)]
    return more if len(more) >= LEAST and len(more) >= SHARE * len(peers) else []


def _among_removals(endpoint: Endpoint, landscape: Landscape) -> list[Endpoint]:
    """A removal that asks for no more than reading does, where the removals behind the same guards ask for one right more."""
    mine = set(_rights(endpoint))
    is_read = any(_is_read_by(mine, other) for other in landscape.endpoints)
    if endpoint.method != "DELETE" or not mine or not is_read or decides_itself(endpoint):
        return []
    others = [other for other in landscape.endpoints if other.method == "DELETE" and other is not endpoint]
    peers = [other for other in others if mine <= set(_rights(other))]
    lacking = Counter(guard.name for other in peers if (guard := missing(endpoint, other)) is not None)
    name, count = max(lacking.items(), key=lambda each: (each[1], each[0]), default=("", 0))
    if count < LEAST or count < SHARE * len(peers):
        return []
    return [other for other in peers if name in _rights(other)]


def _is_read_by(rights: set[str], other: Endpoint) -> bool:
    """Whether a read asks for exactly these rights."""
    return other.method == "GET" and set(_rights(other)) == rights


def _beside_the_list(endpoint: Endpoint, landscape: Landscape) -> list[Endpoint]:
    """The read of one object by a handler that is not given its caller, beside a list of the same objects that demands more."""
    if endpoint.method != "GET" or not route(endpoint.path).tail or knows_the_caller(endpoint):
        return []
    lists = [other for other in landscape.relatives(endpoint) if other.method == "GET" and not route(other.path).tail]
    return [other for other in lists if _demands_more(other, endpoint)]


def _is_no_graver(other: Endpoint, endpoint: Endpoint) -> bool:
    return 0 < GRAVITY_OF_METHOD.get(other.method, 0) <= GRAVITY_OF_METHOD[endpoint.method]


def _demands_more(other: Endpoint, endpoint: Endpoint) -> bool:
    known = Authorization.UNKNOWN not in {other.authorization, endpoint.authorization}
    return known and STRENGTH[other.authorization] > STRENGTH[endpoint.authorization]


def _shape(endpoint: Endpoint) -> tuple[str, ...]:
    return tuple("{}" if part.startswith("{") else part for part in endpoint.path.split("/") if part)


MERE = (_on_the_same_path, _above_the_read, _among_writes, _beside_the_list)
"""How endpoints that ask only for a known caller are compared."""
RIGHTFUL = (_on_the_same_path, _among_removals)
"""The same of those that ask for a right."""
