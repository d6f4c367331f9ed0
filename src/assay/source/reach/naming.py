"""The names of what is asked for in a test: `user.profile.role`, `claims.get("is_admin")`."""

from __future__ import annotations

from collections.abc import Iterator

from assay.source.evaluate.values import Const, External, Generic, Given, Made, Member, Operation, Value
from assay.source.evaluate.values import text as text_of
from assay.source.mentions import names_in
from assay.source.vocabulary import Topic, topic_of


def is_role_name(value: Value) -> bool:
    """Whether a constant names a role: `"admin"` of `user.type == "admin"`."""
    return isinstance(value, Const) and isinstance(value.value, str) and topic_of(value.value) is Topic.ROLE


def looked_up(made: Made) -> Iterator[str]:
    """The name of the part that a call asks for."""
    key = text_of(made.positional[0]) if made.name in LOOKING_UP and made.positional else None
    if key:
        yield key


LOOKING_UP = frozenset({"get", "get_claim", "FindFirst", "FindFirstValue", "GetValueOrDefault"})
"""Calls that give a part by its name: `claims.get("is_admin")`."""


def own_names(value: Value) -> Iterator[str]:
    """The names of what is asked for: `user.profile.role`, `GetRole()`; not of what it is asked of by a call."""
    for _ in range(8):
        match value:
            case Member(name=name, value=inner):
                yield name
                value = inner
            case External(name=name):
                yield from name.split(".")[-2:]
                return
            case Given(name=name):
                yield name
                return
            case Made(callee=callee):
                yield value.name
                yield from looked_up(value)
                value = (
                    callee.value if isinstance(callee, Member) and not isinstance(callee.value, Made) else Const(None)
                )
                if isinstance(value, Given) and not value.origin:
                    return
            case Operation(operands=operands) if operands:
                for operand in operands[1:]:
                    yield from own_names(operand)
                value = operands[0]
            case Generic(value=inner, keys=keys):
                yield from (str(key.value) for key in keys if isinstance(key, Const))
                value = inner
            case _:
                return


def among(made: Made) -> Iterator[str]:
    """The names in a question what is among the caller's claims: `user.FindAll(ClaimTypes.Role).Contains("admin")`."""
    if made.name in {"Contains", "Any", "Exists"}:
        yield from names_in(made)
