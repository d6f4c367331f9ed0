"""Knows which guards that name roles let in whoever uses the service, so that they tell nobody from anybody."""

from collections import defaultdict
from collections.abc import Mapping

from msgspec.structs import replace

from assay.model.endpoint import Authorization, Demand, Endpoint, Guard
from assay.model.program import Inventory
from assay.rules.reaching import RIGHTS, is_right
from assay.rules.words import vocabulary, words

ORDINARY = vocabulary("user customer member client guest buyer subscriber usuario cliente")
"""Words of roles that everybody has who uses a service."""
PREFIXES = frozenset({"role", "app"})
MANY = 5
"""Endpoints behind one guard before it can be the one of everybody."""
MOST = 0.3
"""Part of all closed endpoints, likewise."""
POLICY = "policy registered"
"""The step of a guard whose policy says what it demands."""
Standing = Mapping[str, frozenset[str]]
"""By API the names of guards of roles that everybody fulfils."""


def standing(inventory: Inventory) -> Standing:
    """A guard is everybody's where it takes a role that everybody has, or every role that the API knows and no login is enough anywhere."""
    of_api: dict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in inventory.endpoints:
        if endpoint.authorization is not Authorization.PUBLIC:
            of_api[endpoint.api].append(endpoint)
    return {api: frozenset(_everybodys(closed)) for api, closed in of_api.items()}


def _everybodys(closed: list[Endpoint]) -> set[str]:
    guards = [guard for endpoint in closed for guard in endpoint.effective_guards if guard.demand is Demand.ROLE]
    known = {role for guard in guards for role in roles_of(guard)}
    known |= {
        role
        for endpoint in closed
        for decision in (endpoint.reach.decisions if endpoint.reach else ())
        if decision.kind == "role"
        for role in decision.values
    }
    found = {guard.name for guard in guards if any(map(is_ordinary, roles_of(guard)))}
    is_role_for_all = all(
        endpoint.authorization is Authorization.ROLE or _is_of_rights(endpoint) for endpoint in closed
    )
    if len(known) > 1 and is_role_for_all:
        names = [guard.name for guard in guards if set(roles_of(guard)) >= known]
        found |= {name for name in names if names.count(name) >= max(MANY, MOST * len(closed))}
    return found


def _is_of_rights(endpoint: Endpoint) -> bool:
    return any(guard.demand in RIGHTS for guard in endpoint.effective_guards)


def roles_of(guard: Guard) -> tuple[str, ...]:
    """The roles that a guard takes; a policy names itself last."""
    is_policy = any(step.text == POLICY for step in guard.steps)
    return guard.values[:-1] if is_policy and len(guard.values) > 1 else guard.values


def is_ordinary(role: str) -> bool:
    """Whether everybody has a role who uses the service."""
    spoken = set(words(role)) - PREFIXES
    return bool(spoken) and spoken <= ORDINARY


def right(endpoint: Endpoint, known: Standing) -> Guard | None:
    """The guard that asks an endpoint's caller for a right which not everybody has."""
    everybodys = known.get(endpoint.api, frozenset())
    return next(
        (guard for guard in endpoint.effective_guards if is_right(guard) and guard.name not in everybodys), None
    )


def unranked(endpoint: Endpoint, known: Standing) -> Endpoint:
    """An endpoint without the protection that its objects have only by a role of everybody: that says nothing of whose they are."""
    said = {f"guard: {name}" for name in known.get(endpoint.api, ())}
    if endpoint.reach is None or not said or not any(access.protection in said for access in endpoint.reach.accesses):
        return endpoint
    accesses = tuple(
        replace(access, protection="") if access.protection in said else access for access in endpoint.reach.accesses
    )
    return replace(endpoint, reach=replace(endpoint.reach, accesses=accesses))
