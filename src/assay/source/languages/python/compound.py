"""Compound statements of Python: branches, loops, `with`, `try`, `match`, functions and classes."""

from tree_sitter import Node

from assay.source.facts import (
    Annotation,
    Block,
    Case,
    Constant,
    Declare,
    Define,
    Do,
    Expr,
    Function,
    Handler,
    If,
    Loop,
    Name,
    Stmt,
    Switch,
    Try,
    Type,
    With,
)
from assay.source.languages.python.expression import arguments
from assay.source.languages.python.grammar import (
    AS_PATTERN,
    ASYNC,
    BLOCK,
    CASE_CLAUSE,
    CLASS_DEFINITION,
    ELIF_CLAUSE,
    ELSE_CLAUSE,
    ERROR,
    EXCEPT_CLAUSE,
    FINALLY_CLAUSE,
    FUNCTION_DEFINITION,
    LAMBDA,
    WITH_ITEM,
    YIELD,
    field,
    solid,
)
from assay.source.languages.python.pattern import case
from assay.source.languages.python.reading import DEEPEST, NONE, Reading, StatementReader
from assay.source.languages.python.salvage import too_deep
from assay.source.languages.python.signature import bases, decorators, parameters, type_parameters
from assay.source.languages.python.statement import broken

BODY = field("body")
CONDITION = field("condition")
CONSEQUENCE = field("consequence")
DEFINITION = field("definition")
LEFT = field("left")
NAME = field("name")
PARAMETERS = field("parameters")
RETURN_TYPE = field("return_type")
RIGHT = field("right")
SUBJECT = field("subject")
SUPERCLASSES = field("superclasses")
TYPE_PARAMETERS = field("type_parameters")
VALUE = field("value")

LONGEST_CHAIN = 20
"""Branches of one `if` that nest; more of them become the cases of a `Switch`, of which each has a test and no pattern."""

Arm = tuple[Expr, Block, int]
"""Test, body and line of one branch."""


# if a: ... elif b: ... else: ...
def branch(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
    """An `if` with its `elif`s and `else`."""
    clauses = [child for child in node.named_children if child.kind_id == ELIF_CLAUSE]
    is_long = len(clauses) > LONGEST_CHAIN
    arms: list[Arm] = []
    for i, clause in enumerate([node, *clauses]):
        test = reading.optional(clause.child_by_field_id(CONDITION)) or NONE
        body = reading.block(clause.child_by_field_id(CONSEQUENCE), depth + (4 if is_long else 2 + 2 * i))
        arms.append((test, body, clause.start_point[0] + 1))
    other = _clause(reading, node, ELSE_CLAUSE, depth + 4 + (0 if is_long else 2 * len(clauses)))
    out.append(_switch(arms, other) if is_long else _nested(arms, other))


def _nested(arms: list[Arm], other: Block) -> Stmt:
    *elifs, (test, body, line) = arms
    fact = If(test, body, other, line)
    for test, body, line in reversed(elifs):
        fact = If(test, body, (fact,), line)
    return fact


def _switch(arms: list[Arm], other: Block) -> Stmt:
    cases = [Case((Name("_"),), test, body) for test, body, _ in arms]
    if other:
        cases.append(Case((Name("_"),), None, other))
    return Switch(Constant(True), tuple(cases), arms[0][2])


def _clause(reading: Reading, node: Node, number: int, depth: int) -> Block:
    """The statements of a clause without head: `else`, `finally`."""
    for child in node.named_children:
        if child.kind_id == number:
            return reading.block(_block(child), depth)
    return ()


def _block(node: Node) -> Node | None:
    for child in node.named_children:
        if child.kind_id == BLOCK:
            return child
    return None


# for target in iterable: ... else: ...
def loop(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
    """A `for` or `while`; its `else` follows it."""
    target: Expr | None = None
    left = node.child_by_field_id(LEFT)
    if left is not None:
        target = reading.expression(left)
        iterable = reading.one(node.children_by_field_id(RIGHT))
    else:
        # while condition:
        iterable = reading.optional(node.child_by_field_id(CONDITION)) or NONE
    body = reading.block(node.child_by_field_id(BODY), depth + 2)
    out.append(Loop(target, iterable, body, node.start_point[0] + 1))
    out.extend(_clause(reading, node, ELSE_CLAUSE, depth))


# with a as b, c: ...
def within(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
    """A `with`."""
    items: list[tuple[Expr, Expr | None]] = []
    for clause in node.named_children:
        for child in clause.named_children:
            value = child.child_by_field_id(VALUE) if child.kind_id == WITH_ITEM else None
            if value is not None:
                items.append(_aliased(reading, value))
    out.append(With(tuple(items), reading.block(node.child_by_field_id(BODY), depth + 2), node.start_point[0] + 1))


def _aliased(reading: Reading, node: Node) -> tuple[Expr, Expr | None]:
    """The value and the target in `value as target`."""
    if node.kind_id == AS_PATTERN:
        children = solid(node.named_children)
        if len(children) == 2:
            return reading.expression(children[0], 3), reading.one(children[1].named_children, 3)
    return reading.expression(node, 3), None


# try: ... except A as e: ... else: ... finally: ...
def attempt(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
    """A `try`; its `else` is the end of its body."""
    body = reading.block(node.child_by_field_id(BODY), depth + 2)
    handlers = [_handler(reading, child, depth + 4) for child in node.named_children if child.kind_id == EXCEPT_CLAUSE]
    body += _clause(reading, node, ELSE_CLAUSE, depth + 2)
    final = _clause(reading, node, FINALLY_CLAUSE, depth + 2)
    out.append(Try(body, tuple(handlers), final, node.start_point[0] + 1))


# except A as e:, except* A:, except A, B:, except:
def _handler(reading: Reading, node: Node, depth: int) -> Handler:
    caught: Expr | None = None
    name = ""
    values = node.children_by_field_id(VALUE)
    if len(values) == 1:
        caught, target = _aliased(reading, values[0])
        name = target.id if isinstance(target, Name) else ""
    elif values:
        caught = reading.one(values)
    return Handler(caught, name, reading.block(_block(node), depth))


# match subject: case ...
def match(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
    """A `match`."""
    subject = reading.one(node.children_by_field_id(SUBJECT))
    body = node.child_by_field_id(BODY)
    clauses = [] if body is None else [child for child in body.named_children if child.kind_id == CASE_CLAUSE]
    cases = [case(reading, child, depth + 4) for child in clauses]
    out.append(Switch(subject, tuple(cases), node.start_point[0] + 1))


# def name(parameters) -> returns: ...
def define(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
    """A function without decorators."""
    out.append(_function(reading, node, depth, ()))


# class Name(Base, key=value): ...
def declare(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
    """A class without decorators."""
    out.append(_class(reading, node, depth, ()))


# @decorator def name(): ...
def decorated(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
    """A function or class with decorators."""
    annotations = decorators(reading, node.named_children)
    definition = node.child_by_field_id(DEFINITION)
    if definition is not None and definition.kind_id == FUNCTION_DEFINITION:
        out.append(_function(reading, definition, depth, annotations))
    elif definition is not None and definition.kind_id == CLASS_DEFINITION:
        out.append(_class(reading, definition, depth, annotations))


def _function(reading: Reading, node: Node, depth: int, annotations: tuple[Annotation, ...]) -> Define:
    block = node.child_by_field_id(BODY)
    accepted = parameters(reading, node.child_by_field_id(PARAMETERS), 2)
    returns = reading.optional(node.child_by_field_id(RETURN_TYPE), 1)
    body, is_generator = _body(reading, block, depth + 3)
    is_async = node.child(0).kind_id == ASYNC
    modifiers = ("async",) * is_async + ("generator",) * is_generator
    return Define(
        Function(
            reading.name(node.child_by_field_id(NAME)),
            accepted,
            body,
            node.start_point[0] + 1,
            node.end_point[0] + 1,
            returns,
            annotations,
            modifiers,
            type_parameters(reading, node.child_by_field_id(TYPE_PARAMETERS)),
        )
    )


def _body(reading: Reading, block: Node | None, depth: int) -> tuple[Block | None, bool]:
    """The statements of a function, None in the index tier, and whether the function itself yields."""
    if not reading.has_bodies:
        return None, block is not None and _yields(reading, block)
    outside, reading.has_yield = reading.has_yield, False
    body = reading.block(block, depth)
    inside, reading.has_yield = reading.has_yield, outside
    return body, inside


def _yields(reading: Reading, block: Node) -> bool:
    """Whether a block yields, not counting the functions in it."""
    if reading.text.find("yield", block.start_byte, block.end_byte) < 0:
        return False
    stack = [block]
    while stack:
        node = stack.pop()
        if node.kind_id == YIELD:
            return True
        if node.kind_id not in OWN_SCOPE:
            stack.extend(node.named_children)
    return False


OWN_SCOPE = frozenset((FUNCTION_DEFINITION, LAMBDA))


def _class(reading: Reading, node: Node, depth: int, annotations: tuple[Annotation, ...]) -> Declare:
    name = reading.name(node.child_by_field_id(NAME))
    passed = node.child_by_field_id(SUPERCLASSES)
    parents, keywords = bases(() if passed is None else arguments(reading, passed, 3))
    outer = reading.outer
    reading.outer = (*outer, name)
    body = reading.block(node.child_by_field_id(BODY), depth + 3)
    reading.outer = outer
    return Declare(
        Type(
            name,
            "class",
            parents,
            body,
            node.start_point[0] + 1,
            node.end_point[0] + 1,
            annotations,
            (),
            type_parameters(reading, node.child_by_field_id(TYPE_PARAMETERS)),
            keywords,
            "",
            outer,
        )
    )


def guarded(read: StatementReader) -> StatementReader:
    """A reader that stops where statements nest too deep."""

    def reader(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
        if depth > DEEPEST:
            out.append(Do(too_deep(reading, node), node.start_point[0] + 1))
        else:
            read(reading, node, depth, out)

    return reader


def rescuing(read: StatementReader) -> StatementReader:
    """A reader that also keeps what stands in broken stretches between the head and the body of a statement."""

    def reader(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
        read(reading, node, depth, out)
        for child in node.named_children:
            if child.kind_id == ERROR:
                broken(reading, child, depth, out)

    return reader


COMPOUND: dict[str, StatementReader] = {
    "class_definition": guarded(declare),
    "decorated_definition": guarded(decorated),
    "for_statement": guarded(loop),
    "function_definition": guarded(define),
    "if_statement": guarded(branch),
    "match_statement": guarded(match),
    "try_statement": guarded(attempt),
    "while_statement": guarded(loop),
    "with_statement": guarded(within),
}
"""Node kind -> its reader."""
