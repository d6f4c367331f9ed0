"""Declarations of Python without their bodies: parameters, decorators, bases and type parameters."""

from collections.abc import Iterable

from tree_sitter import Node

from assay.source.facts import Annotation, Argument, Expr, Parameter, Unary
from assay.source.languages.python.grammar import (
    DECORATOR,
    EXTRA,
    IDENTIFIER,
    field,
    kind,
    solid,
)
from assay.source.languages.python.reading import Reading

NAME = field("name")
TYPE_FIELD = field("type")
VALUE = field("value")

KEYWORD_SEPARATOR = kind("keyword_separator")
POSITIONAL_SEPARATOR = kind("positional_separator")
DEFAULT = frozenset((kind("default_parameter"), kind("typed_default_parameter")))
TYPED = kind("typed_parameter")
STARS = {
    kind("list_splat_pattern"): "*",
    kind("dictionary_splat_pattern"): "**",
    kind("list_splat"): "*",
    kind("dictionary_splat"): "**",
}


# (a, /, b: int = 1, *c, d, **e)
def parameters(reading: Reading, node: Node | None, depth: int) -> tuple[Parameter, ...]:
    """The parameters of a function or lambda."""
    if node is None:
        return ()
    out: list[Parameter] = []
    ordinary = ""
    for child in node.named_children:
        number = child.kind_id
        if number == IDENTIFIER:
            out.append(Parameter(reading.name(child), None, None, ordinary))
        elif number == POSITIONAL_SEPARATOR:
            out = [Parameter(one.name, one.annotation, one.default, "/") for one in out]
        elif number == KEYWORD_SEPARATOR:
            ordinary = "keyword"
        elif number not in EXTRA and not child.is_error:
            out.append(_parameter(reading, child, ordinary, depth + 2))
            ordinary = "keyword" if out[-1].kind == "*" else ordinary
    return tuple(out)


def _parameter(reading: Reading, node: Node, ordinary: str, depth: int) -> Parameter:
    number = node.kind_id
    if number in DEFAULT:
        # b=1, b: int = 1
        annotation = reading.optional(node.child_by_field_id(TYPE_FIELD), depth)
        default = reading.optional(node.child_by_field_id(VALUE), depth)
        return Parameter(reading.name(node.child_by_field_id(NAME)), annotation, default, ordinary)
    if number == TYPED:
        # b: int, *c: str
        annotation = reading.optional(node.child_by_field_id(TYPE_FIELD), depth)
        name = solid(node.named_children)[0]
        return Parameter(_bare(reading, name), annotation, None, STARS.get(name.kind_id, ordinary))
    # *c, **e, and the (a, b) of Python 2
    return Parameter(_bare(reading, node), None, None, STARS.get(number, ordinary))


def _bare(reading: Reading, node: Node) -> str:
    """The name of a parameter without its stars."""
    if node.kind_id not in STARS:
        return reading.name(node)
    names = solid(node.named_children)
    return reading.name(names[0]) if names else ""


# @app.get("/")
def decorators(reading: Reading, nodes: Iterable[Node]) -> tuple[Annotation, ...]:
    """The decorators among the children of a definition, top first."""
    return tuple(
        [
            Annotation(reading.one(node.named_children, 0), node.start_point[0] + 1)
            for node in nodes
            if node.kind_id == DECORATOR
        ]
    )


# (Base, metaclass=Meta)
def bases(passed: tuple[Argument, ...]) -> tuple[tuple[Expr, ...], tuple[Argument, ...]]:
    """The bases of a class and its keywords."""
    plain = [Unary("*", one.value) if one.star else one.value for one in passed if not one.name and one.star != "**"]
    return tuple(plain), tuple([one for one in passed if one.name or one.star == "**"])


# [T: Bound, *Ts, **P]
def type_parameters(reading: Reading, node: Node | None) -> tuple[str, ...]:
    """The names of type parameters, without stars, bounds and defaults."""
    if node is None:
        return ()
    names: list[str] = []
    has_default = False
    for child in solid(node.named_children):
        if not has_default:
            names.append(_first_name(reading, child))
        # [T = int] of Python 3.13 is beyond the grammar, which reads `T =` as an error before the type `int`.
        has_default = child.is_error
    return tuple(names)


def _first_name(reading: Reading, node: Node) -> str:
    """The leftmost identifier below a node."""
    while node.kind_id != IDENTIFIER:
        children = solid(node.named_children)
        if not children:
            return ""
        node = children[0]
    return reading.name(node)
