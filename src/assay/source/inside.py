"""Walk facts: everything inside a fact."""

from collections.abc import Iterator

from assay.source import facts


def inside(part: object) -> Iterator[object]:
    """A fact and everything inside it, tuples included, each part before what it holds, later parts first; without recursion."""
    waiting = [part]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(held_by(current))


def held_by(part: object) -> Iterator[object]:
    """What a fact holds, in order; nothing of anything else. The body of a function is asked for, so that it is noted."""
    if isinstance(part, tuple):
        return iter(part)
    if isinstance(part, facts.Function):
        return (getattr(part, key) for key in FUNCTION)
    return (getattr(part, key) for key in getattr(part, "__struct_fields__", ()))


FUNCTION = tuple("body" if key == "block" else key for key in facts.Function.__struct_fields__)
