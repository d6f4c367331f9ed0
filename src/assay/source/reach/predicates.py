"""What selects: the comparisons inside an expression, a lambda, a document, a filter that was built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Given,
    Items,
    Made,
    Member,
    Operation,
    Table,
    Value,
    options,
)
from assay.source.reach.crossing import owner_of
from assay.source.reach.selection import Test

if TYPE_CHECKING:
    from assay.source.reach.query import Queries

COMPARING = frozenset({"==", "in", "is", "<=", ">=", "<", ">", "!=", "notin"})
PREDICATE_STEPS = 2_000
"""Statements and expressions that one predicate may evaluate."""
DEPTH = 24
"""Predicates inside each other."""
NEGATED = {"==": "!=", "!=": "==", "in": "notin", "notin": "in", "is": "isnot", "isnot": "is"}
OF_ALL = frozenset({"All", "TrueForAll"})
"""Calls that hold too where there is nothing to ask."""


def is_lambda(value: Value) -> bool:
    """Whether a value is a function without a name."""
    return isinstance(value, FunctionValue) and not value.function.name


class Predicates:
    """Reads what selects."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries

    def by_key(self, value: Value) -> Iterator[Test]:
        """A look-up by the primary key; several parts of one key are several tests."""
        for option in options(value):
            if isinstance(option, Items | Table):
                inner = option.items if isinstance(option, Items) else [held for _, held in option.entries.values()]
                for each in inner:
                    yield Test("", each)
                return
        yield Test("", value)

    def of(
        self, value: Value, cls: ClassValue | None, *, is_alternative: bool = False, depth: int = 0
    ) -> Iterator[Test]:
        """The comparisons inside a predicate: an expression, a lambda, a `Q` object, a document."""
        if depth > DEPTH:
            return
        for option in options(value):
            match option:
                case Operation():
                    yield from self.of_operation(option, cls, is_alternative=is_alternative, depth=depth)
                case FunctionValue() if not option.function.name:
                    body = self.body(option, cls)
                    yield from self.of(body, cls, is_alternative=is_alternative, depth=depth + 1)
                    yield from self.flags(body, is_alternative=is_alternative)
                case Made():
                    yield from self.of_call(option, cls, is_alternative=is_alternative, depth=depth)
                case Table(entries=entries):
                    known = [(key.value, held) for key, held in entries.values() if isinstance(key, Const)]
                    yield from (Test(str(key), held, is_alternative=is_alternative) for key, held in known)
                case Items(items=held_items):
                    for each in held_items:
                        yield from self.of(each, cls, is_alternative=is_alternative, depth=depth + 1)

    def flags(self, body: Value, *, is_alternative: bool) -> Iterator[Test]:
        """What a lambda asks of switches alone: `x => !x.IsDeleted && x.IsActive`; nothing where it asks for anything else."""
        if self.queries.linq is None:
            return
        found: list[Test] = []
        waiting = [(body, True)]
        while waiting:
            value, is_wanted = waiting.pop()
            match value:
                case Operation(operator="and" | "&&", operands=operands) if is_wanted:
                    waiting += [(operand, True) for operand in operands]
                case Operation(operator="not", operands=(operand,)):
                    waiting.append((operand, not is_wanted))
                case Member(name=name) if name != "HasValue" and (field := self.queries.stored.field_of(value)):
                    found.append(Test(field, Const(is_wanted), is_alternative=is_alternative))
                case Operation(operator=operator) if operator in COMPARING:
                    pass  # told as every comparison is
                case _:
                    return
        yield from found

    def of_operation(
        self, operation: Operation, cls: ClassValue | None, *, is_alternative: bool, depth: int
    ) -> Iterator[Test]:
        """`a and b`, `a or b`, `not a`, `a == b`."""
        match operation:
            case Operation(operator="and" | "&", operands=operands):
                for operand in operands:
                    yield from self.of(operand, cls, is_alternative=is_alternative, depth=depth + 1)
            case Operation(operator="not" | "~", operands=operands):
                for operand in operands:
                    for test in self.of(operand, cls, is_alternative=is_alternative, depth=depth + 1):
                        yield replace(test, operator=NEGATED.get(test.operator, test.operator))
            case Operation(operator="or" | "|", operands=operands):
                for operand in operands:
                    yield from self.of(operand, cls, is_alternative=True, depth=depth + 1)
            case Operation(operator=operator, operands=(left, right)) if operator in COMPARING:
                yield from self.comparison(operator, left, right, is_alternative=is_alternative)

    def of_call(self, made: Made, cls: ClassValue | None, *, is_alternative: bool, depth: int) -> Iterator[Test]:
        """`Item.id.in_(ids)`, `ids.Contains(o.Id)`, `o.Name.Equals(name)`, `Q(owner=user)`, `and_(a, b)`."""
        name, receiver = made.name, made.receiver
        if self.queries.stored.attribute_of(made) is not None:
            return  # a column by itself compares nothing
        if self.queries.linq is not None and (built := list(self.queries.linq.built(made, cls))):
            yield from built
            return
        if receiver is not None and (found := self.queries.stored.field_of(receiver)) and made.positional:
            if asked := [each for each in options(made.positional[0]) if is_lambda(each)]:
                yield from self.of_related(found, asked[0], name, is_alternative=is_alternative, depth=depth)
                return
            yield Test(found, made.positional[0], "in" if name in {"in_", "Contains"} else "==", is_alternative)
            return
        if name == "Equals" and len(made.positional) > 1:
            yield from self.comparison("==", *made.positional[:2], is_alternative=is_alternative)
            return  # `Equals(o.Id, id)`, `string.Equals(u.Name, name, StringComparison.Ordinal)`
        for argument in made.positional:
            inner = self.queries.stored.field_of(argument)
            if inner and receiver is not None:
                yield Test(inner, receiver, "in", is_alternative)
            else:
                is_either = is_alternative or name in {"or_", "Or"}
                yield from self.of(argument, cls, is_alternative=is_either, depth=depth + 1)
        for key, held in made.named.items():
            yield Test(key.replace("__", "."), held, is_alternative=is_alternative)

    def of_related(self, field: str, asked: Value, name: str, *, is_alternative: bool, depth: int) -> Iterator[Test]:
        """`o.Members.Any(m => m.UserId == me)`: what is asked of the objects that a field points at; of all of them nobody is sure."""
        for test in self.of(asked, None, is_alternative=is_alternative or name in OF_ALL, depth=depth + 1):
            yield replace(test, field=f"{field}.{test.field}" if test.field else field)

    def comparison(self, operator: str, left: Value, right: Value, *, is_alternative: bool) -> Iterator[Test]:
        """One comparison; a field on either side."""
        for one, other in ((left, right), (right, left)):
            found = self.queries.stored.field_of(one)
            if found:
                yield Test(found, other, operator, is_alternative, owner_of(one, self.queries.stored))
                return

    def body(self, function: FunctionValue, cls: ClassValue | None) -> Value:
        """What a lambda gives for an object of the stored type."""
        given = tuple(
            Given(
                parameter.name, None, position, cls if cls is not None else External("object"), function, origin="item"
            )
            for position, parameter in enumerate(function.function.parameters)
        )
        run = self.queries.run
        made, assigned = len(run.made), len(run.assigned)
        held = run.is_tracing, run.typing, run.exits, run.steps_left
        run.is_tracing, run.typing, run.exits, run.steps_left = True, self.queries.class_of, [], PREDICATE_STEPS
        found = run.call(function, given, place=function.place)
        run.is_tracing, run.typing, run.exits, run.steps_left = held
        del run.made[made:], run.assigned[assigned:]
        return found
