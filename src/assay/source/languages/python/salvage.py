"""What is kept of code that cannot be read as it should be: expressions that nest too deep, and syntax errors."""

from collections.abc import Iterator

from tree_sitter import Node, TreeCursor

from assay.source.facts import Attr, Call, Expr, Name, Opaque, Unread
from assay.source.languages.python.grammar import ATTRIBUTE, CALL, IDENTIFIER
from assay.source.languages.python.reading import PLAINS, Reading

LONGEST_NAME = 200
"""Bytes of a called name that are worth slicing out of a deep nest."""


def too_deep(reading: Reading, node: Node) -> Opaque:
    """A stand-in for code that nests too deep: its calls, without arguments, in the order of the source."""
    calls = [_shallow(reading, call) for call in _walk(node) if call.kind_id == CALL]
    return Opaque(node.type, tuple(calls))


def _shallow(reading: Reading, call: Node) -> Call:
    function = call.child(0)
    callee: Expr = Opaque("call")
    if function.kind_id == IDENTIFIER:
        callee = Name(reading.name(function))
    elif function.kind_id == ATTRIBUTE:
        # The last child is the name; the object may be deep itself.
        callee = _member(reading, function)
    return Call(callee, (), call.start_point[0] + 1)


def _member(reading: Reading, attribute: Node) -> Expr:
    start, end = attribute.start_byte, attribute.end_byte
    if end - start <= LONGEST_NAME:
        plain = PLAINS[reading.text[start:end]]
        if plain is not None:
            return plain
    return Attr(Opaque("call"), reading.name(attribute.child(attribute.child_count - 1)))


def unread(root: Node) -> tuple[Unread, ...]:
    """The stretches of lines with syntax errors, in order, without overlap; empty for a sound tree."""
    stretches: list[Unread] = []
    for first, last in _errors(root):
        if stretches and first <= stretches[-1].end_line + 1:
            joined = stretches.pop()
            stretches.append(Unread(joined.line, max(last, joined.end_line)))
        else:
            stretches.append(Unread(first, last))
    return tuple(stretches)


def _errors(root: Node) -> Iterator[tuple[int, int]]:
    if not root.has_error:
        return
    cursor = root.walk()
    while True:
        node = _here(cursor)
        is_wrong = node.is_error or node.is_missing
        if is_wrong:
            yield node.start_point[0] + 1, node.end_point[0] + 1
        if not is_wrong and node.has_error and cursor.goto_first_child():
            continue
        if not _next(cursor):
            return


def _walk(node: Node) -> Iterator[Node]:
    """A node and everything below it in the order of the source, at any depth, keeping none of it in memory."""
    cursor = node.walk()
    while True:
        yield _here(cursor)
        if not cursor.goto_first_child() and not _next(cursor):
            return


def _here(cursor: TreeCursor) -> Node:
    node = cursor.node
    if node is None:
        raise AssertionError("a cursor that moves stands on a node")
    return node


def _next(cursor: TreeCursor) -> bool:
    """Moves on past everything below; False at the end."""
    while not cursor.goto_next_sibling():
        if not cursor.goto_parent():
            return False
    return True
