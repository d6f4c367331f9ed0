"""Commands of ADO.NET: an object that is given its text and its parameters one after another, and is run then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.source.evaluate.values import Assigned, Const, Made, Member, Operation, Table, Template, Value, options

MAKING = frozenset(
    f"{vendor}{kind}"
    for vendor in ("Sql", "Npgsql", "Sqlite", "SQLite", "MySql", "Oracle", "OleDb", "Odbc")
    for kind in ("Command", "DataAdapter")
) | {"CreateCommand"}
"""What makes a command."""
GIVING = frozenset({"AddWithValue", "Add"})
"""Calls on `command.Parameters` that give a value, or an object that holds name and value."""
DYNAMIC = "DynamicParameters"
"""What is given parameters one after another, and is then handed over with a statement."""
MARKS = "@:$"


class Commands:
    """Knows the text and the parameters of the commands of one trace."""

    def __init__(self) -> None:
        self.held: dict[int, Table] = {}
        self.said: dict[int, Value] = {}

    def see(self, calls: Sequence[Made], assigned: Sequence[Assigned]) -> None:
        """Read what is given to each command."""
        for each in assigned:
            for command in options(each.receiver):
                if each.name == "CommandText" and isinstance(command, Made) and command.name in MAKING:
                    self.said[id(command)] = self.joined(command, each.value)
        for made in calls:
            holder = made.receiver
            if made.name in GIVING and isinstance(holder, Made) and holder.name == DYNAMIC:
                for name, value in given(made):
                    self.parameters(holder).entries[name] = (Const(name), value)
            if is_parameter(made) and isinstance(holder, Member):
                for command in options(holder.value):
                    for name, value in given(made):
                        self.parameters(command).entries[name] = (Const(name), value)

    def parameters(self, command: Value) -> Table:
        """What a command was given, by name."""
        return self.held.setdefault(id(command), Table({}))

    def opened(self, value: Value) -> Value:
        """What is handed over with a statement, or the parameters that were put into it."""
        return self.held.get(id(value), value)

    def text(self, command: Made) -> Value | None:
        """The text of a command; None for what is none."""
        if command.name not in MAKING:
            return None
        said = self.said.get(id(command))
        return said if said is not None else next(iter(command.positional), None)

    def joined(self, command: Made, value: Value) -> Value:
        """`command.CommandText += " WHERE ..."`: what is added stands behind what was there."""
        before = self.text(command)
        parts: tuple[Value | str, ...] = ()
        match value:
            case Template(pieces=pieces):
                parts = pieces
            case Operation(operator="+", operands=operands):
                parts = operands
        first = parts[0] if parts else None
        is_added = isinstance(first, Member) and first.name == "CommandText" and first.value is command
        if not is_added or before is None:
            return value
        held: tuple[Value | str, ...] = before.pieces if isinstance(before, Template) else (before,)
        return Template(tuple(spelled(part) for part in (*held, *parts[1:])))


def spelled(part: Value | str) -> Value | str:
    """A part of a text, as its letters where they are known."""
    return str(part.value) if isinstance(part, Const) else part


def is_parameter(made: Made) -> bool:
    """Whether a call gives a command one of its values."""
    holder = made.receiver
    return made.name in GIVING and isinstance(holder, Member) and holder.name == "Parameters"


def given(made: Made) -> Iterator[tuple[str, Value]]:
    """The names and values of one call: `AddWithValue("@id", id)`, `Add(new SqlParameter("@id", id))`."""
    first = next(iter(made.positional), None)
    if isinstance(first, Made) and first.name.endswith("Parameter"):
        yield from given(first)
    elif isinstance(first, Const) and isinstance(first.value, str) and len(made.positional) >= 2:
        yield first.value.lstrip(MARKS), made.positional[1]
