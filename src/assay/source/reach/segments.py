"""Texts that stay one part of a path: behind a prefix that was drawn, or without slashes.

`f"{uuid4()}_{name}"` with a name of `../../x` leads through a folder `<uuid>_..`, which does not exist, so that nothing is
opened. That holds for Python, which leaves paths as they are; .NET works them out before anything is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.model.reach import Origin
from assay.source.evaluate.values import Const, Made, Operation, Template, Value, text
from assay.source.mentions import walk
from assay.source.reach.origins import Source

BEHIND = "(a prefix that was drawn)"
"""What a text has gone through that stands behind one."""
WITHOUT = "(taking out slashes)"
DRAWN = frozenset("uuid1 uuid4 ulid token_hex token_urlsafe getrandbits".split())
SLASH = "/"


def without_slashes(made: Made) -> tuple[str, ...]:
    """Whether slashes are taken out of a text: `name.replace("/", "")`."""
    if made.name != "replace" or made.receiver is None or text(made.argument(0, "old")) != SLASH:
        return ()
    new = text(made.argument(1, "new"))
    return (WITHOUT,) if new is not None and SLASH not in new and ".." not in new else ()


def cut_by_django(source: Source, name: str) -> tuple[str, ...]:
    """What Django itself has done to a member of an uploaded file: of its name only the last part is kept, which still may be a command."""
    return ("basename",) if name == "name" and source.origin is Origin.FILE else ()


def told_apart(pieces: Sequence[str | Value]) -> Iterator[tuple[Value, bool]]:
    """The values in a text, in order, and whether each stands behind what was drawn, in the same part of a path."""
    is_behind = False
    for piece in flat(pieces):
        said = piece if isinstance(piece, str) else text(piece)
        if said is not None:
            is_behind = is_behind and SLASH not in said
        if not isinstance(piece, str):
            yield piece, is_behind
            is_behind = is_behind or is_drawn(piece)


def flat(pieces: Sequence[str | Value]) -> Iterator[str | Value]:
    """The pieces of texts put together, in order."""
    for piece in pieces:
        match piece:
            case Template(pieces=inner):
                yield from flat(inner)
            case Operation(operator="+", operands=inner):
                yield from flat(inner)
            case _:
                yield piece


def is_drawn(value: Value) -> bool:
    """Whether a value is drawn, so that nothing is called like it yet."""
    if isinstance(value, Const):
        return False
    return any(isinstance(part, Made) and part.name in DRAWN for part in walk(value))
