"""How two versions of one file differ, seen by somebody who cares for functions and not for lines.

Source: docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct, field

from assay.source import facts
from assay.source.looks import Key

ASIDE = frozenset({"path", "comments", "end_line", "block"})
"""What does not count by itself: the end of a function is looked at with its body."""


class Difference(Struct):
    """Two versions of a file that declare the same things and differ at most within functions."""

    lines: dict[int, int] = field(default_factory=dict)
    """Where the lines of the old one now are, for everything that did not change."""
    before: set[Key] = field(default_factory=set)
    """The functions whose own body changed, as they were called in the old one; those inside them that did not change are not meant."""
    after: set[Key] = field(default_factory=set)
    """The same functions in the new one."""


def key_of(function: facts.Function) -> Key:
    """A function of some file."""
    return function.name, function.line, function.end_line


def difference(old: facts.File, new: facts.File) -> Difference | None:
    """How a file changed; None when it declares other things than before, or runs other statements when it is loaded."""
    found = Difference()
    try:
        return found if _is_same(old, new, found) else None
    except RecursionError:
        return None


def _is_same(old: object, new: object, found: Difference) -> bool:
    """Whether two facts say the same, but for lines and the bodies of functions."""
    if type(old) is not type(new):
        return False
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(_is_same(one, other, found) for one, other in zip(old, new, strict=True))
    if not isinstance(old, msgspec.Struct):
        return old == new
    for key in old.__struct_fields__:
        if key in ASIDE:
            continue
        one, other = getattr(old, key), getattr(new, key)
        if not (_is_moved(one, other, found) if key == "line" else _is_same(one, other, found)):
            return False
    if isinstance(old, facts.Function) and isinstance(new, facts.Function):
        _body(old, new, found)
    return True


def _is_moved(old: int, new: int, found: Difference) -> bool:
    """Whether everything on a line went to the same line."""
    return found.lines.setdefault(old, new) == new


def _body(old: facts.Function, new: facts.Function, found: Difference) -> None:
    """Look at the bodies of one function: they are the same, or the function changed."""
    inner = Difference(dict(found.lines))
    is_same = _is_same(old.block, new.block, inner) and _is_moved(old.end_line, new.end_line, inner)
    if is_same:
        found.lines.update(inner.lines)
        found.before |= inner.before
        found.after |= inner.after
    else:
        found.before |= {key_of(old), *map(key_of, functions(old.block))}
        found.after |= {key_of(new), *map(key_of, functions(new.block))}


def functions(part: object) -> Iterator[facts.Function]:
    """Every function inside a fact, without looking at it for anybody."""
    waiting = [part]
    while waiting:
        current = waiting.pop()
        if isinstance(current, facts.Function):
            yield current
        if isinstance(current, tuple):
            waiting.extend(current)
        elif isinstance(current, msgspec.Struct):
            waiting.extend(getattr(current, key) for key in current.__struct_fields__)
