"""Calls, member access and subscripts, which come as chains: `app.MapGet("/", f).RequireAuthorization()[0]?.Name!`.

A chain is read in a loop from its outer end to its root and built from the root outwards, so a long one needs no recursion.
"""

from tree_sitter import Node

from assay.source.facts import Argument, Attr, Call, Expr, Index, Opaque, Unary
from assay.source.languages.csharp.grammar import (
    ARGUMENT,
    ARGUMENTS,
    CONDITION,
    CONDITIONAL_ACCESS,
    ELEMENT_ACCESS,
    EXPRESSION,
    EXTRAS,
    FUNCTION,
    GENERIC_NAME,
    IDENTIFIER,
    INVOCATION,
    MEMBER_ACCESS,
    NAME,
    POSTFIX,
    SELF,
    kind,
)
from assay.source.languages.csharp.reader import CHAIN, DEPTH, NAMES, NOTHING, Reader
from assay.source.languages.csharp.tables import EXPRESSIONS, anything, expression, operand, operands
from assay.source.languages.csharp.typenames import type_arguments
from assay.source.languages.csharp.words import LISTS, MEMBERS, SMALL

SHALLOW = 40
"""Down to which depth the links of a chain are read by recursion, which is faster than the loop."""
BINDING = kind("member_binding_expression")
SPINE = {
    MEMBER_ACCESS: EXPRESSION,
    INVOCATION: FUNCTION,
    CONDITIONAL_ACCESS: CONDITION,
    ELEMENT_ACCESS: EXPRESSION,
    POSTFIX: 0,
}
"""The nodes that a chain is made of, and the field that leads towards its root."""
NAMEOF = NAMES[b"nameof"]

Link = tuple[int, Node]
"""One step of a chain: the kind of the step and its name, argument list or binding."""


# order
@expression("identifier", "discard")
def identifier(reader: Reader, node: Node, _depth: int) -> Expr:
    """A name; by far the most frequent node."""
    return NAMES[reader.source[node.start_byte : node.end_byte]]


# order.Id, this.orders
@expression("member_access_expression")
def member(reader: Reader, node: Node, depth: int) -> Expr:
    """A member; mostly nothing but words."""
    start = node.start_byte
    end = node.end_byte
    if end - start < SMALL:
        value = MEMBERS[reader.source[start:end]]
        if value is not None:
            return value
    return chain(reader, node, depth)


# Run(id), orders.Find(id), orders.Where(x).Select<T>(y)
@expression("invocation_expression")
def call(reader: Reader, node: Node, depth: int) -> Expr:
    """A call. The ordinary forms are read here, as fast as can be; all else is a chain."""
    function = node.child_by_field_id(FUNCTION)
    given = node.child_by_field_id(ARGUMENTS)
    if function is None or given is None or depth > SHALLOW:
        return chain(reader, node, depth)
    kind_id = function.kind_id
    source = reader.source
    start = function.start_byte
    end = function.end_byte
    if kind_id == IDENTIFIER:
        return _call(NAMES[source[start:end]], arguments(reader, given, depth), function)
    if kind_id != MEMBER_ACCESS:
        return chain(reader, node, depth)
    if end - start < SMALL:
        value = MEMBERS[source[start:end]]
        if value is not None:
            return Call(value, arguments(reader, given, depth), function.start_point[0] + 1)
    below = function.child_by_field_id(EXPRESSION)
    name = function.child_by_field_id(NAME)
    if below is None or name is None:
        return chain(reader, node, depth)
    value = EXPRESSIONS[below.kind_id](reader, below, depth + 1)
    types: tuple[Expr, ...] = ()
    if name.kind_id == GENERIC_NAME:
        types = type_arguments(reader, name)
        name = name.named_child(0)
    value = Attr(value, NAMES[source[name.start_byte : name.end_byte]].id)
    return Call(value, arguments(reader, given, depth), name.start_point[0] + 1, types)


# a.B().C, a?.B, a[0]
@expression("conditional_access_expression", "element_access_expression")
def chain(reader: Reader, node: Node, depth: int) -> Expr:
    """A chain of any length."""
    source = reader.source
    links: list[Link] = []
    kind_id = node.kind_id
    above = node
    while kind_id in SPINE:
        if kind_id == MEMBER_ACCESS and node.end_byte - node.start_byte < SMALL:
            value = MEMBERS[source[node.start_byte : node.end_byte]]
            if value is not None:
                break
        children = node.named_children
        if len(children) == 2 and kind_id != POSTFIX:
            below, piece = children
            links.append((kind_id, piece))
        else:
            step = _odd_step(reader, node, children)
            if step is None:
                break
            below = step[0]
            links += step[1]
        above, node = node, below
        kind_id = node.kind_id
    count = len(links)
    if count > CHAIN or depth + count > DEPTH:
        return _cut(reader, node, links, depth)
    return _built(reader, _root(reader, node, above, depth + count), node, links, depth)


def _odd_step(reader: Reader, node: Node, children: list[Node]) -> tuple[Node, list[Link]] | None:
    """One step towards the root where a comment stands, where the root is `this`, or over a `!`; None when there is no way on."""
    kind_id = node.kind_id
    solid = [child for child in children if child.kind_id not in EXTRAS]
    if not solid:
        return None
    if kind_id == POSTFIX:
        is_bang = reader.source.startswith(b"!", node.end_byte - 1)
        return (solid[0], []) if is_bang else None
    below = node.child_by_field_id(SPINE[kind_id])
    return None if below is None else (below, [(kind_id, solid[-1])])


def _root(reader: Reader, node: Node, above: Node, depth: int) -> Expr:
    """The fact of the innermost expression of a chain; `above` is the link around it."""
    kind_id = node.kind_id
    if kind_id == MEMBER_ACCESS:
        value = MEMBERS[reader.source[node.start_byte : node.end_byte]]
        if value is not None:
            return value
    if kind_id in SPINE and kind_id != POSTFIX:
        return anything(reader, node, depth)
    value = EXPRESSIONS[kind_id](reader, node, depth)
    # this./* why */Run()
    if value is NOTHING:
        below = above.child_by_field_id(SPINE.get(above.kind_id, EXPRESSION))
        return NOTHING if below is None else EXPRESSIONS[below.kind_id](reader, below, depth)
    return value


def _built(reader: Reader, value: Expr, root: Node, links: list[Link], depth: int) -> Expr:
    """The fact of a chain from its root outwards. The line of a call is that of the name called: chains span lines."""
    source = reader.source
    level = depth + len(links)
    types: tuple[Expr, ...] = ()
    last = root
    # Map<Order>(x)
    if isinstance(value, Index) and root.kind_id == GENERIC_NAME and links and links[-1][0] == INVOCATION:
        types = value.keys
        value = value.value
    for kind_id, piece in reversed(links):
        level -= 1
        if kind_id == INVOCATION:
            value = _call(value, arguments(reader, piece, level), last, types)
            types = ()
            continue
        if types:
            value, types = Index(value, types), ()
        name = piece
        if kind_id != MEMBER_ACCESS:
            if piece.kind_id != BINDING:
                value = Index(value, tuple(argument.value for argument in arguments(reader, piece, level)))
                continue
            name = piece.child_by_field_id(NAME) or piece
        if name.kind_id == GENERIC_NAME:
            types = type_arguments(reader, name)
            name = name.named_children[0]
        value = Attr(value, NAMES[source[name.start_byte : name.end_byte]].id)
        last = name
    return Index(value, types) if types else value


def _call(function: Expr, given: tuple[Argument, ...], name: Node, types: tuple[Expr, ...] = ()) -> Expr:
    # nameof(Order.Id)
    if function is NAMEOF and len(given) == 1:
        return Unary("nameof", given[0].value)
    return Call(function, given, name.start_point[0] + 1, types)


def _cut(reader: Reader, root: Node, links: list[Link], depth: int) -> Expr:
    """A chain too long to nest: its outer end stands on an `Opaque` that holds the rest in stretches, innermost first."""
    room = min(CHAIN, DEPTH - depth) // 2
    if room < 2:
        return reader.too_deep(links[0][1])
    parts: list[Expr] = []
    value = _root(reader, root, root, depth + 2 * room)
    end = len(links)
    while end > room:
        start = max(room, end - room)
        parts.append(_built(reader, value, root, links[start:end], depth + room))
        value = Opaque("invocation_expression")
        end = start
    return _built(reader, Opaque("invocation_expression", tuple(parts)), root, links[:room], depth)


# (id, name: x, out var y, ref z)
def arguments(reader: Reader, node: Node, depth: int) -> tuple[Argument, ...]:
    """The arguments of a list in round or square brackets."""
    start = node.start_byte
    end = node.end_byte
    if end - start == 2:
        return ()
    if end - start < SMALL:
        known = LISTS[reader.source[start:end]]
        if known is not None:
            return known
    out: list[Argument] = []
    depth += 1
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id == ARGUMENT:
            if child.named_child_count == 1:
                only = child.named_child(0)
                value = EXPRESSIONS[only.kind_id](reader, only, depth)
                # name: this
                if value is not NOTHING and only.end_byte == child.end_byte:
                    out.append(Argument(value))
                    continue
            out.append(_argument(reader, child, depth))
        elif kind_id not in EXTRAS:
            out.append(Argument(EXPRESSIONS[kind_id](reader, child, depth)))
    return tuple(out)


def _argument(reader: Reader, node: Node, depth: int) -> Argument:
    name = node.child_by_field_id(NAME)
    if name is None:
        return Argument(operand(reader, node, depth))
    # name: this
    values = operands(reader, node, depth) if node.named_child_count > 1 else _selves(reader, node, depth)
    return Argument(values[-1] if values else NOTHING, NAMES[reader.source[name.start_byte : name.end_byte]].id)


def _selves(reader: Reader, node: Node, depth: int) -> tuple[Expr, ...]:
    return tuple(EXPRESSIONS[child.kind_id](reader, child, depth) for child in node.children if child.kind_id in SELF)
