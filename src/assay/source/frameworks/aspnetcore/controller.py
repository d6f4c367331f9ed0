"""Controllers and their actions, with what they inherit.

Source: Microsoft.AspNetCore.Mvc.Controllers.ControllerFeatureProvider.IsController and DefaultApplicationModelProvider.IsAction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from assay.model.endpoint import Level
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.values import ClassValue, External, FunctionValue, Generic, Member, Overloads, Value
from assay.source.evaluate.written import last_name
from assay.source.frameworks.aspnetcore.mark import Mark, Marks, text_of
from assay.source.frameworks.aspnetcore.selector import ROUTES, Provider, provider
from assay.source.program import Program

CONTROLLER = "Controller"
INTERFACE = re.compile(r"I[A-Z]")
BASES = ("ControllerBase", "Controller", "ODataController")
ENDPOINT_CLASSES = frozenset(["Endpoint", "EndpointWithoutRequest", "EndpointWithMapper", "EndpointWithMapping", "Ep"])
"""Bases of FastEndpoints: what derives from them routes by itself."""
NEVER = frozenset(
    ["ToString", "Equals", "GetHashCode", "GetType", "MemberwiseClone", "Finalize", "Dispose", "DisposeAsync"]
)
FRAMEWORK_METHODS = frozenset(
    ["OnActionExecuting", "OnActionExecuted", "OnActionExecutionAsync", "OnResultExecuting", "OnResultExecuted"]
)


class Action(Struct, frozen=True, eq=False):
    """One action of a controller."""

    method: FunctionValue
    """The most derived declaration."""
    chain: tuple[FunctionValue, ...]
    """Itself and what it overrides, nearest first."""
    marks: tuple[tuple[Mark, Level], ...]
    """On it and on what it overrides."""
    providers: tuple[Provider, ...]
    name: str
    """For `[action]`: without `Async`, or as `[ActionName]` says."""


class Controller(Struct, frozen=True, eq=False):
    """One controller."""

    cls: ClassValue
    name: str
    """Without `Controller`."""
    marks: tuple[tuple[Mark, Level], ...]
    """On it and its bases, nearest first."""
    providers: tuple[Provider, ...]
    """The route attributes of the nearest class that has any."""
    actions: tuple[Action, ...]
    chain: tuple[Value, ...]
    methods: tuple[FunctionValue, ...] = ()
    """All methods that it and its bases declare."""

    @property
    def area(self) -> str | None:
        """The area that an attribute puts it in."""
        return next((text_of(mark.argument(0, "areaName")) for mark, _ in self.marks if mark.is_a("Area")), None)

    @property
    def is_api(self) -> bool:
        """Whether it is an `[ApiController]`."""
        return any(mark.is_a("ApiController", "IApiBehaviorMetadata") for mark, _ in self.marks)


class Controllers:
    """Finds the controllers of a program."""

    def __init__(self, program: Program, marks: Marks) -> None:
        self.program = program
        self.marks = marks

    def all(self, paths: Iterable[str]) -> Iterator[Controller]:
        """Every controller that stands in one of these files, by path and line."""
        seen: set[int] = set()
        for cls in classes(self.program, paths):
            if id(cls.type) not in seen:
                seen.add(id(cls.type))
                found = self.controller(cls)
                if found is not None:
                    yield found

    def controller(self, cls: ClassValue) -> Controller | None:
        """The controller that a class is, or None."""
        chain = self.program.mro(cls)
        if not may_be_made(cls) or not self.is_candidate(cls, chain):
            return None
        marks = self.inherited(chain)
        actions = tuple(self.actions(chain))
        if any(mark.is_a("NonController") for mark, _ in marks) or not self.is_routed(chain, marks, actions):
            return None
        name = cls.type.name.removesuffix(CONTROLLER) or cls.type.name
        own = [m for base in chain if isinstance(base, ClassValue) for m in methods(self.program, base)]
        return Controller(cls, name, marks, self.routes(chain), actions, chain, tuple(own))

    def is_candidate(self, cls: ClassValue, chain: tuple[Value, ...]) -> bool:
        """Whether its name, a base or an attribute may make a class a controller."""
        if any(root_name(base) in ENDPOINT_CLASSES for base in chain[1:]):
            return False
        is_based = any(has_name(base, *BASES) for base in chain) or has_outside_base(chain)
        return cls.type.name.endswith(CONTROLLER) or is_based or self.is_marked(chain)

    @staticmethod
    def is_routed(chain: tuple[Value, ...], marks: tuple[tuple[Mark, Level], ...], actions: tuple[Action, ...]) -> bool:
        """Whether it is surely one: by a base that is a controller, or by an attribute of routing."""
        is_based = any(has_name(base, *BASES) or has_controller_name(base) for base in chain[1:])
        is_marked = any(mark.is_a("Controller", "ApiController", *ROUTES) for mark, _ in marks)
        return is_based or is_marked or any(action.providers for action in actions)

    def is_marked(self, chain: tuple[Value, ...]) -> bool:
        """Whether an attribute makes it a controller."""
        return any(mark.is_a("ApiController", "Controller") for mark, _ in self.inherited(chain))

    def inherited(self, chain: tuple[Value, ...]) -> tuple[tuple[Mark, Level], ...]:
        """The attributes of a class and its bases, nearest first."""
        found: list[tuple[Mark, Level]] = []
        for position, base in enumerate(chain):
            if isinstance(base, ClassValue) and base.type.kind != "interface":
                level = Level.TYPE if position == 0 else Level.BASE
                found += [(mark, level) for mark in self.of_class(base)]
        return tuple(found)

    def of_class(self, cls: ClassValue) -> tuple[Mark, ...]:
        """The attributes that stand on a class itself, on all its parts."""
        return tuple(mark for part, module in cls.parts for mark in self.marks.of(part.annotations, module, cls))

    def routes(self, chain: tuple[Value, ...]) -> tuple[Provider, ...]:
        """The route attributes of the nearest class that has any."""
        for base in chain:
            if isinstance(base, ClassValue) and base.type.kind != "interface":
                found = [one for mark in self.of_class(base) if (one := provider(self.marks, mark)) is not None]
                if found:
                    return tuple(found)
        return ()

    # --- actions

    def actions(self, chain: tuple[Value, ...]) -> Iterator[Action]:
        """The actions of a controller, its own first, then those of its bases."""
        groups: list[list[FunctionValue]] = []
        for base in chain:
            if not isinstance(base, ClassValue) or base.type.kind == "interface":
                continue
            held = len(groups)
            for method in methods(self.program, base):
                derived = next((group for group in groups[:held] if replaces(group[-1].function, method)), None)
                if derived is None:
                    groups.append([method])
                else:
                    derived.append(method)
        for group in groups:
            if is_action(group[0].function) and not self.program.run.csharp.symbols.excludes(
                group[0].function.modifiers
            ):
                action = self.action(group[0], tuple(overridden(group)))
                if action is not None:
                    yield action

    def action(self, method: FunctionValue, chain: tuple[FunctionValue, ...]) -> Action | None:
        """The action that a method is, or None."""
        marks: list[tuple[Mark, Level]] = []
        providers: list[Provider] = []
        for position, one in enumerate(chain):
            own = self.marks.of(one.function.annotations, one.module, one.owner)
            marks += [(mark, Level.ENDPOINT if position == 0 else Level.BASE) for mark in own]
            if not providers:
                providers = [found for mark in own if (found := provider(self.marks, mark)) is not None]
        if any(mark.is_a("NonAction") for mark, _ in marks):
            return None
        stated = next((text_of(mark.argument(0, "name")) for mark, _ in marks if mark.is_a("ActionName")), None)
        name = stated or method.function.name.removesuffix("Async") or method.function.name
        return Action(method, chain, tuple(marks), tuple(providers), name)


def classes(program: Program, paths: Iterable[str]) -> Iterator[ClassValue]:
    """The types that stand at the top of files, partial ones once for each part."""
    types = program.run.csharp.types
    for path in paths:
        file = program.project.file(path)
        for statement in file.body if file is not None else ():
            if isinstance(statement, facts.Declare) and statement.type.kind in {
                "class",
                "record",
                "struct",
                "interface",
            }:
                for cls in types.all(statement.type.name):
                    if any(part is statement.type for part, _ in cls.parts):
                        yield cls


def may_be_made(cls: ClassValue) -> bool:
    """Public, at top level, neither abstract, static nor generic."""
    modifiers = {word for part, _ in cls.parts for word in part.modifiers}
    return (
        cls.type.kind == "class"
        and "public" in modifiers
        and not modifiers & {"abstract", "static"}
        and not cls.type.outer
        and not cls.type.type_parameters
    )


def methods(program: Program, cls: ClassValue) -> Iterator[FunctionValue]:
    """The methods that a class itself declares."""
    for value in attributes.class_names(program.run, cls).values():
        for one in value.functions if isinstance(value, Overloads) else (value,):
            if isinstance(one, FunctionValue) and "property" not in one.function.modifiers:
                yield one


def replaces(derived: facts.Function, method: FunctionValue) -> bool:
    """Whether a method of a derived class overrides or hides one of its base: the same name and parameters.

    A type parameter of a generic base (`TResource`) stands for any type.
    """
    base = method.function
    if derived.name != base.name or len(derived.parameters) != len(base.parameters):
        return False
    generic = set(method.owner.type.type_parameters) if method.owner is not None else set()
    pairs = zip(derived.parameters, base.parameters, strict=True)
    return all(
        type_name(one.annotation) == type_name(two.annotation) or type_name(two.annotation) in generic
        for one, two in pairs
    )


def type_name(annotation: facts.Expr | None) -> str:
    """The simple name of a declared type."""
    while isinstance(annotation, facts.Unary):
        annotation = annotation.value
    return last_name(annotation) if annotation is not None else ""


def overridden(group: list[FunctionValue]) -> list[FunctionValue]:
    """A method and what it overrides; what it hides is left out."""
    found = [group[0]]
    for other in group[1:]:
        if "override" not in found[-1].function.modifiers:
            break
        found.append(other)
    return found


def is_action(function: facts.Function) -> bool:
    """Whether a method may be an action."""
    modifiers = set(function.modifiers)
    if function.name in NEVER or function.name in FRAMEWORK_METHODS or function.name.startswith((".", "~", "operator")):
        return False
    if "public" not in modifiers or modifiers & {"static", "abstract", "delegate", "event"}:
        return False
    return not function.type_parameters and function.explicit_interface is None


def has_name(value: Value, *names: str) -> bool:
    """Whether a base is an outside type of one of these names."""
    while isinstance(value, Generic):
        value = value.value
    return isinstance(value, External) and value.name.rpartition(".")[2] in names


def has_controller_name(value: Value) -> bool:
    """Whether a base is an outside type that is called a controller: `AbpController`."""
    while isinstance(value, Generic):
        value = value.value
    return isinstance(value, External) and value.name.rpartition(".")[2].endswith((CONTROLLER, "ControllerBase"))


def has_outside_base(chain: tuple[Value, ...]) -> bool:
    """Whether a base class (no interface, going by its name) is declared outside the project."""
    roots = (outermost(base) for base in chain[1:])
    return any(isinstance(root, External) and not INTERFACE.match(root.name.rpartition(".")[2]) for root in roots)


def outermost(value: Value) -> Value:
    """`Outer.With<T>.And<U>` is `Outer`."""
    while isinstance(value, Generic | Member):
        value = value.value
    return value


def root_name(value: Value) -> str:
    """The first simple name of a base: `Ep.Req<T>.Res<U>` is `Ep`, `FastEndpoints.Endpoint<T>` is `Endpoint`."""
    root = outermost(value)
    if not isinstance(root, External):
        return ""
    parts = [part for part in root.name.split(".") if part != "FastEndpoints"]
    return parts[0] if parts else ""
