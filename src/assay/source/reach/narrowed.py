"""What narrows a look-up of a type that is not known: `self.Entry.query.filter_by(user=user, parent=self).all()`."""

from __future__ import annotations

from collections.abc import Iterator

from assay.source.evaluate.values import Made, Value

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
