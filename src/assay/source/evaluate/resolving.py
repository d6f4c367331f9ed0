"""What containers of Python make for a type: `container.register(Orders, StoredOrders)`, `container.resolve(Orders)`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Made,
    Member,
    Value,
    options,
    undecorated,
)

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator

CONTAINERS = frozenset({"punq.Container"})
RESOLVING = "resolve"
REGISTERING = "register"
SETTINGS = frozenset({"factory", "instance", "scope"})
"""Named arguments of a registration that the object is not made with."""
DEPTH = 6
"""Objects that are made for each other."""


def resolved(run: Evaluator, request: Request) -> Value | None:
    """What a container gives for a type; None where the call is another one."""
    match request.callee:
        case Member(value=Made(callee=External(name=name)) as container, name="resolve") if name in CONTAINERS:
            wanted = undecorated(request.positional[0]) if request.positional else None
            return made_for(run, container, wanted, request, DEPTH) if isinstance(wanted, ClassValue) else None
    return None


def made_for(run: Evaluator, container: Made, wanted: ClassValue, request: Request, depth: int) -> Value | None:
    """An object for a type, made with what is registered for the types that it asks for."""
    call = registration(run, container, wanted)
    if call is None or depth == 0:
        return None
    if (kept := call.named.get("instance")) is not None:
        return kept
    given = call.named.get("factory") or call.argument(1, "factory") or wanted
    target = undecorated(next(iter(options(given)), given))
    named = {name: value for name, value in call.named.items() if name not in SETTINGS}
    if isinstance(target, ClassValue):
        for name, asked in demands(run, target):
            if name not in named and (held := made_for(run, container, asked, request, depth - 1)) is not None:
                named[name] = held
    return run.call(given, (), named, place=request.place)


def registration(run: Evaluator, container: Made, wanted: ClassValue) -> Made | None:
    """The last call that registered something for a type."""
    found: Made | None = None
    for made in run.made:
        if made.name == REGISTERING and made.receiver is container and made.positional:
            first = undecorated(made.positional[0])
            if isinstance(first, ClassValue) and first.type is wanted.type:
                found = made
    return found


def demands(run: Evaluator, cls: ClassValue) -> Iterator[tuple[str, ClassValue]]:
    """The parameters of its constructor that are declared as classes of the project: those of `__init__`, or the fields of a data class."""
    own = attributes.class_attribute(run, cls, "__init__", cls)
    function = undecorated(own)
    if isinstance(function, FunctionValue):
        declared = [(each.name, run.type_of(each, function)) for each in function.function.parameters[1:]]
    else:
        declared = [
            (statement.target.id, run.evaluate(statement.annotation, base.scope))
            for base in reversed(attributes.mro(run, cls))
            if isinstance(base, ClassValue)
            for statement in base.type.body
            if isinstance(statement, facts.Assign)
            and isinstance(statement.target, facts.Name)
            and statement.annotation is not None
        ]
    for name, kind in declared:
        inner = undecorated(kind) if kind is not None else Const(None)
        if isinstance(inner, ClassValue):
            yield name, inner
