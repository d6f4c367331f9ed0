"""Operators: binary, unary, conditional, casts, assignments inside expressions, tuples and ranges."""

from tree_sitter import Node

from assay.source.facts import Binary, Conditional, Expr, Number, Opaque, Sequence, Unary
from assay.source.languages.csharp.calls import arguments
from assay.source.languages.csharp.grammar import (
    ALTERNATIVE,
    BINARY,
    CONDITION,
    CONSEQUENCE,
    LEFT,
    NAME,
    OPERATOR,
    PARENTHESIZED,
    RIGHT,
    TYPE,
    VALUE,
    token,
)
from assay.source.languages.csharp.reader import CHAIN, DEPTH, NAMES, NOTHING, Reader
from assay.source.languages.csharp.tables import EXPRESSIONS, expression, operand, solid
from assay.source.languages.csharp.typenames import type_of
from assay.source.languages.csharp.words import NONE

SIGNS = ("+", "-", "*", "/", "%", "|", "&", "^", "<<", ">>", ">>>", "==", "!=", "<", ">", "<=", ">=", "??")
BINARIES = {token(sign): sign for sign in SIGNS} | {token("&&"): "and", token("||"): "or"}
"""The word of a fact for each operator."""
ASSIGNMENTS = {
    token(sign): sign for sign in ("=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "<<=", ">>=", ">>>=", "??=")
}
PREFIXES = {b"!": "not", b"-": "-", b"+": "+", b"~": "~", b"^": "^", b"&": "&", b"*": "*"}
ONE = Number("1")


def side(reader: Reader, node: Node, field: int, depth: int) -> Expr:
    """The expression in a field of a node, `NOTHING` when it is missing."""
    child = node.child_by_field_id(field)
    return NOTHING if child is None else EXPRESSIONS[child.kind_id](reader, child, depth)


# a + b, a && b, a ?? b
@expression("binary_expression")
def binary(reader: Reader, node: Node, depth: int) -> Expr:
    """A row of operators, read from its outer (right) end to its first operand in a loop."""
    if depth > DEPTH:
        return reader.too_deep(node)
    rest: list[tuple[str, Node]] = []
    kind_id = BINARY
    while kind_id == BINARY:
        left = node.child_by_field_id(LEFT)
        sign = node.child_by_field_id(OPERATOR)
        right = node.child_by_field_id(RIGHT)
        if left is None or right is None or sign is None:
            break
        rest.append((BINARIES.get(sign.kind_id, "?"), right))
        node = left
        kind_id = node.kind_id
    if not rest:
        return Opaque("binary_expression")
    count = len(rest)
    if count > CHAIN or depth + count > DEPTH:
        return _flat(reader, node, rest, depth)
    value = EXPRESSIONS[node.kind_id](reader, node, depth + count)
    for word, right in reversed(rest):
        value = Binary(word, value, EXPRESSIONS[right.kind_id](reader, right, depth + count))
        count -= 1
    return value


def _flat(reader: Reader, first: Node, rest: list[tuple[str, Node]], depth: int) -> Expr:
    """A row too long to nest: its outer end stands on an `Opaque` with all other operands."""
    room = min(CHAIN, DEPTH - depth) // 2
    if room < 2:
        return reader.too_deep(first)
    inner = [first, *(right for _, right in reversed(rest[room:]))]
    level = depth + room + 1
    value: Expr = Opaque("binary_expression", tuple(EXPRESSIONS[part.kind_id](reader, part, level) for part in inner))
    for word, right in reversed(rest[:room]):
        value = Binary(word, value, EXPRESSIONS[right.kind_id](reader, right, level))
    return value


# !a, -a, ^1, &a, *a, ++a
@expression("prefix_unary_expression", "unary_expression")
def prefix(reader: Reader, node: Node, depth: int) -> Expr:
    """A sign before an expression."""
    if depth > DEPTH:
        return reader.too_deep(node)
    sign = reader.source[node.start_byte : node.start_byte + 2]
    value = operand(reader, node, depth + 1)
    if sign in {b"++", b"--"}:
        return Unary(sign.decode(), value)
    return Unary(PREFIXES.get(sign[:1], "?"), value)


# a!, a++
@expression("postfix_unary_expression")
def postfix(reader: Reader, node: Node, depth: int) -> Expr:
    """A sign after an expression; `!` says nothing about values and is dropped."""
    if depth > DEPTH:
        return reader.too_deep(node)
    sign = reader.source[node.end_byte - 2 : node.end_byte]
    value = operand(reader, node, depth + 1)
    return Unary(sign.decode(), value) if sign in {b"++", b"--"} else value


# (a)
@expression(
    "parenthesized_expression", "checked_expression", "ref_expression", "makeref_expression", "reftype_expression"
)
def parenthesized(reader: Reader, node: Node, depth: int) -> Expr:
    """What wraps one expression without changing it; any number of brackets is one step."""
    if depth > DEPTH:
        return reader.too_deep(node)
    while node.kind_id == PARENTHESIZED:
        children = solid(node)
        if len(children) != 1:
            break
        node = children[0]
        if node.kind_id != PARENTHESIZED:
            return EXPRESSIONS[node.kind_id](reader, node, depth + 1)
    return operand(reader, node, depth + 1)


# a ? b : c
@expression("conditional_expression")
def conditional(reader: Reader, node: Node, depth: int) -> Expr:
    """A choice between two expressions."""
    if depth > DEPTH:
        return reader.too_deep(node)
    depth += 1
    return Conditional(
        side(reader, node, CONDITION, depth),
        side(reader, node, CONSEQUENCE, depth),
        side(reader, node, ALTERNATIVE, depth),
    )


# (Order)x
@expression("cast_expression")
def cast(reader: Reader, node: Node, depth: int) -> Expr:
    """A cast is told as `x as Order`."""
    if depth > DEPTH:
        return reader.too_deep(node)
    target = node.child_by_field_id(TYPE)
    value = side(reader, node, VALUE, depth + 1)
    return value if target is None else Binary("as", value, type_of(reader, target))


# x as Order, x is Order
@expression("as_expression", "is_expression")
def typed(reader: Reader, node: Node, depth: int) -> Expr:
    """A test or conversion with a type on the right."""
    if depth > DEPTH:
        return reader.too_deep(node)
    target = node.child_by_field_id(RIGHT)
    value = side(reader, node, LEFT, depth + 1)
    word = "is" if node.type == "is_expression" else "as"
    return value if target is None else Binary(word, value, type_of(reader, target))


# await x, throw x
@expression("await_expression", "throw_expression")
def keyword(reader: Reader, node: Node, depth: int) -> Expr:
    """A keyword before an expression."""
    if depth > DEPTH:
        return reader.too_deep(node)
    word = "await" if reader.source.startswith(b"await", node.start_byte) else "throw"
    return Unary(word, operand(reader, node, depth + 1))


# typeof(Order), sizeof(int)
@expression("typeof_expression", "sizeof_expression")
def of_type(reader: Reader, node: Node, _depth: int) -> Expr:
    """A keyword about a type."""
    target = node.child_by_field_id(TYPE)
    value = NOTHING if target is None else type_of(reader, target)
    return Unary("typeof" if reader.source.startswith(b"typeof", node.start_byte) else "sizeof", value)


# if ((x = f()) != null), _cache ??= Load()
@expression("assignment_expression")
def assignment(reader: Reader, node: Node, depth: int) -> Expr:
    """An assignment whose value is used; `a += b` there is `a := a + b`."""
    if depth > DEPTH:
        return reader.too_deep(node)
    sign = node.child_by_field_id(OPERATOR)
    word = ASSIGNMENTS.get(sign.kind_id, "=") if sign is not None else "="
    left = side(reader, node, LEFT, depth + 1)
    right = side(reader, node, RIGHT, depth + 1)
    return Binary(":=", left, right if word == "=" else Binary(word[:-1], left, right))


# (a, b: 2)
@expression("tuple_expression")
def tuple_(reader: Reader, node: Node, depth: int) -> Expr:
    """Several values in brackets."""
    if depth > DEPTH:
        return reader.too_deep(node)
    return Sequence("tuple", tuple(argument.value for argument in arguments(reader, node, depth)))


# (var a, (b, _)) = f()
@expression("tuple_pattern", "parenthesized_variable_designation")
def tuple_of_names(reader: Reader, node: Node, depth: int) -> Expr:
    """Several names that take a value apart."""
    if depth > DEPTH:
        return reader.too_deep(node)
    names = (EXPRESSIONS[child.kind_id](reader, child, depth + 1) for child in solid(node))
    return Sequence("tuple", tuple(names))


# out var order
@expression("declaration_expression")
def declared(reader: Reader, node: Node, _depth: int) -> Expr:
    """A variable that comes into being where it is given a value."""
    name = node.child_by_field_id(NAME)
    return NOTHING if name is None else NAMES[reader.source[name.start_byte : name.end_byte]]


# 1..^2
@expression("range_expression")
def range_(reader: Reader, node: Node, depth: int) -> Expr:
    """A stretch of a sequence; an absent end is None."""
    if depth > DEPTH:
        return reader.too_deep(node)
    ends: list[Expr] = [NONE, NONE]
    index = 0
    for child in node.children:
        if child.type == "..":
            index = 1
        else:
            value = EXPRESSIONS[child.kind_id](reader, child, depth + 1)
            ends[index] = ends[index] if value is NOTHING else value
    return Binary("..", ends[0], ends[1])
