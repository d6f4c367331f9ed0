"""Scopes: where names live while the evaluator runs."""

from __future__ import annotations

import dataclasses

from msgspec import Struct, field

from assay.source import facts
from assay.source.evaluate.values import ClassValue, Value

FALLS, JUMPS, RETURNS, RAISES = 0, 1, 2, 3
"""How a block ends: falls through, by break or continue, by return, by an exception."""


class Scope(Struct, eq=False):
    """Names of one block, with the scope around it."""

    module: Module
    names: dict[str, Value] = field(default_factory=dict)
    parent: Scope | None = None
    owner: ClassValue | None = None
    """The type whose members are in sight (C#), or that a method belongs to (Python's `super`)."""
    receiver: Value | None = None
    """What `this` or `self` is here."""
    is_class: bool = False
    """A Python class body: functions inside do not see its names."""
    returns: list[Value] | None = None
    """Where `return` puts its values; None at module level."""
    yields: list[Value] | None = None
    """Where `yield` puts its values."""
    jumps: list[dict[str, Value]] | None = None
    """Inside a loop: the names where a `break` or `continue` under an undecided test left it."""
    shared: frozenset[str] = frozenset()
    """Names that Python's `global` says to be those of the module."""

    def find(self, name: str) -> Value | None:
        """The nearest binding, or None."""
        scope: Scope | None = self
        is_first = True
        while scope is not None:
            if (is_first or not scope.is_class) and name in scope.names:
                return scope.names[name]
            is_first = False
            scope = scope.parent
        return None


@dataclasses.dataclass(slots=True, eq=False, repr=False)
class Module:
    """A file being evaluated."""

    path: str
    file: facts.File
    dotted: str = ""
    """Python: the module's name as its importers write it; C#: "" ."""
    state: str = "new"
    """new, running, done."""
    is_outside: bool = False
    """Whether it stands for code from outside that a project builds upon."""
    stars: tuple[str, ...] = ()
    """Python: the outside modules of which it imports every name."""
    scope: Scope = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.scope = Scope(self)
