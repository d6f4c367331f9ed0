"""What functions decide by that answer with a result: nothing, yes or no, a tuple or an object that says whether it worked.

Whoever asks `if (order == null)`, `if (!result.Success)` or `result.IsSuccess ? ... : ...` asks for the tests that decided it in the
function, so the result remembers them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from assay.source import facts
from assay.source.evaluate.tested import TestKey, key_of
from assay.source.evaluate.values import Const, Exit, Instance, Items, Made, Member, Operation, Value, options

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

NOTHING = "none()"
"""The member under which a thing keeps what decides that there is none."""
LEAVING = "leaves()"
"""The member under which what a call gave keeps what decides that it does not leave a function."""
MOST_TESTS, MOST_PARTS = 24, 40
FAILING = frozenset(
    """
    Fail Failed Failure Error NotFound Forbidden Forbid Unauthorized Unauthorised Invalid Conflict CriticalError BadRequest Failures
    """.split()
)
"""Methods of result types from outside that make one that says no."""
COMPLAINTS = frozenset({"error", "errors", "errorcode", "errormessage", "failure", "problem", "denied", "refusal"})
"""Members of results that are there only where it did not work."""
FLAGS = ("IsSuccess", "IsFailed", "IsFailure", "IsError", "Succeeded", "Success", "IsOk", "Status", "IsSucceeded")
"""Members by which results from outside say whether it worked."""


class Way(Struct, frozen=True, eq=False):
    """One way on which a function ends: what it gives, and the tests that lead there."""

    value: Value
    tests: tuple[tuple[TestKey, Value], ...]


def decision(run: Evaluator, value: Value, first_exit: int) -> Value:
    """What a function gave, with what decides it."""
    if run.exits is None:
        return value
    held, depth = len(run.conditions), len(run.stack) + 1
    own = [exit_ for exit_ in run.exits[first_exit:] if exit_.depth == depth and exit_.kind == "return"]
    ways = list(ways_of(own, held))
    refuse(ways)
    if isinstance(value, Const) or len(ways) < 2:
        return yes_or_no(own, value, held)
    tuples = [way for way in ways if isinstance(way.value, Items) and way.value.kind == "tuple"]
    if len(tuples) == len(ways):
        in_tuples(tuples)
        return value
    told_by_objects(run, [way for way in ways if isinstance(way.value, Instance)])
    told_from_outside(ways)
    return yes_or_no(own, value, held)


def ways_of(exits: Sequence[Exit], held: int) -> Iterator[Way]:
    """The ways on which a function ends."""
    for exit_ in exits:
        tests = tuple((key_of(condition), condition.value) for condition in exit_.conditions[held:])
        for option in options(exit_.value):
            yield Way(option, tests)


def yes_or_no(exits: Sequence[Exit], value: Value, held: int) -> Value:
    """What a function that answers yes or no decides by: its tests, so that whoever asks it sees them."""
    if len(exits) < 2 or not all(isinstance(exit_.value, Const) for exit_ in exits):
        return value
    if len({exit_.value.value for exit_ in exits if isinstance(exit_.value, Const)}) < 2:
        return value
    tests = {key_of(condition): condition.value for exit_ in exits for condition in exit_.conditions[held:]}
    return Operation("decides", tuple(tests.values())) if tests else value


def refuse(ways: Sequence[Way]) -> None:
    """A function that gives nothing in some cases: what it gives otherwise remembers the tests that decide so."""
    nothing = [way for way in ways if isinstance(way.value, Const) and way.value.value is None]
    tests = {key: value for way in nothing for key, value in way.tests}
    if not tests or len(nothing) == len(ways):
        return
    for way in ways:
        if isinstance(way.value, Made | Instance):
            way.value.attributes[NOTHING] = Operation("decides", tuple(tests.values()))
            keep_back(way.value, tuple(tests.values()))


def absence(value: Value) -> Value | None:
    """What decides that there is none of a thing that a function gives; None where nothing does."""
    return value.attributes.get(NOTHING) if isinstance(value, Made | Instance) else None


def keep_back(value: Value, tests: tuple[Value, ...]) -> None:
    """What was called for remembers the tests that decide that it does not leave a function, by itself or as what was made of it."""
    for made in held_in(value):
        before = made.attributes.get(LEAVING)
        known = before.operands if isinstance(before, Operation) else ()
        made.attributes[LEAVING] = Operation("decides", (*known, *tests)[:MOST_TESTS])


def held_in(value: Value) -> Iterator[Made]:
    """The calls whose results a value is, or is made of: `order`, `mapper.Map<Dto>(order)`, `new Dto { Id = order.Id }`."""
    parts: list[Value] = [value]
    if isinstance(value, Instance):
        parts += [*value.positional, *value.named.values(), *value.attributes.values()]
    elif isinstance(value, Made):
        parts += [*value.positional, *([value.receiver] if value.receiver is not None else [])]
    for part in parts[:MOST_PARTS]:
        inner = part
        while isinstance(inner, Member):
            inner = inner.value
        if isinstance(inner, Made):
            yield inner


# --- results that say so themselves


def in_tuples(ways: Sequence[Way]) -> None:
    """`(false, "not found", null)` here, `(true, "", order)` there."""
    tuples = [way.value.items for way in ways if isinstance(way.value, Items)]
    for position in range(min(map(len, tuples))):
        flag = settled([Way(held[position], way.tests) for held, way in zip(tuples, ways, strict=True)])
        if flag is not None:
            for held in tuples:
                held[position] = flag


def told_by_objects(run: Evaluator, ways: Sequence[Way]) -> None:
    """`new Result { Success = false }` here, `new Result { Success = true, Value = order }` there."""
    if len(ways) < 2:
        return
    kept = [way.value.attributes for way in ways if isinstance(way.value, Instance)]
    for name in sorted(set(kept[0]).union(*kept[1:])):
        if name.startswith("base()") or name == NOTHING:
            continue
        is_switch = any(isinstance(one := held.get(name), Const) and isinstance(one.value, bool) for held in kept)
        told = [
            Way(held.get(name) or (unset(run, way.value, name) if is_switch else Const(None)), way.tests)
            for held, way in zip(kept, ways, strict=True)
        ]
        flag = settled(told) or (complained(told) if name.replace("_", "").lower() in COMPLAINTS else None)
        if flag is not None:
            for held in kept:
                run.remember(held, name)
                held[name] = flag


def unset(run: Evaluator, result: Value, name: str) -> Value:
    """What a switch of an object is that nobody set: what its type says, or no."""
    held = next(options(run.attribute(result, name)), None)
    return held if isinstance(held, Const) and isinstance(held.value, bool) else Const(False)


def told_from_outside(ways: Sequence[Way]) -> None:
    """`Result.NotFound()` here, `Result.Success(order)` there: types of a package."""
    bad = [way for way in ways if is_failing(way.value)]
    tests = {key: value for way in bad for key, value in way.tests}
    if not tests or len(bad) == len(ways):
        return
    for way in ways:
        if isinstance(way.value, Made) and not is_failing(way.value):
            keep_back(way.value, tuple(tests.values()))
        if isinstance(way.value, Made):
            for name in FLAGS:
                way.value.attributes.setdefault(name, Operation("decides", tuple(tests.values())))


def is_failing(value: Value) -> bool:
    """Whether something from outside is a result that says no."""
    return isinstance(value, Made) and value.name in FAILING


def settled(ways: Sequence[Way]) -> Value | None:
    """What decides a part that is true on some ways and false on others; what is there on some only remembers why it is not on others."""
    refuse(ways)
    if not all(is_flag(way.value) for way in ways):
        return None
    if len({way.value.value for way in ways if isinstance(way.value, Const)}) + any(map(is_decided, ways)) < 2:
        return None
    negative = [way for way in ways if isinstance(way.value, Const) and way.value.value is False]
    tests: dict[object, Value] = {key: value for way in negative or ways for key, value in way.tests}
    for way in ways:
        if isinstance(way.value, Operation):
            tests |= {id(operand): operand for operand in way.value.operands}
    return Operation("decides", tuple(tests.values())) if tests else None


def complained(ways: Sequence[Way]) -> Value | None:
    """What decides that there is an error, a text or a code: the tests that lead to it."""
    bad = [way for way in ways if not (isinstance(way.value, Const) and way.value.value is None)]
    tests = {key: value for way in bad for key, value in way.tests}
    return Operation("decides", tuple(tests.values())) if tests and len(bad) < len(ways) else None


def is_flag(value: Value) -> bool:
    """Whether a value is a yes or a no, or what decides that."""
    return (isinstance(value, Const) and isinstance(value.value, bool)) or (
        isinstance(value, Operation) and value.operator == "decides"
    )


def is_decided(way: Way) -> bool:
    """Whether what decides a flag is known from a function further in."""
    return isinstance(way.value, Operation)


def named_elements(value: Value, returns: facts.Expr | None) -> None:
    """Give the elements of the tuples that a function returns the names that it declares: `Task<(bool Success, Order? Order)>`."""
    names: tuple[str, ...] | None = None
    for option in options(value):
        if isinstance(option, Items) and option.kind == "tuple":
            names = element_names(returns) if names is None else names
            option.names = names


def element_names(returns: facts.Expr | None) -> tuple[str, ...]:
    """What the elements of a tuple type are called, "" where one has no name."""
    for _ in range(3):
        match returns:
            case facts.Index(keys=(inner,)) | facts.Unary(value=inner):
                returns = inner
            case facts.Sequence(items=each):
                return tuple(map(element_name, each))
            case _:
                break
    return ()


def element_name(element: facts.Expr) -> str:
    """What one element is called."""
    match element:
        case facts.Opaque(kind="tuple_element", parts=(facts.Name(id=name), _)):
            return name
    return ""
