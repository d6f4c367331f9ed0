"""From the bytes of a Python file to its facts."""

from collections.abc import Mapping
from typing import TypeVar

from tree_sitter import Node, Parser

from assay.source.facts import Comment, File
from assay.source.languages.parse import SECONDS, GiveUp, Unreadable, decoded, parsed
from assay.source.languages.python.compound import COMPOUND, rescuing
from assay.source.languages.python.expression import EXPRESSIONS, opaque
from assay.source.languages.python.grammar import COMMENT, ERROR, KINDS, LANGUAGE, kind
from assay.source.languages.python.literal import LITERALS
from assay.source.languages.python.operation import OPERATIONS
from assay.source.languages.python.pattern import PATTERNS
from assay.source.languages.python.reading import Reading, forget
from assay.source.languages.python.salvage import unread
from assay.source.languages.python.statement import STATEMENTS, effect

T = TypeVar("T")


def _table(readers: Mapping[str, T], default: T) -> list[T]:
    """The readers by `Node.kind_id`."""
    table = [default] * KINDS
    for name, reader in readers.items():
        table[ERROR if name == "ERROR" else kind(name)] = reader
    return table


READERS = _table({**EXPRESSIONS, **LITERALS, **OPERATIONS, **PATTERNS}, opaque)
SOUND = _table({**STATEMENTS, **COMPOUND}, effect)
BROKEN = _table({**STATEMENTS, **{name: rescuing(read) for name, read in COMPOUND.items()}}, effect)
"""Statements of a file with a syntax error."""


def extract(path: str, source: bytes, *, seconds: float = SECONDS, bodies: bool = True) -> File | Unreadable:
    """The facts of a Python file; see `parse.Extract`."""
    try:
        text = decoded(source)
        root = parsed(Parser(LANGUAGE), text, seconds).root_node
    except GiveUp as reason:
        return Unreadable(path, str(reason))
    forget()
    reading = Reading(text, READERS, BROKEN if root.has_error else SOUND, has_bodies=bodies)
    return File(
        path,
        "python",
        reading.block(root, 0),
        comments(root, text),
        unread(root),
        is_full=bodies,
    )


def comments(root: Node, text: bytes) -> tuple[Comment, ...]:
    """The comments that may matter; found by their text, because most files have none and trees keep comments anywhere."""
    out: list[Comment] = []
    start = text.find(b"#")
    while start >= 0:
        end = text.find(b"\n", start)
        note = text[start + 1 : end if end >= 0 else len(text)].strip()
        if note.startswith(b"@") or b"assay:" in note or b"assay " in note:
            node = root.descendant_for_byte_range(start, start + 1)
            if node is not None and node.kind_id == COMMENT and node.start_byte == start:
                out.append(Comment(note.decode(), node.start_point[0] + 1))
        start = text.find(b"#", start + 1)
    return tuple(out)
