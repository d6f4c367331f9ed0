"""Calls of the project's own functions that raised while a handler was traced."""

from __future__ import annotations

from msgspec import Struct

from assay.source.evaluate.values import Condition, Made


class Refused(Struct, frozen=True, eq=False):
    """A call of a function of the project that raised something."""

    made: Made
    """The call, as if it had left the project."""
    tests: tuple[Condition, ...]
    """Those under which it raised, without those around the call; none where nothing was undecided."""
