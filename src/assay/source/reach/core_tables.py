"""Tables that no class declares: `posts = Table("posts", metadata, ...)` of SQLAlchemy's core, as `databases` runs them."""

from __future__ import annotations

from assay.source.evaluate.values import Const, Made, Member, Value, options
from assay.source.mentions import walk

CALLS = frozenset({"select", "insert", "update", "delete"})
"""Statements that are begun on a table, or are handed it."""
COLUMNS = frozenset({"c", "columns"})


def table_name(value: Value | None) -> str:
    """The name of a table; "" for everything else."""
    for option in options(value):
        held: Value = option
        while isinstance(held, Member):
            held = held.value if held.name in COLUMNS or isinstance(held.value, Member) else Const(None)
        if isinstance(held, Made) and held.name == "Table" and held.positional:
            first = held.positional[0]
            return str(first.value) if isinstance(first, Const) else ""
    return ""


def begun_on(link: Made) -> str:
    """The table that a statement is begun on or handed: `posts.select()`, `select([posts.c.id])`."""
    if link.name not in CALLS:
        return ""
    own = table_name(link.receiver)
    handed = walk(link.positional[0]) if link.positional and link.receiver is None else ()
    return own or next((found for part in handed if (found := table_name(part))), "")
