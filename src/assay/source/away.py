"""Callers who are sent away: a redirection behind a test of who is calling is a refusal, wherever it leads.

`if not session.get("is_admin"): raise Redirect(url_for(".start"))`: no page named like a login is needed to see that nobody else gets on.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate.values import Condition, Const, Exit, External, Given, Instance, Made, Member, Value, options
from assay.source.mentions import names_in, texts_in, walk
from assay.source.program import words
from assay.source.status import REDIRECTION, REDIRECTS, status_of
from assay.source.vocabulary import IDENTITY, Topic, parts_of, topic_of

REFUSED = External("Unauthorized")
"""What stands for an answer that sends the caller away."""
WRONG = range(400, 500)
CALLER = frozenset({Topic.PRINCIPAL, Topic.ROLE})
KEEPING = "session"
"""Where a site keeps anything of a visitor, known or not: a test has to name more than that."""
AMBIENT = frozenset(
    {
        "current_user",
        "session",
        "Session",
        "g",
        "user",
        "User",
        "headers",
        "Headers",
        "cookies",
        "Cookies",
        "authorization",
    }
    | {"Authorization", "auth", "identity", "Identity", "principal", "state"}
)
"""Members of a request or context that tell who is calling."""


def sending_away(exits: Iterable[Exit]) -> frozenset[Place]:
    """The places where a caller is led elsewhere because of who it is."""
    return frozenset(
        exit_.place
        for exit_ in exits
        if exit_.conditions and redirects(exit_.value) and asks_for_caller(exit_.conditions[-1])
    )


def refusing(exits: tuple[Exit, ...], places: frozenset[Place]) -> tuple[Exit, ...]:
    """The exits, those at these places as refusals."""
    if not places:
        return exits
    return tuple(
        replace(exit_, value=REFUSED) if exit_.place in places and redirects(exit_.value) else exit_ for exit_ in exits
    )


def turning_down(exits: Iterable[Exit], caught: Sequence[tuple[int, int]]) -> frozenset[Place]:
    """The places where a guard ends the request as wrong (400, 404, an error of the project) because of what its caller brings along. Once
    one does so, all do whose test is about the caller: `if user.role not in roles: raise ValidationError()`.
    """
    turned = [
        exit_
        for exit_ in exits
        if exit_.conditions and is_turned_down(exit_) and not any(begun < exit_.index < end for begun, end in caught)
    ]
    if not any(is_ambient(exit_.conditions[-1].value) and is_of_caller(exit_.conditions[-1]) for exit_ in turned):
        return frozenset()
    return frozenset(exit_.place for exit_ in turned if is_of_caller(exit_.conditions[-1]))


def turned_down(exits: tuple[Exit, ...], places: frozenset[Place]) -> tuple[Exit, ...]:
    """The exits, those at these places as refusals."""
    return tuple(
        replace(exit_, value=REFUSED) if exit_.place in places and is_turned_down(exit_) else exit_ for exit_ in exits
    )


def is_turned_down(exit_: Exit) -> bool:
    """Whether an exit says that the request was wrong, or is an error of an unknown kind."""
    status = status_of(exit_.value)
    return status in WRONG if status is not None else exit_.kind == "raise"


def is_of_caller(condition: Condition) -> bool:
    """Whether a test speaks of who is calling."""
    said = (*words(condition.test), *names_in(condition.value), *texts_in(condition.value))
    return any(topic_of(word) in IDENTITY for word in said)


def redirects(value: Value) -> bool:
    """Whether an answer or exception leads elsewhere."""
    return any(leads_elsewhere(option) for option in options(value))


def leads_elsewhere(value: Value) -> bool:
    """Whether one value is a redirection: by the name of the call, or by its status."""
    match value:
        case Made(name=name) if name in REDIRECTS and name != "url_for":
            return True
        case Made() | Instance():
            return status_of(value) in REDIRECTION
    return False


def asks_for_caller(condition: Condition) -> bool:
    """Whether a test asks what a request brings along for the name or the role of who sends it."""
    if not is_ambient(condition.value):
        return False
    said = (*words(condition.test), *names_in(condition.value), *texts_in(condition.value))
    named = (part for word in said for part in parts_of(word) if part != KEEPING)
    return any(topic_of(part) in CALLER for part in named)


def is_ambient(value: Value) -> bool:
    """Whether a test speaks of what a request brings along of its caller."""
    for part in walk(value):
        match part:
            case External(name=name) if AMBIENT & set(name.split(".")[1:]):
                return True
            case External(name=name) if name.startswith("Request.") and topic_of(name.rpartition(".")[2]) in IDENTITY:
                return True  # `Request.GetApiKey()`, a helper of the project around its headers
            case Given(origin="header" | "cookie"):
                return True
            case Member(value=Given(), name=name) if name in AMBIENT:
                return True
            case Member(value=Member(value=Given()), name=name) if name in AMBIENT:
                return True
    return False


def is_given_up(exits: tuple[Exit, ...], made: Made) -> bool:
    """Whether a guard goes on without a caller when a call fails: `except JWTError: return None`."""
    ends = [
        exit_.kind == "return" and isinstance(exit_.value, Const) and exit_.value.value is None
        for exit_ in exits
        for test in exit_.conditions
        if isinstance(test.test, facts.Opaque)
        and test.test.kind == "except"
        and test.place.path == made.place.path
        and test.place.line <= made.place.line <= exit_.place.line
    ]
    return bool(ends) and all(ends)
