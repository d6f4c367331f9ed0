"""Knows which objects an endpoint selects by what it is sent, whose they are, and how sure that is."""

import re
from collections.abc import Mapping, Sequence

from assay.model.endpoint import Demand, Endpoint, Guard
from assay.model.entity import is_secret
from assay.model.reach import OF_REQUEST, Access, Action, Key, Origin, Reach
from assay.rules.ownership import CAPABILITY, OWNERS, Owned, is_identifier, is_own_id
from assay.rules.personal import is_private
from assay.rules.topics import says_open
from assay.rules.words import vocabulary, words

READING = frozenset({Action.READ, Action.LIST})
COUNTING = frozenset(
    {"count", "exists", "any", "Any", "AnyAsync", "Count", "CountAsync", "acount", "aexists", "LongCountAsync"}
)
"""Calls that only tell how many objects there are."""

DOES = {
    Action.READ: "reads",
    Action.LIST: "lists",
    Action.CREATE: "creates",
    Action.UPDATE: "changes",
    Action.DELETE: "deletes",
    Action.EXECUTE: "touches",
}
GRAVEST = (Action.DELETE, Action.UPDATE, Action.EXECUTE, Action.CREATE, Action.READ, Action.LIST)
FROM = {Origin.PATH: "the path", Origin.QUERY: "the query", Origin.HEADER: "a header", Origin.COOKIE: "a cookie"}

STAMP = re.compile(
    r"^_?(last_?)?(updated|modified|changed|touched)(_?(at|on|date|time|utc|timestamp))+(_?utc)?$", re.IGNORECASE
)
"""Fields that only tell when an object was changed."""
MEMBER = re.compile(r"\.(\w+) *(?:[=!]=|is\b)")
"""A member that is compared."""
AROUND = vocabulary("host hostname scheme method protocol")
"""Words of what a request is about besides what it holds: which site of the service is called, say."""
STAFF = vocabulary("admin administration administrator backoffice")
"""Words in the names of sites that are there for those who look after everybody's objects."""
COUNTERPARTS = vocabulary("to recipient receiver payee beneficiary destination")
"""Words of what names the other side on purpose: the account that a transfer goes to."""


def is_seen(access: Access) -> bool:
    """Whether its caller has anything of an access: not of a read that is left to others, nor of the time that a write notes."""
    if access.action in READING:
        return not access.is_left
    return access.action is not Action.UPDATE or not access.fields or not all(map(STAMP.match, access.fields))


def without_read(accesses: Sequence[Access]) -> list[Access]:
    """The accesses but for changes of what was read before by the same key, if whose it is was compared on every such read."""
    held: dict[tuple[str, tuple[Key, ...]], list[bool]] = {}
    for access in accesses:
        if access.action is Action.READ:
            held.setdefault((access.entity, access.keys), []).append(_is_compared(access))
    return [
        access
        for access in accesses
        if access.action is Action.READ or access.protection or not all(held.get((access.entity, access.keys), [False]))
    ]


def _is_compared(access: Access) -> bool:
    """Whether the field that says whose an object is was compared: `not node.user == current_user`."""
    kind, _, said = access.protection.partition(": ")
    return kind == "compared" and any(set(words(field)) & OWNERS for field in MEMBER.findall(said))


def chosen_by(access: Access, reach: Reach) -> Key | None:
    """The key by which the request selects the object, itself or through what it selected before; None when it does not."""
    if access.action is Action.CREATE or not is_seen(access):
        return None
    for key in access.keys:
        if key.origin is Origin.LOADED and access.action not in {Action.READ, Action.LIST}:
            before = (
                other for other in reach.accesses if other.entity == key.name == access.entity and other is not access
            )
            found = next((each for other in before if (each := directly(other)) is not None), None)
            if found is not None:
                return found
    return directly(access)


def directly(access: Access) -> Key | None:
    """The key by which the request itself selects the object."""
    for key in access.keys:
        if key.origin not in OF_REQUEST or set(words(key.field)) & CAPABILITY or set(words(key.name)) & CAPABILITY:
            continue
        if key.origin is Origin.REQUEST and key.name and set(words(key.name)) <= AROUND:
            continue
        if key.origin is Origin.PATH or is_identifier(access, key.field):
            return key
    return None


def owner_of(endpoint: Endpoint, access: Access, known: Mapping[tuple[str, str], Owned]) -> Owned | None:
    """Whose the object is; None when it belongs to nobody, or everybody may read it anyway."""
    owned = known.get((endpoint.api, access.entity))
    if owned is None or not owned.is_owned:
        return None
    is_read = access.action in {Action.READ, Action.LIST}
    return None if is_read and owned.is_open and not _shows_secrets(endpoint, access) else owned


def _shows_secrets(endpoint: Endpoint, access: Access) -> bool:
    """Whether the answer names secrets of the object: that everybody may read the rest of it elsewhere says nothing of those."""
    return endpoint.reach is not None and any(
        exposure.entity == access.entity and exposure.is_filtered and any(map(is_secret, exposure.fields))
        for exposure in endpoint.reach.exposures
    )


def is_sure(endpoint: Endpoint, access: Access, key: Key, owned: Owned) -> bool:
    """Whether the project itself says that such an object belongs to somebody, and the object itself is selected and followed."""
    is_followed = endpoint.reach is not None and not endpoint.reach.gaps
    is_personal = bool(owned.holder) and (access.action not in READING or is_private(owned.entity))
    names_owner = key.field.rpartition(".")[2] in owned.owners
    is_by_owner = names_owner and (access.action not in READING or owned.has_secrets)
    is_counted = access.symbol.rpartition(" ")[2] in COUNTING
    is_by_other = access.action is Action.LIST and not names_owner and not is_own_id(key.field, access.entity)
    is_other_side = bool(set(words(key.name)) & COUNTERPARTS)
    is_sent = access.action in READING and key.origin not in {Origin.PATH, Origin.QUERY}
    is_looked_up = is_sent and (not is_personal or is_other_side)
    is_meant = access.action is Action.UPDATE and is_other_side
    is_shared = access.action in READING and owned.is_listed and not _shows_secrets(endpoint, access)
    is_unread = not owned.is_sure and any(guard.demand is Demand.CUSTOM for guard in endpoint.effective_guards)
    is_published = access.action in READING and says_open(endpoint)
    is_doubtful = is_published or is_counted or is_by_other or is_looked_up or is_meant or is_shared or is_unread
    is_doubtful = is_doubtful or _is_of_tenant(endpoint, access)
    is_told = owned.is_sure or is_by_owner or is_personal
    return is_told and not is_doubtful and access.is_certain and is_followed and not is_of_staff(endpoint)


def _is_of_tenant(endpoint: Endpoint, access: Access) -> bool:
    """Whether a header says whose objects are meant, and a guard of the project's own, which may set or check it, stands before it."""
    is_guarded = any(guard.demand is Demand.CUSTOM for guard in endpoint.effective_guards)
    return is_guarded and any(key.origin is Origin.HEADER and set(words(key.field)) & OWNERS for key in access.keys)


def is_of_staff(endpoint: Endpoint) -> bool:
    """Whether a site of its own is one of administration, going by its name: whoever may come in there acts for others."""
    return bool(set(words(endpoint.api.rpartition("/")[2])) & STAFF)


def surest(endpoint: Endpoint, faulty: Sequence[Access], known: Mapping[tuple[str, str], Owned]) -> Access:
    """Of several accesses to what is somebody's the one that is told: first what is sure, then what is gravest."""
    told = [(each, chosen_by(each, endpoint.reach or Reach()), owner_of(endpoint, each, known)) for each in faulty]
    firm = {id(each) for each, by, held in told if by and held and is_sure(endpoint, each, by, held)}
    sure = {id(each) for each, _, held in told if held and held.is_sure}
    return min(
        faulty,
        key=lambda each: (
            not each.is_certain,
            id(each) not in firm,
            id(each) not in sure,
            GRAVEST.index(each.action),
        ),
    )


def doubt(endpoint: Endpoint, owned: Owned, scope: Guard | None) -> str:
    """What speaks against it."""
    if scope is not None:
        return f" {scope.name} demands a scope, which may be meant for every object."
    if is_of_staff(endpoint):
        return " The site is one of administration, where callers act for others."
    if endpoint.reach is not None and any(_is_of_tenant(endpoint, access) for access in endpoint.reach.accesses):
        return " A guard of the project's own may set the header that says whose they are."
    if not endpoint.is_write and says_open(endpoint):
        return " Its path says that it is meant for everybody."
    if owned.is_listed:
        return f" The API lists every {owned.entity} to whoever is known, so that it may be meant to be seen."
    if owned.is_sure or (owned.holder and is_private(owned.entity)):
        return ""
    return f" The API never ties {owned.entity} to a caller, so that it may be meant to be shared."


def why(owned: Owned) -> str:
    """How it is known that it belongs to somebody."""
    if owned.is_account:
        return "it is an account"
    if owned.is_tied:
        return "elsewhere the API ties it to the caller"
    if owned.holder:
        return f"its {owned.holder} is declared as the account that it belongs to"
    return f"its {owned.owners[0]} says whose it is" if owned.owners else "it belongs to somebody"
