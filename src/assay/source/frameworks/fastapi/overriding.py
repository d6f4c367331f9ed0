"""What an application puts in the place of dependencies: `app.dependency_overrides[IRepository] = SqlRepository`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assay.source import facts
from assay.source.evaluate.values import (
    ClassValue,
    External,
    FunctionValue,
    Generic,
    Invocation,
    Items,
    Made,
    Member,
    Table,
    Value,
    options,
    undecorated,
)
from assay.source.mentions import dotted
from assay.source.program import Program

HELD_BY = "dependency_overrides"
ABSTRACT = ("ABC", "Protocol", "ABCMeta")


def replacements(program: Program, applications: Iterable[Invocation]) -> dict[int, Value]:
    """By the identity of a type or function that does nothing itself: what stands for it. The first one counts; tests say nothing."""
    found: dict[int, Value] = {}
    for application in applications:
        for key, value, path in given(program, application):
            inner = undecorated(key)
            if (identity := stub(program, inner)) is not None and "test" not in path.lower():
                found.setdefault(identity, bare(value))
    return found


def given(program: Program, application: Invocation) -> Iterator[tuple[Value, Value, str]]:
    """(what, by what, where) of every replacement."""
    held = Member(application, HELD_BY)
    for assigned in program.assigned_on(held, "[]"):
        if isinstance(assigned.value, Items):
            key, value = assigned.value.items
            yield key, value, assigned.place.path
    for call in program.calls_on(held, "update"):
        for option in options(call.argument(0)):
            for key, value in option.entries.values() if isinstance(option, Table) else ():
                yield key, value, call.place.path


def stub(program: Program, value: Value) -> int | None:
    """The identity of a type that is abstract, or of a function without a body of its own."""
    match value:
        case ClassValue(type=type_):
            bases = (base.value if isinstance(base, Generic) else base for base in program.mro(value))
            said = [dotted(base).rpartition(".")[2] for base in bases if isinstance(base, External)]
            return id(type_) if any(name in ABSTRACT for name in said) else None
        case FunctionValue(function=function):
            return id(function) if all(map(does_nothing, function.body or ())) else None
    return None


def does_nothing(statement: facts.Stmt) -> bool:
    """Whether a statement is a text, `...`, `pass` or raises."""
    is_text = isinstance(statement, facts.Do) and isinstance(
        statement.value, facts.Text | facts.Constant | facts.Opaque
    )
    return is_text or isinstance(statement, facts.Raise | facts.Jump)


def bare(value: Value) -> Value:
    """A replacement without `partial(...)` around it."""
    inner = next(options(value), value)
    if isinstance(inner, Made) and inner.name == "partial" and len(inner.positional) == 1 and not inner.named:
        return inner.positional[0]
    return inner


def replaced(known: dict[int, Value], value: Value) -> Value:
    """What runs in the place of a dependency."""
    match value:
        case ClassValue(type=type_):
            return known.get(id(type_), value)
        case FunctionValue(function=function):
            return known.get(id(function), value)
    return value
