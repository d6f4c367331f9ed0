"""Names of secrets: what is one by its name, and which of them a value holds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from assay.model.entity import PASSWORDS
from assay.model.reach import OF_REQUEST, Origin
from assay.source import facts
from assay.source.evaluate.values import (
    Const,
    Generic,
    Items,
    Made,
    Member,
    Operation,
    Table,
    Template,
    Unknown,
    Value,
    options,
)
from assay.source.reach.taint import Taints
from assay.source.vocabulary import parts_of

SECRET = PASSWORDS | frozenset(
    {
        "secret",
        "apikey",
        "ssn",
        "cvv",
        "cvc",
        "otp",
        "totp",
        "mnemonic",
        "token",
        "jwt",
        "authorization",
    }
)
PAIRS = (
    ("api", "key"),
    ("private", "key"),
    ("access", "key"),
    ("secret", "key"),
    ("card", "number"),
    ("credit", "card"),
    ("admin", "key"),
)
DEPTH = 4
"""Texts inside each other."""
MOST = 20
"""Entries of a dictionary that are looked at."""
SHOWN = 20
"""Characters of a secret that tell it from others and give nothing away."""
SCHEMES = frozenset({6, 7})
"""Characters of `Basic ` and `Bearer `."""
SPLITTING = frozenset({"split", "partition", "Split"})
DECODING = frozenset({"decode", "decode_token", "get_unverified_claims", "decode_complete"})
ABOUT = frozenset(
    """
    count limit type max min usage id ids name url uri budget length expiry expires expire expiration expired hash
    hashed field reset changed at on enabled
    required policy valid error message status present has is path file method format strength count counts tokens
    algorithm lifetime ttl created age change forgot must can supports supported
    header scheme prefix kind title hint label description text salt user email
    """.split()
)
"""Words that make a name one of something about a secret."""


def is_secret(name: str) -> bool:
    """Whether a name says that its value is secret."""
    parts = [part.lower() for part in parts_of(name)]
    if set(parts) & ABOUT:
        return False
    joined = set(pairwise(parts))
    return bool(set(parts) & SECRET) or any(pair in joined for pair in PAIRS)


def secrets_in(values: tuple[Value, ...], taints: Taints, cleaning: frozenset[str]) -> Iterator[tuple[Origin, str]]:
    """(origin, name) of the secrets that some values hold as they are."""
    for value in values:
        for taint in (taint for part in as_it_is(value) for taint in taints.of(part)):
            if (
                is_secret(taint.source.name)
                and not taint.harmless
                and not cleaning & set(taint.through)
                and taint.is_certain
            ):
                yield taint.source.origin, taint.source.name
        for name in members(value):
            if is_secret(name) and not any(source.origin in OF_REQUEST for source in taints.origins.of(value)):
                yield Origin.LOADED, name


def as_it_is(value: Value, depth: int = 0) -> Iterator[Value]:
    """The parts of a text without those that only tell something else."""
    for option in options(value):
        parts = parts_of_text(option) if depth < DEPTH else None
        if parts is not None:
            for part in parts:
                yield from as_it_is(part, depth + 1)
        elif not tells_other(option):
            yield option


def parts_of_text(value: Value) -> tuple[Value, ...] | None:
    """What a text or a record of a log line is put together from; None for what is no such thing."""
    match value:
        case Template(pieces=pieces):
            return tuple(piece for piece in pieces if not isinstance(piece, str))
        case Made(positional=(piece, *_), name="str" | "repr"):
            return (piece,)
        case Table(entries=entries):
            told = [item for name, (_, item) in entries.items() if parts_of(name)[-1:] != ("id",)]
            return tuple(told[:MOST])
        case Operation(operator="|" | "%", operands=operands):
            return operands
        case Items(items=items):
            return tuple(items[:MOST])
    return None


def tells_other(value: Value) -> bool:
    """Whether a value is not the secret, but whose it is (`find(token).owner_id`), what a token says, a few characters of it, or the name
    before the colon of Basic credentials.
    """
    match value:
        case Member(name="__name__" | "__class__" | "__qualname__") | Made(name="type" | "len" | "bool"):
            return True
        case Member(value=owner, name=name):
            is_of_found = isinstance(next(options(owner), None), Made) or parts_of(name)[-1:] == ("id",)
            return is_of_found and not is_secret(name)
        case Generic(keys=(Unknown(expression=facts.Opaque(kind="slice", parts=parts)),)):
            return is_short(parts)
        case Made(name="getattr", positional=(_, Const(value=str() as name), *_)):
            return not is_secret(name)
        case Made(name="Substring", positional=(Const(value=0), Const(value=int()))):
            return True
        case Generic(value=owner, keys=(Const(value=0), *_)):
            return any(map(is_split_at_colon, options(owner)))
        case Generic(value=owner, keys=(Const(value=str() as name), *_)):
            return not is_secret(name) and is_decoded(owner)
    return False


def is_short(parts: tuple[facts.Expr, ...]) -> bool:
    """Whether a slice shows some characters only, `token[:8]`, `token[-4:]`; not what follows a scheme, `header[7:]`."""
    match parts:
        case (facts.Number(value=number),):
            return number.isdigit() and int(number) <= SHOWN and int(number) not in SCHEMES
        case (facts.Unary(operator="-", value=facts.Number(value=number)),):
            return number.isdigit() and int(number) <= SHOWN
    return False


def is_split_at_colon(value: Value) -> bool:
    """`credentials.split(":", 1)`."""
    if not isinstance(value, Made) or value.name not in SPLITTING:
        return False
    return any(isinstance(given, Const) and given.value == ":" for given in value.positional[:1])


def is_decoded(value: Value) -> bool:
    """Whether a value is what a token says: `jwt.decode(token)["sub"]`."""
    return any(isinstance(option, Made) and option.name in DECODING for option in options(value))


def members(value: Value, depth: int = 0) -> Iterator[str]:
    """Names of the members that a text is put together from."""
    for option in options(value):
        match option:
            case Member(name=name):
                yield name
            case Template(pieces=pieces) if depth < 4:
                for piece in pieces:
                    if not isinstance(piece, str):
                        yield from members(piece, depth + 1)
            case Made(positional=(piece, *_)) if depth < 4 and option.name in {"str", "format"}:
                yield from members(piece, depth + 1)
