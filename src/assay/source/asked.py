"""Tells a guard that only asks whether a credential is there from one that looks at it.

A guard that refuses a request without a token, and lets every other one in whatever its token says, protects nothing. It is known by
what it never does: it calls nothing that could tell a good token from a bad one, and compares the token with nothing but the words that
stand before it (`Bearer`).
"""

from __future__ import annotations

from collections.abc import Iterable

from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import (
    Const,
    Exit,
    External,
    Generic,
    Given,
    Instance,
    Made,
    Member,
    Operation,
    Parent,
    Value,
    options,
)
from assay.source.mentions import dotted, walk
from assay.source.refusal import REFUSING, observe
from assay.source.status import status_of
from assay.source.vocabulary import parts_of

READING = frozenset(
    """
    get getlist split rsplit partition rpartition strip lstrip rstrip lower upper startswith endswith removeprefix removesuffix replace
    decode encode format join title keys items len str bool int repr isinstance getattr hasattr type print
    debug info warning error exception critical log bind opt get_authorization_scheme_param HTTPAuthorizationCredentials
    """.split()  # noqa: SIM905
)
"""Calls that tell nothing of whether a credential is good."""
LIBRARIES = frozenset({"jwt", "jose", "authlib", "joserfc", "itsdangerous", "base64", "hmac", "hashlib"})
"""`decode` of these is no `decode` of a text."""
SCHEMES = frozenset({"bearer", "basic", "token", "jwt", "apikey", "digest", "authorization"})
"""What stands before a credential and says its kind."""
SET_BEFORE = frozenset({"state", "user", "session", "auth", "scope", "g", "context", "app"})
"""Members of a request that somebody else filled in, after looking at the credential."""
COMPARING = frozenset({"==", "!=", "is", "isnot", "<", "<=", ">", ">=", "in", "notin"})


def only_asks(run: Evaluator, callee: Value) -> bool:
    """Whether a callable refuses requests without a credential and lets in every one that has any."""
    seen = observe(run, callee)
    return not seen.is_cut and bool(seen.exits) and all(map(is_reading, seen.made)) and is_asking(seen.exits)


def refuses_absence(run: Evaluator, handler: Value, named: dict[str, Value]) -> bool:
    """Whether the refusals of a handler itself only ask whether something is there, whatever else it does."""
    seen = observe(run, handler, (), named)
    refusing = [exit_ for exit_ in seen.exits if status_of(exit_.value) in REFUSING]
    return not seen.is_cut and is_asking(refusing)


def is_asking(exits: Iterable[Exit]) -> bool:
    """Whether every test on the way to these exits only asks whether something is there."""
    tests = [condition.value for exit_ in exits for condition in exit_.conditions]
    return bool(tests) and all(map(is_presence, tests))


def is_reading(made: Made) -> bool:
    """Whether a call tells nothing of whether a credential is good: it reads the request, writes a log line, makes the refusal."""
    if status_of(made) is not None or isinstance(made.receiver, Parent) or isinstance(made.callee, Parent):
        return True
    if made.name in {"decode", "encode"} and LIBRARIES & set(dotted(made.callee).split(".")):
        return False
    is_refusal = bool({"exception", "error", "response"} & set(parts_of(made.name)[-1:]))
    return made.name in READING or (is_refusal and isinstance(made.callee, External))


def is_presence(value: Value) -> bool:
    """Whether a test only asks whether something of the request is there, and of which kind it says that it is."""
    return all(_is_presence(option) for option in options(value))


def _is_presence(value: Value) -> bool:
    match value:
        case Const() | Instance():
            return True
        case Operation(operator="and" | "or" | "not", operands=operands):
            return all(map(is_presence, operands))
        case Operation(operator=operator, operands=(left, right)) if operator in COMPARING:
            return (is_said(right) and is_presence(left)) or (is_said(left) and is_presence(right))
        case Given() | Member() | Generic() | External():
            return not is_set_before(value)
        case Made():
            return is_reading(value) and not is_set_before(value)
    return False


def is_said(value: Value) -> bool:
    """Whether a value says nothing of a good credential: nothing, a number, the name of a scheme."""
    held = next(options(value), None)
    if not isinstance(held, Const):
        return False
    if isinstance(held.value, str):
        return not held.value.strip() or held.value.strip().lower() in SCHEMES
    return True


def is_set_before(value: Value) -> bool:
    """Whether somebody else has set it on the request: `request.state.user`."""
    return any(isinstance(part, Member) and part.name in SET_BEFORE for part in walk(value))
