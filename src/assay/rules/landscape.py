"""Sees an endpoint among all endpoints of its API: what the API guards, and who its neighbours are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Inventory
from assay.rules.nature import nature
from assay.rules.words import owner, route, vocabulary, words

PRODUCTION = frozenset({"", "any", "production"})
PROOFS = vocabulary("token secret signature signed sig apikey authorization")
"""Words of what is sent along as a proof."""
FORGERY = frozenset({"csrf", "xsrf"})
EXAMPLES = frozenset(
    {"example", "examples", "sample", "samples", "demo", "demos", "loadtest", "loadtests", "mock", "mocks"}
)
"""Folders of what shows how something is used."""
FEW = 3
"""So few neighbours in its class or module are not enough to compare; then those below the same path are asked."""


class Landscape(Struct, frozen=True):
    """One API as a whole: its endpoints that are served in production and not public by nature."""

    endpoints: tuple[Endpoint, ...]
    has_authentication: bool
    """Whether a guard anywhere asks who the caller is, so that the API does not leave that to something in front of it."""
    guards_most_reads: bool
    """Whether at least half of the reads whose authorization is known demand something."""
    by_owner: Mapping[str, tuple[Endpoint, ...]]
    """By the class that holds the handler, or its file; lambdas belong to nobody."""
    doors: frozenset[str]
    """The paths to which something is sent that lets a caller in."""
    by_start: Mapping[tuple[str, ...], tuple[Endpoint, ...]]
    """By the first literal segment of the path."""
    is_example: bool = False
    """Whether all of it lies among examples, while the tree has an API elsewhere."""

    def neighbours(self, endpoint: Endpoint) -> tuple[Endpoint, ...]:
        """The other endpoints of its class or file, or, when those are few, below the same start of the path."""
        near = _without(endpoint, self.by_owner.get(_holder(endpoint), ()))
        return near if len(near) >= FEW else _without(endpoint, self.by_start.get(_start(endpoint), ()))

    def is_guarded_around(self, endpoint: Endpoint) -> bool:
        """Whether one of its neighbours is guarded."""
        return any(other.auth for other in self.neighbours(endpoint))

    def relatives(self, endpoint: Endpoint) -> tuple[Endpoint, ...]:
        """The other endpoints that are about the same resource: paths that differ in a parameter at the end at most."""
        mine = resource(endpoint)
        return tuple(
            other for other in _without(endpoint, self.by_start.get(_start(endpoint), ())) if resource(other) == mine
        )


def landscapes(inventory: Inventory) -> Mapping[str, Landscape]:
    """The landscape of each API that has endpoints."""
    found: dict[str, list[Endpoint]] = defaultdict(list)
    doors: dict[str, set[str]] = defaultdict(set)
    for endpoint in inventory.endpoints:
        kept = found[endpoint.api]
        if not is_served(endpoint):
            continue
        if nature(endpoint) is None:
            kept.append(endpoint)
        elif endpoint.is_write:
            doors[endpoint.api].add(endpoint.path)
    shown = {api for api, endpoints in found.items() if endpoints and all(map(_is_shown, endpoints))}
    has_own = any(endpoints for api, endpoints in found.items() if api not in shown)
    return {
        api: replace(_landscape(tuple(endpoints), frozenset(doors[api])), is_example=has_own and api in shown)
        for api, endpoints in found.items()
    }


def _is_shown(endpoint: Endpoint) -> bool:
    """Whether its file lies among examples."""
    return bool(EXAMPLES & set(endpoint.place.path.lower().split("/")[:-1]))


def is_served(endpoint: Endpoint) -> bool:
    """Whether it exists in production."""
    return endpoint.environment.lower() in PRODUCTION


def proof_in_header(endpoint: Endpoint) -> str:
    """The header in which a handler itself looks for a proof of who calls, as `X-API-Token`; "" when it looks for none."""
    names = (parameter.name for parameter in endpoint.parameters if parameter.source == "header")
    return next((name for name in names if set(words(name)) & PROOFS and not set(words(name)) & FORGERY), "")


def resource(endpoint: Endpoint) -> tuple[str, ...]:
    """The path without its last parameter, names of parameters left out: `/users/{id}` is about the same as `/users`."""
    parts = ["{}" if part.startswith("{") else part.lower() for part in endpoint.path.split("/") if part]
    return tuple(parts[:-1] if parts and parts[-1] == "{}" else parts)


def _landscape(endpoints: tuple[Endpoint, ...], doors: frozenset[str]) -> Landscape:
    by_owner: dict[str, list[Endpoint]] = defaultdict(list)
    by_start: dict[tuple[str, ...], list[Endpoint]] = defaultdict(list)
    for endpoint in endpoints:
        by_start[_start(endpoint)].append(endpoint)
        if holder := _holder(endpoint):
            by_owner[holder].append(endpoint)
    return Landscape(
        endpoints=endpoints,
        has_authentication=any(endpoint.authorization is not Authorization.PUBLIC for endpoint in endpoints),
        guards_most_reads=_share(endpoint for endpoint in endpoints if not endpoint.is_write) >= 0.5,
        doors=doors,
        by_owner={key: tuple(value) for key, value in by_owner.items()},
        by_start={key: tuple(value) for key, value in by_start.items()},
    )


def _holder(endpoint: Endpoint) -> str:
    """The class that holds the handler, or the file of a plain function; "" for a lambda."""
    return "" if endpoint.handler.endswith("(lambda)") else owner(endpoint.handler) or endpoint.place.path


def _start(endpoint: Endpoint) -> tuple[str, ...]:
    literals = route(endpoint.path).literals
    return literals[0] if literals else ()


def _without(endpoint: Endpoint, group: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
    return tuple(other for other in group if other is not endpoint)


def _share(endpoints: Iterable[Endpoint]) -> float:
    """How many of those with a known authorization demand something, 0 to 1."""
    known = [endpoint.auth for endpoint in endpoints if endpoint.auth is not None]
    return sum(known) / len(known) if known else 0.0
