"""Knows the endpoints where an authentication event happens: ways in, and what changes what somebody signs in with or may do."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from assay.model.endpoint import Endpoint
from assay.model.entity import PASSWORDS, Entity
from assay.model.reach import Access, Action, Reach
from assay.rules.doors import Door, entrance
from assay.rules.ownership import holds_password
from assay.rules.reaching import RIGHTS
from assay.rules.words import last_name, route, vocabulary, words

ROLES = vocabulary(
    "role permission privilege scope admin administrator superuser superadmin staff perfil papel rol cargo"
)
"""Words of fields that say what somebody may do."""
RIGHTS_OF = vocabulary("role permission claim admin grant privilege")
"""Words of endpoints that give them."""
ASSIGNED = (
    (vocabulary("user account member employee staff"), vocabulary("role permission privilege")),
    (vocabulary("role group"), vocabulary("permission privilege")),
)
"""Who has what, in the fields of an object that says so."""
OF_RESET = vocabulary("token code reset expiry expire expires at")
"""Words of fields that keep what a reset is proved with."""
NAMES = vocabulary("name title label description display color icon")
BY_NAME = "set by name"
"""The way of a field that a handler copies from the request by itself."""
LEVELS = frozenset({("access", "level"), ("user", "type"), ("account", "type"), ("role", "id")})


class Event(Struct, frozen=True):
    """An authentication event."""

    what: str
    """Completes "POST /login ..."."""
    is_sure: bool
    has_failure: bool
    """Whether it can fail for who the caller is, which has to be logged too."""


def event_of(endpoint: Endpoint, entities: Mapping[str, Entity]) -> Event | None:
    """The authentication event of an endpoint."""
    found = entrance(endpoint)
    if found is not None:
        if found.door is Door.REGISTRATION and bestows(endpoint, entities):
            return Event("gives an account the role that it is sent", True, has_failure=False)
        if found.door in {Door.REGISTRATION, Door.SENDING, Door.AGAIN}:
            return None
        if found.door is Door.RECOVERY and only_asks(endpoint, entities):
            return None
        return Event(str(found.door), found.is_sure, found.door is not Door.RECOVERY)
    if endpoint.reach is None or not endpoint.is_write:
        return None
    acts = {act.kind for act in endpoint.reach.acts}
    spoken = {*route(endpoint.path).last, *words(last_name(endpoint.handler))}
    if "password-set" in acts and "password" in spoken:
        return Event("changes a password", True, has_failure=False)
    everywhere = {word for segment in route(endpoint.path).literals for word in segment}
    of_rights = spoken & RIGHTS_OF
    if (of_rights and "grant" in acts and not only_names(endpoint)) or (
        (of_rights or everywhere & RIGHTS_OF) and assigns(endpoint, entities)
    ):
        return Event("changes rights", True, has_failure=False)
    if sets_password(endpoint, entities):
        return Event("changes a password", True, has_failure=False)
    if sets_rights(endpoint, entities):
        return Event("changes rights", True, has_failure=False)
    return Event("makes an account", False, has_failure=False) if appoints(endpoint, entities) else None


def assigns(endpoint: Endpoint, entities: Mapping[str, Entity]) -> bool:
    """Whether a handler makes or removes what gives somebody a role, or a role a right."""
    accesses = endpoint.reach.accesses if endpoint.reach is not None else ()
    return any(
        access.action in {Action.CREATE, Action.DELETE}
        and access.is_certain
        and is_assignment(entities.get(access.entity))
        for access in accesses
    )


def is_assignment(entity: Entity | None) -> bool:
    """Whether an object says who has what: a user and a role, a role and a permission."""
    if entity is None or not set(words(entity.name)) & ROLES:
        return False
    named = {word for field in entity.fields for word in words(field.name)}
    return not named & (NAMES | PASSWORDS) and any(who & named and what & named for who, what in ASSIGNED)


def only_asks(endpoint: Endpoint, entities: Mapping[str, Entity]) -> bool:
    """Whether it is seen that no password changes here: the first step of a recovery, which sends the code."""
    reach = endpoint.reach
    if reach is None or reach.gaps or not reach.accesses or any(act.kind == "password-set" for act in reach.acts):
        return False
    return not any(map(may_set_password, written(reach, entities))) and not sets_password(endpoint, entities)


def may_set_password(access: Access) -> bool:
    """Whether a change of an account may be one of its password, and not only of the token that was sent."""
    return not access.fields or any(is_password(field) and not set(words(field)) & OF_RESET for field in access.fields)


def only_names(endpoint: Endpoint) -> bool:
    """Whether all that is sent says how something is called: a role that gets another name gives nobody a right."""
    sent = [set(words(field.name)) for field in endpoint.request.fields] if endpoint.request is not None else []
    return bool(sent) and all(said & NAMES for said in sent)


def is_role(field: str) -> bool:
    """Whether a field says what somebody may do; whether somebody is active or has paid, it does not."""
    spoken = words(field)
    return bool(set(spoken) & ROLES) or spoken[:2] in LEVELS


def written(reach: Reach, entities: Mapping[str, Entity]) -> Iterator[Access]:
    """The accesses that change accounts."""
    for access in reach.accesses:
        if access.action is Action.UPDATE and access.is_certain and is_account(access.entity, entities):
            yield access


def is_account(name: str, entities: Mapping[str, Entity]) -> bool:
    """Whether a stored type is an account, or a table that no class declares is called so."""
    entity = entities.get(name)
    return entity.is_account if entity is not None else bool(set(words(name)) & {"user", "account"})


def sets_password(endpoint: Endpoint, entities: Mapping[str, Entity]) -> bool:
    """Whether a handler gives an account that there is another password."""
    reach = endpoint.reach
    if reach is not None and any(names_password(access, entities) for access in reach.accesses):
        return True
    if reach is None or not any(act.kind == "password-set" for act in reach.acts):
        return False
    changed = list(written(reach, entities))
    is_told = any(
        is_password(field) for access in changed for field in (*access.fields, access.symbol.rpartition(" ")[2])
    )
    return bool(changed) and (is_told or not any(access.fields for access in changed))


def names_password(access: Access, entities: Mapping[str, Entity]) -> bool:
    """Whether a statement writes the password of a table that no class declares: `UPDATE users SET password = ?`."""
    is_called = bool(set(words(access.entity)) & {"user", "account"})
    is_table = access.entity not in entities and (is_called or holds_password(access))
    return is_table and access.action is Action.UPDATE and access.is_certain and any(map(is_password, access.fields))


def is_password(field: str) -> bool:
    """Whether a field holds a password or what was made of one."""
    return bool(set(words(field)) & PASSWORDS)


def sets_rights(endpoint: Endpoint, entities: Mapping[str, Entity]) -> bool:
    """Whether a handler changes what an account may do, by what the request says."""
    reach = endpoint.reach
    if reach is None:
        return False
    named = {copy.entity for copy in reach.copies if any(map(is_role, copy.fields))}
    return any(any(map(is_role, access.fields)) or access.entity in named for access in written(reach, entities))


def bestows(endpoint: Endpoint, entities: Mapping[str, Entity]) -> bool:
    """Whether a registration gives the new account a role that the request names."""
    reach = endpoint.reach
    made = {access.entity for access in reach.accesses if access.action is Action.CREATE} if reach is not None else ()
    copies = reach.copies if reach is not None else ()
    return any(
        copy.way == BY_NAME and copy.entity in made and is_account(copy.entity, entities)
        for copy in copies
        if any(map(is_role, copy.fields))
    )


def appoints(endpoint: Endpoint, entities: Mapping[str, Entity]) -> bool:
    """Whether whoever has a right makes accounts here that others sign in with."""
    reach = endpoint.reach
    if reach is None or not any(guard.demand in RIGHTS for guard in endpoint.effective_guards):
        return False
    made = [access.entity for access in reach.accesses if access.action is Action.CREATE and access.is_certain]
    accounts = {name for name in made if (entity := entities.get(name)) is not None and entity.is_account}
    is_ready = any(act.kind == "password-set" for act in reach.acts)
    takes = endpoint.request is not None and any(is_password(field.name) for field in endpoint.request.fields)
    return bool(accounts) and (is_ready or takes)
