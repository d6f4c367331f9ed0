"""What a data access selects and touches: the nouns of queries."""

from __future__ import annotations

from dataclasses import dataclass

from assay.model.reach import Action
from assay.source.evaluate.values import ClassValue, Made, Value

EXCLUDING = frozenset({"!=", "notin", "isnot", "not in"})
"""Comparisons that select all objects but one: they say nothing of the one."""


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """One comparison that selects: a field of the stored type with a value."""

    field: str
    value: Value
    operator: str = "=="
    is_alternative: bool = False
    """It stands under an `or`."""


@dataclass(slots=True, eq=False)
class Query:
    """A chain that touches stored data."""

    entity: str
    cls: ClassValue | None
    action: Action
    made: Made
    links: tuple[Made, ...]
    tests: tuple[Test, ...] = ()
    is_terminal: bool = True
    """False when nothing runs it yet."""
    is_certain: bool = True
    base: Value | None = None
    """The object through which it was reached: `user.items` of `user.items.filter(...)`."""
    limits: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    """Columns that a statement writes."""
    naming: tuple[Value, ...] = ()
    """What names columns that it writes, where its text does not."""
    others: tuple[Made, ...] = ()
    """Chains that it may begin with instead: `get_object_or_404(all_of_them if user.is_staff else own, pk=pk)`."""
