"""Tables that are handed out as they are: `return Ok(context.Users)`, `return orders;` of a list that is kept in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from assay.model.reach import Action
from assay.source.evaluate.values import ClassValue, Exit, Given, Instance, Items, Made, Table, Value, options
from assay.source.reach.accesses import Found
from assay.source.reach.query import Queries
from assay.source.reach.trace import Trace
from assay.source.status import status_of

WRAPPING = frozenset(
    {
        "Ok",
        "Json",
        "JsonResult",
        "OkObjectResult",
        "ActionResult",
        "ObjectResult",
        "Created",
        "Accepted",
        "FromResult",
        "View",
    }
)
"""Calls that answer with what they are given."""
DEPTH = 4
FAILING = 400


class HandedOut(Struct, frozen=True, eq=False):
    """A table in an answer."""

    table: Given
    entity: str
    cls: ClassValue
    exit: Exit

    def access(self) -> Found:
        """As an access: a list without bounds."""
        place, index, conditions = self.exit.place, self.exit.index, self.exit.conditions
        return Found(
            Action.LIST, self.entity, (), None, None, place, index, conditions, (), self.table.name, is_bounded=False
        )


def handed_out(trace: Trace, queries: Queries) -> Iterator[HandedOut]:
    """The tables in the answers of a handler, each once."""
    seen: set[int] = set()
    for exit_ in trace.answers() if queries.linq is not None else ():
        if exit_.kind != "return" or (status_of(exit_.value) or 0) >= FAILING:
            continue
        for table in inside(exit_.value, 0):
            begun = kept(queries, table)
            if begun is not None and id(table) not in seen:
                seen.add(id(table))
                yield HandedOut(table, *begun, exit_)


def accesses(found: list[Found], trace: Trace, queries: Queries) -> list[Found]:
    """All accesses, with the tables that are handed out among them."""
    more = [each.access() for each in handed_out(trace, queries)]
    return sorted([*found, *more], key=lambda each: each.index) if more else found


def inside(value: Value, depth: int) -> Iterator[Given]:
    """What may be a table in an answer."""
    for option in options(value) if depth < DEPTH else ():
        if isinstance(option, Given):
            yield option
        for given in parts(option):
            yield from inside(given, depth + 1)


def parts(value: Value) -> Iterable[Value]:
    """What an answer is put together from."""
    match value:
        case Made(name=name) if name in WRAPPING:
            return (*value.positional[:2], *value.named.values())
        case Instance(attributes=held, named=named):
            return (*held.values(), *named.values())
        case Table(entries=entries):
            return [given for _, given in entries.values()]
        case Items(items=items):
            return items[:12]
    return ()


def kept(queries: Queries, value: Given) -> tuple[str, ClassValue] | None:
    """The stored type whose objects a value keeps, where it is a table."""
    if value.call is not None or value.origin or value.type is None:
        return None
    _, begun = queries.holders.of_value(value, "ToList")
    return (begun[0], begun[1]) if begun is not None and begun[1] is not None else None
