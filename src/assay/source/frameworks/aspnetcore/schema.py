"""Declared request and response models with their fields."""

from __future__ import annotations

from assay.model.endpoint import Attribute, Schema
from assay.source import facts
from assay.source.evaluate.dispatch import bare
from assay.source.evaluate.values import ClassValue, FunctionValue, Made, Value
from assay.source.evaluate.written import last_name
from assay.source.frameworks.aspnetcore.mark import Mark
from assay.source.frameworks.aspnetcore.parameter import SIMPLE, Parameters, members, opened_type, written_type
from assay.source.program import Program

WRAPPERS = frozenset(
    ["Task", "ValueTask", "ActionResult", "Ok", "Created", "CreatedAtRoute", "Accepted", "JsonHttpResult", "Results", "JsonResult",
     "IAsyncEnumerable"]
)  # fmt: skip
EMPTY = frozenset(
    ["void", "Task", "ValueTask", "IActionResult", "ActionResult", "IResult", "NoContent", "NotFound", "BadRequest", "Unauthorized", "Ok",
     "ForbidHttpResult", "UnauthorizedHttpResult", "ProblemHttpResult", "ValidationProblem", "Conflict", "FileResult", "FileContentResult",
     "HttpResponseMessage", "object", "dynamic", ""]
)  # fmt: skip
MOST_FIELDS = 200


class Schemas:
    """Reads declared models; each type once."""

    def __init__(self, program: Program, parameters: Parameters) -> None:
        self.program = program
        self.parameters = parameters
        self.known: dict[int, tuple[Attribute, ...]] = {}

    def request(self, function: FunctionValue, sources: dict[str, str]) -> Schema | None:
        """The model of the body or form; `sources` tells where each parameter binds from."""
        for parameter in function.function.parameters:
            if sources.get(parameter.name) in {"body", "form"} and parameter.annotation is not None:
                found = self.of_type(parameter.annotation, function)
                if found is not None:
                    return found
        return None

    def response(self, function: FunctionValue, marks: list[Mark], calls: list[Made]) -> Schema | None:
        """The model of the answer: stated by an attribute or a call, else the declared return type."""
        for mark in marks:
            if mark.is_a("ProducesResponseType", "Produces", "SwaggerResponse"):
                found = self.stated([*mark.types, *mark.positional, *mark.named.values()])
                if found is not None:
                    return found
        for call in calls:
            if call.name == "Produces" and call.type_arguments:
                found = self.stated(list(call.type_arguments))
                if found is not None:
                    return found
        return self.of_type(function.function.returns, function) if function.function.returns is not None else None

    def stated(self, values: list[Value]) -> Schema | None:
        """The first project type among values, its collection opened."""
        for value in values:
            cls = bare(value)
            inner = getattr(value, "keys", ())
            if cls is None and inner:
                cls = bare(inner[0])
            if cls is not None:
                return Schema(cls.type.name, self.fields(cls))
        return None

    def of_type(self, annotation: facts.Expr, function: FunctionValue) -> Schema | None:
        """The model that a declared type is, wrappers of answers taken off."""
        inner = unwrapped(annotation)
        if inner is None or last_name(inner) in EMPTY:
            return None
        shown = written_type(inner)
        opened = opened_type(inner)
        if opened is None or last_name(opened) in SIMPLE:
            return Schema(shown)
        cls = self.parameters.type_of(inner, function)
        return Schema(shown, self.fields(cls) if cls is not None else ())

    def fields(self, cls: ClassValue) -> tuple[Attribute, ...]:
        """The public properties of a type and its bases, in order."""
        if id(cls.type) not in self.known:
            self.known[id(cls.type)] = ()
            found: dict[str, Attribute] = {}
            for base in reversed(self.program.mro(cls)):
                if isinstance(base, ClassValue) and base.type.kind != "interface":
                    for member in members(base):
                        found[member.name] = field(member)
            self.known[id(cls.type)] = tuple(found.values())[:MOST_FIELDS]
        return self.known[id(cls.type)]


def field(member: facts.Parameter) -> Attribute:
    """One property."""
    names = {last_name(a.value.function if isinstance(a.value, facts.Call) else a.value) for a in member.annotations}
    required: bool | None = None
    if names & {"Required", "RequiredAttribute", "BindRequired", "JsonRequired"}:
        required = True
    elif isinstance(member.annotation, facts.Unary) or member.default is not None:
        required = False
    return Attribute(member.name, written_type(member.annotation), required)


def unwrapped(annotation: facts.Expr) -> facts.Expr | None:
    """`Task<ActionResult<T>>`, `Results<Ok<T>, NotFound>` give T."""
    current: facts.Expr | None = annotation
    for _ in range(6):
        match current:
            case facts.Index(value=value, keys=keys) if last_name(value) in WRAPPERS:
                current = next(
                    (key for key in keys if last_name(key) not in EMPTY or isinstance(key, facts.Index)), None
                )
            case _:
                return current
    return current
