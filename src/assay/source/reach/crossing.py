"""Comparisons with a table that nothing joins: `Person.query.filter(Project.id == project.id)` holds for every person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.source.evaluate import attributes
from assay.source.evaluate.values import ClassValue, Made, Member, Operation, Value, options, undecorated
from assay.source.reach.selection import Query, Test

if TYPE_CHECKING:
    from assay.source.reach.query import Queries
    from assay.source.reach.stored import Stored

JOINING = frozenset(
    {"select_from", "from_statement", "from_self", "with_entities", "add_entity", "add_columns", "union", "subquery"}
)
"""Links after which other tables than the first may be meant."""


def owner_of(column: Value, stored: Stored) -> ClassValue | None:
    """The class whose column a side of a comparison is: `Project` of `Project.id`."""
    for option in options(column):
        if (held := stored.attribute_of(option)) is not None:
            return held[0]
        inner = undecorated(option.value) if isinstance(option, Member) else None
        if isinstance(inner, ClassValue):
            return inner
    return None


def tying(tests: tuple[Test, ...], links: Sequence[Made], cls: ClassValue | None, stored: Stored) -> tuple[Test, ...]:
    """The comparisons of a chain without those that say nothing of what it selects."""
    if cls is None or not any(is_foreign(test, cls, stored) for test in tests):
        return tests
    is_joined = any("join" in link.name.lower() or link.name in JOINING for link in links)
    is_compared = any(owner_of(test.value, stored) is not None for test in tests)
    if is_joined or is_compared or len(links[0].positional) > 1:
        return tests
    return tuple(test for test in tests if not is_foreign(test, cls, stored))


def tying_arguments(made: Made, query: Query, queries: Queries) -> tuple[Value, ...]:
    """What a call of a chain is given, without what compares tables that nothing joins."""
    given = (*made.positional, *made.named.values())
    return tuple(value for value in given if not is_crossing(value, query, queries))


def is_crossing(value: Value, query: Query, queries: Queries) -> bool:
    """Whether all that an argument of a chain compares is a table that nothing joins."""
    if query.cls is None or not isinstance(value, Operation):
        return False
    tests = tuple(queries.predicates.of(value, query.cls))
    return bool(tests) and not tying(tests, query.links, query.cls, queries.stored)


def is_foreign(test: Test, cls: ClassValue, stored: Stored) -> bool:
    """Whether a comparison is with a column of a class that has nothing to do with the selected one."""
    other = test.owner
    if other is None or other.type is cls.type:
        return False
    lines = ((cls, other), (other, cls))
    return not any(
        isinstance(base, ClassValue) and base.type is last.type
        for first, last in lines
        for base in attributes.mro(stored.run, first)
    )
