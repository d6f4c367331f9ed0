"""Whether a filter or middleware refuses a caller who shows nothing: it is run with an empty request.

Something that only checks a credential when one is sent, or that turns exceptions of what comes later into answers, lets such a caller
through.
"""

from __future__ import annotations

from functools import cached_property

from msgspec.structs import replace

from assay.model.endpoint import Demand
from assay.source import facts
from assay.source.evaluate.values import (
    Assigned,
    Condition,
    Const,
    Exit,
    FunctionValue,
    Given,
    Items,
    Made,
    Member,
    Operation,
    Table,
    Unknown,
    Value,
)
from assay.source.frameworks.aspnetcore.template import parameters
from assay.source.mentions import names_in
from assay.source.program import Program
from assay.source.refusal import NOTHING, REFUSING, Observation, Refusal, is_deciding, judge, observe
from assay.source.status import status_assigned, status_of

ENDING = frozenset(["ChallengeAsync", "ForbidAsync"])
NEXT = frozenset(["next", "_next", "nextdelegate", "_requestdelegate", "requestdelegate", "nextmiddleware"])
ASKING = frozenset(
    ["path", "method", "getendpoint", "metadata", "routedata", "routevalues", "pathbase", "host", "actiondescriptor"]
)
ANONYMOUS = "allowanonymous"


def known_of(method: str, path: str) -> tuple[dict[str, Value], dict[str, Value]]:
    """What is known of the request and of its context for an endpoint."""
    if not path:
        return {}, {}
    values = Table(
        {piece.name: (Const(piece.name), Unknown("a value of the route")) for piece in parameters(path)},
        missing=Const(None),
    )
    asked: dict[str, Value] = {"Path": Const(path), "RouteValues": values}
    if method and method != "ANY":
        asked["Method"] = Const(method)
    return asked, {"RouteData": Given("RouteData", attributes={"Values": values})}


def request(method: str = "", path: str = "", *, is_empty: bool = True) -> Given:
    """A context without user, headers, cookies and query; path and method may be known."""
    asked, around = known_of(method, path)
    inner: dict[str, Value] = dict(around)
    if is_empty:
        nothing = Const(None)
        asked |= {key: Table({}, missing=nothing) for key in ("Headers", "Query", "Cookies")}
        identity = Given("Identity", attributes={"IsAuthenticated": Const(False), "Name": nothing})
        inner["User"] = Given("User", attributes={"Identity": identity, "Claims": Items([])})
        inner["Items"] = Table({}, missing=nothing)
    if asked:
        inner["Request"] = Given("Request", attributes=asked)
    context = Given("HttpContext", attributes=dict(inner))
    return Given("context", attributes={**inner, "HttpContext": context} if inner else {})


def run_with(program: Program, function: FunctionValue, context: Given) -> Observation:
    """What a filter or middleware does with a context; whatever else it takes is given."""
    return observe(program.run, function, (context,) if function.function.parameters else ())


class Look:
    """A filter or middleware run for the callers of a path, known or not; each run is made when it is first needed."""

    def __init__(self, program: Program, function: FunctionValue, method: str = "", path: str = "") -> None:
        self.program = program
        self.function = function
        self.method = method
        self.path = path

    @cached_property
    def empty(self) -> Observation:
        """What it does with a request that brings nothing along."""
        return run_with(self.program, self.function, request(self.method, self.path))

    @cached_property
    def whole(self) -> Observation:
        """What it may do with any request."""
        return run_with(self.program, self.function, request(self.method, self.path, is_empty=False))

    @cached_property
    def refusal(self) -> Refusal:
        """What it demands; nothing when it lets an anonymous caller through."""
        alone = judge(unmarked(self.empty))
        if not refuses(self.empty):
            return alone if alone.demand is Demand.UNKNOWN else NOTHING
        whole = judge(unmarked(self.whole))
        return whole if whole.demand not in {Demand.NOTHING, Demand.UNKNOWN} else alone

    @cached_property
    def asked(self) -> frozenset[str]:
        """What of the request's path, method, route or endpoint its tests are about."""
        return frozenset(mentioned(self.empty) & ASKING)

    @cached_property
    def honours_marker(self) -> bool:
        """Whether it looks for the anonymous marker of an endpoint."""
        return any(ANONYMOUS in name for name in mentioned(self.whole))


def unmarked(seen: Observation) -> Observation:
    """A run without its tests for the anonymous marker: they say nothing of what is demanded of others."""
    known: dict[int, bool] = {}

    def kept(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return tuple(one for one in conditions if not asks_marker(one.value, known))

    exits = tuple(replace(one, conditions=kept(one.conditions)) for one in seen.exits)
    assigned = tuple(replace(one, conditions=kept(one.conditions)) for one in seen.assigned)
    return replace(seen, exits=exits, assigned=assigned)


def asks_marker(value: Value, known: dict[int, bool]) -> bool:
    """Whether a test asks for the anonymous marker; `known` holds the answers so far, by identity."""
    if id(value) not in known:
        known[id(value)] = any(ANONYMOUS in name.lower() for name in names_in(value))
    return known[id(value)]


def refuses(seen: Observation) -> bool:
    """Whether something refuses before the request is surely handed on."""
    handed = min(
        (made.index for made in seen.made if is_handing_on(made) and not is_undecided(made.conditions)),
        default=float("inf"),
    )
    exits = (one for one in seen.exits if one.kind == "raise" or one.depth <= 2)
    refused: list[Exit | Assigned | Made] = [one for one in exits if status_of(one.value) in REFUSING]
    refused += [one for one in seen.assigned if status_assigned(one) in REFUSING]
    refused += [one for one in seen.made if one.name in ENDING]
    asking = min((made.index for made in seen.made if is_deciding(made)), default=float("inf"))
    return any(one.index < handed and not (is_of_failure(one.conditions) and one.index < asking) for one in refused)


def is_of_failure(conditions: tuple[Condition, ...]) -> bool:
    """Whether something is done in a `catch`: a refusal there asks for something only if what is tried looks at a credential."""
    return any(isinstance(one.test, facts.Opaque) and one.test.kind == "except" for one in conditions)


def is_handing_on(made: Made) -> bool:
    """`await next(context)`, `_next.Invoke(context)`."""
    callee = made.callee
    if isinstance(callee, Member) and made.name == "Invoke":
        callee = callee.value
    names = names_in(callee)
    return bool(names) and names[-1].lower() in NEXT


def is_undecided(conditions: tuple[Condition, ...]) -> bool:
    """Whether some test that is not the entering of a `try` stands around."""
    return any(not (isinstance(one.test, facts.Opaque) and one.test.kind == "except") for one in conditions)


# --- what it asks for


def mentioned(seen: Observation) -> set[str]:
    """The names, in small letters, in all tests, calls and answers of a run."""
    values = {id(one.value): one.value for one in seen.exits}
    for each in (seen.exits, seen.assigned, seen.made):
        values |= {id(test.value): test.value for one in each for test in one.conditions}
    for made in seen.made:
        values |= {id(value): value for value in (made.callee, *made.type_arguments, *made.positional)}
    found: set[str] = set()
    for value in values.values():
        for part in value.operands if isinstance(value, Operation) else (value,):
            found |= {name.lower() for name in names_in(part)}
    return found
