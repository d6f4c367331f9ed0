"""Traces of exceptions: what gives one, and caught exceptions that C# writes with theirs, `"failed: " + e`, `$"failed: {e}"`."""

from __future__ import annotations

from assay.source.evaluate.values import Made, Member, Operation, Template, Unknown, Value, options
from assay.source.mentions import dotted

CAUGHT = "an exception"
"""Why the value of what a handler caught is not known."""
TRACES = frozenset({"traceback.format_exc", "traceback.format_exception", "sys.exc_info", "traceback.format_tb"})


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


def is_trace(part: Value) -> bool:
    """Whether a value is the trace of an exception: `traceback.format_exc()`, `caught.StackTrace`, `caught.ToString()`."""
    if not isinstance(part, Made | Member):
        return False
    if isinstance(part, Made) and dotted(part.callee) in TRACES:
        return True
    holder = part.receiver if isinstance(part, Made) else part.value
    while isinstance(holder, Member) and holder.name == "InnerException":
        holder = holder.value
    is_caught = isinstance(holder, Unknown) and holder.reason == CAUGHT
    return is_caught and part.name == ("StackTrace" if isinstance(part, Member) else "ToString")
