"""What a refusal under certain tests demands: a role, a scope, an object's owner, or only a known caller."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay.model.endpoint import Demand
from assay.model.place import Place, Step
from assay.source import facts
from assay.source.anonymous import is_configured
from assay.source.evaluate.values import (
    ClassValue,
    Condition,
    Const,
    External,
    Generic,
    Items,
    Made,
    Member,
    Operation,
    Value,
    options,
)
from assay.source.inside import inside
from assay.source.mentions import FEW, LIMIT, names_in, texts_in
from assay.source.program import words
from assay.source.vocabulary import FORGERY, IDENTITY, NETWORK, Topic, parts_of, topic_of


class Refusal(Struct, frozen=True):
    """What a guard demands, and how that was seen."""

    demand: Demand
    values: tuple[str, ...] = ()
    """Role, scope or permission names that its tests hold."""
    steps: tuple[Step, ...] = ()
    reason: str = ""
    """Why it is unknown."""


NOTHING = Refusal(Demand.NOTHING)
DEPTH = 6
"""Tests inside each other."""


def is_of_configuration(conditions: tuple[Condition, ...]) -> bool:
    """Whether tests speak of the configuration and not of the caller."""
    topics = {topic for condition in conditions for topic in topics_of(condition)}
    return Topic.CONFIGURATION in topics and not topics & IDENTITY


def reads_configuration(value: Value) -> bool:
    """Whether some option of a value is read from the configuration: `get_config("x")`, `settings.x`, `app.config["x"]`."""
    for option in options(value):
        match option:
            case Made(callee=callee):
                names = names_in(callee)
            case External() | Member() | Generic():
                names = names_in(option)
            case _:
                continue
        if any(topic_of(name) is Topic.CONFIGURATION for name in names):
            return True
    return False


def is_fixed(value: Value) -> bool:
    """Whether a value does not depend on the request."""
    return all(isinstance(option, Const | External | ClassValue) for option in options(value))


CLAIMS = frozenset({"role", "roles", "scope", "scopes", "permission", "permissions"})
"""Words of what a token may hold: that there is one says nothing of which."""


OF_TOKENS = frozenset(
    [
        "refresh",
        "access",
        "bearer",
        "Bearer",
        "type",
        "token_type",
        "typ",
        "jti",
        "exp",
        "iat",
        "nbf",
        "iss",
        "aud",
        "sub",
        "access_token",
        "refresh_token",
    ]
)
"""Texts of what every token says of itself: a test of those asks if it is a token to sign in with, and for no right."""


def asks_of_token(condition: Condition) -> bool:
    """Whether all that a test names is what every token says of itself: `claims.get("type") != "access"`."""
    said = {part.value for part in inside(condition.test) if isinstance(part, facts.Text)}
    return bool(said) and said <= OF_TOKENS


def topics_of(condition: Condition) -> set[Topic]:
    """What a test is about, by its words and its value; a setting compared with a constant is about the configuration alone."""
    match condition.value:
        case Operation(operands=(left, right)) if (reads_configuration(left) and is_fixed(right)) or (
            reads_configuration(right) and is_fixed(left)
        ):
            return {Topic.CONFIGURATION}
    if isinstance(condition.value, External | Member | Generic) and is_configured(condition.value):
        return {Topic.CONFIGURATION}
    said = [*words(condition.test), *(name for part in asked_of(condition.value) for name in names_in(part))]
    if asks_if_there(condition.value):
        said = [word for word in said if not set(parts_of(word)) & CLAIMS]
    return {topic for word in said if (topic := topic_of(word)) is not None}


def asks_if_there(value: Value) -> bool:
    """Whether a test only asks if there is something: `id is None or role is None` of what a token says asks for no role."""
    match value:
        case Operation(operator="and" | "or" | "not", operands=operands):
            return all(map(asks_if_there, operands))
        case Operation(operator="is" | "isnot" | "==" | "!=", operands=(_, Const(value=None))):
            return True
    return False


def compared_with(value: Value, depth: int = 0) -> list[str]:
    """The texts that something is compared with: `user.role not in ["clerk", "admin"]`; not the keys by which it is looked up."""
    found: list[str] = []
    for option in options(value) if depth < DEPTH else ():
        match option:
            case Operation(operator="and" | "or" | "not", operands=operands):
                found += (text for operand in operands for text in compared_with(operand, depth + 1))
            case Operation(operands=operands):
                for operand in operands:
                    listed = operand.items if isinstance(operand, Items) else [operand]
                    found += (each.value for each in listed if isinstance(each, Const) and isinstance(each.value, str))
    return [text for text in found if 0 < len(text) <= LIMIT] if len(found) <= FEW else []


def asked_of(value: Value) -> Iterator[Value]:
    """The sides of a test, without what is only injected: `Security(access_token)` names what gives a value, and not what it says."""
    match value:
        case Operation(operands=operands):
            for operand in operands:
                yield from asked_of(operand)
        case Made(name="Depends" | "Security", positional=(Made(), *_)):
            return
        case _:
            yield value


def demanded(status: int, conditions: tuple[Condition, ...], place: Place) -> Refusal:
    """What a refusal under these tests demands."""
    topics: set[Topic] = set()
    values: list[str] = []
    for condition in conditions:
        found = topics_of(condition)
        if Topic.SCOPE in found and asks_of_token(condition):
            found = (found - {Topic.SCOPE}) | {Topic.CREDENTIAL}
        topics |= found
        values += compared_with(condition.value) or (
            text for part in asked_of(condition.value) for text in texts_in(part)
        )
    step = Step(f"refuses with {status}", place)
    if (not topics & IDENTITY and is_of_network(conditions)) or is_of_count(conditions):
        return NOTHING
    if compares_with_request(conditions) and Topic.PRINCIPAL in topics:
        return Refusal(Demand.OBJECT, (), (step,))
    if Topic.ROLE in topics or (values and Topic.PRINCIPAL in topics and any(map(asks_for_group, conditions))):
        return Refusal(Demand.ROLE, tuple(dict.fromkeys(values)), (step,))
    if Topic.SCOPE in topics:
        return Refusal(Demand.SCOPE, tuple(dict.fromkeys(values)), (step,))
    if status == 401 or Topic.PRINCIPAL in topics or Topic.CREDENTIAL in topics:
        return Refusal(Demand.AUTHENTICATED, (), (step,))
    return Refusal(Demand.CUSTOM, (), (step,))


def asks_for_group(condition: Condition) -> bool:
    """Whether a test is about the groups of accounts that Django has: `user.groups.filter(name="teachers").exists()`."""
    said = {*words(condition.test), *(name for part in asked_of(condition.value) for name in names_in(part))}
    return "groups" in said and bool(said & {"user", "current_user", "principal"})


def is_of_network(conditions: tuple[Condition, ...]) -> bool:
    """Whether the nearest test asks where a request comes from, or for a token against forgery; neither tells who is calling."""
    said = [*words(conditions[-1].test), *names_in(conditions[-1].value)] if conditions else []
    parts = {part for word in said for part in parts_of(word)}
    return bool(parts & (NETWORK | FORGERY)) or "client" in said


COUNTED = frozenset({"count", "counts", "counter", "attempt", "attempts", "tries", "retries", "requests", "calls", "hits", "failures",
    "rate", "quota", "threshold"})  # fmt: skip
"""Words of what is counted to limit how often something is done."""
BY_SIZE = frozenset({">", ">=", "<", "<="})


def is_of_count(conditions: tuple[Condition, ...]) -> bool:
    """Whether the nearest test asks how often: `login_attempts >= settings.THRESHOLD` limits everybody and tells nobody apart."""
    test = conditions[-1].test if conditions else None
    while isinstance(test, facts.Unary) and test.operator == "not":
        test = test.value
    if not isinstance(test, facts.Binary) or test.operator not in BY_SIZE:
        return False
    return any(COUNTED & set(parts_of(word)) for word in words(test))


def compares_with_request(conditions: tuple[Condition, ...]) -> bool:
    """Whether an (in)equality ties a member of the principal to an id of the request or of a loaded object."""
    for condition in conditions:
        waiting: list[facts.Expr] = [condition.test]
        while waiting:
            test = waiting.pop()
            match test:
                case facts.Binary(operator="and" | "or", left=left, right=right):
                    waiting += [left, right]
                case facts.Unary(operator="not", value=value):
                    waiting.append(value)
                case facts.Binary(operator="==" | "!=", left=left, right=right) if ties(left, right) or ties(
                    right, left
                ):
                    return True
    return False


def ties(principal: facts.Expr, other: facts.Expr) -> bool:
    """`current_user.id` against `user_id`, `order.owner_id`."""
    last = (
        principal.name
        if isinstance(principal, facts.Attr)
        else principal.id
        if isinstance(principal, facts.Name)
        else ""
    )
    is_id = last.lower().replace("_", "") in {
        "id",
        "pk",
        "userid",
        "sub",
        "username",
        "uuid",
        "email",
    } or last.endswith("_id")
    is_principal = any(topic_of(word) is Topic.PRINCIPAL for word in words(principal))
    is_reference = isinstance(other, facts.Name | facts.Attr | facts.Index)
    return is_id and is_principal and is_reference
