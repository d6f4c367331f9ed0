"""Guards: dependencies, followed until something refuses."""

from __future__ import annotations

from assay.model.endpoint import Demand, Guard, Level
from assay.source import facts
from assay.source.declared import type_text
from assay.source.evaluate.attributes import class_attribute, class_names
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Made,
    Member,
    Unknown,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.fastapi.known import DEPENDS, SCHEMES, outside
from assay.source.program import Program, place_of, signature, words
from assay.source.refusal import NOTHING, Refusal, around_refused, observe, refusal, refusal_of_handler
from assay.source.vocabulary import IDENTITY, topic_of

DEPTH = 10
"""Dependencies of dependencies."""


class Dependencies:
    """Reads `Depends(...)` wherever it stands."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.known: dict[object, Refusal] = {}
        self.targets: dict[Guard, Value] = {}
        """What a guard that is a dependency runs."""
        self.inline: dict[tuple[int, int], Refusal] = {}

    def of_list(self, value: Value | None, level: Level) -> tuple[Guard, ...]:
        """The guards of `dependencies=[...]`."""
        return tuple(guard for item in items(value) or () for guard in self.of_dependency(item, level))

    def of_handler(self, handler: Value) -> tuple[Guard, ...]:
        """The guards of a handler's own parameters, of the class around it, of its decorators."""
        function = undecorated(handler)
        found: list[Guard] = []
        if isinstance(function, FunctionValue):
            if function.owner is not None:
                found += self.of_class(function.owner)
            found += self.of_parameters(function, Level.ENDPOINT, 0)
        return tuple(found)

    def of_class(self, cls: ClassValue) -> tuple[Guard, ...]:
        """`user: User = Depends(f)` as an attribute of a class-based view."""
        found: list[Guard] = []
        for base in self.program.mro(cls):
            if isinstance(base, ClassValue):
                level = Level.TYPE if base.type is cls.type else Level.BASE
                for value in class_names(self.program.run, base).values():
                    found += self.of_dependency(value, level)
        return tuple(found)

    def of_body(self, handler: Value, *, is_around: bool = False, inside: Value | None = None) -> Guard | None:
        """The guard that a handler is to itself, or one that is put around it."""
        function = undecorated(handler)
        if not isinstance(function, FunctionValue):
            return None
        key = (id(function.function), id(function.scope) if is_around else 0)
        if key not in self.inline:
            self.inline[key] = (
                self.judged(function, inside)
                if is_around
                else refusal_of_handler(self.program.run, function, (), self.brought_along(function))
            )
        what = self.inline[key]
        if what.demand is Demand.NOTHING:
            return None
        return Guard(
            f"@{function.name}" if is_around else f"check in {function.name}",
            "decorator" if is_around else "inline",
            what.demand,
            Level.ENDPOINT,
            function.place,
            what.values,
            steps=what.steps,
            reason=what.reason,
        )

    def brought_along(self, function: FunctionValue) -> dict[str, Value]:
        """The parameters of a handler that are headers or cookies, which may tell who is calling."""
        found: dict[str, Value] = {}
        run = self.program.run
        for parameter in function.function.parameters:
            default = run.evaluate(parameter.default, function.scope) if parameter.default is not None else None
            declared = run.type_of(parameter, function)
            for mark in (*annotated(declared), *options(default)):
                if isinstance(mark, Made) and mark.name in {"Header", "Cookie"}:
                    found[parameter.name] = Given(parameter.name, type=declared, origin=mark.name.lower())
        return found

    def judged(self, wrapper: FunctionValue, inside: Value | None) -> Refusal:
        """What a wrapper demands before it calls the handler inside."""
        handler = undecorated(inside) if inside is not None else None
        return around_refused(self.program.run, wrapper, handler if isinstance(handler, FunctionValue) else None)

    def unawaited(self, handler: Value) -> tuple[Guard, ...]:
        """Checks in a handler that never run, because nobody awaits them."""
        function, run = undecorated(handler), self.program.run
        if not isinstance(function, FunctionValue):
            return ()
        run.unawaited.clear()
        observe(run, function)
        found: list[Guard] = []
        for callee, place in tuple(run.unawaited):
            what = refusal(run, callee)
            if what.demand is not Demand.NOTHING:
                name = f"{callee.name}()"
                why = f"unawaited: {name} is a coroutine that nobody awaits"
                found.append(
                    Guard(
                        name, "inline", what.demand, Level.ENDPOINT, place, what.values, is_effective=False, defeat=why
                    )
                )
        return tuple(found)

    def of_parameters(self, function: FunctionValue, level: Level, depth: int) -> tuple[Guard, ...]:
        """The guards of all parameters of a function."""
        found: list[Guard] = []
        run = self.program.run
        for parameter in function.function.parameters:
            default = run.evaluate(parameter.default, function.scope) if parameter.default is not None else None
            declared = run.type_of(parameter, function)
            for value in (*annotated(declared), *options(default)):
                guards = self.of_dependency(value, level, declared, depth)
                found += guards or self.of_unresolved(value, parameter, level)
        return tuple(found)

    def of_unresolved(self, value: Value, parameter: facts.Parameter, level: Level) -> tuple[Guard, ...]:
        """A dependency that could not be resolved and is named like authentication is unknown."""
        if not isinstance(value, Made) or not self.program.is_named(value.callee, *DEPENDS):
            return ()
        if not any(is_unresolved(option) for option in options(value.argument(0, "dependency"))):
            return ()
        said = [parameter.name, *(words(parameter.default) if parameter.default is not None else ())]
        if not any(topic_of(word) in IDENTITY for word in said):
            return ()
        reason = "what it depends on could not be resolved"
        return (
            Guard(f"Depends({parameter.name})", "dependency", Demand.UNKNOWN, level, value.place, (), reason=reason),
        )

    def of_dependency(
        self, value: Value, level: Level, declared: Value | None = None, depth: int = 0
    ) -> tuple[Guard, ...]:
        """The guards that one `Depends(...)` brings, those of its own dependencies first; none for anything else."""
        if not isinstance(value, Made) or not self.program.is_named(value.callee, *DEPENDS) or depth > DEPTH:
            return ()
        target = value.argument(0, "dependency")
        if target is None:
            target = declared.keys[0] if isinstance(declared, Generic) and declared.keys else declared
        scopes = tuple(name for item in items(value.argument(1, "scopes")) or () if (name := text(item)))
        found: list[Guard] = []
        for option in options(target):
            inner = undecorated(option)
            callee = self.entry(inner)
            if callee is not None:
                found += self.of_parameters(callee, level, depth + 1)
            what = self.demand(option)
            if scopes and takes_scopes(callee) and what.demand in {Demand.AUTHENTICATED, Demand.UNKNOWN, Demand.SCOPE}:
                what = Refusal(Demand.SCOPE, scopes, what.steps)
            if what.demand is not Demand.NOTHING:
                found.append(self.guard(inner, value, level, what))
                self.targets.setdefault(found[-1], option)
        return tuple(dict.fromkeys(found))

    def entry(self, value: Value) -> FunctionValue | None:
        """The function whose parameters a dependency's own dependencies are."""
        run = self.program.run
        match value:
            case FunctionValue():
                return value
            case ClassValue():
                found = class_attribute(run, value, "__init__", value)
            case Instance(cls=cls):
                found = class_attribute(run, cls, "__call__", value)
            case _:
                return None
        found = undecorated(found)
        return found if isinstance(found, FunctionValue) else None

    def guard(self, target: Value, made: Made, level: Level, what: Refusal) -> Guard:
        """The guard that a dependency is."""
        return Guard(
            f"Depends({name_of(target)})",
            "dependency",
            what.demand,
            level,
            place_of(target) or made.place,
            what.values,
            steps=what.steps,
            reason=what.reason,
        )

    def demand(self, target: Value) -> Refusal:
        """What a dependency demands."""
        inner = undecorated(target)
        name = name_of(inner)
        if name in self.program.vocabulary.guards:
            return Refusal(Demand.AUTHENTICATED)
        if name in self.program.vocabulary.not_guards:
            return NOTHING
        match inner:
            case FunctionValue():
                key = signature(inner)
            case Made(callee=callee):
                return self.scheme(inner) if self.program.is_named(callee, *SCHEMES) else outside(callee)
            case External() | Member():
                return outside(inner)
            case Instance() if self.program.derives(inner.cls, *SCHEMES):
                return self.derived_scheme(inner)
            case ClassValue() | Instance():
                key = signature(inner)
            case _:
                return NOTHING
        if key not in self.known:
            self.known[key] = NOTHING  # cuts circles
            self.known[key] = refusal(self.program.run, target)
        return self.known[key]

    def scheme(self, made: Made) -> Refusal:
        """`HTTPBearer()`: refuses by itself, unless `auto_error=False`."""
        automatic = made.argument(-1, "auto_error")
        if isinstance(automatic, Const) and automatic.value is False:
            return NOTHING
        return Refusal(Demand.AUTHENTICATED)

    def derived_scheme(self, instance: Instance) -> Refusal:
        """An object of a project class derived from a security scheme: its own `__call__`, else the scheme's."""
        own = class_attribute(self.program.run, instance.cls, "__call__", instance)
        if isinstance(undecorated(own), FunctionValue):
            found = refusal(self.program.run, own)
            if found.demand is not Demand.NOTHING:
                return found
        for held in (instance.named.get("auto_error"), instance.attributes.get("auto_error")):
            if isinstance(held, Const) and held.value is False:
                return NOTHING
        return Refusal(Demand.AUTHENTICATED)


def is_unresolved(value: Value) -> bool:
    """Whether nothing is known of a value, or of what was called to get it; of an attribute without a name only the owner is."""
    called = value.callee if isinstance(value, Made) else value
    return isinstance(called, Unknown) or (isinstance(called, Member) and called.name == "*")


def takes_scopes(function: FunctionValue | None) -> bool:
    """Whether a dependency looks at the scopes of `Security(...)`: without a `SecurityScopes` parameter they ask nothing."""
    return function is not None and any(
        "SecurityScopes" in type_text(parameter.annotation) for parameter in function.function.parameters
    )


def annotated(value: Value | None) -> tuple[Value, ...]:
    """What stands beside the type in `Annotated[T, ...]`, aliases and nested ones too."""
    for option in options(value):
        if (
            isinstance(option, Generic)
            and isinstance(option.value, External)
            and option.value.name.endswith("Annotated")
        ):
            return (*(annotated(option.keys[0]) if option.keys else ()), *option.keys[1:])
    return ()


def name_of(value: Value) -> str:
    """A dependency's name."""
    match value:
        case FunctionValue():
            return value.name
        case ClassValue():
            return value.name
        case Instance(cls=cls):
            return cls.name
        case External(name=name) | Member(name=name):
            return name.rpartition(".")[2]
        case Made():
            return value.name or "dependency"
        case Decorated(inner=inner):
            return name_of(inner)
    return "dependency"
