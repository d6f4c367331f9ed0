"""Tests that compare what was loaded with what was sent: `order.shop_id != shop_id` keeps to the shop of the path."""

from collections.abc import Iterable, Iterator

from assay.model.reach import OF_REQUEST
from assay.source.evaluate.results import absence
from assay.source.evaluate.values import Condition, Const, Member, Operation, Value, options
from assay.source.reach.origins import Origins, Source
from assay.source.reach.ties import COMPARING, Ties

DEPTH = 6
Bound = tuple[frozenset[int], frozenset[Source]]
"""Ids of the calls that loaded objects, and the request data that a test compares them with."""


class Bounds:
    """Reads such comparisons out of the tests of one trace."""

    def __init__(self, ties: Ties, origins: Origins) -> None:
        self.ties = ties
        self.origins = origins
        self.known: dict[int, tuple[Condition, tuple[Bound, ...]]] = {}

    def of(self, condition: Condition) -> tuple[Bound, ...]:
        """What one test compares."""
        held = self.known.get(id(condition))
        if held is None:
            held = self.known[id(condition)] = (condition, tuple(self.inside(condition.value)))
        return held[1]

    def inside(self, value: Value, depth: int = 0) -> Iterator[Bound]:
        """The comparisons of loaded objects with request data inside a value whose truth decides."""
        for option in options(value):
            if not isinstance(option, Operation) or depth > DEPTH:
                continue
            if option.operator not in COMPARING or len(option.operands) != 2:
                for operand in option.operands:
                    yield from self.inside(operand, depth + 1)
                continue
            yield from self.given_up(option, depth)
            for kept, given in (option.operands, option.operands[::-1]):
                asked = frozenset(source for source in self.origins.of(given) if source.origin in OF_REQUEST)
                loads = frozenset(id(made) for made in self.ties.loaded_in(kept) if asked)
                if loads and not self.ties.loaded_in(given):
                    yield loads, asked

    def given_up(self, comparison: Operation, depth: int) -> Iterator[Bound]:
        """`plan is null` of a function that gives nothing where the plan is one of another shop."""
        kept, given = comparison.operands
        if not isinstance(given, Const) or given.value is not None:
            return
        for option in options(kept):
            if (decides := absence(option)) is not None:
                yield from self.inside(decides, depth + 1)


def compared(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Names of the members that tests compare with what is not fixed, sorted."""
    return tuple(sorted({name for condition in conditions for name in _compared(condition.value, 0)}))


def _compared(value: Value, depth: int) -> Iterator[str]:
    for option in options(value):
        if (decides := absence(option)) is not None:
            yield from _compared(decides, depth + 1)
        if not isinstance(option, Operation) or depth > DEPTH:
            continue
        for operand in option.operands:
            yield from _compared(operand, depth + 1)
        if option.operator in COMPARING and not any(isinstance(each, Const) for each in option.operands):
            yield from (part.name for each in option.operands for part in options(each) if isinstance(part, Member))
