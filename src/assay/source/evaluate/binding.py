"""Give values to targets: names, members, items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import memory, shared
from assay.source.evaluate.attributes import mro
from assay.source.evaluate.joining import either
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    Either,
    External,
    FunctionValue,
    Generic,
    Given,
    Items,
    Made,
    Member,
    Table,
    Value,
    options,
    undecorated,
)

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator
    from assay.source.evaluate.scope import Scope


def bind(run: Evaluator, target: facts.Expr, value: Value, scope: Scope, line: int) -> None:
    """Give a value to a target."""
    match target:
        case facts.Name(id=name):
            bind_name(run, name, value, scope, line)
        case facts.Attr(value=owner, name=name):
            receiver = run.evaluate(owner, scope)
            set_attribute(run, receiver, name, value, Place(scope.module.path, line))
        case facts.Index(value=owner, keys=(key,)):
            held, index = run.evaluate(owner, scope), run.evaluate(key, scope)
            if memory.is_store(held):
                memory.put(run, held, value, scope)
            set_item(run, held, index, value)
            if isinstance(held, Member) and isinstance(undecorated(index), ClassValue | FunctionValue):
                run.record_assigned(held, "[]", Items([index, value], "tuple"), Place(scope.module.path, line))
            if isinstance(held, Member | External) and isinstance(index, Const) and isinstance(index.value, str):
                run.record_assigned(held, index.value, value, Place(scope.module.path, line))
        case facts.Sequence(items=targets):
            unpack(run, targets, value, scope, line)
        case facts.Unary(value=inner):
            bind(run, inner, value, scope, line)
        case _:
            pass


def bind_name(run: Evaluator, name: str, value: Value, scope: Scope, line: int) -> None:
    """Python binds in the current scope; C# in the scope that declared the name, or the member of `this`."""
    if scope.module.file.language == "csharp":
        found: Scope | None = scope
        while found is not None:
            if name in found.names:
                found.names[name] = value
                return
            found = found.parent
        if scope.receiver is not None and scope.owner is not None and is_member(run, scope.owner, name):
            set_attribute(run, scope.receiver, name, value, Place(scope.module.path, line))
            return
    if name in scope.shared and not run.is_tracing:  # a handler that is only tried out leaves modules as they are
        shared.keep(scope.module, name, value)
    scope.names[name] = value


def is_member(run: Evaluator, owner: ClassValue, name: str) -> bool:
    """Whether a C# name that no scope holds is a member of the type: declared by it, or, going by its capital, by an outside base."""
    if run.csharp.has_member(owner, name):
        return True
    return name[:1].isupper() and any(not isinstance(base, ClassValue) for base in mro(run, owner))


def unpack(run: Evaluator, targets: tuple[facts.Expr, ...], value: Value, scope: Scope, line: int) -> None:
    """`a, *b = value`."""
    values: list[Value] | None = None
    for option in options(value):
        if isinstance(option, Items):
            values = (
                option.items if values is None else [either(*pair) for pair in zip(values, option.items, strict=False)]
            )
    for position, target in enumerate(targets):
        if isinstance(target, facts.Unary) and target.operator == "*":
            rest = values[position : len(values) - (len(targets) - position - 1)] if values is not None else []
            bind(run, target.value, Items(rest, is_open=values is None), scope, line)
            continue
        known = values is not None and position < len(values)
        one = values[position] if known and values is not None else item_of(run, value, position)
        bind(run, target, one, scope, line)


def item_of(run: Evaluator, value: Value, position: int) -> Value:
    """An item of something from outside, which remembers where it comes from."""
    for option in options(value):
        if isinstance(option, Made | Member | Given | External | Generic):
            return Generic(option, (Const(position),))
    return run.unknown("an item of an unknown collection")


def set_attribute(run: Evaluator, receiver: Value, name: str, value: Value, place: Place) -> None:
    """`receiver.name = value`; always recorded."""
    for option in options(receiver):
        if isinstance(option, ClassValue) and not memory.is_kept(run, option, name, value):
            run.remember(option.extra, name)
            option.extra[name] = value
        elif isinstance(option, Decorated):
            set_attribute(run, option.inner, name, value, place)
        elif memory.is_kept(run, option, name, value):
            continue
        elif isinstance(held := getattr(option, "attributes", None), dict):
            run.remember(held, name)
            held[name] = either(held[name], value) if is_switched(run, held.get(name), value) else value
        elif isinstance(option, External) and run.noting is not None:
            run.noting(option.name, name, value)
    run.record_assigned(receiver, name, value, place)


def is_switched(run: Evaluator, before: Value | None, value: Value) -> bool:
    """Whether a flag of an object is turned round in one case only: `self.enabled = True`, and `if key is None: self.enabled = False`."""
    if before is None or not run.conditions:
        return False
    flags = [option.value for held in (before, value) for option in options(held) if isinstance(option, Const)]
    return len(set(flags)) == 2 and all(isinstance(flag, bool) for flag in flags)


def in_some_cases(run: Evaluator, table: Table, key: Const, value: Value) -> Value:
    """A flag that a dictionary gets in one case only, and whatever holds in the other: `if insecure: given["verify"] = False`."""
    is_flag = isinstance(value, Const) and isinstance(value.value, bool)
    if not is_flag or not run.conditions or not run.conditions[-1].is_then:
        return value
    before = table.get(str(key.value))
    return Either((value, before if before is not None else run.unknown("a key that is there in one case only")))


def set_item(run: Evaluator, owner: Value, key: Value, value: Value) -> None:
    """`owner[key] = value` of known dictionaries and lists."""
    for option in options(owner):
        run.remember_items(option)
        if isinstance(option, Table):
            if isinstance(key, Const):
                option.entries[str(key.value)] = (key, in_some_cases(run, option, key, value))
            else:
                option.is_open, option.latest = True, (key, value)
                if run.is_tracing:
                    option.entries[f"\0{len(option.entries)}"] = (key, value)
        elif isinstance(option, Items) and isinstance(key, Const) and isinstance(key.value, int):
            if -len(option.items) <= key.value < len(option.items):
                option.items[key.value] = value
        elif isinstance(held := getattr(option, "attributes", None), dict) and isinstance(key, Const):
            run.remember(held, f"[{key.value}]")
            held[f"[{key.value}]"] = value
