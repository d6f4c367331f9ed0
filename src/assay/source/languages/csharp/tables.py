"""Who reads which node: tables from the id of a node to the function that gives its facts.

The modules of this package fill them when they are imported, which `visitor` does. A reader of an expression gives a fact;
readers of statements and declarations append to a list, since one node may give none or several.
`depth` is how many levels of facts lie around the node.
"""

import sys
from collections.abc import Callable

from tree_sitter import Node

from assay.source.facts import Block, Do, Expr, Opaque, Stmt
from assay.source.languages.csharp.grammar import BLOCK, EXTRAS, SELF, THIS_TOKEN, kind
from assay.source.languages.csharp.reader import DEPTH, NAMES, NOTHING, Reader

SIZE = 0x10000
"""Ids go up to 65535, the id of an error."""

ReadExpression = Callable[[Reader, Node, int], Expr]
ReadStatement = Callable[[Reader, Node, int, list[Stmt]], None]


def anything(reader: Reader, node: Node, depth: int) -> Expr:
    """Whatever has no reader of its own, errors as well: what is found inside, so that calls in it are not lost."""
    if depth > DEPTH:
        return reader.too_deep(node)
    return Opaque(sys.intern(node.type), operands(reader, node, depth + 1))


def nothing(_reader: Reader, _node: Node, _depth: int) -> Expr:
    """A comment or a directive between expressions."""
    return NOTHING


def no_statement(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """What is no statement where one is expected: its expressions are kept."""
    value = EXPRESSIONS[node.kind_id](reader, node, depth)
    if value != Opaque(node.type):
        out.append(Do(value, node.start_point[0] + 1))


def skip(_reader: Reader, _node: Node, _depth: int, _out: list[Stmt]) -> None:
    """A comment or a directive between statements."""


EXPRESSIONS: list[ReadExpression] = [anything] * SIZE
STATEMENTS: list[ReadStatement] = [no_statement] * SIZE
DECLARATIONS: list[ReadStatement] = [skip] * SIZE
for _extra in EXTRAS:
    EXPRESSIONS[_extra] = nothing
    STATEMENTS[_extra] = skip


def expression(*names: str) -> Callable[[ReadExpression], ReadExpression]:
    """Mark the reader of these expressions."""

    def mark(read: ReadExpression) -> ReadExpression:
        for name in names:
            EXPRESSIONS[kind(name)] = read
        return read

    return mark


def statement(*names: str) -> Callable[[ReadStatement], ReadStatement]:
    """Mark the reader of these statements."""

    def mark(read: ReadStatement) -> ReadStatement:
        for name in names:
            STATEMENTS[kind(name)] = read
        return read

    return mark


def declaration(*names: str) -> Callable[[ReadStatement], ReadStatement]:
    """Mark the reader of these declarations, which stand in files, namespaces and types."""

    def mark(read: ReadStatement) -> ReadStatement:
        for name in names:
            DECLARATIONS[kind(name)] = read
        return read

    return mark


# this.Run(), base.Run()
def this_or_base(_reader: Reader, node: Node, _depth: int) -> Expr:
    """The two expressions that are keywords, not nodes."""
    return NAMES[b"this" if node.kind_id == THIS_TOKEN else b"base"]


for _self in SELF:
    EXPRESSIONS[_self] = this_or_base


def solid(node: Node) -> list[Node]:
    """The named children without comments and directives."""
    return [child for child in node.named_children if child.kind_id not in EXTRAS]


def operand(reader: Reader, node: Node, depth: int) -> Expr:
    """The one expression that a node wraps; `NOTHING` when there is none."""
    if node.named_child_count == 1:
        child = node.named_child(0)
        value = EXPRESSIONS[child.kind_id](reader, child, depth)
        if value is not NOTHING:
            return value
    for child in node.named_children:
        value = EXPRESSIONS[child.kind_id](reader, child, depth)
        if value is not NOTHING:
            return value
    for child in node.children:
        if child.kind_id in SELF:
            return this_or_base(reader, child, depth)
    return NOTHING


def operands(reader: Reader, node: Node, depth: int) -> tuple[Expr, ...]:
    """All expressions directly inside a node, in order."""
    found = []
    for child in node.children:
        if child.is_named or child.kind_id in SELF:
            value = EXPRESSIONS[child.kind_id](reader, child, depth)
            if value is not NOTHING:
                found.append(value)
    return tuple(found)


def block(reader: Reader, node: Node, depth: int) -> Block:
    """The statements inside a node."""
    out: list[Stmt] = []
    for child in node.named_children:
        STATEMENTS[child.kind_id](reader, child, depth, out)
    return tuple(out)


def branch(reader: Reader, node: Node | None, depth: int) -> Block:
    """The statements of a node that is one statement, braces or not; none when it is absent."""
    if node is None:
        return ()
    if node.kind_id == BLOCK and depth < DEPTH:
        return block(reader, node, depth + 1)
    out: list[Stmt] = []
    STATEMENTS[node.kind_id](reader, node, depth, out)
    return tuple(out)
