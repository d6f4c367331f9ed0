"""How a handler is run: its object made as the container makes it, its parameters saying where they come from.

Source: learn.microsoft.com/aspnet/core/mvc/models/model-binding and /aspnet/core/fundamentals/minimal-apis/parameter-binding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from msgspec import Struct

from assay.model.reach import Origin
from assay.source import facts
from assay.source.evaluate.dispatch import bare, made_of
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import ClassValue, FunctionValue, Given, Instance, Value
from assay.source.frameworks.aspnetcore.answering import sent
from assay.source.frameworks.aspnetcore.mark import Marks
from assay.source.frameworks.aspnetcore.parameter import Binding, Parameters, members, simple_name
from assay.source.frameworks.aspnetcore.template import parameters as parameters_of
from assay.source.handled import Performance
from assay.source.program import Program

ORIGINS = {"path": "path", "query": "query", "body": "body", "form": "form", "header": "header", "file": "file"}
BEFORE = ("OnActionExecuting", "OnActionExecutionAsync", "OnPageHandlerExecuting")
"""Methods that a controller or page may override to run before its handlers."""
NOT_SENT = frozenset(["CancellationToken", "HttpResponse"])
PRINCIPALS = frozenset(["ClaimsPrincipal", "IPrincipal", "IIdentity"])


class Filtering(Struct, frozen=True):
    """The filters around one handler."""

    key: tuple[int, ...]
    """What tells them apart from others."""
    run: Callable[[Sequence[Value]], None]
    """Runs them with the arguments of the handler."""


class Performing:
    """Makes the handlers of one program ready to be run."""

    def __init__(self, program: Program, marks: Marks, parameters: Parameters) -> None:
        self.program = program
        self.marks = marks
        self.parameters = parameters

    def of(
        self, function: FunctionValue, cls: ClassValue | None, binding: Binding, filters: Filtering | None = None
    ) -> Performance:
        """A handler: an action of a controller, a handler of a page or endpoint class (`cls`), a lambda or method that was mapped,
        around which filters stand.
        """
        sources = tuple(self.source(parameter, function, binding) for parameter in function.function.parameters)
        in_path = frozenset(piece.name.lower() for piece in parameters_of(binding.template))
        own = id(cls.type) if cls is not None else id(function.scope)
        share = (id(function.function), own, sources, in_path, filters.key if filters is not None else ())
        return Performance(partial(self.perform, function, cls, binding, None, filters), share)

    def of_hub(self, cls: ClassValue, methods: tuple[FunctionValue, ...]) -> Performance:
        """A hub: a caller may invoke every public method of it."""
        return Performance(partial(self.all, cls, methods), ("hub", id(cls.type)))

    # --- running

    def perform(
        self,
        function: FunctionValue,
        cls: ClassValue | None,
        binding: Binding,
        given: Mapping[str, Value] | None = None,
        filters: Filtering | None = None,
    ) -> Value:
        """Run one handler, behind its filters; with these values for its parameters, where they are known."""
        owner = cls if cls is not None else function.owner
        this = function.receiver
        if this is None and owner is not None and "static" not in function.function.modifiers:
            this = self.object(owner, binding)
        if this is not None:
            self.before(this, owner)
            function = bound(function, this)
        named = dict(given or {})
        for parameter in function.function.parameters:
            if parameter.name not in named:
                named[parameter.name] = self.argument(parameter, function, binding)
        run = self.program.run
        if filters is not None:
            filters.run(tuple(named[parameter.name] for parameter in function.function.parameters))
            run.begun = run.next_index()
        made, assigned = len(run.made), len(run.assigned)
        found = run.call(function, (), named, place=function.place)
        if run.exits is not None:
            run.exits += sent(run, made, assigned, this)
        return found

    def all(self, cls: ClassValue, methods: tuple[FunctionValue, ...]) -> Value:
        """Run the methods of a hub, one after the other."""
        binding = Binding("", "POST", "api")
        this = self.object(cls, binding)
        found: Value = this
        for method in methods:
            named: dict[str, Value] = {
                parameter.name: Given(parameter.name, type=self.declared(parameter, method), origin=Origin.BODY)
                for parameter in method.function.parameters
            }
            found = self.program.run.call(bound(method, this), (), named, place=method.place)
        return found

    def object(self, cls: ClassValue, binding: Binding) -> Value:
        """The object of a handler, its own for each request, with the properties that are bound."""
        made = made_of(self.program.run, cls)
        if not isinstance(made, Instance):
            return made
        own = Instance(
            made.positional, made.named, made.place, made.index, made.conditions, made.stack, dict(made.attributes), cls
        )
        for base in self.program.mro(cls):
            for part, module in base.parts if isinstance(base, ClassValue) else ():
                is_whole = any(mark.is_a("BindProperties") for mark in self.marks.of(part.annotations, module, base))  # type: ignore[arg-type]
                own.attributes.update(self.properties(base, part, binding, is_whole=is_whole))  # type: ignore[arg-type]
        return own

    def properties(
        self, cls: ClassValue, part: facts.Type, binding: Binding, *, is_whole: bool
    ) -> Iterable[tuple[str, Value]]:
        """The properties of a page or controller that are bound: `[BindProperty] public Input Input { get; set; }`."""
        in_path = {piece.name.lower() for piece in parameters_of(binding.template)}
        for member in part.body:
            if not isinstance(member, facts.Assign) or not isinstance(member.target, facts.Name):
                continue
            marks = self.marks.of(member.annotations, cls.module, cls)
            name = member.target.id
            if (is_whole and "public" in member.modifiers) or any(mark.is_a("BindProperty") for mark in marks):
                origin = (
                    Origin.PATH if name.lower() in in_path else Origin.QUERY if binding.method == "GET" else Origin.FORM
                )
                yield name, Given(name, type=self.evaluated(member.annotation, cls), origin=origin)

    def before(self, this: Value, owner: ClassValue | None) -> None:
        """Run what the handler's own object does before each of its handlers."""
        run = self.program.run
        for name in BEFORE if owner is not None else ():
            found = self.program.class_attribute(owner, name) if owner is not None else None
            if found is not None and isinstance(found[0], FunctionValue):
                run.call(bound(found[0], this), place=found[0].place)

    # --- arguments

    def source(self, parameter: facts.Parameter, function: FunctionValue, binding: Binding) -> str:
        """Where one parameter binds from, in the words of `Parameter.source`; `opened` for one whose members bind each on its own."""
        in_path = {piece.name.lower() for piece in parameters_of(binding.template)}
        found = [each.source for each in self.parameters.one(parameter, function, binding, in_path)]
        is_opened = len(found) != 1 or self.is_opened(parameter, function)
        return "opened" if is_opened else found[0]

    def is_opened(self, parameter: facts.Parameter, function: FunctionValue) -> bool:
        """Whether it is an `[AsParameters]`."""
        marks = self.marks.of(parameter.annotations, function.module, function.owner)
        return any(mark.is_a("AsParameters") for mark in marks)

    def argument(self, parameter: facts.Parameter, function: FunctionValue, binding: Binding) -> Value:
        """What one parameter is given."""
        source = self.source(parameter, function, binding)
        declared = self.declared(parameter, function)
        name = simple_name(parameter.annotation)
        if name in PRINCIPALS:
            return Given(parameter.name, type=declared, origin=Origin.PRINCIPAL)
        if source == "request":
            return Given(parameter.name, type=declared, origin="" if name in NOT_SENT else Origin.REQUEST)
        given = Given(parameter.name, type=declared, origin=ORIGINS.get(source, ""))
        cls = bare(declared)
        if cls is not None and source != "service" and cls.type.kind != "enum":
            given.attributes.update(self.members(cls, source, binding))
        return given

    def members(self, cls: ClassValue, source: str, binding: Binding) -> dict[str, Value]:
        """The members of an object that come from elsewhere than the object itself: from the path, from the container."""
        in_path = {piece.name.lower() for piece in parameters_of(binding.template)}
        holder = FunctionValue(facts.Function(cls.name, (), (), 0, 0), cls.module, Scope(cls.module, owner=cls), cls)
        found: dict[str, Value] = {}
        for member in members(cls):
            bound_from = [each.source for each in self.parameters.one(member, holder, binding, in_path)]
            is_stated = bool(self.marks.of(member.annotations, cls.module, cls)) and binding.style != "api"
            is_opened = source == "opened"
            is_in_path = binding.style in {"fast", "mvc"} and member.name.lower() in in_path
            if len(bound_from) != 1 or not (
                is_opened or is_in_path or is_stated or bound_from[0] in {"header", "path"}
            ):
                continue
            if is_opened or (bound_from[0] in {"path", "header", "service"} and (is_in_path or is_stated)):
                origin = ORIGINS.get(bound_from[0], "")
                found[member.name] = Given(member.name, type=self.declared(member, holder), origin=origin)
        return found

    def declared(self, parameter: facts.Parameter, function: FunctionValue) -> Value | None:
        """The declared type of a parameter, nullables opened."""
        return self.evaluated(parameter.annotation, function.owner, function.scope)

    def evaluated(
        self, annotation: facts.Expr | None, cls: ClassValue | None, scope: Scope | None = None
    ) -> Value | None:
        """A type, nullables opened."""
        while isinstance(annotation, facts.Unary):
            annotation = annotation.value
        if annotation is None or (scope is None and cls is None):
            return None
        if scope is None:
            assert cls is not None
            scope = Scope(cls.module, owner=cls)
        return self.program.run.csharp.type_value(annotation, scope)


def bound(function: FunctionValue, this: Value) -> FunctionValue:
    """A method of an object."""
    return FunctionValue(function.function, function.module, function.scope, function.owner, this, function.attributes)
