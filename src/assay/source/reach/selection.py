"""What a data access selects and touches: the nouns of queries."""

from __future__ import annotations

from msgspec import Struct

from assay.model.reach import Action
from assay.source import facts
from assay.source.evaluate.values import ClassValue, External, FunctionValue, Made, Member, Table, Value

EXCLUDING = frozenset({"!=", "notin", "isnot", "not in"})
"""Comparisons that select all objects but one: they say nothing of the one."""

BEGINNING = frozenset({"query", "select"})
"""What statements of SQLAlchemy begin with."""


class Test(Struct, frozen=True, eq=False):
    """One comparison that selects: a field of the stored type with a value."""

    field: str
    value: Value
    operator: str = "=="
    is_alternative: bool = False
    """It stands under an `or`."""
    owner: ClassValue | None = None
    """The class whose column it compares, where the expression names it."""


class Query(Struct, eq=False):
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
    writes: tuple[tuple[str, Value], ...] = ()
    """What a statement sets its columns to, as far as it is handed over."""
    others: tuple[Made, ...] = ()
    """Chains that it may begin with instead: `get_object_or_404(all_of_them if user.is_staff else own, pk=pk)`."""

    @property
    def is_statement(self) -> bool:
        """Whether it is only a statement, as SQLAlchemy makes it, that nothing ran: nobody knows yet whether there is such an object."""
        if self.is_terminal or not self.links:
            return False
        first = self.links[0]
        return first.name in BEGINNING or (isinstance(first.receiver, Member) and first.receiver.name in BEGINNING)


def is_everything(link: Made) -> bool:
    """Whether a filter lets everything through: `find()`, `find({})`, `Find(_ => true)`, `Find(Builders<T>.Filter.Empty)`."""
    first = link.positional[0] if link.positional else None
    match first:
        case None:
            return True
        case FunctionValue(function=facts.Function(body=(facts.Return(value=facts.Constant(value=True)),))):
            return True
        case Member(name=name) | External(name=name):
            return name.rpartition(".")[2] == "Empty"
    return isinstance(first, Table) and not first.entries and not first.is_open
