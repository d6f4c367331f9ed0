"""Permissions that a table names by action: `self.permission_classes_by_action[self.action]`, with those of the class for all others."""

from __future__ import annotations

from collections.abc import Iterator

from assay.source import facts
from assay.source.evaluate.values import ClassValue, FunctionValue, Table, Value, options, undecorated
from assay.source.inside import inside
from assay.source.program import Program

DEFAULTS = ("default", "__default__", "DEFAULT", "*")
"""Keys of what holds for actions that the table does not name."""


def tabled(program: Program, cls: ClassValue, method: Value, action: str, before: Value) -> Value | None:
    """The list that the table has for an action; None where `get_permissions` asks no table of the class."""
    function = undecorated(method)
    if not action or not isinstance(function, FunctionValue):
        return None
    for name in asked(function.function):
        found = program.class_attribute(cls, name)
        for option in options(found[0]) if found is not None else ():
            if isinstance(option, Table) and not option.is_open:
                keys = (action, *DEFAULTS)
                return next((held for key in keys if (held := option.get(key)) is not None), before)
    return None


def asked(function: facts.Function) -> Iterator[str]:
    """The names of tables that are subscripted with the action of the view."""
    for part in inside(function.body):
        match part:
            case facts.Index(value=facts.Attr(value=facts.Name(id="self"), name=name), keys=(key,)) if is_action(key):
                yield name


def is_action(key: facts.Expr) -> bool:
    """Whether an expression is the action of the view."""
    return (
        isinstance(key, facts.Attr)
        and key.name == "action"
        and isinstance(key.value, facts.Name)
        and key.value.id == "self"
    )
