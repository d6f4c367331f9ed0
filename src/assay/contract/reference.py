"""Follows `$ref` inside a document and to those beside it: what it points at, and a fault once for each pointer that leads nowhere."""

from collections.abc import Callable
from posixpath import dirname, join, normpath
from typing import TypeAlias
from urllib.parse import unquote

from assay.contract.document import document
from assay.contract.table import Row, Table, Value
from assay.model.contract import Fault

Beside: TypeAlias = Callable[[str], bytes | None]
"""Gives the bytes of a file by its path; None when it is not there, or not to be read."""

REFERENCE = "$ref"
FILES = 300
"""Documents beside the first that are read; one that is spread wider is nobody's."""
CHAIN = 20
"""References that lead to references; beyond that they lead in a circle."""


class References:
    """The pointers of one document, and of those beside it that it refers to."""

    def __init__(self, root: Table, path: str, beside: Beside) -> None:
        self._roots: dict[str, Table | None] = {path: root}
        self._beside = beside
        self.faults: dict[str, Fault] = {}
        """By pointer, or by message for what is no pointer."""

    def table(self, value: Value) -> Table | None:
        """The table that a value is or points at; None when it is none."""
        found = self.target(value)
        return found if isinstance(found, Table) else None

    def target(self, value: Value) -> Value:
        """The value, or what it points at in the end."""
        first = value
        for _ in range(CHAIN):
            if not isinstance(value, Table) or not isinstance(pointer := value.get(REFERENCE), str):
                return value
            here = value
            value = self._pointed(pointer, here.home)
            if value is None:
                self.fault(pointer, here, _reason(pointer))
                return None
        if isinstance(first, Table):
            self.fault("circle", first, "a $ref leads in a circle")
        return None

    def fault(self, key: str, at: Table, message: str) -> None:
        """Tells that something is broken, once for each key."""
        self.faults.setdefault(key, Fault(at.place, message))

    def _pointed(self, pointer: str, home: str) -> Value:
        file, _, way = pointer.partition("#")
        at: Value = self._root(_whole(file, home) if file else home)
        for part in way.split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            match at:
                case Table():
                    at = at.get(key)
                case Row() if key.isdecimal() and len(key) < 8 and int(key) < len(at):
                    at = at[int(key)]
                case _:
                    return None
        return at

    def _root(self, path: str) -> Table | None:
        """The document of a path; None for what lies outside, is not there or too much."""
        if path and path not in self._roots and len(self._roots) <= FILES:
            source = self._beside(path)
            found = document(source, path) if source is not None else None
            self._roots[path] = found.root if found else None
            self.faults.update(
                {f"{path}:{fault.place.line} {fault.message}": fault for fault in found.faults} if found else {}
            )
        return self._roots.get(path)


def no_file(path: str) -> bytes | None:
    """Of a document that stands alone."""
    return None


def name(value: Value) -> str:
    """The last word of a reference: `Order` of `#/components/schemas/Order`; "" for what is none."""
    pointer = value.text(REFERENCE) if isinstance(value, Table) else ""
    return unquote(pointer.rpartition("/")[2]).replace("~1", "/").replace("~0", "~")


def _reason(pointer: str) -> str:
    if pointer.startswith("#"):
        return f"$ref {pointer!r} leads nowhere"
    return f"$ref {pointer!r} leads to another document, which is not there or not read"


def _whole(file: str, home: str) -> str:
    """The path of a file that a document names; "" for what lies outside of the tree or is an address."""
    path = normpath(join(dirname(home), unquote(file)))
    return "" if "://" in file or path.startswith(("/", "..")) or "\\" in path else path
