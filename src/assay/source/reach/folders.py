"""Paths that are put together below a folder of the server's own: whoever names the rest is not meant to leave it."""

from __future__ import annotations

from assay.source.evaluate.values import Const, Made, Operation, Template, Value, options
from assay.source.reach.taint import Taints

JOINING = frozenset({"join", "Combine", "joinpath", "safe_join"})
BELOW = "it is part of the path of a file, put behind a folder of the server's"
"""How such data gets into a path."""
DEPTH = 6


def is_below(value: Value, taints: Taints, depth: int = 0) -> bool:
    """Whether a path begins with a folder that the request has no part in: `UPLOADS / name`, `os.path.join(UPLOADS, name)`."""
    for option in options(value) if depth < DEPTH else ():
        match option:
            case Operation(operator="/" | "+", operands=(left, _)):
                begins = left
            case Made(positional=(first, *_)) if option.name in JOINING:
                begins = first if option.receiver is None or taints.of(first) == () else option.receiver
            case Template(pieces=(first, *_)):
                begins = Const(first) if isinstance(first, str) else first
            case Made(positional=(inner,)) if option.name in {"str", "Path", "open", "abspath", "GetFullPath"}:
                return is_below(inner, taints, depth + 1)
            case _:
                continue
        if is_below(begins, taints, depth + 1) or (not taints.of(begins) and not is_empty(begins)):
            return True
    return False


def is_empty(value: Value) -> bool:
    """Whether a text is empty, or only says that the path is absolute."""
    return isinstance(value, Const) and value.value in {"", "/", "./"}
