"""What stands in files and namespaces: usings, namespaces, types, attributes of the assembly, `#if` around them."""

import re
import sys
from collections.abc import Iterable
from typing import Literal

from msgspec.structs import replace
from tree_sitter import Node

from assay.source.facts import Assign, Call, Declare, Define, Do, Expr, Function, Import, Parameter, Stmt, Type
from assay.source.languages.csharp.calls import arguments
from assay.source.languages.csharp.functions import head, parameters, type_parameters, with_words
from assay.source.languages.csharp.grammar import (
    ALTERNATIVE,
    ARGUMENT_LIST,
    BASE_LIST,
    CONDITION,
    DECLARATION_LIST,
    ENUM_BODY,
    EXTRAS,
    IDENTIFIER,
    NAME,
    PARAMETER_LIST,
    PRIMARY_BASE,
    TYPE_PARAMETERS,
    VALUE,
)
from assay.source.languages.csharp.operators import side
from assay.source.languages.csharp.reader import DEPTH, NAMES, NOTHING, Reader
from assay.source.languages.csharp.tables import DECLARATIONS, STATEMENTS, declaration, no_statement, skip
from assay.source.languages.csharp.typenames import type_of

Kind = Literal["class", "interface", "struct", "record", "enum"]
KINDS: dict[str, Kind] = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "struct_declaration": "struct",
    "record_declaration": "record",
    "enum_declaration": "enum",
}
MOST_USINGS = 20_000
BASE = NAMES[b"base"]
EXTENSION = len(b"class ")
"""How far before its name the word `extension` began, which `mend` gave to the grammar as `class ext`."""

# `unsafe` stands before the name in `using unsafe P = int*;`
USING = re.compile(
    r"(?P<is_global>global\s+)?using\s+(?P<is_static>(?:unsafe\s+)?static\s)?(?:unsafe\s)?\s*(?:(?P<alias>@?\w+)\s*=)?"
)
SPACE = re.compile(r"\s+")


class Usings(dict[bytes, tuple[str, str, str, bool, bool]]):
    """(module, name, alias, is static, is global) of each using directive that was seen before."""

    def __missing__(self, text: bytes) -> tuple[str, str, str, bool, bool]:
        """The parts of a directive, from its text, since nothing in it is odd."""
        directive = text.decode("utf-8", "replace").removesuffix(";")
        match = USING.match(directive)
        if match is None:
            return ("", "", "", False, False)
        module = " ".join(directive[match.end() :].split()).removeprefix("global::")
        alias = (match["alias"] or "").removeprefix("@")
        found = (
            sys.intern(module),
            "" if alias else "*",
            alias,
            match["is_static"] is not None,
            match["is_global"] is not None,
        )
        if len(self) < MOST_USINGS:
            self[text] = found
        return found


USINGS = Usings()


# using A.B; global using static A.B; using X = A.B<int>;
@declaration("using_directive")
def using(reader: Reader, node: Node, _depth: int, out: list[Stmt]) -> None:
    """An import."""
    module, name, alias, is_static, is_global = USINGS[reader.source[node.start_byte : node.end_byte]]
    if module:
        out.append(Import(module, name, alias, 0, node.start_point[0] + 1, is_static, is_global))


# extern alias Old;
@declaration("extern_alias_directive")
def extern(_reader: Reader, _node: Node, _depth: int, _out: list[Stmt]) -> None:
    """A name for an assembly: nothing that facts tell."""


# namespace A.B { ... }
@declaration("namespace_declaration")
def namespace(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A namespace in braces: what is in it comes out flat."""
    around = reader.namespace
    name = node.child_by_field_id(NAME)
    if name is not None:
        reader.namespace = ".".join(part for part in (around, SPACE.sub("", reader.text(name))) if part)
    for child in node.named_children:
        if child.kind_id == DECLARATION_LIST:
            members(reader, child, depth + 1, out)
    reader.namespace = around


# namespace A.B;
@declaration("file_scoped_namespace_declaration")
def file_namespace(reader: Reader, node: Node, _depth: int, _out: list[Stmt]) -> None:
    """The namespace of all that follows."""
    name = node.child_by_field_id(NAME)
    if name is not None:
        reader.namespace = SPACE.sub("", reader.text(name))


def members(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """Whatever is declared inside a node, in order."""
    if depth > DEPTH:
        out.append(Do(reader.too_deep(node), node.start_point[0] + 1))
        return
    for child in node.named_children:
        DECLARATIONS[child.kind_id](reader, child, depth, out)


# #if A ... #else ... #endif among members
@declaration("preproc_if", "preproc_elif", "preproc_else")
def wrapped(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """What only wraps declarations: those of every branch are kept, and each type and method says under what `#if` it stands."""
    found: list[Stmt] = []
    members(reader, node, depth + 1, found)
    condition = node.child_by_field_id(CONDITION)
    if condition is None:
        out.extend(found)  # `#else`: its `#if` is not looked at again
        return
    other = node.child_by_field_id(ALTERNATIVE)
    last = other.start_point[0] + 1 if other is not None else node.end_point[0] + 1
    word = "#if " + reader.text(condition)
    out.extend(conditional(one, word if line_of(one) <= last else f"#if !({reader.text(condition)})") for one in found)


def line_of(one: Stmt) -> int:
    """Where a declaration stands."""
    match one:
        case Define(function=declared) | Declare(type=declared):
            return declared.line
    return one.line


def conditional(one: Stmt, word: str) -> Stmt:
    """A declaration that says under what `#if` it stands."""
    match one:
        case Define(function=function):
            return Define(replace(function, modifiers=(*function.modifiers, word)))
        case Declare(type=of):
            return Declare(replace(of, modifiers=(*of.modifiers, word)))
    return one


@declaration("ERROR")
def broken(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """What the grammar could not read: declarations found in it, some of which it takes for local ones."""
    if depth > DEPTH:
        out.append(Do(reader.too_deep(node), node.start_point[0] + 1))
        return
    found: list[Stmt] = []
    for child in node.named_children:
        kind_id = child.kind_id
        if DECLARATIONS[kind_id] is not skip:
            DECLARATIONS[kind_id](reader, child, depth + 1, found)
        elif STATEMENTS[kind_id] is not no_statement:
            STATEMENTS[kind_id](reader, child, depth + 1, found)
    out.extend(one for one in found if not reader.outer or isinstance(one, (Assign, Define, Declare)))


# [A] public sealed partial class Name<T>(int id) : Base(id), IOther where T : class { ... }
@declaration(*KINDS)
def type_(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A class, interface, struct, record or enum."""
    annotations, modifiers, rest = head(reader, node, depth)
    name = node.child_by_field_id(NAME)
    if name is None:
        return
    if reader.extensions and name.start_byte - EXTENSION in reader.extensions:
        _extension(reader, rest, depth, out)
        return
    own = NAMES[reader.source[name.start_byte : name.end_byte]].id
    inner: list[Stmt] = []
    generic: tuple[str, ...] = ()
    bases: tuple[Expr, ...] = ()
    primary: tuple[Parameter, ...] | None = None
    given: Stmt | None = None
    around, reader.outer = reader.outer, (*reader.outer, own)
    for child in rest:
        kind_id = child.kind_id
        if kind_id == TYPE_PARAMETERS:
            generic = type_parameters(reader, child)
        elif kind_id == PARAMETER_LIST:
            primary = parameters(reader, child, depth + 4)
        elif kind_id == BASE_LIST:
            bases, given = _bases(reader, child, depth + 4)
        elif kind_id in {DECLARATION_LIST, ENUM_BODY}:
            members(reader, child, depth + 2, inner)
    reader.outer = around
    line = name.start_point[0] + 1
    if primary is not None:
        inner.insert(0, _primary(reader, primary, given, line))
    of = KINDS[node.type]
    if of == "record" and b"struct" in reader.source[node.start_byte : name.start_byte].split():
        modifiers = with_words(modifiers, "struct")
    out.append(
        Declare(
            Type(
                own,
                of,
                bases,
                tuple(inner),
                line,
                node.end_point[0] + 1,
                annotations,
                modifiers,
                generic,
                (),
                reader.namespace,
                around,
            )
        )
    )


# class Order(int id) : Base(id)
def _primary(reader: Reader, given: tuple[Parameter, ...], call: Stmt | None, line: int) -> Define:
    """The constructor that a type's own parameters make; all it does is to call that of its base."""
    body = None if not reader.bodies else () if call is None else (call,)
    return Define(Function(".ctor", given, body, line, line, modifiers=("primary",)))


# : Base<T>(id), IOther
def _bases(reader: Reader, node: Node, depth: int) -> tuple[tuple[Expr, ...], Stmt | None]:
    """The bases, and the call of the base's constructor."""
    bases: list[Expr] = []
    call: Stmt | None = None
    for child in _flat(node):
        if child.kind_id == ARGUMENT_LIST:
            line = child.start_point[0] + 1
            call = Do(Call(BASE, arguments(reader, child, depth), line), line)
        elif child.kind_id not in EXTRAS:
            bases.append(type_of(reader, child))
    return tuple(bases), call


def _flat(node: Node) -> Iterable[Node]:
    for child in node.named_children:
        if child.kind_id == PRIMARY_BASE:
            yield from child.named_children
        else:
            yield child


# extension<T>(IEnumerable<T> source) where T : class { public void Run() { ... } }
def _extension(reader: Reader, rest: list[Node], depth: int, out: list[Stmt]) -> None:
    """The members of an extension block, which get the receiver as first parameter."""
    for child in rest:
        kind_id = child.kind_id
        if kind_id == TYPE_PARAMETERS:
            reader.receiver_types = type_parameters(reader, child)
        elif kind_id == PARAMETER_LIST:
            for given in parameters(reader, child, depth + 2)[:1]:
                reader.receiver = Parameter(given.name, given.annotation, None, "this", given.annotations)
        elif kind_id == DECLARATION_LIST:
            members(reader, child, depth + 1, out)
    reader.receiver, reader.receiver_types = None, ()


# [Display("x")] Paid = 2,
@declaration("enum_member_declaration")
def enum_member(reader: Reader, node: Node, depth: int, out: list[Stmt]) -> None:
    """A value of an enum."""
    annotations, _, rest = head(reader, node, depth)
    value = side(reader, node, VALUE, depth + 1)
    for child in rest:
        if child.kind_id == IDENTIFIER:
            name = NAMES[reader.source[child.start_byte : child.end_byte]]
            found = None if value is NOTHING else value
            out.append(Assign(name, found, child.start_point[0] + 1, annotations=annotations))
            return
