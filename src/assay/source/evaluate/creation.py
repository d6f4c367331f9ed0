"""Objects of C#: what `new` makes, which constructor is run and what a primary constructor does, copies by `with`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import attributes, calls, overload
from assay.source.evaluate.expressions import arguments
from assay.source.evaluate.parameters import bind_parameters
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Given,
    Instance,
    Items,
    Made,
    Overloads,
    Table,
    Value,
    options,
)

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator


def create(run: Evaluator, expression: facts.New, scope: Scope) -> Value:
    """`new T(...) { ... }`."""
    positional, named = arguments(run, expression.arguments, scope)
    members = [(name, run.evaluate(value, scope)) for name, value in expression.members]
    if isinstance(expression.type, facts.Opaque) and expression.type.kind == "with_expression":
        return copied(run, expression.type, members, scope, Place(scope.module.path, expression.line))
    pairs = [(run.evaluate(k, scope), run.evaluate(v, scope)) for k, v in expression.items]
    if pairs:
        return Table({str(k.value) if isinstance(k, Const) else f"\0{i}": (k, v) for i, (k, v) in enumerate(pairs)})
    is_anonymous = expression.type == facts.Constant(None)
    if is_anonymous and members and not positional:
        return Table({name: (Const(name), value) for name, value in members})
    if members and all(not name for name, _ in members):
        return Items([value for _, value in members])
    callee = External("new") if is_anonymous else run.csharp.type_value(expression.type, scope)
    place = Place(scope.module.path, expression.line)
    created = calls.call(run, calls.Request(callee, positional, named, place))
    if isinstance(created, Made | Instance):
        for name, value in members:
            created.attributes[name] = value
            run.record_assigned(created, name, value, place)
    return created


def constructor(run: Evaluator, cls: ClassValue, instance: Instance, request: Request) -> None:
    """Run the constructor of a class that fits the arguments."""
    found = attributes.class_names(run, cls).get(".ctor")
    match found:
        case FunctionValue():
            constructors: tuple[FunctionValue, ...] = (found,)
        case Overloads(functions=constructors):
            pass
        case _:
            return
    chosen = overload.chosen(constructors, request, run)
    bound = FunctionValue(chosen.function, chosen.module, chosen.scope, cls, instance, chosen.attributes)
    if "primary" in chosen.function.modifiers:
        holder = Scope(cls.module, owner=cls)
        bind_parameters(run, bound, request, holder)
        instance.attributes.update(holder.names)
        primary(run, cls, chosen.function, instance, holder)
    else:
        calls.enter(run, bound, calls.Request(bound, request.positional, request.named, request.place))


def primary(run: Evaluator, cls: ClassValue, function: facts.Function, instance: Instance, holder: Scope) -> None:
    """What else a primary constructor does: call its base, and set the fields that are made of its parameters."""
    scope = Scope(cls.module, dict(holder.names), None, cls, instance, returns=[])
    run.execute(function.body or (), scope)
    names = {parameter.name for parameter in function.parameters}
    for part, _ in cls.parts if names else ():
        for member in part.body:
            match member:
                case facts.Assign(target=facts.Name(id=name), value=value, modifiers=modifiers) if value is not None:
                    if not {"static", "const", "getter"} & set(modifiers) and name not in names:
                        instance.attributes[name] = run.evaluate(value, scope)


def copied(
    run: Evaluator, expression: facts.Opaque, members: list[tuple[str, Value]], scope: Scope, place: Place
) -> Value:
    """`value with { Member = x }`."""
    value = next(options(run.evaluate(expression.parts[0], scope)), None)
    copy: Value
    match value:
        case Instance():
            copy = Instance(
                value.positional, value.named, place, run.next_index(), value.conditions, value.stack, dict(value.attributes),
                value.cls,
            )  # fmt: skip
        case Given():
            copy = Given(
                value.name, value.call, value.position, value.type, value.function, dict(value.attributes), value.origin
            )
        case _:
            known = run.typing(value) if run.typing is not None and value is not None else None
            types = (known,) if known is not None else ()  # a copy is of the type of what it is made of
            copy = run.record(calls.Request(External("with"), (value,) if value is not None else (), {}, place, types))
    for name, held in members:
        copy.attributes[name] = held
    return copy
