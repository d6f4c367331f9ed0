"""What a guard demands: run it with unknown callers and look at when it refuses.

A guard is whatever may refuse before the handler: a dependency, decorator, hook, filter or middleware. Its body is run by the
evaluator (calls followed, closures kept), and each exit that means 401, 403 or a redirect to a login is a refusal; the tests around
it tell what is demanded. It is then run again for a caller whom nobody knows: if that one gets through, it is no guard. A function that
never refuses is none, whatever its name; one that hands the decision to something outside is `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from assay.model.endpoint import Demand
from assay.model.place import Place, Step
from assay.source.anonymous import for_nobody
from assay.source.demands import NOTHING, Refusal, demanded, is_of_configuration
from assay.source.evaluate.evaluator import OBSERVED_STEPS, Evaluator
from assay.source.evaluate.values import (
    Assigned,
    ClassValue,
    Condition,
    Const,
    Decorated,
    Exit,
    External,
    FunctionValue,
    Given,
    Instance,
    Made,
    Member,
    Table,
    Value,
    options,
    result,
)
from assay.source.looks import LOOKS
from assay.source.mentions import names_in, walk
from assay.source.status import status_assigned, status_of
from assay.source.vocabulary import Topic, topic_of

STRENGTH = (
    Demand.NOTHING,
    Demand.UNKNOWN,
    Demand.AUTHENTICATED,
    Demand.CUSTOM,
    Demand.POLICY,
    Demand.SCOPE,
    Demand.ROLE,
    Demand.OBJECT,
)
REFUSING = (401, 403)
TOKENS = frozenset({"decode", "get_unverified_claims", "TokenValidationParameters"})
"""Calls by which a guard reads a signed token."""


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What happened while a guard was run."""

    value: Value
    exits: tuple[Exit, ...]
    made: tuple[Made, ...]
    depth: int
    """Functions on the stack around it."""
    assigned: tuple[Assigned, ...] = ()
    is_cut: bool = False
    """Whether it was too much to be run to its end."""


def observe(
    run: Evaluator, callee: Value, positional: Sequence[Value] = (), named: dict[str, Value] | None = None
) -> Observation:
    """Run a callable with these arguments (all others `Given`) and keep what it did. Nothing stays recorded in the program."""
    held, run.exits = run.exits, []
    start, starts = len(run.made), len(run.assigned)
    conditions, run.conditions = run.conditions, []
    stack, run.stack = run.stack, []
    steps = run.steps_left
    own = run.steps_left = min(OBSERVED_STEPS, run.observed_left)
    run.has_raised = False
    with nullcontext() if run.is_tracing else LOOKS.own():
        value = run.call(callee, positional, named, place=place_of_callee(callee))
    run.has_raised = False
    run.observed_left -= min(own, own - run.steps_left)
    is_cut, run.steps_left = run.steps_left <= 0, steps
    observation = Observation(value, tuple(run.exits), tuple(run.made[start:]), 0, tuple(run.assigned[starts:]), is_cut)
    run.tokens += [made for made in run.made[start:] if made.name in TOKENS]
    del run.made[start:], run.assigned[starts:]
    run.exits, run.conditions, run.stack = held, conditions, stack
    return observation


def place_of_callee(callee: Value) -> Place:
    """Where a callable stands, for the records of its run."""
    for option in options(callee):
        if isinstance(option, FunctionValue | ClassValue):
            return option.place
        if isinstance(option, Decorated | Made | Instance):
            return option.place
    return Place("", 0)


def refusal(
    run: Evaluator, callee: Value, positional: Sequence[Value] = (), named: dict[str, Value] | None = None
) -> Refusal:
    """What a callable demands of the caller before it ends well."""
    general = judge(observe(run, callee, positional, named))
    if general.demand in {Demand.NOTHING, Demand.UNKNOWN}:
        return general
    held, run.assume = run.assume, for_nobody
    nobody = observe(run, callee, positional, named)
    run.assume = held
    return for_caller(general, nobody, passing(nobody))


def for_caller(general: Refusal, nobody: Observation, passed: Sequence[tuple[Condition, ...]]) -> Refusal:
    """What a guard demands that was also run for an unknown caller: nothing, if that one is never refused but gets through."""
    refused = (
        any(status_of(e.value) in REFUSING for e in nobody.exits)
        or any(status_of(made) in REFUSING for made in nobody.made if made.name in ABORTING)
        or any(status_assigned(assigned) in REFUSING for assigned in nobody.assigned)
    )
    if nobody.is_cut and not refused:
        return TOO_MUCH
    if passed and not refused:
        return NOTHING
    refusing = [e.conditions for e in nobody.exits if status_of(e.value) in REFUSING]
    is_switched = bool(passed and refusing) and all(
        any(is_of_configuration((condition,)) for condition in conditions) for conditions in refusing
    )
    if refused and (is_switched or any(is_of_configuration(conditions) for conditions in passed)):
        return replace(general, demand=Demand.UNKNOWN, reason=CONDITIONAL)
    return general


def wrappers(run: Evaluator, decorator: Value) -> tuple[Value, ...]:
    """What a decorator gives when it is put on a stand-in for the view; several when a test decides which."""
    return tuple(result(option) for option in options(observe(run, decorator, (Given(VIEW),)).value))


def refusal_of_decorator(run: Evaluator, decorator: Value) -> Refusal:
    """What a decorator demands: what it gives is run; the view's own body does not count. The strongest of several wrappers."""
    found = [
        refusal_of_wrapper(run, each) for each in wrappers(run, decorator) if isinstance(each, FunctionValue | Instance)
    ]
    return strongest(found) if found else NOTHING


def refusal_of_wrapper(
    run: Evaluator, wrapper: Value, positional: Sequence[Value] = (), named: dict[str, Value] | None = None
) -> Refusal:
    """What one wrapper demands before it calls the view; one that never calls it lets nobody through."""
    general = judge(observe(run, wrapper, positional, named))
    if general.demand in {Demand.NOTHING, Demand.UNKNOWN}:
        return general
    held, run.assume = run.assume, for_nobody
    nobody = observe(run, wrapper, positional, named)
    run.assume = held
    return for_caller(general, nobody, reaching(nobody))


def refusal_of_handler(
    run: Evaluator, handler: Value, positional: Sequence[Value] = (), named: dict[str, Value] | None = None
) -> Refusal:
    """What a handler itself demands before it ends well.

    Only if no way through it is open to an unknown caller, and the tests speak of what the request brings along (session, principal,
    headers), not of a body: a login refuses wrong passwords and is open all the same.
    """
    held, run.assume = run.assume, for_nobody
    run.supposed.clear()
    nobody = observe(run, handler, positional, named)
    run.assume = held
    if nobody.is_cut:
        return TOO_MUCH
    found = judge(nobody)
    if found.demand in {Demand.NOTHING, Demand.UNKNOWN} or passing(nobody):
        return NOTHING
    tests = [c.value for e in nobody.exits if status_of(e.value) in REFUSING for c in e.conditions]
    tests += [c.value for m in nobody.made if m.name in ABORTING for c in m.conditions]
    decided = [value for value in run.supposed if is_ambient(value)]
    return found if decided or any(is_ambient(value) for value in tests) else NOTHING


def always_refused(
    run: Evaluator, callee: Value, positional: Sequence[Value] = (), named: dict[str, Value] | None = None
) -> Refusal:
    """What a callable demands that no unknown caller gets through in any way; nothing where one way is open."""
    held, run.assume = run.assume, for_nobody
    nobody = observe(run, callee, positional, named)
    run.assume = held
    return NOTHING if passing(nobody) else judge(nobody)


def around_refused(run: Evaluator, wrapper: Value, handler: FunctionValue | None) -> Refusal:
    """What a wrapper demands that no unknown caller gets through: the most that it asks of anybody, the handler's own tests left out."""
    found = always_refused(run, wrapper)
    if found.demand in {Demand.NOTHING, Demand.UNKNOWN} or handler is None:
        return found
    closed, run.closed = run.closed, run.closed | {id(handler.function)}
    general = judge(observe(run, wrapper))
    run.closed = closed
    return strongest([found, general])


AMBIENT = frozenset(
    """
    current_user session g user User headers Headers cookies Cookies authorization Authorization auth
    identity Identity principal state
    """.split()
)
"""Members of a request or context that tell who is calling."""


def is_ambient(value: Value) -> bool:
    """Whether a test speaks of what a request brings along of its caller."""
    for part in walk(value):
        match part:
            case External(name=name) if AMBIENT & set(name.split(".")[1:]):
                return True
            case Member(value=Given(), name=name) if name in AMBIENT:
                return True
            case Member(value=Member(value=Given()), name=name) if name in AMBIENT:
                return True
    return False


VIEW = "the view"
"""The name of the stand-in for what a decorator is put on."""


def judge(observation: Observation, *, returns: bool = True) -> Refusal:
    """The strongest demand of what was observed; `returns` tells whether what it returns answers the request."""
    found: list[Refusal] = []
    for exit_ in observation.exits:
        is_answer = exit_.kind == "raise" or (returns and exit_.depth <= observation.depth + 2)
        status = status_of(exit_.value) if is_answer else None
        if status in REFUSING:
            found.append(demanded(status, exit_.conditions, exit_.place))
    for made in observation.made:
        status = status_of(made) if made.name in ABORTING else None
        if status in REFUSING:
            found.append(demanded(status, made.conditions, made.place))
    for assigned in observation.assigned:
        status = status_assigned(assigned)
        if status in REFUSING:
            found.append(demanded(status, assigned.conditions, assigned.place))
    if not found:
        return TOO_MUCH if observation.is_cut else undecided(observation)
    return strongest(found)


TOO_MUCH = Refusal(Demand.UNKNOWN, reason="it is too much to be followed to its end")
CONDITIONAL = "whether it demands anything depends on the configuration"


def reaching(observation: Observation) -> list[tuple[Condition, ...]]:
    """The tests under which the view was called."""
    return [
        made.conditions for made in observation.made if any(is_view(value) for value in (made.callee, *made.positional))
    ]


def is_view(value: Value) -> bool:
    """Whether a value is the stand-in for the view, or something put around it."""
    if isinstance(value, Made):
        return any(is_view(argument) for argument in value.positional[:1])
    return isinstance(value, Given) and value.name == VIEW


def passing(observation: Observation) -> list[tuple[Condition, ...]]:
    """The tests under which a guard ended without refusing."""
    return [
        exit_.conditions
        for exit_ in observation.exits
        if exit_.kind == "return"
        and exit_.depth == observation.depth + 1
        and status_of(exit_.value) is None
        and not is_cut_off(observation, exit_)
    ]


def is_cut_off(observation: Observation, exit_: Exit) -> bool:
    """Whether a call that ends the request by itself stands before an exit, under no other tests."""
    return any(
        made.index < exit_.index
        and made.conditions == exit_.conditions[: len(made.conditions)]
        and made.name in ABORTING
        and status_of(made) in REFUSING
        for made in observation.made
    )


ABORTING = {"abort", "unauthorized", "Abort", "ChallengeAsync", "ForbidAsync", "needs_login"}
"""Calls that end the request by themselves."""


def strongest(found: Iterable[Refusal]) -> Refusal:
    """The refusal that demands most, with the values of all."""
    ranked = sorted(found, key=lambda refusal_: STRENGTH.index(refusal_.demand))
    best = ranked[-1]
    values = tuple(dict.fromkeys(value for refusal_ in ranked for value in refusal_.values))
    steps = tuple(dict.fromkeys(step for refusal_ in ranked for step in refusal_.steps))
    return Refusal(best.demand, values, steps[:6])


def undecided(observation: Observation) -> Refusal:
    """Nothing refused: unknown when something outside may have decided, else no guard."""
    for made in observation.made:
        if is_deciding(made):
            reason = f"{made.name} decides outside the project"
            return Refusal(
                Demand.UNKNOWN, (), (Step(f"calls {made.name}, which is not in the source", made.place),), reason
            )
    return NOTHING


def is_deciding(made: Made) -> bool:
    """Whether an outside call may refuse by its name: verifies a token, a session, a permission."""
    name = made.name.lower()
    if checks_nothing(made):
        return False
    verb = any(
        word in name
        for word in ("verify", "validate", "authenticate", "authorize", "decode", "require", "ensure", "check")
    )
    topics = {topic_of(word) for word in names_in(made.callee)}
    return verb and bool(topics & {Topic.CREDENTIAL, Topic.PRINCIPAL, Topic.ROLE, Topic.SCOPE} or "auth" in name)


def checks_nothing(made: Made) -> bool:
    """`jwt.decode(token, options={"verify_signature": False})`: reads a token and asks nothing of it."""
    for option in options(made.named.get("options")):
        held = option.get("verify_signature") if isinstance(option, Table) else None
        if isinstance(held, Const) and held.value is False:
            return True
    held = made.named.get("verify")
    return isinstance(held, Const) and held.value is False


__all__ = ["NOTHING", "Observation", "Refusal", "demanded", "is_of_configuration", "judge", "observe", "refusal"]
