"""Ranks what endpoints do, and finds those that demand more for something no graver."""

from assay.model.endpoint import STRENGTH, Authorization, Demand, Endpoint, Guard, Level
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
    for compare in (_on_the_same_path, _among_writes, _beside_the_list) if is_mere else (_on_the_same_path,):
        if found := compare(endpoint, landscape):
            return tuple(sorted(found, key=lambda other: (other.path, other.method, other.place)))
    return ()


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
