"""Evaluate expressions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import dispatch, memory
from assay.source.evaluate.attributes import subscript
from assay.source.evaluate.binding import bind
from assay.source.evaluate.calls import Request, call
from assay.source.evaluate.joining import LOOP_LIMIT, either, iterated
from assay.source.evaluate.operators import combine, concatenated, standing
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import (
    REST,
    ClassValue,
    Condition,
    Const,
    Deferred,
    External,
    FunctionValue,
    Generic,
    Items,
    Made,
    Operation,
    Table,
    Unknown,
    Value,
    options,
)
from assay.source.evaluate.written import last_name, named_by

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator


def name(run: Evaluator, expression: facts.Name, scope: Scope) -> Value:
    """`x`."""
    found = scope.find(expression.id)
    if found is None:
        return run.lookup(expression.id, scope)
    return found.resolve() if isinstance(found, Deferred) else found


def attribute(run: Evaluator, expression: facts.Attr, scope: Scope) -> Value:
    """`x.y`."""
    if scope.module.file.language == "csharp":
        found = run.csharp.dotted(expression, scope)
        if found is not None:
            return found
        value = run.csharp.meant(expression.value, run.evaluate(expression.value, scope), scope, expression.name)
        return run.attribute(value, expression.name)
    return run.attribute(run.evaluate(expression.value, scope), expression.name)


def string(run: Evaluator, expression: facts.Text, scope: Scope) -> Value:
    """`"x"`."""
    return Const(expression.value)


def number(run: Evaluator, expression: facts.Number, scope: Scope) -> Value:
    """`1`, `2.5`, `0x1F`."""
    try:
        return Const(int(expression.value, 0))
    except ValueError:
        pass
    try:
        return Const(float(expression.value))
    except ValueError:
        return Unknown("a number in an unknown form", expression)


def constant(run: Evaluator, expression: facts.Constant, scope: Scope) -> Value:
    """True, False, None."""
    return Const(expression.value)


def interpolated(run: Evaluator, expression: facts.Joined, scope: Scope) -> Value:
    """`f"{a}/b"`, `$"{a}/b"`."""
    return concatenated(*(run.evaluate(part, scope) for part in expression.parts))


def sequence(run: Evaluator, expression: facts.Sequence, scope: Scope) -> Value:
    """`[a, *b]`."""
    found = Items([], expression.kind)
    for item in expression.items:
        if isinstance(item, facts.Unary) and item.operator == "*":
            value = run.evaluate(item.value, scope)
            held = len(found.items)
            spread(found, value)
            if len(found.items) == held:
                found.items.extend(standing(value))
        else:
            found.items.append(run.evaluate(item, scope))
    return found


def spread(target: Items, value: Value) -> None:
    """`*value` inside a collection."""
    values = next((known for known in map(iterated, options(value)) if known is not None), None)
    if values is None:
        target.is_open = True
    else:
        target.items.extend(values)


def mapping(run: Evaluator, expression: facts.Mapping, scope: Scope) -> Value:
    """`{"a": b, **c}`."""
    table = Table({})
    for key, item in expression.items:
        if isinstance(item, facts.Unary) and item.operator == "**":
            value = run.evaluate(item.value, scope)
            inner = next((option for option in options(value) if isinstance(option, Table)), None)
            if inner is None:
                table.is_open = True
                if run.is_tracing:
                    table.entries[REST] = (Const(REST), value)
            else:
                table.entries.update(inner.entries)
            continue
        key_value, value = run.evaluate(key, scope), run.evaluate(item, scope)
        if isinstance(key_value, Const):
            table.entries[str(key_value.value)] = (key_value, value)
        else:
            table.entries[f"\0{len(table.entries)}"] = (key_value, value)
    return table


def invocation(run: Evaluator, expression: facts.Call, scope: Scope) -> Value:
    """`f(a, b=c)`."""
    if scope.module.file.language == "csharp":
        special = run.csharp.invocation(expression, scope)
        if special is not None:
            return special
    elif isinstance(expression.function, facts.Name) and expression.function.id == "super":
        return run.python.super_of(scope)
    return invoked(run, expression, run.evaluate(expression.function, scope), scope)


def invoked(run: Evaluator, expression: facts.Call, callee: Value, scope: Scope) -> Value:
    """`f(a, b=c)` of a function that has been evaluated."""
    if scope.module.file.language == "csharp" and dispatch.bare(callee) is not None:
        callee = External(
            last_name(expression.function)
        )  # types are made with `new`: a method of an outside base is meant
    positional, named = arguments(run, expression.arguments, scope)
    typing = run.csharp.type_value if expression.type_arguments else run.evaluate
    types = tuple(Deferred(partial(typing, argument, scope)) for argument in expression.type_arguments)
    place = Place(scope.module.path, expression.line)
    if not run.is_tracing or scope.module.file.language != "csharp":
        return call(run, Request(callee, positional, named, place, types))
    run.outs = {}
    found = call(run, Request(callee, positional, named, place, types))
    outs, run.outs = run.outs, {}
    for position, argument in enumerate(expression.arguments):
        if isinstance(argument.value, facts.Name) and position < len(positional):
            fill(argument.value.id, positional[position], outs.get(position), found, scope)
    return found


def fill(name: str, given: Value, out: Value | None, found: Value, scope: Scope) -> None:
    """`TryParse(text, out var id)`: a variable without a value that is handed over has one afterwards."""
    is_tried = out is not None or (isinstance(found, Made) and found.name.startswith("Try"))
    is_new = isinstance(given, External) and given.name == name and (name[:1].islower() or is_tried)
    if not is_new and not (isinstance(given, Unknown) and given.reason == "declared without a value"):
        return
    if out is not None:
        scope.names[name] = out
    elif isinstance(found, Made):
        scope.names[name] = found  # it comes from what the call was given


def arguments(
    run: Evaluator, given: tuple[facts.Argument, ...], scope: Scope
) -> tuple[tuple[Value, ...], dict[str, Value]]:
    """The evaluated arguments of a call; spreads of known collections are opened."""
    positional: list[Value] = []
    named: dict[str, Value] = {}
    for argument in given:
        value = run.evaluate(argument.value, scope)
        if isinstance(value, ClassValue):
            value = run.csharp.meant(argument.value, value, scope)
        if argument.star == "*":
            spread(Items(positional), value)
        elif argument.star == "**":
            for option in options(value):
                if isinstance(option, Table):
                    named.update({key: item for key, (_, item) in option.entries.items()})
                elif run.is_tracing:
                    named[REST] = option
        elif argument.name:
            named[argument.name] = value
        else:
            positional.append(value)
    return tuple(positional), named


def creation(run: Evaluator, expression: facts.New, scope: Scope) -> Value:
    """`new T(...) { ... }`."""
    return run.csharp.create(expression, scope)


def index(run: Evaluator, expression: facts.Index, scope: Scope) -> Value:
    """`x[y]`."""
    if scope.module.file.language == "csharp":
        found = run.csharp.generic(expression, scope)
        if found is not None:
            return found
    value = run.evaluate(expression.value, scope)
    keys = tuple(run.evaluate(key, scope) for key in expression.keys)
    return memory.item(run, value, keys, scope) if memory.is_store(value) else subscript(value, keys)


def unary(run: Evaluator, expression: facts.Unary, scope: Scope) -> Value:
    """`not x`, `await x`, `yield x`, `-x`, `nameof(x)`, `typeof(T)`."""
    operator = expression.operator
    if operator == "nameof":
        return Const(named_by(expression.value))
    value = run.evaluate(expression.value, scope)
    if operator in {"await", "typeof", "?", "throw"}:
        return value
    if operator == "yield":
        holder: Scope | None = scope
        while holder is not None and holder.yields is None:
            holder = holder.parent
        if holder is not None and holder.yields is not None:
            holder.yields.append(value)
        return Unknown("what a generator is sent", expression)
    if operator == "not":
        decided = run.truth(value)
        return Operation("not", (value,)) if decided is None else Const(not decided)
    if operator == "-" and isinstance(value, Const) and isinstance(value.value, (int, float)):
        return Const(-value.value)
    return Operation(operator, (value,))


def binary(run: Evaluator, expression: facts.Binary, scope: Scope) -> Value:
    """`a + b`, `a and b`, `a == b`; a long left-leaning chain is walked without recursion."""
    chain: list[facts.Binary] = []
    left: facts.Expr = expression
    while isinstance(left, facts.Binary):
        chain.append(left)
        left = left.left
    value = run.evaluate(left, scope)
    for link in reversed(chain):
        value = one_binary(run, link, value, scope)
    return value


def one_binary(run: Evaluator, expression: facts.Binary, left: Value, scope: Scope) -> Value:
    """One operator whose left side is known."""
    operator = expression.operator
    if operator == "as":
        is_csharp = scope.module.file.language == "csharp"
        return dispatch.cast(run, left, run.evaluate(expression.right, scope)) if is_csharp else left
    if operator in {"is", "isnot"} and (tested := dispatch.type_test(run, expression, left, scope)) is not None:
        return tested
    if operator == ":=":
        value = run.evaluate(expression.right, scope)
        bind(run, expression.left, value, scope, 0)
        return value
    if operator in {"and", "or", "??"}:
        return short_circuit(run, expression, left, scope)
    return combine(operator, left, run.evaluate(expression.right, scope))


def short_circuit(run: Evaluator, expression: facts.Binary, left: Value, scope: Scope) -> Value:
    """`a and b`, `a or b`, `a ?? b`."""
    operator, right = expression.operator, expression.right
    decided = run.truth(left) if operator != "??" else None if not isinstance(left, Const) else left.value is not None
    if decided is not None:
        return left if decided == (operator != "and") else run.evaluate(right, scope)
    if operator == "??":
        return either(left, one_way(run, right, (right, Operation("is", (left, Const(None))), True), scope))
    value = otherwise(run, expression, left, scope)
    if operator == "and":
        return Operation("and", (left, value))
    if (isinstance(left, Operation) and isinstance(value, Operation)) or scope.module.file.language == "csharp":
        return Operation(operator, (left, value))  # where it is no more than a test
    return either(left, value)


def otherwise(run: Evaluator, expression: facts.Binary, left: Value, scope: Scope) -> Value:
    """The right side of an undecided `and` or `or`; a call after `or` is made only where the left side is nothing: `x or abort(404)`."""
    if expression.operator != "or" or not isinstance(expression.right, facts.Call):
        return run.evaluate(expression.right, scope)
    had_raised = run.has_raised
    run.conditions.append(Condition(expression.left, left, False, Place(scope.module.path, expression.right.line)))
    value = run.evaluate(expression.right, scope)
    run.conditions.pop()
    run.has_raised = had_raised
    return value


def conditional(run: Evaluator, expression: facts.Conditional, scope: Scope) -> Value:
    """`a if t else b`, `t ? a : b`."""
    test = run.evaluate(expression.test, scope)
    decided = run.truth(test)
    if decided is not None:
        return run.evaluate(expression.then if decided else expression.other, scope)
    then = one_way(run, expression.then, (expression.test, test, True), scope)
    return either(then, one_way(run, expression.other, (expression.test, test, False), scope))


def one_way(run: Evaluator, expression: facts.Expr, around: tuple[facts.Expr, Value, bool], scope: Scope) -> Value:
    """What stands on one side of an undecided test; an exception that is thrown there ends that way."""
    if not isinstance(expression, facts.Unary) or expression.operator != "throw":
        return run.evaluate(expression, scope)
    test, value, is_then = around
    line = getattr(expression.value, "line", 0)
    place = Place(scope.module.path, line)
    run.conditions.append(Condition(test, value, is_then, place))
    run.record_exit("raise", run.evaluate(expression.value, scope), place)
    run.conditions.pop()
    return Unknown("this way ends in an exception", expression)


def lambda_(run: Evaluator, expression: facts.Lambda, scope: Scope) -> Value:
    """An anonymous function."""
    return FunctionValue(expression.function, scope.module, scope)


def comprehension(run: Evaluator, expression: facts.Comprehension, scope: Scope) -> Value:
    """`[f(x) for x in xs if t]`; tests that are decided false leave an item out."""
    inner = Scope(scope.module, parent=scope, owner=scope.owner, receiver=scope.receiver)
    found: list[Value] = []
    is_complete = unroll(run, expression, 0, inner, found)
    if expression.kind != "dict":
        kind = expression.kind if expression.kind != "generator" else "list"
        return Items(found, kind, is_open=not is_complete)
    table = Table({}, is_open=not is_complete)
    for pair in found:
        if isinstance(pair, Items) and len(pair.items) == 2:
            key, value = pair.items
            table.entries[str(key.value) if isinstance(key, Const) else f"\0{len(table.entries)}"] = (key, value)
    return table


def unroll(run: Evaluator, expression: facts.Comprehension, depth: int, scope: Scope, found: list[Value]) -> bool:
    """Collect elements; False when an iterable is not known."""
    if depth == len(expression.clauses):
        found.append(run.evaluate(expression.element, scope))
        return True
    target, iterable, tests = expression.clauses[depth]
    source = run.evaluate(iterable, scope)
    values = next((known for known in map(iterated, options(source)) if known is not None), None)
    if values is None:
        if run.is_tracing:
            bind(run, target, Generic(source, (Const("*"),)), scope, 0)
            for test in tests:
                run.evaluate(test, scope)
            unroll(run, expression, depth + 1, scope, found)
        return False
    is_complete = True
    for value in values[:LOOP_LIMIT]:
        bind(run, target, value, scope, 0)
        if all(run.truth(run.evaluate(test, scope)) is not False for test in tests):
            is_complete &= unroll(run, expression, depth + 1, scope, found)
    return is_complete


def opaque(run: Evaluator, expression: facts.Opaque, scope: Scope) -> Value:
    """Anything else: its parts are evaluated for their effects. The test of an `#if` is decided by what projects define."""
    if expression.kind == "preproc" and len(expression.parts) == 1:
        decided = run.csharp.symbols.truth(expression.parts[0])
        return Unknown("a symbol that a build sets", expression) if decided is None else Const(decided)
    for part in expression.parts:
        run.evaluate(part, scope)
    return Unknown(f"a {expression.kind}", expression)


EVALUATORS: dict[type, Callable[[Evaluator, Any, Scope], Value]] = {
    facts.Name: name,
    facts.Attr: attribute,
    facts.Text: string,
    facts.Number: number,
    facts.Constant: constant,
    facts.Joined: interpolated,
    facts.Sequence: sequence,
    facts.Mapping: mapping,
    facts.Call: invocation,
    facts.New: creation,
    facts.Index: index,
    facts.Unary: unary,
    facts.Binary: binary,
    facts.Conditional: conditional,
    facts.Lambda: lambda_,
    facts.Comprehension: comprehension,
    facts.Opaque: opaque,
}
