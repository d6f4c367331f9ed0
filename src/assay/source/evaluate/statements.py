"""Run statements: assignments, branches, loops, definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assay.model.place import Place
from assay.model.reach import OF_REQUEST
from assay.source import facts
from assay.source.evaluate import dispatch, shared, unserved
from assay.source.evaluate.attributes import DECLARED, class_names
from assay.source.evaluate.binding import bind
from assay.source.evaluate.expressions import invoked
from assay.source.evaluate.joining import LOOP_LIMIT, Ways, extend, iterated, joined, not_returned, taken
from assay.source.evaluate.opened import entered
from assay.source.evaluate.operators import combine
from assay.source.evaluate.scope import FALLS, JUMPS, RAISES, RETURNS
from assay.source.evaluate.values import (
    ClassValue,
    Condition,
    Const,
    Decorated,
    External,
    FunctionValue,
    Generic,
    Given,
    Items,
    Made,
    Member,
    Table,
    Unknown,
    Value,
    options,
    undecorated,
)

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator
    from assay.source.evaluate.scope import Scope


def execute(run: Evaluator, block: facts.Block, scope: Scope) -> int:
    """Run a block; the result says how it surely ends. Local functions of C# are known before their declaration."""
    if scope.module.file.language == "csharp":
        for statement in block:
            if isinstance(statement, facts.Define):
                define(run, statement, scope)
    held = len(run.conditions)
    end = FALLS
    for statement in block:
        run.steps_left -= 1
        if run.steps_left <= 0:
            end = RETURNS
            break
        end = RUNNERS[type(statement)](run, statement, scope)
        if run.has_raised:
            run.has_raised, end = False, RAISES
        if end:
            break
    del run.conditions[held:]
    return end


def assign(run: Evaluator, statement: facts.Assign, scope: Scope) -> int:
    """`x = 1`, `a.b = 1`, `a["b"] = 1`, `x += [1]`, `a, b = f()`."""
    if statement.value is None:
        if isinstance(statement.target, facts.Name):
            scope.names.setdefault(statement.target.id, run.unknown(DECLARED))
        return FALLS
    value = run.evaluate(statement.value, scope)
    is_declared = scope.module.file.language == "csharp" and statement.annotation is not None
    if is_declared and isinstance(statement.target, facts.Name):
        scope.names[statement.target.id] = value  # a declaration shadows; a later plain assignment finds it
        return FALLS
    if statement.operator not in {"=", "??="}:
        current = run.evaluate(statement.target, scope)
        value = augmented(run, statement.operator.rstrip("="), current, value, scope)
    bind(run, statement.target, value, scope, statement.line)
    return FALLS


def augmented(run: Evaluator, operator: str, current: Value, value: Value, scope: Scope) -> Value:
    """`x += y`: a known list grows in place."""
    for option in options(current):
        if operator == "+" and isinstance(option, Items):
            run.remember_items(option)
            extend(option, value)
            return current
        if operator == "|" and isinstance(option, Table) and isinstance(value, Table):
            run.remember_items(option)
            option.entries.update(value.entries)
            return current
    return combine(operator, current, value)


def do(run: Evaluator, statement: facts.Do, scope: Scope) -> int:
    """An expression for its effect. In Python, the body of a coroutine function that nobody awaits does not run."""
    call = statement.value
    if isinstance(call, facts.Call) and isinstance(call.function, facts.Name | facts.Attr) and is_python(scope):
        value = run.evaluate(call.function, scope)
        callee = undecorated(value)
        if isinstance(callee, FunctionValue) and "async" in callee.function.modifiers:
            run.unawaited.append((callee, Place(scope.module.path, statement.line)))
        elif call.function != SUPER:
            run.unheard(lambda: invoked(run, call, value, scope))
        return FALLS
    if name := shared.said(statement):
        scope.shared |= {name}
        return FALLS
    run.evaluate(call, scope)
    return FALLS


SUPER = facts.Name("super")


def is_python(scope: Scope) -> bool:
    """Whether a scope is one of Python."""
    return scope.module.file.language == "python"


def give(run: Evaluator, statement: facts.Return, scope: Scope) -> int:
    """`return x`."""
    if isinstance(statement.value, facts.Conditional) and run.exits is not None:
        return give_either(run, statement.value, statement.line, scope)
    value = run.evaluate(statement.value, scope) if statement.value is not None else Const(None)
    if run.has_raised:  # what should have been returned never came to be
        return RAISES
    return give_value(run, value, statement.line, scope)


def give_either(run: Evaluator, expression: facts.Conditional, line: int, scope: Scope) -> int:
    """`return found ? Ok(order) : NotFound();`: two ways out, each under its test."""
    test = run.evaluate(expression.test, scope)
    decided = run.truth(test)
    ends = []
    for is_then, side in ((True, expression.then), (False, expression.other)):
        if decided is not None and decided != is_then:
            continue
        if decided is None:
            run.conditions.append(Condition(expression.test, test, is_then, Place(scope.module.path, line)))
        if isinstance(side, facts.Unary) and side.operator == "throw":
            ends.append(fail(run, facts.Raise(side.value, line), scope))
        else:
            ends.append(give(run, facts.Return(side, line), scope))
        if decided is None:
            run.conditions.pop()
            run.has_raised = False
    return min(ends)


def give_value(run: Evaluator, value: Value, line: int, scope: Scope) -> int:
    """End with a value."""
    for one in value.options if isinstance(value, Ways) else (value,):
        run.record_exit("return", one, Place(scope.module.path, line))
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
    return RETURNS if is_abstract(value) else RAISES


def is_abstract(value: Value) -> bool:
    """Whether an exception says that somebody else implements this: what it does then is not known."""
    while isinstance(value, Made):
        value = value.callee
    return isinstance(value, External) and value.name.rpartition(".")[2] in NOT_IMPLEMENTED


NOT_IMPLEMENTED = {"NotImplementedError", "NotImplementedException", "NotSupportedException"}


def branch(run: Evaluator, statement: facts.If, scope: Scope) -> int:
    """`if`: one branch when the test is decided, else both, joined."""
    test = run.evaluate(statement.test, scope)
    if (block := taken(run, statement, test)) is not None:
        return run.execute(block, scope)
    place = Place(scope.module.path, statement.line)
    before = dict(scope.names)
    run.conditions.append(Condition(statement.test, test, True, place))
    then_end = run.execute(statement.then, scope)
    after_then, scope.names = scope.names, before
    run.conditions[-1] = Condition(statement.test, test, False, place)
    other_end = run.execute(statement.other, scope)
    negative = run.conditions.pop()
    if then_end == JUMPS and not other_end and scope.jumps is not None:
        scope.jumps.append(after_then)
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


def loop(run: Evaluator, statement: facts.Loop, scope: Scope) -> int:
    """`for`: unrolled over a known collection, else once with an unknown item."""
    iterable = run.evaluate(statement.iterable, scope)
    if statement.target is None:
        run.execute(statement.body, scope)
        return FALLS
    around, scope.jumps, begun = scope.jumps, [], (len(run.exits or ()), len(run.conditions))
    each(run, statement, iterable, scope)
    run.conditions += not_returned(run, *begun)
    for names in scope.jumps:
        scope.names = joined(scope.names, names)
    scope.jumps = around
    return FALLS


def each(run: Evaluator, statement: facts.Loop, iterable: Value, scope: Scope) -> None:
    """The body for each item that is known, else once."""
    assert statement.target is not None
    is_known = False
    for option in options(iterable):
        values = iterated(option)
        if values is None:
            continue
        is_known = True
        for value in values[:LOOP_LIMIT]:
            bind(run, statement.target, value, scope, statement.line)
            run.execute(statement.body, scope)
    if not is_known and not unserved.is_empty(run, iterable):
        each_unknown(run, statement, iterable, scope)


ANY = Const("*")
"""The key of an item of something that is not known."""


def traced_item(item: Value, iterable: Value) -> Value:
    """An item that remembers what it is an item of."""
    if isinstance(item, Given):
        item.call = next((option for option in options(iterable) if isinstance(option, Made)), None)
        item.origin = item.origin or origin_of(iterable)
        return item
    return Generic(iterable, (ANY,))


def origin_of(value: Value) -> str:
    """Where what was sent comes from, or a part of it: `orders`, `request.Orders`."""
    inner = next(options(value), None)
    while isinstance(inner, Member | Generic):
        inner = inner.value
    return inner.origin if isinstance(inner, Given) and inner.origin in OF_REQUEST else ""


def each_unknown(run: Evaluator, statement: facts.Loop, iterable: Value, scope: Scope) -> None:
    """The body with an item that is not known; for each type that reflection or a container would find, where those register something."""
    assert statement.target is not None
    types = dispatch.sought(run, iterable) if scope.module.file.language == "csharp" else ()
    for cls in types:
        bind(run, statement.target, cls, scope, statement.line)
        run.execute(statement.body, scope)
    if types:
        return
    item = dispatch.item_of(iterable)
    if run.is_tracing:
        item = traced_item(item, iterable)
    finding = dispatch.Finding(run)
    if not finding.is_of(item):
        bind(run, statement.target, item, scope, statement.line)
        run.execute(statement.body, scope)
    for cls in finding.found():
        finding.choose(cls)
        bind(run, statement.target, finding.chosen(item), scope, statement.line)
        run.execute(statement.body, scope)
    finding.end()


def with_(run: Evaluator, statement: facts.With, scope: Scope) -> int:
    """`with a as b`: b is what `__enter__` gives, or what a generator yields that was made one; else a itself."""
    for expression, target in statement.items:
        value = run.evaluate(expression, scope)
        if scope.module.file.language == "python":
            value = entered(run, value, Place(scope.module.path, statement.line))
        if target is not None:
            bind(run, target, value, scope, statement.line)
    return run.execute(statement.body, scope)


def attempt(run: Evaluator, statement: facts.Try, scope: Scope) -> int:
    """`try`: the body, then each handler as a branch that may have happened instead."""
    begun = run.next_index()
    end = run.execute(statement.body, scope)
    after = dict(scope.names)
    tried, is_swallowed = (begun, run.next_index()), bool(statement.handlers)
    for handler in statement.handlers:
        if handler.name:
            scope.names[handler.name] = run.unknown("an exception")
        caught = facts.Opaque("except", (handler.type,) if handler.type is not None else ())
        run.conditions.append(
            Condition(caught, Unknown("whether it fails"), True, Place(scope.module.path, statement.line))
        )
        is_swallowed = run.execute(handler.body, scope) in {FALLS, JUMPS} and is_swallowed
        run.conditions.pop()
        after, scope.names = joined(after, scope.names), dict(after)
    if is_swallowed and run.exits is not None:
        run.caught.append(tried)
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


RUNNERS: dict[type, Callable[[Evaluator, Any, Scope], int]] = {
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
