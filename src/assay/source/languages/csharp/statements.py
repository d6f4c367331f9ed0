"""Statements that hold no other statement, and blocks."""

import sys

from tree_sitter import Node

from assay.source.facts import Assign, Define, Do, Expr, Function, Jump, Raise, Return, Stmt, Unary, With
from assay.source.languages.csharp.calls import call
from assay.source.languages.csharp.functions import body_of, head, parameters, type_parameters, with_words
from assay.source.languages.csharp.grammar import (
    ARROW,
    ASSIGNMENT,
    BLOCK,
    BRACKETED_ARGUMENTS,
    DECLARATOR,
    EXTRAS,
    IDENTIFIER,
    IMPLICIT_TYPE,
    INVOCATION,
    LEFT,
    OPERATOR,
    PARAMETER_LIST,
    POSTFIX,
    PREFIX,
    RIGHT,
    SELF,
    TYPE_PARAMETERS,
    VARIABLES,
)
from assay.source.languages.csharp.operators import ASSIGNMENTS, ONE
from assay.source.languages.csharp.reader import DEPTH, NAMES, NOTHING, Reader
from assay.source.languages.csharp.tables import EXPRESSIONS, STATEMENTS, anything, operand, statement
from assay.source.languages.csharp.typenames import type_of

STEPS = {"++": "+=", "--": "-="}
STEPPED = frozenset({POSTFIX, PREFIX})


# Run();  x = y;  i++;
@statement("expression_statement")
def effect(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """An expression for its effect; assignments are statements of their own."""
    for child in (node.named_child(0),) if node.named_child_count == 1 else node.named_children:
        kind_id = child.kind_id
        if kind_id == INVOCATION:
            out.append(Do(call(reader, child, depth), node.start_point[0] + 1))
        elif kind_id in EXTRAS:
            continue
        elif kind_id == ASSIGNMENT:
            assign(reader, child, depth, out)
        elif kind_id in STEPPED:
            step(reader, child, depth, out)
        else:
            out.append(Do(EXPRESSIONS[kind_id](reader, child, depth), node.start_point[0] + 1))
        return


# i++; --i;
@statement("postfix_unary_expression", "prefix_unary_expression")
def step(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A step is an assignment: `i += 1`."""
    value = EXPRESSIONS[node.kind_id](reader, node, depth)
    line = node.start_point[0] + 1
    if isinstance(value, Unary) and value.operator in STEPS:
        out.append(Assign(value.value, ONE, line, None, STEPS[value.operator]))
    else:
        out.append(Do(value, line))


# a = b = Run(); count += 1; handler ??= Make();
@statement("assignment_expression")
def assign(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """An assignment; in a row the innermost comes first, so that no value is told twice."""
    left = node.child_by_field_id(LEFT)
    sign = node.child_by_field_id(OPERATOR)
    right = node.child_by_field_id(RIGHT)
    line = node.start_point[0] + 1
    row: list[tuple[Node, str]] = []
    while left is not None and sign is not None and right is not None:
        row.append((left, ASSIGNMENTS.get(sign.kind_id, "=")))
        if right.kind_id != ASSIGNMENT:
            break
        left = right.child_by_field_id(LEFT)
        sign = right.child_by_field_id(OPERATOR)
        right = right.child_by_field_id(RIGHT)
    if right is None:
        return
    value = EXPRESSIONS[right.kind_id](reader, right, depth)
    for target_node, word in reversed(row):
        target = EXPRESSIONS[target_node.kind_id](reader, target_node, depth)
        out.append(Assign(target, value, line, None, word))
        value = target


# int a = 1, b;  var (x, y) = f();
def variables(reader: Reader, node: Node, depth: int) -> list[tuple[Expr, Expr | None, int, Expr | None]]:
    """(target, value, line, type) of each variable of a declaration; the type is None for `var`."""
    annotation: Expr | None = None
    out: list[tuple[Expr, Expr | None, int, Expr | None]] = []
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id == DECLARATOR:
            line = child.start_point[0] + 1
            children = child.named_children
            if len(children) == 2 and children[0].kind_id == IDENTIFIER:
                name, given = children
                value = EXPRESSIONS[given.kind_id](reader, given, depth)
                if value is not NOTHING and given.kind_id != BRACKETED_ARGUMENTS:
                    out.append((NAMES[reader.source[name.start_byte : name.end_byte]], value, line, annotation))
                    continue
            out.append((*_declarator(reader, child, depth), line, annotation))
        elif kind_id != IMPLICIT_TYPE and annotation is None and kind_id not in EXTRAS:
            annotation = type_of(reader, child)
    return out


# a = 1
def _declarator(reader: Reader, node: Node, depth: int) -> tuple[Expr, Expr | None]:
    children = node.named_children
    if not children:
        return NAMES[b""], None
    target = EXPRESSIONS[children[0].kind_id](reader, children[0], depth)
    for child in children[1:]:
        kind_id = child.kind_id
        if kind_id != BRACKETED_ARGUMENTS:
            value = EXPRESSIONS[kind_id](reader, child, depth)
            if value is not NOTHING:
                return target, value
    # self = this
    if node.child_count > len(children):
        last = node.children[-1]
        return target, EXPRESSIONS[last.kind_id](reader, last, depth) if last.kind_id in SELF else None
    return target, None


# var order = Load();  using var file = Open();
@statement("local_declaration_statement")
def local(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """Local variables. A using declaration is a With without a body: it lasts as long as the block around it."""
    # var order = Load();
    if node.named_child_count == 1 and node.child_count == 2:
        for target, value, line, annotation in variables(reader, node.named_child(0), depth):
            out.append(Assign(target, value, line, annotation))
        return
    is_using = reader.source.startswith((b"using", b"await"), node.start_byte)
    for child in node.named_children:
        if child.kind_id != VARIABLES:
            if child.is_error:
                STATEMENTS[child.kind_id](reader, child, depth, out)
            continue
        for target, value, line, annotation in variables(reader, child, depth):
            if is_using:
                out.append(With(((NOTHING if value is None else value, target),), (), line))
            else:
                out.append(Assign(target, value, line, annotation))


# return x;
@statement("return_statement")
def give(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """The end of a function."""
    value = operand(reader, node, depth)
    out.append(Return(None if value is NOTHING else value, node.start_point[0] + 1))


# throw; throw new E();
@statement("throw_statement")
def throw(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """An error."""
    value = operand(reader, node, depth)
    out.append(Raise(None if value is NOTHING else value, node.start_point[0] + 1))


# yield return x; yield break;
@statement("yield_statement")
def give_one(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """One value of an iterator, or its end."""
    reader.has_yield = True
    line = node.start_point[0] + 1
    value = operand(reader, node, depth)
    out.append(Return(None, line) if value is NOTHING else Do(Unary("yield", value), line))


# break; continue;
@statement("break_statement", "continue_statement")
def jump(_reader: Reader, node: Node, _depth: int, out: list[Stmt]) -> None:
    """The end of a round or of a case."""
    out.append(Jump("break" if node.type == "break_statement" else "continue", node.start_point[0] + 1))


# ;
@statement("empty_statement")
def empty(_reader: Reader, _node: Node, _depth: int, _out: list[Stmt]) -> None:
    """Nothing."""


# goto end; goto case 1;
@statement("goto_statement")
def goto(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A jump to somewhere: an `Opaque`, since it ends the block in a way that facts cannot tell."""
    out.append(Do(anything(reader, node, depth), node.start_point[0] + 1))


# { ... }, unsafe { ... }, checked { ... }, end: Run();, top level
@statement(
    "block", "unsafe_statement", "checked_statement", "labeled_statement", "global_statement", "ERROR", "finally_clause"
)
def inside(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """What only wraps statements."""
    if depth > DEPTH:
        out.append(Do(reader.too_deep(node), node.start_point[0] + 1))
        return
    children = node.named_children
    if node.kind_id != BLOCK and children and children[0].kind_id == IDENTIFIER:
        children = children[1:]
    for child in children:
        STATEMENTS[child.kind_id](reader, child, depth + 1, out)


# static int Twice(int x) => 2 * x;
@statement("local_function_statement")
def function(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A function inside another or on top level."""
    if depth > DEPTH:
        out.append(Do(reader.too_deep(node), node.start_point[0] + 1))
        return
    annotations, modifiers, rest = head(reader, node, depth)
    returns: Expr | None = None
    name = NAMES[b""]
    line = node.start_point[0] + 1
    given, generic, body = None, None, None
    for index, child in enumerate(rest):
        kind_id = child.kind_id
        if index == 0:
            returns = type_of(reader, child)
        elif kind_id == IDENTIFIER:
            name, line = NAMES[reader.source[child.start_byte : child.end_byte]], child.start_point[0] + 1
        elif kind_id == PARAMETER_LIST:
            given = child
        elif kind_id == TYPE_PARAMETERS:
            generic = child
        elif kind_id in {BLOCK, ARROW}:
            body = child
    statements, is_iterator = body_of(reader, body, depth)
    defined = Function(
        sys.intern(name.id),
        parameters(reader, given, depth + 2),
        statements,
        line,
        node.end_point[0] + 1,
        returns,
        annotations,
        with_words(modifiers, "iterator") if is_iterator else modifiers,
        type_parameters(reader, generic),
    )
    out.append(Define(defined))
