"""Uses of hashes, ciphers, random numbers and certificates, told by what they are for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.model.entity import PASSWORDS as WORDS
from assay.source import facts
from assay.source.evaluate.values import (
    Const,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Made,
    Member,
    Value,
    options,
)
from assay.source.mentions import dotted, walk
from assay.source.reach.sinks import chain
from assay.source.reach.spelling import told
from assay.source.reach.tokens import Said, is_false
from assay.source.vocabulary import parts_of

WEAK_HASHES = frozenset(
    {"md5", "sha1", "MD5", "SHA1", "md4", "MD5CryptoServiceProvider", "SHA1Managed", "SHA1CryptoServiceProvider"}
)
FAST_HASHES = frozenset(
    {"sha256", "sha512", "sha224", "sha384", "SHA256", "SHA512", "SHA256Managed", "sha3_256", "blake2b"}
)
HASHING = frozenset({"ComputeHash", "HashData", "ComputeHashAsync"})
PASSWORD_HASHES = frozenset(
    {
        "hashpw",
        "generate_password_hash",
        "make_password",
        "HashPassword",
        "hash_password",
        "Rfc2898DeriveBytes",
        "pbkdf2_hmac",
        "scrypt",
    }
)
SLOW = frozenset("bcrypt scrypt argon argon2 pbkdf pbkdf2 passlib pwd checkpw hmac stretch iterations".split())
"""Words of what hashes passwords slowly, or again and again."""
PASSWORDS = WORDS - {"passcode"}
SWITCHES = frozenset(
    "verify ssl tls insecure unsafe skip bypass cert certs certificate certificates selfsigned untrusted".split()
)
"""Words of settings with which somebody switches the check of certificates off."""
TOKENS = frozenset({"token", "otp", "secret", "reset", "nonce", "session", "apikey", "totp", "passcode"})
LOOSE = frozenset({"session", "secret", "nonce"})
"""Words that stand for harmless things as well: the session of a player, the nonce of a page."""
DOUBTFUL = frozenset(
    {
        "test",
        "fake",
        "demo",
        "seed",
        "sample",
        "mock",
        "avatar",
        "gravatar",
        "etag",
        "cache",
        "color",
        "colour",
        "count",
        "retry",
        "backoff",
        "jitter",
    }
)
RANDOM = frozenset(
    {
        "random",
        "randint",
        "choice",
        "choices",
        "sample",
        "getrandbits",
        "randrange",
        "uniform",
        "Next",
        "NextBytes",
        "NextInt64",
    }
)
CIPHERS = frozenset({"DES", "DES3", "ARC4", "ARC2", "Blowfish", "TripleDES", "RC2", "DESCryptoServiceProvider", "RC2CryptoServiceProvider",
    "TripleDESCryptoServiceProvider"})  # fmt: skip
CLIENTS = frozenset({"requests", "httpx", "aiohttp", "Session", "AsyncClient", "Client", "ClientSession"})
MAKING = frozenset({"generate", "generated", "create", "make", "new", "random", "build", "gen"})
"""Words of a function that makes what it is named after."""
HANDLING = frozenset({"Handle", "HandleAsync", "Execute", "ExecuteAsync", "Invoke", "InvokeAsync"})
"""Functions that are named after nothing: their class says what they do."""
WIDEST = frozenset(str(edge) for digits in range(4, 9) for edge in (10**digits, 10**digits - 1))
"""The largest numbers of four to eight digits, and the next ones."""
ALPHABETS = frozenset({"digits", "ascii_letters", "ascii_uppercase", "ascii_lowercase", "hexdigits"})
FEW = 8
"""Words of a hashed value beyond which it is put together from many things: a key of a cache."""


def of_hash(made: Made) -> Iterator[Said]:
    """A hash of a password or token: the weak ones, and fast ones of passwords."""
    names = chain(made.callee)
    if not names or is_false(made.named.get("usedforsecurity")):
        return
    if made.name in PASSWORD_HASHES:
        yield "password-hash", "", True
        return
    hashed = hashed_by(made, names)
    if hashed is None:
        return
    weak, value = hashed
    spoken = spoken_in(value)
    if spoken & DOUBTFUL or function_words(made) & DOUBTFUL:
        return
    if spoken & PASSWORDS:
        yield "password-hash", "weak-hash" if weak else "unsalted", weak
    elif (
        weak
        and len(spoken) <= FEW
        and (spoken & TOKENS or function_words(made) & (PASSWORDS | {"token", "otp", "reset"}))
    ):
        yield "hash", "weak-hash", bool(function_words(made) & TOKENS - LOOSE)  # one that is made of it can be guessed


def hashed_by(made: Made, names: tuple[str, ...]) -> tuple[bool, Value] | None:
    """(whether the hash is weak, what is hashed); None when it is no hash."""
    if not made.positional:
        return None
    first = made.positional[0]
    if made.name == "update":
        begun = next(options(made.receiver), None)
        return (is_weak(begun), first) if isinstance(begun, Made) and begins_hash(begun) else None
    if names[0] == "hashlib" and made.name == "new":
        data = made.positional[1] if len(made.positional) > 1 else None
        return (is_weak(made), data) if data is not None else None
    if names[0] in {"hashlib", "md5", "sha1"} and made.name in WEAK_HASHES | FAST_HASHES:
        return made.name in WEAK_HASHES, first
    if made.name in HASHING:
        kinds = set(names[:-1])
        if kinds & WEAK_HASHES:
            return True, first
        is_keyed = any(name.startswith("HMAC") for name in kinds)
        if is_keyed:  # fast too, where a password is hashed with a salt as the key
            return (False, first) if spoken_in(first) & PASSWORDS else None
        return (False, first) if kinds & FAST_HASHES else None
    return None


def begins_hash(made: Made) -> bool:
    """Whether a call makes what is filled afterwards: `hashlib.sha256()`, `hashlib.new("sha256")`."""
    named = made.name in WEAK_HASHES | FAST_HASHES and not made.positional
    is_new = made.name == "new" and len(made.positional) == 1
    return (named or is_new) and chain(made.callee)[:1] in {("hashlib",), ("md5",), ("sha1",)}


def is_weak(made: Made) -> bool:
    """Whether the hash that a call makes can be made to collide, by its name or the one that it is given."""
    kind = next(options(made.positional[0]), None) if made.name == "new" and made.positional else None
    name = kind.value if isinstance(kind, Const) else made.name
    return str(name).lower() in {"md5", "sha1", "md4"}


def slowed(calls: Sequence[Made]) -> bool:
    """Whether a slow hash stands beside a fast one, which only makes long passwords short for it: `bcrypt.hashpw(sha256(...))`."""
    names = {name for made in calls for name in chain(made.callee)}
    spoken = {part.lower() for name in names for part in parts_of(name)}
    return bool(names & PASSWORD_HASHES or spoken & SLOW)


def spoken_in(value: Value, depth: int = 0) -> frozenset[str]:
    """The words of what a value is made from; not those of what was asked of another system."""
    found: set[str] = set()
    for option in options(value):
        for part in walk(option):
            found |= {word.lower() for name in name_of(part) for word in parts_of(name)}
    return frozenset(found)


def name_of(part: Value) -> tuple[str, ...]:
    """What one part of a value is called."""
    match part:
        case Given(name=name) | Member(name=name) | External(name=name):
            last = name.rpartition(".")[2]
            return () if last.isupper() else (last,)  # a constant of the project, such as a key that is hashed along
        case Generic(keys=(Const(value=str() as key), *_)):
            return (key,)
        case Made(positional=(Const(value=str() as key), *_)) if part.name in {"get", "getlist", "pop"}:
            return (key,)
    return ()


def function_words(made: Made) -> frozenset[str]:
    """The words of the function that makes a call."""
    inside = made.way[-1][0] if made.way else made.stack[-1] if made.stack else ""
    owner, _, name = inside.rpartition(".")
    said = owner.rpartition(".")[2] if name in HANDLING and owner else name
    return frozenset(part.lower() for part in parts_of(said))


def of_random(made: Made) -> Iterator[Said]:
    """Predictable random numbers where a secret is made."""
    if not is_predictable(made):
        return
    words = function_words(made)
    if words & (TOKENS | PASSWORDS) and not words & DOUBTFUL:
        yield "random", "predictable", bool(words & MAKING) or is_code(made)


def is_predictable(made: Made) -> bool:
    """Whether a call draws from a generator whose next number can be worked out from those before."""
    if made.name not in RANDOM:
        return False
    names = chain(made.callee)
    return bool(names) and names[0] in {"random", "Random", "numpy"} and not {"SystemRandom", "secrets"} & set(names)


def is_code(made: Made) -> bool:
    """Whether random digits or letters make a code that somebody has to type: `randint(100000, 999999)`, `choices(string.digits, k=6)`."""
    numbers = [held.value for value in made.positional for held in options(value) if isinstance(held, Const)]
    known = [number for number in numbers if isinstance(number, int)]
    return any(str(number) in WIDEST for number in known) or any(
        dotted(value).rpartition("string.")[2] in ALPHABETS for value in made.positional[:1]
    )


def of_cipher(made: Made) -> Iterator[Said]:
    """Broken ciphers, and block ciphers that keep patterns."""
    names = chain(made.callee)
    mode = made.attributes.get("Mode")
    is_ecb = names[-2:] == ("modes", "ECB") or (mode is not None and dotted(mode).endswith("CipherMode.ECB"))
    is_ecb = is_ecb or any(dotted(value).endswith(".MODE_ECB") for value in made.positional)
    is_made = made.name in {"new", "Create"} and len(names) > 1 and names[-2] in CIPHERS
    if is_ecb or is_made or (made.name in CIPHERS and (len(names) == 1 or names[-2] == "algorithms")):
        yield "cipher", "weak-cipher", True


def of_certificate(made: Made) -> Iterator[Said]:
    """Calls that believe every certificate."""
    names = chain(made.callee)
    callback = made.attributes.get("ServerCertificateCustomValidationCallback") or made.named.get(
        "ServerCertificateCustomValidationCallback"
    )
    is_open = callback is not None and accepts_all(callback)
    if names and CLIENTS & set(names):
        is_open = is_open or is_false(made.named.get("verify"))
        is_open = is_open or (names[0] == "aiohttp" and is_false(made.named.get("ssl")))
    is_open = is_open or (
        made.name == "TCPConnector" and any(is_false(made.named.get(name)) for name in ("ssl", "verify_ssl"))
    )
    is_open = is_open or made.name == "_create_unverified_context"
    if is_open:
        yield "tls", "no-certificate-check", not is_switched(made)
    elif made.name in {"create_default_context", "SSLContext"} and dotted(
        made.attributes.get("verify_mode") or made
    ).endswith("CERT_NONE"):
        yield "tls", "no-certificate-check", False  # it may be switched off in some cases only


def is_switched(made: Made) -> bool:
    """Whether certificates are believed only where somebody switches that on: `if settings.SKIP_TLS: get(url, verify=False)`."""
    held = [made.named.get(name) for name in ("verify", "ssl")]
    if any(not is_false(option) for value in held for option in options(value)):
        return True
    said = {part.lower() for each in made.conditions if each.is_then for part in parts_of(told(each))}
    return bool(said & SWITCHES)


def accepts_all(value: Value) -> bool:
    """Whether a callback says yes to everything."""
    for option in options(value):
        if isinstance(option, FunctionValue):
            body = option.function.body or ()
            match body:
                case (facts.Return(value=facts.Constant(value=True)),) | (facts.Do(value=facts.Constant(value=True)),):
                    return True
        elif dotted(option).endswith("DangerousAcceptAnyServerCertificateValidator"):
            return True
    return False


__all__ = ["Instance", "of_certificate", "of_cipher", "of_hash", "of_random", "slowed", "spoken_in"]
