"""Knows new objects that become whose the request says, and not the caller's."""

from collections.abc import Mapping

from msgspec import Struct

from assay.model.endpoint import Authorization, Endpoint
from assay.model.reach import OF_REQUEST, Access, Action, Key, Origin, Reach
from assay.rules.ownership import Owned
from assay.rules.personal import is_private
from assay.rules.words import vocabulary, words

ATTENDED = vocabulary(
    "patient student employee member borrower tenant passenger guest applicant candidate person subscriber profile"
)
"""Words of those for whom somebody else often makes an object: at a desk, a school, a gym."""
DECIDING = frozenset({"ownership", "role", "authorization", "claimed"})
"""Kinds of decisions after which it may be right to act for others."""
REFUSAL = "PermissionDenied"
"""What refuses is no decision by itself."""
OWN = frozenset({Origin.PRINCIPAL, Origin.TENANT})
NAMING = "names them"
"""The end of the way of copies by a serializer that names its fields."""


class Bestowed(Struct, frozen=True):
    """A new object that the request gives to somebody."""

    access: Access
    key: Key
    is_sure: bool


def bestowed(endpoint: Endpoint, known: Mapping[tuple[str, str], Owned]) -> Bestowed | None:
    """The first new object that is given to whom the request names, in an endpoint that any login is enough for."""
    reach = endpoint.reach
    if reach is None or endpoint.authorization is not Authorization.AUTHENTICATED:
        return None
    if any(each.kind in DECIDING and each.text != REFUSAL for each in reach.decisions):
        return None
    for access in reach.accesses:
        owned = known.get((endpoint.api, access.entity))
        if access.action is not Action.CREATE or access.protection or owned is None or not owned.holder:
            continue
        through, _, last = owned.holder.rpartition(".")
        field = through.partition(".")[0] or last
        key = next((each for each in access.given if each.field == field and each.origin in OF_REQUEST), None)
        if (
            key is None
            or any(each.origin in OWN for each in access.given)
            or (through and _is_asked(reach, access, field))
        ):
            continue
        is_personal = owned.is_tied if through else is_private(access.entity) or owned.is_tied
        is_usual = not set(words(last)) & ATTENDED
        return Bestowed(access, key, is_personal and is_usual and access.is_certain and not reach.gaps)
    return None


def _is_asked(reach: Reach, access: Access, field: str) -> bool:
    """Whether a serializer takes what a field points at, and not every such object, or asks whose it is."""
    by = any(copy.entity == access.entity and copy.way.endswith(NAMING) for copy in reach.copies)
    return by and not any(each.of == access.entity and each.field == field for each in reach.references)
