"""Simple statements of Python: those without a block of their own."""

from tree_sitter import Node

from assay.source.facts import (
    Argument,
    Assign,
    Attr,
    Call,
    Constant,
    Do,
    Expr,
    If,
    Import,
    Index,
    Jump,
    Name,
    Opaque,
    Raise,
    Return,
    Stmt,
    Text,
    Unary,
)
from assay.source.languages.python.grammar import (
    ASSIGNMENT,
    ATTRIBUTE,
    BLOCK,
    DOTTED_NAME,
    EXPRESSION_LIST,
    IMPORT_PREFIX,
    PARENTHESIZED,
    STRING,
    SUBSCRIPT,
    TUPLE,
    WILDCARD_IMPORT,
    field,
    solid,
)
from assay.source.languages.python.reading import DEEPEST, LONGEST, NAMES, NONE, PLAINS, Reading, StatementReader
from assay.source.languages.python.salvage import too_deep

ALIAS = field("alias")
CAUSE = field("cause")
LEFT = field("left")
MODULE_NAME = field("module_name")
NAME = field("name")
OPERATOR = field("operator")
RIGHT = field("right")
TYPE_FIELD = field("type")

LONGEST_TARGET = 20
"""Links of `type(self).a.b[c]` that are followed."""
PARENTHESES = frozenset((PARENTHESIZED, TUPLE))
QUOTES = ("'", '"')


def nothing(_reading: Reading, _node: Node, _depth: int, _out: list[Stmt]) -> None:
    """A statement that says nothing about behaviour: `pass`, `nonlocal a`, a comment."""


# global a, b
def shared(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """Names of the module that a function sets."""
    line = node.start_point[0] + 1
    names = (NAMES[reading.text[name.start_byte : name.end_byte]] for name in node.named_children)
    out += [Do(Unary("global", name), line) for name in names]


# a, b
def several(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """A tuple for its effect; a statement that holds one expression is read as that, see `Reading.block`."""
    out.append(Do(reading.one(node.named_children), node.start_point[0] + 1))


# "docstring", f"{call()}"
def text(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """A text alone, which says nothing about behaviour unless it holds values."""
    if node.kind_id == STRING and reading.text[node.start_byte] in QUOTES:
        return
    fact = reading.expression(node)
    if not isinstance(fact, Text):
        out.append(Do(fact, node.start_point[0] + 1))


# a = 1, a: int = 1, a = b = 1
def assignment(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """An assignment or a bare declaration."""
    line = node.start_point[0] + 1
    right = node.child_by_field_id(RIGHT)
    if right is not None and right.kind_id != ASSIGNMENT and node.named_child_count == 2:
        start, end = node.start_byte, right.start_byte
        # Most targets are plain names, for which no node need be made.
        target = PLAINS[reading.text[start:end]] if end - start <= LONGEST else None
        if target is None:
            target = reading.expression(node.named_child(0))
        out.append(Assign(target, reading.expressions[right.kind_id](reading, right, 0), line))
        return
    annotation = reading.optional(node.child_by_field_id(TYPE_FIELD))
    targets: list[Expr] = []
    value: Node | None = node
    while value is not None and value.kind_id == ASSIGNMENT:
        targets.append(reading.one(value.children_by_field_id(LEFT)))
        value = value.child_by_field_id(RIGHT)
    out.extend(_assigned(targets, reading.optional(value), annotation, line))


def _assigned(targets: list[Expr], value: Expr | None, annotation: Expr | None, line: int) -> list[Stmt]:
    """One statement a target. The value goes to one plain name and from there to the other targets, so that `a = b = f()` calls once."""
    if len(targets) > 1:
        names = [target for target in targets if isinstance(target, Name)]
        if names:
            first = Assign(names[0], value, line)
            return [first, *(Assign(target, names[0], line) for target in targets if target is not names[0])]
    return [Assign(target, value, line, annotation) for target in targets]


# a += 1
def augmented(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """An assignment that changes its target."""
    operator = node.child_by_field_id(OPERATOR)
    target = reading.optional(node.child_by_field_id(LEFT))
    value = reading.optional(node.child_by_field_id(RIGHT))
    word = "" if operator is None else operator.type
    out.append(Assign(target or NONE, value, node.start_point[0] + 1, None, word))


# type Pair[T] = tuple[T, T]
def type_alias(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """A type alias is `Pair: TypeAlias = ...`."""
    line = node.start_point[0] + 1
    left = node.child_by_field_id(LEFT)
    value = reading.optional(node.child_by_field_id(RIGHT))
    called = None if left is None else _called(reading, left)
    if called is not None:
        out.append(Assign(called, value, line))
        return
    target = reading.optional(left) or NONE
    out.append(Assign(target.value if isinstance(target, Index) else target, value, line, Name("TypeAlias")))


# type(self).cache = value
def _called(reading: Reading, node: Node) -> Expr | None:
    """The target of an assignment that the grammar takes for a type alias with a parenthesis for its name; None for a real one."""
    links: list[Node] = []
    while node.kind_id not in PARENTHESES:
        children = solid(node.named_children)
        if not children or len(links) > LONGEST_TARGET:
            return None
        links.append(node)
        node = children[0]
    given = reading.several(node.named_children, LONGEST_TARGET)
    fact: Expr = Call(Name("type"), tuple([Argument(one) for one in given]), node.start_point[0] + 1)
    for link in reversed(links):
        rest = solid(link.named_children)[1:]
        if link.kind_id == ATTRIBUTE and rest:
            fact = Attr(fact, reading.name(rest[0]))
        elif link.kind_id == SUBSCRIPT:
            fact = Index(fact, reading.several(rest, LONGEST_TARGET))
    return fact


# return value
def returned(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """A return."""
    values = solid(node.named_children)
    out.append(Return(reading.one(values) if values else None, node.start_point[0] + 1))


# raise value from cause
def raised(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """A raise; a cause that does something is done before."""
    line = node.start_point[0] + 1
    cause = node.child_by_field_id(CAUSE)
    values = [child for child in solid(node.named_children) if child != cause]
    value = reading.one(values) if values else None
    reason = reading.optional(cause)
    if reason is not None and not isinstance(reason, Name | Constant | Attr):
        out.append(Do(reason, line))
    out.append(Raise(value, line))


# assert test, message
def asserted(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """An assertion is `if not test: raise AssertionError(message)`."""
    line = node.start_point[0] + 1
    facts = reading.several(node.named_children, 2)
    if facts:
        error = Call(Name("AssertionError"), tuple([Argument(fact) for fact in facts[1:]]), line)
        out.append(If(Unary("not", facts[0]), (Raise(error, line),), (), line))


# del a[0], b
def deleted(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """A deletion; its parts are the targets."""
    children = solid(node.named_children)
    if len(children) == 1 and children[0].kind_id == EXPRESSION_LIST:
        children = children[0].named_children
    out.append(Do(Opaque("del", reading.several(children, 2)), node.start_point[0] + 1))


# print "text", exec "code" (Python 2)
def other(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """A statement that facts have no word for."""
    out.append(Do(reading.opaque(node), node.start_point[0] + 1))


# break, continue
def jump(_reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """A jump."""
    out.append(Jump(node.type.removesuffix("_statement"), node.start_point[0] + 1))


# import a.b as c, d
def imported(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """An import of modules."""
    line = node.start_point[0] + 1
    for child in node.children_by_field_id(NAME):
        name, alias = _named(reading, child)
        out.append(Import(name, "", alias, 0, line))


# from ..a.b import c as d, from __future__ import e
def imported_from(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """An import of names out of a module."""
    line = node.start_point[0] + 1
    module, level = _module(reading, node.child_by_field_id(MODULE_NAME))
    for child in node.children_by_field_id(NAME):
        name, alias = _named(reading, child)
        out.append(Import(module, name, alias, level, line))
    if any(child.kind_id == WILDCARD_IMPORT for child in node.named_children):
        out.append(Import(module, "*", "", level, line))


def _module(reading: Reading, node: Node | None) -> tuple[str, int]:
    """A module's name and how many packages up it starts; `from __future__` has no node for its module."""
    if node is None:
        return "__future__", 0
    if node.kind_id == DOTTED_NAME:
        return _dotted(reading, node), 0
    module, level = "", 0
    for child in node.named_children:
        if child.kind_id == IMPORT_PREFIX:
            level = child.child_count
        elif child.kind_id == DOTTED_NAME:
            module = _dotted(reading, child)
    return module, level


def _named(reading: Reading, node: Node) -> tuple[str, str]:
    """The name and the alias in `a.b as c`."""
    if node.kind_id == DOTTED_NAME:
        return _dotted(reading, node), ""
    name = node.child_by_field_id(NAME)
    return "" if name is None else _dotted(reading, name), reading.name(node.child_by_field_id(ALIAS))


def _dotted(reading: Reading, node: Node) -> str:
    text = reading.text[node.start_byte : node.end_byte]
    if text.isascii() and text.replace(".", "_").isidentifier():
        return text
    # a . b
    return ".".join([reading.name(child) for child in solid(node.named_children)])


# code with a syntax error
def broken(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
    """What can be told inside a stretch that the grammar could not read."""
    if depth > DEEPEST:
        out.append(Do(too_deep(reading, node), node.start_point[0] + 1))
        return
    for child in node.named_children:
        reading.statements[child.kind_id](reading, child, depth + 1, out)


# call()
def effect(reading: Reading, node: Node, _depth: int, out: list[Stmt]) -> None:
    """An expression for its effect; a bare word or number has none."""
    if node.child_count:
        out.append(Do(reading.expressions[node.kind_id](reading, node, 0), node.start_point[0] + 1))


# else: ...
def headless(reading: Reading, node: Node, depth: int, out: list[Stmt]) -> None:
    """A clause that lost its head in broken code: its statements, or else its expressions."""
    if any(child.kind_id == BLOCK for child in node.named_children):
        broken(reading, node, depth, out)
    else:
        effect(reading, node, depth, out)


STATEMENTS: dict[str, StatementReader] = {
    "ERROR": broken,
    "assert_statement": asserted,
    "assignment": assignment,
    "augmented_assignment": augmented,
    "block": broken,
    "break_statement": jump,
    "case_clause": headless,
    "comment": nothing,
    "concatenated_string": text,
    "continue_statement": jump,
    "delete_statement": deleted,
    "exec_statement": other,
    "elif_clause": headless,
    "else_clause": headless,
    "except_clause": headless,
    "expression_statement": several,
    "finally_clause": headless,
    "future_import_statement": imported_from,
    "global_statement": shared,
    "import_from_statement": imported_from,
    "import_statement": imported,
    "line_continuation": nothing,
    "nonlocal_statement": nothing,
    "pass_statement": nothing,
    "print_statement": other,
    "raise_statement": raised,
    "return_statement": returned,
    "string": text,
    "type_alias_statement": type_alias,
}
"""Node kind -> its reader."""
