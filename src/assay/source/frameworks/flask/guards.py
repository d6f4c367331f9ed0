"""Guards: decorators, in the order in which they really stand around the view."""

from __future__ import annotations

from assay.model.endpoint import Demand, Guard, Level
from assay.source.evaluate.values import (
    ClassValue,
    Decorated,
    External,
    FunctionValue,
    Made,
    Member,
    Value,
    items,
)
from assay.source.program import Program
from assay.source.refusal import Refusal, refusal_of_decorator

KNOWN = {"flask_login.login_required": Demand.AUTHENTICATED, "flask_jwt_extended.jwt_required": Demand.AUTHENTICATED}


class Decorators:
    """Reads the decorators around a view."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.known: dict[object, Refusal] = {}

    def key(self, decorator: Value) -> object:
        """What a refusal is remembered by."""
        plain = isinstance(decorator, FunctionValue) and decorator.scope is decorator.module.scope
        return id(decorator.function) if plain and isinstance(decorator, FunctionValue) else id(decorator)

    def of_class(self, cls: ClassValue) -> tuple[Guard, ...]:
        """`decorators = [...]` and `method_decorators = [...]` of a view class."""
        found: list[Guard] = []
        for name in ("decorators", "method_decorators"):
            declared = self.program.class_attribute(cls, name)
            for decorator in items(declared[0]) or () if declared else ():
                guard = self.guard(decorator, decorator, Level.TYPE)
                if guard is not None:
                    found.append(guard)
        return tuple(found)

    def of(self, view: Value) -> tuple[Guard, ...]:
        """The guards of a decorated view, outermost first."""
        found: list[Guard] = []
        while isinstance(view, Decorated):
            guard = self.guard(view.decorator, view.result, Level.ENDPOINT, view)
            if guard is not None:
                found.append(guard)
            view = view.inner
        return tuple(found)

    def guard(self, decorator: Value, wrapper: Value, level: Level, at: Decorated | None = None) -> Guard | None:
        """The guard that one decorator is, None when it is none."""
        what = self.demand(decorator, wrapper)
        if what.demand is Demand.NOTHING:
            return None
        return Guard(f"@{name_of(decorator)}", "decorator", what.demand, level, at.place if at else None, what.values, steps=what.steps)

    def demand(self, decorator: Value, wrapper: Value) -> Refusal:
        """What a decorator demands: by the vocabulary, else by following the wrapper that it gave."""
        named = decorator.callee if isinstance(decorator, Made) else decorator
        if isinstance(named, External):
            for name, demand in KNOWN.items():
                if self.program.is_named(named, name):
                    return Refusal(demand)
            return Refusal(Demand.NOTHING)
        return self.known.setdefault(self.key(decorator), refusal_of_decorator(self.program.run, decorator)) if self.key(decorator) not in self.known else self.known[self.key(decorator)]


def name_of(value: Value) -> str:
    """A decorator's name."""
    match value:
        case FunctionValue():
            return value.name
        case External(name=name):
            return name.rpartition(".")[2]
        case Made(callee=callee):
            return f"{name_of(callee)}(...)"
        case Member(name=name):
            return name
    return "decorator"
