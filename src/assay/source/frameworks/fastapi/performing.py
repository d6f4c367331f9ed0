"""How a handler is run: its parameters say where they come from, its dependencies are run before it."""

from __future__ import annotations

from functools import partial

from assay.model.endpoint import Demand
from assay.model.reach import Origin
from assay.source import facts
from assay.source.declared import is_outside
from assay.source.evaluate import injector
from assay.source.evaluate.values import (
    ClassValue,
    Decorated,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Value,
    options,
    undecorated,
)
from assay.source.frameworks.fastapi.guards import Dependencies, annotated
from assay.source.frameworks.fastapi.known import DEPENDS
from assay.source.frameworks.fastapi.overriding import replaced
from assay.source.frameworks.fastapi.parameters import PARAMETER, source_of
from assay.source.handled import Performance
from assay.source.program import Program, signature
from assay.source.vocabulary import IDENTITY, topic_of

DEPTH = 8
"""Dependencies of dependencies that are run."""
KNOWN_CALLER = frozenset(
    {Demand.AUTHENTICATED, Demand.ROLE, Demand.SCOPE, Demand.CUSTOM, Demand.UNKNOWN, Demand.POLICY}
)
TELLING = frozenset({Demand.ROLE, Demand.AUTHENTICATED})
"""Demands that say all there is to say of a dependency that gives nothing."""
REQUESTS = ("Request", "WebSocket", "HTTPConnection")
FORMS = ("OAuth2PasswordRequestForm", "OAuth2PasswordRequestFormStrict")
"""Dependencies from outside that are nothing but the fields of a form."""


class Performing:
    """Makes handlers of one program ready to be run."""

    def __init__(self, program: Program, dependencies: Dependencies) -> None:
        self.program = program
        self.dependencies = dependencies
        self.replaced: dict[int, Value] = {}
        """What applications put in the place of dependencies."""

    def of(
        self,
        handler: FunctionValue,
        path: str,
        before: tuple[Value, ...],
        around: Value | None = None,
        *,
        is_only_asked: bool = False,
    ) -> Performance:
        """A handler with the dependencies of its routers, its route and its parameters, and what the project wraps around it."""
        in_path = frozenset(PARAMETER.findall(path))
        run = _Run(self, in_path)
        # Endpoints that share a handler, its path parameters and what runs before it do the same.
        share = (id(handler.function), id(handler.scope), in_path, tuple(id(each) for each in before))
        return Performance(partial(run.perform, handler, before, around), share, is_only_asked)


class _Run:
    """One request: a dependency that is used twice is run once."""

    def __init__(self, owner: Performing, in_path: frozenset[str]) -> None:
        self.owner = owner
        self.program = owner.program
        self.in_path = in_path
        self.done: dict[object, Value] = {}

    def perform(self, handler: FunctionValue, before: tuple[Value, ...], around: Value | None = None) -> Value:
        """Run everything as FastAPI does."""
        self.done.clear()
        for each in before:
            if isinstance(each, Made) and self.program.is_named(each.callee, *DEPENDS):
                self.dependency(each, None, "", 0)
        named, bound = self.arguments(handler, 0), self.bound(handler)
        begun = self.program.run.begun = self.program.run.next_index()
        if isinstance(around, Decorated) and bound is handler:
            result = self.through(around, handler, named)
            self.program.run.begun = begun
            if result is not None:
                return result
        return self.program.run.call(bound, (), named, place=handler.place)

    def through(self, around: Decorated, handler: FunctionValue, named: dict[str, Value]) -> Value | None:
        """What a handler gives through what decorators put around it; None where that did not enter it."""
        run = self.program.run
        run.handler = handler.function
        result = run.call(around, (), dict(named), place=handler.place)
        was_entered, run.handler = run.handler is None, None
        return result if was_entered else None

    def bound(self, handler: FunctionValue) -> FunctionValue:
        """A method of a class-based view with an object whose attributes are dependencies."""
        if handler.owner is None or handler.receiver is not None:
            return handler
        view = Given("self", type=handler.owner)
        for base in self.program.mro(handler.owner):
            if isinstance(base, ClassValue):
                for name, value in (base.names or {}).items():
                    if isinstance(value, Made) and self.program.is_named(value.callee, *DEPENDS):
                        view.attributes.setdefault(name, self.dependency(value, None, name, 0))
        return FunctionValue(handler.function, handler.module, handler.scope, handler.owner, view, handler.attributes)

    def arguments(self, function: FunctionValue, depth: int) -> dict[str, Value]:
        """The arguments of a handler or dependency by name."""
        found: dict[str, Value] = {}
        for parameter in function.function.parameters:
            if parameter.name in {"self", "cls"} or parameter.kind in {"*", "**"}:
                continue
            found[parameter.name] = self.argument(function, parameter, depth)
        return found

    def argument(self, function: FunctionValue, parameter: facts.Parameter, depth: int) -> Value:
        """One argument."""
        run = self.program.run
        declared = run.type_of(parameter, function)
        default = run.evaluate(parameter.default, function.scope) if parameter.default is not None else None
        for mark in (*annotated(declared), *options(default)):
            if isinstance(mark, Made) and self.program.is_named(mark.callee, *DEPENDS):
                return self.dependency(mark, declared, parameter.name, depth)
        if is_outside(declared, *REQUESTS):
            return Given(parameter.name, type=declared, origin=Origin.REQUEST)
        source = source_of(self.program, parameter, declared, default, set(self.in_path))
        return Given(parameter.name, type=bare(declared), origin=source or "")

    def dependency(self, made: Made, declared: Value | None, name: str, depth: int) -> Value:
        """What one `Depends(...)` gives; the caller, when it is what finds out who is calling."""
        target = made.argument(0, "dependency")
        if target is None:
            target = declared.keys[0] if isinstance(declared, Generic) and declared.keys else declared
        inner = undecorated(next(options(target), made))
        key = (signature(inner), name if not isinstance(inner, FunctionValue) else bool(name))
        if key not in self.done:
            if self.finds_the_caller(target, name):
                self.done[key] = Given(name, type=self.returned(inner) or bare(declared), origin=Origin.PRINCIPAL)
            else:
                self.done[key] = self.given(made, target, name, depth)
        return self.done[key]

    def finds_the_caller(self, target: Value | None, name: str) -> bool:
        """Whether a dependency demands a caller, and its parameter is named like one."""
        if not name or topic_of(name) not in IDENTITY or target is None:
            return False
        return self.owner.dependencies.demand(target).demand in KNOWN_CALLER

    def given(self, made: Made, target: Value | None, name: str, depth: int) -> Value:
        """What it gives, worked out by running it."""
        inner = undecorated(next(options(target), made))
        if (other := replaced(self.owner.replaced, inner)) is not inner:
            target, inner = other, undecorated(other)
        if (injected := injector.wired(self.program.run, inner, made.place)) is not None:
            return injected
        if is_outside(inner, *FORMS):
            return Given(name or "form", type=inner, origin=Origin.FORM)
        demand = self.owner.dependencies.demand(target).demand if target is not None else Demand.NOTHING
        if depth > DEPTH or (demand in TELLING and not name):
            return Given(name or "dependency")
        callee = self.owner.dependencies.entry(inner)
        named = self.arguments(callee, depth + 1) if callee is not None else {}
        place = callee.place if callee is not None else made.place
        result = self.program.run.call(target if target is not None else inner, (), named, place=place)
        is_generator = isinstance(inner, FunctionValue) and "generator" in inner.function.modifiers
        return result.items[0] if is_generator and isinstance(result, Items) and result.items else result

    def returned(self, inner: Value) -> Value | None:
        """The class that a dependency says it returns."""
        if isinstance(inner, FunctionValue) and inner.function.returns is not None:
            value = self.program.run.evaluate(inner.function.returns, inner.scope)
            return value if isinstance(value, ClassValue) else None
        return inner if isinstance(inner, ClassValue | Instance) and isinstance(inner, ClassValue) else None


def bare(declared: Value | None) -> Value | None:
    """A declared type without what stands beside it in `Annotated[T, ...]`."""
    if isinstance(declared, Generic) and declared.keys and annotated(declared):
        return declared.keys[0]
    return declared
