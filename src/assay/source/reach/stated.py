"""Columns that give rights and that a statement writes as the request says: `INSERT INTO users (name, role) VALUES (@name, @role)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assay.model.entity import PRIVILEGE
from assay.model.reach import Action, Copy
from assay.source.evaluate.values import Value
from assay.source.reach.bound import is_reckoned, origin_of
from assay.source.reach.examination import Examination


def stated(seen: Examination, is_sent: Callable[[Value], bool]) -> Iterator[Copy]:
    """The copies; `is_sent` says whether a value is what was sent, and not what was found by it."""
    for made in seen.trace.made:
        query = seen.queries.of(made)
        if query is None or query.made is not made or query.action not in {Action.CREATE, Action.UPDATE}:
            continue
        for column, value in query.writes:
            if not PRIVILEGE.match(column) or is_reckoned(seen, value):
                continue
            if (origin := origin_of(seen, value)) is not None and is_sent(value):
                yield Copy(query.entity, "set by name", origin, (column,), made.place)
