"""Roles that everybody has who uses the service: a test that lets them in says nothing of whose an object is."""

from __future__ import annotations

from collections.abc import Sequence

from assay.source.demands import compared_with
from assay.source.evaluate.values import Operation, Value
from assay.source.mentions import walk
from assay.source.reach.selection import EXCLUDING
from assay.source.vocabulary import parts_of

ORDINARY = frozenset(
    """
    user users customer customers member members client clients student patient guest buyer seller subscriber employee driver role roles
    tourist traveler traveller passenger visitor reader player learner registered authenticated everyone everybody
    """.split()
)
"""Words of roles that everybody has who uses the service."""
OWN = frozenset({"own", "self"})
"""Words of roles that are for what belongs to the caller: they say nothing of a single object."""
SAYING_ROLE = frozenset({"role", "roles"})
HIGHER = frozenset(
    """
    admin administrator moderator mod manager superadmin superuser super staff owner editor operator support root system doctor teacher
    """.split()
)
"""Words of roles that not everybody has."""
COMPARING = frozenset({"==", "!=", "in", "notin", "not in", "is", "isnot"})


def is_open_to_everybody(roles: Sequence[str]) -> bool:
    """Whether one of the roles that a guard takes is held by everybody who uses the service, where all of them read like roles, or is
    for what belongs to the caller (`ManageOwnRequests`).
    """
    said = [set(parts_of(role)) for role in roles]
    return any(words & OWN for words in said) or (
        all(words and words <= ORDINARY | HIGHER for words in said)
        and any(words <= ORDINARY and words - SAYING_ROLE for words in said)
    )


def lets_everybody_in(test: Value) -> bool:
    """Whether a test refuses whoever has none of some roles, of which one is everybody's: `user.role not in ("customer", "admin")`."""
    asked = [part.operator for part in walk(test) if isinstance(part, Operation) and part.operator in COMPARING]
    return bool(asked) and set(asked) <= EXCLUDING and is_open_to_everybody(compared_with(test) or ("",))
