"""Patterns as expressions, and what tests against them: `is`, switch expressions.

A pattern that binds is `name := pattern` (`Binary(":=", ...)`), one on members a `Mapping` from member to pattern, one on
positions a tuple or list `Sequence`, a comparison a `Unary` with the sign; a type before such clauses is joined by `and`.
"""

from tree_sitter import Node

from assay.source.facts import Binary, Conditional, Expr, Mapping, Opaque, Sequence, Unary
from assay.source.languages.csharp.grammar import (
    EXPRESSION,
    IMPLICIT_TYPE,
    LEFT,
    NAME,
    NEGATED_PATTERN,
    OPERATOR,
    PATTERN,
    RIGHT,
    SWITCH_ARM,
    TYPE,
    WHEN,
    kind,
)
from assay.source.languages.csharp.operators import side
from assay.source.languages.csharp.reader import CHAIN, DEPTH, NAMES, NOTHING, Reader
from assay.source.languages.csharp.tables import EXPRESSIONS, expression, operand, operands
from assay.source.languages.csharp.typenames import type_of

ANYTHING = NAMES[b"_"]
POSITIONS = kind("positional_pattern_clause")
PROPERTIES = kind("property_pattern_clause")
SUBPATTERN = kind("subpattern")
CASE_DISCARD = kind("discard")
BINARY = kind("binary_expression")
WRAPPING = frozenset({NEGATED_PATTERN, kind("constant_pattern")})
LOOSER = frozenset({b"||", b"&&", b"==", b"!=", b"??", b"|", b"^", b"&"})
"""Operators that bind less than `is`."""
DESIGNATIONS = frozenset({kind("parenthesized_variable_designation"), CASE_DISCARD})


# x is null, x is not null, x is Order { Id: > 0 } order
@expression("is_pattern_expression")
def is_pattern(reader: Reader, node: Node, depth: int) -> Expr:
    """A test against a pattern."""
    if depth > DEPTH:
        return reader.too_deep(node)
    subject = side(reader, node, EXPRESSION, depth + 1)
    pattern = node.child_by_field_id(PATTERN)
    if pattern is None:
        return subject
    swallowed = _swallowed(reader, pattern)
    if pattern.kind_id == NEGATED_PATTERN:
        return _tested("isnot", subject, operand(reader, pattern, depth + 1), swallowed)
    return _tested("is", subject, EXPRESSIONS[pattern.kind_id](reader, pattern, depth + 1), swallowed)


def _swallowed(reader: Reader, pattern: Node) -> int:
    """How many operators the grammar takes for a part of a constant that bind less than `is`: `x is null || y` is `(x is null) || y`."""
    node: Node | None = pattern
    while node is not None and node.kind_id in WRAPPING and node.named_child_count == 1:
        node = node.named_child(0)
    count = 0
    while node is not None and node.kind_id == BINARY:
        sign = node.child_by_field_id(OPERATOR)
        if sign is None or reader.source[sign.start_byte : sign.end_byte] not in LOOSER:
            break
        count += 1
        node = node.child_by_field_id(LEFT)
    return count


def _tested(word: str, subject: Expr, pattern: Expr, swallowed: int) -> Expr:
    """The test of a subject, with the operators around it that the pattern took along."""
    around: list[Binary] = []
    while swallowed > len(around) and isinstance(pattern, Binary):
        around.append(pattern)
        pattern = pattern.left
    value: Expr = Binary(word, subject, pattern)
    for outer in reversed(around):
        value = Binary(outer.operator, value, outer.right)
    return value


# 1, null, "a", Kind.A, (…)
@expression("constant_pattern", "parenthesized_pattern")
def wrapped(reader: Reader, node: Node, depth: int) -> Expr:
    """A pattern that is one expression or another pattern."""
    return operand(reader, node, depth + 1) if depth <= DEPTH else reader.too_deep(node)


# Order (in `Order => 1`)
@expression("type_pattern")
def type_pattern(reader: Reader, node: Node, _depth: int) -> Expr:
    """A type."""
    of = node.child_by_field_id(TYPE)
    return NOTHING if of is None else type_of(reader, of)


# not x
@expression("negated_pattern")
def negated(reader: Reader, node: Node, depth: int) -> Expr:
    """Anything but a pattern."""
    return Unary("not", operand(reader, node, depth + 1)) if depth <= DEPTH else reader.too_deep(node)


# > 3
@expression("relational_pattern")
def relational(reader: Reader, node: Node, depth: int) -> Expr:
    """A comparison with what is tested."""
    if depth > DEPTH:
        return reader.too_deep(node)
    start = reader.source[node.start_byte : node.start_byte + 2].decode("latin-1")
    return Unary(start if start[1:] == "=" else start[:1], operand(reader, node, depth + 1))


# a and b, a or b
@expression("and_pattern", "or_pattern")
def joined(reader: Reader, node: Node, depth: int) -> Expr:
    """Two patterns; a long row is read in a loop and flattened at its inner end."""
    if depth > DEPTH:
        return reader.too_deep(node)
    kind_id, word = node.kind_id, "and" if node.type == "and_pattern" else "or"
    rights: list[Node] = []
    while node.kind_id == kind_id:
        left, right = node.child_by_field_id(LEFT), node.child_by_field_id(RIGHT)
        if left is None or right is None:
            return Opaque(node.type)
        rights.append(right)
        node = left
    room = min(len(rights), CHAIN, DEPTH - depth)
    level = depth + room + 1
    first = EXPRESSIONS[node.kind_id](reader, node, level)
    inner = [EXPRESSIONS[right.kind_id](reader, right, level) for right in reversed(rights)]
    cut = len(rights) - room
    value: Expr = Opaque(word + "_pattern", (first, *inner[:cut])) if cut else first
    for right_value in inner[cut:]:
        value = Binary(word, value, right_value)
    return value


# Order order, var order
@expression("declaration_pattern")
def declaration(reader: Reader, node: Node, depth: int) -> Expr:
    """A type and the name of what has it."""
    of = node.child_by_field_id(TYPE)
    if of is None or of.kind_id == IMPLICIT_TYPE:
        return _bound(reader, node, ANYTHING, depth)
    return _bound(reader, node, type_of(reader, of), depth)


# var order, var (a, b)
@expression("var_pattern")
def variable(reader: Reader, node: Node, depth: int) -> Expr:
    """A name for anything."""
    return _bound(reader, node, ANYTHING, depth)


def _bound(reader: Reader, node: Node, pattern: Expr, depth: int) -> Expr:
    """A pattern with the name that it binds, if it has one."""
    name = node.child_by_field_id(NAME)
    if name is not None:
        return Binary(":=", NAMES[reader.source[name.start_byte : name.end_byte]], pattern)
    for child in node.named_children[1:] if node.child_by_field_id(TYPE) else node.named_children:
        if child.kind_id in DESIGNATIONS and child.kind_id != CASE_DISCARD and depth <= DEPTH:
            return Binary(":=", EXPRESSIONS[child.kind_id](reader, child, depth + 1), pattern)
    return pattern


# Order { Id: > 0 } order, (1, _)
@expression("recursive_pattern")
def recursive(reader: Reader, node: Node, depth: int) -> Expr:
    """A pattern on a type, its positions and its members."""
    if depth > DEPTH:
        return reader.too_deep(node)
    of = node.child_by_field_id(TYPE)
    parts = [] if of is None else [type_of(reader, of)]
    for child in node.named_children:
        if child.kind_id == POSITIONS:
            parts.append(Sequence("tuple", tuple(value for _, value in _subpatterns(reader, child, depth + 1))))
        elif child.kind_id == PROPERTIES:
            parts.append(Mapping(tuple(_subpatterns(reader, child, depth + 1))))
    value = parts[0] if parts else ANYTHING
    for part in parts[1:]:
        value = Binary("and", value, part)
    return _bound(reader, node, value, depth)


# Id: > 0, Customer.Name: null
def _subpatterns(reader: Reader, node: Node, depth: int) -> list[tuple[Expr, Expr]]:
    pairs = []
    for child in node.named_children:
        if child.kind_id != SUBPATTERN:
            continue
        values = operands(reader, child, depth)
        if values:
            pairs.append((values[0] if len(values) > 1 else ANYTHING, values[-1]))
    return pairs


# [1, .., var last]
@expression("list_pattern")
def list_(reader: Reader, node: Node, depth: int) -> Expr:
    """A pattern on the items of a list; `..` is a spread of anything."""
    if depth > DEPTH:
        return reader.too_deep(node)
    items: list[Expr] = []
    name = node.child_by_field_id(NAME)
    for child in node.children:
        # `mend` gives `..` to an older grammar as `_`.
        if reader.source.startswith(b"..", child.start_byte) and child.type in {"..", "discard"}:
            items.append(Unary("*", ANYTHING))
        elif child.is_named and child.kind_id not in DESIGNATIONS - {CASE_DISCARD} and child != name:
            value = EXPRESSIONS[child.kind_id](reader, child, depth + 1)
            items += [] if value is NOTHING else [value]
    return _bound(reader, node, Sequence("list", tuple(items)), depth)


# .. var rest
@expression("slice_pattern")
def slice_(reader: Reader, node: Node, depth: int) -> Expr:
    """The rest of a list."""
    if depth > DEPTH:
        return reader.too_deep(node)
    value = operand(reader, node, depth + 1)
    return Unary("*", ANYTHING if value is NOTHING else value)


# state switch { Paid => 1, null when x => 2, _ => throw … }
@expression("switch_expression")
def switch(reader: Reader, node: Node, depth: int) -> Expr:
    """A chain of choices; when no arm takes everything, its end is an empty `Opaque`."""
    arms = [child for child in node.named_children if child.kind_id == SWITCH_ARM]
    if depth > DEPTH:
        return reader.too_deep(node)
    subject = operand(reader, node, depth + 1)
    if len(arms) > CHAIN or depth + len(arms) > DEPTH:
        parts = [part for arm in arms for part in operands(reader, arm, depth + 2)]
        return Opaque("switch_expression", (subject, *parts))
    value: Expr = Opaque("switch_expression")
    for index in range(len(arms) - 1, -1, -1):
        value = _arm(reader, arms[index], subject, value, depth + index + 1)
    return value


def _arm(reader: Reader, node: Node, subject: Expr, other: Expr, depth: int) -> Expr:
    pattern: Expr = NOTHING
    guard: Expr = NOTHING
    value: Expr = NOTHING
    for child in node.children:
        if child.kind_id == WHEN:
            guard = operand(reader, child, depth + 1)
        elif pattern is NOTHING:
            pattern = EXPRESSIONS[child.kind_id](reader, child, depth + 1) if child.is_named else NOTHING
        elif child.type != "=>":
            value = EXPRESSIONS[child.kind_id](reader, child, depth + 1)
    if pattern == ANYTHING and guard is NOTHING:
        return value
    test: Expr = _test(subject, pattern)
    return Conditional(test if guard is NOTHING else Binary("and", test, guard), value, other)


def _test(subject: Expr, pattern: Expr) -> Expr:
    if isinstance(pattern, Unary) and pattern.operator == "not":
        return Binary("isnot", subject, pattern.value)
    return Binary("is", subject, pattern)
