"""Roles and groups that the request names and that are looked up and given to an account: `User(role_id=role.id)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.reach import Action, Copy, Origin
from assay.source.evaluate.values import Made, Member, Value, options
from assay.source.reach.examination import Examination
from assay.source.vocabulary import parts_of

RANK = re.compile(r"^(user_?)?(role|group)s?_?id$", re.IGNORECASE)
"""Fields of accounts that say what they may do, by reference."""
RANKS = frozenset({"role", "roles", "group", "groups", "usergroup", "permission"})
SENT = frozenset({Origin.BODY, Origin.FORM, Origin.QUERY})
LOOKED_UP = "looked up by what the request names"


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
