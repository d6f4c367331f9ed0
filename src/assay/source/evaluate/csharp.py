"""C#'s names: members of `this`, types by namespace, extension methods, creation, callbacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import (
    attributes,
    calls,
    container,
    creation,
    dispatch,
    extension,
    generic,
    matching,
    memory,
    messages,
    reflection,
    requested,
)
from assay.source.evaluate.expressions import arguments
from assay.source.evaluate.fields import is_filled_in, is_never_set
from assay.source.evaluate.preprocessor import Symbols
from assay.source.evaluate.scope import Module, Scope
from assay.source.evaluate.specified import specified
from assay.source.evaluate.types import Types
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Deferred,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Overloads,
    Parent,
    Unknown,
    Value,
)
from assay.source.evaluate.written import last_name

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator

CALLBACK_PARAMETERS = 6
"""Lambdas with more parameters are not run as callbacks."""
ANSWERING = frozenset(["MapGet", "MapPost", "MapPut", "MapDelete", "MapPatch", "MapMethods", "MapFallback"])
"""Calls whose lambdas answer requests later on: they register nothing and are run when someone observes them."""

NAMING = frozenset(
    ["Include", "ThenInclude", "OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending", "GroupBy", "DistinctBy"]
)
"""Calls whose lambdas only name a member."""

INHERITED = frozenset(["User", "Request", "Response", "HttpContext", "Session", "Context"])
"""Members that controllers, pages, endpoint classes and hubs inherit and that a project may have types of the same name for."""

TYPE_STEPS = 1_000
"""Expressions that one type may be made of."""


class CSharp:
    """Looks names up as C# does, as far as that needs no types of expressions."""

    def __init__(self, run: Evaluator) -> None:
        self.run = run
        self.types = Types(run)
        self.symbols = Symbols(run.project)
        self.element: Callable[[Value], ClassValue | None] | None = None
        """What a tracer knows of the class of the items of a sequence."""
        self.recognises: Callable[[Made], bool] | None = None
        """Whether a tracer knows a call to touch data."""
        self.is_type = False
        """Whether what is evaluated stands where only types can."""
        self.finding: dispatch.Finding | None = None
        """The loop over types found by reflection that is being run."""
        self.container = container.Container(run)
        self.messages = messages.Messages(run)
        self.aspects: dict[str, tuple[tuple[ClassValue, bool], ...]] = {}
        """What `aspects.classes` found, by the name of the attribute."""
        self.located: dict[object, Given] = {}
        """What `container.located` gave."""
        self.overloads: dict[tuple[int, str], FunctionValue | Overloads] = {}
        self.objects: dict[object, Value] = {}
        """What `dispatch.made_of` made."""
        self.implementing: dict[int, tuple[ClassValue, ...]] = {}
        """What `dispatch.implementers` found, by the id of the type's facts."""

    # --- names

    def lookup(self, name: str, scope: Scope) -> Value:
        """A simple name: local, member of `this` or of an enclosing type, type, static import, else from outside."""
        found = scope.find(name)
        if found is not None:
            return found.resolve() if isinstance(found, Deferred) else found
        receiver, owner = self._this(scope)
        if name == "this":
            return receiver if receiver is not None else Unknown("this outside a type")
        if name == "base":
            return (
                Parent(owner, receiver)
                if owner is not None and receiver is not None
                else Unknown("base outside a type")
            )
        if owner is not None:
            if name in owner.type.type_parameters:
                return generic.parameter(self.run, name, owner, receiver) or External(name)
            member = self._member(name, owner, receiver) if not self.is_type else self._nested(name, owner)
            if member is not None:
                return member
        cls = self.types.named(name, scope.module, owner)
        if cls is not None:
            return cls
        found = self._static_import(name, scope.module)
        if found is None and name == "Query" and self.run.is_tracing and isinstance(receiver, Instance):
            return Member(receiver, name)  # of a specification: its base stands outside
        return found or External(name)

    def type_value(self, expression: facts.Expr, scope: Scope) -> Value:
        """An expression that stands where only types can: a member of the same name is not meant. Types are worked out once and for
        whoever asks, so it costs nobody anything.
        """
        run = self.run
        held, self.is_type = self.is_type, True
        left, run.steps_left = run.steps_left, TYPE_STEPS
        found = run.evaluate(expression, scope)
        self.is_type, run.steps_left = held, left
        return found

    def meant(self, expression: facts.Expr, value: Value, scope: Scope, member: str = "") -> Value:
        """What a name means where a value stands that is also the name of a type of the project: `User` of a controller."""
        if (
            not isinstance(value, ClassValue)
            or not isinstance(expression, facts.Name)
            or expression.id not in INHERITED
        ):
            return value
        _, owner = self._this(scope)
        if owner is None or scope.module.file.language != "csharp" or (member and self.has_member(value, member)):
            return value
        is_outside = any(not isinstance(base, ClassValue) for base in attributes.mro(self.run, owner))
        return External(expression.id) if is_outside else value

    def _nested(self, name: str, owner: ClassValue) -> Value | None:
        """A type that is declared inside another or inside one of its bases."""
        for base in attributes.mro(self.run, owner):
            if isinstance(base, ClassValue):
                found = attributes.class_names(self.run, base).get(name)
                if isinstance(found, ClassValue):
                    return found
        outer = self.types.outer(owner)
        return self._nested(name, outer) if outer is not None else None

    def _this(self, scope: Scope) -> tuple[Value | None, ClassValue | None]:
        receiver: Value | None = None
        holder: Scope | None = scope
        while holder is not None:
            if receiver is None:
                receiver = holder.receiver
            if holder.owner is not None:
                return (receiver if receiver is not None else holder.receiver), holder.owner
            holder = holder.parent
        return receiver, None

    def _member(self, name: str, owner: ClassValue, receiver: Value | None) -> Value | None:
        if isinstance(receiver, Instance | Given) and name in receiver.attributes:
            return receiver.attributes[name]
        cls: ClassValue | None = owner
        if receiver is not None and (own := self.run.class_of(receiver)) is not None:
            cls = own
        while cls is not None:
            if self.has_member(cls, name):
                if isinstance(receiver, Made | Member | Generic) or (isinstance(receiver, Given) and receiver.origin):
                    return self.run.attribute(receiver, name)  # what was sent or stored keeps where it comes from
                return attributes.class_attribute(self.run, cls, name, receiver if receiver is not None else cls)
            cls = self.types.outer(cls)
            receiver = None
        return None

    def has_member(self, cls: ClassValue, name: str) -> bool:
        """Whether a type or one of its project bases declares a member."""
        return any(
            name in attributes.class_names(self.run, base) or name in base.extra
            for base in attributes.mro(self.run, cls)
            if isinstance(base, ClassValue)
        )

    def _static_import(self, name: str, module: Module) -> Value | None:
        for static in self.types.static_imports(module):
            if self.has_member(static, name):
                return attributes.class_attribute(self.run, static, name, static)
        return None

    def dotted(self, expression: facts.Attr, scope: Scope) -> Value | None:
        """`A.B.Type`: a type named with its namespace; None when the first part means something else."""
        parts = [expression.name]
        inner: facts.Expr = expression.value
        while isinstance(inner, facts.Attr):
            parts.append(inner.name)
            inner = inner.value
        if not isinstance(inner, facts.Name) or len(parts) > 8:
            return None
        namespace = ".".join([self.types.unaliased(inner.id, scope.module), *reversed(parts[1:])])
        if not self.types.is_namespace(namespace) or scope.find(inner.id) is not None:
            return None
        return self.types.qualified(namespace, parts[0], scope.module)

    def generic(self, expression: facts.Index, scope: Scope) -> Value | None:
        """`Type<T>`; None for an element access."""
        if not isinstance(expression.value, facts.Name | facts.Attr):
            return None
        value = self.run.evaluate(expression.value, scope)
        if isinstance(value, ClassValue):
            keys = tuple(self.type_value(key, scope) for key in expression.keys)
            meant = self.types.constructed(value, expression.value, len(keys), scope.module)
            return Generic(meant or External(value.type.name), keys)
        return None

    def invocation(self, expression: facts.Call, scope: Scope) -> Value | None:
        """`base(...)` and `this(...)` of a constructor; None for all other calls."""
        if expression.function not in {facts.Name("base"), facts.Name("this")}:
            return None
        receiver, owner = self._this(scope)
        if isinstance(receiver, Instance) and owner is not None and expression.function == facts.Name("base"):
            positional, named = arguments(self.run, expression.arguments, scope)
            place = Place(scope.module.path, expression.line)
            bases = [b for b in attributes.mro(self.run, owner)[1:] if isinstance(b, ClassValue)]
            if bases:
                creation.constructor(self.run, bases[0], receiver, calls.Request(bases[0], positional, named, place))
            else:
                receiver.attributes["base()"] = Items(list(positional), "tuple")
                receiver.attributes.update({f"base({key})": value for key, value in named.items()})
        return Const(None)

    # --- types

    def bases(self, cls: ClassValue) -> tuple[Value, ...]:
        """Base types of all parts."""
        found: list[Value] = []
        for part, module in cls.parts:
            scope = Scope(module, owner=self.types.outer(cls))
            found.extend(self.run.evaluate(base, scope) for base in part.bases)
        return tuple(found)

    def fill(self, cls: ClassValue) -> None:
        """Index the members of all parts: methods as `Overloads`, fields and properties worked out when asked for."""
        names = cls.names if cls.names is not None else {}
        for part, module in cls.parts:
            scope = Scope(module, owner=cls)
            for member in part.body:
                match member:
                    case facts.Define(function=function):
                        self._add_method(names, FunctionValue(function, module, scope, cls))
                    case facts.Assign(target=facts.Name(id=name)):
                        names[name] = self._field(cls, member, scope, name)
                    case facts.Declare(type=inner):
                        names[inner.name] = ClassValue(inner, module, scope, ((inner, module),))
        cls.names = names

    def _add_method(self, names: dict[str, Value], method: FunctionValue) -> None:
        name = method.function.name
        if {"setter", "property"} <= set(method.function.modifiers):
            return
        held = names.get(name)
        if isinstance(held, Overloads):
            names[name] = Overloads((*held.functions, method))
        elif isinstance(held, FunctionValue):
            names[name] = Overloads((held, method))
        else:
            names[name] = method

    def _field(self, cls: ClassValue, member: facts.Assign, scope: Scope, name: str) -> Value:
        if cls.type.kind == "enum":
            return Const(name)
        if memory.may_be_store(cls, member, name):
            return Deferred(
                lambda: memory.store(self.run, cls, member, scope) or self._valued(cls, member, scope, name)
            )
        return self._valued(cls, member, scope, name)

    def _valued(self, cls: ClassValue, member: facts.Assign, scope: Scope, name: str) -> Value:
        if "getter" in member.modifiers:
            body = (facts.Return(member.value, member.line),)
            getter = facts.Function(name, (), body, member.line, member.line, modifiers=("getter", "property"))
            return FunctionValue(getter, scope.module, scope, cls)
        if member.value is None or is_filled_in(member):
            if member.value is None and is_never_set(cls, member, name):
                return Const(None)
            declared = member.annotation
            return Deferred(
                lambda: Given(
                    name,
                    type=self.run.apart(cls.place, lambda: self.type_value(declared, scope))
                    if declared is not None
                    else None,
                )
            )
        value = member.value
        return Deferred(lambda: self.run.apart(cls.place, lambda: self.run.evaluate(value, scope)))

    def overloaded(
        self, cls: ClassValue, base: ClassValue, name: str, found: FunctionValue | Overloads
    ) -> FunctionValue | Overloads:
        """A method with its overloads of another number of parameters or type parameters that further bases of the type declare."""
        key = (id(cls.type), name)
        if key not in self.overloads:
            functions = list(found.functions if isinstance(found, Overloads) else (found,))
            counts = {generic.counted(function) for function in functions}
            order = [one for one in attributes.mro(self.run, cls) if isinstance(one, ClassValue)]
            position = next((i for i, one in enumerate(order) if attributes.is_same_class(one, base)), len(order))
            for one in order[position + 1 :]:
                held = attributes.class_names(self.run, one).get(name)
                more = held.functions if isinstance(held, Overloads) else (held,)
                fresh = [f for f in more if isinstance(f, FunctionValue) and generic.counted(f) not in counts]
                functions += [f for f in fresh if "property" not in f.function.modifiers]
                counts |= {generic.counted(function) for function in functions}
            is_whole = len(functions) == (len(found.functions) if isinstance(found, Overloads) else 1)
            self.overloads[key] = found if is_whole else Overloads(tuple(functions))
        return self.overloads[key]

    # --- types at run time

    def injected(self, receiver: Given, name: str) -> Value | None:
        """See `container.member`."""
        return container.member(self.run, receiver, name)

    def filled(self, value: Value, receiver: Value, owner: ClassValue) -> Value:
        """See `generic.filled`."""
        return generic.filled(self.run, value, receiver, owner)

    def dispatched(self, function: FunctionValue, request: Request) -> Value | None:
        """See `dispatch.dispatched`."""
        return dispatch.dispatched(self.run, function, request)

    def entered(self, function: FunctionValue, request: Request) -> Value | None:
        """See `container.entered`."""
        return container.entered(self.run, function, request)

    def reflected(self, request: Request) -> Value | None:
        """See `reflection.reflected`; while a handler is run, messages reach their handlers and what is asked for is injected."""
        found = reflection.reflected(self.run, request)
        if found is None and self.run.is_tracing:
            found = container.located(self.run, request) or messages.delivered(self.run, request)
            found = found or requested.sent(self.run, request) or self.asked(request) or specified(self.run, request)
        return found

    def asked(self, request: Request) -> Value | None:
        """See `matching.matched`."""
        return matching.matched(self.run, request) if self.run.is_tracing else None

    # --- creation and calls

    def create(self, expression: facts.New, scope: Scope) -> Value:
        """See `creation.create`."""
        return creation.create(self.run, expression, scope)

    def construct(self, instance: Instance, request: Request) -> None:
        """Run the constructor that fits."""
        creation.constructor(self.run, instance.cls, instance, request)

    def extension(self, request: Request) -> Value | None:
        """See `extension.extension`."""
        return extension.extension(self.run, request)

    def callbacks(self, made: Made) -> None:
        """Run the lambdas handed to an outside call, their parameters `Given` by it."""
        if made.name in ANSWERING or (self.run.is_tracing and made.name in NAMING):
            return
        for argument in (*made.positional, *made.named.values()):
            if isinstance(argument, FunctionValue) and (not argument.function.name or configures(made, argument)):
                parameters = argument.function.parameters
                if len(parameters) > CALLBACK_PARAMETERS:
                    continue
                given = tuple(
                    Given(p.name, made, position, self.run.type_of(p, argument), argument)
                    for position, p in enumerate(parameters)
                )
                calls.enter(self.run, argument, calls.Request(argument, given, {}, made.place))


def configures(made: Made, function: FunctionValue) -> bool:
    """Whether a method of the project is handed over by name to fill in options: `services.AddCors(Policies.Describe)`."""
    parameters = function.function.parameters
    if len(parameters) != 1 or not made.name.startswith(("Add", "Configure", "Use")):
        return False
    declared = parameters[0].annotation
    return declared is not None and last_name(declared).endswith(("Options", "Builder"))
