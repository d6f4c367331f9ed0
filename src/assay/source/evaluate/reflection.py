"""Reflection of C#: types asked for at run time, what is made of them, the attributes that stand on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.dispatch import bare, made_of
from assay.source.evaluate.linq import replaced_by
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Deferred,
    External,
    FunctionValue,
    Instance,
    Items,
    Made,
    Member,
    Overloads,
    Value,
)
from assay.source.evaluate.written import last_name

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator


def reflected(run: Evaluator, request: Request) -> Value | None:
    """`value.GetType()`, `Activator.CreateInstance<T>()` and the like; None for every other call."""
    match request.callee:
        case Member(value=owner, name="GetType"):
            return run.class_of(owner)
        case Member(value=ClassValue() as cls, name="GetCustomAttributes" | "GetCustomAttribute" | "IsDefined") if (
            run.is_tracing
        ):
            return stated(run, cls, request)
        case External(name="Activator.CreateInstance"):
            types = [*request.type_arguments, *request.positional[:1]]
            return next((made_of(run, cls) for cls in map(bare, types) if cls is not None), None)
        case Member(value=ClassValue() as cls, name="GetMethod") if request.positional:
            name = request.positional[0]
            found = attributes.class_attribute(run, cls, str(name.value), cls) if isinstance(name, Const) else None
            return found if isinstance(found, FunctionValue | Overloads) else None
        case Member(value=FunctionValue() | Overloads() as function, name="Invoke"):
            # `method.Invoke(target, [arguments])` of reflection, `handler.Invoke(arguments)` of a delegate
            given = request.positional
            if len(given) == 2 and isinstance(given[1], Items):
                given = tuple(given[1].items)
            return run.call(function, given, place=request.place)
        case Member(value=Made(name="Regex", positional=(pattern, *_)), name="Replace"):
            return replaced_by(run, pattern, request)
    return None


def stated(run: Evaluator, cls: ClassValue, request: Request) -> Value:
    """`type.GetCustomAttributes<T>()`: the attributes of that type that stand on a type, with what they are given."""
    given = [*request.type_arguments, *request.positional]
    types = [one.resolve() if isinstance(one, Deferred) else one for one in given]
    wanted = next((name for one in types if (name := type_name(one))), "").removesuffix("Attribute")
    found: list[Value] = []
    for base in attributes.mro(run, cls):
        for part, module in base.parts if isinstance(base, ClassValue) else ():
            for annotation in part.annotations:
                written = annotation.value
                named = last_name(written.function if isinstance(written, facts.Call) else written)
                if named.removesuffix("Attribute") == wanted:
                    found.append(attribute_of(run, written, named, Scope(module, owner=cls)))
    match request.callee:
        case Member(name="GetCustomAttribute"):
            return found[0] if found else Const(None)
        case Member(name="IsDefined"):
            return Const(bool(found))
    return Items(found)


def type_name(value: Value) -> str:
    """The simple name of a type."""
    cls = bare(value)
    return cls.type.name if cls is not None else str(getattr(value, "name", "")).rpartition(".")[2]


def attribute_of(run: Evaluator, written: facts.Expr, name: str, scope: Scope) -> Value:
    """An attribute as an object."""
    given = written.arguments if isinstance(written, facts.Call) else ()
    values = [(argument.name, run.evaluate(argument.value, scope)) for argument in given]
    types = run.csharp.types
    names = (f"{name.removesuffix('Attribute')}Attribute", name)
    cls = next((found for one in names if (found := types.named(one, scope.module, scope.owner)) is not None), None)
    place = Place(scope.module.path, cls.type.line if cls is not None else 0)
    callee = cls if cls is not None else External(name)
    positional = tuple(value for key, value in values if not key)
    made = run.call(callee, positional, place=place)
    if isinstance(made, Instance | Made):
        made.attributes.update({key: value for key, value in values if key})
    return made
