"""Where values come from: which part of the request, the principal, a loaded object, or the server itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from assay.model.reach import Action, Key, Origin
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    Either,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Operation,
    Parent,
    Table,
    Template,
    Unknown,
    Value,
    options,
)
from assay.source.mentions import dotted
from assay.source.reach.library import sources
from assay.source.reach.query import Queries
from assay.source.reach.selection import Query
from assay.source.vocabulary import Topic, parts_of, topic_of

DEPTH = 24
PARTS = 60
"""Sources of one value that are kept."""
CLIENTS = frozenset({"requests", "httpx", "aiohttp"})
"""Libraries that ask other services."""


class Source(Struct, frozen=True):
    """One thing that a value comes from."""

    origin: Origin
    name: str = ""


FIXED = Source(Origin.FIXED)
OPEN = Source(Origin.UNKNOWN)


class Origins:
    """Works out sources; what was worked out is kept by the identity of the value, for as long as one trace is read."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries
        self.words = sources()
        self.known: dict[int, tuple[Value, tuple[Source, ...]]] = {}

    def of(self, value: Value | None, depth: int = 0) -> tuple[Source, ...]:
        """Everything that a value comes from, in order; constants and configuration give nothing."""
        if value is None:
            return ()
        held = self.known.get(id(value))
        if held is not None:
            return held[1]
        if depth > DEPTH:
            return (OPEN,)
        self.known[id(value)] = (value, ())  # cuts circles
        found = tuple(dict.fromkeys(self._of(value, depth)))[:PARTS]
        self.known[id(value)] = (value, found)
        return found

    def is_principal(self, value: Value) -> bool:
        """Whether a value is the principal or a member of it."""
        return any(source.origin in {Origin.PRINCIPAL, Origin.TENANT} for source in self.of(value))

    # --- kinds of values

    def _of(self, value: Value, depth: int) -> list[Source]:  # noqa: C901, PLR0911, PLR0912  # one case a kind of value
        stand_in = self.queries.stored.program.stand_in(value)
        if stand_in is not None:
            held = list(value.attributes.values()) if isinstance(value, Instance) else []
            return [Source(Origin(stand_in.origin), stand_in.name), *self.all(held[:PARTS], depth)]
        match value:
            case Const():
                return []
            case Given():
                return self.given(value, depth)
            case External(name=name):
                return self.outside(name)
            case Member(value=owner, name=name):
                return self.member(value, owner, name, depth)
            case Generic(value=owner, keys=keys):
                return self.subscript(owner, keys, depth)
            case Made():
                return self.made(value, depth)
            case Template(pieces=pieces):
                return self.all([piece for piece in pieces if not isinstance(piece, str)], depth)
            case Operation(operands=operands):
                return self.all(operands, depth)
            case Either(options=each):
                return self.all(each, depth)
            case Items(items=held):
                return self.all(held[:PARTS], depth)
            case Table(entries=entries):
                return self.all([item for _, item in list(entries.values())[:PARTS]], depth)
            case Instance(cls=cls, attributes=attributes, positional=positional, named=named):
                if self.is_named_principal(cls):
                    return [Source(Origin.PRINCIPAL, cls.name)]
                return self.all([*positional, *named.values(), *list(attributes.values())[:PARTS]], depth)
            case Decorated(result=inner):
                return self.all([inner], depth)
            case Parent(receiver=receiver):
                return self.all([receiver], depth)
            case FunctionValue() | ClassValue():
                return []
            case Unknown():
                return [OPEN]
        return []

    def all(self, values: object, depth: int) -> list[Source]:
        """The sources of several values."""
        return [source for value in values for source in self.of(value, depth + 1)]  # type: ignore[attr-defined]

    def given(self, value: Given, depth: int) -> list[Source]:
        """A parameter."""
        if value.origin in {"item", "item-field"}:
            return []
        if value.origin:
            return [Source(Origin(value.origin), value.name)]
        if self.is_named_principal(value.type):
            return [Source(Origin.PRINCIPAL, value.name)]
        if self.type_name(value.type) in self.words.tenant_types:
            return [Source(Origin.TENANT, value.name)]
        if value.call is not None and value.call.receiver is not None:
            return self.item_of(value.call, depth)
        return [] if value.type is not None else [OPEN]

    def item_of(self, call: Made, depth: int) -> list[Source]:
        """What a callback or loop is given of a collection."""
        query = self.queries.behind(call) or (self.queries.behind(call.receiver) if call.receiver is not None else None)
        return [self.loaded(query)] if query is not None else self.all([call.receiver, *call.positional], depth)

    def outside(self, name: str) -> list[Source]:
        """A name from outside the project."""
        return list(from_outside(name))

    def member(self, value: Member, owner: Value, name: str, depth: int) -> list[Source]:
        """`owner.name`."""
        path = dotted(value) if not is_sent(owner) else ""
        if path and (found := self.outside(path)):
            return found
        inner = next(options(owner), owner)
        if isinstance(inner, Given) and inner.origin == Origin.REQUEST:
            return self.of_request(name)
        held = inner.value if isinstance(inner, Member) and inner.name == "state" else inner  # `request.state.user`
        if isinstance(held, Given | Member) and self.is_request(held):
            return self.of_request(name)
        if name.lower() in self.words.tenants and any(s.origin is Origin.PRINCIPAL for s in self.of(owner, depth + 1)):
            return [Source(Origin.TENANT, name)]
        found = []
        for source in self.of(owner, depth + 1):
            match source.origin:
                case Origin.PRINCIPAL:
                    found.append(Source(Origin.PRINCIPAL, f"{source.name.partition('.')[0]}.{name}"))
                case Origin.LOADED | Origin.TENANT | Origin.UNKNOWN | Origin.FIXED:
                    found.append(source)
                case Origin.PATH if self.queries.linq is None:
                    found.append(source)  # an object that a converter made of the path: `org.id` of `<org:org>`
                case _:
                    found.append(Source(source.origin, name if isinstance(inner, Given) else source.name))
        return found

    def is_request(self, value: Value) -> bool:
        """Whether a value is the request object itself: `self.request`, `HttpContext.Request`."""
        match value:
            case Given(origin="request"):
                return True
            case Given(type=External(name=name)):
                return name.rpartition(".")[2] in {
                    "Request",
                    "HttpRequest",
                    "HttpContext",
                    "WebSocket",
                    "HTTPConnection",
                }
            case Member(value=inner, name="request" | "Request" | "HttpContext"):
                return isinstance(inner, Given | Instance) or self.is_request(inner)
        return False

    def of_request(self, name: str) -> list[Source]:
        """A member of the request."""
        if name in self.words.principal_members:
            return [Source(Origin.PRINCIPAL, name)]
        if name.lower() in self.words.tenants:
            return [Source(Origin.TENANT, name)]
        origin = self.words.members.get(name)
        if origin is not None:
            return [Source(Origin(origin), name)]
        # What a request does not have by itself was put there by the server: middleware, permissions, decorators.
        put = self.queries.stored.program.stand_ins.get(("request", name))
        if put is not None:
            return [Source(Origin(put.origin), put.name)]
        if self.words.tenants & set(parts_of(name)):
            return [Source(Origin.TENANT, name)]
        if topic_of(name) in {Topic.PRINCIPAL, Topic.CREDENTIAL} or ACCOUNTS & set(parts_of(name)):
            return [Source(Origin.PRINCIPAL, name)]
        return [Source(Origin.REQUEST, name)]

    def subscript(self, owner: Value, keys: tuple[Value, ...], depth: int) -> list[Source]:
        """`owner[keys]`: what was looked up in the request carries the key's name."""
        key = keys[0].value if keys and isinstance(keys[0], Const) else None
        found = []
        for source in self.of(owner, depth + 1):
            is_plain = source.origin in {Origin.LOADED, Origin.UNKNOWN, Origin.PRINCIPAL, Origin.TENANT}
            if isinstance(key, str) and key != "*" and not is_plain:
                found.append(Source(source.origin, key))
            else:
                found.append(source)
        return found

    def made(self, made: Made, depth: int) -> list[Source]:  # one case a kind of call
        """The result of an outside call."""
        path = dotted(made.callee)
        name = made.name
        if path in self.words.principal_calls or name in self.words.principal_calls:
            return [Source(Origin.PRINCIPAL, name)]
        if name in self.words.unsigning and path.startswith(self.words.signers):
            return [Source(Origin.PRINCIPAL, "what the server signed")]
        if path.partition(".")[0] in CLIENTS:
            return [OPEN]  # what another service answers the caller does not choose
        first = made.positional[0] if made.positional else None
        receiver = made.receiver
        if receiver is not None and isinstance(first, Const) and isinstance(first.value, str) and name not in OF_TEXT:
            looked_up = self.all([receiver], depth)
            if looked_up and all(source.origin not in {Origin.LOADED, Origin.UNKNOWN} for source in looked_up):
                is_own = all(source.origin in {Origin.PRINCIPAL, Origin.TENANT} for source in looked_up)
                return [source if is_own else Source(source.origin, first.value) for source in looked_up]
        query = self.queries.of(made)
        if query is not None:
            return [self.loaded(query)]
        behind = self.queries.behind(made)
        if behind is not None:
            return [self.loaded(behind)]
        if path and (found := self.outside(path)):
            named = isinstance(first, Const) and isinstance(first.value, str)
            return [Source(s.origin, str(first.value)) for s in found] if named and isinstance(first, Const) else found
        parts = [
            *([receiver] if receiver is not None else []),
            *made.positional,
            *made.named.values(),
            *made.attributes.values(),
        ]
        return self.all(parts, depth)

    def loaded(self, query: Query) -> Source:
        """An object of a query: the account that is selected by the principal is the principal, and so is what a credential of the request
        selects; what the principal selects that is named so is its tenant.
        """
        if query.cls is not None or query.entity:
            keyed = [source for test in query.tests for source in self.of(test.value)]
            parts = {part.removesuffix("s") for part in parts_of(query.entity)} | {
                singular(part) for part in parts_of(query.entity)
            }
            of_principal = any(source.origin is Origin.PRINCIPAL for source in keyed)
            asked = [source for source in keyed if source.origin.value in REQUEST_WORDS]
            if asked and all(is_credential(source) for source in asked):
                return Source(Origin.PRINCIPAL, query.entity)
            if of_principal and not asked and parts & ACCOUNTS:
                return Source(Origin.PRINCIPAL, query.entity)
            if of_principal and not asked and parts & self.words.tenants and query.action is Action.READ:
                return Source(Origin.TENANT, query.entity)
        return Source(Origin.LOADED, query.entity)

    # --- types

    def type_name(self, type_: Value | None) -> str:
        """The simple name of a declared type."""
        while isinstance(type_, Generic):
            type_ = type_.value
        match type_:
            case External(name=name):
                return name.rpartition(".")[2]
            case ClassValue():
                return type_.type.name
        return ""

    def is_named_principal(self, type_: Value | None) -> bool:
        """Whether a declared type says that it is the current user."""
        name = self.type_name(type_)
        if not name:
            return False
        if name in self.words.principal_types:
            return True
        parts = parts_of(name)
        return "current" in parts and bool({"user", "principal", "account", "identity"} & set(parts))


REQUEST_WORDS = frozenset({"path", "query", "body", "form", "header", "cookie", "file", "request"})
OF_TEXT = frozenset(
    """
    Split Replace Trim TrimStart TrimEnd StartsWith EndsWith Contains Equals Join Concat IndexOf PadLeft Format ToString Append
    split rsplit replace strip lstrip rstrip startswith endswith join format encode decode partition removeprefix removesuffix
    """.split()
)
"""Methods of texts: their first argument names no part of what they are called on."""
ACCOUNTS = frozenset({"user", "account", "member", "person", "profile"})


def as_keys(sources: Iterable[Source]) -> tuple[Key, ...]:
    """Request data as keys of no field, sorted."""
    return tuple(Key("", each.origin, each.name) for each in sorted(sources, key=lambda each: (each.origin, each.name)))


def is_credential(source: Source) -> bool:
    """Whether request data is a credential: a token in a header, the key of a session in a cookie, an API key wherever it stands.
    A cookie that only names somebody is none: callers write what they like into it.
    """
    if source.origin is Origin.COOKIE:
        return topic_of(source.name) is Topic.CREDENTIAL
    if source.origin is Origin.HEADER:
        return topic_of(source.name) in {Topic.CREDENTIAL, Topic.PRINCIPAL}
    return source.origin in {Origin.QUERY, Origin.BODY, Origin.FORM} and bool(KEYS & {"".join(parts_of(source.name))})


KEYS = frozenset({"apikey", "apitoken", "accesstoken", "authtoken", "sessiontoken", "xapikey", "bearertoken"})
"""Names of request data that is nothing but a credential."""


def is_sent(value: Value) -> bool:
    """Whether a value is what was sent, or a part of that: its `User` is somebody whom the request names, and not who is calling."""
    while isinstance(value, Member):
        value = value.value
    return isinstance(value, Given) and value.origin in SENT


SENT = frozenset({"path", "query", "body", "form", "header", "cookie", "file", "item", "item-field"})


def singular(word: str) -> str:
    """`companies` is `company`."""
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")


@cache
def from_outside(name: str) -> tuple[Source, ...]:
    """What a name from outside the project stands for."""
    words = sources()
    for known in words.principals:
        if name == known or name.startswith(known + "."):
            return (Source(Origin.PRINCIPAL, name.rpartition(".")[2] if name != known else known.rpartition(".")[2]),)
    for known, origin in words.request.items():
        if name == known or name.startswith(known + "."):
            return (Source(Origin(origin), name[len(known) + 1 :] or name.rpartition(".")[2]),)
    return ()
