"""Whether a filter or middleware refuses a caller who shows nothing: it is run with an empty request.

Something that only checks a credential when one is sent, or that turns exceptions of what comes later into answers, lets such a caller through.
"""

from __future__ import annotations

from assay.model.endpoint import Demand
from assay.source import facts
from assay.source.evaluate.values import Condition, Const, FunctionValue, Given, Items, Made, Member, Table, Value
from assay.source.mentions import names_in
from assay.source.program import Program
from assay.source.refusal import NOTHING, REFUSING, Observation, Refusal, judge, observe
from assay.source.status import status_assigned, status_of

ENDING = frozenset(["ChallengeAsync", "ForbidAsync"])
NEXT = frozenset(["next", "_next", "nextdelegate", "_requestdelegate", "requestdelegate", "nextmiddleware"])


def request(method: str = "", path: str = "") -> Given:
    """A context without user, headers, cookies and query; path and method may be known."""
    nothing = Const(None)

    def empty() -> Table:
        return Table({}, missing=nothing)

    asked: dict[str, Value] = {"Headers": empty(), "Query": empty(), "Cookies": empty()}
    if path:
        asked["Path"] = Const(path)
    if method and method != "ANY":
        asked["Method"] = Const(method)
    identity = Given("Identity", attributes={"IsAuthenticated": Const(False), "Name": nothing})
    user = Given("User", attributes={"Identity": identity, "Claims": Items([])})
    inner: dict[str, Value] = {
        "Request": Given("Request", attributes=asked),
        "User": user,
        "Items": empty(),
    }
    context = Given("HttpContext", attributes=dict(inner))
    return Given("context", attributes={**inner, "HttpContext": context})


def given_to(function: FunctionValue, context: Given) -> tuple[Value, ...]:
    """The arguments: the context, then whatever else it takes."""
    return (context,) if function.function.parameters else ()


def judged(program: Program, function: FunctionValue, method: str = "", path: str = "") -> Refusal:
    """What a filter or middleware demands of callers of a path; nothing when it lets an anonymous one through."""
    seen = observe(program.run, function, given_to(function, request(method, path)))
    if not refuses(seen):
        return judge(seen) if judge(seen).demand is Demand.UNKNOWN else NOTHING
    known: dict[str, Value] = {}
    if path:
        known = {"Path": Const(path)} | ({"Method": Const(method)} if method and method != "ANY" else {})
    asked = Given("Request", attributes=known)
    context = Given(
        "context",
        attributes={"Request": asked, "HttpContext": Given("HttpContext", attributes={"Request": asked})}
        if path
        else {},
    )
    whole = judge(observe(program.run, function, given_to(function, context)))
    return whole if whole.demand not in {Demand.NOTHING, Demand.UNKNOWN} else judge(seen)


def refuses(seen: Observation) -> bool:
    """Whether something refuses before the request is handed on."""
    handed = min(
        (made.index for made in seen.made if is_handing_on(made) and not undecided(made.conditions)), default=None
    )
    for exit_ in seen.exits:
        is_answer = exit_.kind == "raise" or exit_.depth <= 2
        if is_answer and status_of(exit_.value) in REFUSING and is_before(exit_.index, handed):
            return True
    for assigned in seen.assigned:
        if status_assigned(assigned) in REFUSING and is_before(assigned.index, handed):
            return True
    return any(made.name in ENDING and is_before(made.index, handed) for made in seen.made)


def is_before(index: int, handed: int | None) -> bool:
    """Whether something happens before the request is surely handed on."""
    return handed is None or index < handed


def is_handing_on(made: Made) -> bool:
    """`await next(context)`, `_next.Invoke(context)`, `await base.OnActionExecutionAsync(context, next)`."""
    callee = made.callee
    if isinstance(callee, Member) and made.name == "Invoke":
        callee = callee.value
    names = names_in(callee)
    return bool(names) and names[-1].lower() in NEXT


def undecided(conditions: tuple[Condition, ...]) -> bool:
    """Whether some test that is not the entering of a `try` stands around."""
    return any(not (isinstance(one.test, facts.Opaque) and one.test.kind == "except") for one in conditions)
