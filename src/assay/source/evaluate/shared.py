"""Python's `global`: names of a module that its functions set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate.joining import either
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import Const, Deferred, Value
from assay.source.looks import LOOKS

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator
    from assay.source.evaluate.scope import Module

MOST = 8
"""Assignments of one name that are looked at."""


def said(statement: facts.Stmt) -> str:
    """The name that a statement says to be the module's; "" for every other one."""
    value = statement.value if isinstance(statement, facts.Do) else None
    if isinstance(value, facts.Unary) and value.operator == "global" and isinstance(value.value, facts.Name):
        return value.value.id
    return ""


def keep(module: Module, name: str, value: Value) -> None:
    """Give a value to a name of a module: one of several that it may have; a placeholder gives way."""
    held = module.scope.names.get(name)
    module.scope.names[name] = value if held is None or is_placeholder(held) else either(held, value)


def is_placeholder(value: Value) -> bool:
    """Whether a value is `None`, which stands for what is set later."""
    return isinstance(value, Const) and value.value is None


def settle(run: Evaluator, module: Module) -> None:
    """Names that the module leaves at `None`, and that some function of it sets, are what that function sets them to."""
    for statement in module.file.body:
        if not isinstance(statement, facts.Define):
            continue
        for name in setting(statement.function):
            body = statement.function.body or ()
            held = module.scope.names.get(name)
            if held is not None and not isinstance(held, Deferred) and is_placeholder(held):
                for assigned in list(assigned_to(name, body))[:MOST]:
                    keep(module, name, valued(run, assigned, module))


def setting(function: facts.Function) -> list[str]:
    """The names of the module that a function says to be so; nearly none does."""
    with LOOKS.own():
        return [name for name in map(said, function.body or ()) if name]


def valued(run: Evaluator, expression: facts.Expr, module: Module) -> Value:
    """What an expression of a function is, whatever it is called with; nothing that it does stays recorded."""
    made, assigned, instances = len(run.made), len(run.assigned), len(run.instances)
    scope = Scope(module, parent=module.scope)
    value = run.apart(Place(module.path, 1), lambda: run.evaluate(expression, scope))
    del run.made[made:], run.assigned[assigned:], run.instances[instances:]
    return value


def assigned_to(name: str, block: facts.Block) -> Iterator[facts.Expr]:
    """What is assigned to a name in a block and in the blocks within it."""
    for statement in block:
        match statement:
            case facts.Assign(target=facts.Name(id=found), value=value, operator="=") if found == name:
                if value is not None:
                    yield value
            case facts.If(then=then, other=other):
                yield from assigned_to(name, then)
                yield from assigned_to(name, other)
            case facts.Loop(body=body) | facts.With(body=body):
                yield from assigned_to(name, body)
            case facts.Try():
                for inner in (statement.body, *(handler.body for handler in statement.handlers)):
                    yield from assigned_to(name, inner)
