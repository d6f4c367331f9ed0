"""What stands in types: fields, properties, indexers, events, methods, constructors, operators, delegates."""

import re

from tree_sitter import Node

from assay.source.facts import Annotation, Assign, Block, Call, Define, Do, Expr, Function, Parameter, Stmt
from assay.source.languages.csharp.calls import arguments
from assay.source.languages.csharp.functions import Head, body_of, head, parameters, type_parameters, with_words
from assay.source.languages.csharp.grammar import (
    ACCESSOR,
    ACCESSOR_LIST,
    ACCESSORS,
    ARGUMENT_LIST,
    ARROW,
    BASE_TOKEN,
    BLOCK,
    CONSTRAINTS,
    CONSTRUCTOR_INITIALIZER,
    EXPLICIT_INTERFACE,
    IDENTIFIER,
    NAME,
    OPERATOR,
    PARAMETER_LIST,
    PARAMETERS,
    TYPE,
    TYPE_PARAMETERS,
    VALUE,
    VARIABLES,
)
from assay.source.languages.csharp.operators import side
from assay.source.languages.csharp.reader import NAMES, NOTHING, Reader
from assay.source.languages.csharp.statements import variables
from assay.source.languages.csharp.tables import declaration, operand
from assay.source.languages.csharp.typenames import type_of

# { get; private set; }
AUTOMATIC = re.compile(rb"\{[\w\s;]*\}")
SETTABLE = re.compile(rb"(?:\{|;)\s*(?:set|init)\s*;")
ROLES = {"get": "getter", "set": "setter", "init": "setter", "add": "add", "remove": "remove"}
INSIDE = 3
"""Levels of facts between a type's member and a statement in it: Define, Function, Block."""


class Parts:
    """The children of a member by their sort."""

    __slots__ = ("body", "given", "interface", "name", "of", "types")

    def __init__(self, rest: list[Node], *, has_type: bool) -> None:
        self.name: Node | None = None
        self.given: Node | None = None
        self.types: Node | None = None
        self.body: Node | None = None
        self.interface: Node | None = None
        self.of = rest[0] if has_type and rest else None
        for child in rest[1:] if has_type else rest:
            kind_id = child.kind_id
            if kind_id == IDENTIFIER:
                self.name = child
            elif kind_id == PARAMETER_LIST:
                self.given = child
            elif kind_id in {BLOCK, ARROW}:
                self.body = child
            elif kind_id == TYPE_PARAMETERS:
                self.types = child
            elif kind_id == EXPLICIT_INTERFACE:
                self.interface = child


def _interface(reader: Reader, node: Node | None) -> Expr | None:
    # IRun<T>.
    return None if node is None or not node.named_children else type_of(reader, node.named_children[0])


# [HttpGet] public async Task<Order> Get<T>(int id) where T : class { ... }
@declaration("method_declaration")
def method(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A method; one of an extension block is told in the older form, static with a `this` parameter."""
    start = head(reader, node, depth)
    parts = Parts(start.rest, has_type=True)
    if parts.name is None:
        return
    name = NAMES[reader.source[parts.name.start_byte : parts.name.end_byte]].id
    generic = type_parameters(reader, parts.types)
    given = parameters(reader, parts.given, depth + INSIDE)
    modifiers = start.modifiers
    if reader.receiver is not None and "static" not in modifiers:
        given = (reader.receiver, *given)
        generic = reader.receiver_types + generic
        modifiers = with_words(modifiers, "static")
    statements, is_iterator = body_of(reader, parts.body, depth)
    out.append(
        Define(
            Function(
                name,
                given,
                statements,
                parts.name.start_point[0] + 1,
                node.end_point[0] + 1,
                None if parts.of is None else type_of(reader, parts.of),
                start.annotations,
                with_words(modifiers, "iterator") if is_iterator else modifiers,
                generic,
                _interface(reader, parts.interface),
            )
        )
    )


# public Order(int id) : base(id) { ... }, static Order() { ... }, ~Order() { ... }
@declaration("constructor_declaration", "destructor_declaration")
def constructor(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A constructor, its `: base(...)` first; a destructor is called `~Order`."""
    start = head(reader, node, depth)
    parts = Parts(start.rest, has_type=False)
    if parts.name is None:
        return
    statements, _ = body_of(reader, parts.body, depth)
    if statements is not None:
        statements = (*_first(reader, start.rest, depth + INSIDE), *statements)
    name = ".ctor" if node.type == "constructor_declaration" else "~" + reader.text(parts.name)
    given = parameters(reader, parts.given, depth + INSIDE)
    line = parts.name.start_point[0] + 1
    out.append(
        Define(Function(name, given, statements, line, node.end_point[0] + 1, None, start.annotations, start.modifiers))
    )


# : base(id), : this(id)
def _first(reader: Reader, rest: list[Node], depth: int) -> Block:
    for child in rest:
        if child.kind_id == CONSTRUCTOR_INITIALIZER:
            line = child.start_point[0] + 1
            is_base = any(token.kind_id == BASE_TOKEN for token in child.children)
            for given in child.named_children:
                if given.kind_id == ARGUMENT_LIST:
                    called = NAMES[b"base" if is_base else b"this"]
                    return (Do(Call(called, arguments(reader, given, depth), line), line),)
    return ()


# public static Order operator +(Order a, Order b) => ...; public static implicit operator int(Order order) => ...
@declaration("operator_declaration", "conversion_operator_declaration")
def operator(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """An operator: a function called `operator +`, `implicit operator` or `explicit operator`."""
    start = head(reader, node, depth)
    parts = Parts(start.rest, has_type=False)
    sign = node.child_by_field_id(OPERATOR)
    of = node.child_by_field_id(TYPE)
    if sign is not None:
        name = "operator " + reader.text(sign)
    else:
        words = {child.type for child in node.children}
        name = ("implicit" if "implicit" in words else "explicit") + " operator"
    statements, _ = body_of(reader, parts.body, depth)
    given = parameters(reader, parts.given, depth + INSIDE)
    returns = None if of is None else type_of(reader, of)
    line = (parts.given or node).start_point[0] + 1
    out.append(
        Define(
            Function(name, given, statements, line, node.end_point[0] + 1, returns, start.annotations, start.modifiers)
        )
    )


# public delegate Task Run<T>(int id);
@declaration("delegate_declaration")
def delegate(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A delegate type: a function without a body that has the modifier `delegate`."""
    start = head(reader, node, depth)
    parts = Parts(start.rest, has_type=True)
    if parts.name is None:
        return
    out.append(
        Define(
            Function(
                reader.text(parts.name),
                parameters(reader, parts.given, depth + INSIDE),
                None,
                parts.name.start_point[0] + 1,
                node.end_point[0] + 1,
                None if parts.of is None else type_of(reader, parts.of),
                start.annotations,
                with_words(start.modifiers, "delegate"),
                type_parameters(reader, parts.types),
            )
        )
    )


# private readonly IOrders _orders = new Orders(), _other; public event Action Changed;
@declaration("field_declaration", "event_field_declaration")
def field(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """Fields, and events without accessors, which have the modifier `event`."""
    start = head(reader, node, depth)
    modifiers = with_words(start.modifiers, "event") if node.type == "event_field_declaration" else start.modifiers
    for child in start.rest:
        if child.kind_id == VARIABLES:
            for target, value, line, annotation in variables(reader, child, depth + 1):
                out.append(Assign(target, value, line, annotation, "=", modifiers, start.annotations))


# public int Id { get; set; } = 1; public int Id => 1; public int Id { get { ... } set { ... } }
@declaration("property_declaration")
def property_(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A property: an assignment when something stores it or one expression gives it, functions where accessors have bodies.

    An automatic property that anyone may set has the modifier `setter`.
    """
    start = head(reader, node, depth)
    name_node = node.child_by_field_id(NAME)
    if name_node is None or not start.rest:
        return
    of = type_of(reader, start.rest[0])
    name = NAMES[reader.source[name_node.start_byte : name_node.end_byte]]
    line = name_node.start_point[0] + 1
    words = ["property"]
    value: Expr | None = None
    accessors = node.child_by_field_id(ACCESSORS)
    value_node = node.child_by_field_id(VALUE)
    if value_node is not None:
        if value_node.kind_id == ARROW:
            words.append("getter")
            value = operand(reader, value_node, depth + 1)
        else:
            value = side(reader, node, VALUE, depth + 1)
    if accessors is not None:
        text = reader.source[accessors.start_byte : accessors.end_byte]
        if SETTABLE.search(text):
            words.append("setter")
        if not AUTOMATIC.fullmatch(text) and not _accessors(reader, node, start, name.id, depth, out) and value is None:
            return
    modifiers = with_words(start.modifiers, *words)
    out.append(Assign(name, value, line, of, "=", modifiers, start.annotations))


# get => _id; [Obsolete] private set { ... }
def _accessors(reader: Reader, node: Node, start: Head, name: str, depth: int, out: list[Stmt]) -> bool:
    """The accessors with bodies as functions; whether one has none, so that a field is behind the property."""
    of = type_of(reader, start.rest[0])
    given = tuple(parameter for parameter in (reader.receiver,) if parameter is not None)
    accessors = node.child_by_field_id(ACCESSORS)
    is_stored = False
    for child in accessors.named_children if accessors is not None else ():
        if child.kind_id != ACCESSOR:
            continue
        if child.named_children and child.named_children[-1].kind_id in {BLOCK, ARROW}:
            out.append(_accessor(reader, child, start, (name, "property", of, given), depth))
        else:
            is_stored = True
    return is_stored


def _accessor(
    reader: Reader,
    node: Node,
    start: Head,
    owner: tuple[str, str, Expr, tuple[Parameter, ...]],
    depth: int,
) -> Define:
    """One accessor; `owner` is the name, sort, type and parameters of what it belongs to."""
    name, sort, of, given = owner
    own = head(reader, node, depth)
    last = own.rest[-1] if own.rest and own.rest[-1].kind_id in {BLOCK, ARROW} else None
    statements, is_iterator = body_of(reader, last, depth)
    word = reader.text(node.child_by_field_id(NAME) or node)
    role = ROLES.get(word, word)
    if role != "getter":
        given = (*given, Parameter("value", of))
    annotations: tuple[Annotation, ...] = start.annotations + own.annotations
    words = (*own.modifiers, sort, role, "iterator") if is_iterator else (*own.modifiers, sort, role)
    return Define(
        Function(
            name,
            given,
            statements,
            node.start_point[0] + 1,
            node.end_point[0] + 1,
            of if role == "getter" else None,
            annotations,
            with_words(start.modifiers, *words),
            (),
            _interface(reader, next((part for part in start.rest if part.kind_id == EXPLICIT_INTERFACE), None)),
        )
    )


# public Order this[int id] { get { ... } }, public event Action Changed { add { ... } remove { ... } }
@declaration("indexer_declaration", "event_declaration")
def indexer(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """An indexer, called `this[]`, or an event with accessors: a function for each accessor."""
    start = head(reader, node, depth)
    name_node = node.child_by_field_id(NAME)
    name = "this[]" if name_node is None else reader.text(name_node)
    sort = "event" if node.type == "event_declaration" else "property"
    of = type_of(reader, start.rest[0]) if start.rest else NOTHING
    owner = (name, sort, of, parameters(reader, node.child_by_field_id(PARAMETERS), depth + INSIDE))
    for child in start.rest:
        if child.kind_id == ACCESSOR_LIST:
            for accessor in child.named_children:
                if accessor.kind_id == ACCESSOR:
                    out.append(_accessor(reader, accessor, start, owner, depth))
        elif child.kind_id == ARROW:
            statements, _ = body_of(reader, child, depth)
            modifiers = with_words(start.modifiers, sort, "getter")
            line, end = child.start_point[0] + 1, node.end_point[0] + 1
            out.append(Define(Function(name, owner[3], statements, line, end, of, start.annotations, modifiers)))

