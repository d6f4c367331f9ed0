"""Codes, tokens and passwords that are drawn from a predictable generator, told by where the number goes: a field, a key, a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assay.model.reach import Use
from assay.source.evaluate.values import Const, Instance, Made, Template, Value, options
from assay.source.mentions import walk
from assay.source.reach.accesses import symbol_of
from assay.source.reach.ciphers import DOUBTFUL, function_words, is_predictable
from assay.source.reach.examination import Examination
from assay.source.vocabulary import parts_of

PROOF = re.compile(
    r"^(\w+_)?(otp|totp|one_?time_?(code|password|pin)|(verification|verify|security|sms|confirm|confirmation|activation|login|reset|otp|recovery"
    r"|auth)_?(code|pin)|passcode|(reset|auth|access|session|verification|activation|confirmation|api|login)_?token|password)(_?hash)?$"
    r"|^(token|pin)$",
    re.IGNORECASE,
)
"""Names of what lets its holder in."""
SALT = frozenset({"salt"})
"""What is stored beside a hash and hides nothing."""
PLAIN = re.compile(r"^(code|value|key)$", re.IGNORECASE)
"""Names that say so only of an object that is a proof."""
OF_PROOFS = frozenset(
    "verification verify otp reset confirmation confirm activation login factor mfa sms auth recovery totp onetime".split()
)
SAID = re.compile(
    r"\botp\b|one[- ]time|(verification|reset|confirmation|security|login|activation|recovery)[ _-]?(code|pin|token)"
    r"|your (new |temporary )?(password|pin|code)\b",
    re.IGNORECASE,
)
"""What a message or the key of a cache says of the number in it."""


def proofs_drawn(seen: Examination) -> tuple[Use, ...]:
    """The calls that draw one, each once."""
    drawn = [made for made in seen.trace.made if is_predictable(made) and not function_words(made) & DOUBTFUL]
    if not drawn:
        return ()
    salts = salts_of(seen)
    drawn = [each for each in drawn if not any(holds(value, each) for value in salts)]
    told = [each for each in drawn if any(holds(value, each) for value in kept_as_proof(seen))]
    found = (Use("random", "predictable", symbol_of(made), made.place, made.name) for made in told)
    return tuple(dict.fromkeys(found))


def salts_of(seen: Examination) -> list[Value]:
    """What is stored as the salt of a hash."""
    return [each.value for each in seen.trace.assigned if SALT & {part.lower() for part in parts_of(each.name)}]


def holds(value: Value, drawn: Made) -> bool:
    """Whether a value is made of what was drawn."""
    return any(part is drawn for part in walk(value))


def kept_as_proof(seen: Examination) -> Iterator[Value]:
    """The values that are put where a proof belongs, or told to somebody as one."""
    for assigned in seen.trace.assigned:
        if is_proof(assigned.name, owner_of(seen, assigned.receiver)):
            yield assigned.value
    for made in seen.trace.made:
        yield from (value for name, value in made.named.items() if is_proof(name, made.name))
        yield from told_in(made.positional)
    for instance in seen.trace.instances:
        given = {**instance.named, **instance.attributes}
        yield from (value for name, value in given.items() if is_proof(name, instance.cls.name))


def told_in(given: Sequence[Value]) -> Iterator[Value]:
    """Texts that say that they hold one, and what is kept under a key that says so: `cache.set(f"otp:{phone}", code)`."""
    texts = [option for value in given for option in options(value) if isinstance(option, Template | Const)]
    said = [each for each in texts if any(SAID.search(piece) for piece in pieces(each))]
    yield from (each for each in said if isinstance(each, Template))
    if said and given and said[0] in tuple(options(given[0])):
        yield from given[1:2]


def pieces(text: Template | Const) -> Iterator[str]:
    """The constant words of a text."""
    for piece in text.pieces if isinstance(text, Template) else (text.value,):
        if isinstance(piece, str):
            yield piece


def is_proof(name: str, owner: str) -> bool:
    """Whether a field of something holds what lets its holder in."""
    if PROOF.match("_".join(parts_of(name))):
        return True
    return PLAIN.match(name) is not None and bool(OF_PROOFS & {part.lower() for part in parts_of(owner)})


def owner_of(seen: Examination, receiver: Value) -> str:
    """The name of the type of an object, or of what it was made by."""
    query = seen.queries.behind(receiver)
    if query is not None and query.entity:
        return query.entity
    for option in options(receiver):
        if isinstance(option, Instance):
            return option.cls.name
        if isinstance(option, Made):
            return " ".join((option.name, getattr(option.callee, "name", "")))
    return ""
