"""Statements that hold others: choices, loops, `try`, `using`, `lock`, and `#if`."""

from tree_sitter import Node

from assay.source.facts import (
    Assign,
    Block,
    Case,
    Conditional,
    Do,
    Expr,
    Handler,
    If,
    Loop,
    Opaque,
    Raise,
    Stmt,
    Switch,
    Try,
    With,
)
from assay.source.languages.csharp.grammar import (
    ALTERNATIVE,
    BLOCK,
    BODY,
    CATCH,
    CATCH_DECLARATION,
    CATCH_FILTER,
    CONDITION,
    CONSEQUENCE,
    EXTRAS,
    FINALLY,
    IF_STATEMENT,
    LEFT,
    NAME,
    PREPROC_ELIF,
    PREPROC_ELSE,
    RIGHT,
    SWITCH_SECTION,
    TYPE,
    VALUE,
    VARIABLES,
    WHEN,
    field,
)
from assay.source.languages.csharp.operators import side
from assay.source.languages.csharp.reader import CHAIN, DEPTH, NAMES, NOTHING, Reader
from assay.source.languages.csharp.statements import variables
from assay.source.languages.csharp.tables import (
    EXPRESSIONS,
    STATEMENTS,
    block,
    branch,
    expression,
    operand,
    statement,
)
from assay.source.languages.csharp.typenames import type_of
from assay.source.languages.csharp.words import TRUE

INITIALIZER = field("initializer")
UPDATE = field("update")
REST = NAMES[b"_"]
CONDITIONS = CHAIN // 2
"""How many `else if` nest; a longer row ends in one `Switch`."""
ELSE = frozenset({PREPROC_ELSE, PREPROC_ELIF})


def too_deep(reader: Reader, node: Node, out: list[Stmt]) -> None:
    """What stands for a statement below the deepest level that is kept."""
    out.append(Do(reader.too_deep(node), node.start_point[0] + 1))


# if (a) { ... } else if (b) { ... } else { ... }
@statement("if_statement")
def choice(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A choice; a long row of `else if` is read in a loop, and what is too long to nest becomes one `Switch` on tests."""
    if depth > DEPTH:
        too_deep(reader, node, out)
        return
    last = node.child_by_field_id(ALTERNATIVE)
    if last is None:
        condition = side(reader, node, CONDITION, depth + 1)
        then = branch(reader, node.child_by_field_id(CONSEQUENCE), depth + 1)
        out.append(If(condition, then, (), node.start_point[0] + 1))
        return
    row: list[Node] = [node]
    while last is not None and last.kind_id == IF_STATEMENT:
        row.append(last)
        last = last.child_by_field_id(ALTERNATIVE)
    room = min(CONDITIONS, DEPTH - depth)
    other = branch(reader, last, depth + min(room, len(row)) + 2)
    if len(row) > room + 1:
        other = (_tests(reader, row[room:], other, depth + room),)
        row = row[:room]
    level = depth + len(row)
    for test in reversed(row):
        condition = side(reader, test, CONDITION, level)
        then = branch(reader, test.child_by_field_id(CONSEQUENCE), level)
        other = (If(condition, then, other, test.start_point[0] + 1),)
        level -= 1
    out.extend(other)


def _tests(reader: Reader, row: list[Node], other: Block, depth: int) -> Switch:
    """The rest of a long row: `switch (true) { case _ when a: ... }`, which means the same."""
    cases = [
        Case(
            (REST,),
            side(reader, test, CONDITION, depth + 2),
            branch(reader, test.child_by_field_id(CONSEQUENCE), depth + 2),
        )
        for test in row
    ]
    return Switch(TRUE, (*cases, Case((REST,), None, other)), row[0].start_point[0] + 1)


# while (a) { ... }, do { ... } while (a);
@statement("while_statement", "do_statement")
def repeat(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A loop with a condition."""
    if depth > DEPTH:
        too_deep(reader, node, out)
        return
    body = branch(reader, node.child_by_field_id(BODY), depth + 1)
    out.append(Loop(None, side(reader, node, CONDITION, depth + 1), body, node.start_point[0] + 1))


# foreach (var (key, value) in pairs) { ... }, await foreach (...)
@statement("foreach_statement")
def each(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A loop over items."""
    if depth > DEPTH:
        too_deep(reader, node, out)
        return
    target = side(reader, node, LEFT, depth + 1)
    iterable = side(reader, node, RIGHT, depth + 1)
    body = branch(reader, node.child_by_field_id(BODY), depth + 1)
    out.append(Loop(target, iterable, body, node.start_point[0] + 1))


# for (int i = 0; i < 3; i++) { ... }
@statement("for_statement")
def count(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """Its initialisers stand before the loop, its steps at the end of the loop's body."""
    if depth > DEPTH:
        too_deep(reader, node, out)
        return
    for child in node.children_by_field_id(INITIALIZER):
        if child.kind_id == VARIABLES:
            out.extend(Assign(*found) for found in variables(reader, child, depth))
        elif child.is_named:
            STATEMENTS[child.kind_id](reader, child, depth, out)
    test = side(reader, node, CONDITION, depth + 1)
    body = list(branch(reader, node.child_by_field_id(BODY), depth + 1))
    for child in node.children_by_field_id(UPDATE):
        if child.is_named:
            STATEMENTS[child.kind_id](reader, child, depth + 1, body)
    out.append(Loop(None, TRUE if test is NOTHING else test, tuple(body), node.start_point[0] + 1))


# using (var file = Open()) { ... }, lock (gate) { ... }, fixed (int* p = &x) { ... }
@statement("using_statement", "lock_statement", "fixed_statement")
def with_(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A block that something surrounds; `fixed` is a plain declaration before its block."""
    if depth > DEPTH:
        too_deep(reader, node, out)
        return
    line = node.start_point[0] + 1
    children = [child for child in node.named_children if child.kind_id not in EXTRAS]
    body = branch(reader, children[-1], depth + 1) if len(children) > 1 or children[0].kind_id == BLOCK else ()
    if children[0].kind_id != VARIABLES:
        subject = operand(reader, node, depth + 1) if children[0].kind_id != BLOCK else NAMES[b"this"]
        out.append(With(((subject, None),), body, line))
        return
    found = variables(reader, children[0], depth + 1)
    if node.type == "fixed_statement":
        out.extend(Assign(*one) for one in found)
        out.extend(body)
        return
    out.append(With(tuple((NOTHING if value is None else value, target) for target, value, _, _ in found), body, line))


# try { ... } catch (E error) when (error.IsFatal) { ... } finally { ... }
@statement("try_statement")
def attempt(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A block with handlers."""
    if depth > DEPTH:
        too_deep(reader, node, out)
        return
    handlers: list[Handler] = []
    final: Block = ()
    for child in node.named_children:
        if child.kind_id == CATCH:
            handlers.append(_handler(reader, child, depth + 2))
        elif child.kind_id == FINALLY:
            final = block(reader, child, depth + 1)
    body = branch(reader, node.child_by_field_id(BODY), depth + 1)
    out.append(Try(body, tuple(handlers), final, node.start_point[0] + 1))


# catch (E error) when (error.IsFatal) { ... }
def _handler(reader: Reader, node: Node, depth: int) -> Handler:
    """With a filter, the body is a choice that otherwise raises again."""
    of: Expr | None = None
    name = ""
    test: Expr | None = None
    for child in node.named_children:
        if child.kind_id == CATCH_DECLARATION:
            type_node, name_node = child.child_by_field_id(TYPE), child.child_by_field_id(NAME)
            of = None if type_node is None else type_of(reader, type_node)
            name = "" if name_node is None else NAMES[reader.source[name_node.start_byte : name_node.end_byte]].id
        elif child.kind_id == CATCH_FILTER:
            test = operand(reader, child, depth + 1)
    body = branch(reader, node.child_by_field_id(BODY), depth if test is None else depth + 1)
    if test is not None:
        line = node.start_point[0] + 1
        body = (If(test, body, (Raise(None, line),), line),)
    return Handler(of, name, body)


# switch (state) { case Paid: case Sent when x: ...; default: ... }
@statement("switch_statement")
def switch(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """Cases in order; labels that share a body are the patterns of one case, but for those with a guard."""
    if depth > DEPTH:
        too_deep(reader, node, out)
        return
    cases: list[Case] = []
    labels: list[tuple[Expr, Expr | None]] = []
    body = node.child_by_field_id(BODY)
    sections = [child for child in body.named_children if child.kind_id == SWITCH_SECTION] if body is not None else []
    for section in sections:
        pattern, guard, statements = _section(reader, section, depth + 2)
        labels.append((pattern, guard))
        if statements or section is sections[-1]:
            plain = tuple(label for label, test in labels if test is None)
            cases += [Case(plain, None, statements)] if plain else []
            cases += [Case((label,), test, statements) for label, test in labels if test is not None]
            labels = []
    out.append(Switch(side(reader, node, VALUE, depth + 1), tuple(cases), node.start_point[0] + 1))


# case Order order when order.IsPaid: ...
def _section(reader: Reader, node: Node, depth: int) -> tuple[Expr, Expr | None, Block]:
    pattern: Expr = REST
    guard: Expr | None = None
    out: list[Stmt] = []
    is_label = True
    for child in node.children:
        if child.type == ":":
            is_label = False
        elif not is_label:
            STATEMENTS[child.kind_id](reader, child, depth, out)
        elif child.kind_id == WHEN:
            guard = operand(reader, child, depth)
        elif child.is_named and child.kind_id not in EXTRAS:
            pattern = EXPRESSIONS[child.kind_id](reader, child, depth)
    return pattern, guard, tuple(out)


def symbol(reader: Reader, node: Node, depth: int) -> Expr:
    """The condition of `#if` and `#elif`."""
    return Opaque("preproc", (side(reader, node, CONDITION, depth + 1),))


# #if DEBUG ... #elif TRACE ... #else ... #endif
@statement("preproc_if")
def preprocessed(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A choice made when compiling; both branches are kept."""
    if depth > DEPTH:
        too_deep(reader, node, out)
        return
    condition = node.child_by_field_id(CONDITION)
    other = node.child_by_field_id(ALTERNATIVE)
    then: list[Stmt] = []
    for child in node.named_children:
        if child != condition and child.kind_id not in ELSE:
            STATEMENTS[child.kind_id](reader, child, depth + 1, then)
    out.append(If(symbol(reader, node, depth), tuple(then), _other(reader, other, depth), node.start_point[0] + 1))


def _other(reader: Reader, node: Node | None, depth: int) -> Block:
    if node is None:
        return ()
    if node.kind_id == PREPROC_ELSE:
        return block(reader, node, depth + 1)
    out: list[Stmt] = []
    preprocessed(reader, node, depth + 1, out)
    return tuple(out)


@expression("preproc_if", "preproc_elif", "preproc_else")
def preprocessed_value(reader: Reader, node: Node, depth: int) -> Expr:
    """`#if` around an expression: a choice between both."""
    if depth > DEPTH:
        return reader.too_deep(node)
    condition = node.child_by_field_id(CONDITION)
    other = node.child_by_field_id(ALTERNATIVE)
    if condition is None:
        return operand(reader, node, depth + 1)
    values = [child for child in node.named_children if child not in (condition, other)]
    parts = [EXPRESSIONS[child.kind_id](reader, child, depth + 1) for child in values if child.kind_id not in EXTRAS]
    then = parts[0] if len(parts) == 1 else Opaque("preproc_if", tuple(parts))
    otherwise = Opaque("preproc_else") if other is None else preprocessed_value(reader, other, depth + 1)
    return Conditional(symbol(reader, node, depth), then, otherwise)
