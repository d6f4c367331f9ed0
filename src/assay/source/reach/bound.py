"""What of a stored object comes from the request: the whole of it, a right that it names, or only a part of a sum."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from assay.model.reach import OF_REQUEST, Action, Copy, Origin
from assay.source.evaluate.values import ClassValue, Generic, Given, Made, Member, Operation, Value, options
from assay.source.reach.examination import Examination
from assay.source.vocabulary import parts_of

RIGHT = frozenset({"role", "permission", "privilege"})
"""Words of stored types that are rights."""
BY_NAME = "set by name"
"""The way of fields that are taken from the request one by one."""
STORED = frozenset({Origin.LOADED, Origin.PRINCIPAL})
"""Where values come from that were stored before: the account of the caller is one of those as well."""


def bound(seen: Examination, value: Value) -> ClassValue | None:
    """The class of an object that was sent as it is, or of those in a list that was sent."""
    match value:
        case Given(origin=origin, type=kind) if Origin(origin or "unknown") in OF_REQUEST:
            declared = kind
        case Given(call=Made(receiver=Given() as outer), type=None):
            return bound(seen, outer)  # each of a list that was sent
        case Member(value=Given(origin=origin) as owner, name=name) if (
            seen.queries.linq is not None and Origin(origin or "unknown") in OF_REQUEST
        ):
            declared = seen.queries.linq.member_type(owner, name)
        case _:
            return None
    while isinstance(declared, Generic) and declared.keys:
        declared = declared.keys[0]
    return declared if isinstance(declared, ClassValue) else None


def is_kept(seen: Examination) -> Callable[[ClassValue], bool]:
    """Says whether objects of a class are stored; where stored types are not told by their declaration: whether this handler writes one."""
    written = {found.entity for found in seen.accesses if found.action in {Action.CREATE, Action.UPDATE}}
    if seen.queries.linq is None:
        return seen.stored.is_entity
    return lambda cls: cls.name in written or seen.stored.is_entity(cls)


def picked(seen: Examination, value: Value) -> Origin | None:
    """Where a role comes from that was loaded because the request names it: `Role = roles.First(r => r.Name == body.Role)`."""
    query = seen.queries.behind(value) if isinstance(value, Made) else None
    if query is None or not RIGHT & set(parts_of(query.entity)):
        return None
    asked = [origin for test in query.tests if (origin := origin_of(seen, test.value)) is not None]
    return asked[0] if asked else None


def is_reckoned(seen: Examination, value: Value) -> bool:
    """Whether a value is worked out of what is stored and what was sent."""
    for option in options(value):
        is_sum = isinstance(option, Operation) and option.operator in {"+", "-", "*", "/"}
        if is_sum and any(source.origin in STORED for source in seen.origins.of(option)):
            return True
    return False


def origin_of(seen: Examination, value: Value) -> Origin | None:
    """The part of the request that a value comes from."""
    found = [source.origin for source in seen.origins.of(value) if source.origin in OF_REQUEST]
    return found[0] if found else None


def joined(held: Copy | None, copy: Copy) -> Copy:
    """Two copies into one object at one place: where each field is named, the fields of both."""
    if held is None:
        return copy
    is_named = copy.way == held.way == BY_NAME
    return replace(held, fields=tuple(dict.fromkeys((*held.fields, *copy.fields)))) if is_named else held
