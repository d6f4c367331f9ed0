"""Tests of a signature over what was sent: whoever knows the secret sent it, as a payment service that calls back does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.model.reach import OF_REQUEST
from assay.source.evaluate.values import Condition, Exit, Made, Operation, Value
from assay.source.mentions import dotted, walk
from assay.source.reach.origins import Origins
from assay.source.vocabulary import parts_of

SIGNATURES = frozenset({"signature", "sig", "sign", "hmac", "mac", "hash", "digest", "checksum", "signed"})
"""Words of what is sent as a proof of the rest."""
KEYED = frozenset({"hmac", "hmacsha256", "hmacsha512", "hmacsha1", "hmacmd5", "hmacsha384"})
"""Words of functions that hash with a secret."""
COMPARING = frozenset({"Equals", "compare_digest", "FixedTimeEquals", "SequenceEqual", "constant_time_compare"})
SAME = frozenset({"==", "!="})
HMAC = "hmac"


def signed(refusals: Sequence[Exit | Made], origins: Origins) -> Iterator[tuple[Exit | Made, int, Condition]]:
    """The refusals of what is not signed right, with the position of the test among their conditions."""
    for refusal in refusals:
        for position, condition in enumerate(refusal.conditions):
            if is_of_signature(condition.value, origins):
                yield refusal, position, condition


def is_of_signature(value: Value, origins: Origins) -> bool:
    """Whether a test compares a signature that was sent with one that the server works out with a secret."""
    for part in walk(value):
        match part:
            case Operation(operator=operator, operands=(left, right)) if operator in SAME:
                sides = ((left, right), (right, left))
            case Made(positional=(left, right)) if part.name in COMPARING:
                sides = ((left, right), (right, left))
            case Made(positional=(left,), receiver=Value() as right) if part.name in COMPARING:
                sides = ((left, right), (right, left))
            case _:
                continue
        if any(is_sent(one, origins) and is_worked_out(other) for one, other in sides):
            return True
    return False


def is_sent(value: Value, origins: Origins) -> bool:
    """Whether a value is a signature of the request."""
    sources = origins.of(value)
    return any(
        source.origin in OF_REQUEST and SIGNATURES & {word.lower() for word in parts_of(source.name)}
        for source in sources
    )


def is_worked_out(value: Value) -> bool:
    """Whether a value is hashed with a secret."""
    for part in walk(value):
        if isinstance(part, Made):
            names = dotted(part.callee).split(".")
            if KEYED & {name.lower() for name in names} or HMAC in {word.lower() for word in parts_of(part.name)}:
                return True
    return False
