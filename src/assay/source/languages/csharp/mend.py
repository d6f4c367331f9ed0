"""What is done to a source so that the grammar can read more of it.

The grammar is older than the language, and it knows `#if` only around whole statements, members and the like. Every change here
keeps each byte's place, so that facts are still cut from the source as it was written, and is only kept when it helps.
Delete a rule when the oldest grammar that is supported reads its example.
"""

import re
import time
from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct
from tree_sitter import Node, Tree

from assay.source.languages.csharp.grammar import parser
from assay.source.languages.parse import GiveUp, parsed

# static class Routes { extension(IApp app) { ... } }
EXTENSION = re.compile(rb"(?:^|[{};\]])[ \t]*(extension)\s*(?:<[^(){};]*>\s*)?\(", re.MULTILINE)
AFTER_EXTENSION = re.compile(rb"\s*(?:where\b[^{};]*|(?://[^\n]*\n|/\*.*?\*/)\s*)*\{", re.DOTALL)
# this.Receiver<T> name, (int, int)[] name
NAMED = re.compile(rb"(?:[\w]\s+|[>\])?*]\s*)@?\w+\s*\Z")
BEFORE_RECEIVER = re.compile(rb"\A\s*(?:\[[^\]]*\]\s*)?(?:(?:this|ref|in|out|scoped|readonly)\s+)*")
LONGEST_RECEIVER = 2000
MOST_BRACES = 20

# a && b?.C == d, b?[0]: the grammar takes `?.` for the loosest of operators and gives it all of `a && b`
CONDITIONAL = re.compile(rb"\?(?=\.[A-Za-z_@])|(?<=[\w)\]>!])\?(?=\[[^\],\s])")

DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(if|elif|else|endif)\b[^\n]*$", re.MULTILINE)
VISIBLE = re.compile(rb"[^\n]")

Span = tuple[int, int]


class Grown(Struct, frozen=True):
    """A tree and what was done to get it."""

    tree: Tree
    extensions: frozenset[int]
    """Where the word `extension` was, which the grammar saw as `class ext`."""
    lost: tuple[Span, ...]
    """First and last lines of `#if` groups of which not every branch could be kept apart."""


def grow(text: bytes, seconds: float) -> Grown:
    """The best tree that can be had of a source. Raises `GiveUp` when even the first takes too long."""
    end = time.monotonic() + seconds
    plain, extensions = _extensions(text) if b"extension" in text else (text, frozenset[int]())
    changed = CONDITIONAL.sub(b" ", plain)
    best = Grown(parsed(parser(), changed, seconds), extensions, ())
    if changed != plain and best.tree.root_node.has_error:
        whole = Grown(parsed(parser(), plain, seconds), extensions, ())
        best, changed = (best, changed) if whole.tree.root_node.has_error else (whole, plain)
    if not best.tree.root_node.has_error:
        return best
    try:
        return _improved(best, changed, end)
    except GiveUp:
        return best


def errors(root: Node) -> list[Node]:
    """The outermost nodes that the grammar could not read or had to make up, in order."""
    found: list[Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            found.append(node)
        elif node.has_error:
            waiting.extend(reversed(node.children))
    return found


def _damage(root: Node) -> int:
    """How much is unreadable, in bytes; 0 for a tree without errors."""
    return sum(node.end_byte - node.start_byte + 1 for node in errors(root))


def _improved(best: Grown, text: bytes, end: float) -> Grown:
    """The tree with the least damage that any change gives, each tried on what the one before it has left."""
    broken = errors(best.tree.root_node)
    touched = tuple(group for group in _groups(text) if group.touches(broken))
    lost = tuple(group.lines for group in touched)
    last = text.count(b"\n") + 1
    changes: tuple[tuple[Callable[[bytes], bytes], tuple[Span, ...]], ...] = (
        *((partial(_without, groups=touched, dropped=dropped), lost) for dropped in (_none, _others, _earlier)),
        (_spelled, ()),
        (_closed, ((last, last),)),
    )
    least = _damage(best.tree.root_node)
    for change, lines in changes:
        changed = change(text)
        if changed == text:
            continue
        tree = parsed(parser(), changed, end - time.monotonic(), edited=_edited(best.tree, text, changed))
        damage = _damage(tree.root_node)
        if damage < least:
            best, least, text = Grown(tree, best.extensions, (*best.lost, *lines)), damage, changed
        if not least:
            break
    return best


def _edited(tree: Tree, old: bytes, new: bytes) -> Tree:
    """A copy of the tree of `old` that knows which lines are different in `new`, so that only these are read again."""
    edited = tree.copy()
    start = 0
    for row, (before, after) in enumerate(zip(old.split(b"\n"), new.split(b"\n"), strict=True)):
        if before != after:
            ends = start + len(before), start + len(after)
            edited.edit(start, *ends, (row, 0), (row, len(before)), (row, len(after)))
        start += len(before) + 1
    return edited


# --- extension blocks of C# 14 -----------------------------------------------------------------------------------


def _extensions(text: bytes) -> tuple[bytes, frozenset[int]]:
    """The source with `extension(X x) {` as `class ext(X x) {`, and `extension(X) {` as `class ext:X  {`."""
    out = bytearray(text)
    found: set[int] = set()
    for match in EXTENSION.finditer(text):
        opening = match.end() - 1
        closing = _closing(text, opening)
        if closing is None or not AFTER_EXTENSION.match(text, closing + 1):
            continue
        found.add(match.start(1))
        out[match.start(1) : match.end(1)] = b"class ext"
        before = BEFORE_RECEIVER.match(text[opening + 1 : closing])
        start = opening + 1 + (before.end() if before else 0)
        if not NAMED.search(text[start:closing]):
            out[opening:start] = b":" + b" " * (start - opening - 1)
            out[closing : closing + 1] = b" "
    return bytes(out), frozenset(found)


def _closing(text: bytes, opening: int) -> int | None:
    """Where the bracket that opens here is closed."""
    depth = 0
    for position in range(opening, min(len(text), opening + LONGEST_RECEIVER)):
        sign = text[position]
        depth += (sign == 0x28) - (sign == 0x29)
        if not depth:
            return position
    return None


# --- other syntax that is newer than the grammar -----------------------------------------------------------------


def _blank(match: re.Match[bytes]) -> bytes:
    return VISIBLE.sub(b" ", match[0])


def _constraint(match: re.Match[bytes]) -> bytes:
    return b"notnull".ljust(len(match[0]))


def _plain_parameters(match: re.Match[bytes]) -> bytes:
    return WORDS_BEFORE.sub(_blank, match[0])


def _plain_quotes(match: re.Match[bytes]) -> bytes:
    return QUOTES_AT_HOLE.sub(b"''", match[0])


QUOTES_AT_HOLE = re.compile(rb'""(?=\{)|(?<=\})""(?!\Z)')
WORDS_BEFORE = re.compile(rb"(?<=[(,])\s*(?:(?:ref|out|in|scoped|readonly)\s+)+(?=@?\w)")
SPELLINGS: tuple[tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]], ...] = (
    # order?.State = Paid; orders?[0] = order;
    (re.compile(rb"\?(?=\.[^\W\d]|(?<=[\w\])]\?)\[)"), _blank),
    # where T : allows ref struct
    (re.compile(rb"\ballows\s+ref\s+struct\b"), _constraint),
    # (text, out result) => ..., (in int x) => ...
    (re.compile(rb"\([^()\n]*\)(?=\s*=>)"), _plain_parameters),
    # public void operator +=(int x)
    (re.compile(rb"(?<=[-+*/%&|^<>])=(?=\s*\()"), _blank),
    # [first, .. var rest], [.., last]
    (re.compile(rb"(?<=\.\.)\s*(?:var|[\w.<>?]+)\s+\w+(?=\s*[,\]])"), _blank),
    (re.compile(rb"(?<=[\[,])\s*\.\.(?=\s*[,\]])"), lambda match: match[0].replace(b"..", b"_ ")),
    # $@"a ""{quoted}"" hole"
    (re.compile(rb'(?:\$@|@\$)"(?:[^"]|"")*"'), _plain_quotes),
    # #:package Some.Package@1.0 (file-based programs)
    (re.compile(rb"^#:[^\n]*", re.MULTILINE), _blank),
)


def _spelled(text: bytes) -> bytes:
    for pattern, instead in SPELLINGS:
        text = pattern.sub(instead, text)
    return text


def _closed(text: bytes) -> bytes:
    """The source with the closing braces that it lacks at its end, so that what is open there keeps its name."""
    lacking = text.count(b"{") - text.count(b"}")
    return text + b"}" * lacking if 0 < lacking <= MOST_BRACES else text


# --- `#if` where the grammar does not know it --------------------------------------------------------------------


class Group(Struct):
    """One `#if` with its `#elif`, `#else` and `#endif`."""

    directives: list[Span]
    lines: Span

    def touches(self, nodes: list[Node]) -> bool:
        """Whether an error lies in the group or on the line before or after it."""
        first, last = self.lines[0] - 2, self.lines[1]
        return any(node.start_point[0] <= last and node.end_point[0] >= first for node in nodes)


def _groups(text: bytes) -> Iterator[Group]:
    open_groups: list[Group] = []
    for match in DIRECTIVE.finditer(text):
        line = text.count(b"\n", 0, match.start()) + 1
        if match[1] == b"if":
            open_groups.append(Group([], (line, line)))
        if not open_groups:
            continue
        group = open_groups[-1]
        group.directives.append(match.span())
        if match[1] == b"endif":
            group.lines = (group.lines[0], line)
            yield open_groups.pop()


def _none(_directives: list[Span]) -> list[Span]:
    return []


def _others(directives: list[Span]) -> list[Span]:
    return [(directives[1][1], directives[-1][0])] if len(directives) > 2 else []


def _earlier(directives: list[Span]) -> list[Span]:
    return [(directives[0][1], directives[-2][0])] if len(directives) > 2 else []


def _without(text: bytes, groups: tuple[Group, ...], dropped: Callable[[list[Span]], list[Span]]) -> bytes:
    """The source without the directives of these groups and without the branches that are dropped."""
    out = bytearray(text)
    for group in groups:
        for start, end in group.directives:
            out[start:end] = b" " * (end - start)
        for start, end in dropped(group.directives):
            out[start:end] = VISIBLE.sub(b" ", text[start:end])
    return bytes(out)
