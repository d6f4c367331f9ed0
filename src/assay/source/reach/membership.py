"""Tests whether the caller is among those of a loaded object: `team.Members.Any(m => m.UserId == me)`.

Whoever is none may be refused, or only whoever is one may go on: both are a right to the object. The other way round, as in
`if (post.Likes.Any(mine)) return Conflict()`, it is none, so that here the branch counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.model.reach import OF_REQUEST
from assay.source.evaluate.values import Condition, Const, Exit, Made, Operation, Value, options
from assay.source.reach.selection import EXCLUDING
from assay.source.reach.spelling import told
from assay.source.reach.ties import Tie, Ties

DEPTH = 6
ASKING = frozenset(
    "Any AnyAsync Exists FirstOrDefault SingleOrDefault Find FirstOrDefaultAsync SingleOrDefaultAsync Contains".split()
)
"""Calls that find the caller's own entry, if there is one."""
NONE_OF = "All"
"""`members.All(m => m.UserId != me)`: the caller is none of them."""
SUCCESS = frozenset(
    {
        "Ok",
        "NoContent",
        "Created",
        "CreatedAtAction",
        "CreatedAtRoute",
        "Accepted",
        "Json",
        "View",
        "File",
        "Content",
        "PartialView",
    }
)
"""Answers to whoever may go on."""


def is_success(value: Value) -> bool:
    """Whether an answer says that it worked."""
    return isinstance(value, Made) and value.name in SUCCESS


class Memberships:
    """Reads what conditions say of that."""

    def __init__(self, ties: Ties) -> None:
        self.ties = ties
        self.known: dict[int, tuple[Condition, tuple[tuple[Tie, bool], ...]]] = {}

    def of(self, condition: Condition, *, is_in: bool) -> Iterator[Tie]:
        """The ties of a condition under which the caller is (or is not) among those of an object."""
        held = self.known.get(id(condition))
        if held is None:
            found = tuple(self.in_value(condition.value, condition, holds=condition.is_then))
            held = self.known[id(condition)] = (condition, found)
        return (tie for tie, holds in held[1] if holds is is_in)

    def turning(self, refusals: Sequence[Exit | Made]) -> Iterator[tuple[Exit | Made, tuple[tuple[int, Tie], ...]]]:
        """The refusals of whoever is not among those of an object, with the position of the test among the conditions of each."""
        for exit_ in refusals:
            if isinstance(exit_, Exit) and any(map(is_success, options(exit_.value))):
                continue
            found = tuple(
                (position, tie)
                for position, condition in enumerate(exit_.conditions)
                for tie in self.of(condition, is_in=False)
            )
            if found:
                yield exit_, found

    def in_value(
        self, value: Value, condition: Condition, *, holds: bool, depth: int = 0
    ) -> Iterator[tuple[Tie, bool]]:
        """(tie, whether the caller is among them) of a value that is true or not."""
        if depth > DEPTH:
            return
        for option in options(value):
            match option:
                case Operation(operator="not", operands=(inner,)):
                    yield from self.in_value(inner, condition, holds=not holds, depth=depth + 1)
                case Operation(operator="==" | "is", operands=(inner, Const(value=None))):
                    yield from self.in_value(inner, condition, holds=not holds, depth=depth + 1)
                case Operation(operator="!=" | "isnot" | "is not", operands=(inner, Const(value=None))):
                    yield from self.in_value(inner, condition, holds=holds, depth=depth + 1)
                case Operation(operator="or" | "and" as operator, operands=operands) if (operator == "or") is not holds:
                    for operand in operands:  # all of them are so
                        yield from self.in_value(operand, condition, holds=holds, depth=depth + 1)
                case Operation(operator="or", operands=operands):
                    each = [
                        list(self.in_value(operand, condition, holds=holds, depth=depth + 1)) for operand in operands
                    ]
                    yield from (
                        pair for found in each for pair in found if not pair[1]
                    )  # whoever is none is refused too
                case Made():
                    yield from self.of_made(option, condition, holds=holds)

    def of_made(self, made: Made, condition: Condition, *, holds: bool) -> Iterator[tuple[Tie, bool]]:
        """One call that asks."""
        is_asking = made.name in ASKING or made.name == NONE_OF
        query = self.ties.queries.of(made) if is_asking else None
        if is_asking and query is None:
            yield from self.of_loaded(made, condition, holds=holds)
        if query is None or query.base is None or self.ties.origins.is_principal(query.base):
            return
        is_keyed, asked, _ = self.ties.selecting(query)
        loads = frozenset(id(each) for each in self.ties.loaded_in(query.base))
        if is_keyed and not asked and loads:
            tie = Tie("ownership", frozenset(), loads, told(condition), condition.place)
            yield tie, holds is not (made.name == NONE_OF)

    def of_loaded(self, made: Made, condition: Condition, *, holds: bool) -> Iterator[tuple[Tie, bool]]:
        """The caller's own entry in what a loaded object holds: `team.Members.FirstOrDefault(m => m.UserId == me)`."""
        receiver, origins = made.receiver, self.ties.origins
        loads = frozenset(id(each) for each in self.ties.loaded_in(receiver))
        if receiver is None or not loads or not made.positional or origins.is_principal(receiver):
            return
        tests = [*self.ties.queries.predicates.of(made.positional[0], None)]
        is_keyed = any(test.operator not in EXCLUDING and origins.is_principal(test.value) for test in tests)
        if is_keyed and not any(source.origin in OF_REQUEST for test in tests for source in origins.of(test.value)):
            yield Tie("ownership", frozenset(), loads, told(condition), condition.place), holds
