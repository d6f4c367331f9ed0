"""What makes objects and collections: `new`, initialisers, arrays, `[a, ..b]`, `x with { A = 1 }`."""

from tree_sitter import Node

from assay.source.facts import Argument, Constant, Expr, Index, New, Opaque, Sequence, Unary
from assay.source.languages.csharp.calls import arguments
from assay.source.languages.csharp.grammar import (
    ARGUMENT_LIST,
    ARRAY_RANK,
    ASSIGNMENT,
    ELEMENT_BINDING,
    EXTRAS,
    IDENTIFIER,
    IMPLICIT_TYPE,
    INITIALIZER_LIST,
    LEFT,
    MEMBER_ACCESS,
    NAME,
    RIGHT,
    TYPE,
    field,
    kind,
)
from assay.source.languages.csharp.reader import DEPTH, NAMES, NOTHING, Reader
from assay.source.languages.csharp.tables import EXPRESSIONS, expression, operand, operands, solid
from assay.source.languages.csharp.typenames import ARRAY, type_of

ANONYMOUS = Constant(None)
SPREAD = kind("spread_element")

PASSING = frozenset(
    {
        "variable_declarator",
        "conditional_expression",
        "parenthesized_expression",
        "arrow_expression_clause",
        "return_statement",
        "block",
        "if_statement",
        "else_clause",
        "switch_section",
        "switch_statement",
        "switch_body",
        "try_statement",
        "catch_clause",
        "using_statement",
        "foreach_statement",
        "for_statement",
        "while_statement",
        "lock_statement",
    }
)
"""What stands between what a function gives and its declaration."""
DECLARING = frozenset(
    {"method_declaration", "local_function_statement", "property_declaration", "variable_declaration"}
)
WRAPPED = frozenset({"generic_name", "nullable_type"})
AWAITED = frozenset({b"Task", b"ValueTask", b"ActionResult"})
RETURNS = field("returns")

Members = tuple[tuple[tuple[str, Expr], ...], tuple[tuple[Expr, Expr], ...]]
"""Members and indexed items of an initialiser, as `New` has them."""


# new Order(id) { Name = "x", Lines = { a, b }, ["key"] = 1 }, new() { ... }
@expression("object_creation_expression", "implicit_object_creation_expression")
def creation(reader: Reader, node: Node, depth: int) -> Expr:
    """A new object."""
    if depth > DEPTH:
        return reader.too_deep(node)
    of: Expr = ANONYMOUS
    given: tuple[Argument, ...] = ()
    members: Members = ((), ())
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id == ARGUMENT_LIST:
            given = arguments(reader, child, depth)
        elif kind_id == INITIALIZER_LIST:
            members = initialiser(reader, child, depth + 1)
        elif kind_id not in EXTRAS:
            of = type_of(reader, child)
    if of is ANONYMOUS and (wanted := meant(reader, node)) is not None:
        of = type_of(reader, wanted)
    return New(of, given, members[0], node.start_point[0] + 1, members[1])


# Result Fail() => new() { ... }, Task<Result> Get() { return found ? new(1) : new(2); }, Order order = new() { ... };
def meant(reader: Reader, node: Node) -> Node | None:
    """The type that `new()` leaves out, where a function, property or variable is declared with it; None where something else says it."""
    holder = node.parent
    while holder is not None and holder.type in PASSING:
        holder = holder.parent
    if holder is None or holder.type not in DECLARING:
        return None
    declared = holder.child_by_field_id(RETURNS) or holder.child_by_field_id(TYPE)
    if declared is not None and declared.kind_id == IMPLICIT_TYPE:
        return None
    while declared is not None and declared.type in WRAPPED:
        inner = declared.named_children[-1] if declared.type != "generic_name" else awaited(reader, declared)
        if inner is None:
            break
        declared = inner
    return declared


def awaited(reader: Reader, declared: Node) -> Node | None:
    """`Result` of `Task<Result>`."""
    name, *given = declared.named_children
    is_task = reader.source[name.start_byte : name.end_byte] in AWAITED  # of a long file `Node.text` crashes
    return given[0].named_children[0] if is_task and given and given[0].named_children else None


def initialiser(reader: Reader, node: Node, depth: int) -> Members:
    """What stands in the braces of an object or collection initialiser."""
    members: list[tuple[str, Expr]] = []
    items: list[tuple[Expr, Expr]] = []
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id == ASSIGNMENT:
            _member(reader, child, depth, members, items)
        elif kind_id == INITIALIZER_LIST:
            # { "key", value }
            values = operands(reader, child, depth)
            if len(values) == 2:
                items.append((values[0], values[1]))
            else:
                members.append(("", Sequence("list", values)))
        elif kind_id not in EXTRAS:
            members.append(("", EXPRESSIONS[kind_id](reader, child, depth)))
    return tuple(members), tuple(items)


# Name = "x", ["key"] = 1
def _member(
    reader: Reader, node: Node, depth: int, members: list[tuple[str, Expr]], items: list[tuple[Expr, Expr]]
) -> None:
    left = node.child_by_field_id(LEFT)
    right = node.child_by_field_id(RIGHT)
    if left is None or right is None:
        return
    value = EXPRESSIONS[right.kind_id](reader, right, depth)
    if left.kind_id == IDENTIFIER:
        members.append((NAMES[reader.source[left.start_byte : left.end_byte]].id, value))
    elif left.kind_id == ELEMENT_BINDING:
        keys = tuple(argument.value for argument in arguments(reader, left, depth))
        items.append((keys[0] if len(keys) == 1 else Sequence("tuple", keys), value))
    else:
        members.append((reader.text(left), value))


# { a, b } as a value: Lines = { a, b }, int[] x = { 1, 2 }
@expression("initializer_expression")
def braces(reader: Reader, node: Node, depth: int) -> Expr:
    """An initialiser without `new`: a list, or an object when it names members."""
    if depth > DEPTH:
        return reader.too_deep(node)
    members, items = initialiser(reader, node, depth + 1)
    if items or any(name for name, _ in members):
        return New(ANONYMOUS, (), members, node.start_point[0] + 1, items)
    return Sequence("list", tuple(value for _, value in members))


# new { order.Id, Name = x }
@expression("anonymous_object_creation_expression")
def anonymous(reader: Reader, node: Node, depth: int) -> Expr:
    """An object without a type; a member without a name has that of its value."""
    if depth > DEPTH:
        return reader.too_deep(node)
    members: list[tuple[str, Expr]] = []
    name = ""
    children = [child for child in node.children if child.is_named or child.type in {"=", "this"}]
    for index, child in enumerate(children):
        follows = children[index + 1].type if index + 1 < len(children) else ""
        if child.type == "=":
            continue
        if child.kind_id == IDENTIFIER and follows == "=":
            name = reader.text(child).removeprefix("@")
            continue
        value = EXPRESSIONS[child.kind_id](reader, child, depth + 1)
        if value is not NOTHING:
            members.append((name or _own_name(reader, child), value))
            name = ""
    return New(ANONYMOUS, (), tuple(members), node.start_point[0] + 1)


def _own_name(reader: Reader, node: Node) -> str:
    if node.kind_id == MEMBER_ACCESS:
        named = node.child_by_field_id(NAME)
        return "" if named is None else reader.text(named)
    return reader.text(node).removeprefix("@") if node.kind_id == IDENTIFIER else ""


# new[] { a, b }, new int[] { a, b }, new int[3], stackalloc int[3]
@expression(
    "array_creation_expression",
    "implicit_array_creation_expression",
    "stackalloc_expression",
    "implicit_stackalloc_expression",
)
def array(reader: Reader, node: Node, depth: int) -> Expr:
    """A list of its items, or a `New` with its lengths when it has none."""
    if depth > DEPTH:
        return reader.too_deep(node)
    for child in node.named_children:
        if child.kind_id == INITIALIZER_LIST:
            return Sequence("list", operands(reader, child, depth + 1))
    target = node.child_by_field_id(TYPE)
    if target is None:
        return Opaque(node.type)
    lengths = [
        Argument(value)
        for rank in target.named_children
        if rank.kind_id == ARRAY_RANK
        for value in operands(reader, rank, depth + 1)
    ]
    of = target.child_by_field_id(TYPE)
    item = NOTHING if of is None else type_of(reader, of)
    return New(Index(ARRAY, (item,)), tuple(lengths), (), node.start_point[0] + 1)


# [a, ..b]
@expression("collection_expression")
def collection(reader: Reader, node: Node, depth: int) -> Expr:
    """A collection expression."""
    if depth > DEPTH:
        return reader.too_deep(node)
    items: list[Expr] = []
    for child in solid(node):
        for element in solid(child) or [child]:
            value = operand(reader, element, depth + 1)
            items.append(Unary("*", value) if element.kind_id == SPREAD else value)
    return Sequence("list", tuple(items))


# order with { State = Paid }
@expression("with_expression")
def copy(reader: Reader, node: Node, depth: int) -> Expr:
    """A changed copy: a `New` whose type is `Opaque` and holds the original."""
    if depth > DEPTH:
        return reader.too_deep(node)
    members: list[tuple[str, Expr]] = []
    original: Expr = NOTHING
    for child in node.children:
        if child.type == "with_initializer":
            name, *value = solid(child)
            members.append((reader.text(name), _given(reader, value, child, depth + 1)))
        elif original is NOTHING:
            original = EXPRESSIONS[child.kind_id](reader, child, depth + 1)
    return New(Opaque("with_expression", (original,)), (), tuple(members), node.start_point[0] + 1)


def _given(reader: Reader, value: list[Node], around: Node, depth: int) -> Expr:
    """The value of `Name = value`, which may be `this`."""
    if value:
        return EXPRESSIONS[value[0].kind_id](reader, value[0], depth)
    return operands(reader, around, depth)[-1]
