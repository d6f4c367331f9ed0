"""Extension methods of C#: which one a call means, by name, number and types of what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.source import facts
from assay.source.evaluate import attributes, calls, overload
from assay.source.evaluate.reflection import type_name
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Member,
    Overloads,
    Template,
    Unknown,
    Value,
)
from assay.source.evaluate.written import last_name

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator


OF_RESULTS = ("Results.Extensions.", "TypedResults.Extensions.")
"""Where a project puts answers of its own."""


def extension(run: Evaluator, request: Request) -> Value | None:
    """`value.Method(...)` as an extension method of the project; None when there is none that fits."""
    callee = request.callee
    if isinstance(callee, External) and callee.name.startswith(OF_RESULTS):
        holder, _, last = callee.name.rpartition(".")
        callee = Member(External(holder), last)
    if not isinstance(callee, Member) or isinstance(callee.value, Unknown):
        return None
    receiver, name = callee.value, callee.name
    fitting = [f for f in run.csharp.types.extensions(name) if fits(run, f, receiver, request)]
    on_stack = {id(function.function) for function in run.stack}
    fitting = [f for f in fitting if id(f.function) not in on_stack]
    if not fitting:
        return None
    fitting = run.csharp.types.in_sight(fitting, request.place.path)
    whole = calls.Request(
        request.callee, (receiver, *request.positional), request.named, request.place, request.type_arguments
    )
    return calls.enter(run, overload.chosen(tuple(fitting), whole, run), whole)


def fits(run: Evaluator, function: FunctionValue, receiver: Value, request: Request) -> bool:
    """Whether arguments can be what the parameters are declared to be, as far as both are known."""
    parameters = function.function.parameters
    required = sum(p.default is None and p.kind != "params" for p in parameters)
    given = 1 + len(request.positional) + len(request.named)
    has_rest = any(p.kind == "params" for p in parameters)
    if given < required or (given > len(parameters) and not has_rest):
        return False
    if any(name not in {p.name for p in parameters} for name in request.named):
        return False
    cls = run.class_of(receiver)
    if isinstance(receiver, Const | Template) and not is_text_type(parameters[0].annotation):
        return isinstance(receiver, Const) and not isinstance(receiver.value, str)
    if cls is not None and is_text_type(parameters[0].annotation):
        return False
    if not holds(run, parameters[0].annotation, function.function.type_parameters, receiver):
        return False
    by_name = {p.name: p for p in parameters}
    pairs = [*zip(parameters[1:], request.positional, strict=False)]
    pairs += [(by_name[name], value) for name, value in request.named.items()]
    return all(may_be(parameter.annotation, value) for parameter, value in pairs)


def holds(run: Evaluator, annotation: facts.Expr | None, names: tuple[str, ...], receiver: Value) -> bool:
    """Whether a sequence can hold what an extension method is declared for: `this IQueryable<Order> orders`; doubt means yes."""
    element = run.csharp.element(receiver) if run.csharp.element is not None and run.is_tracing else None
    if element is None or not isinstance(annotation, facts.Index) or len(annotation.keys) != 1:
        return True
    wanted = last_name(annotation.keys[0])
    mro = attributes.mro(run, element)
    known = {base.type.name if isinstance(base, ClassValue) else type_name(base) for base in mro}
    return wanted in names or wanted in known or not run.csharp.types.all(wanted)


def is_text_type(annotation: facts.Expr | None) -> bool:
    """`string`, `string?`, `String`, `PathString`, or unknown."""
    match annotation:
        case None:
            return True
        case facts.Unary(operator="?", value=value):
            return is_text_type(value)
        case facts.Name(id=name):
            return name in {"string", "String", "PathString", "object", "var", "dynamic", "StringSegment"}
        case facts.Index(value=facts.Name(id=name)):
            return name in {"ReadOnlySpan", "IEnumerable"}
    return False


CALLABLE_TYPES = {"Delegate", "RequestDelegate", "Func", "Action", "Predicate", "Expression"}


def may_be(annotation: facts.Expr | None, value: Value) -> bool:
    """Whether a value may be of a declared type; doubt means yes."""
    match annotation:
        case facts.Unary(operator="?", value=inner):
            return may_be(inner, value)
        case facts.Name(id=name):
            pass
        case facts.Index(value=facts.Name(id=name)):
            pass
        case _:
            return True
    is_function = isinstance(value, FunctionValue | Overloads)
    if name in {"string", "String"}:
        return not is_function and not (isinstance(value, Const) and isinstance(value.value, bool | int | float))
    if name in CALLABLE_TYPES:
        return not isinstance(value, Const | Template)
    if name in {"bool", "int"}:
        return not is_function and not (isinstance(value, Const) and isinstance(value.value, str))
    return True
