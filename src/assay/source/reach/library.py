"""The words of data, logging and request libraries, read from `libraries/*.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

from assay.model.reach import Action

ROLES = ("filter", "key", "one", "list", "count", "limit", "create", "update", "delete")
"""What a method of a query does; the first role that claims a name wins where libraries disagree."""
ACTION_OF_ROLE = {
    "key": Action.READ,
    "one": Action.READ,
    "list": Action.LIST,
    "count": Action.READ,
    "create": Action.CREATE,
    "update": Action.UPDATE,
    "delete": Action.DELETE,
}


class Words(Struct, frozen=True):
    """The words of one language's data libraries, put together."""

    of_model: frozenset[str]
    """Calls whose first argument is a stored type: `query(Model)`."""
    on_model: frozenset[str]
    """Members of a stored type that begin a query: `Model.objects`."""
    of_type: frozenset[str]
    """Generic calls that begin a query: `Set<T>()`."""
    of_keeper: frozenset[str]
    """Calls on a session, container or context that begin a query of the type that they name."""
    of_stream: frozenset[str]
    """The same of calls that name only a stream of events."""
    holders: frozenset[str]
    """Types whose first type argument is the stored type: `DbSet<T>`."""
    collections: frozenset[str]
    """Methods of a collection that has only a name: `db.users.find_one(...)`."""
    executors: frozenset[str]
    """Calls that run a statement handed to them."""
    roles: dict[str, str]
    """Method name -> role."""
    writers: dict[str, str]
    """Methods of a session to which an object is handed: name -> create, update, delete."""
    savers: dict[str, str]
    """Methods of the object itself."""
    keepers: tuple[str, ...]
    """Endings of the types to which objects are handed; none where types are not declared."""
    sql: frozenset[str]
    """Calls that run a statement that is text."""
    rows: frozenset[str]
    """Calls on what ran it that give its rows."""
    row: frozenset[str]
    """Those of `sql` and `rows` that give one row."""
    bases: frozenset[str]
    columns: frozenset[str]
    marks: frozenset[str]


class Sources(Struct, frozen=True):
    """Where values come from, by name."""

    request: dict[str, str]
    members: dict[str, str]
    principals: frozenset[str]
    principal_members: frozenset[str]
    principal_calls: frozenset[str]
    principal_types: frozenset[str]
    signers: tuple[str, ...]
    """Beginnings of the dotted names of what signs."""
    unsigning: frozenset[str]
    """Its methods that give what was signed."""
    tenants: frozenset[str]
    tenant_types: frozenset[str]


@cache
def _documents() -> tuple[dict[str, Any], ...]:
    folder = files("assay.source.reach") / "libraries"
    found = sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda each: each.name)
    return tuple(tomllib.loads(each.read_text(encoding="utf-8")) for each in found)


@cache
def words(language: str) -> Words:
    """The words of a language."""
    own = [document for document in _documents() if document["language"] == language]

    def union(section: str, key: str) -> frozenset[str]:
        return frozenset(name for document in own for name in document.get(section, {}).get(key, ()))

    roles: dict[str, str] = {}
    for role in ROLES:
        for name in sorted(union("methods", role)):
            roles.setdefault(name, role)
    return Words(
        of_model=union("entry", "of_model"),
        on_model=union("entry", "on_model"),
        of_type=union("entry", "of_type"),
        of_keeper=union("entry", "of_keeper"),
        of_stream=union("entry", "of_stream"),
        holders=union("entry", "holders"),
        collections=union("entry", "collections"),
        executors=union("entry", "executors"),
        roles=roles,
        writers={name: kind for kind in ("create", "update", "delete") for name in sorted(union("writers", kind))},
        savers={name: kind for kind in ("create", "update", "delete") for name in sorted(union("savers", kind))},
        sql=union("sql", "run"),
        rows=union("sql", "rows"),
        row=union("sql", "row"),
        keepers=tuple(sorted(union("writers", "keepers"))),
        bases=union("model", "bases"),
        columns=union("model", "columns"),
        marks=union("model", "marks"),
    )


class LogWords(Struct, frozen=True):
    """The words of one language's logs."""

    roots: tuple[str, ...]
    """Beginnings of the dotted names of what logs."""
    types: frozenset[str]
    binding: frozenset[str]
    """Methods of a logger that give a logger."""
    mute: frozenset[str]
    """Methods of a logger that write nothing."""
    publishing: frozenset[str]
    """Calls that tell others of an event."""
    levels: dict[str, str]
    """Method name -> debug, info, warning, error."""


@cache
def log_words(language: str) -> LogWords:
    """The words of a language's logs."""
    (own,) = (each for each in _documents() if each["language"] == language and "logging" in each)
    said = own["logging"]
    return LogWords(
        tuple(said["roots"]),
        frozenset(said["types"]),
        frozenset(said["binding"]),
        frozenset(said["mute"]),
        frozenset(said["publishing"]),
        own["levels"],
    )


class ThrottleWords(Struct, frozen=True):
    """The words of what limits tries, and of what is done with passwords, codes, tokens and sessions."""

    marks: frozenset[str]
    """Decorators, attributes, dependencies and middleware whose name says it."""
    exempting: frozenset[str]
    apps: frozenset[str]
    """Django applications."""
    django: frozenset[str]
    """Middleware and backends of Django."""
    everywhere: frozenset[str]
    """Calls that limit a whole application."""
    lockout: frozenset[str]
    lockout_at: dict[str, int]
    """Sign-in calls with the position of the argument that switches lockout on."""
    counted: frozenset[str]
    """Sign-in calls that always count failures."""
    counting: frozenset[str]
    acts: dict[str, tuple[str, ...]]
    """Name of a call -> kinds of `Act`."""


@cache
def throttle_words() -> ThrottleWords:
    """The words of throttles and of acts, which are one for all languages."""
    (own,) = (document for document in _documents() if "throttling" in document)
    said, acts = own["throttling"], own["acts"]
    names = sorted({name for known in acts.values() for name in known})
    return ThrottleWords(
        frozenset(said["marks"]),
        frozenset(said["exempting"]),
        frozenset(said["apps"]),
        frozenset(said["django"]),
        frozenset(said["everywhere"]),
        frozenset(said["lockout"]),
        said["lockout_at"],
        frozenset(said["counted"]),
        frozenset(said["counting"]),
        {name: tuple(kind for kind in sorted(acts) if name in acts[kind]) for name in names},
    )


@cache
def sources() -> Sources:
    """Where values come from."""
    (own,) = (document for document in _documents() if document["language"] == "any")
    principal, tenant = own["principal"], own["tenant"]
    return Sources(
        request=own["request"],
        members=own["members"],
        principals=frozenset(principal["names"]),
        principal_members=frozenset(principal["members"]),
        principal_calls=frozenset(principal["calls"]),
        principal_types=frozenset(principal["types"]),
        signers=tuple(principal["signers"]),
        unsigning=frozenset(principal["unsigning"]),
        tenants=frozenset(tenant["names"]),
        tenant_types=frozenset(tenant["types"]),
    )
