"""What narrows a look-up of a type that is not known: `self.Entry.query.filter_by(user=user, parent=self).all()`."""

from __future__ import annotations

from collections.abc import Iterator

from assay.source.evaluate.values import Made, Value
from assay.source.reach.query import Queries

NARROWING = frozenset({"filter", "filter_by", "where", "Where"})
"""Calls that narrow what a look-up gives."""
LONGEST = 8
"""Calls of a chain that are read."""


def narrowing(made: Made) -> Iterator[Value]:
    """What the calls before a last one narrow by."""
    for _ in range(LONGEST):
        before = made.receiver
        if not isinstance(before, Made):
            return
        if before.name in NARROWING:
            yield from before.positional
            yield from before.named.values()
        made = before


def is_of_project(made: Made, queries: Queries) -> bool:
    """Whether a last call is no word of the library, and is made on what selects: `Config.objects.all().visible_for(me)`."""
    if made.receiver is None or made.name in queries.words.roles:
        return False
    before = queries.behind(made.receiver)
    return before is not None and before.made is not made  # a cursor stands for the statement that it is given
