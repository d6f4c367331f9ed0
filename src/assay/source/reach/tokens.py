"""Uses of signed tokens and cookies: how they are made, and what is asked of them when they come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.source.evaluate.values import (
    Const,
    Generic,
    Given,
    Items,
    Made,
    Member,
    Operation,
    Table,
    Value,
    options,
    text,
)
from assay.source.mentions import dotted, walk
from assay.source.reach.sinks import chain
from assay.source.vocabulary import parts_of

Said = tuple[str, str, bool]
"""(kind, problem, whether it is certain)."""
LIBRARIES = frozenset({"jwt", "jose", "JWT", "authlib", "joserfc"})
SHORT = 16
"""Characters of a key below which it can be guessed."""
LEAST = 8
"""Characters below which a text is hardly the key itself."""
LONG_DAYS = 7
DAYS = {
    "AddYears": 365.0,
    "AddMonths": 30.0,
    "AddDays": 1.0,
    "AddHours": 1 / 24,
    "AddMinutes": 1 / 1440,
    "FromDays": 1.0,
}
"""Calls of .NET that put off a time, with the days that one of their units has."""
SESSIONS = frozenset(
    {
        "session",
        "sessionid",
        "sid",
        "token",
        "auth",
        "jwt",
        "access",
        "refresh",
        "remember",
        "authorization",
        "identity",
        "credential",
    }
)
SUBJECTS = frozenset(
    {
        "sub",
        "subject",
        "user",
        "username",
        "uid",
        "id",
        "identity",
        "email",
        "name",
        "role",
        "roles",
        "account",
        "login",
        "admin",
        "scope",
    }
)
"""Words of claims that say for whom a token is."""
NO_SESSIONS = frozenset({"csrf", "xsrf", "antiforgery", "theme", "lang", "csrftoken", "method", "hint"})
PARAMETERS = {
    "SignatureValidator": "no-verification",
    "RequireSignedTokens": "no-verification",
    "ValidateLifetime": "no-expiry",
    "RequireExpirationTime": "no-expiry",
    "ValidateIssuer": "no-issuer",
    "ValidateAudience": "no-audience",
}
ENDING = frozenset({"expired", "refresh", "renew", "logout", "revoke", "peek", "expiry", "expiration"})
"""Words of functions that read tokens whose time is over on purpose."""
LEAVING = frozenset({"logout", "revoke", "blacklist", "invalidate"})
"""Words of functions that read a token to end it: one that nobody signed ends nothing."""
CHOOSING = frozenset({"can", "supports", "accepts", "matches", "handles", "kind"})
"""Words of functions that look whether a token is one of theirs, before it is verified."""
CERTAIN = frozenset({"no-verification", "no-expiry"})
SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1, "weeks": 604_800}


def of_token(made: Made) -> Iterator[Said]:
    """What a call does with a signed token."""
    if made.name == "TokenValidationParameters":
        yield from of_parameters(made)
    elif made.name == "JwtSecurityToken":
        yield from of_dotnet(made)
    elif made.name == "SecurityTokenDescriptor":
        yield from of_descriptor(made)
    elif made.name in {"decode", "encode", "get_unverified_claims"} and LIBRARIES & set(chain(made.callee)[:-1]):
        yield from {"decode": decoded, "encode": encoded, "get_unverified_claims": unverified}[made.name](made)


def is_false(value: Value | None) -> bool:
    """Whether a value is surely False."""
    inner = next(options(value), None)
    return isinstance(inner, Const) and inner.value is False and not inner.is_default


def decoded(made: Made) -> Iterator[Said]:
    """`jwt.decode(token, key, algorithms=[...], options={...})`."""
    given = next(options(made.argument(3, "options")), None)
    asked = given if isinstance(given, Table) else None
    if is_false(made.named.get("verify")) or (asked is not None and is_false(asked.get("verify_signature"))):
        yield "jwt-verify", "no-verification", not (is_of_issuer(made) or (LEAVING | CHOOSING) & words_inside(made))
        return
    names = [text(made.argument(2, "algorithms"))]
    for option in options(made.argument(2, "algorithms")):
        names += [text(item) for item in option.items] if isinstance(option, Items) else []
    if any(isinstance(name, str) and name.lower() == "none" for name in names):
        yield "jwt-verify", "none-algorithm", True
    elif asked is not None and is_false(asked.get("verify_exp")):
        yield "jwt-verify", "no-expiry", not ENDING & words_inside(made)
    else:
        yield "jwt-verify", "", True


def words_inside(made: Made) -> set[str]:
    """The words of the function that makes a call."""
    inside = made.way[-1][0] if made.way else made.stack[-1] if made.stack else ""
    return {part.lower() for part in parts_of(inside.rpartition(".")[2])}


def is_of_issuer(made: Made) -> bool:
    """Whether a token is called an id token: a client gets that from the issuer itself, whose connection vouches for it (OpenID Connect
    Core 3.1.3.7).
    """
    token = made.argument(0, "jwt", "token")
    said = [name for part in walk(token) for name in name_of(part)] if token is not None else []
    said.append(made.way[-1][0].rpartition(".")[2] if made.way else "")
    return any({"id", "token"} <= {word.lower() for word in parts_of(name)} for name in said)


def name_of(part: Value) -> tuple[str, ...]:
    """What one part of a value is called; of an item its key."""
    match part:
        case Generic(keys=(Const(value=str() as key), *_)):
            return (key,)
        case Given(name=name) | Member(name=name):
            return (name,)
    return ()


def names_somebody(claims: Sequence[Table]) -> bool:
    """Whether a token says who it is for: one of other contents opens nothing."""
    keys = [key for claim in claims for key in claim.entries]
    return any(claim.is_open for claim in claims) or any(
        SUBJECTS & {word.lower() for word in parts_of(key)} for key in keys
    )


def unverified(made: Made) -> Iterator[Said]:
    """`jwt.get_unverified_claims(token)`: to find the key, or instead of a check."""
    yield "jwt-verify", "no-verification", False


def encoded(made: Made) -> Iterator[Said]:
    """`jwt.encode(claims, key, algorithm=...)`, or with a header before the claims."""
    at = int(
        any(
            isinstance(option, Table) and option.get("alg") is not None
            for option in options(made.argument(0, "header"))
        )
    )
    claims = [option for option in options(made.argument(at, "payload", "claims")) if isinstance(option, Table)]
    key = next(options(made.argument(at + 1, "key")), None)
    algorithm = text(made.argument(2 if not at else -1, "algorithm"))
    if algorithm is not None and algorithm.lower() == "none":
        yield "jwt-sign", "none-algorithm", True
    if isinstance(key, Const) and isinstance(key.value, str) and key.value and not key.is_default:
        yield "jwt-sign", "weak-key" if len(key.value) < SHORT else "constant-key", True
    if claims and not any(claim.is_open or any(claim.get(name) is not None for name in ENDS) for claim in claims):
        yield "jwt-sign", "no-expiry", names_somebody(claims)
    elif claims and any((days := lifetime(claim.get("exp"))) is not None and days >= LONG_DAYS for claim in claims):
        yield "session", "long-lifetime", False
    elif claims:
        yield "jwt-sign", "", True


ENDS = ("exp", "expires", "expiry", "expire", "expires_at", "expiration", "expire_at", "valid_until")
"""Claims that say when a token ends; all but the first the project has to look at by itself."""


def lifetime(value: Value | None) -> float | None:
    """Days after which a token expires: `now + timedelta(days=30)`; None when that is not known."""
    for option in options(value):
        for part in walk(option) if isinstance(option, Operation | Made) else ():
            if isinstance(part, Made) and part.name == "timedelta":
                known = {name: held.value for name, held in part.named.items() if isinstance(held, Const)}
                if part.positional and isinstance(first := part.positional[0], Const):
                    known["days"] = first.value
                seconds = [
                    SECONDS[name] * number
                    for name, number in known.items()
                    if name in SECONDS and isinstance(number, int | float)
                ]
                return sum(seconds) / 86_400 if seconds else None
    return None


def of_parameters(made: Made) -> Iterator[Said]:
    """`new TokenValidationParameters { ValidateLifetime = false }`; one that reads expired tokens on purpose says so by its name."""
    inside = [*made.stack, *(name for name, _ in made.way)]
    is_meant = {"expired", "refresh"} & {part.lower() for name in inside for part in parts_of(name)}
    found = False
    for name, problem in PARAMETERS.items():
        value = made.attributes.get(name)
        if value is None or (problem == "no-expiry" and is_meant):
            continue
        if is_false(value) if name != "SignatureValidator" else not isinstance(value, Const):
            found = True
            yield "jwt-verify", problem, problem in CERTAIN and name != "SignatureValidator"
    if not found:
        yield "jwt-verify", "", True


def of_dotnet(made: Made) -> Iterator[Said]:
    """`new JwtSecurityToken(issuer, audience, claims, notBefore, expires, signingCredentials)`."""
    is_signed = "signingCredentials" in made.named or len(made.positional) >= 6
    if not is_signed:
        return
    expires = made.argument(4, "expires")
    is_missing = expires is None or (isinstance(expires, Const) and expires.value is None)
    if not is_missing and lives_long(made, expires):
        yield "session", "long-lifetime", False
    else:
        yield "jwt-sign", "no-expiry" if is_missing else "", True


def of_descriptor(made: Made) -> Iterator[Said]:
    """`new SecurityTokenDescriptor { Expires = DateTime.UtcNow.AddYears(1), SigningCredentials = ... }`."""
    if "SigningCredentials" in made.attributes:
        is_long = lives_long(made, made.attributes.get("Expires"))
        yield ("session", "long-lifetime", False) if is_long else ("jwt-sign", "", True)


def lives_long(made: Made, expires: Value | None) -> bool:
    """Whether a token of .NET lives for long: `DateTime.UtcNow.AddYears(1)`; those that renew others are meant to."""
    is_meant = {"refresh", "remember"} & {part.lower() for part in parts_of(made.stack[-1] if made.stack else "")}
    for option in options(expires):
        for part in walk(option) if isinstance(option, Operation | Made) and not is_meant else ():
            first = next(iter(part.positional), None) if isinstance(part, Made) else None
            days = DAYS.get(part.name, 0.0) if isinstance(part, Made) else 0.0
            known = isinstance(first, Const) and isinstance(first.value, int | float)
            if known and isinstance(first, Const) and days * float(first.value or 0) >= LONG_DAYS:
                return True
    return False


def of_cookie(made: Made) -> Iterator[Said]:
    """`response.set_cookie("session", value, httponly=True, secure=True)`."""
    if made.name == "set_cookie":
        name, given = text(made.argument(0, "key")), {**made.named}
        is_over = is_nothing(made.argument(1, "value")) or any(
            is_nothing(made.named.get(each)) for each in ("max_age", "expires")
        )
    elif made.name == "Append" and "Cookies" in chain(made.callee):
        name = text(made.argument(0, "key"))
        settings = next(options(made.argument(2, "options")), None)
        if settings is not None and not isinstance(settings, Made):
            return
        given, is_over = (
            ({key.lower(): value for key, value in settings.attributes.items()} if settings is not None else {}),
            False,
        )
    else:
        return
    parts = {part.lower() for part in parts_of(name or "")}
    if not parts & SESSIONS or parts & NO_SESSIONS or is_over:
        return
    problems = [f"no-{flag}" for flag in ("httponly", "secure") if flag not in given or is_false(given[flag])]
    if not problems:
        yield "cookie", "", True
    for problem in problems:
        yield "cookie", problem, problem == "no-httponly" or "secure" in given


def is_nothing(value: Value | None) -> bool:
    """Whether a value is empty or 0: the cookie is taken away."""
    inner = next(options(value), None)
    return isinstance(inner, Const) and inner.value in {"", 0} and inner.value is not False


def key_of_token(made: Made) -> Iterator[Said]:
    """`new SymmetricSecurityKey(Encoding.UTF8.GetBytes("..."))`."""
    if made.name != "SymmetricSecurityKey" or not made.positional:
        return
    for option in options(made.positional[0]):
        inner = (
            option.positional[0]
            if isinstance(option, Made) and option.name == "GetBytes" and option.positional
            else None
        )
        known = next(options(inner), None)
        if (
            isinstance(known, Const)
            and isinstance(known.value, str)
            and known.value
            and not known.is_default
            and dotted(option)
        ):
            yield "jwt-sign", "weak-key" if len(known.value) < SHORT else "constant-key", len(known.value) >= LEAST
