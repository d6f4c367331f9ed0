"""Parameters of handlers and where they bind from.

Source: learn.microsoft.com/aspnet/core/web-api (binding source inference) and /aspnet/core/fundamentals/minimal-apis/parameter-binding.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay.model.endpoint import Parameter
from assay.source import facts
from assay.source.evaluate.dispatch import bare
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import ClassValue, External, FunctionValue, Generic, Value
from assay.source.evaluate.written import last_name
from assay.source.frameworks.aspnetcore.mark import Mark, Marks, text_of
from assay.source.frameworks.aspnetcore.template import parameters as parameters_of
from assay.source.program import Program

SIMPLE = frozenset(
    ["string", "String", "int", "Int32", "long", "Int64", "short", "byte", "uint", "ulong", "bool", "Boolean", "double", "float", "decimal",
     "Guid", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "Uri", "char", "object", "Version", "StringValues", "Int16",
     "Double", "Decimal", "Single", "Byte", "ushort", "sbyte", "Half", "BigInteger"]
)  # fmt: skip
REQUEST = frozenset(
    [
        "HttpContext",
        "HttpRequest",
        "HttpResponse",
        "CancellationToken",
        "ClaimsPrincipal",
        "Stream",
        "PipeReader",
        "IFormCollection",
    ]
)
FILES = frozenset(["IFormFile", "IFormFileCollection"])
SEQUENCES = frozenset(
    [
        "List",
        "IEnumerable",
        "IList",
        "ICollection",
        "IReadOnlyList",
        "IReadOnlyCollection",
        "HashSet",
        "[]",
        "Nullable",
        "ISet",
    ]
)
SOURCES = {
    "FromRoute": "path", "FromQuery": "query", "FromBody": "body", "FromForm": "form", "FromHeader": "header", "FromServices": "service",
    "FromKeyedServices": "service", "FromODataUri": "path", "FromUri": "query",
}  # fmt: skip
BODIES = frozenset(["POST", "PUT", "PATCH", "ANY"])
FORMS = frozenset(["POST"])
"""Methods of pages and their controllers whose values come from the form before they come from the query."""


class Binding(Struct, frozen=True):
    """How an endpoint binds what nobody says a source for."""

    template: str
    method: str
    style: str
    """`api` for `[ApiController]`, `mvc` for other controllers and pages, `minimal`."""


class Parameters:
    """Reads the parameters of handlers."""

    def __init__(self, program: Program, marks: Marks) -> None:
        self.program = program
        self.marks = marks
        self.types: dict[tuple[facts.Expr, str, str], ClassValue | None] = {}

    def of(self, function: FunctionValue, binding: Binding) -> tuple[Parameter, ...]:
        """The bound parameters of a handler, in order; those that the template names first where the handler takes none."""
        in_path = {piece.name.lower() for piece in parameters_of(binding.template)}
        return tuple(
            found
            for parameter in function.function.parameters
            for found in self.one(parameter, function, binding, in_path)
        )

    def one(
        self, parameter: facts.Parameter, function: FunctionValue, binding: Binding, in_path: set[str]
    ) -> Iterator[Parameter]:
        """One parameter; `[AsParameters]` is opened."""
        marks = self.marks.of(parameter.annotations, function.module, function.owner)
        if any(mark.is_a("AsParameters") for mark in marks):
            yield from self.opened(parameter, function, binding, in_path)
            return
        stated = next((mark for mark in marks if mark.name in SOURCES), None)
        name = self.named(stated, parameter.name)
        source = SOURCES[stated.name] if stated is not None else self.inferred(parameter, function, binding, in_path)
        if any(mark.is_a("FromServices", "IFromServiceMetadata") for mark in marks):
            source = "service"
        yield Parameter(name, written_type(parameter.annotation), source, is_required(parameter, marks))

    @staticmethod
    def named(mark: Mark | None, name: str) -> str:
        """The name that the caller uses."""
        if mark is None:
            return name
        return text_of(mark.argument(-1, "Name")) or name

    def inferred(self, parameter: facts.Parameter, function: FunctionValue, binding: Binding, in_path: set[str]) -> str:
        """The source of a parameter that states none."""
        name = simple_name(parameter.annotation)
        if parameter.name.lower() in in_path:
            return "path"
        if name in REQUEST or parameter.annotation is None:
            return "request"
        if name in FILES:
            return "file"
        cls = self.type_of(parameter.annotation, function)
        if name in SIMPLE or (cls is not None and cls.type.kind == "enum"):
            return "form" if binding.style == "mvc" and binding.method in FORMS else "query"
        is_service = is_interface_name(name) or (cls is not None and cls.type.kind == "interface")
        if binding.style == "mvc":
            return "form" if binding.method in BODIES else "query"
        if is_service:
            return "service"
        if binding.style == "api":
            return "body"
        return self.of_object(parameter, function, binding, in_path)

    def of_object(
        self, parameter: facts.Parameter, function: FunctionValue, binding: Binding, in_path: set[str]
    ) -> str:
        """The source of an object that states none, in an endpoint without a controller."""
        if binding.style == "fast":
            return "body" if binding.method in BODIES else "query"
        name, cls = simple_name(parameter.annotation), self.type_of(parameter.annotation, function)
        if binding.method not in BODIES or (cls is not None and self.is_injected(cls)):
            return "service"
        if cls is None and (name.endswith(OUTSIDE_SERVICES) or self.has_body(parameter, function, in_path)):
            return "service"
        return "body"

    def is_injected(self, cls: ClassValue) -> bool:
        """Whether a class is one that a container gives: it is called so, is the context of a database or wants services itself."""
        if cls.type.name.endswith(SERVICE_ENDINGS) or wants_services(cls):
            return True
        return any(
            isinstance(inner := base.value if isinstance(base, Generic) else base, External)
            and inner.name.endswith("DbContext")
            for base in self.program.mro(cls)[1:]
        )

    def has_body(self, parameter: facts.Parameter, function: FunctionValue, in_path: set[str]) -> bool:
        """Whether another parameter is the body: an object of the project that no container gives, or one that says so."""
        for other in function.function.parameters:
            if other is parameter or other.annotation is None or other.name.lower() in in_path:
                continue
            if any(mark.is_a("FromBody") for mark in self.marks.of(other.annotations, function.module, function.owner)):
                return True
            name, cls = simple_name(other.annotation), self.type_of(other.annotation, function)
            is_object = cls is not None and cls.type.kind not in {"enum", "interface"} and not is_interface_name(name)
            if is_object and cls is not None and not self.is_injected(cls):
                return True
        return False

    def opened(
        self, parameter: facts.Parameter, function: FunctionValue, binding: Binding, in_path: set[str]
    ) -> Iterator[Parameter]:
        """The members of an `[AsParameters]` type, each bound on its own."""
        cls = self.type_of(parameter.annotation, function)
        if cls is None:
            yield Parameter(parameter.name, written_type(parameter.annotation), "unknown")
            return
        holder = FunctionValue(function.function, cls.module, function.scope, cls)
        for member in members(cls):
            yield from self.one(member, holder, binding, in_path)

    def type_of(self, annotation: facts.Expr | None, function: FunctionValue) -> ClassValue | None:
        """The project type that a declaration names, collections opened."""
        inner = opened_type(annotation)
        if inner is None:
            return None
        owner = function.owner or function.scope.owner
        key = (inner, function.module.path, owner.name if owner is not None else "")
        if key not in self.types:
            self.types[key] = bare(self.evaluated(inner, Scope(function.module, owner=owner)))
        return self.types[key]

    def evaluated(self, expression: facts.Expr, scope: Scope) -> Value:
        """A type expression evaluated; nothing that it does stays recorded."""
        return self.program.run.csharp.type_value(expression, scope)


def members(cls: ClassValue) -> Iterator[facts.Parameter]:
    """The settable members of a type as parameters: of its primary constructor, then its properties."""
    for part, _ in cls.parts:
        for member in part.body:
            match member:
                case facts.Define(function=function) if "primary" in function.modifiers:
                    yield from function.parameters
                case facts.Assign(target=facts.Name(id=name)) if {"property", "public"} <= set(member.modifiers):
                    yield facts.Parameter(name, member.annotation, member.value, "", member.annotations)


def opened_type(annotation: facts.Expr | None) -> facts.Expr | None:
    """The type inside nullables, arrays and collections."""
    for _ in range(6):
        match annotation:
            case facts.Unary(value=inner):
                annotation = inner
            case facts.Index(value=value, keys=(inner,)) if last_name(value) in SEQUENCES:
                annotation = inner
            case _:
                return annotation
    return annotation


def simple_name(annotation: facts.Expr | None) -> str:
    """The simple name of a declared type, collections opened."""
    inner = opened_type(annotation)
    return last_name(inner) if inner is not None else ""


def is_interface_name(name: str) -> bool:
    """`IOrders`."""
    return len(name) > 1 and name[0] == "I" and name[1].isupper()


SERVICE_ENDINGS = (
    "Service", "Services", "Context", "Repository", "Manager", "Client", "Factory", "Provider", "Handler", "Store", "Options", "Mediator",
    "Logger", "Validator", "Queries",
)  # fmt: skip


def wants_services(cls: ClassValue) -> bool:
    """Whether a constructor of a class takes what only a container gives."""
    for part, _ in cls.parts:
        for member in part.body:
            match member:
                case facts.Define(function=function) if function.name == ".ctor" or "primary" in function.modifiers:
                    taken = [simple_name(parameter.annotation) for parameter in function.parameters]
                    if any(is_interface_name(name) and name not in (*SEQUENCES, *FILES) for name in taken):
                        return True
    return False


OUTSIDE_SERVICES = (
    *SERVICE_ENDINGS, "Connection", "Session", "Bus", "Cache", "Container", "Database", "Collection", "Dispatcher", "Sender", "Clock",
    "Hasher", "Generator", "DataSource", "Channel", "Pool", "DbContext", "Configuration", "Producer", "Publisher", "Accessor", "Mapper",
    "Settings",
)  # fmt: skip
"""Endings of types from outside that a container gives; objects of a project may be called so as well."""


def is_required(parameter: facts.Parameter, marks: tuple[Mark, ...]) -> bool | None:
    """Whether a caller must give it, as far as its declaration says."""
    if any(mark.is_a("Required", "BindRequired") for mark in marks):
        return True
    if isinstance(parameter.annotation, facts.Unary) or parameter.default is not None:
        return False
    return None


def written_type(annotation: facts.Expr | None) -> str:
    """A type as it is written."""
    match annotation:
        case facts.Name(id=name):
            return name
        case facts.Attr(value=value, name=name):
            return f"{written_type(value)}.{name}"
        case facts.Unary(value=inner):
            return f"{written_type(inner)}?"
        case facts.Index(value=facts.Name(id="[]"), keys=(inner,)):
            return f"{written_type(inner)}[]"
        case facts.Index(value=value, keys=keys):
            return f"{written_type(value)}<{', '.join(map(written_type, keys))}>"
    return ""
