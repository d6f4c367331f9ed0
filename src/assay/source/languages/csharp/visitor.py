"""From the bytes of a C# file to its facts."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from assay.source.facts import Annotation, Comment, File, If, Stmt, Unread
from assay.source.languages.csharp import (  # noqa: F401 - importing them fills the tables
    branches,
    creations,
    members,
    operators,
    patterns,
    queries,
    statements,
    types,
)
from assay.source.languages.csharp.branches import symbol
from assay.source.languages.csharp.functions import annotate
from assay.source.languages.csharp.grammar import (
    ALTERNATIVE,
    COMMENT,
    CONDITION,
    PREPROC_ELIF,
    PREPROC_ELSE,
    PREPROC_IF,
    kind,
)
from assay.source.languages.csharp.mend import errors, grow
from assay.source.languages.csharp.reader import Reader, forget
from assay.source.languages.csharp.tables import DECLARATIONS, STATEMENTS, no_statement, skip
from assay.source.languages.parse import SECONDS, GiveUp, Unreadable, decoded

GLOBAL_ATTRIBUTE = kind("global_attribute")
CONDITIONAL = frozenset({PREPROC_IF, PREPROC_ELIF})
# // assay: ignore, // [Authorize]
MARKED = re.compile(rb"assay[: ]|//+[ \t]*\[|/\*[\s*]*\[")
MARKS = re.compile(r"\A(?:/{2,}|/\*+)|\*+/\Z")


def extract(path: str, source: bytes, *, bodies: bool = True, seconds: float = SECONDS) -> File | Unreadable:
    """The facts of one file, or why it could not be read."""
    try:
        text = decoded(source)
        grown = grow(text, seconds)
    except GiveUp as reason:
        return Unreadable(path, str(reason))
    forget()
    root = grown.tree.root_node
    reader = Reader(text, bodies=bodies, is_broken=root.has_error)
    reader.extensions = grown.extensions
    body: list[Stmt] = []
    annotations: list[Annotation] = []
    _top(reader, root, body, annotations)
    lines = [*grown.lost, *reader.unread, *(_unread(root) if root.has_error else ())]
    comments = tuple(_comments(text, root)) if MARKED.search(text) else ()
    return File(path, "csharp", tuple(body), comments, tuple(_merged(lines)), tuple(annotations), bodies)


def _top(reader: Reader, node: Node, out: list[Stmt], annotations: list[Annotation]) -> None:
    """Everything on top level, in order."""
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id == GLOBAL_ATTRIBUTE:
            annotations.extend(_of_assembly(reader, child))
        elif kind_id == PREPROC_IF:
            out.extend(_conditional(reader, child, out, annotations, 1))
        elif DECLARATIONS[kind_id] is not skip:
            DECLARATIONS[kind_id](reader, child, 0, out)
        else:
            STATEMENTS[kind_id](reader, child, 0, out)
