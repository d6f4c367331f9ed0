"""Roles and groups that the request names and that are looked up and given to an account: `User(role_id=role.id)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.reach import Action, Copy, Origin
from assay.source.evaluate.values import Const, Made, Member, Operation, Value, options
from assay.source.mentions import walk
from assay.source.reach.examination import Examination
from assay.source.vocabulary import parts_of

RANK = re.compile(r"^(user_?)?(role|group)s?_?id$", re.IGNORECASE)
"""Fields of accounts that say what they may do, by reference."""
RANKS = frozenset({"role", "roles", "group", "groups", "usergroup", "permission"})
SENT = frozenset({Origin.BODY, Origin.FORM, Origin.QUERY})
LOOKED_UP = "looked up by what the request names"
GRANTING = frozenset({"AddToRoleAsync", "AddToRolesAsync", "AddToRole", "AddToRoles"})
"""Calls of ASP.NET Core Identity that give an account a role by its name."""


def ranks(seen: Examination) -> Iterator[Copy]:
    """Every one that is given to an object that is stored."""
    kept = {found.entity for found in seen.accesses if found.action in {Action.CREATE, Action.UPDATE}}
    for instance in seen.trace.instances:
        if instance.cls.name not in kept or not seen.stored.is_entity(instance.cls):
            continue
        for name, value in {**instance.attributes, **instance.named}.items():
            origin = _named_by_request(seen, value) if RANK.match(name) else None
            if origin is not None:
                yield Copy(instance.cls.name, LOOKED_UP, origin, (name,), instance.place)
    yield from _granted(seen)


def _granted(seen: Examination) -> Iterator[Copy]:
    """`users.AddToRoleAsync(user, given.Role)` of an account that is new: who signs up says what it may do."""
    made_now = {found.entity for found in seen.accesses if found.action is Action.CREATE}
    for found in seen.accesses:
        made = found.made
        if made is None or made.name not in GRANTING or found.entity not in made_now or len(made.positional) < 2:
            continue
        for source in seen.origins.of(made.positional[1]):
            if source.origin in SENT and RANKS & set(parts_of(source.name)):
                way = LOOKED_UP if _is_compared(seen, source.name) else "set by name"
                yield Copy(found.entity, way, source.origin, ("role",), made.place)


def _is_compared(seen: Examination, name: str) -> bool:
    """Whether what the request names is compared with something that the code names: `if (given.Role == "Admin") return Forbid()`."""
    for condition in seen.trace.conditions():
        for part in walk(condition.value):
            sides = (
                part.operands
                if isinstance(part, Operation)
                else (part.receiver, *part.positional)
                if isinstance(part, Made)
                else ()
            )
            is_asked = any(
                source.name == name for side in sides if side is not None for source in seen.origins.of(side)
            )
            if is_asked and any(
                isinstance(option, Const) and isinstance(option.value, str)
                for side in sides
                for option in options(side)
            ):
                return True
    return False


def _named_by_request(seen: Examination, value: Value) -> Origin | None:
    """The part of the request that names what is looked up."""
    for option in options(value):
        inner = next(options(option.value), option) if isinstance(option, Member) else option
        query = seen.queries.behind(inner) if isinstance(inner, Made) else None
        if query is None or not RANKS & set(parts_of(query.entity)):
            continue
        for test in query.tests:
            for source in seen.origins.of(test.value):
                if source.origin in SENT:
                    return source.origin
    return None
