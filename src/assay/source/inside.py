"""Walk facts: everything inside a fact."""

from collections.abc import Iterator


def inside(part: object) -> Iterator[object]:
    """A fact and everything inside it, tuples included, each part before what it holds, later parts first; without recursion."""
    waiting = [part]
    while waiting:
        current = waiting.pop()
        yield current
        if isinstance(current, tuple):
            waiting.extend(current)
        elif hasattr(current, "__struct_fields__"):
            waiting.extend(getattr(current, key) for key in current.__struct_fields__)
