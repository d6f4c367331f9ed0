"""What a handler does with who a caller is: verifies passwords and codes, starts sessions, issues tokens, sets passwords, grants rights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.reach import OF_REQUEST, Act, Origin
from assay.source.evaluate.values import Const, External, Given, Made, Member, Operation, Value, options
from assay.source.mentions import dotted, names_in
from assay.source.reach.accounts import KEPT
from assay.source.reach.examination import Examination
from assay.source.reach.library import throttle_words
from assay.source.vocabulary import Topic, parts_of, topic_of

HASHERS = frozenset(
    {"pwd", "password", "passwords", "bcrypt", "argon2", "crypt", "hasher", "ph", "passlib", "scrypt", "pbkdf2"}
)
"""Words of what verifies or hashes a password by a method with a general name."""
CODES = frozenset({"totp", "otp", "pyotp", "hotp", "mfa"})
TOKENS = frozenset({"jwt", "jws", "jose", "token", "tokens", "serializer", "signer"})
PASSWORD = KEPT
"""Names of what holds a password or what was made of one."""
BODIES = frozenset({"body", "form", "request"})
DEPTH = 8
TESTED, COMPARED, LOOKED_UP = "a test", "a comparison of passwords", "a query by"
DECIDING = frozenset({TESTED, COMPARED})
"""How a password decides without a call that says so."""
SECRET = re.compile(r"(token|api_?key|secret|otp|pin|passcode|security_?code)$", re.IGNORECASE)
ONE_TIME = re.compile(
    r"(^|_)(otp|totp|one_?time_?(code|password|pin)|(verification|verify|security|sms|confirm|confirmation|activation|login|reset|otp)_?code|pin_?code"
    r"|passcode)(_?hash)?$",
    re.IGNORECASE,
)
"""Names of codes that are short enough to be typed, and to be guessed."""
TYPED = OF_REQUEST - {Origin.PATH, Origin.HEADER, Origin.COOKIE}
"""Where a code stands that somebody typed."""
SENT_CODE = re.compile(r"^(code|otp|pin|passcode|otp_?code|verification_?code)$", re.IGNORECASE)
"""Names of request data that is such a code."""
PROOF = re.compile(r"(signature|hmac|sig|digest|api_?key|webhook_?key|secret|token)$", re.IGNORECASE)
"""Names of what proves who sends a request."""
WRITTEN = re.compile(r"(secret|api_?key)$", re.IGNORECASE)
"""Those of which the service may have written the right one into its code."""
OWN_SECRET = re.compile(r"^Generate\w*Token(Async)?$")
"""Calls of ASP.NET Core Identity that make what a later call verifies."""
SHORT = 6
COMPARING = frozenset(
    {
        "Equals",
        "compare_digest",
        "constant_time_compare",
        "safe_str_cmp",
        "FixedTimeEquals",
        "SequenceEqual",
        "SlowEquals",
    }
)
GENERAL = {
    "verify": ((HASHERS, "password-verify"), (CODES, "code-verify")),
    "Verify": ((HASHERS, "password-verify"),),
    "hash": ((HASHERS, "password-set"),),
    "encrypt": ((HASHERS, "password-set"),),
    "encode": ((TOKENS, "token-issue"),),
    "dumps": ((TOKENS, "token-issue"),),
}
"""Methods with a general name: what their receiver has to be called, and what they then do."""
ISSUING = re.compile(
    r"^(generate|create|issue|build|make|gerar|criar|generar|crear|_?get_new)_?(?!\w*(reset|confirm|email|phone|verif|csrf|forgery|cancel"
    r"|invit|device|push|two_?factor|change|unsubscribe|hash|salt|user_?token))\w*(token|jwt)s?(_?async)?$",
    re.IGNORECASE,
)
"""Names of what makes the tokens that callers sign in with."""
HANDED_ON = frozenset(
    {"login", "logout", "render", "redirect", "success", "error", "info", "warning", "add_message", "get_token"}
)
"""Calls that are given the whole request and read no password of it."""
MADE_FOR = frozenset({"create", "get_or_create", "update_or_create"})
KEEPING = frozenset({"SetInt32", "SetString"})
"""Calls of ASP.NET Core that tell a session something: `HttpContext.Session.SetInt32("user", user.Id)`."""
KEPT_TOKENS = ("authtoken.models.Token.", "knox.models.AuthToken.")
"""Tokens that are stored: who gets one is signed in."""


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
                yield from (Act(kind, last, place) for kind in (*words.get(last, ()), *issued(last)))
        for kind in (*words.get(made.name, ()), *general(made), *issued(made.name)):
            if kind != "secret-verify" or not any(map(is_own_secret, made.parts)):
                yield Act(kind, made.name, made.place)
    told = [*read(seen), *compared(seen)]
    yield from told
    if any(
        act.kind == "code-verify"
        or (
            act.kind in {"password-read", "password-verify"}
            and (act.name in DECIDING or act.name.startswith(LOOKED_UP))
        )
        for act in told
    ) or any(verifies_a_password(made) for made in seen.trace.made):
        yield from kept(seen)
    for assigned in seen.trace.assigned:
        if PASSWORD.match(assigned.name) and not (isinstance(assigned.value, Const) and assigned.value.value is None):
            yield Act("password-set", f"{assigned.name} =", assigned.place)


def issued(name: str) -> tuple[str, ...]:
    """What a function does whose name says that it makes a token."""
    return ("token-issue",) if ISSUING.match(name) else ()


def kept(seen: Examination) -> Iterator[Act]:
    """What a session is told of who somebody is, behind a check of a password: `session["is_admin"] = True`."""
    for assigned in seen.trace.assigned:
        if dotted(assigned.receiver).endswith("session") and topic_of(assigned.name) in {Topic.PRINCIPAL, Topic.ROLE}:
            yield Act("session-start", f"session[{assigned.name}] =", assigned.place)
    for made in seen.trace.made:
        if made.name in KEEPING and "Session" in dotted(made.callee).split(".")[:-1]:
            yield Act("session-start", made.name, made.place)


def verifies_a_password(made: Made) -> bool:
    """Whether a call verifies a password."""
    return "password-verify" in (*throttle_words().acts.get(made.name, ()), *general(made))


def read(seen: Examination) -> Iterator[Act]:
    """A password of the request, or all of the request, that is handed to something outside or decides something."""
    for made in seen.trace.made:
        if made.name in HANDED_ON:
            continue
        if any(is_password(seen, value) for value in (*made.positional, *made.named.values())):
            yield Act("password-read", made.name, made.place)
            return
    for condition in seen.trace.conditions():
        if is_password(seen, condition.value):
            yield Act("password-read", TESTED, condition.place)
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
                yield Act("password-verify", f"{LOOKED_UP} {test.field}", access.place)
            elif is_sent and SECRET.search(test.field):
                yield Act("secret-verify", f"a query by {test.field}", access.place)
            if is_sent and ONE_TIME.search(test.field):
                yield Act("code-verify", f"a query by {test.field}", access.place)
    for condition in seen.trace.conditions():
        if any(compares_passwords(part) for part in operations(condition.value)):
            yield Act("password-verify", COMPARED, condition.place)
        if any(compares_codes(seen, pair) for pair in pairs(condition.value)):
            yield Act("code-verify", "a comparison of a code", condition.place)
        if any(compares_proofs(seen, pair) for pair in pairs(condition.value)):
            yield Act("secret-verify", "a comparison of a proof", condition.place)


def operations(value: Value, depth: int = 0) -> Iterator[Operation]:
    """The operations that a test is made of."""
    for option in options(value):
        if isinstance(option, Operation) and depth < DEPTH:
            yield option
            for operand in option.operands:
                yield from operations(operand, depth + 1)


def pairs(value: Value) -> Iterator[tuple[Value, Value]]:
    """What is compared with what in a test: `a == b`, `a.Equals(b)`, `compare_digest(a, b)`."""
    for operation in operations(value):
        if operation.operator in {"==", "!="} and len(operation.operands) == 2:
            yield operation.operands[0], operation.operands[1]
        yield from (pair for operand in operation.operands for pair in called(operand))
    yield from called(value)


def called(value: Value) -> Iterator[tuple[Value, Value]]:
    """What calls compare."""
    for option in options(value):
        if isinstance(option, Made) and option.name in COMPARING:
            held = (*((option.receiver,) if option.receiver is not None else ()), *option.positional)
            given = [each for each in held if "StringComparison" not in dotted(each)]
            if len(given) >= 2:
                yield given[-2], given[-1]


def compares_proofs(seen: Examination, pair: tuple[Value, Value]) -> bool:
    """Whether a signature, token or key of the request is held against one that the service knows or works out."""
    for sent, kept in (pair, pair[::-1]):
        names = [source.name for source in seen.origins.of(sent) if source.origin in OF_REQUEST]
        if isinstance(kept, Const):
            is_written = isinstance(kept.value, str) and len(kept.value) >= SHORT
            if is_written and any(WRITTEN.search(name.rpartition(".")[2]) for name in names):
                return True
            continue
        if any(PROOF.search(name.rpartition(".")[2]) for name in names):
            return True
        if names and any(PROOF.search(word) for word in names_in(kept)[-1:]):
            return True
    return False


def compares_codes(seen: Examination, pair: tuple[Value, Value]) -> bool:
    """Whether a code of the request is held against the one that was sent to its owner before."""
    for sent, kept in (pair, pair[::-1]):
        names = [source.name for source in seen.origins.of(sent) if source.origin in TYPED]
        if not names or isinstance(kept, Const):
            continue
        if any(ONE_TIME.search(word) for word in names_in(kept)[:1]):
            return True
        is_kept = not any(source.origin in OF_REQUEST for source in seen.origins.of(kept)) or called_up(kept)
        if is_kept and any(is_code(name.rpartition(".")[2]) for name in names):
            return True
    return False


def is_own_secret(value: Value) -> bool:
    """Whether the service has just made a secret itself: `ResetPasswordAsync(user, GenerateToken(user), sent)` asks for none."""
    return any(isinstance(option, Made) and OWN_SECRET.match(option.name) for option in options(value))


def is_code(name: str) -> bool:
    """Whether a name of request data is that of a code."""
    return SENT_CODE.search(name) is not None or ONE_TIME.search(name) is not None


def called_up(value: Value) -> bool:
    """Whether a value is what a store gives for a key: `cache.get(phone)`."""
    return any(isinstance(option, Made) and option.name in {"get", "hget", "getdel"} for option in options(value))


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
    if made.name in MADE_FOR and any(name in dotted(made.callee) for name in KEPT_TOKENS):
        yield "token-issue"
    if made.name not in GENERAL:
        return
    path = dotted(made.callee)
    said = {part for word in path.split(".")[:-1] for part in parts_of(word)} if path else set()
    for holders, kind in GENERAL[made.name]:
        if said & holders:
            yield kind
