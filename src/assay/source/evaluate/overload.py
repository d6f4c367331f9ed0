"""Overloads of C#: which of several methods of one name a call means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Value,
    options,
)

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator

FUNCTIONS = frozenset(["Expression", "Func", "Action", "Predicate"])
"""Types of functions."""
SIMPLE = frozenset(
    "string String int Int32 long Int64 short bool Boolean Guid DateTime DateTimeOffset decimal double float byte char uint ulong".split()
)
"""Types that no object of a class can be."""


def unlike(run: Evaluator, annotation: facts.Expr | None, value: Value) -> bool:
    """Whether an argument surely is not of the declared type of a parameter."""
    while isinstance(annotation, facts.Unary):
        annotation = annotation.value
    name = annotation.id if isinstance(annotation, facts.Name) else ""
    option = next(options(value), value)
    if isinstance(annotation, facts.Index) and isinstance(option, Instance):
        return is_unlike_generic(run, annotation, option)
    if isinstance(option, Const):
        is_text = isinstance(option.value, str)
        if is_text and (known := members(run, name)):
            return option.value not in known
        return option.value is not None and name in SIMPLE and is_text != (name in {"string", "String"})
    if isinstance(option, Given) and isinstance(option.type, External):
        if option.type.name not in SIMPLE:
            return False
        return name.lower() != option.type.name.lower() if name in SIMPLE else bool(run.csharp.types.all(name))
    cls = run.class_of(option) or (run.typing(option) if run.typing is not None else None)
    if cls is None or not name:
        return False
    return name in SIMPLE or (
        name != "object" and not any(last == name for last in names_of(run, cls)) and run.is_tracing
    )


def is_unlike_generic(run: Evaluator, annotation: facts.Index, value: Instance) -> bool:
    """Whether an object is no function that a parameter asks for, or one of another number of type arguments: a `Specification<Order>` is
    no `ISpecification<Order, OrderDto>`.
    """
    name = annotation.value.id if isinstance(annotation.value, facts.Name) else ""
    if name in FUNCTIONS:
        return True
    bases = [base for base in attributes.mro(run, value.cls) if isinstance(base, Generic)]
    counts = {len(base.keys) for base in bases if last_of(base.value) == name.removeprefix("I")}
    return bool(counts) and len(annotation.keys) not in counts


def last_of(value: Value) -> str:
    """The simple name of a type from outside."""
    return value.name.rpartition(".")[2] if isinstance(value, External) else ""


def members(run: Evaluator, name: str) -> frozenset[str]:
    """The members of an enumeration of the project; none for every other type."""
    found = run.csharp.types.all(name) if name and name not in SIMPLE else ()
    return frozenset(
        statement.target.id
        for cls in found
        if cls.type.kind == "enum"
        for statement in cls.type.body
        if isinstance(statement, facts.Assign) and isinstance(statement.target, facts.Name)
    )


def names_of(run: Evaluator, cls: ClassValue) -> set[str]:
    """The simple names of a class and its bases."""
    found: set[str] = set()
    for base in attributes.mro(run, cls):
        inner = base.value if isinstance(base, Generic) else base
        found.add(
            inner.type.name if isinstance(inner, ClassValue) else str(getattr(inner, "name", "")).rpartition(".")[2]
        )
    return found


def is_free(annotation: facts.Expr | None, free: set[str]) -> bool:
    """Whether a parameter takes whatever its type parameter stands for."""
    while isinstance(annotation, facts.Unary):
        annotation = annotation.value
    return isinstance(annotation, facts.Name) and annotation.id in free


def is_text(value: Value) -> bool:
    """Whether a value is text that stands in the code."""
    return isinstance(value, Const) and isinstance(value.value, str)


def is_of_base(run: Evaluator, annotation: facts.Expr | None, value: Value) -> bool:
    """Whether a parameter is of the plain type of that name where the argument is of the one with type parameters: `Result` of a
    `Result<Order>`.
    """
    while isinstance(annotation, facts.Unary):
        annotation = annotation.value
    cls = run.class_of(next(options(value), value)) if isinstance(annotation, facts.Name) else None
    return (
        cls is not None
        and isinstance(annotation, facts.Name)
        and bool(cls.type.type_parameters)
        and annotation.id == cls.type.name
    )


def chosen(functions: tuple[FunctionValue, ...], request: Request, run: Evaluator | None = None) -> FunctionValue:
    """The overload that fits the number, names and types of the arguments best; the first of equals."""
    if len(functions) == 1:
        return functions[0]

    def misfit(function: FunctionValue) -> tuple[int, int, int, int, int]:
        parameters = [p for p in function.function.parameters if p.kind != "this" or function.receiver is None]
        required = sum(p.default is None and p.kind != "params" for p in parameters)
        given = len(request.positional) + len(request.named)
        names = {p.name for p in parameters}
        wrong = sum(name not in names for name in request.named)
        too_many = 0 if any(p.kind in {"params", "*"} for p in parameters) else max(0, given - len(parameters))
        generic = abs(len(function.function.type_parameters) - len(request.type_arguments))
        pairs = list(zip(parameters, request.positional, strict=False)) if run is not None else []
        free = {*function.function.type_parameters, *(function.owner.type.type_parameters if function.owner else ())}
        odd = sum(
            unlike(run, parameter.annotation, value)
            for parameter, value in pairs
            if run is not None and not is_free(parameter.annotation, free)
        )
        base = sum(is_of_base(run, parameter.annotation, value) for parameter, value in pairs if run is not None)
        open_ = sum(is_free(each.annotation, free) and is_text(value) for each, value in pairs)  # not `Ok(T it)`
        return (wrong + too_many + max(0, required - given), odd, base, open_, generic)

    return min(functions, key=misfit)
