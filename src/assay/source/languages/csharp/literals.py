"""Literals: texts in their seven forms, characters, numbers and constants."""

import re

from tree_sitter import Node

from assay.source.facts import Expr, Joined, Number, Opaque, Text
from assay.source.languages.csharp.grammar import INTERPOLATION, SELF, kind
from assay.source.languages.csharp.reader import DEPTH, NOTHING, Reader
from assay.source.languages.csharp.tables import EXPRESSIONS, expression
from assay.source.languages.csharp.words import FALSE, NONE, PURE, TRUE, dotted, whole

CONTENT = kind("string_content")
ESCAPE = kind("escape_sequence")
START = kind("interpolation_start")

# C# 14 §6.4.5.6 and the `\e` of C# 13.
ESCAPES = re.compile(r"\\(?:x([0-9a-fA-F]{1,4})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
PLAIN = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
# {{, }}, {hole}, text
BRACES = re.compile(r"\{([^{}]+)\}|(\{\{|\}\}|[^{}]+|[{}])", re.DOTALL)
UNICODE = 0x110000
QUOTE = 0x22


def unescaped(text: str) -> str:
    r"""A text with `\n`, `\u0041` and the like replaced by what they stand for."""
    return ESCAPES.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    short, four, eight, plain = match.groups()
    if plain is not None:
        return PLAIN.get(plain, plain)
    code = int(short or four or eight, 16)
    # A lone half of a surrogate pair cannot be stored as UTF-8.
    return chr(code) if code < UNICODE and not 0xD800 <= code < 0xE000 else "\ufffd"


# "plain\n", "bytes"u8
@expression("string_literal")
def string(reader: Reader, node: Node, _depth: int) -> Expr:
    """An ordinary text."""
    source = reader.source
    start = node.start_byte + 1
    end = node.end_byte - 1
    if source[end] != QUOTE:
        end = source.rfind(b'"', start, end + 1)
    text = source[start:end].decode("utf-8", "replace")
    return Text(unescaped(text) if "\\" in text else text, node.start_point[0] + 1)


# @"C:\verbatim ""quoted"""
@expression("verbatim_string_literal")
def verbatim(reader: Reader, node: Node, _depth: int) -> Expr:
    """A text in which only a doubled quote is special."""
    text = reader.text(node)
    return Text(text[2 : text.rfind('"')].replace('""', '"'), node.start_point[0] + 1)


# """raw "text" """
@expression("raw_string_literal")
def raw(reader: Reader, node: Node, _depth: int) -> Expr:
    """A text without anything special in it; when it has lines, the indentation of the last is taken from all."""
    text = reader.text(node).rstrip("uU8")
    quotes = len(text) - len(text.lstrip('"'))
    (content,) = dedented([text[quotes : max(quotes, len(text) - quotes)]])
    return Text(content, node.start_point[0] + 1)


def dedented(pieces: list[str]) -> list[str]:
    """The pieces of a raw text without the first line break, the last line and its indentation."""
    last = pieces[-1].rpartition("\n") if pieces else ("", "", "")
    if not last[1] or last[2].strip(" \t") or not pieces[0].lstrip(" \t").startswith("\n"):
        return pieces
    indent = "\n" + last[2]
    pieces[-1] = last[0] if len(pieces) > 1 or last[0] else ""
    pieces = [piece.replace(indent, "\n") for piece in pieces]
    pieces[0] = pieces[0].lstrip(" \t").removeprefix("\n").removeprefix(last[2])
    return pieces


# $"a {b,3:N2}", $@"a {b}", $$"""a {{b}}"""
@expression("interpolated_string_expression")
def interpolated(reader: Reader, node: Node, depth: int) -> Expr:
    """A text with holes; format and alignment are dropped. Without holes it is a plain text."""
    if depth > DEPTH:
        return reader.too_deep(node)
    line = node.start_point[0] + 1
    children = node.named_children
    start = reader.text(children[0]) if children and children[0].kind_id == START else "$"
    is_raw = '"""' in reader.text(node)[: len(start) + 3]
    pieces: list[str] = [""]
    holes: list[Expr] = []
    for child in children:
        kind_id = child.kind_id
        if kind_id == CONTENT:
            _add_content(reader.text(child), "raw" if is_raw else "verbatim" if "@" in start else "", pieces, holes)
        elif kind_id == ESCAPE:
            pieces[-1] += unescaped(reader.text(child))
        elif kind_id == INTERPOLATION:
            holes.append(_hole(reader, child, depth + 1))
            pieces.append("")
    if is_raw:
        pieces = dedented(pieces)
    if not holes:
        return Text(pieces[0], line)
    parts: list[Expr] = []
    for index, piece in enumerate(pieces):
        if piece:
            parts.append(Text(piece, line))
        parts.extend(holes[index : index + 1])
    return Joined(tuple(parts), line)


def _add_content(text: str, form: str, pieces: list[str], holes: list[Expr]) -> None:
    """Add what stands between holes.

    In `{{{name}}}` the grammar takes the hole for text too, so it is looked for here.
    """
    if form == "raw":
        pieces[-1] += text
        return
    for match in BRACES.finditer(text):
        hole, plain = match.groups()
        if hole is not None:
            code = hole.partition(":")[0].partition(",")[0].strip().encode()
            holes.append(dotted(code) if PURE.fullmatch(code) else Opaque("interpolation"))
            pieces.append("")
            continue
        plain = plain.replace("{{", "{").replace("}}", "}")
        pieces[-1] += plain.replace('""', '"') if form == "verbatim" else unescaped(plain)


# {name,-10:yyyy-MM}
def _hole(reader: Reader, node: Node, depth: int) -> Expr:
    for child in node.children:
        if (child.is_named and child.type != "interpolation_brace") or child.kind_id in SELF:
            value = EXPRESSIONS[child.kind_id](reader, child, depth)
            if value is not NOTHING:
                return value
    return NONE


# 'c', '\n'
@expression("character_literal")
def character(reader: Reader, node: Node, _depth: int) -> Expr:
    """A character is a text of one."""
    return Text(unescaped(reader.text(node)[1:-1]), node.start_point[0] + 1)


# 1, 0xFFul, 1_000
@expression("integer_literal")
def integer(reader: Reader, node: Node, _depth: int) -> Expr:
    """A whole number."""
    return Number(whole(reader.text(node)))


# 2.5m, 1e3
@expression("real_literal")
def real(reader: Reader, node: Node, _depth: int) -> Expr:
    """A number with a fraction."""
    return Number(reader.text(node).replace("_", "").rstrip("fFdDmM"))


# true, false
@expression("boolean_literal")
def boolean(reader: Reader, node: Node, _depth: int) -> Expr:
    """A truth value."""
    return TRUE if reader.source.startswith(b"t", node.start_byte) else FALSE


# null, default, default(T)
@expression("null_literal", "default_expression")
def null(_reader: Reader, _node: Node, _depth: int) -> Expr:
    """No value."""
    return NONE
