"""What a value is by where it stands: the key of tokens, the password of a connection, the other side of a comparison."""

import re

from assay.model.secret import Proof
from assay.source.secrets import connection
from assay.source.secrets.candidates import Sign
from assay.source.secrets.shape import CONSTANT, DATE, REFERENCE, bare, is_chosen, is_random, is_stand_in

Said = tuple[str, str, Proof]
"""Format, title, and how sure it is."""

LEAST_KEY = 16
"""Characters of a key that signs: libraries refuse shorter ones."""
LEAST_BYTES = 8
"""Characters of a text that is turned into the bytes of a key."""
PASSWORDS = re.compile(
    r"(?:password|passwd|passwort|pwd|pass|pw|passphrase|senha|contrasena|motdepasse)(?:base|value|default|string|text|\d{1,2})?$"
)
TAKEN = re.compile(rb"\.?GetBytes\(\s*[@$]?\"\Z")
"""What stands before a text whose bytes are taken."""
KEY = re.compile(
    r"(?:^|sign|signing|secret|security|symmetric|private|jwt|aes|hmac|encryption|encrypt)(?:key|secret)(?:bytes)?$"
)
LONELY = frozenset({"secret", "jwtsecret", "tokensecret"})
"""Names that hold what signs where a long text is set."""
ASKED_FOR = re.compile(
    r"^secret$|(?:client|api|app|admin|webhook|shared|auth|access|master|internal|service)[-_]?(?:secret|key|token)$",
    re.IGNORECASE,
)
"""Names of what callers show, besides passwords."""
PARTS = re.compile(r"(?=.*[-\d])[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*")
"""Words or numbers that somebody joined into a key."""
OWN = re.compile(rb"(?i)setting|config|environ|getenv|option|\b(?:self|this)\.\w*\Z")
"""A value of the program's own settings is compared to tell whether somebody set it."""
SOMEBODY = re.compile(rb"(?i)\b\w*(?:user|login|email|account|name)\w*[\"'\])]{0,3}\s*={2,3}\s*[\"'][^\"']{2,60}[\"']")
"""A name of somebody is compared with a text."""


def is_comparison(source: bytes, sign: Sign) -> bool:
    """Whether a sign asks whether both sides are the same."""
    return source[sign.end - 1 : sign.end] == b"=" and source[sign.end - 2 : sign.end - 1] in {b"=", b"!"}


def compared(source: bytes, sign: Sign, name: str, value: str) -> Said | None:
    """What a text is that somebody's password or key is compared with."""
    own = re.split(r"[.:$]", name)[-1]
    is_password = PASSWORDS.search(bare(own)) is not None
    if is_stand_in(value) or not (is_password or ASKED_FOR.search(own)) or CONSTANT.fullmatch(own):
        return None
    start = source.rfind(b"\n", 0, sign.tail) + 1
    if OWN.search(source, max(start, sign.tail - 120), sign.tail):
        return None
    kind, title = ("password", "password") if is_password else ("keyed", "secret value")
    if is_random(value) or is_chosen(value):
        return kind, title, Proof.ENTROPY
    if not is_password and PARTS.fullmatch(value) and (len(value) >= LEAST_BYTES or value.isdigit()):
        return kind, title, Proof.GUESSABLE
    end = source.find(b"\n", sign.end)
    line = source[max(start, sign.tail - 200) : sign.end + 200 if end < 0 else min(end, sign.end + 200)]
    return (kind, title, Proof.GUESSABLE) if is_password and SOMEBODY.search(line) else None


def placed(source: bytes, sign: Sign, name: str, value: str, at: int, *, is_key: bool) -> Said | None:
    """What a value is that does not look like a secret: the key of tokens, the password of a connection string."""
    is_word = CONSTANT.fullmatch(value) is not None or DATE.fullmatch(value) is not None
    if is_key and len(value) >= LEAST_KEY and not is_word:
        return "signing-key", "signing key", Proof.GUESSABLE
    if is_bytes_of_key(source, sign, name, value, at) or is_spelt_key(source, sign, name, value):
        return "signing-key", "signing key", Proof.GUESSABLE
    if source[sign.end - 1 : sign.end] == b"=" and PASSWORDS.search(bare(name)):
        said = connection.proof(source, sign.tail, value)
        return ("password", "password", said) if said else None
    return None


def is_spelt_key(source: bytes, sign: Sign, name: str, value: str) -> bool:
    """Whether a long text is set as a secret: a phrase, or letters with digits that somebody took for a key and that name nothing."""
    if source[sign.end - 1 : sign.end] != b"=" or bare(re.split(r"[.:$]", name)[-1]) not in LONELY:
        return False
    return len(value) >= LEAST_KEY and (value.count(" ") > 1 or is_chosen(value))


def is_bytes_of_key(source: bytes, sign: Sign, name: str, value: str, at: int) -> bool:
    """Whether a key is the bytes of a text: `key = Encoding.UTF8.GetBytes("...")`. A placeholder signs as well as any other."""
    return (
        len(value) >= LEAST_BYTES
        and KEY.search(bare(re.split(r"[.:$]", name)[-1])) is not None
        and TAKEN.search(source, sign.end, at) is not None
        and REFERENCE.search(value) is None
    )
