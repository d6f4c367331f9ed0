"""Uses of tokens, cookies, random numbers and cryptography: in what a handler reaches, and in what a program does when it starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from assay.model.reach import OF_REQUEST, Origin, Use
from assay.source.evaluate.values import (
    Condition,
    Const,
    Generic,
    Made,
    Member,
    Operation,
    Template,
    Unknown,
    Value,
    options,
    text,
)
from assay.source.mentions import walk
from assay.source.reach.accesses import symbol_of
from assay.source.reach.ciphers import (
    CIPHERS,
    FAST_HASHES,
    HASHING,
    PASSWORD_HASHES,
    PASSWORDS,
    RANDOM,
    WEAK_HASHES,
    of_certificate,
    of_cipher,
    of_hash,
    of_random,
    slowed,
)
from assay.source.reach.drawn import proofs_drawn
from assay.source.reach.examination import Examination
from assay.source.reach.kept import READING, kept
from assay.source.reach.origins import Origins
from assay.source.reach.sinks import chain
from assay.source.reach.spelling import told
from assay.source.reach.tokens import LIBRARIES, SHORT, key_of_token, of_cookie, of_token
from assay.source.vocabulary import parts_of

READERS = (of_token, key_of_token, of_cookie, of_hash, of_random, of_cipher, of_certificate)
MOST = 60
GRAVEST = frozenset({"no-verification", "none-algorithm"})
ENDS = frozenset("exp expiry expires expired expiration".split())
"""Words of tests that ask whether a token is over."""
AS_IT_IS = READING | {"getenv"}
NAMES = (
    frozenset(
        """
    decode encode get_unverified_claims TokenValidationParameters JwtSecurityToken SecurityTokenDescriptor
    SymmetricSecurityKey set_cookie Append new Create ECB _create_unverified_context TCPConnector create_default_context SSLContext update
    """.split()
    )
    | WEAK_HASHES
    | FAST_HASHES
    | HASHING
    | PASSWORD_HASHES
    | RANDOM
    | CIPHERS
)
"""Calls that may be such a use, whatever they are called on."""


def uses(seen: Examination) -> tuple[Use, ...]:
    """What one handler does with tokens and cryptography."""
    found = [
        *ending_by_hand(seen, in_calls(seen.trace.made, seen.origins)),
        *plain_passwords(seen),
        *configured_keys(seen),
        *kept(seen),
    ]
    drawn = proofs_drawn(seen)
    known = {(use.place, use.problem) for use in drawn}
    found = [*drawn, *(use for use in found if (use.place, use.problem) not in known)]
    return tuple(dict.fromkeys(found))[:MOST]


def ending_by_hand(seen: Examination, found: Iterator[Use]) -> Iterator[Use]:
    """Uses of tokens; doubtful are those whose end the code asks for itself, `if payload.exp <= time.time()`, and a first look at a token
    that the same function reads with its signature afterwards, once it knows the issuer.
    """
    every = list(found)
    checked = [use for use in every if use.kind == "jwt-verify" and use.problem not in GRAVEST]
    for use in every:
        is_left = use.problem == "no-expiry" and use.kind == "jwt-verify" and use.is_certain
        is_asked = is_left and any(ENDS & words_of(told(each)) for each in seen.trace.conditions())
        is_first_look = use.problem == "no-verification" and any(
            use.symbol == each.symbol and use.place < each.place for each in checked
        )
        yield replace(use, is_certain=False) if is_asked or is_first_look else use


def configured_keys(seen: Examination) -> Iterator[Use]:
    """Keys that tokens are signed with and that the code itself puts into the configuration: `app.config["KEY"] = "secret"`."""
    for made in seen.trace.made:
        if made.name != "encode" or not LIBRARIES & set(chain(made.callee)[:-1]):
            continue
        for option in options(made.argument(1, "key")):
            for held in written(seen, setting_of(option)):
                problem = "weak-key" if len(held) < SHORT else "constant-key"
                yield Use("jwt-sign", problem, symbol_of(made), made.place, made.name)


def setting_of(value: Value) -> str:
    """The name of the setting that a value is: `config["KEY"]`, `config.get("KEY")`; "" for everything else."""
    match value:
        case Generic(value=Member(name="config"), keys=(key,)):
            return text(key) or ""
        case Made(callee=Member(name="get", value=Member(name="config")), positional=(key, *_)):
            return text(key) or ""
    return ""


def written(seen: Examination, name: str) -> Iterator[str]:
    """The texts that the program sets a setting to, whatever the environment."""
    for assigned in seen.program.run.assigned if name else ():
        is_setting = (
            assigned.name == name and isinstance(assigned.receiver, Member) and assigned.receiver.name == "config"
        )
        value = assigned.value
        if is_setting and not assigned.conditions and isinstance(value, Const) and not value.is_default:
            yield from [value.value] if isinstance(value.value, str) and value.value else []


def in_calls(calls: Sequence[Made], origins: Origins | None = None) -> Iterator[Use]:
    """The uses among calls."""
    for made in calls:
        if not (made.name in NAMES or made.attributes or "verify" in made.named or "ssl" in made.named):
            continue
        for reader in READERS:
            for kind, problem, is_certain in reader(made):
                inside = made.way[-1][0] if made.way else made.stack[-1] if made.stack else ""
                symbol = symbol_of(made) if made.way else f"{inside}: {made.name}" if inside else made.name
                is_sure = is_certain and not (problem == "weak-hash" and is_of_service(made, origins))
                is_sure = is_sure or (problem == "unsalted" and is_sent_password(made, origins) and not slowed(calls))
                yield Use(kind, problem, symbol, made.place, made.name, is_certain=is_sure)


def is_of_service(made: Made, origins: Origins | None) -> bool:
    """Whether nothing of what is hashed comes from a request or a store: a password of the service itself, as others' protocols ask for."""
    if origins is None:
        return False
    known = {source.origin for value in made.positional for source in origins.of(value)}
    return bool(known) and known <= {Origin.FIXED, Origin.UNKNOWN}


def is_sent_password(made: Made, origins: Origins | None) -> bool:
    """Whether what is hashed is the password that a request sends, without a salt of its own; the same pepper for all is none."""
    if origins is None:
        return False
    sources = (source for value in made.positional for source in origins.of(value))
    parts = [part for value in made.positional for part in walk(value)]
    is_mixed = any(isinstance(part, Operation | Template | Unknown) for part in parts)
    is_salted = is_mixed and any(isinstance(part, Made) and part.name not in AS_IT_IS for part in parts)
    return not is_salted and any(source.origin in OF_REQUEST and is_password(source.name) for source in sources)


def plain_passwords(seen: Examination) -> Iterator[Use]:
    """Passwords that are stored as they are: what was sent is compared with what is stored."""
    for condition in seen.trace.conditions():
        if not HASHES & words_of(told(condition)) and is_plain(condition.value, seen.origins):
            yield compared(condition)
    for access in seen.accesses:
        for test, sources in access.sources:
            is_sent = any(source.origin in OF_REQUEST and is_password(source.name) for source in sources)
            if is_password(test.field) and test.operator == "==" and is_sent and not is_hashed(test.value):
                yield Use("password-hash", "plain-password", access.symbol, access.place, test.field)


def compared(condition: Condition) -> Use:
    """A comparison as a use."""
    said = told(condition)
    return Use("password-hash", "plain-password", said, condition.place, said)


def is_plain(value: Value, origins: Origins, depth: int = 0) -> bool:
    """Whether a test compares a password that was sent with one that is stored."""
    each = list(options(value))
    for option in each if len(each) == 1 else ():  # of several implementations one may be for tests
        match option:
            case Operation(operator="==" | "!=", operands=(left, right)):
                sides = [
                    {
                        source.origin
                        for source in origins.of(side)
                        if is_password(source.name) or source.origin is Origin.LOADED
                    }
                    for side in (left, right)
                ]
                is_sent = [bool(side & OF_REQUEST) for side in sides]
                is_stored = [Origin.LOADED in side for side in sides]
                if (is_sent[0] and is_stored[1] and named(right)) or (is_sent[1] and is_stored[0] and named(left)):
                    return not is_hashed(left) and not is_hashed(right)
            case Operation(operator="and" | "or" | "not", operands=operands) if depth < 6:
                if any(is_plain(operand, origins, depth + 1) for operand in operands):
                    return True
    return False


def named(value: Value) -> bool:
    """Whether a value is a member that is called a password, and no hash."""
    name = getattr(next(options(value), value), "name", "")
    return is_password(name) and not HASHES & words_of(name)


def words_of(name: str) -> set[str]:
    """The words of a name or expression."""
    return {part.lower() for part in parts_of(name)}


HASHES = frozenset({"hash", "hashed", "hasher", "digest", "encrypted", "bcrypt", "verify"})


def is_password(name: str) -> bool:
    """Whether a name says that its value is a password."""
    parts = {part.lower() for part in parts_of(name)}
    return bool(parts & PASSWORDS) and not parts & {"reset", "token", "old", "confirm", "hash", "hashed"}


READING = frozenset(
    "get get_json strip lower Trim ToString pop json form GetValueOrDefault GetProperty GetString SelectToken".split()
)
"""Calls that give a text as it was sent."""


def is_hashed(value: Value) -> bool:
    """Whether a value went through a call that may have hashed it."""
    return any(isinstance(option, Made) and option.name not in READING for option in options(value))
