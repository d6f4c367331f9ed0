"""One Python file while it is read: its text, the tables that read its nodes, and the memory of names seen before."""

import re
import unicodedata
from collections.abc import Callable
from collections.abc import Sequence as Ordered

from tree_sitter import Node

from assay.source.facts import Attr, Block, Constant, Expr, Name, Opaque, Sequence, Stmt
from assay.source.languages.python.grammar import EXPRESSION_STATEMENT, EXTRA, solid

DEEPEST = 150
"""How deep the facts of one expression may nest, and how deep the statements around it may.

Depth is counted in nested values, tuples too, since msgspec descends one by one and stops at Python's limit of 1000. A reader adds to it
at least half the calls that it puts on the stack, so that the stack keeps below 600 as well.
"""
REMEMBERED = 100_000
"""Entries in one memory before it is emptied."""
LONGEST = 80
"""Bytes of code that are worth a look into a memory."""

# `app`, `self.client.get`, and the same before a value: `self.x = `
PLAIN = re.compile(r"(?!(?:True|False|None)\b)([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)(?: *= *)?", re.ASCII)
WORD = re.compile(r"[^\s=#\\]*")


def mended(text: str) -> str:
    """A slice of `Reading.text` as it should be read: latin-1 there, UTF-8 in truth."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "replace")


# The memories hold nothing but functions of their keys, so they change no output, only its price.


class Names(dict[str, Name]):
    """Text of an identifier -> its fact."""

    def __missing__(self, text: str) -> Name:
        # Python compares identifiers in this form (PEP 3131).
        name = self[text] = Name(text if text.isascii() else unicodedata.normalize("NFKC", mended(text)))
        return name


class Plain(dict[str, "Expr | None"]):
    """Text of a called function or an assigned target -> its fact if it consists of plain names with dots, else None."""

    def __missing__(self, text: str) -> Expr | None:
        match = PLAIN.fullmatch(text)
        if match is None:
            return None
        fact: Expr = NAMES[match[1]]
        for name in match[2].split(".")[1:]:
            fact = Attr(fact, NAMES[name].id)
        self[text] = fact
        return fact


class Keywords(dict[str, str]):
    """Text of a keyword argument before its value, `prefix=` -> its name."""

    def __missing__(self, text: str) -> str:
        word = WORD.match(text)
        name = self[text] = NAMES[word[0] if word else ""].id
        return name


NONE = Constant(None)
NAMES = Names()
PLAINS = Plain()
KEYWORDS = Keywords()


def forget() -> None:
    """Empties memories that have grown large."""
    for memory in (NAMES, PLAINS, KEYWORDS):
        if len(memory) > REMEMBERED:
            memory.clear()


class Reading:
    """What the readers of one file share.

    A reader of an expression gives one fact; a reader of a statement appends as many as the statement has. `depth` counts how
    deep the fact to be built will lie in the facts of its statement or of the file.
    """

    __slots__ = ("expressions", "has_bodies", "has_yield", "outer", "statements", "text")

    def __init__(
        self,
        source: bytes,
        expressions: "Ordered[Reader]",
        statements: "Ordered[StatementReader]",
        *,
        has_bodies: bool,
    ) -> None:
        """`source` is decoded (see `parse.decoded`); both tables are indexed by `Node.kind_id`."""
        # Latin-1 keeps offsets of bytes, so that slicing needs no decoding; see `mended`.
        # One character more, so that there is always a next one.
        self.text = source.decode("latin-1") + "\n"
        self.expressions = expressions
        self.statements = statements
        self.has_bodies = has_bodies
        self.has_yield = False
        self.outer: tuple[str, ...] = ()

    def expression(self, node: Node, depth: int = 0) -> Expr:
        """The fact of any expression."""
        return self.expressions[node.kind_id](self, node, depth)

    def optional(self, node: Node | None, depth: int = 0) -> Expr | None:
        """The fact of an expression that may be absent."""
        return None if node is None else self.expressions[node.kind_id](self, node, depth)

    def several(self, nodes: Ordered[Node], depth: int = 0) -> tuple[Expr, ...]:
        """The facts of expressions, in order."""
        table = self.expressions
        return tuple([table[number](self, node, depth) for node in nodes if (number := node.kind_id) not in EXTRA])

    def one(self, nodes: Ordered[Node], depth: int = 0) -> Expr:
        """The fact of `a`, or the tuple `a, b` if there are several."""
        if len(nodes) != 1:
            nodes = solid(nodes)
        if len(nodes) == 1:
            node = nodes[0]
            return self.expressions[node.kind_id](self, node, depth)
        return Sequence("tuple", self.several(nodes, depth + 2))

    def opaque(self, node: Node, depth: int = 0) -> Opaque:
        """An expression that facts have no word for, with the expressions inside."""
        return Opaque(node.type, self.several(node.named_children, depth + 2))

    def block(self, node: Node | None, depth: int) -> Block:
        """The facts of the statements in a block; empty if there is none."""
        if node is None:
            return ()
        table = self.statements
        out: list[Stmt] = []
        for child in node.named_children:
            number = child.kind_id
            if number == EXPRESSION_STATEMENT and child.named_child_count == 1:
                # a = 1, call(): most statements, so they are unwrapped here and read as what they hold
                inner = child.named_child(0)
                table[inner.kind_id](self, inner, depth, out)
            else:
                table[number](self, child, depth, out)
        return tuple(out)

    def name(self, node: Node | None) -> str:
        """The text of an identifier; "" if there is none."""
        return "" if node is None else NAMES[self.text[node.start_byte : node.end_byte]].id


Reader = Callable[[Reading, Node, int], Expr]
"""Reads an expression at a depth."""
StatementReader = Callable[[Reading, Node, int, list[Stmt]], None]
"""Reads a statement at a depth and appends its facts."""
