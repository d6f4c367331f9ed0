"""What an API says of itself in an OpenAPI document: its operations, and what they take, answer and demand."""

from enum import StrEnum

from msgspec import Struct

from assay.model.place import Place


class Stance(StrEnum):
    """What a contract says of who may call an operation."""

    SECURED = "secured"
    """Each alternative names a scheme."""
    OPTIONAL = "optional"
    """One alternative among others demands nothing."""
    PUBLIC = "public"
    """Stated: `security: []`, or `{}` alone."""
    SILENT = "silent"
    """Nothing is said, neither here nor for the whole document: by the standard it is open, by intent nobody knows."""
    UNKNOWN = "unknown"
    """What is said cannot be read, or names a scheme that the document does not define."""


class Access(Struct, frozen=True):
    """Who may call an operation, by the contract."""

    stance: Stance
    alternatives: tuple[tuple[str, ...], ...] = ()
    """Names of the schemes, each alternative sorted; one of the alternatives is enough."""
    scopes: tuple[str, ...] = ()
    is_inherited: bool = False
    """From the document as a whole."""


class Flow(Struct, frozen=True):
    """A way to get an OAuth token."""

    kind: str
    """implicit, password, clientCredentials, authorizationCode: the words of OpenAPI 3."""
    urls: tuple[str, ...] = ()


class Scheme(Struct, frozen=True):
    """A security scheme that the contract defines."""

    name: str
    kind: str
    """apiKey, http, oauth2, openIdConnect, mutualTLS; basic of version 2.0 is http."""
    place: Place
    scheme: str = ""
    """Of http: bearer, basic, digest, lower case."""
    location: str = ""
    """Of an API key: query, header, cookie."""
    parameter: str = ""
    """Of an API key: its name."""
    flows: tuple[Flow, ...] = ()


class Server(Struct, frozen=True):
    """An address under which the API is said to answer."""

    url: str
    """Its variables replaced by their defaults."""
    place: Place


class Shape(Struct, frozen=True):
    """What a contract says of a value.

    Parts are shared and nesting is cut, so that a circular definition ends; a cut or unreadable part has no type.
    """

    type: str = ""
    """string, number, integer, boolean, array, object; "" when anything goes or nothing is known."""
    format: str = ""
    name: str = ""
    """Of the shared definition that it comes from."""
    enum: tuple[str, ...] = ()
    """Each as JSON text."""
    example: str = ""
    """As JSON text: the example, else the default, else the constant; "" without any."""
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    shortest: int | None = None
    """Characters, or items of an array."""
    longest: int | None = None
    members: tuple["Member", ...] = ()
    """Of an object, by name."""
    items: "Shape | None" = None
    alternatives: tuple["Shape", ...] = ()
    """oneOf or anyOf."""
    is_open: bool | None = None
    """Whether an object takes any member that is not named: None when nothing is said, which by the standard is yes; a map whose
    values have a shape is not open."""
    is_nullable: bool = False
    is_read_only: bool = False
    is_write_only: bool = False
    line: int = 0
    path: str = ""
    """The file that `line` is of."""


class Member(Struct, frozen=True):
    """A named part of an object."""

    name: str
    shape: Shape
    is_required: bool = False


class Input(Struct, frozen=True):
    """A parameter of an operation."""

    name: str
    location: str
    """path, query, header, cookie, or unknown."""
    shape: Shape
    place: Place
    is_required: bool = False
    is_deprecated: bool = False


class Body(Struct, frozen=True):
    """What a request carries: the shape of each media type, in the order of the document."""

    media: tuple[tuple[str, Shape], ...] = ()
    is_required: bool = False


class Answer(Struct, frozen=True):
    """A response that is described."""

    status: str
    """`200`, `4XX`, `default`."""
    media: tuple[tuple[str, Shape], ...] = ()
    headers: tuple[str, ...] = ()


class Operation(Struct, frozen=True):
    """Method and path template of a contract, with what it takes, answers and demands."""

    method: str
    """Upper case."""
    path: str
    """With the path of the first server; parameters as `{name}`."""
    template: str
    """As the document writes it below `paths`."""
    place: Place
    access: Access
    id: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    body: Body | None = None
    answers: tuple[Answer, ...] = ()
    is_deprecated: bool = False
    endpoints: tuple[tuple[str, str], ...] = ()
    """(method, path) of the endpoints of its API that answer it, as the code writes them."""

    @property
    def name(self) -> str:
        """Method and path, as people say it."""
        return f"{self.method} {self.path}"

    @property
    def is_write(self) -> bool:
        """Whether it may change state, by its method (RFC 9110 §9.2.1)."""
        return self.method in {"POST", "PUT", "PATCH", "DELETE"}

    @property
    def statuses(self) -> frozenset[str]:
        """The statuses that it says it answers, upper case."""
        return frozenset(answer.status.upper() for answer in self.answers)


class Fault(Struct, frozen=True, order=True):
    """A part of a contract that is broken, and was read around."""

    place: Place
    message: str
    is_fatal: bool = False
    """Nothing of the document could be used."""


class Contract(Struct, frozen=True):
    """One OpenAPI document, as far as it could be read."""

    place: Place
    title: str = ""
    version: str = ""
    """Of the API."""
    standard: str = ""
    """Version of OpenAPI: `2.0`, `3.0.3`, `3.1.0`."""
    servers: tuple[Server, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    """By name."""
    operations: tuple[Operation, ...] = ()
    """By path, method."""
    faults: tuple[Fault, ...] = ()
    api: str = ""
    """The id of the `Api` that it describes; "" when that is not known."""
    is_named: bool = False
    """Whether its owner named it, rather than that it was found."""

    @property
    def path(self) -> str:
        """The file."""
        return self.place.path


class Difference(StrEnum):
    """How the views of one endpoint differ."""

    SHADOW = "shadow"
    """It answers or stands in the code, and no contract has it."""
    ORPHAN = "orphan"
    """A contract has it, and neither the code nor a live call does."""
    LOOSER = "looser"
    """The contract demands a caller who is known, and the code asks nobody."""
    STRICTER = "stricter"
    """The code asks who calls, and the contract says that it is open, or nothing."""
    LEFTOVER = "leftover"
    """An older version of a path that is there in a newer one."""


class Drift(Struct, frozen=True, order=True):
    """A difference between the views of one endpoint."""

    api: str
    kind: Difference
    method: str
    path: str
    """As the view that has it writes it; the code's where both do."""
    place: Place | None
    """In the view that has it."""
    other: Place | None = None
    """In the view that differs."""
    detail: str = ""
    """What a reader needs besides: the methods that the other view has, the newer path."""
    is_inside: bool = True
    """Whether it stands below what the contract is about, by the start of its paths."""


class Observed(Struct, frozen=True):
    """An endpoint that a live call or traffic saw."""

    api: str
    method: str
    path: str
    """A template, or the path that was asked."""
    is_alive: bool = True
    """Whether something answered that is no fallback page."""
    is_refused: bool | None = None
    """Whether a call without credentials was refused; None when none was made."""
    is_closed: bool = False
    """Whether everybody who asked was refused, so that nothing behind it was seen."""
    unserved: str = ""
    """What came in place of what it is for, as `500`;
    "" where a stranger got that, or was refused."""
