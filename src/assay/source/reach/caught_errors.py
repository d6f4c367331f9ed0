"""Caught exceptions that are put into a text as they are: C# then writes their trace, `"failed: " + e`, `$"failed: {e}"`."""

from __future__ import annotations

from assay.source.evaluate.values import Operation, Template, Unknown, Value, options

CAUGHT = "an exception"


def is_spelled_out(value: Value) -> bool:
    """Whether a text is put together from a caught exception; a member of it, as its message, is none."""
    match value:
        case Operation(operator="+", operands=operands):
            return any(map(is_caught, operands))
        case Template(pieces=pieces):
            return any(not isinstance(piece, str) and is_caught(piece) for piece in pieces)
    return False


def is_caught(value: Value) -> bool:
    """Whether a value is what a `catch` took."""
    return any(isinstance(option, Unknown) and option.reason == CAUGHT for option in options(value))
