"""Query expressions: `from order in orders where order.IsPaid select order.Id`."""

from tree_sitter import Node

from assay.source.facts import (
    Argument,
    Attr,
    Call,
    Comprehension,
    Expr,
    Function,
    Lambda,
    Name,
    Opaque,
    Parameter,
    Return,
    Sequence,
)
from assay.source.languages.csharp.grammar import NAME, kind
from assay.source.languages.csharp.reader import DEPTH, NAMES, NOTHING, Reader
from assay.source.languages.csharp.tables import EXPRESSIONS, expression, operand, operands, solid

FROM = kind("from_clause")
LET = kind("let_clause")
SELECT = kind("select_clause")
WHERE = kind("where_clause")
ORDER = kind("order_by_clause")
METHODS = {WHERE: "Where", ORDER: "OrderBy", SELECT: "Select"}
PLAIN = frozenset({FROM, LET, SELECT, WHERE})

Clause = tuple[Name, Expr, tuple[Expr, ...]]


@expression("query_expression")
def query(reader: Reader, node: Node, depth: int) -> Expr:
    """The calls that it is short for where it goes through one source, a comprehension where through several.

    A query that joins, groups or goes on after `into` is an `Opaque` of all its expressions.
    """
    if depth > DEPTH:
        return reader.too_deep(node)
    clauses: list[Clause] = []
    children = solid(node)
    if children[0].kind_id == FROM and all(child.kind_id in METHODS for child in children[1:]):
        return _calls(reader, children, depth + 1)
    if not all(child.kind_id in PLAIN for child in children) or children[-1].kind_id != SELECT:
        return Opaque(
            "query_expression", tuple(part for child in children for part in _parts(reader, child, depth + 1))
        )
    for child in children[:-1]:
        if child.kind_id == WHERE and clauses:
            target, iterable, tests = clauses[-1]
            clauses[-1] = (target, iterable, (*tests, operand(reader, child, depth + 2)))
        else:
            clauses.append(_clause(reader, child, depth + 2))
    return Comprehension("generator", operand(reader, children[-1], depth + 1), tuple(clauses))


# from order in orders where order.IsPaid select order
def _calls(reader: Reader, children: list[Node], depth: int) -> Expr:
    """`orders.Where(order => order.IsPaid)`: what the compiler makes of it; `select order` adds nothing."""
    target, made, _ = _clause(reader, children[0], depth)
    for child in children[1:]:
        inside = operand(reader, child, depth + 1)
        if child.kind_id == SELECT and inside == target:
            continue
        line, end = child.start_point[0] + 1, child.end_point[0] + 1
        function = Function("", (Parameter(target.id),), (Return(inside, line),), line, end)
        made = Call(Attr(made, METHODS[child.kind_id]), (Argument(Lambda(function)),), line)
    return made


# from order in orders, let total = order.Total
def _clause(reader: Reader, node: Node, depth: int) -> Clause:
    children = [child for child in node.children if child.type not in {"from", "let", "in", "="}]
    name = node.child_by_field_id(NAME) or children[0]
    last = children[-1]
    value = EXPRESSIONS[last.kind_id](reader, last, depth)
    if node.kind_id == LET:
        value = Sequence("list", (value,))
    return NAMES[reader.source[name.start_byte : name.end_byte]], value, ()


def _parts(reader: Reader, node: Node, depth: int) -> tuple[Expr, ...]:
    if node.named_child_count:
        return operands(reader, node, depth)
    value = EXPRESSIONS[node.kind_id](reader, node, depth)
    return () if value is NOTHING else (value,)
