"""Hubs of SignalR that look at who connects: `OnConnectedAsync` aborts the connection, or throws, for whom it does not let in."""

from __future__ import annotations

from assay.model.endpoint import Demand, Guard, Level
from assay.source.anonymous import for_nobody
from assay.source.demands import NOTHING, Refusal, demanded
from assay.source.evaluate.container import declared_member
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import (
    ClassValue,
    Condition,
    Const,
    External,
    FunctionValue,
    Given,
    Member,
    Operation,
    Value,
)
from assay.source.frameworks.aspnetcore.inline import leaf
from assay.source.refusal import Observation, observe, strongest

CONNECTING = "OnConnectedAsync"
ABORTING = "Abort"
REFUSED = 401


def of_hub(run: Evaluator, cls: ClassValue) -> Guard | None:
    """The guard that a hub is to itself; None when it lets in whoever connects."""
    found = declared_member(run, cls, CONNECTING)
    if not isinstance(found, FunctionValue) or found.function.body is None:
        return None
    method = FunctionValue(found.function, found.module, found.scope, found.owner, Given("this", type=cls))
    what = demand_of(run, method)
    if what.demand is Demand.NOTHING:
        return None
    name = f"check in {cls.name}.{CONNECTING}"
    return Guard(name, "inline", what.demand, Level.ENDPOINT, method.place, what.values, steps=what.steps)


def demand_of(run: Evaluator, method: FunctionValue) -> Refusal:
    """What a hub demands of those who connect; nothing where a stranger stays connected."""
    held, run.assume = run.assume, for_connecting
    stranger = observe(run, method)
    run.assume = held
    turned_away = ends(stranger)
    if stranger.is_cut or not turned_away or stays(stranger, turned_away):
        return NOTHING
    general = observe(run, method)
    found = [demanded(REFUSED, conditions, method.place) for conditions in ends(general) or turned_away]
    return strongest([one for one in found if one.demand is not Demand.NOTHING] or [Refusal(Demand.AUTHENTICATED)])


def for_connecting(value: Value) -> bool | None:
    """As for a stranger; but whoever connects has a principal, if one without a name."""
    return for_nobody(value, of_connection)


def of_connection(value: Value) -> bool | None:
    """`Context.User == null` does not hold; all else is as for a handler."""
    match value:
        case Operation(operator="==" | "is" | "!=" | "isnot" as operator, operands=(left, Const(value=None))) if (
            is_user(left)
        ):
            return operator in {"!=", "isnot"}
    return leaf(value)


def is_user(value: Value) -> bool:
    """Whether a value is the principal of a connection."""
    return isinstance(value, External | Member) and value.name.rpartition(".")[2] == "User"


def ends(seen: Observation) -> list[tuple[Condition, ...]]:
    """The tests under which a connection is ended."""
    aborted = [made.conditions for made in seen.made if made.name == ABORTING]
    return aborted + [exit_.conditions for exit_ in seen.exits if exit_.kind == "raise"]


def stays(seen: Observation, ended: list[tuple[Condition, ...]]) -> bool:
    """Whether some way through leaves the connection open."""
    ways = [exit_.conditions for exit_ in seen.exits if exit_.kind == "return" and exit_.depth == seen.depth + 1]
    return any(not any(way[: len(end)] == end for end in ended) for way in ways)
