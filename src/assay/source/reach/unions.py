"""Query sets that `|` joins: `(mine | those_of_my_projects).filter(...)` gives what one of them gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from assay.source.evaluate.values import Made, Operation, Value, options
from assay.source.reach.selection import EXCLUDING

if TYPE_CHECKING:
    from assay.source.reach.query import Queries

DEPTH = 8


def united(given: Sequence[Value]) -> tuple[Made, ...]:
    """The calls whose rows are joined at the beginning of the chain that is given first; none where one of them is not known."""
    for value in given[:1]:
        found: Value | None = next(options(value), None)
        for _ in range(DEPTH):
            if not isinstance(found, Made):
                break
            found = next(options(found.receiver), None)
        parts = tuple(_operands(found, 0))
        if len(parts) > 1 and all(isinstance(part, Made) for part in parts):
            return tuple(part for part in parts if isinstance(part, Made))
    return ()


def selected_from(given: Sequence[Value]) -> Value:
    """What tells the type of what is selected from: where lists are joined, where the first one begins."""
    found: Value = next(iter(united(given)), given[0])
    for _ in range(DEPTH):
        receiver = next(options(found.receiver), None) if isinstance(found, Made) and united(given) else None
        if receiver is None:
            break
        found = receiver
    return found


def is_all_own(queries: Queries, given: Sequence[Value], is_own: Callable[[Value], bool]) -> bool:
    """Whether each of the lists that are joined is selected by the caller."""
    asked = [queries.of(made) for made in united(given)]
    return bool(asked) and all(
        query is not None and any(test.operator not in EXCLUDING and is_own(test.value) for test in query.tests)
        for query in asked
    )


def _operands(value: Value | None, depth: int) -> Iterator[Value | None]:
    """What a value joins, opened."""
    option = next(options(value), None)
    if isinstance(option, Operation) and option.operator == "|" and depth < DEPTH:
        for operand in option.operands:
            yield from _operands(operand, depth + 1)
    else:
        yield option
