"""Secrets that code hands to a call: the key to one that signs, the password to one that hashes it, signs in with it or makes an account.

What stands there is in use, whatever it looks like: a placeholder signs as well as any other text. Each call is found by a plain search
for its name, and the calls of one language only in its files.
"""

import re
from collections.abc import Callable, Container, Iterator

from msgspec import Struct

from assay.model.secret import Proof
from assay.source.secrets.shape import REFERENCE, is_app_password, is_chosen, is_random, is_stand_in

LEAST = 4
"""Characters of a password that somebody gave to an account."""
ARGUMENT = rb"(?:[^\"'(),{}]|\"[^\"\r\n]*\"|'[^'\r\n]*'|\((?:[^()\r\n]|\([^()\r\n]*\))*\)|\{[^{}]{0,400}\}){1,400}?"
"""An argument of a call, whatever it is."""
DOUBLE = rb"[@$]?\"([^\"\\\r\n]{3,200})\""
EITHER = rb"[bru]?(?:\"([^\"\\\r\n]{3,200})\"|'([^'\\\r\n]{3,200})')"
OF_TEXT = rb"(?:new\s+)?(?:[\w.]*\.)?(?:GetBytes|FromBase64String)\(\s*"
SYMMETRIC = re.compile(rb"SymmetricSecurityKey\(\s*" + OF_TEXT + DOUBLE)
HMAC = re.compile(rb"HMACSHA\d{1,3}\(\s*" + OF_TEXT + DOUBLE)
CLIENT = re.compile(rb"new Secret\(\s*" + DOUBLE)
BUILT = re.compile(rb"\.WithSecret\(\s*" + DOUBLE)
ACCOUNT = re.compile(rb"(?:Create|Password)Async\(\s*[\w.]{1,60},\s*(?:[\w.]{1,60},\s*)?(?:password\s*:\s*)?" + DOUBLE)
OF_USERS = re.compile(rb"(?i)(?:user|account|identity)\w*(?:\(\))?[!?]?\.\w*\Z")
"""What accounts are made with, up to the call."""
CREDENTIAL = re.compile(
    rb"(?:NetworkCredential|BasicAWSCredentials|UsernamePasswordCredential)\(\s*"
    + ARGUMENT
    + rb",\s*(?:\w+\s*:\s*)?"
    + DOUBLE
)
SIGN_IN = re.compile(rb"\.Authenticate(?:Async)?\(\s*(?:" + ARGUMENT + rb",\s*)" + DOUBLE)
CERTIFICATE = re.compile(rb"(?:X509Certificate2|LoadPkcs12FromFile)\(\s*" + ARGUMENT + rb",\s*" + DOUBLE)
HASHED = re.compile(rb"HashPassword\(\s*(?:" + ARGUMENT + rb",\s*)?" + DOUBLE)
TOKEN = re.compile(rb"jwt\.(?:en|de)code\(\s*" + ARGUMENT + rb",\s*(?:key\s*=\s*)?" + EITHER)
KEYED = re.compile(rb"(?:(?<=hmac)|(?<=AES)|(?<=DES)|(?<=DES3)|(?<=Blowfish))\.new\(\s*" + EITHER)
FERNET = re.compile(rb"\bFernet\(\s*" + EITHER)
DIGEST = re.compile(rb"compare_digest\(\s*(?:" + ARGUMENT + rb",\s*)" + EITHER)
LOGIN = re.compile(rb"\.login\(\s*" + ARGUMENT + rb",\s*" + EITHER + rb"\s*\)")
CONNECT = re.compile(
    rb"(?:(?<=MySQLdb)|(?<=pymysql)|(?<=connector))\.connect\(\s*" + ARGUMENT + rb",\s*" + ARGUMENT + rb",\s*" + EITHER
)
BASIC = re.compile(rb"(?:(?<=Basic)|(?<=Digest))Auth\(\s*" + ARGUMENT + rb",\s*" + EITHER + rb"\s*\)")
OWN_HASH = re.compile(rb"(?:password|hash|hashpw)\(\s*" + EITHER)
OF_PASSWORDS = re.compile(
    rb"(?:(?:generate|make|get|create|hash|set|encrypt)_(?:\w+_)?password(?:_hash)?|hash_pw|hashpw|(?i:pwd|bcrypt|argon2?|passw|crypt)\w*\.hash)\Z"
)
"""Functions that hash a password or give one to an account, up to their parenthesis."""
MAKING = re.compile(rb"\.create_(?:super)?user\(\s*(?:" + ARGUMENT + rb",\s*){2}" + EITHER)
UNUSED = re.compile(rb"(?i)dummy|fake|unusable|timing|constant.time|invalid|\btest")
"""A line that says that no account has the password."""
UNCHECKED = re.compile(rb"verify_signature[\"']?\s*:\s*False|verify\s*=\s*False")
VARIABLE = re.compile(rb'variable "(\w{3,80})"\s*\{[^{}]{0,400}?\bdefault\s*=\s*"([^"\\\r\n]{4,200})"')
NAMED = re.compile(rb"(?i)(?:password|passwd|secret|token|api_?key|access_?key|private_?key)$")
COMMENT = re.compile(rb"[ \t]*(?:#|//|\*|/\*|<!--|--|>>>)")


class Called(Struct, frozen=True):
    """A secret in a call."""

    kind: str
    title: str
    value: str
    at: int
    proof: Proof


Reader = Callable[[bytes, int], Called | None]


def called(source: bytes, ending: str, spoken: Container[bytes]) -> Iterator[Called]:
    """The secrets in the calls of a file of that ending, by the name of the call; `spoken` are the words of secrets that the file holds."""
    for mark, read, word in CALLS.get(ending, ()):
        at = source.find(mark) if not word or word in spoken else -1
        while at >= 0:
            found = read(source, at)
            if found is not None and not COMMENT.match(source, source.rfind(b"\n", 0, at) + 1):
                yield found
            at = source.find(mark, at + len(mark))


def _text(found: re.Match[bytes] | None) -> tuple[str, int] | None:
    if found is None or not found.lastindex:
        return None
    return found[found.lastindex].decode("utf-8", "replace"), found.start(found.lastindex)


def _key(pattern: re.Pattern[bytes], kind: str = "signing-key", title: str = "signing key") -> Reader:
    """Reads a key, that is one whatever it looks like."""

    def read(source: bytes, at: int) -> Called | None:
        text = _text(pattern.match(source, at))
        if text is None or REFERENCE.search(text[0]) or UNCHECKED.search(source, at, at + 300):
            return None
        return Called(kind, title, *text, Proof.GUESSABLE)

    return read


def _password(pattern: re.Pattern[bytes], title: str = "password", *, is_sure: bool = True) -> Reader:
    """Reads a password that something else asks for; a word is a suspicion, or nothing where the call takes other words too."""

    def read(source: bytes, at: int) -> Called | None:
        text = _text(pattern.match(source, at))
        if text is None or is_stand_in(text[0]):
            return None
        is_good = is_chosen(text[0]) or is_random(text[0]) or is_app_password(text[0], is_of_mail=True)
        if not is_good and not is_sure:
            return None
        return Called("password", title, *text, Proof.ENTROPY if is_good else Proof.WEAK)

    return read


def _given(source: bytes, text: tuple[str, int] | None) -> Called | None:
    """The password that an account is made with: who reads the code knows it, however good it is."""
    if text is None or is_stand_in(text[0]) or len(text[0]) < LEAST or text[0].isspace():
        return None
    start, end = source.rfind(b"\n", 0, text[1]) + 1, source.find(b"\n", text[1])
    if UNUSED.search(source, max(start, text[1] - 200), text[1] + 100 if end < 0 else min(end, text[1] + 100)):
        return None
    is_good = is_chosen(text[0]) or is_random(text[0])
    return Called("password", "password of an account", *text, Proof.ENTROPY if is_good else Proof.GUESSABLE)


def _account(source: bytes, at: int) -> Called | None:
    text = _text(ACCOUNT.match(source, at))
    if text is None or not (OF_USERS.search(source, max(0, at - 60), at) or is_chosen(text[0]) or is_random(text[0])):
        return None
    return _given(source, text)


def _hashed(source: bytes, at: int) -> Called | None:
    return _given(source, _text(HASHED.match(source, at)))


def _own_hash(source: bytes, at: int) -> Called | None:
    stop = source.find(b"(", at)
    if OF_PASSWORDS.search(source, max(0, stop - 60), stop) is None:
        return None
    return _given(source, _text(OWN_HASH.match(source, at)))


def _made(source: bytes, at: int) -> Called | None:
    return _given(source, _text(MAKING.match(source, at)))


def _default(source: bytes, at: int) -> Called | None:
    """The default of a variable of Terraform that is named like a secret."""
    found = VARIABLE.match(source, at)
    if found is None or not NAMED.search(found[1]):
        return None
    value = found[2].decode("utf-8", "replace")
    if is_stand_in(value) or not (is_chosen(value) or is_random(value)):
        return None
    return Called("keyed", "secret value", value, found.start(2), Proof.ENTROPY)


CALLS: dict[str, tuple[tuple[bytes, Reader, bytes], ...]] = {
    ".cs": (
        (b"SymmetricSecurityKey(", _key(SYMMETRIC), b"key"),
        (b"HMACSHA", _key(HMAC), b""),
        (b".WithSecret(", _key(BUILT), b"secret"),
        (b"new Secret(", _key(CLIENT, "client-secret", "client secret"), b"secret"),
        (b"CreateAsync(", _account, b""),
        (b"PasswordAsync(", _account, b"pass"),
        (b"NetworkCredential(", _password(CREDENTIAL), b"credential"),
        (b".Authenticate", _password(SIGN_IN, is_sure=False), b""),
        (b"X509Certificate2(", _password(CERTIFICATE, "password of a certificate"), b""),
        (b"HashPassword(", _hashed, b"pass"),
    ),
    ".tf": ((b'variable "', _default, b""),),
    ".py": (
        (b"jwt.", _key(TOKEN), b""),
        (b".new(", _key(KEYED), b""),
        (b"Fernet(", _key(FERNET, title="encryption key"), b""),
        (b"compare_digest(", _password(DIGEST), b""),
        (b".login(", _password(LOGIN), b""),
        (b"Auth(", _password(BASIC), b""),
        (b".connect(", _password(CONNECT), b""),
        (b"password(", _own_hash, b"pass"),
        (b"hash(", _own_hash, b""),
        (b"hashpw(", _own_hash, b"pw"),
        (b".create_superuser(", _made, b""),
        (b".create_user(", _made, b""),
    ),
}
"""By the ending of the file: what begins a call, who reads it, and a word of `candidates.WORDS` that stands in it, if one does."""
