"""Refusals that only happen under a setting: `if not config.SERVER_MODE and not current_user.is_authenticated: abort(401)`.

Whether such a guard asks anything is up to a deployment. A setting that is on as the project ships keeps its guard; one that is off, or of
which nothing is known, does not make it a guard.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from assay.source import facts
from assay.source.demands import is_of_configuration
from assay.source.evaluate.values import (
    Assigned,
    Condition,
    Const,
    Either,
    External,
    Generic,
    Made,
    Member,
    Operation,
    Value,
    options,
)
from assay.source.mentions import names_in
from assay.source.program import describe, words
from assay.source.vocabulary import Topic, topic_of

NESTED = 8
"""Tests inside each other that are taken apart."""
ENVIRONMENT = frozenset({"os.environ.get", "os.getenv", "decouple.config", "environ.get"})
COMPARED = {"==": True, "is": True, "!=": False, "isnot": False}


class Switch(Struct, frozen=True):
    """A setting that decides whether a refusal can happen, and how it has to stand for that."""

    name: str
    is_on: bool


def is_switched(refusals: Sequence[tuple[Condition, ...]], assigned: Sequence[Assigned]) -> bool:
    """Whether every refusal under these tests waits for a setting that is not known to be on; one for each way it may stand is no wait.

    `assigned` is what the project sets on things from outside, such as `app.config["AUTH_ENABLED"] = True`.
    """
    if not refusals:
        return False
    waiting = [set(switches(conditions, assigned)) for conditions in refusals]
    every = set().union(*waiting)
    return all(waiting) and not any(Switch(each.name, not each.is_on) in every for each in every)


def switches(conditions: tuple[Condition, ...], assigned: Sequence[Assigned]) -> Iterator[Switch]:
    """The settings that have to stand so that all these tests hold, where it is not known that they do."""
    for condition in conditions:
        parts = tuple(taken_apart(condition))
        for at, part in enumerate(parts):
            found = switch(part, assigned)
            beside = {name for other, each in enumerate(parts) if other != at for name in names_in(each.value)}
            if found is not None and not set(names_in(part.value)[:1]) & beside:
                yield found


def switch(condition: Condition, assigned: Sequence[Assigned]) -> Switch | None:
    """The setting that a test asks for; None if it asks for something else, or if that is set as it has to be."""
    if not is_of_configuration((condition,)) and not (is_set(condition.value) and says_configuration(condition.test)):
        return None
    is_on = condition.is_then
    return None if by_default(condition.value, assigned) is is_on else Switch(describe(condition), is_on)


def taken_apart(condition: Condition, depth: int = 0) -> Iterator[Condition]:
    """The tests that all have to hold, or all must not, for a branch to be taken."""
    match condition.test, condition.value:
        case facts.Unary(operator="not", value=inner), Operation(operator="not", operands=(held,)) if depth < NESTED:
            yield from taken_apart(Condition(inner, held, not condition.is_then, condition.place), depth + 1)
        case (
            facts.Binary(operator="and" | "or" as joined, left=left, right=right),
            Operation(operator=operator, operands=(one, other)),
        ) if joined == operator == ("and" if condition.is_then else "or") and depth < NESTED:
            yield from taken_apart(replace(condition, test=left, value=one), depth + 1)
            yield from taken_apart(replace(condition, test=right, value=other), depth + 1)
        case _:
            yield condition


def is_set(value: Value) -> bool:
    """Whether a value is fixed before any request comes: written in the code, or taken from outside of it."""
    return all(
        isinstance(option, Const | External | Generic | Member) or is_of_environment(option)
        for option in options(value)
    )


def is_of_environment(value: Value) -> bool:
    """`os.environ.get("AUTH_ENABLED")`."""
    return isinstance(value, Made) and isinstance(value.callee, External) and value.callee.name in ENVIRONMENT


def says_configuration(test: facts.Expr) -> bool:
    """Whether a test names the configuration: `config.AUTH_ENABLED`."""
    return any(topic_of(part) is Topic.CONFIGURATION for word in words(test) for part in word.split("."))


def by_default(value: Value, assigned: Sequence[Assigned], depth: int = 0) -> bool | None:
    """How a setting stands as the project ships; None where that is not known, or where it may be either."""
    match value:
        case Const(value=held):
            return bool(held)
        case Operation(operator="not", operands=(inner,)) if depth < NESTED:
            found = by_default(inner, assigned, depth + 1)
            return None if found is None else not found
        case Operation(operator=operator, operands=(Const(value=one), Const(value=other))) if operator in COMPARED:
            return (one == other) == COMPARED[operator]
        case Made(name="get", positional=(_, Const(value=held))):
            return bool(held)
        case Generic(keys=(Const(value=name),)):
            return agreed([by_default(each.value, (), NESTED) for each in assigned if each.name == name])
        case Either() if depth < NESTED:
            return agreed([by_default(option, assigned, depth + 1) for option in options(value)])
    return None


def agreed(found: Sequence[bool | None]) -> bool | None:
    """What all say; None where they do not agree."""
    return found[0] if found and all(each is found[0] for each in found) else None
