"""Run one handler and keep everything that it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct, field

from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.refused import Refused
from assay.source.evaluate.tested import TestKey, key_of
from assay.source.evaluate.values import (
    Assigned,
    ClassValue,
    Condition,
    Exit,
    External,
    Instance,
    Made,
    Member,
    Value,
)
from assay.source.reach.noted import ends_like_logger

TRACED_STEPS = 18_000
"""Statements and expressions that one handler may evaluate."""
TRACED_TOTAL = 2_250_000
"""The same for all handlers together."""
LEAST_STEPS = 1_500
LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})
"""Methods of what logs."""
FAIR = 3
"""One handler may take three times what each could have: most need far less."""


class Trace(Struct, frozen=True, eq=False):
    """What happened while a handler was run; everything in order."""

    value: Value
    exits: tuple[Exit, ...]
    made: tuple[Made, ...]
    assigned: tuple[Assigned, ...]
    instances: tuple[Instance, ...]
    is_cut: bool
    """Whether it was too much to be run to its end."""
    cuts: int
    """Calls in it that were too much by themselves and were left."""
    surface: int = 1
    """How deep the handler itself stands: inside so many decorators, and itself."""
    begun: int = 0
    """The serial number from which on the handler itself ran; before it ran what it depends on."""

    refusing: tuple[Refused, ...] = ()
    """Calls of functions of the project that raised something under a test."""
    left: tuple[tuple[int, int], ...] = ()
    """The serial numbers between which ran what the handler leaves to others: tasks of queues, threads."""
    told: list[tuple[Condition, ...]] = field(default_factory=list)
    """What `conditions` found, once it was asked."""

    def is_left(self, index: int) -> bool:
        """Whether something is done by what the handler leaves to others."""
        return any(first < index < last for first, last in self.left)

    def answers(self) -> tuple[Exit, ...]:
        """The ends of the handler itself."""
        return tuple(exit_ for exit_ in self.exits if exit_.depth == self.surface and exit_.index > self.begun)

    def conditions(self) -> tuple[Condition, ...]:
        """Every undecided test that decided something, once, in order."""
        if not self.told:
            self.told.append(tuple(self._conditions()))
        return self.told[0]

    def deciding(self) -> Iterable[Condition]:
        """Those that decide more than what is logged: not `if role == "admin": logger.warning(...)`."""
        logging = [made for made in self.made if made.conditions and is_logging(made)]
        told = {key_of(made.conditions[-1]) for made in logging}
        apart = {id(each) for made in logging for each in (made, *made.parts)}
        around = [exit_.conditions for exit_ in self.exits] + [assigned.conditions for assigned in self.assigned]
        around += [made.conditions for made in self.made if id(made) not in apart] if told else []
        told -= {key_of(condition) for conditions in around for condition in conditions}
        return [condition for condition in self.conditions() if key_of(condition) not in told]

    def _conditions(self) -> Iterable[Condition]:
        found: dict[TestKey, Condition] = {}
        events = sorted(
            [(exit_.index, exit_.conditions) for exit_ in self.exits]
            + [(made.index, made.conditions) for made in self.made]
            + [(assigned.index, assigned.conditions) for assigned in self.assigned],
            key=lambda event: event[0],
        )
        for _, conditions in events:
            for condition in conditions:
                found.setdefault(key_of(condition), condition)
        return found.values()


def share(count: int) -> int:
    """Steps that each of so many handlers may take: it depends on nothing that another one does."""
    return min(TRACED_STEPS, max(LEAST_STEPS, FAIR * TRACED_TOTAL // max(1, count)))


def traced(
    run: Evaluator, perform: Callable[[], Value], steps: int, typing: Callable[[Value], ClassValue | None]
) -> Trace:
    """Run a handler as its framework would. Nothing stays recorded in the program; what was set stays set until `restore`."""
    restore(run)
    exits, run.exits = run.exits, []
    made, assigned, instances = len(run.made), len(run.assigned), len(run.instances)
    conditions, run.conditions = run.conditions, []
    stack, run.stack = run.stack, []
    ways, run.ways = run.ways, []
    held, run.steps_left = run.steps_left, steps
    run.cuts, run.handler, run.surface, run.begun = 0, None, 1, 0
    run.told.clear()
    run.refusing.clear()
    run.left.clear()
    run.is_tracing, run.has_raised, run.typing, run.undo = True, False, typing, []
    try:
        value = perform()
    finally:
        run.is_tracing, run.has_raised, run.typing = False, False, None
        is_cut, run.steps_left = run.steps_left <= 0, held
        trace_exits, run.exits = run.exits, exits
        run.conditions, run.stack, run.ways = conditions, stack, ways
        done = tuple(run.made[made:]), tuple(run.assigned[assigned:]), tuple(run.instances[instances:])
        del run.made[made:], run.assigned[assigned:], run.instances[instances:]
    refusing, left = tuple(run.refusing), tuple(run.left)
    return Trace(value, tuple(trace_exits or ()), *done, is_cut, run.cuts, run.surface, run.begun, refusing, left)


def restore(run: Evaluator) -> None:
    """Set members, lists and dictionaries back to what they were before the handler was run."""
    for each in reversed(run.undo or ()):
        each()
    run.undo = None


def is_logging(made: Made) -> bool:
    """Whether a call writes a log line: `current_app.logger.warning(...)`."""
    match made.callee:
        case Member(value=Member(name=name) | External(name=name)):
            return made.name in LEVELS and ends_like_logger(name)
        case External(name=name):
            return made.name in LEVELS and ends_like_logger(name.rpartition(".")[0])
    return False
