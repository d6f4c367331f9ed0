"""A handler that could not be resolved: whatever it refuses inside is not known, so its endpoint is not public."""

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place
from assay.source.evaluate.values import Given, Made, Member, Unknown, Value, options, undecorated

DEPTH = 8
"""So many calls and members are looked through."""


def unresolved(handler: Value | None, place: Place) -> tuple[Guard, ...]:
    """A guard of unknown demand for a handler of the project that is not there to read; none for one from outside."""
    reason = why(handler)
    return (Guard("(unknown)", "inline", Demand.UNKNOWN, Level.ENDPOINT, place, reason=reason),) if reason else ()


def why(handler: Value | None) -> str:
    """Why a handler is not known: its name, or that from which it is made, is bound to nothing that was read."""
    for _ in range(DEPTH):
        shown = next(options(handler), None)
        match undecorated(shown) if shown is not None else None:
            case Unknown(reason=reason):
                return f"its handler could not be resolved: {reason}"
            case Given(name=name):
                return f"its handler could not be resolved: it is the argument `{name}` of a function"
            case Made(callee=inner) | Member(value=inner):
                handler = inner
            case _:
                return ""
    return ""
