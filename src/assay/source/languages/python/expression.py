"""Expressions of Python: names, member access, calls, operators, collections, comprehensions and lambdas."""

from typing import Literal

from tree_sitter import Node

from assay.source.facts import (
    Argument,
    Attr,
    Call,
    Comprehension,
    Expr,
    Function,
    Index,
    Lambda,
    Mapping,
    Return,
    Sequence,
)
from assay.source.languages.python.grammar import (
    ARGUMENT_LIST,
    DICTIONARY_SPLAT,
    EXTRA,
    FOR_IN_CLAUSE,
    IDENTIFIER,
    KEYWORD_ARGUMENT,
    LIST_SPLAT,
    PAIR,
    PARENTHESIZED,
    field,
    solid,
)
from assay.source.languages.python.reading import DEEPEST, KEYWORDS, LONGEST, NAMES, NONE, PLAINS, Reader, Reading
from assay.source.languages.python.salvage import too_deep
from assay.source.languages.python.signature import parameters

ARGUMENTS = field("arguments")
BODY = field("body")
FUNCTION = field("function")
KEY = field("key")
LEFT = field("left")
PARAMETERS = field("parameters")
RIGHT = field("right")
SUBSCRIPT = field("subscript")
VALUE = field("value")

STARS = {LIST_SPLAT: "*", DICTIONARY_SPLAT: "**"}
APART = EXTRA | STARS.keys()
"""Children of an argument list that are no plain arguments."""


# name
def identifier(reading: Reading, node: Node, _depth: int) -> Expr:
    """A name."""
    return NAMES[reading.text[node.start_byte : node.end_byte]]


# value.name
def attribute(reading: Reading, node: Node, depth: int) -> Expr:
    """A member access; what consists of plain names is known from its text alone, without looking below the node."""
    start, end = node.start_byte, node.end_byte
    if end - start <= LONGEST:
        plain = PLAINS[reading.text[start:end]]
        if plain is not None:
            return plain
    if depth > DEEPEST:
        return too_deep(reading, node)
    children = solid(node.named_children)
    if len(children) != 2:
        return reading.opaque(node, depth)
    value, name = children
    return Attr(reading.expressions[value.kind_id](reading, value, depth + 1), reading.name(name))


# function(a, b=c)
def call(reading: Reading, node: Node, depth: int) -> Expr:
    """A call."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    passed = node.child_by_field_id(ARGUMENTS)
    if passed is None:
        return reading.opaque(node, depth)
    start, end = node.start_byte, passed.start_byte
    # Nearly all functions are plain names, for which no node need be made.
    callee = PLAINS[reading.text[start:end]] if end - start <= LONGEST else None
    if callee is None:
        function = node.child_by_field_id(FUNCTION)
        callee = NONE if function is None else reading.expressions[function.kind_id](reading, function, depth + 1)
    line = node.start_point[0] + 1
    if passed.kind_id == ARGUMENT_LIST:
        return Call(callee, arguments(reading, passed, depth + 3), line)
    # any(x for x in xs)
    return Call(callee, (Argument(reading.expression(passed, depth + 3)),), line)


# (a, *b, c=1, **d)
def arguments(reading: Reading, node: Node, depth: int) -> tuple[Argument, ...]:
    """The arguments of a call or a class."""
    count = node.named_child_count
    if not count:
        return ()
    table, text = reading.expressions, reading.text
    out: list[Argument] = []
    # One child alone costs less than all children, among them the parentheses.
    for child in node.named_children if count > 1 else (node.named_child(0),):
        number = child.kind_id
        if number == IDENTIFIER:
            out.append(Argument(NAMES[text[child.start_byte : child.end_byte]]))
        elif number == KEYWORD_ARGUMENT:
            # name=value; the name is read from all before the value, so that its node need not be made
            value = child.child_by_field_id(VALUE)
            if value is not None:
                name = KEYWORDS[text[child.start_byte : value.start_byte]]
                out.append(Argument(table[value.kind_id](reading, value, depth), name))
        elif number not in APART:
            out.append(Argument(table[number](reading, child, depth)))
        elif number in STARS:
            out.append(Argument(reading.one(child.named_children, depth), "", STARS[number]))
    return tuple(out)


# value[a, b]
def subscript(reading: Reading, node: Node, depth: int) -> Expr:
    """A subscript, and a generic type in an annotation."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    value = node.child_by_field_id(VALUE)
    if value is None:
        return reading.opaque(node, depth)
    keys = node.children_by_field_id(SUBSCRIPT)
    return Index(reading.expressions[value.kind_id](reading, value, depth + 1), reading.several(keys, depth + 2))


# List[int] in an annotation
def generic_type(reading: Reading, node: Node, depth: int) -> Expr:
    """A generic type."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    value, *rest = solid(node.named_children)
    keys = solid(rest[0].named_children) if rest else []
    return Index(reading.expression(value, depth + 1), reading.several(keys, depth + 2))


# (a)
def parenthesized(reading: Reading, node: Node, depth: int) -> Expr:
    """What stands between parentheses, however many there are."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    while node.kind_id == PARENTHESIZED:
        if node.named_child_count == 1:
            node = node.named_child(0)
            continue
        # ( # comment
        children = solid(node.named_children)
        if len(children) != 1:
            return reading.opaque(node, depth)
        node = children[0]
    return reading.expressions[node.kind_id](reading, node, depth + 1)


# the `int` of `x: int`
def wrapped(reading: Reading, node: Node, depth: int) -> Expr:
    """What stands alone in a node that adds nothing."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    return reading.one(node.named_children, depth + 1)


def collection(form: Literal["list", "tuple", "set"]) -> Reader:
    """A reader of displays: `[a, b]`, `a, b`, `{a, b}`."""

    def read(reading: Reading, node: Node, depth: int) -> Expr:
        if depth > DEEPEST:
            return too_deep(reading, node)
        return Sequence(form, reading.several(node.named_children, depth + 2))

    return read


# {a: b, **c}
def dictionary(reading: Reading, node: Node, depth: int) -> Expr:
    """A dictionary display."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    table = reading.expressions
    items: list[tuple[Expr, Expr]] = []
    for child in node.named_children:
        number = child.kind_id
        if number == PAIR:
            key, value = child.child_by_field_id(KEY), child.child_by_field_id(VALUE)
            if key is not None and value is not None:
                first = table[key.kind_id](reading, key, depth + 3)
                items.append((first, table[value.kind_id](reading, value, depth + 3)))
        elif number not in EXTRA:
            items.append((NONE, reading.expression(child, depth + 3)))
    return Mapping(tuple(items))


# [element for target in iterable if test]
def comprehension(form: Literal["list", "set", "dict", "generator"]) -> Reader:
    """A reader of comprehensions."""

    def read(reading: Reading, node: Node, depth: int) -> Expr:
        if depth > DEEPEST:
            return too_deep(reading, node)
        element, *rest = solid(node.named_children)
        if element.kind_id == PAIR:
            # key: value
            body: Expr = Sequence("tuple", reading.several(element.named_children, depth + 3))
        else:
            body = reading.expression(element, depth + 1)
        return Comprehension(form, body, _clauses(reading, rest, depth + 4))

    return read


def _clauses(reading: Reading, nodes: list[Node], depth: int) -> tuple[tuple[Expr, Expr, tuple[Expr, ...]], ...]:
    out: list[tuple[Expr, Expr, list[Expr]]] = []
    for node in nodes:
        if node.kind_id == FOR_IN_CLAUSE:
            target = reading.optional(node.child_by_field_id(LEFT), depth)
            iterable = reading.one(node.children_by_field_id(RIGHT), depth)
            out.append((target or NONE, iterable, []))
        elif out:
            # if test
            out[-1][2].append(wrapped(reading, node, depth))
    return tuple([(target, iterable, tuple(tests)) for target, iterable, tests in out])


# lambda a, b=1: value
def function(reading: Reading, node: Node, depth: int) -> Expr:
    """A lambda; its body is one `Return`."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    has_yield, reading.has_yield = reading.has_yield, False
    line = node.start_point[0] + 1
    accepted = parameters(reading, node.child_by_field_id(PARAMETERS), depth + 2)
    value = reading.optional(node.child_by_field_id(BODY), depth + 4)
    modifiers = ("generator",) if reading.has_yield else ()
    reading.has_yield = has_yield
    return Lambda(Function("", accepted, (Return(value, line),), line, node.end_point[0] + 1, modifiers=modifiers))


# a[1:2]
def opaque(reading: Reading, node: Node, depth: int) -> Expr:
    """Whatever facts have no word for."""
    return too_deep(reading, node) if depth > DEEPEST else reading.opaque(node, depth)


EXPRESSIONS: dict[str, Reader] = {
    "argument_list": opaque,
    "attribute": attribute,
    "call": call,
    "constrained_type": opaque,
    "dictionary": dictionary,
    "dictionary_comprehension": comprehension("dict"),
    "expression_list": collection("tuple"),
    "generator_expression": comprehension("generator"),
    "generic_type": generic_type,
    "identifier": identifier,
    "lambda": function,
    "list": collection("list"),
    "list_comprehension": comprehension("list"),
    "parenthesized_expression": parenthesized,
    "pattern_list": collection("tuple"),
    "set": collection("set"),
    "set_comprehension": comprehension("set"),
    "subscript": subscript,
    "tuple": collection("tuple"),
    "type": wrapped,
}
"""Node kind -> its reader."""
