"""Functions that only write out a table: what one gives is worked out once, and costs those who call it nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import FunctionValue, Items, Table, Value

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

LEAST = 24
"""Parts of a literal from which on it is a table; what is smaller is cheaper to run than to keep."""


def written(run: Evaluator, function: FunctionValue) -> Value | None:
    """What a function without parameters of its own gives whose body is the return of one large literal; None for every other one.

    `def roles(): return {Roles.Reader: {Permissions.View, ...}, ...}` is the same whoever asks, so it is no part of what a handler does.
    """
    table = returned(function)
    if table is None:
        return None
    found = run.tables.get(id(function.function))
    if found is None:
        scope = Scope(function.module, parent=function.scope, owner=function.owner or function.scope.owner)
        place = Place(function.module.path, function.function.line)
        found = run.tables[id(function.function)] = run.apart(place, lambda: run.evaluate(table, scope))
        run.kept.append(function.function)
    return fresh(found)


def returned(function: FunctionValue) -> facts.Expr | None:
    """The large literal that a function does nothing but give back."""
    if function.function.parameters or function.receiver is not None or function.scope.returns is not None:
        return None
    body = [each for each in function.function.body or () if not is_text(each)]
    if len(body) != 1 or not isinstance(body[0], facts.Return) or function.function.modifiers:
        return None
    value = body[0].value
    if not isinstance(value, facts.Sequence | facts.Mapping):
        return None
    parts = list(within(value))
    return value if len(parts) >= LEAST and None not in parts else None


def is_text(statement: facts.Stmt) -> bool:
    """Whether a statement is a docstring."""
    return isinstance(statement, facts.Do) and isinstance(statement.value, facts.Text)


def within(value: facts.Expr) -> Iterator[facts.Expr | None]:
    """The parts of a literal; None among them for what is more than written down: a call, a test."""
    match value:
        case facts.Sequence(items=items):
            for item in items:
                yield from within(item)
        case facts.Mapping(items=pairs):
            for key, item in pairs:
                yield from within(key)
                yield from within(item)
        case facts.Text() | facts.Number() | facts.Constant() | facts.Name() | facts.Attr(value=facts.Name()):
            yield value
        case _:
            yield None


def fresh(value: Value) -> Value:
    """The table as a call gives it: whoever changes it changes their own."""
    match value:
        case Items():
            return Items(list(map(fresh, value.items)), value.kind, value.is_open, value.names, value.is_varying)
        case Table():
            return Table({name: (key, fresh(item)) for name, (key, item) in value.entries.items()}, value.is_open)
    return value
