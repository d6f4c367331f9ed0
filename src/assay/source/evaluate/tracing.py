"""What the evaluator keeps and asks while a handler is traced (docs/decisions/0007)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate.refused import Refused
from assay.source.evaluate.values import ClassValue, Decorated, Items, Made, Table, Value

if TYPE_CHECKING:
    from assay.source.evaluate import calls


class Tracing:
    """State that only a traced run uses; `reach.trace.traced` sets and clears it."""

    def __init__(self) -> None:
        self.is_tracing = False
        """Whether a handler is run to learn all that it does: things that are not known keep where they come from."""
        self.typing: Callable[[Value], ClassValue | None] | None = None
        """What a tracer knows of the project class of a thing from outside, such as a loaded object."""
        self.describing: Callable[[ClassValue, Value], Value] | None = None
        """What a tracer knows of an attribute that was looked up on a class, such as a manager of a model."""
        self.handler: facts.Function | None = None
        """The handler that is about to be run inside its decorators; None once it is entered."""
        self.surface = 1
        """How many functions were on the stack when it was entered, itself counted."""
        self.begun = 0
        """The serial number before the handler itself was called; what came before are its dependencies."""
        self.noting: Callable[[str, str, Value], None] | None = None
        """Told of every assignment to a member of an outside name while a handler is run: owner, member, value."""
        self.answering: Callable[[calls.Request], Value | None] | None = None
        """What a framework knows that an outside call gives, while a handler is run."""
        self.injecting: Callable[[Decorated, calls.Request], calls.Request] | None = None
        """What decorators from outside hand to the function that they stand around, while a handler is run."""
        self.outs: dict[int, Value] = {}
        """What the parameters of the function that was entered last were set to that hand something back, by position."""
        self.undo: list[Callable[[], object]] | None = None
        """What puts things back that were changed, kept while a handler is run."""
        self.closed: frozenset[int] = frozenset()
        """Ids of the facts of functions that are not entered now."""
        self.told: dict[tuple[int, ...], calls.Told] = {}
        """While a handler is traced: what functions gave for the very same arguments."""
        self.cuts = 0
        """Calls that were too much to be run to their end, while a handler was traced."""
        self.refusing: list[Refused] = []
        """Calls of functions of the project that raised something under a test, while a handler was traced."""
        self.left: list[tuple[int, int]] = []
        """The serial numbers between which ran what a handler leaves to others, while it was traced."""
        self.tokens: list[Made] = []
        """Calls by which observed guards read signed tokens."""
        self.ways: list[tuple[str, Place]] = []
        """Parallel to `stack`: each function's name and the place of the call that entered it."""

    def remember(self, held: dict[str, Value], name: str) -> None:
        """Keep what a member was, while a handler is run: what one request sets, the next does not find."""
        if self.undo is not None:
            before = held.get(name)
            self.undo.append(
                partial(held.pop, name, None) if before is None else partial(held.__setitem__, name, before)
            )

    def remember_items(self, held: Value) -> None:
        """Keep what a list or dictionary held, likewise."""
        if self.undo is None:
            return
        if isinstance(held, Items):
            self.undo += [
                partial(setattr, held, "is_open", held.is_open),
                partial(setattr, held, "is_varying", held.is_varying),
                partial(replaced, held.items, list(held.items)),
            ]
        elif isinstance(held, Table):
            self.undo += [
                partial(setattr, held, "is_open", held.is_open),
                partial(setattr, held, "latest", held.latest),
                partial(refilled, held.entries, dict(held.entries)),
            ]


def replaced(items: list[Value], before: list[Value]) -> None:
    """Put the items of a list back."""
    items[:] = before


def refilled(entries: dict[str, tuple[Value, Value]], before: dict[str, tuple[Value, Value]]) -> None:
    """Put the entries of a dictionary back."""
    entries.clear()
    entries.update(before)
