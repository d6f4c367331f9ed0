"""Literals of Python: numbers, constants, strings and f-strings."""

from tree_sitter import Node

from assay.source.facts import Constant as ConstantFact
from assay.source.facts import Expr, Joined, Number, Text
from assay.source.languages.python.grammar import (
    EQUALS,
    FORMAT_SPECIFIER,
    INTERPOLATION,
    STRING_CONTENT,
    field,
)
from assay.source.languages.python.quotation import unescaped, unquoted
from assay.source.languages.python.reading import DEEPEST, NONE, Reader, Reading, mended
from assay.source.languages.python.salvage import too_deep

EXPRESSION = field("expression")
SIMPLE = ("'", '"')
TRUE = ConstantFact(True)
FALSE = ConstantFact(False)


# 1_000, 0x1F, 2.5e3, 10L, 1j
def number(reading: Reading, node: Node, _depth: int) -> Expr:
    """A number as it is written, without underscores and the suffix of long and imaginary numbers."""
    return Number(reading.text[node.start_byte : node.end_byte].replace("_", "").rstrip("jJlL"))


def constant(fact: Expr) -> Reader:
    """A reader of a keyword that stands for a value."""

    def read(_reading: Reading, _node: Node, _depth: int) -> Expr:
        return fact

    return read


# "text", rb'text', f"text {value}"
def string(reading: Reading, node: Node, depth: int) -> Expr:
    """One string literal."""
    text, start = reading.text, node.start_byte
    first = text[start]
    if first in SIMPLE and text[start + 1] != first:
        # "text": nothing before the quotes, which are of one sign, and something between them
        body = text[start + 1 : node.end_byte - 1]
        if "\\" not in body:
            return Text(body if body.isascii() else mended(body), node.start_point[0] + 1)
    value = unquoted(mended(text[start : node.end_byte]))
    if value is not None:
        return Text(value, node.start_point[0] + 1)
    if depth > DEEPEST:
        return too_deep(reading, node)
    return _joined(_pieces(reading, node, depth + 3), node.start_point[0] + 1)


# "text" f"{value}"
def concatenated(reading: Reading, node: Node, depth: int) -> Expr:
    """Adjacent string literals."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    pieces: list[Expr] = []
    for part in reading.several(node.named_children, depth + 1):
        pieces.extend(part.parts if isinstance(part, Joined) else (part,))
    return _joined(pieces, node.start_point[0] + 1)


def _joined(pieces: list[Expr], line: int) -> Expr:
    """The pieces with neighbouring texts made one; a `Text` if nothing else is there."""
    parts: list[Expr] = []
    for piece in pieces:
        last = parts[-1] if parts else None
        if isinstance(piece, Text) and isinstance(last, Text):
            parts[-1] = Text(last.value + piece.value, last.line)
        else:
            parts.append(piece)
    if not parts:
        return Text("", line)
    if len(parts) == 1 and isinstance(parts[0], Text):
        return Text(parts[0].value, line)
    return Joined(tuple(parts), line)


def _pieces(reading: Reading, node: Node, depth: int) -> list[Expr]:
    """The texts and values of an f-string in order."""
    start = node.child(0)
    is_raw = "r" in reading.text[start.start_byte : start.end_byte].lower()
    pieces: list[Expr] = []
    for child in node.named_children:
        if child.kind_id == STRING_CONTENT:
            pieces.append(_content(reading, child, is_raw=is_raw))
        elif child.kind_id == INTERPOLATION:
            pieces.extend(_interpolation(reading, child, depth))
    return pieces


def _content(reading: Reading, node: Node, *, is_raw: bool) -> Text:
    body = mended(reading.text[node.start_byte : node.end_byte]).replace("{{", "{").replace("}}", "}")
    return Text(body if is_raw else unescaped(body), node.start_point[0] + 1)


# {value}, {value=}, {value!r:>{width}}
def _interpolation(reading: Reading, node: Node, depth: int) -> list[Expr]:
    """The value, and the values in its format; `{value=}` puts its own text before."""
    pieces: list[Expr] = []
    values = node.children_by_field_id(EXPRESSION)
    for child in node.children:
        if child.kind_id == EQUALS and values:
            shown = mended(reading.text[values[0].start_byte : child.end_byte])
            pieces.append(Text(shown, node.start_point[0] + 1))
    if values:
        pieces.append(reading.one(values, depth))
    pieces.extend(_format(reading, node, depth))
    return pieces


# :>{width}.{precision}
def _format(reading: Reading, node: Node, depth: int) -> list[Expr]:
    values: list[Expr] = []
    if depth > DEEPEST:
        return values
    for child in node.named_children:
        if child.kind_id == FORMAT_SPECIFIER:
            for inner in child.named_children:
                values.extend(reading.several(inner.children_by_field_id(EXPRESSION), depth))
                values.extend(_format(reading, inner, depth + 1))
    return values


LITERALS: dict[str, Reader] = {
    "concatenated_string": concatenated,
    "ellipsis": constant(NONE),
    "false": constant(FALSE),
    "float": number,
    "integer": number,
    "none": constant(NONE),
    "string": string,
    "true": constant(TRUE),
}
"""Node kind -> its reader."""
