"""Run statements: assignments, branches, loops, definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import dispatch
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Condition,
    Const,
    Decorated,
    Either,
    FunctionValue,
    Items,
    Table,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator
    from assay.source.evaluate.scope import Scope

FALLS, JUMPS, RETURNS = 0, 1, 2
"""How a block ends: falls through, by break or continue, by return or raise."""
LOOP_LIMIT = 1000
"""Items of a known collection that a loop is unrolled over."""
OPTION_LIMIT = 8
"""Values that an `Either` may hold."""


def execute(run: Evaluator, block: facts.Block, scope: Scope) -> int:
    """Run a block; the result says how it surely ends. Local functions of C# are known before their declaration."""
    if scope.module.file.language == "csharp":
        for statement in block:
            if isinstance(statement, facts.Define):
                define(run, statement, scope)
    held = len(run.conditions)
    end = FALLS
    for statement in block:
        if not run.spend():
            end = RETURNS
            break
        end = RUNNERS[type(statement)](run, statement, scope)
        if end:
            break
    del run.conditions[held:]
    return end


def assign(run: Evaluator, statement: facts.Assign, scope: Scope) -> int:
    """`x = 1`, `a.b = 1`, `a["b"] = 1`, `x += [1]`, `a, b = f()`."""
    if statement.value is None:
        if isinstance(statement.target, facts.Name):
            scope.names.setdefault(statement.target.id, run.unknown("declared without a value"))
        return FALLS
    value = run.evaluate(statement.value, scope)
    if scope.module.file.language == "csharp" and statement.annotation is not None:
        # A declaration shadows; a later plain assignment finds it.
        if isinstance(statement.target, facts.Name):
            scope.names[statement.target.id] = value
            return FALLS
    if statement.operator not in {"=", "??="}:
        current = run.evaluate(statement.target, scope)
        value = augmented(run, statement.operator.rstrip("="), current, value, scope)
    bind(run, statement.target, value, scope, statement.line)
    return FALLS


def augmented(run: Evaluator, operator: str, current: Value, value: Value, scope: Scope) -> Value:
    """`x += y`: a known list grows in place."""
    from assay.source.evaluate.expressions import combine

    for option in options(current):
        if operator == "+" and isinstance(option, Items):
            extend(option, value)
            return current
        if operator == "|" and isinstance(option, Table) and isinstance(value, Table):
            option.entries.update(value.entries)
            return current
    return combine(operator, current, value)


def extend(target: Items, value: Value) -> None:
    """Add the items of a value to a list."""
    for option in options(value):
        if isinstance(option, Items):
            target.items.extend(option.items[: LOOP_LIMIT * 10])
            target.is_open |= option.is_open
        elif isinstance(option, Unknown):
            target.is_open = True
        else:
            target.items.append(option)
            target.is_open = True


def bind(run: Evaluator, target: facts.Expr, value: Value, scope: Scope, line: int) -> None:
    """Give a value to a target."""
    match target:
        case facts.Name(id=name):
            bind_name(run, name, value, scope, line)
        case facts.Attr(value=owner, name=name):
            receiver = run.evaluate(owner, scope)
            set_attribute(run, receiver, name, value, Place(scope.module.path, line))
        case facts.Index(value=owner, keys=(key,)):
            set_item(run.evaluate(owner, scope), run.evaluate(key, scope), value)
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
        if scope.receiver is not None and scope.owner is not None and run.csharp.has_member(scope.owner, name):
            set_attribute(run, scope.receiver, name, value, Place(scope.module.path, line))
            return
    scope.names[name] = value


def unpack(run: Evaluator, targets: tuple[facts.Expr, ...], value: Value, scope: Scope, line: int) -> None:
    """`a, *b = value`."""
    values: list[Value] | None = None
    for option in options(value):
        if isinstance(option, Items):
            values = list(option.items)
            break
    for position, target in enumerate(targets):
        if isinstance(target, facts.Unary) and target.operator == "*":
            rest = values[position : len(values) - (len(targets) - position - 1)] if values is not None else []
            bind(run, target.value, Items(rest, is_open=values is None), scope, line)
            continue
        known = values is not None and position < len(values)
        one = values[position] if known and values is not None else run.unknown("an item of an unknown collection")
        bind(run, target, one, scope, line)


def set_attribute(run: Evaluator, receiver: Value, name: str, value: Value, place: Place) -> None:
    """`receiver.name = value`; always recorded."""
    for option in options(receiver):
        if isinstance(option, ClassValue):
            option.extra[name] = value
        elif isinstance(option, Decorated):
            set_attribute(run, option.inner, name, value, place)
        elif isinstance(held := getattr(option, "attributes", None), dict):
            held[name] = value
    run.record_assigned(receiver, name, value, place)


def set_item(owner: Value, key: Value, value: Value) -> None:
    """`owner[key] = value` of known dictionaries and lists."""
    for option in options(owner):
        if isinstance(option, Table):
            if isinstance(key, Const):
                option.entries[str(key.value)] = (key, value)
            else:
                option.is_open = True
        elif isinstance(option, Items) and isinstance(key, Const) and isinstance(key.value, int):
            if -len(option.items) <= key.value < len(option.items):
                option.items[key.value] = value
        elif isinstance(held := getattr(option, "attributes", None), dict) and isinstance(key, Const):
            held[f"[{key.value}]"] = value


def do(run: Evaluator, statement: facts.Do, scope: Scope) -> int:
    """An expression for its effect."""
    run.evaluate(statement.value, scope)
    return FALLS


def give(run: Evaluator, statement: facts.Return, scope: Scope) -> int:
    """`return x`."""
    value = run.evaluate(statement.value, scope) if statement.value is not None else Const(None)
    run.record_exit("return", value, Place(scope.module.path, statement.line))
    holder: Scope | None = scope
    while holder is not None and holder.returns is None:
        holder = holder.parent
    if holder is not None and holder.returns is not None:
        holder.returns.append(value)
    return RETURNS


def fail(run: Evaluator, statement: facts.Raise, scope: Scope) -> int:
    """`raise x`."""
    value = run.evaluate(statement.value, scope) if statement.value is not None else run.unknown("raised again")
    run.record_exit("raise", value, Place(scope.module.path, statement.line))
    return RETURNS


def branch(run: Evaluator, statement: facts.If, scope: Scope) -> int:
    """`if`: one branch when the test is decided, else both, joined."""
    test = run.evaluate(statement.test, scope)
    decided = run.truth(test)
    if decided is not None:
        return run.execute(statement.then if decided else statement.other, scope)
    place = Place(scope.module.path, statement.line)
    before = dict(scope.names)
    run.conditions.append(Condition(statement.test, test, True, place))
    then_end = run.execute(statement.then, scope)
    after_then, scope.names = scope.names, before
    run.conditions[-1] = Condition(statement.test, test, False, place)
    other_end = run.execute(statement.other, scope)
    negative = run.conditions.pop()
    if other_end:
        scope.names = after_then
    elif not then_end:
        scope.names = joined(after_then, scope.names)
    if then_end and other_end:
        return min(then_end, other_end)
    if then_end or other_end:
        # What follows in this block happens only in the other case; `execute` takes it off again.
        run.conditions.append(negative if then_end else Condition(statement.test, test, True, place))
    return FALLS


def joined(left: dict[str, Value], right: dict[str, Value]) -> dict[str, Value]:
    """The names after two branches."""
    names = dict(right)
    for name, value in left.items():
        names[name] = either(value, right[name]) if name in right else value
    return names


def either(*values: Value) -> Value:
    """One of several values; equal constants and doubles are folded, `Unknown` gives way to anything known."""
    found: list[Value] = []
    for option in (option for value in values for option in options(value)):
        if any(option is other or is_same_constant(option, other) for other in found):
            continue
        found.append(option)
    known = [option for option in found if not isinstance(option, Unknown)]
    if not known:
        return found[0] if found else Unknown("nothing")
    found = known
    return found[0] if len(found) == 1 else Either(tuple(found[:OPTION_LIMIT]))


def is_same_constant(left: Value, right: Value) -> bool:
    """Whether two values are the same constant."""
    return isinstance(left, Const) and isinstance(right, Const) and left.value == right.value


def loop(run: Evaluator, statement: facts.Loop, scope: Scope) -> int:
    """`for`: unrolled over a known collection, else once with an unknown item."""
    iterable = run.evaluate(statement.iterable, scope)
    if statement.target is None:
        run.execute(statement.body, scope)
        return FALLS
    is_known = False
    for option in options(iterable):
        values = iterated(option)
        if values is None:
            continue
        is_known = True
        for value in values[:LOOP_LIMIT]:
            bind(run, statement.target, value, scope, statement.line)
            run.execute(statement.body, scope)
    if not is_known:
        bind(run, statement.target, dispatch.item_of(iterable), scope, statement.line)
        run.execute(statement.body, scope)
    return FALLS


def iterated(value: Value) -> list[Value] | None:
    """What iterating over a value gives, None when unknown."""
    if isinstance(value, Items):
        return list(value.items)
    if isinstance(value, Table):
        return [key for key, _ in value.entries.values()]
    return None


def with_(run: Evaluator, statement: facts.With, scope: Scope) -> int:
    """`with a as b`: b is what `__enter__` gives, taken to be a itself."""
    for expression, target in statement.items:
        value = run.evaluate(expression, scope)
        if target is not None:
            bind(run, target, value, scope, statement.line)
    return run.execute(statement.body, scope)


def attempt(run: Evaluator, statement: facts.Try, scope: Scope) -> int:
    """`try`: the body, then each handler as a branch that may have happened instead."""
    end = run.execute(statement.body, scope)
    after = dict(scope.names)
    for handler in statement.handlers:
        if handler.name:
            scope.names[handler.name] = run.unknown("an exception")
        caught = facts.Opaque("except", (handler.type,) if handler.type is not None else ())
        run.conditions.append(
            Condition(caught, Unknown("whether it fails"), True, Place(scope.module.path, statement.line))
        )
        run.execute(handler.body, scope)
        run.conditions.pop()
        after, scope.names = joined(after, scope.names), dict(after)
    scope.names = after
    final = run.execute(statement.final, scope)
    return final or (end if not statement.handlers else FALLS)


def switch(run: Evaluator, statement: facts.Switch, scope: Scope) -> int:
    """`match`, `switch`: every case may happen."""
    subject = run.evaluate(statement.subject, scope)
    merged: dict[str, Value] | None = None
    before = dict(scope.names)
    place = Place(scope.module.path, statement.line)
    for case in statement.cases:
        scope.names = dict(before)
        test = facts.Binary("==", statement.subject, case.patterns[0]) if case.patterns else statement.subject
        run.conditions.append(Condition(test, subject, True, place))
        run.execute(case.body, scope)
        run.conditions.pop()
        merged = scope.names if merged is None else joined(merged, scope.names)
    scope.names = joined(before, merged) if merged is not None else before
    return FALLS


def import_(run: Evaluator, statement: facts.Import, scope: Scope) -> int:
    """`import x`; a C# using is read where names are looked up."""
    if scope.module.file.language == "python":
        run.python.bind_import(statement, scope)
    return FALLS


def define(run: Evaluator, statement: facts.Define, scope: Scope) -> int:
    """`def f`, under its decorators from the innermost out."""
    function = statement.function
    value: Value = FunctionValue(function, scope.module, scope, scope.owner if scope.is_class else None)
    if scope.module.file.language == "python":
        value = decorated(run, value, function.annotations, scope)
    scope.names[function.name] = value
    return FALLS


def declare(run: Evaluator, statement: facts.Declare, scope: Scope) -> int:
    """`class C`, under its decorators. Types of C# are found by name, wherever they stand."""
    if scope.module.file.language != "python":
        return FALLS
    cls = ClassValue(statement.type, scope.module, scope, ((statement.type, scope.module),))
    if any(
        isinstance(a.value, facts.Call)
        for m in statement.type.body
        if isinstance(m, facts.Define)
        for a in m.function.annotations
    ):
        class_names(run, cls)  # decorators with arguments may register the methods
    value: Value = cls
    value = decorated(run, value, statement.type.annotations, scope)
    scope.names[statement.type.name] = value
    return FALLS


def decorated(run: Evaluator, value: Value, annotations: tuple[facts.Annotation, ...], scope: Scope) -> Value:
    """A function or class under its decorators. Decorator expressions are evaluated top first, applied bottom first."""
    evaluated = [(annotation, run.evaluate(annotation.value, scope)) for annotation in annotations]
    for annotation, decorator in reversed(evaluated):
        place = Place(scope.module.path, annotation.line)
        outcome = run.call(decorator, (value,), place=place)
        value = Decorated(decorator, value, outcome, place, annotation)
    return value


def jump(run: Evaluator, statement: facts.Jump, scope: Scope) -> int:
    """`break`, `continue`."""
    return JUMPS


RUNNERS = {
    facts.Assign: assign,
    facts.Do: do,
    facts.Return: give,
    facts.Raise: fail,
    facts.If: branch,
    facts.Loop: loop,
    facts.With: with_,
    facts.Try: attempt,
    facts.Switch: switch,
    facts.Import: import_,
    facts.Define: define,
    facts.Declare: declare,
    facts.Jump: jump,
}
