"""What a handler really does: the data that it touches, what ties that to the caller, what it logs, where input flows.

A reach belongs to one endpoint and is made by running its handler abstractly down into services and the data layer. Nothing in it is a
judgement; rules judge. What could not be followed is a `Gap`.
"""

from enum import StrEnum

from msgspec import Struct

from assay.model.place import Place, Step


class Origin(StrEnum):
    """Where a value comes from."""

    PATH = "path"
    QUERY = "query"
    BODY = "body"
    FORM = "form"
    HEADER = "header"
    COOKIE = "cookie"
    FILE = "file"
    REQUEST = "request"
    """The request, it is not known which part."""
    PRINCIPAL = "principal"
    """The current user, session or token, or a member of it."""
    TENANT = "tenant"
    """What the principal belongs to, worked out by the server."""
    LOADED = "loaded"
    """A member of an object that was loaded before; `Key.name` tells which entity."""
    FIXED = "fixed"
    """Constants, the clock, random values, configuration."""
    UNKNOWN = "unknown"


OF_REQUEST = frozenset(
    {
        Origin.PATH,
        Origin.QUERY,
        Origin.BODY,
        Origin.FORM,
        Origin.HEADER,
        Origin.COOKIE,
        Origin.FILE,
        Origin.REQUEST,
    }
)
"""What a caller chooses freely."""


class Action(StrEnum):
    """What is done to data."""

    READ = "read"
    """One object."""
    LIST = "list"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    EXECUTE = "execute"
    """A statement whose kind is not known."""


class Key(Struct, frozen=True):
    """What selects the object: `field == value of an origin`."""

    field: str
    """As written in the query: `id`, `owner_id`; "" for the primary key of a look-up by key."""
    origin: Origin
    name: str = ""
    """The parameter, the member of the principal, or the entity that it was loaded from."""


class Access(Struct, frozen=True):
    """One data access."""

    action: Action
    entity: str
    """The type, table or collection; "" when it is not known."""
    keys: tuple[Key, ...]
    symbol: str
    """`OrderRepository.get: Session.get`, the function that does it and the call; the identity of the place."""
    place: Place
    steps: tuple[Step, ...] = ()
    """From the handler to the place: the calls between."""
    protection: str = ""
    """Why the caller has a right to this object, as `keyed: owner_id == current_user.id`; "" when nothing was seen. Machine
    words before the colon: keyed, compared, authorized, parent, filter, guard."""
    fields: tuple[str, ...] = ()
    """Written ones, where that is known."""
    is_bounded: bool | None = None
    """For lists: whether their number is limited; None when that is not known."""
    is_certain: bool = True
    """False when it was recognised by its name alone."""
    is_request_driven: bool = False
    """Whether some key, or the object itself, comes from the request."""
    compared: tuple[Key, ...] = ()
    """What a test that refuses compares the object with, of what was sent: `organization_id` of the path."""
    given: tuple[Key, ...] = ()
    """Of a new object: what the fields are set to that point at an account, or at what belongs to one."""
    is_left: bool = False
    """Whether the handler leaves it to others, as to a queue: nobody who calls sees what is read there."""
    is_by_role: bool = False
    """Whether nothing but a role of the caller protects it, which says nothing of whose the object is."""


class Decision(Struct, frozen=True):
    """A test or call that decides about the caller inside the handler or what it calls."""

    kind: str
    """ownership, role, authorization (a call that decides), claimed (a right that the request itself states), proof (what was sent is
    checked, and refused with 401 or 403), network (where the request comes from)."""
    text: str
    """As written, short."""
    place: Place
    entity: str = ""
    """Whose object it is about."""
    values: tuple[str, ...] = ()
    """Roles, permissions or policies."""


class Flow(Struct, frozen=True):
    """Request data that reaches a place where it may do harm."""

    kind: str
    """sql, command, path, url, template, deserialization, code, redirect, xml, ldap, nosql, regex, log, response."""
    origin: Origin
    name: str
    """The parameter or field."""
    symbol: str
    place: Place
    steps: tuple[Step, ...] = ()
    is_safe: bool = False
    """Whether it was made harmless on the way: a parameter of the statement, an allow-list, a conversion to a number."""
    how: str = ""
    """One clause: how it gets there, or what makes it harmless."""
    is_certain: bool = True
    """False when it went through calls that are not known, or when the place was recognised by its name alone."""


class Note(Struct, frozen=True):
    """A call that leaves a trace: a log line, an audit record, a published event."""

    kind: str
    """log, audit, event."""
    level: str
    """debug, console (printed, which may be kept), info, warning, error, or "" for audit records."""
    symbol: str
    place: Place
    text: str = ""
    """Its constant words, short."""
    mentions: tuple[str, ...] = ()
    """principal, object, outcome, secret: what it tells."""
    branch: str = ""
    """success, failure, or "" when it is always run."""


class Copy(Struct, frozen=True):
    """Fields of the request that are copied into an object that is stored, without a list of which."""

    entity: str
    way: str
    """`setattr loop`, `Model(**body)`, `bound entity`, `AutoMapper`, `TryUpdateModel`, `fields = "__all__"`, `update(body)`."""
    origin: Origin
    fields: tuple[str, ...]
    """What can be written, where that is known."""
    place: Place
    steps: tuple[Step, ...] = ()
    is_open: bool = False
    """Whether any field of the object can be written."""


class Reference(Struct, frozen=True):
    """A field that points at a stored object, which the request chooses among all of them."""

    field: str
    entity: str
    """What it points at."""
    by: str
    """The serializer or form that takes it."""
    of: str
    """The stored type whose field it is; "" where what was sent is not stored as it is."""
    origin: Origin
    place: Place


class Exposure(Struct, frozen=True):
    """An object of the data layer that goes out in the answer."""

    entity: str
    fields: tuple[str, ...]
    """What goes out, where that is known."""
    way: str
    """`returned as it is`, `response_model`, `to_dict()`, `fields = "__all__"`."""
    place: Place
    steps: tuple[Step, ...] = ()
    is_filtered: bool = False
    """Whether a response model or serializer of named fields stands between."""


class Use(Struct, frozen=True, order=True):
    """A use of tokens, sessions, cookies, random numbers or cryptography."""

    kind: str
    """jwt-sign, jwt-verify, cookie, session, hash, password-hash, random, cipher, tls."""
    problem: str
    """Machine word, "" when it is right: no-verification, none-algorithm, no-expiry, constant-key, weak-key, weak-hash, weak-cipher,
    predictable, no-httponly, no-secure, no-samesite, plain-password, unsalted, no-certificate-check, no-issuer, no-audience,
    long-lifetime."""
    symbol: str
    place: Place
    text: str = ""
    api: str = ""
    is_certain: bool = True
    """False when it rests on names alone."""


class Throttle(Struct, frozen=True):
    """Something that limits how often a caller may try."""

    kind: str
    """rate-limit, lockout, captcha, delay."""
    text: str
    place: Place | None


class Act(Struct, frozen=True):
    """Something that is done with who a caller is."""

    kind: str
    """password-read (it is used in some way), password-verify, secret-verify (a token or key), code-verify, session-start, token-issue,
    password-set, grant."""
    name: str
    """What was called or set."""
    place: Place


class Gap(Struct, frozen=True, order=True):
    """What could not be followed."""

    reason: str
    place: Place | None = None


class Reach(Struct, frozen=True):
    """Everything that a handler reaches; all tuples are in order of execution."""

    accesses: tuple[Access, ...] = ()
    decisions: tuple[Decision, ...] = ()
    flows: tuple[Flow, ...] = ()
    notes: tuple[Note, ...] = ()
    copies: tuple[Copy, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    uses: tuple[Use, ...] = ()
    throttles: tuple[Throttle, ...] = ()
    gaps: tuple[Gap, ...] = ()
    acts: tuple[Act, ...] = ()
    """Without doubles."""
    is_closed: bool = False
    """Whether it refuses every caller."""
    is_credential_used: bool = True
    """False where every guard only asks whether there is a credential, and it is known that nothing looks at it."""
    references: tuple[Reference, ...] = ()
    """Those that nothing asks about, as far as was seen."""
    compared: tuple[str, ...] = ()
    """Names of members that some test compares with what is not fixed, whatever it decides: `ShopId` of `order.ShopId != id`."""
    checked: tuple[str, ...] = ()
    """Names of the parameters of the path to which the handler checks the caller's right, sorted."""
