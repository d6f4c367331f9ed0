"""Patterns of Python's `match`, as expressions.

What has no like among expressions is `Opaque`, for a class pattern is no call. A capture is a `Name`, the wildcard is `Name("_")`.
"""

from collections.abc import Iterable

from tree_sitter import Node

from assay.source.facts import Attr, Binary, Case, Expr, Mapping, Name, Opaque, Sequence, Unary
from assay.source.languages.python.grammar import (
    BLOCK,
    CASE_PATTERN,
    DOUBLE_STAR,
    IF_CLAUSE,
    MINUS,
    UNDERSCORE,
    kind,
    solid,
)
from assay.source.languages.python.operation import LONGEST_CHAIN, joined
from assay.source.languages.python.reading import DEEPEST, NAMES, NONE, Reader, Reading
from assay.source.languages.python.salvage import too_deep

SPLAT_PATTERN = kind("splat_pattern")
UNION_PATTERN = kind("union_pattern")
WILDCARD = Name("_")


# case first, second if test:
def case(reading: Reading, node: Node, depth: int) -> Case:
    """One case of a `match`; the alternatives of `a | b` are its patterns."""
    patterns = [child for child in node.named_children if child.kind_id == CASE_PATTERN]
    test: Expr | None = None
    body: Node | None = None
    for child in node.named_children:
        if child.kind_id == IF_CLAUSE:
            test = reading.one(child.named_children)
        elif child.kind_id == BLOCK:
            body = child
    return Case(_patterns(reading, patterns), test, reading.block(body, depth))


def _patterns(reading: Reading, nodes: list[Node]) -> tuple[Expr, ...]:
    if len(nodes) != 1:
        # case 1, 2: is case (1, 2):
        return (_sequence(_terms(reading, nodes, 2)),)
    inner = solid(nodes[0].named_children)
    if len(inner) == 1 and inner[0].kind_id == UNION_PATTERN:
        return tuple(_terms(reading, inner[0].children, 0))
    return (reading.expression(nodes[0]),)


def _sequence(items: list[Expr]) -> Expr:
    return Sequence("tuple", tuple(items))


def _terms(reading: Reading, nodes: Iterable[Node], depth: int) -> list[Expr]:
    """The patterns among nodes: in the grammar `_` and the sign of a number are bare tokens."""
    out: list[Expr] = []
    is_negative = False
    for node in solid(nodes):
        number = node.kind_id
        if number == UNDERSCORE:
            out.append(WILDCARD)
        elif node.is_named:
            term = reading.expression(node, depth + 1)
            out.append(Unary("-", term) if is_negative else term)
        is_negative = number == MINUS
    return out


# the pattern around every part of a case
def single(reading: Reading, node: Node, depth: int) -> Expr:
    """A pattern in its wrapper."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    terms = _terms(reading, node.children, depth + 1)
    return terms[0] if len(terms) == 1 else Opaque(node.type, tuple(terms))


# [a, b], also as a target of an assignment
def listed(reading: Reading, node: Node, depth: int) -> Expr:
    """A list pattern."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    return Sequence("list", tuple(_terms(reading, node.children, depth + 1)))


# (a, b), (a), also as a target of an assignment
def tupled(reading: Reading, node: Node, depth: int) -> Expr:
    """A tuple pattern, or a pattern in parentheses."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    terms = _terms(reading, node.children, depth + 1)
    is_tuple = len(terms) != 1 or any(child.type == "," for child in node.children)
    return _sequence(terms) if is_tuple else terms[0]


# a | b | c
def union(reading: Reading, node: Node, depth: int) -> Expr:
    """Alternatives inside another pattern."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    terms = _terms(reading, node.children, depth + LONGEST_CHAIN)
    return joined(["|"] * (len(terms) - 1), terms, node.type) if terms else Opaque(node.type)


# Point(x=0), {"a": 1} as whole, *rest, x=0
def parts(reading: Reading, node: Node, depth: int) -> Expr:
    """A pattern that expressions have no word for; its parts are in order."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    return Opaque(node.type, tuple(_terms(reading, node.children, depth + 1)))


# {"a": 1, **rest}
def mapping(reading: Reading, node: Node, depth: int) -> Expr:
    """A mapping pattern."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    items: list[tuple[Expr, Expr]] = []
    children = solid(node.children)
    splats = [child for child in children if child.kind_id == SPLAT_PATTERN]
    terms = _terms(reading, [child for child in children if child.kind_id != SPLAT_PATTERN], depth + 3)
    items.extend(zip(terms[::2], terms[1::2], strict=False))
    items.extend((NONE, reading.expression(child, depth + 3)) for child in splats)
    return Mapping(tuple(items))


# *rest, **rest, *_
def splat(reading: Reading, node: Node, depth: int) -> Expr:
    """The rest of a sequence or mapping."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    terms = _terms(reading, node.children, depth + 1)
    is_double = any(child.kind_id == DOUBLE_STAR for child in node.children)
    return Unary("**" if is_double else "*", terms[0] if terms else WILDCARD)


# pattern as name
def named(reading: Reading, node: Node, depth: int) -> Expr:
    """A pattern with a name."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    terms = _terms(reading, node.children, depth + 1)
    return Binary("as", terms[0], terms[1]) if len(terms) == 2 else Opaque(node.type, tuple(terms))


# a.b, a
def dotted(reading: Reading, node: Node, _depth: int) -> Expr:
    """A name with dots."""
    first, *others = [reading.name(child) for child in node.named_children] or [""]
    fact: Expr = NAMES[first]
    for other in others:
        fact = Attr(fact, other)
    return fact


PATTERNS: dict[str, Reader] = {
    "as_pattern": named,
    "case_pattern": single,
    "class_pattern": parts,
    "complex_pattern": parts,
    "dict_pattern": mapping,
    "dotted_name": dotted,
    "keyword_pattern": parts,
    "list_pattern": listed,
    "splat_pattern": splat,
    "tuple_pattern": tupled,
    "union_pattern": union,
}
"""Node kind -> its reader."""
