"""What the tests around a check mean for an effect behind it: whether a caller can go another way, and what waits there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.model.reach import Action
from assay.source.evaluate.tested import key_of
from assay.source.evaluate.values import Condition, Const, Exit, Made, Operation, Value
from assay.source.mentions import walk
from assay.source.reach.accesses import Found
from assay.source.reach.ties import COMPARING, Tie, Ties

READING = frozenset({Action.READ, Action.LIST})


def holds(outer: Sequence[Condition], around: Sequence[Condition], ties: Ties) -> bool:
    """Whether tests around a check do not let a caller avoid it: they hold around the effect too, or do not depend on the request."""
    known = {(key_of(condition), condition.is_then) for condition in around}
    if any((key_of(condition), not condition.is_then) in known for condition in outer):
        return False  # the check stands in the other branch
    return not any(avoiding(outer, around, ties))


def avoiding(outer: Sequence[Condition], around: Sequence[Condition], ties: Ties) -> Iterator[Condition]:
    """The tests around a check by which a caller gets past it."""
    known = {(key_of(condition), condition.is_then) for condition in around}
    return (each for each in outer if (key_of(each), each.is_then) not in known and ties.is_chosen(each))


def is_behind(before: Sequence[Found], found: Found, ties: Ties) -> bool:
    """Whether what was protected lies on every way that the caller can choose to an access: a password that is only asked for when a new
    one is sent protects nothing else of the account.
    """
    met = {(key_of(each), each.is_then) for other in before for each in other.conditions}
    known = {(key_of(each), each.is_then) for each in found.conditions}
    return any(
        not any((key_of(each), not each.is_then) in known for each in other.conditions)
        and all((key_of(way), not way.is_then) in met for way in avoiding(other.conditions, found.conditions, ties))
        for other in before
    )


def is_refused_otherwise(
    outer: Sequence[Condition], found: Found, rows: set[int], refusals: Sequence[Exit | Made], ties: Ties
) -> bool:
    """Whether something else about the object refuses where a caller goes past a check: `if "token" in request.args: ... else: ...`."""
    ways = tuple(avoiding(outer, found.conditions, ties))
    return bool(ways) and all(
        any(
            (key_of(way), not way.is_then) in {(key_of(each), each.is_then) for each in refusal.conditions[:-1]}
            and (found.action in READING or refusal.index < found.index)
            and is_compared(refusal.conditions[-1].value, rows, ties)
            for refusal in refusals
            if len(refusal.conditions) > 1
        )
        for way in ways
    )


def is_compared(value: Value, rows: set[int], ties: Ties) -> bool:
    """Whether a test compares an object with what is not fixed."""
    for part in walk(value):
        if not isinstance(part, Operation) or part.operator not in COMPARING or len(part.operands) != 2:
            continue
        for one, other in (part.operands, part.operands[::-1]):
            if not isinstance(other, Const) and rows & {id(made) for made in ties.loaded_in(one)}:
                return True
    return False


def changes_nothing(found: Found) -> bool:
    """Whether a statement writes whatever it selects, and nothing where the caller has no right: the request goes on all the same."""
    is_itself = found.query is not None and found.made is found.query.made
    return is_itself and found.action not in READING and found.protection.startswith("keyed")


def word_of(tie: Tie) -> str:
    """The machine word of a tie."""
    return "compared" if tie.kind == "ownership" else "authorized"
