"""What is picked among the caller's own: `context.Organizations.Any(o => o.Id == id)` asks whether the caller has one with that id."""

from __future__ import annotations

from collections.abc import Iterator

from assay.source.evaluate.values import FunctionValue, Generic, Made, Member, Value, options
from assay.source.reach.origins import Origins
from assay.source.reach.query import Queries

ASKING = frozenset(
    """
    Any All Exists Contains Find First FirstOrDefault Single SingleOrDefault Where Count ContainsKey TryGetValue
    """.split()
)
"""Calls that pick, or ask whether there is one."""
DEPTH = 6
MOST = 2
"""Lambdas of one call that are looked into."""


def picked(queries: Queries, origins: Origins, value: Value) -> Iterator[tuple[Value, ...]]:
    """What picks, for each such call that a value is, or is a member of: `context.Organizations.Find(o => o.Id == id).Permissions`."""
    for option in options(value):
        found: Value = option
        for _ in range(DEPTH):
            match found:
                case Member(value=inner) | Generic(value=inner):
                    found = next(options(inner), inner)
                case Made(name=name, receiver=receiver) if receiver is not None:
                    if name in ASKING and origins.is_principal(receiver) and queries.of(found) is None:
                        yield asked(queries, found)
                    found = next(options(receiver), receiver)
                case _:
                    break


def asked(queries: Queries, made: Made) -> tuple[Value, ...]:
    """What a call is given, its lambdas looked into."""
    functions = [each for each in made.positional if isinstance(each, FunctionValue)]
    bodies = (queries.predicates.body(each, None) for each in functions[:MOST])
    return (*bodies, *(each for each in made.positional if not isinstance(each, FunctionValue)))
