"""What reading one file needs at every node: the source, the limits and what was found beside the facts."""

import sys

from tree_sitter import Node

from assay.source.facts import Expr, Name, Opaque, Parameter

DEPTH = 120
"""How many levels of facts may nest; what lies deeper is `Opaque` and reported as unread.

A level costs up to four nested values when facts are encoded, and msgspec shares Python's recursion limit of 1000.
"""
CHAIN = 100
"""How many links of one chain (`a.B().C()`, `a + b + c`) nest before its inner end is flattened."""
MEMORY = 100_000
"""How many small texts are remembered before all are forgotten."""

NOTHING = Opaque("comment")
"""What reading a comment or a directive gives; compare by identity."""


class Names(dict[bytes, Name]):
    """Every identifier read so far as a shared fact."""

    def __missing__(self, text: bytes) -> Name:
        """The fact of an identifier; `@class` is `class`."""
        name = Name(sys.intern(text.decode("utf-8", "replace").removeprefix("@")))
        self[text] = name
        return name


NAMES = Names()
"""Shared by all files: a name depends on its text alone."""


class Memory:
    """Small stretches of source that hold no line, so that equal texts have equal facts."""

    __slots__ = ("members", "parameters", "types")

    def __init__(self) -> None:
        self.members: dict[bytes, tuple[Name, Expr, tuple[str, ...]]] = {}
        """Name, type and modifiers of fields and properties of one line that have no value and no attribute."""
        self.types: dict[bytes, Expr] = {}
        self.parameters: dict[bytes, tuple[Parameter, ...]] = {}


SHARED = Memory()
"""Of all files that the grammar read without an error; a broken file has its own, since errors change what a text means."""


class Reader:
    """The state of reading one file."""

    __slots__ = (
        "bodies",
        "extensions",
        "has_yield",
        "memory",
        "namespace",
        "outer",
        "receiver",
        "receiver_types",
        "source",
        "types",
        "unread",
    )

    def __init__(self, source: bytes, *, bodies: bool, is_broken: bool) -> None:
        self.source = source
        self.bodies = bodies
        self.memory = Memory() if is_broken else SHARED
        self.types = self.memory.types
        self.namespace = ""
        self.outer: tuple[str, ...] = ()
        self.receiver: Parameter | None = None
        """The parameter of the extension block being read."""
        self.receiver_types: tuple[str, ...] = ()
        """Type parameters of that block."""
        self.extensions: frozenset[int] = frozenset()
        """Where extension blocks begin."""
        self.has_yield = False
        """Whether the function being read holds a `yield`."""
        self.unread: list[tuple[int, int]] = []
        """First and last lines of what is nested too deeply."""

    def text(self, node: Node) -> str:
        """The source of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def too_deep(self, node: Node) -> Opaque:
        """What stands for a node below the deepest level that is kept."""
        self.unread.append((node.start_point[0] + 1, node.end_point[0] + 1))
        return Opaque(sys.intern(node.type))
