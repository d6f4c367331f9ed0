"""Tests that answer yes or no: what they demand of a caller (`has_permission`, `test_func`, `user_passes_test(...)`)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Demand
from assay.model.place import Step
from assay.source import facts
from assay.source.anonymous import Leaf, brought, for_nobody
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import Condition, Const, Exit, Generic, Given, Made, Unknown, Value, options
from assay.source.mentions import names_in, texts_in, walk
from assay.source.refusal import (
    CONDITIONAL,
    NOTHING,
    REFUSING,
    Observation,
    Refusal,
    demanded,
    is_deciding,
    is_of_configuration,
    observe,
    place_of_callee,
)
from assay.source.status import status_of

OBJECT = "obj"
"""The name of the stand-in for the object that a test is about."""


class Verdicts(Struct, eq=False):
    """What a test answers an unknown caller."""

    opened: list[Exit]
    undecided: list[Value]
    is_refused: bool = False


def demand_of_answer(run: Evaluator, callee: Value, positional: Sequence[Value], leaf: Leaf | None = None) -> Refusal:
    """What a test demands before it says yes: it is run as it is and for an unknown caller."""
    held, run.assume = run.assume, lambda value: for_nobody(value, leaf)
    nobody = observe(run, callee, positional)
    run.assume = held
    verdicts = judged(nobody.exits, leaf)
    if verdicts.opened:
        opened = [exit_.conditions for exit_ in verdicts.opened]
        is_configured = all(is_of_configuration(conditions) for conditions in opened)
        if verdicts.is_refused and is_configured and all(opened):
            return Refusal(Demand.UNKNOWN, reason=CONDITIONAL)
        if verdicts.is_refused and all(is_out_of_reach(nobody, exit_) for exit_ in verdicts.opened):
            return Refusal(
                Demand.AUTHENTICATED,
                steps=(Step("refuses where reading the credential fails", place_of_callee(callee)),),
            )
        return NOTHING
    if verdicts.undecided and not verdicts.is_refused:
        return of_undecided(verdicts.undecided)
    general = observe(run, callee, positional)
    found = of_exits([exit_ for exit_ in general.exits if exit_.depth == 1 or exit_.kind == "raise"])
    asked = groups_asked(general) if found.demand in {Demand.AUTHENTICATED, Demand.CUSTOM} else ()
    return replace(found, demand=Demand.ROLE, values=asked) if asked else found


def groups_asked(seen: Observation) -> tuple[str, ...]:
    """The groups that a test looks for, wherever it keeps the answer: `found = bool(user.groups.filter(name__in=allowed))`."""
    asked = [made for made in seen.made if made.name in LOOKING and "groups" in names_in(made.callee)]
    return tuple(dict.fromkeys(text for made in asked for value in made.named.values() for text in texts_in(value)))


def judged(exits: Sequence[Exit], leaf: Leaf | None) -> Verdicts:
    """What the ends of a run mean."""
    found = Verdicts([], [])
    for exit_ in exits:
        if exit_.kind == "raise":
            found.is_refused |= status_of(exit_.value) in {*REFUSING, 404}
        elif exit_.depth == 1:
            for option in options(exit_.value):
                verdict = for_nobody(option, leaf)
                if verdict is True:
                    found.opened.append(exit_)
                elif verdict is None:
                    found.undecided.append(option)
                else:
                    found.is_refused = True
    return found


def is_out_of_reach(seen: Observation, exit_: Exit) -> bool:
    """Whether an unknown caller never comes to an end of a test: a call before it raises, because it reads a credential in vain."""
    before = [other for other in seen.exits if other.kind == "raise" and other.depth > 1 and is_before(other, exit_)]
    raised = [other for other in before if not any(is_caught(condition) for condition in other.conditions)]
    again = {other.depth for other in seen.exits if other.kind == "raise" and any(map(is_caught, other.conditions))}
    if any(other.depth in again for other in raised):
        return True
    reading = (is_deciding, is_looked_up, is_taken_from_request)
    return any(is_before(made, exit_) and any(is_read(made) for is_read in reading) for made in seen.made)


def is_before(one: Exit | Made, exit_: Exit) -> bool:
    """Whether something always happens before an end."""
    return one.index < exit_.index and one.conditions == exit_.conditions[: len(one.conditions)]


def is_caught(condition: Condition) -> bool:
    """Whether a test is that something was raised."""
    return isinstance(condition.test, facts.Opaque) and condition.test.kind == "except"


def is_looked_up(made: Made) -> bool:
    """Whether an object is looked up by what the caller brings along: one that is not there raises."""
    given = (*made.positional, *made.named.values())
    return made.name in RAISING and any(any(True for _ in brought(value)) for value in given)


def is_taken_from_request(made: Made) -> bool:
    """Whether a call is about a header or cookie that has to be there: `request.headers["Authorization"].split()`."""
    parts = (part for value in made.parts for part in walk(value))
    return any(isinstance(part, Generic) and any(True for _ in brought(part)) for part in parts)


LOOKING = frozenset({"filter", "get", "exclude"})
RAISING = frozenset({"get", "aget", "get_object_or_404"})


def of_undecided(values: list[Value]) -> Refusal:
    """The demand of a test whose answer does not speak of the caller: one of its own if it looks at the request."""
    for value in values:
        if isinstance(value, Unknown):
            return Refusal(Demand.UNKNOWN, reason=f"its answer could not be followed: {value.reason}")
        if isinstance(value, Made) and is_deciding(value):
            return Refusal(Demand.UNKNOWN, reason=f"{value.name} decides outside the project")
    if any("request" in names_in(value) for value in values):
        return Refusal(Demand.CUSTOM)
    return NOTHING


def of_exits(exits: Sequence[Exit]) -> Refusal:
    """The demand that the answers and the tests before them speak of, all together."""
    if not exits:
        return Refusal(Demand.CUSTOM)
    conditions: list[Condition] = []
    for exit_ in exits:
        conditions += exit_.conditions
        if not isinstance(exit_.value, Const):
            conditions.append(Condition(facts.Constant(None), exit_.value, True, exit_.place))
    found = demanded(403, tuple(conditions), exits[-1].place)
    if found.demand is not Demand.ROLE and any(is_about_object(c.value) for c in conditions):
        return replace(found, demand=Demand.OBJECT)
    return found


def is_about_object(value: Value) -> bool:
    """Whether a value speaks of the object that a test was given."""
    return any(isinstance(part, Given) and part.name == OBJECT for part in walk(value))
