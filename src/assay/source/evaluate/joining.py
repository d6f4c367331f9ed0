"""Put values together: after branches, over options, into collections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.source import facts
from assay.source.evaluate.values import (
    Condition,
    Const,
    Deferred,
    Either,
    External,
    Items,
    Table,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

LOOP_LIMIT = 1000
"""Items of a known collection that a loop is unrolled over."""


OPTION_LIMIT = 8
"""Values that an `Either` may hold."""


CHECKING = frozenset({"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"})
"""True for who checks types, false when the program runs."""


class Ways(Either):
    """What the functions gave that a result was asked by: each is an end of its own."""


def extend(target: Items, value: Value) -> None:
    """Add the items of a value to a list."""
    for option in options(value):
        if isinstance(option, Items):
            room = max(0, LOOP_LIMIT * 10 - len(target.items))
            target.is_open |= option.is_open or len(option.items) > room
            target.items.extend(option.items[:room])
        elif isinstance(option, Unknown):
            target.is_open = True
        else:
            target.items.append(option)
            target.is_open = True


def taken(run: Evaluator, branch: facts.If, test: Value) -> facts.Block | None:
    """What surely runs of an `if`. Names only type checkers see are known, and the other branch, which runs, comes later."""
    if isinstance(test, External) and test.name in CHECKING:
        return (*branch.then, *branch.other)
    decided = run.truth(test)
    if decided is None:
        return None
    return branch.then if decided else branch.other


def joined(left: dict[str, Value], right: dict[str, Value]) -> dict[str, Value]:
    """The names after two branches."""
    names = dict(right)
    for name, value in left.items():
        other = right.get(name)
        if other is None:
            names[name] = value
        elif other is not value or isinstance(value, Either | Deferred):
            names[name] = either(value, other)
    return names


def either(*values: Value) -> Value:
    """One of several values; equal constants and doubles are folded, `Unknown` gives way to anything known."""
    known: list[Value] = []
    unknown: Value | None = None
    for value in values:
        for option in options(value) if isinstance(value, Either | Deferred) else (value,):
            if isinstance(option, Unknown):
                unknown = unknown or option
            elif len(known) < OPTION_LIMIT and not is_among(option, known):
                known.append(option)
    if not known:
        return unknown or Unknown("nothing")
    return known[0] if len(known) == 1 else Either(tuple(known))


def is_among(value: Value, known: list[Value]) -> bool:
    """Whether a value, or the same constant, is among others."""
    if value in known:  # values are equal when they are the same object
        return True
    return isinstance(value, Const) and any(isinstance(other, Const) and value.value == other.value for other in known)


def iterated(value: Value) -> list[Value] | None:
    """What iterating over a value gives, None when unknown."""
    if isinstance(value, Items):
        return list(value.items)
    if isinstance(value, Table):
        return [key for key, _ in value.entries.values()]
    return None


def not_returned(run: Evaluator, first_exit: int, held: int) -> list[Condition]:
    """What holds behind a loop that may have returned: `foreach (role in roles) if (mine.Contains(role)) return;` and then a refusal."""
    depth = len(run.stack)
    ends = [one for one in (run.exits or [])[first_exit:] if one.depth == depth and one.kind == "return"]
    tests = [one.conditions[held] for one in ends if run.is_tracing and len(one.conditions) == held + 1]
    return [Condition(one.test, one.value, not one.is_then, one.place) for one in tests[:OPTION_LIMIT]]
