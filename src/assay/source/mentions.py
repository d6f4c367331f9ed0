"""Names and texts inside a value: what a test speaks of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from operator import attrgetter
from typing import Any

from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    Either,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Operation,
    Parent,
    Table,
    Template,
    Value,
)

DEPTH = 12
LIMIT = 40
FEW = 8
PARTS = 2_000
"""Values inside a value that are looked at."""


def parts_of(value: Value) -> tuple[Value, ...]:
    """The values inside a value that say what it is about."""
    parts = BY_KIND.get(type(value))
    return parts(value) if parts is not None else ()


class Still:
    """Whether values hold still: while a run that has ended is read, what is inside a value is remembered; readers ask again and again."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[int, tuple[Value, tuple[Value, ...]]] | None = None

    @contextmanager
    def while_read(self) -> Iterator[None]:
        """While this lasts, no list or dictionary changes."""
        held, self.known = self.known, {}
        try:
            yield
        finally:
            self.known = held


STILL = Still()


def walk(value: Value) -> Iterator[Value]:
    """The value and what is inside it, outermost first; of an immense one the first parts."""
    known = STILL.known
    if known is None or type(value) not in BY_KIND:
        return _walk(value)
    held = known.get(id(value))
    if held is None:
        held = known[id(value)] = (value, tuple(_walk(value)))
    return iter(held[1])


def _walk(value: Value) -> Iterator[Value]:
    yield value
    parts = BY_KIND.get(type(value))
    if parts is None:
        return
    waiting = [iter(parts(value))]  # as many as it is deep
    left = PARTS - 1
    while waiting and left:
        part = next(waiting[-1], None)
        if part is None:
            waiting.pop()
            continue
        left -= 1
        yield part
        if len(waiting) < DEPTH and (parts := BY_KIND.get(type(part))) is not None:
            waiting.append(iter(parts(part)))


def _of_generic(value: Generic) -> tuple[Value, ...]:
    return (value.value, *value.keys)


def _of_made(value: Made) -> tuple[Value, ...]:
    return (value.callee, *value.type_arguments, *value.positional, *value.named.values())


def _of_table(value: Table) -> tuple[Value, ...]:
    return tuple(part for pair in islice(value.entries.values(), LIMIT) for part in pair)


def _of_template(value: Template) -> tuple[Value, ...]:
    return tuple(Const(piece) if isinstance(piece, str) else piece for piece in value.pieces)


BY_KIND: dict[type, Callable[[Any], tuple[Value, ...]]] = {
    Operation: attrgetter("operands"),
    Either: attrgetter("options"),
    Member: lambda value: (value.value,),
    Generic: _of_generic,
    Made: _of_made,
    Items: lambda value: tuple(value.items[:LIMIT]),
    Table: _of_table,
    Decorated: lambda value: (value.inner,),
    Parent: lambda value: (value.receiver,),
    Template: _of_template,
}
"""What gives the parts of a kind of value; the other kinds have none. By type, because it is asked a million times a scan."""


def named(value: Value) -> Iterator[str]:
    """Identifiers in a value, in order."""
    for part in walk(value):
        kind = type(part)
        if kind is External:
            name = part.name  # type: ignore[attr-defined]  # told by its type
            yield from name.split(".")[-2:] if not name.startswith("builtins.") else ()
        elif kind in NAMED:
            yield part.name  # type: ignore[attr-defined]
        elif kind is Instance:
            yield part.cls.name  # type: ignore[attr-defined]


def names_in(value: Value) -> list[str]:
    """The first identifiers in a value, in order."""
    return list(islice(named(value), LIMIT))


NAMED = frozenset({Member, Given, FunctionValue, ClassValue})
"""Kinds of values that are called by a name."""


def texts_in(value: Value) -> list[str]:
    """Short texts in a value, in order: role and permission names. A long list of texts is something else and gives none."""
    found = [
        part.value
        for part in walk(value)
        if isinstance(part, Const) and isinstance(part.value, str) and 0 < len(part.value) <= LIMIT
    ]
    return found if len(found) <= FEW else []


def dotted(value: Value) -> str:
    """The dotted name of an outside thing, through members and calls; "" for anything else."""
    match value:
        case External(name=name):
            return name
        case Member(value=owner, name=name):
            return f"{dotted(owner)}.{name}".lstrip(".")
        case Made(callee=callee):
            return dotted(callee)
    return ""
