"""How the passwords and codes of accounts are kept: as they were sent, encrypted so that they can be read again, or as a fast hash."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.entity import PASSWORDS
from assay.model.place import Place
from assay.model.reach import OF_REQUEST, Action, Use
from assay.source import facts
from assay.source.evaluate.values import (
    ClassValue,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Operation,
    Table,
    Template,
    Unknown,
    Value,
    options,
    text,
)
from assay.source.mentions import walk
from assay.source.reach.accesses import Found
from assay.source.reach.accounts import KEPT, is_account
from assay.source.reach.ciphers import (
    DOUBTFUL,
    FAST_HASHES,
    PASSWORD_HASHES,
    RANDOM,
    WEAK_HASHES,
    slowed,
    spoken_in,
)
from assay.source.reach.drawn import holds, salts_of
from assay.source.reach.examination import Examination
from assay.source.reach.sinks import chain
from assay.source.vocabulary import parts_of

READING = frozenset("get get_json strip lower Trim ToString pop json form getlist encode decode str".split())
"""Calls that leave a text as it is, or nearly."""
ENCRYPTING = frozenset("encrypt Encrypt EncryptString EncryptAsync TransformFinalBlock Protect encryptor".split())
CHECKING = frozenset({"validate", "validates", "hash", "encrypt"})
"""Words of functions of a type that may change what its fields are given."""
ROWS = re.compile(r"^Query([A-Z]|$)")
"""Calls of Dapper, whose objects nothing watches: what they are given is not stored by itself."""
SALTED = frozenset({"salt", "salted", "pepper", "iterations", "hmac"})
CODES = frozenset({"otp", "totp", "token", "code", "pin", "password", "passcode", "secret"})
PURPOSES = frozenset(
    "otp totp reset verification verify confirmation confirm activation recovery password token login auth two factor".split()
)
"""What a code is for that opens an account; other codes name a coupon or an order."""


def kept(seen: Examination) -> Iterator[Use]:
    """The uses: each says what is wrong with how one field is filled."""
    for field, value, place, symbol in fields(seen):
        if KEPT.match(field):
            problem = problem_of(seen, value)
            if problem:
                yield Use("password-hash", problem, symbol, place, field)
        if is_code(field) and is_predictable(value, seen):
            yield Use("random", "predictable", symbol, place, field)


def fields(seen: Examination) -> Iterator[tuple[str, Value, Place, str]]:
    """(field, value, place, symbol) of what the fields of accounts are given."""
    for found in seen.accesses:
        if found.action in {Action.CREATE, Action.UPDATE}:
            for field, value in written(seen, found):
                yield field, value, found.place, found.symbol
    for one in seen.trace.assigned:
        cls = receiver(seen, one.receiver)
        if cls is not None and keeps(seen, cls, one.name):
            yield one.name, one.value, one.place, f"{cls.name}.{one.name}"


def written(seen: Examination, found: Found) -> Iterator[tuple[str, Value]]:
    """What one write gives to the fields of an account."""
    for option in options(found.object) if found.object is not None else ():
        if isinstance(option, Instance) and (option.cls.name == found.entity or seen.stored.is_entity(option.cls)):
            held = {**option.named, **option.attributes}
            yield from ((name, value) for name, value in held.items() if keeps(seen, option.cls, name))
    made = found.made
    if made is None:
        return
    for argument in made.positional[:2]:
        for option in options(argument):
            if isinstance(option, Table):
                names = {name: value for key, value in option.entries.values() if (name := text(key))}
                yield from names.items() if is_account(found.entity, list(names)) else ()
            elif isinstance(option, Items) and is_row(found, option):
                yield from zip(found.fields, option.items, strict=True)


def is_row(found: Found, given: Items) -> bool:
    """Whether a list holds the values of the columns of an account, in their order."""
    return len(given.items) == len(found.fields) and not given.is_open and is_account(found.entity, found.fields)


def receiver(seen: Examination, value: Value) -> ClassValue | None:
    """The stored type of an object whose field is set."""
    for option in options(value):
        if isinstance(option, Instance):
            return option.cls if seen.stored.is_entity(option.cls) else None
    query = seen.queries.behind(value) if isinstance(value, Made | Given) else None
    if query is None or ROWS.match(query.made.name):
        return None
    return query.cls


def keeps(seen: Examination, cls: ClassValue, field: str) -> bool:
    """Whether a type is an account and keeps a field as it is given: no setter and no type of column makes something else of it."""
    names = [name for name, _ in seen.stored.fields(cls)]
    if not is_account(cls.name, names):
        return False
    for base in seen.program.mro(cls):
        for statement in base.type.body if isinstance(base, ClassValue) else ():
            if isinstance(statement, facts.Define) and makes_something_of(statement.function, field):
                return False
    said = next((kind for name, kind in seen.stored.fields(cls) if name == field), "")
    return not any(word in said for word in ("PasswordType", "Encrypt", "Hash"))


def makes_something_of(function: facts.Function, field: str) -> bool:
    """Whether a function of a type may change what a field is given: its setter, or one that checks it."""
    is_setter = function.name == field  # a field of its own is no function
    words = {part.lower() for part in parts_of(function.name)}
    return is_setter or bool(words & CHECKING) or function.name in {"__setattr__", "save"}


def problem_of(seen: Examination, value: Value) -> str:
    """What is wrong with a password that is kept so; "" when nothing is, or it cannot be told."""
    each = list(options(value))
    if len(each) != 1:
        return ""  # of several ways one may be for tests
    calls = [part for part in walk(each[0]) if isinstance(part, Made)]
    names = {made.name for made in calls}
    if names & PASSWORD_HASHES or not any(source.origin in OF_REQUEST for source in seen.origins.of(value)):
        return ""
    if names <= READING:
        is_direct = isinstance(each[0], Made | Member | Given | Generic)
        return "stored-plain" if is_direct and is_sent(seen, value) else ""
    return "reversible" if names & ENCRYPTING else fast(each[0], calls)


def fast(value: Value, calls: list[Made]) -> str:
    """What is wrong with a hash of a password."""
    hashes = {name for made in calls for name in chain(made.callee)} & (FAST_HASHES | WEAK_HASHES)
    is_mixed = any(isinstance(part, Operation | Template | Unknown) for part in walk(value))  # with a salt, it may be
    if not hashes or is_mixed or slowed(calls) or spoken_in(value) & (SALTED | DOUBTFUL):
        return ""
    return "weak-hash" if hashes & WEAK_HASHES else "unsalted"


def is_sent(seen: Examination, value: Value) -> bool:
    """Whether a value is the password that somebody sent."""
    sources = [source for source in seen.origins.of(value) if source.origin in OF_REQUEST]
    return any({part.lower() for part in parts_of(source.name)} & PASSWORDS for source in sources)


def is_code(field: str) -> bool:
    """Whether a field holds a code that opens an account."""
    words = {part.lower() for part in parts_of(field)}
    return bool(words & CODES) and bool(words & PURPOSES)


def is_predictable(value: Value, seen: Examination) -> bool:
    """Whether a value is made of random numbers that can be foretold, and are not just the salt of a hash."""
    for part in walk(value):
        if isinstance(part, Made) and part.name in RANDOM:
            names = chain(part.callee)
            if names and names[0] in {"random", "Random"} and "SystemRandom" not in names:
                return not any(holds(salt, part) for salt in salts_of(seen))
    return False
