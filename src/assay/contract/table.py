"""The values of a parsed document: as JSON knows them, but each table and list knows its line; and tolerant ways to look into them."""

from collections.abc import Iterator
from typing import TypeAlias

from assay.model.place import Place


class Table(dict[str, "Value"]):
    """A mapping, with its file and the line of the key that it stands under, or of its first key."""

    __slots__ = ("home", "line")

    def __init__(self, line: int, home: str = "") -> None:
        super().__init__()
        self.line = line
        self.home = home

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.home, self.line)

    def text(self, key: str) -> str:
        """The value as text; "" when it is missing or no scalar."""
        return as_text(self.get(key))

    def table(self, key: str) -> "Table":
        """The table below a key; an empty one when there is none."""
        found = self.get(key)
        return found if isinstance(found, Table) else Table(self.line, self.home)

    def row(self, key: str) -> "Row":
        """The list below a key; an empty one when there is none."""
        found = self.get(key)
        return found if isinstance(found, Row) else Row(self.line)

    def tables(self, key: str) -> Iterator["Table"]:
        """The tables of the list below a key."""
        return (each for each in self.row(key) if isinstance(each, Table))

    def texts(self, key: str) -> tuple[str, ...]:
        """The scalars of the list below a key, as texts."""
        return tuple(as_text(each) for each in self.row(key) if not isinstance(each, Table | Row | None))

    def flag(self, key: str) -> bool:
        """Whether the value is true; anything else is false."""
        return self.get(key) is True

    def number(self, key: str) -> float | None:
        """The value as a number, or None."""
        found = self.get(key)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None

    def count(self, key: str) -> int | None:
        """The value as a whole number, or None."""
        found = self.number(key)
        return int(found) if found is not None and found.is_integer() else None


class Row(list["Value"]):
    """A list, with the line of its beginning."""

    __slots__ = ("line",)

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


Value: TypeAlias = Table | Row | str | int | float | bool | None


def as_text(value: Value) -> str:
    """A scalar as text; "" for anything else."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
    return ""
