"""A running API as probes know it: where it answers, its routes, and the callers whose credentials the run was given."""

import hmac
from enum import StrEnum
from hashlib import sha256
from typing import ClassVar
from urllib.parse import quote, urlencode, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from assay.model.exchange import Exchange
from assay.model.veiled import Veiled
from assay.model.verdict import Subject


class Stance(StrEnum):
    """What is declared of who may call a route, by its contract or its code."""

    PROTECTED = "protected"
    PUBLIC = "public"
    """Stated on purpose."""
    UNKNOWN = "unknown"
    """Nothing is said, or it cannot be decided."""


class Slot(Struct, frozen=True):
    """A parameter of a route."""

    name: str
    location: str
    """path, query, header, cookie."""
    sample: str = ""
    """A value that fits its declaration; "" when nothing says what fits."""
    is_required: bool = False
    type: str = ""
    """string, integer, number, boolean, array, object, or ""."""
    format: str = ""
    is_stated: bool = False
    """The sample is the owner's own example, not made up: it may name something that exists."""


class Route(Struct, frozen=True):
    """Method and path template of a running API."""

    api: str
    method: str
    """Upper case."""
    path: str
    """The template as the view that knows it best writes it: the identity of its verdicts."""
    template: str
    """The template under the origin, with the base path of the target: what is asked."""
    slots: tuple[Slot, ...] = ()
    stance: Stance = Stance.UNKNOWN
    values: tuple[str, ...] = ()
    """Roles, scopes or policies that it declares."""
    words: tuple[str, ...] = ()
    """What else names it: operation id, summary, tags, handler."""
    views: tuple[str, ...] = ()
    """Who told of it: code, contract, live."""
    fields: tuple[str, ...] = ()
    """Names of the fields that its answer declares, where one is declared."""
    is_deprecated: bool = False
    takes: tuple[Slot, ...] = ()
    """What its JSON body declares at the top; a value of a closed set, of a pattern or of few characters has the
    format `enum`, `pattern` or `short`."""
    media: str = ""
    """Of its body, where one is declared; of several the first that is JSON."""
    is_closed: bool = False
    """Its body is declared to take nothing but what is named."""

    @property
    def name(self) -> str:
        """Method and path, as people say it."""
        return f"{self.method} {self.path}"

    @property
    def subject(self) -> Subject:
        """What verdicts of it are about."""
        return Subject(self.api, "endpoint", self.method, self.path)

    @property
    def parameters(self) -> tuple[Slot, ...]:
        """The parts of its path that vary."""
        return tuple(slot for slot in self.slots if slot.location == "path")

    def filled(self, values: dict[str, str] | None = None, query: dict[str, str] | None = None) -> str:
        """The path to ask: parameters replaced by `values`, else by their samples; required query parameters by samples.

        "" when a parameter has neither: nobody knows what to ask.
        """
        given = values or {}
        path = self.template
        for slot in self.parameters:
            value = given.get(slot.name, slot.sample)
            if not value:
                return ""
            path = path.replace("{" + slot.name + "}", quote(value, safe=""))
        if "{" in path:
            return ""
        asked = {slot.name: slot.sample for slot in self.slots if slot.location == "query" and slot.is_required}
        asked |= query or {}
        return f"{path}?{urlencode(asked)}" if asked else path


class Caller(Veiled, frozen=True):
    """An identity that the run was given, as probes know it."""

    veiled: ClassVar[frozenset[str]] = frozenset({"token", "expired", "login"})

    name: str
    kind: str
    """bearer, header, query, basic, cookie, login, oauth, command."""
    role: str = ""
    """What its owner calls its rank: `admin`, `user`; "" when nothing is said."""
    tenant: str = ""
    marks: tuple[str, ...] = ()
    """Values that are this caller's own, as its id, name or e-mail: a sign of ownership in an answer."""
    token: str = ""
    """The token itself, for probes that look into it or break it; in memory only. "" for kinds without one."""
    expired: str = ""
    """A token of it that is known to be expired, if its owner gave one."""
    login: Exchange | None = None
    """How its login went, where it logs in; in memory only."""
    problem: str = ""
    """Why its credentials cannot be used; "" when the target took them."""
    canary: str = ""
    """The path that proved it: answers with its credentials, and refuses without."""
    is_expendable: bool = False
    """Its owner says that its session may be ended."""

    @property
    def is_usable(self) -> bool:
        """Whether requests in its name make sense."""
        return not self.problem


class Login(Struct, frozen=True):
    """How to log in, where that is known: for probes of the login itself."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: str
    """With `{user}` and `{password}` where they go."""
    user: str = ""
    """One that exists: gets at most one wrong password."""


class Listener(Veiled, frozen=True):
    """Where calls of the target to this machine are received, for the length of a run."""

    veiled: ClassVar[frozenset[str]] = frozenset({"key"})

    url: str
    """`http://127.0.0.1:4444`: how the target reaches it."""
    key: bytes
    """Made for the run: nobody can guess an address that was not told to them."""

    def address(self, of: str) -> str:
        """The address for one purpose; always the same for the same within a run."""
        return f"{self.url}/{hmac.new(self.key, of.encode(), sha256).hexdigest()[:32]}"


class Target(Struct, frozen=True):
    """What is asked."""

    origin: str
    """`https://api.example.com` or `http://127.0.0.1:8000`: scheme, host, and the port unless it is the scheme's own."""
    api: str
    """The id of the API in verdicts: that of the source, or the origin."""
    base: str = ""
    """The path under which the API lives, without a slash at the end; "" is the root."""
    routes: tuple[Route, ...] = ()
    """By path, method."""
    callers: tuple[Caller, ...] = ()
    """In the order in which they were given."""
    login: Login | None = None
    documents: tuple[str, ...] = ()
    """Paths under which a contract was found."""
    mode: str = "safe"
    is_contracted: bool = False
    """Whether a contract says what routes there are."""
    listener: Listener | None = None
    """None where the run was given none."""

    @property
    def scheme(self) -> str:
        """The scheme: https or http."""
        return urlsplit(self.origin).scheme

    @property
    def is_encrypted(self) -> bool:
        """Whether the target is asked over TLS."""
        return self.scheme == "https"

    @property
    def host(self) -> str:
        """Without the port; of an IPv6 address without brackets."""
        return urlsplit(self.origin).hostname or ""

    @property
    def port(self) -> int:
        """The port that is asked."""
        return urlsplit(self.origin).port or (443 if self.is_encrypted else 80)

    @property
    def is_loopback(self) -> bool:
        """Whether it runs on the machine that asks: what stands before it in production cannot be seen."""
        return self.host == "localhost" or self.host.startswith("127.") or self.host == "::1"

    @property
    def subject(self) -> Subject:
        """The API as a whole."""
        return Subject(self.api, "api")

    @property
    def readable(self) -> tuple[Route, ...]:
        """Routes that may be asked in safe mode: GET, and nothing destructive by name."""
        return tuple(route for route in self.routes if route.method == "GET")

    @property
    def usable(self) -> tuple[Caller, ...]:
        """Callers whose credentials the target took."""
        return tuple(caller for caller in self.callers if caller.is_usable)

    def caller(self, name: str) -> Caller | None:
        """A caller by its name."""
        return next((caller for caller in self.callers if caller.name == name), None)

    def route(self, subject: Subject) -> Route | None:
        """The route that a subject is about."""
        return next((route for route in self.routes if route.subject == subject), None)

    def at(self, path: str) -> str:
        """A path below the base of the API."""
        return f"{self.base}/{path.lstrip('/')}"

    def with_callers(self, callers: tuple[Caller, ...]) -> "Target":
        """The same target, its callers as they are known now."""
        return replace(self, callers=callers)
