"""What a handler itself does against repeated tries: limiters that it asks, lockouts, counters of failures, captchas, refusals with 429."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assay.model.place import Place
from assay.model.reach import Action, Throttle
from assay.source import facts
from assay.source.evaluate.values import ClassValue, Const, External, Generic, Made, Operation, Template, Value, options
from assay.source.inside import inside
from assay.source.mentions import dotted, names_in, walk
from assay.source.reach.examination import Examination
from assay.source.reach.library import throttle_words
from assay.source.reach.marks import written_as
from assay.source.refusal import ABORTING
from assay.source.status import status_of
from assay.source.vocabulary import parts_of

TOO_MANY = 429
CAPTCHAS = frozenset({"captcha", "recaptcha", "hcaptcha", "turnstile", "friendlycaptcha", "altcha"})
PAIRS = (
    frozenset({"rate", "limit"}),
    frozenset({"rate", "limited"}),
    frozenset({"rate", "limiter"}),
    frozenset({"rate", "limiting"}),
    frozenset({"rate", "limits"}),
    frozenset({"brute", "force"}),
    frozenset({"token", "bucket"}),
)
"""Words of a name that together say that it limits."""
TRIES = ("attemp", "failure", "failed", "tries", "lockout", "fails")
"""Beginnings of the words of a count of tries."""
CHECKING_CLASSES = ("Form", "Serializer", "Validator", "Schema")
"""Endings of classes whose objects check what was sent when a library asks them to."""
LOOKING = frozenset({"exists", "get", "ttl", "pttl", "incr", "llen", "zcard", "scard", "has", "contains"})
"""Calls that ask a cache for a key."""
LIMITED = re.compile(r"rate_?-?limit|throttl|attempt|cooldown|lock_?out|fail(ed|ure)|too_?many|resend", re.IGNORECASE)
ASKING = frozenset(
    {
        "check",
        "hit",
        "test",
        "limit",
        "acquire",
        "allow",
        "throttle",
        "is_allowed",
        "attempt",
        "consume",
        "enforce",
        "validate",
        "solve",
        "verify",
    }
)
"""What is asked of a limiter."""


Forms = dict[int, tuple[Throttle, ...]]
"""What classes ask when their objects are validated, by the identity of the type; kept for all traces of a program."""


def limits(seen: Examination, forms: Forms) -> tuple[Throttle, ...]:
    """In order, without doubles."""
    return tuple(dict.fromkeys(found_in(seen, forms)))


def found_in(seen: Examination, forms: Forms) -> Iterator[Throttle]:
    """Every one."""
    entered: set[str] = set()
    for made in seen.trace.made:
        yield from of_call(made)
        for name, place in made.way[1:]:
            if name not in entered:
                entered.add(name)
                if kind := named_so(name):
                    yield Throttle(kind, name, place)
    for exit_ in seen.trace.exits:
        is_answer = exit_.kind == "raise" or exit_.depth <= seen.trace.surface + 1
        if is_answer and status_of(exit_.value) == TOO_MANY:
            yield Throttle("rate-limit", "it refuses with 429", exit_.place)
    for instance in seen.trace.instances:
        if instance.cls.type.name.endswith(CHECKING_CLASSES):
            key = id(instance.cls.type)
            if key not in forms:
                forms[key] = tuple(of_class(instance.cls))
            yield from forms[key]
    yield from counters(seen)
    yield from keyed(seen)


def keyed(seen: Examination) -> Iterator[Throttle]:
    """A test of a key that is named so: `if redis.exists(f"reset_rate_limit:{user.id}")`."""
    for condition in seen.trace.conditions():
        for part in walk(condition.value):
            if isinstance(part, Made) and part.name in LOOKING and any(map(says_limit, part.positional[:1])):
                yield Throttle("rate-limit", f"it asks for a key of its limits ({part.name})", condition.place)


def says_limit(value: Value) -> bool:
    """Whether the text of a key says that it is of a limit."""
    for option in options(value):
        pieces = option.pieces if isinstance(option, Template) else (option.value,) if isinstance(option, Const) else ()
        if any(isinstance(piece, str) and LIMITED.search(piece) for piece in pieces):
            return True
    return False


def of_call(made: Made) -> Iterator[Throttle]:
    """What one call limits."""
    inner = made.callee if isinstance(made.callee, Made) else None
    if inner is None and not may_limit(made.name):
        return
    words = throttle_words()
    if inner is not None and named_so(inner.name):
        yield Throttle("rate-limit", inner.name, made.place)  # `Depends(RateLimiter(times=5, seconds=60))`
    elif made.name in words.lockout_at:
        position = words.lockout_at[made.name]
        given = made.argument(position, "lockoutOnFailure", "shouldLockout")
        if given is not None and not all(
            isinstance(option, Const) and option.value is False for option in options(given)
        ):
            yield Throttle("lockout", f"{made.name} with lockout", made.place)
    elif made.name in words.lockout or made.name in words.counted:
        yield Throttle("lockout", made.name, made.place)
    elif made.name in ABORTING and status_of(made) == TOO_MANY:
        yield Throttle("rate-limit", "it refuses with 429", made.place)
    elif kind := named_so(made.name) or (named_so(made.name, holder_of(made)) if is_asking(made.name) else ""):
        yield Throttle(kind, made.name, made.place)


@cache
def may_limit(name: str) -> bool:
    """Whether a call of this name can limit anything; nearly none can."""
    words = throttle_words()
    is_listed = name in words.lockout_at or name in words.lockout or name in words.counted or name in ABORTING
    return is_listed or bool(named_so(name)) or is_asking(name)


@cache
def is_asking(name: str) -> bool:
    """Whether a method asks a limiter, if it is one that it is called on."""
    return name in ASKING or bool(ASKING & set(parts_of(name)))


def holder_of(made: Made) -> str:
    """The name of what a method is called on."""
    path = dotted(made.callee).rpartition(".")[0]
    if path:
        return path
    receiver = made.receiver
    names = names_in(receiver) if receiver is not None and not isinstance(receiver, External) else []
    return names[0] if names else ""


@cache
def named_so(name: str, holder: str = "") -> str:
    """The kind of throttle that the name of a function, method or class says; "" for none."""
    last = name.rpartition(".")[2]
    parts = set(parts_of(last))
    plain = last.replace("_", "").lower()
    if CAPTCHAS & parts or any(word in plain for word in ("captcha", "turnstile")):
        return "captcha"
    spoken = {part for word in (holder, name.rpartition(".")[0]) for part in parts_of(word)}
    is_said = any(part.startswith(("throttl", "ratelimit")) for part in parts)
    if is_said or any(pair <= parts or pair <= spoken for pair in PAIRS):
        return "rate-limit"
    if spoken & CAPTCHAS and is_asking(last):
        return "captcha"
    is_limiter = bool({"limiter", "throttle", "throttler", "throttling", "ratelimiter", "ratelimit"} & spoken)
    return "rate-limit" if is_limiter and is_asking(last) else ""


@cache
def counts_tries(name: str) -> bool:
    """Whether a name is that of a count of tries."""
    return any(part.startswith(TRIES) for part in parts_of(name))


def of_class(cls: ClassValue) -> Iterator[Throttle]:
    """What a form asks when it is validated: `TokenBucket.authorize(...)` in its `clean`."""
    for part in inside(cls.type.body):
        if isinstance(part, facts.Call):
            written = written_as(part.function)
            holder, _, last = written.rpartition(".")
            if last and (kind := named_so(last, holder) or named_so(holder)):
                yield Throttle(kind, written, Place(cls.module.path, part.line))
            elif last in LOOKING and part.arguments and LIMITED.search(written_as(part.arguments[0].value)):
                yield Throttle(
                    "rate-limit", f"it asks for a key of its limits ({last})", Place(cls.module.path, part.line)
                )


def compares_row(seen: Examination, value: Value) -> bool:
    """Whether a test compares a column without a name, which a row gave, with a number: `row[6] + 1 > 3`."""
    for part in walk(value):
        if isinstance(part, Operation) and part.operator in {">", ">=", "<", "<="}:
            is_number = any(isinstance(side, Const) and isinstance(side.value, int) for side in part.operands)
            if is_number and any(
                isinstance(inner, Generic) and seen.queries.behind(inner) is not None
                for side in part.operands
                for inner in walk(side)
            ):
                return True
    return False


def counters(seen: Examination) -> Iterator[Throttle]:
    """A count of failures that is kept and asked: `if user.failed_attempts >= 5`, `cache.incr(key)`."""
    tested = next(
        (each for each in seen.trace.conditions() if any(counts_tries(name) for name in names_in(each.value))),
        None,
    )
    if tested is None and any(
        found.action is Action.UPDATE and any(map(counts_tries, found.fields)) for found in seen.accesses
    ):
        tested = next((each for each in seen.trace.conditions() if compares_row(seen, each.value)), None)
    if tested is None:
        return
    kept = [each.place for each in seen.trace.assigned if counts_tries(each.name)]
    kept += [made.place for made in seen.trace.made if made.name in throttle_words().counting]
    kept += [
        found.place for found in seen.accesses if any(counts_tries(field) for field in (*found.fields, found.entity))
    ]
    if kept:
        yield Throttle("lockout", "it counts failures and asks for their number", tested.place)
