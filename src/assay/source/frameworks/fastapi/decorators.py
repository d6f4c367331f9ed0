"""Decorators around a handler: Starlette's `@requires(...)` and those of the project."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.endpoint import Demand, Guard, Level
from assay.source import facts
from assay.source.evaluate.values import Decorated, External, FunctionValue, Made, Value, items, text, undecorated
from assay.source.program import Program
from assay.source.refusal import refusal_of_decorator


def decorators_of(program: Program, handler: Value) -> Iterator[Guard]:
    """The guards that decorators are, outermost first."""
    while isinstance(handler, Decorated):
        guard = guard_of(program, handler)
        if guard is not None:
            yield guard
        handler = handler.inner


def applied(handler: Value) -> Value:
    """An outside decorator that a project applies by hand, `requires(scopes)(function)`, as it would stand above the function."""
    match handler:
        case Made(callee=Made() as decorator, positional=(inner,)) if isinstance(undecorated(inner), FunctionValue):
            return Decorated(decorator, inner, handler, handler.place, BY_HAND)
    return handler


BY_HAND = facts.Annotation(facts.Name(""), 0)


def guard_of(program: Program, decorated: Decorated) -> Guard | None:
    """The guard that one decorator is."""
    decorator = decorated.decorator
    if isinstance(decorator, Made) and program.is_named(decorator.callee, "starlette.requires"):
        given = decorator.argument(0, "scopes")
        scopes = tuple(t for item in (items(given) or ((given,) if given is not None else ())) if (t := text(item)))
        demand = Demand.AUTHENTICATED if set(scopes) <= {"authenticated"} else Demand.SCOPE
        return Guard(f"@requires({', '.join(scopes)})", "decorator", demand, Level.ENDPOINT, decorated.place, scopes)
    if isinstance(decorator, Made | External):
        return None
    what = refusal_of_decorator(program.run, decorator)
    if what.demand is Demand.NOTHING:
        return None
    name = decorator.name if isinstance(decorator, FunctionValue) else "decorator"
    return Guard(
        f"@{name}",
        "decorator",
        what.demand,
        Level.ENDPOINT,
        decorated.place,
        what.values,
        steps=what.steps,
        reason=what.reason,
    )
