"""What stands in types: fields, properties, indexers, events, methods, constructors, operators, delegates."""

import re
from typing import NamedTuple

from tree_sitter import Node

from assay.source.facts import Annotation, Assign, Block, Call, Define, Do, Expr, Function, Name, Parameter, Stmt
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
    CONSTRUCTOR_INITIALIZER,
    EXPLICIT_INTERFACE,
    EXTRAS,
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
# public List<Order> Orders { get; set; }, private readonly IOrders _orders;
PLAIN = re.compile(rb"[\w .,<>?\[\]]{1,96}(?:;|\{[\w ;]{1,40}\})")
ROLES = {"get": "getter", "set": "setter", "init": "setter", "add": "add", "remove": "remove"}
PROPERTY, GETTER, SETTER = ("property",), ("property", "getter"), ("property", "setter")
BODIES = frozenset({BLOCK, ARROW})
INSIDE = 3
"""Levels of facts between a type's member and a statement in it: Define, Function, Block."""


class Parts:
    """The children of a member by their sort."""

    __slots__ = ("body", "given", "name", "of", "types")

    def __init__(self, rest: list[Node], *, has_type: bool) -> None:
        self.name: Node | None = None
        self.given: Node | None = None
        self.types: Node | None = None
        self.body: Node | None = None
        self.of = rest[0] if has_type and rest else None
        for child in rest[1:] if has_type else rest:
            kind_id = child.kind_id
            if kind_id == IDENTIFIER:
                self.name = child
            elif kind_id == PARAMETER_LIST:
                self.given = child
            elif kind_id in BODIES:
                self.body = child
            elif kind_id == TYPE_PARAMETERS:
                self.types = child


def _interface(reader: Reader, node: Node | None) -> Expr | None:
    # IRun<T>.
    return None if node is None or not node.named_children else type_of(reader, node.named_children[0])


# [HttpGet] public async Task<Order> Get<T>(int id) where T : class { ... }
@declaration("method_declaration")
def method(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A method; one of an extension block is told in the older form, static with a `this` parameter."""
    annotations, modifiers, rest = head(reader, node, depth)
    named, body, interface = None, None, None
    given: tuple[Parameter, ...] = ()
    generic: tuple[str, ...] = ()
    for child in rest[1:]:
        kind_id = child.kind_id
        if kind_id == IDENTIFIER:
            named = child
        elif kind_id == PARAMETER_LIST:
            given = parameters(reader, child, depth + INSIDE)
        elif kind_id in BODIES:
            body = child
        elif kind_id == TYPE_PARAMETERS:
            generic = type_parameters(reader, child)
        elif kind_id == EXPLICIT_INTERFACE:
            interface = _interface(reader, child)
    if named is None:
        return
    if reader.receiver is not None and "static" not in modifiers:
        given = (reader.receiver, *given)
        generic = reader.receiver_types + generic
        modifiers = with_words(modifiers, "static")
    statements, is_iterator = body_of(reader, body, depth)
    if is_iterator:
        modifiers = with_words(modifiers, "iterator")
    name = NAMES[reader.source[named.start_byte : named.end_byte]].id
    line = named.start_point[0] + 1
    returns = type_of(reader, rest[0])
    function = Function(
        name, given, statements, line, node.end_point[0] + 1, returns, annotations, modifiers, generic, interface
    )
    out.append(Define(function))


# public Order(int id) : base(id) { ... }, static Order() { ... }, ~Order() { ... }
@declaration("constructor_declaration", "destructor_declaration")
def constructor(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A constructor, its `: base(...)` first; a destructor is called `~Order`."""
    annotations, modifiers, rest = head(reader, node, depth)
    parts = Parts(rest, has_type=False)
    if parts.name is None:
        return
    statements, _ = body_of(reader, parts.body, depth)
    if statements is not None:
        statements = (*_first(reader, rest, depth + INSIDE), *statements)
    name = ".ctor" if node.type == "constructor_declaration" else "~" + reader.text(parts.name)
    given = parameters(reader, parts.given, depth + INSIDE)
    line = parts.name.start_point[0] + 1
    out.append(Define(Function(name, given, statements, line, node.end_point[0] + 1, None, annotations, modifiers)))


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
    annotations, modifiers, rest = head(reader, node, depth)
    parts = Parts(rest, has_type=False)
    sign = node.child_by_field_id(OPERATOR)
    of = node.child_by_field_id(TYPE)
    if sign is not None:
        # Up to the bracket: an older grammar does not see that `+=` is more than `+`.
        name = "operator " + reader.text(node)[sign.start_byte - node.start_byte :].partition("(")[0].strip()
    else:
        words = {child.type for child in node.children}
        name = ("implicit" if "implicit" in words else "explicit") + " operator"
    statements, _ = body_of(reader, parts.body, depth)
    given = parameters(reader, parts.given, depth + INSIDE)
    returns = None if of is None else type_of(reader, of)
    line = (parts.given or node).start_point[0] + 1
    out.append(Define(Function(name, given, statements, line, node.end_point[0] + 1, returns, annotations, modifiers)))


# public delegate Task Run<T>(int id);
@declaration("delegate_declaration")
def delegate(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A delegate type: a function without a body that has the modifier `delegate`."""
    annotations, modifiers, rest = head(reader, node, depth)
    parts = Parts(rest, has_type=True)
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
                annotations,
                with_words(modifiers, "delegate"),
                type_parameters(reader, parts.types),
            )
        )
    )


def _known(reader: Reader, node: Node, text: bytes, out: list[Stmt]) -> bool:
    """Give the fact of a member that was seen before, as most automatic properties and injected fields were."""
    known = reader.memory.members.get(text)
    if known is None:
        return False
    out.append(Assign(known[0], None, node.start_point[0] + 1, known[1], "=", known[2]))
    return True


def _remember(
    reader: Reader, text: bytes, found: tuple[Name, Expr, tuple[str, ...]], annotations: tuple[Annotation, ...]
) -> None:
    if not annotations and PLAIN.fullmatch(text):
        reader.memory.members[text] = found


# private readonly IOrders _orders = new Orders(), _other; public event Action Changed;
@declaration("field_declaration", "event_field_declaration")
def field(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """Fields, and events without accessors, which have the modifier `event`."""
    text = reader.source[node.start_byte : node.end_byte]
    if _known(reader, node, text, out):
        return
    annotations, modifiers, rest = head(reader, node, depth)
    if node.type == "event_field_declaration":
        modifiers = with_words(modifiers, "event")
    for child in rest:
        if child.kind_id == VARIABLES:
            found = variables(reader, child, depth + 1)
            for target, value, line, annotation in found:
                out.append(Assign(target, value, line, annotation, "=", modifiers, annotations))
            if len(found) == 1 and isinstance(target, Name) and value is None and annotation is not None:
                _remember(reader, text, (target, annotation, modifiers), annotations)


class Automatic(dict[bytes, tuple[bool, bool]]):
    """For each text of accessors: whether none has a body, and whether anyone may set the property."""

    def __missing__(self, text: bytes) -> tuple[bool, bool]:
        """Both answers from the text."""
        found = (AUTOMATIC.fullmatch(text) is not None, SETTABLE.search(text) is not None)
        if found[0]:
            self[text] = found
        return found


AUTOMATICS = Automatic()


# public int Id { get; set; } = 1; public int Id => 1; public int Id { get { ... } set { ... } }
@declaration("property_declaration")
def property_(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A property: an assignment when something stores it or one expression gives it, functions where accessors have bodies.

    An automatic property that anyone may set has the modifier `setter`.
    """
    text = reader.source[node.start_byte : node.end_byte]
    if _known(reader, node, text, out):
        return
    annotations, modifiers, rest = head(reader, node, depth)
    named = node.child_by_field_id(NAME)
    if named is None or not rest:
        return
    if rest[-1].kind_id in EXTRAS:
        rest = [child for child in rest if child.kind_id not in EXTRAS]
    of = type_of(reader, rest[0])
    name = NAMES[reader.source[named.start_byte : named.end_byte]]
    value: Expr | None = None
    words: tuple[str, ...] = PROPERTY
    is_kept = True
    last = rest[-1]
    if last.kind_id == ARROW:
        words = GETTER
        value = operand(reader, last, depth + 1)
    elif not text.endswith(b"}"):
        value = side(reader, node, VALUE, depth + 1)
    accessors = last if last.kind_id == ACCESSOR_LIST else node.child_by_field_id(ACCESSORS)
    if accessors is not None:
        is_automatic, is_settable = AUTOMATICS[reader.source[accessors.start_byte : accessors.end_byte]]
        words = SETTER if is_settable else PROPERTY
        if not is_automatic:
            given = () if reader.receiver is None else (reader.receiver,)
            owner = Owner(name.id, "property", of, given, (annotations, modifiers, rest))
            is_kept = _accessors(reader, accessors, owner, depth, out) or value is not None
    if is_kept:
        modifiers = with_words(modifiers, *words)
        out.append(Assign(name, value, named.start_point[0] + 1, of, "=", modifiers, annotations))
        if accessors is not None and value is None:
            _remember(reader, text, (name, of, modifiers), annotations)


class Owner(NamedTuple):
    """What accessors belong to."""

    name: str
    sort: str
    """`property` or `event`."""
    of: Expr
    given: tuple[Parameter, ...]
    head: Head


# get => _id; [Obsolete] private set { ... }
def _accessors(reader: Reader, node: Node, owner: Owner, depth: int, out: list[Stmt]) -> bool:
    """The accessors with bodies as functions; whether one has none, so that a field is behind the property."""
    is_stored = False
    for child in node.named_children:
        if child.kind_id != ACCESSOR:
            continue
        if any(part.kind_id in BODIES for part in child.named_children):
            out.append(_accessor(reader, child, owner, depth))
        else:
            is_stored = True
    return is_stored


def _accessor(reader: Reader, node: Node, owner: Owner, depth: int) -> Define:
    annotations, modifiers, rest = head(reader, node, depth)
    last = next((part for part in rest if part.kind_id in BODIES), None)
    statements, is_iterator = body_of(reader, last, depth)
    word = reader.text(node.child_by_field_id(NAME) or node)
    role = ROLES.get(word, word)
    given = owner.given if role == "getter" else (*owner.given, Parameter("value", owner.of))
    words = (*modifiers, owner.sort, role, "iterator") if is_iterator else (*modifiers, owner.sort, role)
    around = owner.head
    return Define(
        Function(
            owner.name,
            given,
            statements,
            node.start_point[0] + 1,
            node.end_point[0] + 1,
            owner.of if role == "getter" else None,
            around[0] + annotations,
            with_words(around[1], *words),
            (),
            _interface(reader, next((part for part in around[2] if part.kind_id == EXPLICIT_INTERFACE), None)),
        )
    )


# public Order this[int id] { get { ... } }, public event Action Changed { add { ... } remove { ... } }
@declaration("indexer_declaration", "event_declaration")
def indexer(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """An indexer, called `this[]`, or an event with accessors: a function for each accessor."""
    start = head(reader, node, depth)
    annotations, modifiers, rest = start
    named = node.child_by_field_id(NAME)
    name = "this[]" if named is None else reader.text(named)
    of = type_of(reader, rest[0]) if rest else NOTHING
    given = parameters(reader, node.child_by_field_id(PARAMETERS), depth + INSIDE)
    owner = Owner(name, "event" if node.type == "event_declaration" else "property", of, given, start)
    for child in rest:
        if child.kind_id == ACCESSOR_LIST:
            accessors = (part for part in child.named_children if part.kind_id == ACCESSOR)
            out.extend(_accessor(reader, accessor, owner, depth) for accessor in accessors)
        elif child.kind_id == ARROW:
            statements, _ = body_of(reader, child, depth)
            words = with_words(modifiers, owner.sort, "getter")
            line, end = child.start_point[0] + 1, node.end_point[0] + 1
            out.append(Define(Function(name, given, statements, line, end, of, annotations, words)))
