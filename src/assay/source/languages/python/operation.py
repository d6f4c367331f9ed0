"""Operators of Python: arithmetic, comparison, logic, conditionals, stars, `await`, `yield` and `:=`."""

from tree_sitter import Node

from assay.source.facts import Binary, Conditional, Expr, Opaque, Unary
from assay.source.languages.python.grammar import (
    FROM,
    KINDS,
    LANGUAGE,
    solid,
)
from assay.source.languages.python.reading import DEEPEST, NONE, Reader, Reading
from assay.source.languages.python.salvage import too_deep

WORDS = {"not in": "notin", "is not": "isnot", "<>": "!="}
"""Operators whose word in facts is another than in Python."""
NAMES = [LANGUAGE.node_kind_for_id(i) or "" for i in range(LANGUAGE.node_kind_count)]
OPERATORS = [WORDS.get(name, name) for name in NAMES] + [""] * (KINDS - len(NAMES))
"""Word of an operator by its kind."""
LONGEST_CHAIN = 20
"""Operators in one chain that nest as they are written."""
ASSOCIATIVE = frozenset(("and", "or", "+", "*", "|", "&"))


# left + right, left and right
def binary(reading: Reading, node: Node, depth: int) -> Expr:
    """A binary or boolean operator."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    children = node.children
    left = children[0]
    if len(children) != 3 or left.kind_id == node.kind_id:
        return _chain(reading, node, depth)
    right = children[2]
    table = reading.expressions
    return Binary(
        OPERATORS[children[1].kind_id],
        table[left.kind_id](reading, left, depth + 1),
        table[right.kind_id](reading, right, depth + 1),
    )


# a + b + c + ...
def _chain(reading: Reading, node: Node, depth: int) -> Expr:
    """A chain of operators of one kind, which the tree nests on its left; read without recursion, for it may be thousands long."""
    number = node.kind_id
    operators: list[str] = []
    operands: list[Node] = []
    while node.kind_id == number:
        children = solid(node.children)
        if len(children) != 3:
            break
        operators.append(OPERATORS[children[1].kind_id])
        operands.append(children[2])
        node = children[0]
    if not operators:
        return reading.opaque(node, depth)
    operators.reverse()
    operands.append(node)
    operands.reverse()
    below = depth + 1 + min(len(operators), LONGEST_CHAIN)
    if node.kind_id == number:
        first: Expr = too_deep(reading, node) if below > DEEPEST else reading.opaque(node, below)
    else:
        first = reading.expression(node, below)
    return joined(operators, [first, *reading.several(operands[1:], below)], NAMES[number])


def joined(operators: list[str], operands: list[Expr], name: str) -> Expr:
    """The operands joined from the left; a long chain of one associative operator as a balanced tree, any other long one flat."""
    if len(operators) <= LONGEST_CHAIN:
        fact = operands[0]
        for operator, operand in zip(operators, operands[1:], strict=True):
            fact = Binary(operator, fact, operand)
        return fact
    operator = operators[0]
    if operator not in ASSOCIATIVE or any(other != operator for other in operators):
        return Opaque(name, tuple(operands))
    while len(operands) > 1:
        pairs = [Binary(operator, operands[i], operands[i + 1]) for i in range(0, len(operands) - 1, 2)]
        operands = [*pairs, operands[-1]] if len(operands) % 2 else list[Expr](pairs)
    return operands[0]


# a < b, a < b <= c, a not in b
def comparison(reading: Reading, node: Node, depth: int) -> Expr:
    """A comparison; a chain of them is joined by `and`."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    children = node.children
    if len(children) != 3:
        return _comparisons(reading, node, depth)
    left, operator, right = children
    table = reading.expressions
    return Binary(
        OPERATORS[operator.kind_id],
        table[left.kind_id](reading, left, depth + 1),
        table[right.kind_id](reading, right, depth + 1),
    )


def _comparisons(reading: Reading, node: Node, depth: int) -> Expr:
    children = solid(node.children)
    if len(children) < 3 or len(children) % 2 == 0 or any(child.is_error for child in children):
        return reading.opaque(node, depth)
    below = depth + LONGEST_CHAIN + 1
    operands = reading.several(children[::2], below)
    parts: list[Expr] = [
        Binary(OPERATORS[operator.kind_id], operands[i], operands[i + 1]) for i, operator in enumerate(children[1::2])
    ]
    return joined(["and"] * (len(parts) - 1), parts, node.type)


def prefix(operator: str = "") -> Reader:
    """A reader of `operator value`; without one it is the first child: `-value`."""

    def read(reading: Reading, node: Node, depth: int) -> Expr:
        if depth > DEEPEST:
            return too_deep(reading, node)
        word = operator or OPERATORS[node.child(0).kind_id]
        return Unary(word, reading.one(node.named_children, depth + 1))

    return read


# then if test else other
def conditional(reading: Reading, node: Node, depth: int) -> Expr:
    """A conditional expression."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    children = solid(node.named_children)
    if len(children) != 3:
        return reading.opaque(node, depth)
    then, test, other = reading.several(children, depth + 2)
    return Conditional(test, then, other)


# name := value
def walrus(reading: Reading, node: Node, depth: int) -> Expr:
    """An assignment in an expression."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    children = solid(node.named_children)
    if len(children) != 2:
        return reading.opaque(node, depth)
    name, value = reading.several(children, depth + 2)
    return Binary(":=", name, value)


# yield, yield value, yield from values
def yielded(reading: Reading, node: Node, depth: int) -> Expr:
    """A yield; of `yield from` the value is starred."""
    if depth > DEEPEST:
        return too_deep(reading, node)
    reading.has_yield = True
    values = solid(node.named_children)
    if not values:
        return Unary("yield", NONE)
    value = reading.one(values, depth + 2)
    is_from = any(child.kind_id == FROM for child in node.children)
    return Unary("yield", Unary("*", value) if is_from else value)


OPERATIONS: dict[str, Reader] = {
    "await": prefix("await"),
    "binary_operator": binary,
    "boolean_operator": binary,
    "comparison_operator": comparison,
    "conditional_expression": conditional,
    "dictionary_splat": prefix("**"),
    "dictionary_splat_pattern": prefix("**"),
    "list_splat": prefix("*"),
    "list_splat_pattern": prefix("*"),
    "named_expression": walrus,
    "not_operator": prefix("not"),
    "parenthesized_list_splat": prefix("*"),
    "splat_type": prefix(),
    "unary_operator": prefix(),
    "union_type": binary,
    "yield": yielded,
}
"""Node kind -> its reader."""
