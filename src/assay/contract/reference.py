"""Follows `$ref` inside one document: what it points at, and a fault once for each pointer that leads nowhere."""

from urllib.parse import unquote

from assay.contract.table import Row, Table, Value
from assay.model.contract import Fault
from assay.model.place import Place

REFERENCE = "$ref"
CHAIN = 20
"""References that lead to references; beyond that they lead in a circle."""


class References:
    """The pointers of one document."""

    def __init__(self, root: Table, path: str) -> None:
        self._root = root
        self._path = path
        self.faults: dict[str, Fault] = {}
        """By pointer, or by message for what is no pointer."""

    def table(self, value: Value) -> Table | None:
        """The table that a value is or points at; None when it is none."""
        found = self.target(value)
        return found if isinstance(found, Table) else None

    def target(self, value: Value) -> Value:
        """The value, or what it points at in the end."""
        for _ in range(CHAIN):
            if not isinstance(value, Table) or not isinstance(pointer := value.get(REFERENCE), str):
                return value
            line = value.line
            value = self._pointed(pointer)
            if value is None:
                self.fault(pointer, line, _reason(pointer))
                return None
        self.fault("circle", self._root.line, "a $ref leads in a circle")
        return None

    def fault(self, key: str, line: int, message: str) -> None:
        """Tells that something is broken, once for each key."""
        self.faults.setdefault(key, Fault(Place(self._path, line), message))

    def place(self, line: int) -> Place:
        """A line of the document."""
        return Place(self._path, line)

    def _pointed(self, pointer: str) -> Value:
        if not pointer.startswith("#"):
            return None
        at: Value = self._root
        for part in pointer.removeprefix("#").split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            match at:
                case Table():
                    at = at.get(key)
                case Row() if key.isdecimal() and len(key) < 8 and int(key) < len(at):
                    at = at[int(key)]
                case _:
                    return None
        return at


def name(value: Value) -> str:
    """The last word of a reference: `Order` of `#/components/schemas/Order`; "" for what is none."""
    pointer = value.text(REFERENCE) if isinstance(value, Table) else ""
    return unquote(pointer.rpartition("/")[2]).replace("~1", "/").replace("~0", "~")


def _reason(pointer: str) -> str:
    if pointer.startswith("#"):
        return f"$ref {pointer!r} leads nowhere"
    return f"$ref {pointer!r} leads to another document, which is not read"
