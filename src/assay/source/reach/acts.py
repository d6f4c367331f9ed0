"""What a handler does with who a caller is: verifies passwords and codes, starts sessions, issues tokens, sets passwords, grants rights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.reach import OF_REQUEST, Act
from assay.source.evaluate.values import Const, External, Given, Made, Member, Operation, Value, options
from assay.source.mentions import dotted
from assay.source.reach.examination import Examination
from assay.source.reach.library import throttle_words
from assay.source.vocabulary import parts_of

HASHERS = frozenset(
    {"pwd", "password", "passwords", "bcrypt", "argon2", "crypt", "hasher", "ph", "passlib", "scrypt", "pbkdf2"}
)
"""Words of what verifies or hashes a password by a method with a general name."""
CODES = frozenset({"totp", "otp", "pyotp", "hotp", "mfa"})
TOKENS = frozenset({"jwt", "jws", "jose", "token", "tokens", "serializer", "signer"})
PASSWORD = re.compile(r"^_?(hashed_?)?(password|passwd|pwd)(_?(hash|digest))?$", re.IGNORECASE)
BODIES = frozenset({"body", "form", "request"})
DEPTH = 8
SECRET = re.compile(r"(token|api_?key|secret|otp|pin|passcode|security_?code)$", re.IGNORECASE)
GENERAL = {
    "verify": ((HASHERS, "password-verify"), (CODES, "code-verify")),
    "Verify": ((HASHERS, "password-verify"),),
    "hash": ((HASHERS, "password-set"),),
    "encrypt": ((HASHERS, "password-set"),),
    "encode": ((TOKENS, "token-issue"),),
    "dumps": ((TOKENS, "token-issue"),),
}
"""Methods with a general name: what their receiver has to be called, and what they then do."""


def acts(seen: Examination) -> tuple[Act, ...]:
    """In order of execution, each kind by each name once."""
    found: dict[tuple[str, str], Act] = {}
    for act in found_in(seen):
        found.setdefault((act.kind, act.name), act)
    return tuple(found.values())


def found_in(seen: Examination) -> Iterator[Act]:
    """Every act, doubles included."""
    words = throttle_words().acts
    entered: set[str] = set()
    for made in seen.trace.made:
        for name, place in made.way[1:]:
            last = name.rpartition(".")[2]
            if name not in entered:
                entered.add(name)
                yield from (Act(kind, last, place) for kind in words.get(last, ()))
        for kind in (*words.get(made.name, ()), *general(made)):
            yield Act(kind, made.name, made.place)
    yield from read(seen)
    yield from compared(seen)
    for assigned in seen.trace.assigned:
        if PASSWORD.match(assigned.name) and not (isinstance(assigned.value, Const) and assigned.value.value is None):
            yield Act("password-set", f"{assigned.name} =", assigned.place)


def read(seen: Examination) -> Iterator[Act]:
    """A password of the request, or all of the request, that is handed to something outside or decides something."""
    for made in seen.trace.made:
        if any(is_password(seen, value) for value in (*made.positional, *made.named.values())):
            yield Act("password-read", made.name, made.place)
            return
    for condition in seen.trace.conditions():
        if is_password(seen, condition.value):
            yield Act("password-read", "a test", condition.place)
            return


def is_password(seen: Examination, value: Value) -> bool:
    """Whether a value holds the password of the request: by its name, or as the whole body that it is a part of."""
    if any(isinstance(option, Given) and option.origin in BODIES for option in options(value)):
        return True
    sent = (source for source in seen.origins.of(value) if source.origin in OF_REQUEST)
    return any(PASSWORD.match(source.name) or "pass" in source.name.lower() for source in sent)


def compared(seen: Examination) -> Iterator[Act]:
    """A password or another secret of the request that selects an account, or is compared with what is stored."""
    for access in seen.accesses:
        for test in access.tests:
            is_sent = any(source.origin in OF_REQUEST for source in seen.origins.of(test.value))
            if PASSWORD.match(test.field) and (is_sent or isinstance(test.value, Made)):
                yield Act("password-verify", f"a query by {test.field}", access.place)
            elif is_sent and SECRET.search(test.field):
                yield Act("secret-verify", f"a query by {test.field}", access.place)
    for condition in seen.trace.conditions():
        if any(compares_passwords(part) for part in operations(condition.value)):
            yield Act("password-verify", "a comparison of passwords", condition.place)


def operations(value: Value, depth: int = 0) -> Iterator[Operation]:
    """The operations that a test is made of."""
    for option in options(value):
        if isinstance(option, Operation) and depth < DEPTH:
            yield option
            for operand in option.operands:
                yield from operations(operand, depth + 1)


def compares_passwords(operation: Operation) -> bool:
    """Whether a comparison is of a password with something that is no constant."""
    if operation.operator not in {"==", "!="} or any(isinstance(operand, Const) for operand in operation.operands):
        return False
    return any(isinstance(operand, Member | Given) and PASSWORD.match(operand.name) for operand in operation.operands)


def general(made: Made) -> Iterator[str]:
    """What a method with a general name does, by what it is called on."""
    if (
        made.name == "login"
        and isinstance(made.callee, External)
        and made.callee.name.startswith("django.contrib.auth")
    ):
        yield "session-start"
    if made.name not in GENERAL:
        return
    path = dotted(made.callee)
    said = {part for word in path.split(".")[:-1] for part in parts_of(word)} if path else set()
    for holders, kind in GENERAL[made.name]:
        if said & holders:
            yield kind
