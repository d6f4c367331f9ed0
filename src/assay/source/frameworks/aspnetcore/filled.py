"""Objects of the container that are filled from the principal of each request: what they hold is the caller's.

Middleware does it (`currentContext.BuildAsync(httpContext)`, `tenant.Id = httpContext.User.FindFirstValue("tenant")`), or a method of their
own that is handed the principal. It is read off the statements of whatever is handed a request or a principal; nothing is run.
"""

from __future__ import annotations

from msgspec import Struct, field

from assay.source import facts
from assay.source.evaluate import attributes, dispatch
from assay.source.evaluate.container import ADDING, type_in
from assay.source.evaluate.messages import types_in
from assay.source.evaluate.scope import Module, Scope
from assay.source.evaluate.values import ClassValue, Deferred, Given, Instance
from assay.source.evaluate.written import last_name
from assay.source.inside import inside
from assay.source.program import Program

WORDS = (b"ClaimsPrincipal", b"HttpContext", b"ClaimsIdentity", b"IPrincipal")
PRINCIPALS = frozenset(["ClaimsPrincipal", "ClaimsIdentity", "IPrincipal", "IIdentity"])
REQUESTS = frozenset(["HttpContext", "AuthorizationFilterContext", "ActionExecutingContext", "TokenValidatedContext"])
"""What has a `User`."""
PROVING = frozenset(["ValidateToken", "FindFirstValue"])
"""Calls that give something of the caller, whatever they are handed."""
GATHERING = frozenset(["Add", "AddRange", "Append", "UnionWith", "Push"])
FILLING = frozenset(["Invoke", "InvokeAsync"])
"""Methods of middleware: their parameters are injected."""
DEPTH = 3
"""Methods that hand on what they were given."""
PASSES = 3
"""Times that the statements of a method are read: what is set by the last may be used by the first."""


def fill(program: Program) -> None:
    """Tell the evaluator whose the members of such objects are."""
    filling = Filling(program)
    for path in program.run.project.gated("csharp", WORDS):
        module = program.run.module(path)
        for type_ in types_in(module.file.body) if module is not None else ():
            for member in type_.body if type_.kind in {"class", "record"} else ():
                if isinstance(member, facts.Define) and is_handed(member.function):
                    filling.read(type_, module, member.function)  # type: ignore[arg-type]  # there are types only in a module


def is_handed(function: facts.Function) -> bool:
    """Whether a method is handed a request or a principal; what a constructor sets is known from running it."""
    if function.name == ".ctor" or function.block is None:
        return False
    return any(simple(parameter.annotation) in PRINCIPALS | REQUESTS for parameter in function.parameters)


def simple(annotation: facts.Expr | None) -> str:
    """The simple name of a declared type, nullable or not."""
    while isinstance(annotation, facts.Unary):
        annotation = annotation.value
    return last_name(annotation) if annotation is not None else ""


class Reading(Struct):
    """One method, and the names that hold something of the caller in it."""

    cls: ClassValue
    module: Module
    function: facts.Function
    caller: set[str]
    requests: frozenset[str]
    depth: int = 0


class Filling(Struct):
    """Reads methods, and keeps what they set."""

    program: Program
    services: set[int] | None = None
    """Ids of the types that are registered by themselves."""
    seen: set[tuple[int, frozenset[str]]] = field(default_factory=set)

    def read(self, type_: facts.Type, module: Module, function: facts.Function) -> None:
        """One method that is handed a request or a principal."""
        found = self.program.run.csharp.types.all(type_.name)
        cls = next((one for one in found if any(part is type_ for part, _ in one.parts)), None)
        if cls is not None:
            given = [(parameter.name, simple(parameter.annotation)) for parameter in function.parameters]
            caller = {name for name, declared in given if declared in PRINCIPALS}
            requests = frozenset(name for name, declared in given if declared in REQUESTS)
            self.follow(Reading(cls, module, function, caller, requests))

    def follow(self, one: Reading) -> None:
        """The statements of one method, until nothing more is known to be of the caller."""
        key = (id(one.function), frozenset(one.caller))
        if key in self.seen or one.depth > DEPTH:
            return
        self.seen.add(key)
        parts = list(inside(one.function.body))
        for _ in range(PASSES):
            known = len(one.caller)
            for part in reversed(parts):
                self.part(one, part)
            if len(one.caller) == known:
                return

    def part(self, one: Reading, part: object) -> None:
        """One statement or expression."""
        match part:
            case facts.Assign(target=target, value=value) if value is not None and self.is_of_caller(one, value):
                self.set(one, target)
            case facts.Loop(target=facts.Name(id=name), iterable=value) if self.is_of_caller(one, value):
                one.caller.add(name)
            case facts.Binary(operator="is" | "isnot", left=left, right=right) if self.is_of_caller(one, left):
                one.caller |= {
                    each.left.id
                    for each in inside(right)
                    if isinstance(each, facts.Binary) and each.operator == ":=" and isinstance(each.left, facts.Name)
                }
            case facts.Call() if any(self.is_of_caller(one, argument.value) for argument in part.arguments):
                self.call(one, part)
            case facts.Call(function=facts.Attr(value=value, name=name)) if self.is_of_caller(one, value):
                if name.startswith("Try"):
                    self.call(one, part)

    def is_of_caller(self, one: Reading, value: facts.Expr) -> bool:
        """Whether something of the caller is in an expression."""
        for part in inside(value):
            match part:
                case facts.Name(id=name) if name in one.caller:
                    return True
                case facts.Attr(value=facts.Name(id=name) | facts.Attr(name=name), name="User"):
                    if name in one.requests or name in REQUESTS:
                        return True
                case facts.Call(function=facts.Attr(name=name) | facts.Name(id=name)) if name in PROVING:
                    return True
        return False

    def call(self, one: Reading, call: facts.Call) -> None:
        """A call that is handed something of the caller: what it is asked to fill, keep or pass on."""
        handed = [argument.value for argument in call.arguments]
        name = last_name(call.function)
        if name.startswith("Try"):
            one.caller |= {each.id for each in handed if isinstance(each, facts.Name) and each.id not in one.requests}
        match call.function:
            case facts.Attr(value=target, name=name) if name in GATHERING:
                self.set(one, target)
            case facts.Attr(value=facts.Name(id=holder), name=name) if holder != "this":
                for cls in self.services_of(one, holder):
                    self.enter(one, cls, name, handed)
            case facts.Attr(value=facts.Name(id="this"), name=name) | facts.Name(id=name):
                self.enter(one, one.cls, name, handed)

    def enter(self, one: Reading, cls: ClassValue, name: str, handed: list[facts.Expr]) -> None:
        """A method that is handed something of the caller."""
        for part, module in cls.parts:
            for member in part.body:
                if (
                    not isinstance(member, facts.Define)
                    or member.function.name != name
                    or member.function.block is None
                ):
                    continue
                parameters = member.function.parameters
                caller = {p.name for p, value in zip(parameters, handed, strict=False) if self.is_of_caller(one, value)}
                if caller:
                    self.follow(Reading(cls, module, member.function, caller, frozenset(), one.depth + 1))

    # --- what is set

    def set(self, one: Reading, target: facts.Expr) -> None:
        """Something that is set to what is of the caller."""
        match target:
            case facts.Name(id=name):
                one.caller.add(name)
                self.hold(one.cls, name, is_own=True)
            case facts.Attr(value=facts.Name(id="this"), name=name):
                self.hold(one.cls, name, is_own=True)
            case facts.Attr(value=facts.Name(id=holder), name=name):
                for cls in self.services_of(one, holder):
                    self.hold(cls, name)
            case facts.Sequence(items=items):
                for item in items:
                    self.set(one, item)

    def services_of(self, one: Reading, holder: str) -> list[ClassValue]:
        """The types of the container that a parameter or member stands for."""
        parameter = next((each for each in one.function.parameters if each.name == holder), None)
        name = simple(parameter.annotation) if parameter is not None else self.declared(one.cls, holder)
        cls = self.program.run.csharp.types.named(name, one.module, one.cls) if name else None
        if cls is None:
            return []
        if cls.type.kind == "interface":
            return [*dispatch.implementers(self.program.run, cls), cls]
        is_injected = parameter is not None and one.function.name in FILLING
        return [cls] if is_injected or self.is_service(cls) else []

    def declared(self, cls: ClassValue, name: str) -> str:
        """The simple name of the type of a member, or of a parameter of the primary constructor."""
        for part, _ in cls.parts:
            for member in part.body:
                match member:
                    case facts.Assign(target=facts.Name(id=found), annotation=annotation) if found == name:
                        return simple(annotation)
                    case facts.Define(function=facts.Function(name=".ctor", parameters=parameters, modifiers=words)):
                        if "primary" in words and (own := [p for p in parameters if p.name == name]):
                            return simple(own[0].annotation)
        return ""

    def is_service(self, cls: ClassValue) -> bool:
        """Whether the container makes the objects of a class: it is registered, or stands behind an interface of the project."""
        run = self.program.run
        if self.services is None:
            added = (made for made in run.made if made.name in ADDING)
            types = (type_in(each) for made in added for each in (*made.type_arguments, *made.positional))
            self.services = {id(found[0].type) for found in types if found is not None}
        bases = [base for base in attributes.mro(run, cls) if isinstance(base, ClassValue)]
        return id(cls.type) in self.services or any(base.type.kind == "interface" for base in bases)

    def hold(self, cls: ClassValue, name: str, *, is_own: bool = False) -> None:
        """A member of a service holds what is of the caller, where it is declared and where it is promised."""
        if is_own and not self.is_service(cls):
            return
        for base in attributes.mro(self.program.run, cls):
            for part, module in base.parts if isinstance(base, ClassValue) else ():
                for member in part.body:
                    if isinstance(member, facts.Assign) and member.target == facts.Name(name) and is_kept(member):
                        names = attributes.class_names(self.program.run, base)  # type: ignore[arg-type]
                        names[name] = self.held(base, module, member, name)  # type: ignore[arg-type]
        for made in self.program.run.csharp.objects.values():
            if isinstance(made, Instance) and attributes.is_same_class(made.cls, cls):
                made.attributes.pop(name, None)  # what middleware set there, as it was looked at

    def held(self, cls: ClassValue, module: Module, member: facts.Assign, name: str) -> Deferred:
        """What a member of the caller's is."""
        run, declared = self.program.run, member.annotation
        scope = Scope(module, owner=cls)

        def made() -> Given:
            known = (
                run.apart(cls.place, lambda: run.csharp.type_value(declared, scope)) if declared is not None else None
            )
            return Given(name, type=known, origin="principal")

        return Deferred(made)


def is_kept(member: facts.Assign) -> bool:
    """Whether a member is a field or property that can be set."""
    return not {"getter", "static", "const"} & set(member.modifiers)
