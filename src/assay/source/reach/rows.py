"""Rows that ADO.NET reads: which statement an object was filled from, column by column."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.entity import is_secret
from assay.model.place import Place
from assay.model.reach import Exposure
from assay.source.evaluate.values import Const, Instance, Made, Member, Table, Value, options
from assay.source.mentions import walk
from assay.source.reach.examination import Examination
from assay.source.reach.selection import Query

READERS = frozenset({"ExecuteReader", "ExecuteReaderAsync"})
"""Calls of a command that give its rows one after another."""
ADAPTER = "DataAdapter"
"""The ending of what fills tables with rows."""
SHAPED = "made of each"
"""The way of objects that go out in another shape, all of them."""
FEW = 2
"""Columns that make an object one of rows."""


def of_rows(seen: Examination, made: Instance | Table, place: Place) -> Iterator[Exposure]:
    """An object in an answer, with a type or without one, that was filled from the columns of one statement."""
    if seen.queries.linq is None:
        return
    values = {**made.named, **made.attributes} if isinstance(made, Instance) else under_names(made)
    found = {name: query for name, value in values.items() if (query := row_of(seen, value)) is not None}
    queries = {id(query.made): query for query in found.values()}
    if len(found) < FEW or len(queries) != 1:
        return
    (query,) = queries.values()
    names = tuple(name for name in found if name.isidentifier())
    if any(map(is_secret, names)):
        yield Exposure(query.entity, names, "returned as it is", place)
    yield Exposure(query.entity, (), SHAPED, place, is_filtered=True)


def under_names(made: Table) -> dict[str, Value]:
    """The members of an object without a type: `new { Id = reader["Id"] }`."""
    return {str(key.value): held for key, held in made.entries.values() if isinstance(key, Const)}


def row_of(seen: Examination, value: Value) -> Query | None:
    """The statement of whose rows a value is a column: `reader["Email"]`, `row.Field<string>("Email")`."""
    for option in options(value):
        for part in walk(option):
            match part:
                case Made(name=name) if name in READERS:
                    return of_command(seen, part.receiver)
                case Member(value=Made() as table, name="Rows"):
                    return filled(seen, table)
    return None


def of_command(seen: Examination, command: Value | None) -> Query | None:
    """The statement of a command."""
    return next((query for one in options(command) if isinstance(one, Made) and (query := seen.queries.of(one))), None)


def filled(seen: Examination, table: Made) -> Query | None:
    """The statement whose rows an adapter put into a table: `adapter.Fill(table)`, `table.Load(command.ExecuteReader())`."""
    for made in seen.trace.made:
        if made.name == "Fill" and any(one is table for each in made.positional for one in options(each)):
            adapters = [one for one in options(made.receiver) if isinstance(one, Made)]
            return next((query for one in adapters if (query := of_adapter(seen, one))), None)
        if made.name == "Load" and any(one is table for one in options(made.receiver)):
            return next((query for each in made.positional if (query := row_of(seen, each))), None)
    return None


def of_adapter(seen: Examination, adapter: Made) -> Query | None:
    """The statement of an adapter, its own or that of the command that it was given."""
    if not adapter.name.endswith(ADAPTER):
        return None
    return seen.queries.of(adapter) or of_command(seen, adapter.argument(0))
