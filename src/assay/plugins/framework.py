"""The header of a web framework."""

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct

from assay.model.endpoint import Endpoint
from assay.model.place import Skipped
from assay.model.program import Api, Setting
from assay.model.reach import Use

Context = TypeVar("Context")


class Reading(Struct, frozen=True):
    """What a framework's reader found in a tree; order does not matter."""

    apis: tuple[Api, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    settings: tuple[Setting, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    uses: tuple[Use, ...] = ()
    """Of tokens and cryptography in what the program does when it starts."""


class Framework(Struct, Generic[Context], frozen=True):
    """A web framework: what its words are and how its endpoints are read. `spec.md` beside it is its page and its test."""

    name: str
    """`aspnetcore`, `fastapi`: the word of example fences."""
    title: str
    language: str
    literals: tuple[bytes, ...]
    """The gate: a file without any of these holds nothing that this reader needs as a starting point."""
    registrars: tuple[str, ...]
    """Names of calls and decorators that make applications or register routes: a function that nothing calls but that uses one of them is
    run on its own (application factories, endpoint classes found by reflection)."""
    read: Callable[[Context], Reading]
    """Context is `assay.source.program.Program`."""
