"""Operators over values: strings put together, collections joined, constants computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from assay.model.reach import OF_REQUEST
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Deferred,
    Either,
    External,
    FunctionValue,
    Generic,
    Given,
    Items,
    Made,
    Member,
    Operation,
    Scalar,
    Table,
    Template,
    Unknown,
    Value,
    options,
)

TEXT_LIMIT = 20_000
"""Characters of a text, pieces of a template and items of a list that are kept when such are put together."""


TEXTS = frozenset({"str", "bytes", "unquote"})
"""Functions that give the text of what they are given."""


def concatenated(*parts: Value) -> Value:
    """Strings put together: a constant when all pieces are known, else a template."""
    pieces: list[str | Value] = []
    is_default = False
    for part in parts:
        known = part if may_be_sent(part) else likeliest(part)
        if isinstance(known, Const) and known.value is not None:
            is_default |= known.is_default
            piece: str | Value = str(known.value)
        elif isinstance(known, Template):
            pieces.extend(known.pieces)
            continue
        else:
            piece = known
        if isinstance(piece, str) and pieces and isinstance(last := pieces[-1], str):
            pieces[-1] = last + piece
        else:
            pieces.append(piece)
    if len(pieces) > TEXT_LIMIT or sum(len(piece) for piece in pieces if isinstance(piece, str)) > TEXT_LIMIT:
        return Unknown("a text that is too long")
    if not pieces:
        return Const("")
    if len(pieces) == 1 and isinstance(pieces[0], str):
        return Const(pieces[0], is_default)
    return Template(tuple(pieces))


def likeliest(value: Value) -> Value:
    """The first value that it may be."""
    return next(options(value), value) if isinstance(value, Either | Deferred) else value


def may_be_sent(value: Value) -> bool:
    """Whether one of several values is what a caller sent: `if (sort == null) sort = "name";`. The others say nothing of that one."""
    if not isinstance(value, Either):
        return False
    for option in options(value):
        root: Value = option
        while isinstance(root, Member | Generic | Made):
            is_text = isinstance(root, Made) and root.name in TEXTS and len(root.positional) == 1
            inner = root.positional[0] if isinstance(root, Made) and is_text else None  # `str(header).split(" ")[1]`
            root = inner or (root.callee if isinstance(root, Made) else root.value)
        match root:
            case Given(origin=origin) if origin in OF_REQUEST:
                return True
            case External(name=name) if "request" in name.lower().split("."):
                return True
    return False


def combine(operator: str, left: Value, right: Value) -> Value:
    """An operator over two values."""
    if operator in COMPARING and (isinstance(left, Either) or isinstance(right, Either)):
        return compared_each(operator, left, right)
    if operator in ABSENT and (is_there(left, right) or is_there(right, left)):
        return Const(ABSENT[operator])
    first, second = likeliest(left), likeliest(right)
    is_sent = operator == "+" and (may_be_sent(left) or may_be_sent(right))
    if is_sent and (is_textual(first) or is_textual(second)):
        return concatenated(left, right)
    return settled(operator, first, second)


def settled(operator: str, left: Value, right: Value) -> Value:  # noqa: C901  # one flat list of cases
    """An operator over the likeliest of two values."""
    if operator == "+":
        if (added := put_together(left, right)) is not None:
            return added
        if is_textual(left) or is_textual(right):
            return concatenated(left, right)
    if operator in {"in", "notin"} and isinstance(right, Items | Table) and not right.is_open:
        decided = contains(right, left)
        if decided is not None:
            return Const(decided == (operator == "in"))
    if operator == "%" and isinstance(left, Const) and isinstance(left.value, str):
        return percent(left.value, right)
    if operator == "/" and is_textual(left) and is_textual(right):
        return concatenated(left, Const("/"), right)
    if operator == "|" and isinstance(left, Table) and isinstance(right, Table):
        return Table({**left.entries, **right.entries}, left.is_open or right.is_open)
    if isinstance(left, Const) and isinstance(right, Const) and not left.is_default and not right.is_default:
        known_result = CONSTANT_OPERATORS.get(operator)
        if known_result is not None:
            try:
                return Const(known_result(left.value, right.value))
            except (TypeError, ValueError, ArithmeticError):
                return Unknown(f"{operator} of unlike constants")
    return Operation(operator, (left, right))


def is_there(value: Value, other: Value) -> bool:
    """Whether it is asked if something is missing that never is: a function or class that was handed over, the id of a known caller."""
    is_class = isinstance(value, ClassValue) and value.module.file.language == "python"
    is_handed = (isinstance(value, FunctionValue) or is_class) and isinstance(other, Const) and other.value is None
    return is_handed or is_id_of_caller(value, other)


def is_id_of_caller(value: Value, other: Value) -> bool:
    """Whether it is asked if the id of a known caller is missing, which it never is."""
    is_missing = isinstance(other, Const) and other.value is None
    is_known = isinstance(value, Member) and isinstance(value.value, Given) and value.value.origin == "principal"
    return is_missing and is_known and isinstance(value, Member) and value.name in IDS


ABSENT = {"is": False, "==": False, "isnot": True, "!=": True}
IDS = frozenset({"id", "pk", "uuid", "user_id", "userid"})
COMPARING = frozenset({"==", "!=", "is", "isnot", "in", "notin", "<", ">", "<=", ">="})
PAIRS = 16
"""Pairs of values that may be compared, of two that are not settled."""


def compared_each(operator: str, left: Value, right: Value) -> Value:
    """A comparison of values that are not settled: decided only where all that they may be agree."""
    pairs = [(one, other) for one in options(left) for other in options(right)]
    found = [combine(operator, one, other) for one, other in pairs[:PAIRS]] if len(pairs) <= PAIRS else []
    answers = {result.value if isinstance(result, Const) and not result.is_default else None for result in found}
    if len(answers) == 1 and isinstance(answer := answers.pop(), bool):
        return Const(answer)
    return Operation(operator, (left, right))


def put_together(left: Value, right: Value) -> Items | None:
    """Two lists one behind the other, where at least one is known."""
    known = next((part for part in (left, right) if isinstance(part, Items)), None)
    if known is None:
        return None
    found = [item for part in (left, right) for item in (part.items if isinstance(part, Items) else standing(part))]
    is_open = any(part.is_open if isinstance(part, Items) else True for part in (left, right))
    return Items(found[:TEXT_LIMIT], known.kind, is_open or len(found) > TEXT_LIMIT)


def standing(value: Value) -> list[Value]:
    """What stands in a list for the items of something whose items are not known, such as `router.urls`: itself, if it has a name."""
    return [value] if isinstance(value, Made | Member) else []


def contains(collection: Items | Table, value: Value) -> bool | None:
    """Whether a closed collection holds a constant; None when undecided."""
    if not isinstance(value, Const):
        return None
    held = collection.items if isinstance(collection, Items) else [key for key, _ in collection.entries.values()]
    if any(isinstance(item, Const) and item.value == value.value for item in held):
        return True
    return False if all(isinstance(item, Const) for item in held) else None


def percent(template: str, value: Value) -> Value:
    """`"%s/x" % value`."""
    arguments = list(value.items) if isinstance(value, Items) else [value]
    pieces = re.split(r"%[sdir]", template)
    if len(pieces) != len(arguments) + 1:
        return Unknown("a % format that is not only %s, %d, %i and %r")
    parts: list[Value] = [Const(pieces[0])]
    for argument, piece in zip(arguments, pieces[1:], strict=True):
        parts += [argument, Const(piece)]
    return concatenated(*parts)


def is_textual(value: Value) -> bool:
    """Whether it is text, known in part at least."""
    return isinstance(value, Template) or (isinstance(value, Const) and isinstance(value.value, str))


def product(left: Scalar, right: Scalar) -> Scalar:
    """Two numbers of a size that stays one, multiplied."""
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise TypeError("no numbers")
    if max(abs(left), abs(right)) > NUMBER_LIMIT:
        raise ValueError("numbers that are too large")
    return left * right


NUMBER_LIMIT = 10**18

CONSTANT_OPERATORS: dict[str, Callable[[Any, Any], Scalar]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": product,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "is": lambda a, b: a is b or a == b,
    "isnot": lambda a, b: a != b,
    "in": lambda a, b: a in b,
    "notin": lambda a, b: a not in b,
}
