"""What a guard demands: run it with unknown callers and look at when it refuses.

A guard is whatever may refuse before the handler: a dependency, decorator, hook, filter or middleware. Its body is run by the
evaluator (calls followed, closures kept), and each exit that means 401, 403 or a redirect to a login is a refusal; the tests around
it tell what is demanded. It is then run again for a caller whom nobody knows: if that one gets through, it is no guard. A function that
never refuses is none, whatever its name; one that hands the decision to something outside is `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import UP_TO_SETTING, Demand
from assay.model.place import Place, Step
from assay.source.anonymous import for_nobody
from assay.source.away import is_ambient, is_given_up, redirects, refusing, sending_away, turned_down, turning_down
from assay.source.demands import NOTHING, Refusal, demanded, is_of_configuration
from assay.source.evaluate.evaluator import OBSERVED_STEPS, Evaluator
from assay.source.evaluate.values import (
    Assigned,
    ClassValue,
    Condition,
    Const,
    Decorated,
    Exit,
    FunctionValue,
    Given,
    Instance,
    Made,
    Table,
    Value,
    options,
    result,
)
from assay.source.looks import LOOKS
from assay.source.mentions import names_in, texts_in
from assay.source.requiring import requires_login
from assay.source.status import status_assigned, status_of
from assay.source.switched import is_switched
from assay.source.vocabulary import Topic, parts_of, topic_of

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
TURNING_DOWN = frozenset({"BadRequest", "NotFound", "Conflict", "UnprocessableEntity", "ValidationProblem"})
"""Calls by which a handler of .NET says that a request was wrong or asks for nothing that there is."""
VALIDATING = frozenset({"validate", "is_valid", "validate_on_submit", "check", "validatepython"})
SHAPES = frozenset({"schema", "serializer", "form", "validator", "payload", "dto"})
"""What has the shape of what was sent checked: `LoginSchema().validate(body)` asks nobody who is calling."""
TOKENS = frozenset({"decode", "get_unverified_claims", "TokenValidationParameters"})
"""Calls by which a guard reads a signed token."""


class Observation(Struct, frozen=True, eq=False):
    """What happened while a guard was run."""

    value: Value
    exits: tuple[Exit, ...]
    made: tuple[Made, ...]
    depth: int
    """Functions on the stack around it."""
    assigned: tuple[Assigned, ...] = ()
    is_cut: bool = False
    """Whether it was too much to be run to its end."""
    caught: tuple[tuple[int, int], ...] = ()
    """From which to which serial number things happened whose failure ends nothing."""


def observe(
    run: Evaluator, callee: Value, positional: Sequence[Value] = (), named: dict[str, Value] | None = None
) -> Observation:
    """Run a callable with these arguments (all others `Given`) and keep what it did. Nothing stays recorded in the program."""
    held, run.exits = run.exits, []
    run.caught.clear()
    start, starts = len(run.made), len(run.assigned)
    conditions, run.conditions = run.conditions, []
    stack, run.stack = run.stack, []
    steps = run.steps_left
    own = run.steps_left = min(OBSERVED_STEPS, run.observed_left)
    run.has_raised = False
    given = [replace(each, entries=dict(each.entries)) if isinstance(each, Table) else each for each in positional]
    with nullcontext() if run.is_tracing else LOOKS.own():
        value = run.call(callee, given, named, place=place_of_callee(callee))
    run.has_raised = False
    run.observed_left -= min(own, own - run.steps_left)
    is_cut, run.steps_left = run.steps_left <= 0, steps
    made, assigned, caught = tuple(run.made[start:]), tuple(run.assigned[starts:]), tuple(run.caught)
    observation = Observation(value, tuple(run.exits), made, 0, assigned, is_cut, caught)
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
    seen = observe(run, callee, positional, named)
    away = sending_away(seen.exits)
    general = judge(with_away(seen, away))
    wrong = turning_down(seen.exits, seen.caught) if general.demand in {Demand.NOTHING, Demand.UNKNOWN} else frozenset()
    if general.demand in {Demand.NOTHING, Demand.UNKNOWN} and not wrong:
        return general
    nobody = for_stranger(run, lambda: observe(run, callee, positional, named))
    if wrong:
        return by_error(general, seen, wrong, is_open=nobody.is_cut or bool(passing(nobody)))
    return for_caller(run, general, with_away(nobody, away), passing(with_away(nobody, away)))


def for_stranger(run: Evaluator, observed: Callable[[], Observation]) -> Observation:
    """What happens when the caller is one whom nobody knows."""
    held, run.assume = run.assume, for_nobody
    nobody = observed()
    run.assume = held
    return nobody


def by_error(general: Refusal, seen: Observation, wrong: frozenset[Place], *, is_open: bool) -> Refusal:
    """What a guard demands that turns strangers down by errors that mean something else, at these places; one that lets them through
    demands what it demanded before.
    """
    return general if is_open else judge(replace(seen, exits=turned_down(seen.exits, wrong)))


def with_away(observation: Observation, places: frozenset[Place]) -> Observation:
    """The same run, where leading a caller elsewhere at these places is a refusal."""
    return replace(observation, exits=refusing(observation.exits, places)) if places else observation


def for_caller(
    run: Evaluator, general: Refusal, nobody: Observation, passed: Sequence[tuple[Condition, ...]]
) -> Refusal:
    """What a guard demands that was also run for an unknown caller: nothing, if that one is never refused but gets through."""
    refused = [e.conditions for e in nobody.exits if status_of(e.value) in REFUSING]
    refused += [made.conditions for made in nobody.made if made.name in ABORTING and status_of(made) in REFUSING]
    refused += [made.conditions for made in nobody.made if requires_login(made)]
    refused += [assigned.conditions for assigned in nobody.assigned if status_assigned(assigned) in REFUSING]
    if nobody.is_cut and not refused:
        return TOO_MUCH
    if passed and not refused:
        return NOTHING
    is_open = any(is_of_configuration(conditions) for conditions in passed)
    if refused and (is_open or (passed and is_switched(refused, run.assigned))):
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
    seen = observe(run, wrapper, positional, named)
    away = sending_away(seen.exits)
    general = judge(with_away(seen, away))
    wrong = turning_down(seen.exits, seen.caught) if general.demand in {Demand.NOTHING, Demand.UNKNOWN} else frozenset()
    if general.demand in {Demand.NOTHING, Demand.UNKNOWN} and not wrong:
        return general
    nobody = for_stranger(run, lambda: observe(run, wrapper, positional, named))
    if wrong:
        return by_error(general, seen, wrong, is_open=nobody.is_cut or bool(reaching(nobody)))
    return for_caller(run, general, with_away(nobody, away), reaching(nobody))


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
    if any(redirects(exit_.value) for exit_ in nobody.exits):
        supposed = run.supposed
        run.supposed = []
        nobody = with_away(nobody, sending_away(observe(run, handler, positional, named).exits))
        run.supposed = supposed
    found = judge(nobody)
    served = replace(nobody, exits=tuple(exit_ for exit_ in nobody.exits if not is_turned_down(exit_.value)))
    if found.demand in {Demand.NOTHING, Demand.UNKNOWN} or passing(served):
        return NOTHING
    tests = [c.value for e in nobody.exits if status_of(e.value) in REFUSING for c in e.conditions]
    tests += [c.value for m in nobody.made if m.name in ABORTING for c in m.conditions]
    decided = [value for value in run.supposed if is_ambient(value)]
    decided += [m for m in nobody.made if requires_login(m) and not m.conditions]
    return found if decided or any(is_ambient(value) for value in tests) else NOTHING


def is_turned_down(value: Value) -> bool:
    """Whether an answer says that the request was wrong, or that there is no such thing: it serves nobody."""
    each = list(options(value))
    return bool(each) and all(isinstance(one, Made) and one.name in TURNING_DOWN for one in each)


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


VIEW = "the view"
"""The name of the stand-in for what a decorator is put on."""


def judge(observation: Observation, *, returns: bool = True) -> Refusal:
    """The strongest demand of what was observed; `returns` tells whether what it returns answers the request."""
    found: list[Refusal] = []
    judged: set[int] = set()
    for exit_ in observation.exits:
        is_answer = exit_.kind == "raise" or (returns and exit_.depth <= observation.depth + 2)
        status = status_of(exit_.value) if is_answer else None
        if status in REFUSING:
            asked = demanded(status, exit_.conditions, exit_.place)
            said = (each for each in options(exit_.value) if isinstance(each, Made | Instance))
            answers = {id(each) for each in said if status_of(each) in REFUSING}
            if asked.demand is Demand.CUSTOM and answers and answers <= judged:
                continue  # hands on what was refused further inside, where its tests stand
            judged |= answers
            is_of_right = asked.demand is Demand.CUSTOM and says_right(exit_.value)
            found.append(replace(asked, demand=Demand.SCOPE) if is_of_right else asked)
    for made in observation.made:
        status = 401 if requires_login(made) else status_of(made) if made.name in ABORTING else None
        if status in REFUSING:
            found.append(demanded(status, made.conditions, made.place))
    for assigned in observation.assigned:
        status = status_assigned(assigned)
        if status in REFUSING:
            found.append(demanded(status, assigned.conditions, assigned.place))
    if not found:
        return TOO_MUCH if observation.is_cut else undecided(observation)
    return strongest(found)


def says_right(value: Value) -> bool:
    """Whether a refusal itself says that a right is missing: `HTTPException(403, "Not enough permissions")`."""
    said = [text for part in held(value) for text in texts_in(part)]
    return any(topic_of(word) in {Topic.ROLE, Topic.SCOPE} for text in said for word in text.split())


def held(value: Value) -> tuple[Value, ...]:
    """What an exception was given."""
    return tuple(
        given
        for option in options(value)
        if isinstance(option, Made | Instance)
        for given in (*option.positional, *option.named.values())
    )


TOO_MUCH = Refusal(Demand.UNKNOWN, reason="it is too much to be followed to its end")
CONDITIONAL = UP_TO_SETTING


def reaching(observation: Observation) -> list[tuple[Condition, ...]]:
    """The tests under which the view was called."""
    return [
        made.conditions for made in observation.made if any(is_view(value) for value in (made.callee, *made.positional))
    ]


def is_view(value: Value) -> bool:
    """Whether a value is the stand-in for the view, or something put around it."""
    while isinstance(value, Made) and value.positional:
        value = value.positional[0]
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
        and (requires_login(made) or (made.name in ABORTING and status_of(made) in REFUSING))
        for made in observation.made
    )


ABORTING = {"abort", "unauthorized", "Abort", "ChallengeAsync", "ForbidAsync", "ThrowError", "needs_login"}
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
        is_caught = any(begun < made.index < end for begun, end in observation.caught)
        if is_deciding(made) and not is_caught and not is_given_up(observation.exits, made):
            reason = f"{made.name} decides outside the project"
            return Refusal(
                Demand.UNKNOWN, (), (Step(f"calls {made.name}, which is not in the source", made.place),), reason
            )
    return NOTHING


def is_deciding(made: Made) -> bool:
    """Whether an outside call may refuse by its name: verifies a token, a session, a permission."""
    name = made.name.lower()
    named = names_in(made.callee)
    if checks_nothing(made) or (name in VALIDATING and any(SHAPES & set(parts_of(word)) for word in named)):
        return False
    verb = any(
        word in name
        for word in ("verify", "validate", "authenticate", "authorize", "decode", "require", "ensure", "check")
    )
    topics = {topic_of(word) for word in named}
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
