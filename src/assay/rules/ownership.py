"""Knows which stored objects belong to somebody, by their fields and by how the API itself selects them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

from msgspec import Struct

from assay.model.endpoint import Authorization, Demand, Endpoint
from assay.model.entity import PASSWORDS, Entity, is_secret
from assay.model.program import Inventory
from assay.model.reach import Access, Action, Key, Origin, Reach
from assay.rules.belongings import is_of_members, parts
from assay.rules.personal import holder, is_of_records, is_private, is_sensitive
from assay.rules.topics import topic
from assay.rules.words import vocabulary, words

OWNERS = vocabulary("owner user username author creator customer account member tenant organization company assignee")
"""Words of fields that name somebody."""
FLAGS = vocabulary("is deleted delete active enabled disabled archived visible")
"""Words of fields that say whether an object still counts."""
KIND = "kind"
"""Stands for the field that says whose an object is, where only its name tells that it is somebody's."""
TYING = frozenset({"keyed", "compared"})
"""Protections that are about whose an object is; a role says nothing of that."""
COMPARED = re.compile(r"[=!]=|\bin\b|\bis\b|\(")
"""What compares one thing with another, or asks a function about both."""
OF_OBJECT = "AuthorizeAsync"
"""The call that is given the object whose owner its handlers ask for."""
ACCOUNTS = vocabulary("user account")
"""Words of tables that no class declares and that hold accounts."""
HASHED = vocabulary("hash hashed encrypted user account")
"""Words beside a password in the name of a column of an account."""
ELSEWHERE = vocabulary(
    "setting config configuration connection server smtp mail mailbox host source device room meeting link share paste"
)
"""Words of tables that keep passwords for something else than signing in."""
SCALARS = frozenset({"int", "long", "bool", "float", "double", "decimal", "Int32", "Int64", "Boolean"})
"""Types of answers that hold no object."""
NEVER_OPEN = frozenset(
    {"money", "credentials", "administration", "the inside of the service", "records of what happened"}
)
SHARED = vocabulary(
    "country currency language locale category tag catalog brand product setting configuration feature plan version template genre theme "
    "translation region city timezone unit permission"
)
"""Things that usually belong to everybody."""


class Owned(Struct, frozen=True):
    """How it is known whose an object is."""

    entity: str
    is_tied: bool
    """The API itself ties such objects to the caller somewhere."""
    is_account: bool
    owners: tuple[str, ...]
    is_open: bool
    """Everybody may read such objects somewhere."""
    has_secrets: bool = False
    """It holds secrets, as a token does."""
    is_listed: bool = False
    """Whoever is known may list all such objects somewhere."""
    holder: str = ""
    """The field that says whose it is by what it is declared as."""
    is_compared: bool = False
    """Behind a scope, the API still asks whose such an object is somewhere: the scope is not meant for every object."""
    is_filtered: bool = False
    """A filter of the store itself leaves out what is not the caller's."""

    @property
    def is_owned(self) -> bool:
        """Whether an object of it belongs to somebody."""
        return self.is_tied or self.is_account or bool(self.owners) or bool(self.holder)

    @property
    def is_sure(self) -> bool:
        """Whether the project itself says so, by more than a name."""
        return self.is_tied or self.is_account


def ownership(inventory: Inventory) -> Mapping[tuple[str, str], Owned]:
    """By API and entity."""
    known: dict[str, Entity] = {entity.name: entity for entity in inventory.entities}
    tied: set[tuple[str, str]] = set()
    opened: set[tuple[str, str]] = set()
    listed: set[tuple[str, str]] = set()
    compared: set[tuple[str, str]] = set()
    names: dict[str, set[str]] = defaultdict(set)
    holding = {access.entity for access in _written(inventory) if access.entity not in known and holds_password(access)}
    fields: dict[tuple[str, str], set[str]] = defaultdict(set)
    for endpoint in inventory.endpoints:
        is_open = (
            endpoint.authorization is Authorization.PUBLIC
            and not endpoint.is_write
            and not (endpoint.reach and (knows_the_caller(endpoint.reach) or asks_itself(endpoint.reach)))
            and not leaks(endpoint)
            and not only_counts(endpoint)
        )
        for access in endpoint.reach.accesses if endpoint.reach else ():
            key = (endpoint.api, access.entity)
            names[endpoint.api].add(access.entity)
            if is_tying(access, known.get(access.entity)):
                tied.add(key)
                if access.protection.startswith("compared") and is_scoped(endpoint):
                    compared.add(key)
            is_shown = is_open and access.action in {Action.READ, Action.LIST} and not is_by_secret(access)
            if is_shown and not is_of_records(access.entity):
                opened.add(key)
            if lists_all(endpoint, access, is_declared=access.entity in known):
                listed.add(key)
            fields[key] |= {each.field for each in access.keys if set(words(each.field)) & OWNERS}
    tied |= parts(tied, names, known)
    return {
        (api, name): _owned(
            name,
            known.get(name),
            is_tied=(api, name) in tied,
            is_open=(api, name) in opened,
            is_listed=(api, name) in listed,
            is_compared=(api, name) in compared,
            fields=tuple(sorted(fields[api, name])),
            signs_in=name in holding,
        )
        for api, found in names.items()
        for name in found
    }


def _written(inventory: Inventory) -> Iterator[Access]:
    """Every write of an inventory."""
    for endpoint in inventory.endpoints:
        for access in endpoint.reach.accesses if endpoint.reach else ():
            if access.action in {Action.CREATE, Action.UPDATE}:
                yield access


def holds_password(access: Access) -> bool:
    """Whether a statement writes what somebody signs in with into a table that no class declares: `INSERT INTO sellers (name, pwd)`."""
    is_other = set(words(access.entity)) & ELSEWHERE
    return not is_other and any(
        set(spoken) & PASSWORDS and set(spoken) <= PASSWORDS | HASHED for spoken in map(words, access.fields)
    )


def is_flag(key: Key) -> bool:
    """Whether a key only leaves out what is deleted or switched off, joins another table, or says which page is shown."""
    spoken = set(words(key.field))
    is_joined = spoken & IDS and not spoken & OWNERS
    return spoken <= PAGING or (key.origin is Origin.FIXED and bool(spoken & FLAGS or is_joined))


def lists_all(endpoint: Endpoint, access: Access, *, is_declared: bool = True) -> bool:
    """Whether an endpoint shows every such object to whoever is known, by a model made for the answer: others are meant to see them. Of
    a table that no class declares, what is shown is written column by column.
    """
    if (
        endpoint.is_write
        or access.action is not Action.LIST
        or not all(map(is_flag, access.keys))
        or access.protection
        or not access.is_certain
    ):
        return False
    is_modelled = endpoint.response is not None or not is_declared
    if endpoint.authorization is not Authorization.AUTHENTICATED or not is_modelled or leaks(endpoint):
        return False
    shown = [each for each in endpoint.reach.exposures if each.entity == access.entity] if endpoint.reach else []
    return bool(shown) and not any(each.is_filtered and any(map(is_secret, each.fields)) for each in shown)


def is_scoped(endpoint: Endpoint) -> bool:
    """Whether a scope stands before an endpoint, which may or may not be meant for every object."""
    return any(guard.is_scope_by_name for guard in endpoint.effective_guards)


def is_by_secret(access: Access) -> bool:
    """Whether an object is selected by a secret that its owner was sent: that the route is open says nothing of such objects."""
    return any(
        key.origin in {Origin.HEADER, Origin.COOKIE} or CAPABILITY & {*words(key.field), *words(key.name)}
        for key in access.keys
    )


def asks_itself(reach: Reach) -> bool:
    """Whether an open handler asks about the right to what it loads: `AuthorizeAsync(User, order, "Owner")`; whether there is a caller at
    all is no such question.
    """
    return any(
        decision.kind == "authorization" or (decision.kind == "ownership" and COMPARED.search(decision.text))
        for decision in reach.decisions
    )


def only_counts(endpoint: Endpoint) -> bool:
    """Whether an answer is a number or a yes or no: it shows nothing of the objects."""
    return endpoint.response is not None and endpoint.response.name.rpartition(".")[2].strip("?") in SCALARS


def leaks(endpoint: Endpoint) -> bool:
    """Whether an open route is about what is never meant for everybody: that it is open says nothing of what it shows."""
    about = topic(endpoint)
    return about is not None and about.name in NEVER_OPEN


def broad_policies(inventory: Inventory) -> Mapping[str, frozenset[str]]:
    """By API the names of policies that stand before most of its endpoints: they say nothing of a single object."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    closed: Counter[str] = Counter()
    for endpoint in inventory.endpoints:
        if endpoint.authorization is not Authorization.PUBLIC:
            closed[endpoint.api] += 1
            names = {guard.name for guard in endpoint.effective_guards if guard.demand is Demand.POLICY}
            counts[endpoint.api].update(name for name in names if not set(words(name)) & ADMINISTERING)
    return {
        api: frozenset(name for name, count in found.items() if closed[api] >= MANY and count > MOST * closed[api])
        for api, found in counts.items()
    }


def is_tying(access: Access, entity: Entity | None) -> bool:
    """Whether an access shows whose the object is: it is selected by, or compared by, a field of its own that names somebody."""
    kind, _, said = access.protection.partition(": ")
    if kind == "authorized" and said.startswith(OF_OBJECT) and entity is not None and entity.owners:
        return True
    if kind not in TYING:
        return False
    if entity is None or not entity.fields:
        return True
    spoken = {part for word in said.replace("==", " ").split() for part in word.split(".")}
    paths = said.replace("==", " ").split()
    return (
        any(owner in spoken or f"{owner}_id" in spoken for owner in entity.owners)
        or any(way in paths for way in entity.belongs)
        or any(map(partial(_is_through, entity), paths))
        or any(map(partial(is_of_members, entity), paths))
    )


def _is_through(entity: Entity, path: str) -> bool:
    """Whether a path leads from a field of the entity to somebody: `vehicle.owner` of a report, and not `shelves.user` of a book that may
    stand on many.
    """
    first, _, rest = path.partition(".")
    return bool(set(words(rest.rpartition(".")[2])) & OWNERS) and any(
        field.name == first and not field.type.startswith("ManyToMany") for field in entity.fields
    )


def _owned(
    name: str,
    entity: Entity | None,
    *,
    is_tied: bool,
    is_open: bool,
    is_listed: bool,
    is_compared: bool,
    fields: tuple[str, ...],
    signs_in: bool,
) -> Owned:
    """Of a table that no class declares, the fields by which it is selected tell."""
    is_shared = bool(set(words(name)[-1:]) & SHARED)
    is_called = bool(words(name)) and set(words(name)) <= ACCOUNTS
    is_account = entity.is_account if entity is not None else is_called or signs_in
    owners = (entity.owners if entity is not None and entity.fields else fields) if not is_shared else ()
    if entity is None and not owners and not is_shared and is_private(name):
        owners = (KIND,)  # a collection of payments, of which no class says what one holds
    has_secrets = entity is not None and bool(entity.secrets)
    held = holder(entity) if not is_shared else ""
    is_listed = is_listed and not is_private(name) and not is_sensitive(entity)
    is_filtered = entity is not None and bool(entity.filter)
    return Owned(
        name,
        is_tied and not is_shared,
        is_account,
        owners,
        is_open,
        has_secrets,
        is_listed,
        held,
        is_compared,
        is_filtered,
    )


def is_identifier(access: Access, field: str) -> bool:
    """Whether a field selects one object, and not a page of them. A name or an address that is looked up, and not written, only
    tells whether it is taken.
    """
    last = field.rpartition(".")[2]
    spoken = words(last)
    if not field or last.lower().endswith("id") or set(spoken[-1:]) & IDS:
        return True
    is_read = access.action in {Action.READ, Action.LIST}
    return not is_read and (access.action is Action.DELETE or bool(set(spoken[-1:]) & IDENTIFYING))


def is_own_id(field: str, entity: str) -> bool:
    """Whether a field is the id of the object itself: `id` or `invoice_id` of an invoice, not `order_id` of one."""
    spoken = set(words(field.rpartition(".")[2]))
    return spoken <= IDS | set(words(entity))


def knows_the_caller(reach: Reach) -> bool:
    """Whether a handler finds out by itself who is calling, from a credential that the request brings along."""
    return any(
        key.origin in {Origin.HEADER, Origin.COOKIE} and bool(set(words(key.field)) & CAPABILITY)
        for access in reach.accesses
        for key in access.keys
    )


ADMINISTERING = vocabulary(
    "admin administrator administration superuser superadmin owner manager staff root permission scope"
)
"""Words of policies that not every caller fulfils."""
MANY = 10
MOST = 0.3
IDS = vocabulary("id pk uuid guid")
IDENTIFYING = vocabulary("id pk uuid guid slug key username email name number code uid hash handle login")
PAGING = vocabulary("limit skip offset sort page size text order")
CAPABILITY = vocabulary("token secret hash code signature nonce otp uidb64 apikey share invite key")
"""Fields whose values cannot be guessed: who has one may use it."""
