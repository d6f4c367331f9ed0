"""From the bytes of a C# file to its facts."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from assay.source.facts import Annotation, Comment, Do, File, If, Stmt, Unread
from assay.source.languages.csharp import (  # noqa: F401 - importing them fills the tables
    branches,
    calls,
    creations,
    functions,
    literals,
    members,
    operators,
    patterns,
    queries,
    statements,
    typenames,
    types,
)
from assay.source.languages.csharp.branches import symbol
from assay.source.languages.csharp.functions import annotate
from assay.source.languages.csharp.grammar import (
    COMMENT,
    CONDITION,
    PREPROC_ELIF,
    PREPROC_ELSE,
    PREPROC_IF,
    kind,
)
from assay.source.languages.csharp.mend import errors, grow
from assay.source.languages.csharp.reader import DEPTH, Reader
from assay.source.languages.csharp.tables import DECLARATIONS, STATEMENTS, no_statement, skip
from assay.source.languages.csharp.types import conditional
from assay.source.languages.csharp.words import forget
from assay.source.languages.parse import SECONDS, GiveUp, Unreadable, decoded

GLOBAL_ATTRIBUTE = kind("global_attribute")
BRANCHES = frozenset({PREPROC_ELSE, PREPROC_ELIF})
# // assay: ignore, // [Authorize], // .RequireAuthorization()
MARKED = re.compile(rb"assay[: ]|/[/*]+[ \t]*(?:\[|\.Require)")
# One pattern that begins with one sign is searched ten times as fast as an alternation.
BRACKETED = re.compile(rb"/[/*]+[ \t]*(?:\[|\.Require)")
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
    has_marks = b"assay" in text or BRACKETED.search(text) is not None
    comments = tuple(_comments(text, root)) if has_marks else ()
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


# [assembly: ApiController, CLSCompliant(true)]
def _of_assembly(reader: Reader, node: Node) -> Iterator[Annotation]:
    target = reader.text(node).lstrip("[ \t\n").partition(":")[0].strip()
    found: list[Annotation] = []
    annotate(reader, node, 1, found)
    for annotation in found:
        yield Annotation(annotation.value, annotation.line, target)


# #if DEBUG ... #else ... #endif on top level
def _conditional(
    reader: Reader, node: Node, out: list[Stmt], annotations: list[Annotation], depth: int
) -> tuple[Stmt, ...]:
    """The statements of both branches as a choice; declarations of both go to `out`, since they are looked up by name."""
    if depth > DEPTH:
        return (Do(reader.too_deep(node), node.start_point[0] + 1),)
    condition = node.child_by_field_id(CONDITION)
    then: list[Stmt] = []
    other: list[Stmt] = []
    for child in node.named_children:
        kind_id = child.kind_id
        if child == condition:
            continue
        if kind_id in BRANCHES:
            other.extend(_conditional(reader, child, out, annotations, depth + 1))
        elif kind_id == PREPROC_IF:
            then.extend(_conditional(reader, child, out, annotations, depth + 1))
        elif kind_id == GLOBAL_ATTRIBUTE:
            annotations.extend(_of_assembly(reader, child))
        elif DECLARATIONS[kind_id] is not skip:
            start = len(out)
            DECLARATIONS[kind_id](reader, child, depth, out)
            if condition is not None:
                out[start:] = [conditional(one, "#if " + reader.text(condition)) for one in out[start:]]
        else:
            STATEMENTS[kind_id](reader, child, depth + 1, then)
    if node.kind_id == PREPROC_ELSE:
        return tuple(then)
    choice = If(symbol(reader, node, depth), tuple(then), tuple(other), node.start_point[0] + 1)
    return (choice,) if then or other else ()


def _unread(root: Node) -> Iterator[tuple[int, int]]:
    """First and last lines of what the grammar could not read: errors without the declarations and statements found in them."""
    waiting = errors(root)
    while waiting:
        node = waiting.pop()
        start, end = node.start_point[0] + 1, node.end_point[0] + 1
        kept = [child for child in node.named_children if _is_kept(child)]
        if not kept:
            yield start, end
            continue
        yield start, start
        for child in node.children:
            if not _is_kept(child):
                yield child.start_point[0] + 1, child.end_point[0] + 1
            elif child.has_error:
                waiting.extend(errors(child))


def _is_kept(node: Node) -> bool:
    """Whether a node inside an error gives facts of its own."""
    kind_id = node.kind_id
    return not node.is_error and (DECLARATIONS[kind_id] is not skip or STATEMENTS[kind_id] is not no_statement)


def _merged(spans: list[tuple[int, int]]) -> Iterator[Unread]:
    """Stretches in order, those that touch as one."""
    current: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if current is not None and start <= current[1] + 1:
            current = (current[0], max(current[1], end))
            continue
        if current is not None:
            yield Unread(*current)
        current = (start, end)
    if current is not None:
        yield Unread(*current)


def _comments(text: bytes, root: Node) -> Iterator[Comment]:
    """The comments that may matter."""
    last = -1
    for match in MARKED.finditer(text):
        if match.start() < last:
            continue
        node = root.descendant_for_byte_range(match.start(), match.start() + 1)
        if node is None or node.kind_id != COMMENT:
            continue
        last = node.end_byte
        content = MARKS.sub("", text[node.start_byte : last].decode("utf-8", "replace")).strip()
        if content.startswith(("[", ".Require")) or "assay:" in content or "assay " in content:
            yield Comment(content, node.start_point[0] + 1)
