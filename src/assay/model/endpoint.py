"""An endpoint and the guards before it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from assay.model.place import Place, Step
from assay.model.reach import Reach


class Demand(StrEnum):
    """What a guard asks of a caller before it lets the request pass."""

    NOTHING = "nothing"
    """It may refuse, but not for who the caller is: rate limit, CSRF, validation, a database session."""
    ANONYMOUS = "anonymous"
    """A stated intent that everybody may come in: [AllowAnonymous], AllowAny, an exempt list."""
    AUTHENTICATED = "authenticated"
    ROLE = "role"
    SCOPE = "scope"
    POLICY = "policy"
    OBJECT = "object"
    """The right to the very object is checked."""
    CUSTOM = "custom"
    """It refuses with 401 or 403 (or a redirect to a login) on a condition of its own, such as a key or an address."""
    UNKNOWN = "unknown"
    """It could not be followed to its end."""


class Authorization(StrEnum):
    """The authorization class of an endpoint, weakest first; `unknown` stands apart."""

    PUBLIC = "public"
    AUTHENTICATED = "authenticated"
    ROLE = "role"
    POLICY = "policy"
    OBJECT = "object"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """Where a guard was declared, nearest first."""

    ENDPOINT = "endpoint"
    TYPE = "type"
    BASE = "base"
    GROUP = "group"
    APPLICATION = "application"


CLASS_OF_DEMAND = {
    Demand.AUTHENTICATED: Authorization.AUTHENTICATED,
    Demand.ROLE: Authorization.ROLE,
    Demand.SCOPE: Authorization.ROLE,
    Demand.POLICY: Authorization.POLICY,
    Demand.CUSTOM: Authorization.POLICY,
    Demand.OBJECT: Authorization.OBJECT,
}
STRENGTH = {kind: rank for rank, kind in enumerate(Authorization)} | {Authorization.UNKNOWN: -1}


SCOPE_NAME = re.compile(r"^[\w-]+[:.][\w:.*-]+$")


UP_TO_SETTING = "whether it demands anything depends on the configuration"
"""The reason of a guard that demands something only where a deployment sets it so."""


class Guard(Struct, frozen=True):
    """Whatever may refuse a request before the handler."""

    name: str
    """As its author wrote it, short: `[Authorize(Roles = "Admin")]`, `Depends(get_current_user)`, `@login_required`."""
    kind: str
    """attribute, decorator, dependency, middleware, filter, policy, permission, convention, hook, inline."""
    demand: Demand
    level: Level
    place: Place | None
    values: tuple[str, ...] = ()
    """Roles, scopes or policy names that it demands."""
    is_effective: bool = True
    """False when it stands there but never decides; `defeat` says why."""
    defeat: str = ""
    """Machine word and sentence, as `order: the decorator stands above the route and never runs`; words: order, unawaited,
    commented-out, shadowed, overridden, unregistered, unread."""
    steps: tuple[Step, ...] = ()
    """What was followed to learn what it demands."""
    reason: str = ""
    """Why its demand is unknown."""

    @property
    def is_up_to_setting(self) -> bool:
        """Whether all that is unknown of it is how a deployment sets it."""
        return self.demand is Demand.UNKNOWN and self.reason == UP_TO_SETTING

    @property
    def is_scope_by_name(self) -> bool:
        """Whether it demands a scope such as `orders:read` or `users.write`, which many callers hold for all objects alike."""
        return self.demand is Demand.SCOPE and any(SCOPE_NAME.match(value) for value in self.values)


class Attribute(Struct, frozen=True):
    """A declared field of a request or response model."""

    name: str
    type: str
    is_required: bool | None = None


class Schema(Struct, frozen=True):
    """A declared request or response model: its type name and, where the project declares it, its fields in order."""

    name: str
    fields: tuple[Attribute, ...] = ()
    models: tuple[Schema, ...] = ()
    """The models of the project that its fields hold, a few levels deep."""


class Parameter(Struct, frozen=True):
    """A parameter of the handler that the framework binds."""

    name: str
    type: str
    source: str
    """path, query, body, form, header, cookie, file, service, request or unknown."""
    is_required: bool | None = None


class Endpoint(Struct, frozen=True):
    """Method and path template, with what guards it.

    Two endpoints of one API may share method and path (then the first registered answers); equal paths of two APIs are two.
    """

    api: str
    """The id of its `Api`."""
    method: str
    """Upper case; `ANY` when every method reaches the handler; `WS` for a websocket."""
    path: str
    """With a leading slash; parameters as `{name}`; a catch-all as `{name}` too; constraints are dropped."""
    handler: str
    """Qualified name of the function or method; `(lambda)` in a scope otherwise: `Program.(lambda)`."""
    place: Place
    """The handler's declaration, or the registration when there is none in the source."""
    framework: str
    authorization: Authorization
    guards: tuple[Guard, ...] = ()
    """In the order in which they run, outermost first; ineffective ones included."""
    parameters: tuple[Parameter, ...] = ()
    request: Schema | None = None
    response: Schema | None = None
    route_place: Place | None = None
    """Where the route was declared, when that is elsewhere."""
    steps: tuple[Step, ...] = ()
    """How the path came together: application, group or router, mount, handler."""
    environment: str = ""
    """Set when it is registered only in one environment: `development`."""
    views: tuple[str, ...] = ("code",)
    reasons: tuple[str, ...] = ()
    """Why the authorization is `unknown`, or a remark that a reader needs."""
    reach: Reach | None = None
    """What its handler reaches; None when nobody looked."""

    @property
    def auth(self) -> bool | None:
        """Whether a caller must be known: None when that could not be decided."""
        if self.authorization is Authorization.UNKNOWN:
            return None
        return self.authorization is not Authorization.PUBLIC

    @property
    def name(self) -> str:
        """Method and path, as people say it."""
        return f"{self.method} {self.path}"

    @property
    def is_write(self) -> bool:
        """Whether it may change state, by its method (RFC 9110 §9.2.1: safe methods do not)."""
        return self.method in {"POST", "PUT", "PATCH", "DELETE", "ANY"}

    @property
    def effective_guards(self) -> tuple[Guard, ...]:
        """The guards that decide."""
        return tuple(guard for guard in self.guards if guard.is_effective)

    @property
    def is_stated_public(self) -> bool:
        """Whether its author said that everybody may come in."""
        return any(guard.demand is Demand.ANONYMOUS for guard in self.effective_guards)


def authorization_of(guards: Iterable[Guard]) -> Authorization:
    """The class that the effective guards give together.

    The strongest demand wins. A stated anonymous intent gives `public` only if no effective guard demands more: a framework
    whose anonymous marker overrides other guards marks those as not effective. A guard that could not be followed
    gives `unknown` unless another one demands something: unknown is never public and never protected.
    """
    demands = [guard.demand for guard in guards if guard.is_effective]
    known = [CLASS_OF_DEMAND[demand] for demand in demands if demand in CLASS_OF_DEMAND]
    if known:
        return max(known, key=STRENGTH.__getitem__)
    if Demand.UNKNOWN in demands:
        return Authorization.UNKNOWN
    return Authorization.PUBLIC
