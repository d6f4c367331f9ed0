"""Handlers that check their caller themselves: by the principal, or by a service that speaks of the current caller.

Only where nobody unknown gets through on any way. A 404 counts as a refusal where what decided it surely speaks of the caller.
"""

from __future__ import annotations

from msgspec.structs import replace

from assay.model.endpoint import Demand
from assay.model.place import Step
from assay.source import facts
from assay.source.anonymous import for_nobody
from assay.source.evaluate.container import declared_member
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import (
    External,
    FunctionValue,
    Given,
    Instance,
    Made,
    Member,
    Operation,
    Overloads,
    Value,
    options,
)
from assay.source.frameworks.aspnetcore.presence import asks_presence
from assay.source.inside import inside
from assay.source.looks import LOOKS
from assay.source.reached import mentioned
from assay.source.refusal import (
    NOTHING,
    REFUSING,
    Observation,
    Refusal,
    judge,
    observe,
    passing,
    refusal_of_handler,
)
from assay.source.status import status_of
from assay.source.vocabulary import IDENTITY, parts_of, topic_of

SAYING_NO = frozenset(
    ["Unauthorized", "Forbid", "Challenge", "StatusCode", "Problem", "UnauthorizedResult", "ForbidResult", "UnauthorizedAccessException",
     "StatusCodeResult", "RedirectToAction", "Redirect", "ChallengeResult", "UnauthorizedObjectResult", "ForbiddenException",
     "RedirectToRoute", "RedirectToRouteResult", "RedirectToActionResult", "RedirectResult", "LocalRedirect", "RedirectToPage",
     "UnauthorizedException", "ForbiddenAccessException"]
)  # fmt: skip
"""What a handler that checks its caller itself calls or makes."""
HIDING_NAMES = frozenset(["NotFound", "NotFoundException", "NotFoundResult"])
"""The same, of one that does not tell strangers whether there is anything."""
HIDING = 404
"""The status of an answer that hides that there is something."""
MOST_CALLED = 3
"""Extension methods of one name that are looked at."""
CURRENT = ("currentuser", "currentcontext", "currentprincipal", "usercontext", "usersession", "useraccessor")
"""Names, as part of longer ones, of services that speak of who is calling."""
PRINCIPAL = frozenset(["User", "HttpContext", "Request"])
"""Members that a controller or page inherits."""
ONLY_KNOWN = Demand.AUTHENTICATED
ADMINISTRATORS = frozenset(["admin", "administrator", "superadmin", "superuser"])
CHECKS = frozenset(
    [
        "check",
        "auth",
        "authorize",
        "authorized",
        "authenticated",
        "require",
        "ensure",
        "verify",
        "validate",
        "only",
        "logged",
        "session",
        "access",
    ]
)
"""Words in the names of checks of the project's own that ask for them."""
NEGATIVE = frozenset(["not", "no", "anonymous", "missing"])
ASKED = frozenset(["owner", "admin", "manager", "member", "manage", "edit", "view", "access", "can", "may"])
"""Words of what is asked of such a service, beside those of identity."""


def checked(run: Evaluator, function: FunctionValue) -> Refusal:
    """What a handler itself demands of its caller; nothing where an unknown one gets through."""
    names = spoken(run, function.function)
    names |= of_own_methods(run, function, names)
    if not names & (SAYING_NO | HIDING_NAMES):
        return NOTHING
    if not speaks(function.function):
        found = refusal_of_handler(run, function) if names & SAYING_NO else NOTHING
        is_asking = found.demand is Demand.NOTHING or not asks_presence(run, function)
        return of_administrators(found, names) if is_asking else NOTHING
    held, run.assume = run.assume, for_stranger
    run.supposed.clear()
    nobody = observe(run, function)
    run.assume = held
    is_told = any(tells(value) for value in run.supposed)
    if passing(nobody):
        return NOTHING  # a way that is open here is open for `refusal_of_handler` too
    found = refusal_of_handler(run, function) if names & SAYING_NO else NOTHING
    refusing = [one for one in nobody.exits if status_of(one.value) in REFUSING or hides(one.value)]
    if found.demand is not Demand.NOTHING or nobody.is_cut or not refusing or not is_told:
        return found
    return stated(judge(observe(run, function)), nobody, Step("refuses whoever is not known", refusing[0].place))


def of_administrators(found: Refusal, names: frozenset[str]) -> Refusal:
    """What a handler demands that calls a check of administrators: `if (!auth.CheckAdminAuth().Success) return Unauthorized();`."""
    is_of_them = any(ADMINISTRATORS & set(said) and CHECKS & set(said) for said in map(parts_of, names))
    return replace(found, demand=Demand.ROLE, values=("admin",)) if is_of_them and found.demand is ONLY_KNOWN else found


def spoken(run: Evaluator, function: facts.Function) -> frozenset[str]:
    """The names in a handler and in the extension methods that it calls: `context.GetRequiredSession()` may refuse for it."""
    names = frozenset(mentioned(function))
    called = [one for name in sorted(names) for one in run.csharp.types.extensions(name)[:MOST_CALLED]]
    return names.union(*(mentioned(one.function) for one in called))


def of_own_methods(run: Evaluator, function: FunctionValue, names: frozenset[str]) -> frozenset[str]:
    """The names in the methods of its own type, or of bases of it, that a handler calls: `return RedirectToLogin();`."""
    found: set[str] = set()
    for name in sorted(names) if function.owner is not None else ():
        held = declared_member(run, function.owner, name) if function.owner is not None else None
        for one in held.functions if isinstance(held, Overloads) else (held,):
            if isinstance(one, FunctionValue) and one.function is not function.function:
                found |= mentioned(one.function)
    return frozenset(found)


def hides(value: Value) -> bool:
    """Whether an answer or exception says that there is nothing: `NotFound()`, `new NotFoundException()`."""
    names = [
        option.cls.name if isinstance(option, Instance) else getattr(option, "name", "") for option in options(value)
    ]
    return status_of(value) == HIDING or any(name.rpartition(".")[2].startswith("NotFound") for name in names)


def stated(general: Refusal, nobody: Observation, step: Step) -> Refusal:
    """What is demanded, as far as the tests around the refusals say."""
    if general.demand not in {Demand.NOTHING, Demand.UNKNOWN}:
        return general
    known = judge(nobody)
    return known if known.demand is Demand.AUTHENTICATED else Refusal(Demand.CUSTOM, (), (step,))


def for_stranger(value: Value) -> bool | None:
    """As for nobody, and what a service says of the current caller does not hold either."""
    return for_nobody(value, leaf)


def leaf(value: Value) -> bool | None:
    """Whatever is asked of the current caller is false for one whom nobody knows."""
    if not isinstance(value, Made | Member | External) or not tells(value):
        return None
    return None if NEGATIVE & set(parts_of(last_of(value))) else False


def tells(value: Value) -> bool:
    """Whether a test surely speaks of who is calling: it asks the principal, or a service of the current caller, for something of it."""
    match value:
        case Operation(operands=operands):
            return any(tells(operand) for operand in operands)
        case Made(positional=positional):
            return (is_rooted(value.callee) and is_asked(last_of(value))) or any(map(is_principal, positional))
        case Member() | External():
            return is_rooted(value) and is_asked(last_of(value))
    return False


def last_of(value: Value) -> str:
    """The simple name of what is asked."""
    return str(getattr(value, "name", "")).rpartition(".")[2]


def is_asked(name: str) -> bool:
    """Whether a name is that of something about a caller."""
    return topic_of(name) in IDENTITY or bool(ASKED & set(parts_of(name)))


def is_rooted(value: Value) -> bool:
    """Whether something is asked of the principal or of a service of the current caller."""
    match value:
        case External(name=name):
            first, *rest = name.split(".")
            return first == "User" or (first in PRINCIPAL and "User" in rest) or any(map(is_current, (first, *rest)))
        case Member(name=name, value=inner):
            return is_current(name) or is_principal(value) or is_rooted(inner)
        case Made(callee=callee):
            return is_rooted(callee)
        case Given(name=name):
            return is_current(name)
    return False


def is_principal(value: Value) -> bool:
    """Whether a value is the principal itself: `User`, `context.User`."""
    match value:
        case External(name=name):
            return name == "User" or (name.split(".")[0] in PRINCIPAL and name.endswith(".User"))
        case Member(name="User", value=Given() | External() | Member()):
            return True
    return False


def speaks(function: facts.Function) -> bool:
    """Whether a body names the principal or a service of the current caller at all."""
    with LOOKS.own():
        return any(
            name == "User" or is_current(name)
            for part in inside(function.body)
            if isinstance(part, facts.Name | facts.Attr)
            for name in (part.id if isinstance(part, facts.Name) else part.name,)
        )


def is_current(name: str) -> bool:
    """Whether a name is that of a service of the current caller."""
    plain = name.lower().replace("_", "")
    return any(word in plain for word in CURRENT)
