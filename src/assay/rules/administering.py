"""Knows what is administrative: by the words of routes and by what handlers do."""

import re
from collections.abc import Mapping

from msgspec import Struct

from assay.model.endpoint import Demand, Endpoint, Guard
from assay.model.entity import Entity
from assay.model.place import Place, Step
from assay.model.program import Inventory
from assay.model.reach import Access, Action, Reach
from assay.model.verdict import Severity
from assay.rules.ownership import Owned, is_flag
from assay.rules.reaching import RIGHTS
from assay.rules.words import last_name, route, vocabulary, words

ADMINISTRATION = vocabulary(
    "admin administration administrator superuser superadmin sysadmin backoffice impersonate sudo"
)
INSIDE = vocabulary("debug debugger console shell exec logging auditlog maintenance diagnostic backup restore")
MODERATION = vocabulary(
    "approve approval deny reject disapprove ban unban suspend unsuspend promote demote grant revoke impersonate moderate blacklist "
    "whitelist available unavailable lock unlock"
)
OF_RIGHTS = vocabulary(
    "admin administrator administration superuser staff role permission privilege right manage manager moderator owner root scope "
    "read write edit create update delete view"
)
"""Words of policies and scopes that not every caller fulfils."""
MONEY = re.compile(r"(?i)(balance|credits?)$")
"""Fields of accounts that hold money."""
OF_OBJECTS = vocabulary("restore console exec shell")
"""Words of the inside that, in a path with a parameter, are rather about one object: `/files/{id}/restore`, `/nodes/{id}/console`."""
ONESELF = frozenset({"me", "myself", "self", "own"})
CREDENTIALS = vocabulary("key token credential")
ACCOUNTS = vocabulary("user account member customer")


class Realm(Struct, frozen=True):
    """What one API knows of rights."""

    has_guards: bool
    """Some endpoint demands a role, scope or policy."""
    has_rights: bool
    """Accounts have rights, or some handler asks for them."""


class Suspicion(Struct, frozen=True):
    """Why an endpoint should ask for more than a login."""

    what: str
    """Completes the endpoint's name: `is about administration`."""
    severity: Severity
    is_firm: bool
    place: Place | None = None
    steps: tuple[Step, ...] = ()


def realm_of(inventory: Inventory, api: str) -> Realm:
    """What the endpoints of an API tell of rights."""
    own = [endpoint for endpoint in inventory.endpoints if endpoint.api == api]
    has_guards = any(_asks_for_a_right(guard) for endpoint in own for guard in endpoint.effective_guards)
    has_decisions = any(
        decision.kind == "role" for endpoint in own if endpoint.reach for decision in endpoint.reach.decisions
    )
    touched = {access.entity for endpoint in own if endpoint.reach for access in endpoint.reach.accesses}
    has_fields = any(entity.is_account and entity.privileges for entity in inventory.entities if entity.name in touched)
    return Realm(has_guards, has_decisions or has_fields)


def _asks_for_a_right(guard: Guard) -> bool:
    """Whether a guard tells some callers from others: a policy that only names a way to sign in does not."""
    if guard.demand is Demand.ROLE:
        return bool(guard.values) or not set(words(guard.name)) & CREDENTIALS
    said = {word for text in (guard.name, *guard.values) for word in words(text)}
    return guard.demand in RIGHTS and bool(said & OF_RIGHTS)


def by_route(endpoint: Endpoint, realm: Realm) -> Suspicion | None:
    """What the route is about."""
    spoken = {word for segment in route(endpoint.path).literals for word in segment}
    # What a connection may do is asked for by each message, which the route does not show.
    is_firm = (realm.has_guards or realm.has_rights) and endpoint.method != "WS" and not _is_idle(endpoint)
    if not endpoint.is_write and spoken & ONESELF:
        return None  # what one is oneself: `/users/me/admin`
    if spoken & ADMINISTRATION and not _is_asked_again(endpoint):
        return Suspicion("is about administration", Severity.CRITICAL, is_firm)
    if any(_is_inside(segment, endpoint) for segment in route(endpoint.path).literals):
        return Suspicion("is about the inside of the service", Severity.HIGH, is_firm)
    return None


def _is_idle(endpoint: Endpoint) -> bool:
    """Whether a read was followed to its end and touches nothing: it shows a text, and no administrator's work."""
    reach = endpoint.reach
    if reach is None or endpoint.is_write or reach.gaps:
        return False
    return not (reach.accesses or reach.flows or reach.acts or reach.uses or reach.exposures or reach.notes)


def _is_inside(segment: tuple[str, ...], endpoint: Endpoint) -> bool:
    """Whether a segment speaks of the inside of the service; backup codes do not, nor does a log that clients write to."""
    spoken = set(segment) & INSIDE
    if "code" in segment or (endpoint.method == "POST" and spoken <= {"logging"}):
        return False
    return bool(spoken) and not (spoken <= OF_OBJECTS and len(spoken) == 1 and route(endpoint.path).parameters)


def _is_asked_again(endpoint: Endpoint) -> bool:
    """Whether callers show once more that they are themselves, as before something dangerous: `/enter-sudo`."""
    said = set(route(endpoint.path).last)
    return "sudo" in said and not said & (ADMINISTRATION - {"sudo"})


def by_reach(
    endpoint: Endpoint,
    reach: Reach,
    realm: Realm,
    known: Mapping[tuple[str, str], Owned],
    entities: Mapping[str, Entity],
) -> Suspicion | None:
    """What the handler does."""
    writes = [
        a for a in reach.accesses if a.action in {Action.UPDATE, Action.DELETE} and a.is_request_driven and not _own(a)
    ]
    spoken = set(route(endpoint.path).last) | set(words(last_name(endpoint.handler))[:2])
    things = {word for access in writes for word in words(access.entity)}  # `/table-locks` locks nobody
    if writes and (verbs := sorted(spoken & MODERATION - things)):
        what = f"decides about {writes[0].entity} of others ({verbs[0]})"
        return Suspicion(what, Severity.HIGH, realm.has_guards, writes[0].place, writes[0].steps)
    for access in writes:
        entity = entities.get(access.entity)
        rights = sorted(set(access.fields) & set(entity.privileges)) if entity is not None else []
        if rights and entity is not None and entity.is_account:
            is_sure = not all(map(MONEY.match, rights))  # customers pay from their own accounts
            what = f"changes rights of accounts ({', '.join(rights)})"
            return Suspicion(what, Severity.CRITICAL, is_sure, access.place, access.steps)
    if realm.has_guards and (others := [a for a in writes if _belongs(endpoint, a, known)]):
        what = f"{'deletes' if others[0].action is Action.DELETE else 'changes'} {others[0].entity} of others"
        return Suspicion(what, Severity.HIGH, False, others[0].place, others[0].steps)
    return _all_accounts(endpoint, reach, entities)


def _own(access: Access) -> bool:
    """Whether only the caller's own objects are within reach."""
    return access.protection.partition(":")[0] in {"keyed", "compared", "parent", "filter"}


def _belongs(endpoint: Endpoint, access: Access, known: Mapping[tuple[str, str], Owned]) -> bool:
    owned = known.get((endpoint.api, access.entity))
    return owned is not None and owned.is_owned


def _all_accounts(endpoint: Endpoint, reach: Reach, entities: Mapping[str, Entity]) -> Suspicion | None:
    """A list of every account."""
    if endpoint.is_write or not set(route(endpoint.path).last) & ACCOUNTS:
        return None
    for access in reach.accesses:
        entity = entities.get(access.entity)
        if (
            access.action is Action.LIST
            and entity is not None
            and entity.is_account
            and not _own(access)
            and all(map(is_flag, access.keys))
        ):
            return Suspicion("lists every account", Severity.HIGH, False, access.place, access.steps)
    return None
