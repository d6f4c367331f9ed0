"""A caller whom nobody knows: how undecided tests turn out for one.

While a guard is run for such a caller, whatever speaks of a principal, a credential, a role or a permission is false, missing or
unequal to what is asked for; everything else stays undecided. What is left open then is what an anonymous request can reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice

from assay.source.evaluate.values import (
    Const,
    Decorated,
    Either,
    External,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Operation,
    Value,
)
from assay.source.mentions import LIMIT, named, names_in, walk
from assay.source.vocabulary import IDENTITY, Topic, parts_of, topic_of

NEGATIVE = frozenset({"anonymous", "guest", "unauthenticated", "unauthorized", "missing", "expired", "invalid"})
"""Words that hold for an unknown caller."""
ABSENCE = frozenset({"IsNullOrEmpty", "IsNullOrWhiteSpace"})
"""Questions whether there is none."""
EQUAL = {"==": True, "is": True, "!=": False, "isnot": False}
MEMBERSHIP = {"in": False, "notin": True}
BROUGHT_ALONG = frozenset({"headers", "cookies", "meta"})
"""Members of a request that hold what a caller sends about itself, by name."""


Leaf = Callable[[Value], bool | None]
"""What a framework knows of some values before the words in them are looked at."""


def for_nobody(value: Value, leaf: Leaf | None = None) -> bool | None:  # noqa: C901, PLR0911  # one case a kind of value
    """Whether a value counts as true for an unknown caller; None where that does not depend on the caller."""
    if leaf is not None and (said := leaf(value)) is not None:
        return said
    match value:
        case Made(callee=External(name="builtins.bool"), positional=(inner,)):
            return for_nobody(inner, leaf)
        case Made(callee=External(name=name), positional=(inner,)) if name.rpartition(".")[2] in ABSENCE:
            return True if for_nobody(inner, leaf) is False else None
        case Operation(operator=operator, operands=(Made() | Operation() as inner, Const(value=bool() as said))) if (
            operator in EQUAL and (found := for_nobody(inner, leaf)) is not None
        ):
            return (found is said) == EQUAL[operator]  # `IsSignedIn() == false`
        case Operation(operator=operator, operands=(left, right)) if operator in EQUAL:
            return compared(operator, left, right)
        case Operation(operator=operator, operands=(left, right)) if operator in MEMBERSHIP:
            is_asked = is_header_asked(left, right) or speaks_of_caller(left) or speaks_of_caller(right)
            return MEMBERSHIP[operator] if is_asked else None
        case Operation(operator="and", operands=operands):
            return combined(operands, leaf, stops_at=False)
        case Operation(operator="or", operands=operands):
            return combined(operands, leaf, stops_at=True)
        case Operation(operator="not", operands=(inner,)):
            found = for_nobody(inner, leaf)
            return None if found is None else not found
        case Either(options=found_options):
            decided = {for_nobody(option, leaf) for option in found_options}
            return decided.pop() if len(decided) == 1 else None
        case Const():
            return bool(value.value) if not value.is_default else None
        case Made() | Member() | External() | Generic() | Given() | Decorated():
            return stated(value)
    return None


def combined(operands: tuple[Value, ...], leaf: Leaf | None, *, stops_at: bool) -> bool | None:
    """`and` (stops at False) and `or` (stops at True)."""
    decided = [for_nobody(operand, leaf) for operand in operands]
    if stops_at in decided:
        return stops_at
    return None if None in decided else not stops_at


def compared(operator: str, left: Value, right: Value) -> bool | None:
    """`user is None` holds, `token == expected` does not."""
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Const) and is_configured(one):
            return None
        if isinstance(other, Const) and speaks_of_caller(one):
            if other.value is None or other.value is False or other.value == "":
                return EQUAL[operator] != is_negative(one)
            return not EQUAL[operator]
    if speaks_of_caller(left) or speaks_of_caller(right):
        return not EQUAL[operator]
    return None


def stated(value: Value) -> bool | None:
    """A name that speaks of the caller is false, unless it says that there is none."""
    if not speaks_of_caller(value) or is_configured(value):
        return None
    return is_negative(value)


def is_configured(value: Value) -> bool:
    """Whether it is a setting, such as `settings.AUTH_ENABLED`, whatever it speaks of: the same for every caller."""
    parts = tuple(walk(value))
    if any(isinstance(part, Given) for part in parts):
        return False
    dotted = [name for part in parts if isinstance(part, External) for name in part.name.split(".")]
    held = [part.name for part in parts if isinstance(part, Member)]
    return any(topic_of(name) is Topic.CONFIGURATION for name in (*dotted, *held))


def is_negative(value: Value) -> bool:
    """Whether the last name says that nobody is there: `user.is_anonymous`."""
    names = names_in(value)
    return bool(names) and bool(NEGATIVE & set(parts_of(names[0] if isinstance(value, Member | Given) else names[-1])))


def speaks_of_caller(value: Value) -> bool:
    """Whether a value is about who is calling; objects that the project makes are not."""
    if isinstance(value, Const | Items | Instance):
        return False
    names = chain(islice(named(value), LIMIT), brought(value))
    return any(topic_of(name) in IDENTITY for name in names)


def brought(value: Value) -> Iterator[str]:
    """What is asked of a request's headers or cookies by name: `request.headers.get("X-Key")`, `request.cookies["sid"]`."""
    for part in walk(value):
        if not isinstance(part, Made | Generic):
            continue
        match part:
            case Made(callee=Member(value=held), positional=(Const(value=str() as name), *_)):
                is_brought = is_brought_along(held)
            case Made(callee=External(name=dotted), positional=(Const(value=str() as name), *_)):
                is_brought = bool(BROUGHT_ALONG & set(dotted.lower().split(".")[-2:-1]))
            case Generic(value=External(name=dotted), keys=(Const(value=str() as name), *_)):
                is_brought = dotted.lower().rpartition(".")[2] in BROUGHT_ALONG
            case Generic(value=held, keys=(Const(value=str() as name), *_)):
                is_brought = is_brought_along(held)
            case _:
                continue
        if is_brought:
            yield name


def is_header_asked(name: Value, held: Value) -> bool:
    """Whether it is asked if a credential was sent: `"HTTP_AUTHORIZATION" in request.META`."""
    is_named = isinstance(name, Const) and isinstance(name.value, str) and topic_of(name.value) in IDENTITY
    return is_named and is_brought_along(held)


def is_brought_along(value: Value) -> bool:
    """Whether a value is the headers or cookies of a request."""
    return next(named(value), "").lower() in BROUGHT_ALONG
