"""Type expressions: `List<T>`, `T[]`, `T?`, `A.B.C<D>`, `(int Id, string Name)`."""

from tree_sitter import Node

from assay.source.facts import Attr, Expr, Index, Opaque, Sequence, Unary
from assay.source.languages.csharp.grammar import (
    EXTRAS,
    IDENTIFIER,
    NAME,
    TYPE,
    TYPE_ARGUMENTS,
    kind,
)
from assay.source.languages.csharp.reader import NAMES, NOTHING, Reader
from assay.source.languages.csharp.tables import expression, solid

SMALL = 64
"""Longer types are rare, so remembering them does not pay."""
LEVELS = 64
"""How deep types nest. Enough for every type that is remembered, so that what is remembered is never cut."""

ARRAY = NAMES[b"[]"]
PREDEFINED = kind("predefined_type")
IMPLICIT = kind("implicit_type")
GENERIC = kind("generic_name")
NULLABLE = kind("nullable_type")
ARRAY_TYPE = kind("array_type")
POINTER = kind("pointer_type")
TUPLE_TYPE = kind("tuple_type")
WRAPPED = frozenset({kind("ref_type"), kind("scoped_type"), kind("type_pattern")})
QUALIFIED = frozenset({kind("qualified_name"), kind("alias_qualified_name"), kind("member_access_expression")})
SIMPLE = frozenset({IDENTIFIER, PREDEFINED, IMPLICIT})


def type_of(reader: Reader, node: Node) -> Expr:
    """The type that a node names."""
    start = node.start_byte
    end = node.end_byte
    if end - start > SMALL:
        return _type(reader, node, 0)
    text = reader.source[start:end]
    known = reader.types.get(text)
    if known is None:
        known = reader.types[text] = _type(reader, node, 0)
    return known


def _type(reader: Reader, node: Node, level: int) -> Expr:
    kind_id = node.kind_id
    if kind_id in SIMPLE:
        return NAMES[reader.source[node.start_byte : node.end_byte]]
    if level > LEVELS:
        return reader.too_deep(node)
    level += 1
    if kind_id == GENERIC:
        return _generic(reader, node, level)
    if kind_id in QUALIFIED:
        return _qualified(reader, node, level)
    if kind_id == TUPLE_TYPE:
        return Sequence("tuple", tuple(_element(reader, part, level) for part in solid(node)))
    inner = _inner(reader, node, level)
    if kind_id == NULLABLE:
        return Unary("?", inner)
    if kind_id == ARRAY_TYPE:
        return Index(ARRAY, (inner,))
    if kind_id in WRAPPED:
        return inner
    return Unary("*", inner) if kind_id == POINTER else Opaque(node.type)


def _inner(reader: Reader, node: Node, level: int) -> Expr:
    """The type around which `T?`, `T[]`, `ref T` or a named element of a tuple is built."""
    inner = node.child_by_field_id(TYPE)
    return NOTHING if inner is None else _type(reader, inner, level)


# (int Id, string Name): an element with a name is `Opaque("tuple_element", (its name, its type))`
def _element(reader: Reader, node: Node, level: int) -> Expr:
    name = node.child_by_field_id(NAME)
    inner = _inner(reader, node, level)
    if name is None:
        return inner
    return Opaque("tuple_element", (NAMES[reader.source[name.start_byte : name.end_byte]], inner))


# List<Order>, Dictionary<,>
def _generic(reader: Reader, node: Node, level: int) -> Expr:
    name: Expr = NOTHING
    arguments: tuple[Expr, ...] = ()
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id == IDENTIFIER:
            name = NAMES[reader.source[child.start_byte : child.end_byte]]
        elif kind_id == TYPE_ARGUMENTS:
            arguments = tuple(_type(reader, part, level) for part in solid(child))
    return Index(name, arguments)


# System.Collections.Generic.List<T>, global::System.Uri
def _qualified(reader: Reader, node: Node, level: int) -> Expr:
    parts = [child for child in node.named_children if child.kind_id not in EXTRAS]
    name = node.child_by_field_id(NAME) or parts[-1]
    left = _type(reader, parts[0], level)
    if parts[0].start_byte == name.start_byte or left == NAMES[b"global"]:
        return _type(reader, name, level)
    if name.kind_id != GENERIC:
        return Attr(left, NAMES[reader.source[name.start_byte : name.end_byte]].id)
    generic = _generic(reader, name, level)
    if isinstance(generic, Index):
        return Index(Attr(left, getattr(generic.value, "id", "")), generic.keys)
    return generic


@expression(
    "predefined_type",
    "implicit_type",
    "generic_name",
    "nullable_type",
    "array_type",
    "pointer_type",
    "tuple_type",
    "qualified_name",
    "alias_qualified_name",
    "ref_type",
    "scoped_type",
    "function_pointer_type",
)
def type_as_expression(reader: Reader, node: Node, _depth: int) -> Expr:
    """A type where an expression stands: `int.Parse`, `typeof(List<int>)`."""
    return type_of(reader, node)


def type_arguments(reader: Reader, node: Node) -> tuple[Expr, ...]:
    """The types in `<A, B>` of a generic name."""
    for child in node.named_children:
        if child.kind_id == TYPE_ARGUMENTS:
            return tuple(type_of(reader, part) for part in solid(child))
    return ()
