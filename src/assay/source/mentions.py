"""Names and texts inside a value: what a test speaks of."""

from collections.abc import Iterator
from itertools import islice

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
    match value:
        case Operation(operands=operands):
            return operands
        case Either(options=options):
            return options
        case Member(value=inner) | Generic(value=inner):
            return (inner, *(value.keys if isinstance(value, Generic) else ()))
        case Made(callee=callee, positional=positional, named=named):
            return (callee, *value.type_arguments, *positional, *named.values())
        case Items(items=items):
            return tuple(items[:LIMIT])
        case Table(entries=entries):
            return tuple(part for pair in list(entries.values())[:LIMIT] for part in pair)
        case Decorated(inner=inner):
            return (inner,)
        case Parent(receiver=receiver):
            return (receiver,)
        case Template(pieces=pieces):
            return tuple(Const(piece) if isinstance(piece, str) else piece for piece in pieces)
    return ()


def walk(value: Value) -> Iterator[Value]:
    """The value and what is inside it, outermost first; of an immense one the first parts."""
    yield value
    if type(value) in LEAVES:
        return
    waiting = [iter(parts_of(value))]  # as many as it is deep
    left = PARTS - 1
    while waiting and left:
        part = next(waiting[-1], None)
        if part is None:
            waiting.pop()
            continue
        left -= 1
        yield part
        if len(waiting) < DEPTH and type(part) not in LEAVES:
            waiting.append(iter(parts_of(part)))


LEAVES = frozenset({Const, External, FunctionValue, ClassValue, Given, Instance})
"""Kinds of values that have no parts."""


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
