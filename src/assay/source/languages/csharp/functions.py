"""What functions of every sort share: attributes, modifiers, parameters and bodies; lambdas, which are nothing else."""

import sys

from tree_sitter import Node

from assay.source.facts import (
    Annotation,
    Argument,
    Block,
    Call,
    Constant,
    Expr,
    Function,
    Lambda,
    Parameter,
    Raise,
    Return,
    Unary,
)
from assay.source.languages.csharp.grammar import (
    ARROW,
    ATTRIBUTE,
    ATTRIBUTE_ARGUMENT,
    ATTRIBUTE_ARGUMENTS,
    ATTRIBUTE_LIST,
    ATTRIBUTE_TARGET,
    BLOCK,
    EXTRAS,
    IDENTIFIER,
    IMPLICIT_PARAMETER,
    MODIFIER,
    NAME,
    PARAMETER,
    PARAMETER_LIST,
    PREPROC_ATTRIBUTES,
    PREPROC_ELIF,
    PREPROC_ELSE,
    TYPE,
    kind,
)
from assay.source.languages.csharp.reader import DEPTH, NAMES, NOTHING, Reader
from assay.source.languages.csharp.tables import EXPRESSIONS, block, expression, operand, solid
from assay.source.languages.csharp.typenames import type_of
from assay.source.languages.csharp.words import MEMBERS
from assay.source.languages.csharp.words import SMALL as SMALL_WORDS

REF_TYPE = kind("ref_type")
ATTRIBUTES = frozenset({ATTRIBUTE_LIST, PREPROC_ATTRIBUTES})
LISTS = frozenset({PARAMETER_LIST, IMPLICIT_PARAMETER})
SMALL = 96
"""Longer parameter lists are not remembered."""
LINED = frozenset(b"[(\"@=/'#")
"""What may begin something with a line (attribute, default, comment), so that a list is not remembered."""


Head = tuple[tuple[Annotation, ...], tuple[str, ...], list[Node]]
"""Attributes and modifiers of a declaration, and the nodes that follow; the first of them is no comment, but others may be."""

MODIFIERS: dict[bytes, tuple[str, ...]] = {}
"""Sorted words for each row of modifiers seen so far."""
MOST_MODIFIERS = 1000


def head(reader: Reader, node: Node, depth: int) -> Head:
    """What stands before the name of a declaration, and what follows."""
    children = node.named_children
    annotations: list[Annotation] = []
    first = last = count = 0
    for child in children:
        kind_id = child.kind_id
        if kind_id == MODIFIER:
            last = child.end_byte
            first = first or child.start_byte + 1
        elif kind_id in ATTRIBUTES:
            annotate(reader, child, depth, annotations)
        elif kind_id not in EXTRAS:
            break
        count += 1
    if not first:
        return tuple(annotations), (), children[count:]
    text = reader.source[first - 1 : last]
    words = MODIFIERS.get(text) or _words(reader, text, children)
    return tuple(annotations), words, children[count:]


# public static async
def _words(reader: Reader, text: bytes, children: list[Node]) -> tuple[str, ...]:
    nodes = (child for child in children if child.kind_id == MODIFIER)
    words = tuple(sorted({sys.intern(reader.text(child)) for child in nodes}))
    if len(MODIFIERS) < MOST_MODIFIERS:
        MODIFIERS[text] = words
    return words


def with_words(modifiers: tuple[str, ...], *words: str) -> tuple[str, ...]:
    """Modifiers with more words, sorted."""
    return tuple(sorted({*modifiers, *words}))


# [Route("api"), HttpGet], [return: NotNull]
def annotate(reader: Reader, node: Node, depth: int, out: list[Annotation]) -> None:
    """The attributes of a list, or of every branch of an `#if` among lists."""
    if depth > DEPTH:
        reader.too_deep(node)
        return
    start = node.start_byte + 1
    end = node.end_byte - 1
    # [Authorize]
    if end - start < SMALL_WORDS:
        value = MEMBERS[reader.source[start:end]]
        if value is not None:
            out.append(Annotation(value, node.start_point[0] + 1))
            return
    target = ""
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id == ATTRIBUTE:
            line = child.start_point[0] + 1
            out.append(Annotation(_attribute(reader, child, depth + 1, line), line, target))
        elif kind_id == ATTRIBUTE_TARGET:
            target = reader.text(child).rstrip(": \t\n")
        elif kind_id in ATTRIBUTES or kind_id in {PREPROC_ELSE, PREPROC_ELIF}:
            annotate(reader, child, depth + 1, out)


# HttpGet("{id}", Name = "get"), Authorize
def _attribute(reader: Reader, node: Node, depth: int, line: int) -> Expr:
    name = node.child_by_field_id(NAME)
    value = NOTHING if name is None else type_of(reader, name)
    for child in node.named_children:
        if child.kind_id == ATTRIBUTE_ARGUMENTS:
            parts = child.named_children
            given = [_attribute_argument(reader, part, depth) for part in parts if part.kind_id == ATTRIBUTE_ARGUMENT]
            return Call(value, tuple(given), line)
    return value


# "{id}", Name = "get", order: 1
def _attribute_argument(reader: Reader, node: Node, depth: int) -> Argument:
    children = node.named_children
    if len(children) == 1:
        return Argument(EXPRESSIONS[children[0].kind_id](reader, children[0], depth))
    name = node.child_by_field_id(NAME)
    values = [child for child in solid(node) if child != name]
    value = EXPRESSIONS[values[-1].kind_id](reader, values[-1], depth) if values else operand(reader, node, depth)
    return Argument(value, "" if name is None else reader.text(name))


# (int id, [FromBody] Order order = null, params string[] rest)
def parameters(reader: Reader, node: Node | None, depth: int) -> tuple[Parameter, ...]:
    """The parameters of a list in round or square brackets."""
    if node is None:
        return ()
    start = node.start_byte
    end = node.end_byte
    if end - start == 2:
        return ()
    if end - start > SMALL:
        return _parameters(reader, node, depth)
    text = reader.source[start:end]
    known = reader.memory.parameters.get(text)
    if known is None:
        known = _parameters(reader, node, depth)
        if LINED.isdisjoint(text[1:]):
            reader.memory.parameters[text] = known
    return known


def _parameters(reader: Reader, node: Node, depth: int) -> tuple[Parameter, ...]:
    out: list[Parameter] = []
    rest_annotations: list[Annotation] = []
    rest_type: Expr | None = None
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id == PARAMETER:
            out.append(_parameter(reader, child, depth))
        elif kind_id in ATTRIBUTES:
            annotate(reader, child, depth, rest_annotations)
        elif kind_id == IDENTIFIER and rest_type is not None:
            # The grammar gives `params T[] name` as loose children: type, then name.
            out.append(Parameter(reader.text(child), rest_type, None, "params", tuple(rest_annotations)))
            rest_type = None
        elif kind_id not in EXTRAS:
            rest_type = type_of(reader, child)
    return tuple(out)


# [FromRoute] this ref int id = 1
def _parameter(reader: Reader, node: Node, depth: int) -> Parameter:
    source = reader.source
    name = node.child_by_field_id(NAME)
    of = node.child_by_field_id(TYPE)
    annotation = None if of is None else type_of(reader, of)
    text = "" if name is None else NAMES[source[name.start_byte : name.end_byte]].id
    children = node.named_children
    if len(children) == 2 and of is not None and of.kind_id != REF_TYPE:
        return Parameter(text, annotation)
    annotations: list[Annotation] = []
    # (ref int id) => ...: the grammar takes `ref` for a part of the type.
    word = "ref" if of is not None and of.kind_id == REF_TYPE else ""
    for child in children:
        kind_id = child.kind_id
        if kind_id in ATTRIBUTES:
            annotate(reader, child, depth + 1, annotations)
        elif kind_id == MODIFIER and (not word or word in {"scoped", "readonly"}):
            word = reader.text(child)
    return Parameter(text, annotation, _default(reader, children, name, depth), _kind(word), tuple(annotations))


def _kind(word: str) -> str:
    return word if word in {"this", "ref", "out", "in", "params"} else ""


def _default(reader: Reader, children: list[Node], name: Node | None, depth: int) -> Expr | None:
    after = [child for child in children if name is not None and child.start_byte > name.start_byte]
    for child in after:
        value = EXPRESSIONS[child.kind_id](reader, child, depth + 1)
        if value is not NOTHING:
            return value
    return None


# <TKey, out TValue>
def type_parameters(reader: Reader, node: Node | None) -> tuple[str, ...]:
    """The names in a list of type parameters."""
    if node is None:
        return ()
    names = (child.child_by_field_id(NAME) for child in node.named_children)
    return tuple(NAMES[reader.source[name.start_byte : name.end_byte]].id for name in names if name is not None)


def body(reader: Reader, node: Node, depth: int) -> Block:
    """The statements of a function."""
    if node.kind_id == BLOCK:
        return block(reader, node, depth)
    # => expression
    is_arrow = node.kind_id == ARROW
    value = operand(reader, node, depth) if is_arrow else EXPRESSIONS[node.kind_id](reader, node, depth)
    line = node.start_point[0] + 1
    if isinstance(value, Unary) and value.operator == "throw":
        return (Raise(value.value, line),)
    return (Return(value, line),)


# static async (HttpContext http, int id = 1) => await Run(http), x => x.Id, delegate (int a) { ... }, delegate { ... }
@expression("lambda_expression", "anonymous_method_expression")
def lambda_(reader: Reader, node: Node, depth: int) -> Expr:
    """A function without a name."""
    if depth > DEPTH:
        return reader.too_deep(node)
    children = node.named_children
    annotations: tuple[Annotation, ...] = ()
    modifiers: tuple[str, ...] = ()
    if children and children[0].kind_id not in LISTS:
        annotations, modifiers, children = head(reader, node, depth + 1)
    given: tuple[Parameter, ...] = ()
    returns: Expr | None = None
    inner: Node | None = None
    has_list = False
    for child in children:
        kind_id = child.kind_id
        if kind_id == IMPLICIT_PARAMETER:
            given += (Parameter(NAMES[reader.source[child.start_byte : child.end_byte]].id),)
            has_list = True
        elif kind_id == PARAMETER_LIST and not has_list:
            # Task (int id) => Run(id): what stands before the list is a type.
            returns = None if inner is None else type_of(reader, inner)
            given, has_list, inner = parameters(reader, child, depth + 1), True, None
        elif kind_id not in EXTRAS:
            inner = child
    statements, is_iterator = _inside(reader, node, inner, depth)
    if is_iterator:
        modifiers = with_words(modifiers, "iterator")
    line = node.start_point[0] + 1
    return Lambda(Function("", given, statements, line, node.end_point[0] + 1, returns, annotations, modifiers))


def _inside(reader: Reader, node: Node, inner: Node | None, depth: int) -> tuple[Block | None, bool]:
    if not reader.bodies:
        return None, False
    if inner is None:
        # () => this
        line = node.start_point[0] + 1
        self = [child for child in node.children if child.type in {"this", "base"}]
        value: Expr = EXPRESSIONS[self[-1].kind_id](reader, self[-1], depth) if self else Constant(None)
        return (Return(value, line),), False
    return body_of(reader, inner, depth)


def body_of(reader: Reader, node: Node | None, depth: int) -> tuple[Block | None, bool]:
    """The statements of a function and whether it yields; None when it has none or when bodies are left out."""
    if node is None or not reader.bodies:
        return None, False
    around, reader.has_yield = reader.has_yield, False
    statements = body(reader, node, depth + 2)
    is_iterator, reader.has_yield = reader.has_yield, around
    return statements, is_iterator
