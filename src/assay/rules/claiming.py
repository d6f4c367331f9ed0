"""Knows what a caller says of itself and is believed: whose a new object is, and what a token that it is handed allows."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Inventory
from assay.model.reach import Action, Copy, Origin, Reach
from assay.rules.bestowing import bestowed
from assay.rules.ownership import Owned, ownership
from assay.rules.standing import Standing, right, standing
from assay.rules.words import vocabulary, words

OWNED = "the request says whose it is"
SIGNED = "signed into the token that it hands out"
"""The ways of copies of what a caller says of itself."""
MAKERS = vocabulary("author owner creator created sender poster reviewer")
"""Words of fields that say who made an object: that is the caller, and nobody whom the caller names."""
JOINING = vocabulary(
    "member membership participant invitation invite friend friendship follow follower assignment assignee share shared collaborator "
    "permission role group team enrollment enrolment subscription attendance attendee access grant contact notification message block"
)
"""Words of types that tie somebody else to something on purpose."""
DOUBT = " It may be meant for whoever acts for others, or be checked before."


class Ties(Struct, frozen=True):
    """How an API ties objects to callers."""

    fields: frozenset[tuple[str, str, str]]
    """(API, entity, field) of fields by which it selects the caller's own."""
    owned: Mapping[tuple[str, str], Owned]
    everybodys: Standing


class Claim(Struct, frozen=True):
    """A copy of what the caller says of itself."""

    copy: Copy
    is_sure: bool
    says: str
    shows: str
    fix: str


def tying_fields(inventory: Inventory) -> Ties:
    """Every field by which an API selects or compares the caller's own."""
    fields = frozenset(
        (endpoint.api, access.entity, key.field)
        for endpoint in inventory.endpoints
        for access in (endpoint.reach.accesses if endpoint.reach else ())
        for key in access.keys
        if key.origin is Origin.PRINCIPAL and access.action is not Action.CREATE
    )
    return Ties(fields, ownership(inventory), standing(inventory))


def claims(endpoint: Endpoint, reach: Reach, known: Ties) -> Iterator[Claim]:
    """Every one of an endpoint, in order of execution."""
    for copy in reach.copies:
        if copy.way == SIGNED:
            yield _signed(copy, reach)
        elif copy.way == OWNED and is_for_callers(endpoint, known):
            yield from _owned(endpoint, copy, reach, known)


def is_for_callers(endpoint: Endpoint, known: Ties) -> bool:
    """Whether a login, or a role that everybody has, is all that an endpoint asks for."""
    is_role = endpoint.authorization is Authorization.ROLE and right(endpoint, known.everybodys) is None
    return is_role or endpoint.authorization is Authorization.AUTHENTICATED


def _signed(copy: Copy, reach: Reach) -> Claim:
    field = copy.fields[0]
    is_checked = any(
        field.rstrip("s") in each.text or each.kind in {"role", "authorization"} for each in reach.decisions
    )
    is_sure = not is_checked and not reach.gaps
    return Claim(
        copy,
        is_sure,
        f"lets the caller choose {field} of the token that it hands out.{'' if is_sure else DOUBT}",
        f"{field} is signed as the request asks for it.",
        f"Sign the {field} that are stored for the account, or those of the request that the account has.",
    )


def _owned(endpoint: Endpoint, copy: Copy, reach: Reach, known: Ties) -> Iterator[Claim]:
    """A new object that is put down to whoever the request names, where nothing is compared with that."""
    field = copy.fields[0]
    is_compared = any(field in decision.text or decision.kind == "role" for decision in reach.decisions)
    if is_compared or set(words(copy.entity)) & JOINING:
        return
    is_tied = (endpoint.api, copy.entity, field) in known.fields
    is_decided = any(decision.kind in {"ownership", "authorization"} for decision in reach.decisions)
    is_maker = bool(set(words(field)) & MAKERS) and words(field)[-1] in {"id", "by", "uuid"}
    is_sure = (is_tied or is_maker) and not is_decided and not reach.gaps
    given = bestowed(endpoint, known.owned)
    if given is not None and (given.is_sure or not is_sure):
        return  # AP101 tells of what is given to others
    yield Claim(
        copy,
        is_sure,
        f"lets the caller say whose a new {copy.entity} is ({field}).{'' if is_sure else DOUBT}",
        f"{field} is taken from the request, and not from who is calling.",
        f"Set {field} from the authenticated caller, and leave it out of the input model.",
    )
