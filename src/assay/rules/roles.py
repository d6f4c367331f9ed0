"""Knows which roles an endpoint demands by name."""

from assay.model.endpoint import Demand, Endpoint, Guard
from assay.rules.words import words

DECLARING = frozenset({"attribute", "policy"})
"""Kinds of guards whose values were declared as roles, and not read from the tests of a function's body."""

RIGHTS = frozenset({"permission", "privilege", "right", "scope"})
"""Words in the name of a guard that asks for rights: one of many will do, and none of them is a role."""


def roles(endpoint: Endpoint) -> tuple[str, ...]:
    """The distinct roles that its effective guards declare, sorted."""
    return tuple(sorted({role for guard in endpoint.effective_guards for role in roles_of(guard)}))


def roles_of(guard: Guard) -> tuple[str, ...]:
    """The roles that a guard declares; of a guard of the project's own those that stand where it is used."""
    if guard.demand is not Demand.ROLE or RIGHTS & set(words(guard.name.partition("(")[0])):
        return ()
    return tuple(value for value in guard.values if guard.kind in DECLARING or value in guard.name)
