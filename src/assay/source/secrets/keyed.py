"""Names like those of secrets, and whether what stands beside them is one."""

import re

from msgspec import Struct

from assay.model.secret import Proof
from assay.source.secrets import connection
from assay.source.secrets.beside import surer
from assay.source.secrets.candidates import Sign, name_before
from assay.source.secrets.formats import named, words
from assay.source.secrets.nested import within
from assay.source.secrets.placed import PASSWORDS, compared, is_bytes_of_key, is_comparison, placed
from assay.source.secrets.shape import (
    CONSTANT,
    DATE,
    IN_WORDS,
    PARTED,
    UUID,
    bare,
    decoded,
    is_app_password,
    is_chosen,
    is_random,
    is_stand_in,
    is_well_known,
)

REACH = 600
"""Bytes after a sign in which a value stands."""
REST = re.compile(rb"[\w$]{0,20}")
WRAPPER = (
    rb"(?:(?:new )?(?:[\w.]*\.)?(?:SecretStr|Secret|Field|field|str|bytes|GetBytes|FromBase64String|SymmetricSecurityKey|b64decode)"
    rb"\(\s*(?:default\s*=\s*)?){0,3}"
)
QUOTED = re.compile(
    rb"\s{0,40}(?:default\s*=\s*)?" + WRAPPER + rb"([a-zA-Z@$]{0,2})([\"'`])((?:(?!\2)[^\\\r\n]|\\.){3,512})\2"
)
PLAIN = re.compile(
    rb"[ \t]{0,40}([a-z]{4}(?: [a-z]{4}){3}|[^\s\"'#;,\[{|>&*!`][^\s#\"';]{2,300})(?=[ \t]*(?:#|\r|\n|\Z))"
)
PADDED = re.compile(rb"=?[ \t]*(?:\r?\n|\Z)")
INSIDE = re.compile(rb"[ \t]?([^;\"'\s{}$&]{3,200})(?=[;\"'&])")
"""A part of a connection string."""
JOINED = re.compile(rb"[\w ]*=")
"""What stands between a name inside a string and its value."""
ASKED = re.compile(
    rb"(?:getenv|environ|env|config|\bget|GetValue|GetEnvironmentVariable|setting|secret)\w*(?:\.(?:str|get|string))?\s*\(\s*[\"'][\w.:-]*\Z"
)
"""A call that asks for a setting, up to its name."""

OF_ACCOUNT = re.compile(
    r"(?:^|user|admin|root|db|database|sql|pg|postgres|redis|smtp|mail|ftp|auth|basic|login|account|proxy|ldap|api)pass$"
)
"""Names that end in `pass` and mean a password."""
KEYS = re.compile(
    r"(?:api|app|access|auth|client|secret|private|sign|signing|encryption|encrypt|crypt|crypto|aes|hmac|jwt|token|master|account|service|"
    r"security|session|cookie|license|admin|shared|sharedaccess|subscription|webhook|server|storage|fernet|hash|consumer|write|root|internal)s?key"
)
OPEN = ("salt", "writekey")
"""Ends of names whose values are often published on purpose: a write key of analytics stands in every page that counts its visitors."""
SIGNING = re.compile(
    r"(?:secret_?key|jwt_{0,2}(?:secret|key)|jwt_?token_?secret|signing_?(?:key|secret)|token_?secret|session_?secret|app_?secret"
    r"|cookie_?secret|encryption_?key|encryption_?secret|hmac_?(?:key|secret)|security_?key|auth_?secret|jwt_?secret_?key|^token_?key)(?:base|\d{1,2}|_?access|_?refresh)?$"
)
SETTING = ".secret_key"
"""How the key of Flask is set: whatever stands there signs its sessions."""
OF_SERVICE = re.compile(
    r"^(?:mysql|db|database|sql|postgres|postgresql|pg|mongo|mongodb|redis|smtp|mail|rabbitmq|ftp|oracle)"
)
"""How names of passwords begin that a store or another service asks for."""
DEFAULT = re.compile(r"\$\{\w+:?-([^${}]+)\}")
"""What a shell takes when a setting is missing."""
CHANGE = re.compile(
    r"(?i)[\w -]*(?:change|replace)d?[ _-]?(?:me|this|it|in|for|on|before)[\w -]*|(?:your|my|a|some|the|super)[\w -]*secret[\w -]*|secret"
)
"""What a template says, and what signs all the same when code falls back to it."""
MEANT = re.compile(r"(?i)(?:change|replace)d?[ _-]?(?:me|this|it|in|for|on|before)(?![a-z])|change[ _-]?(?:me|this)")
"""It says itself that something else is to stand there."""
SPELT = str.maketrans("43105", "aeios")
"""Digits that people write for letters."""
NOT_SECRET = re.compile(
    r"(?:public|publishable|primary|foreign|partition|sort|cache|row|index|lookup|message|translation|i18n|label|storage_?class|idempotency|"
    r"hot|short|map|dict|object|group|hash_?tag|cancellation|sitekey|site_|page|next|continuation|csrf|xsrf|antiforgery|header|reset|"
    r"param|field|column|prop|attr|claim|route|path|url|uri(?!ty)|name|type|hint|label|prompt|policy|format|regex|pattern|error|invalid|missing|forgot|event|"
    r"keyboard|monkey|hash|compare|placeholder|bypass|encoded_?len|tokenizer|special_|eos_|bos_|pad_|unk_|config_?key|setting_?key|session_?key_?name|i?key_?id|_?id)"
)
"""Parts of names that hold no secret, unless the name says secret."""


LONG = 20
"""Digits of a key that somebody drew as a number."""
MAIL = re.compile(r"mail|smtp")
PHRASE = re.compile(r"(?=.*(?:secret|key))[a-z0-9]+(?: [A-Za-z0-9]+){1,9}")
"""Words in small letters that somebody took for a key: what a form says to people begins with a capital."""
SENTENCE = re.compile(r"[a-z]+(?:[-_ ][a-z]+){2,9}")
"""Words that sign when the setting is missing: `you-will-never-guess`."""
SAID = frozenset(
    {
        "password",
        "passwd",
        "passwort",
        "pass",
        "pwd",
        "secret",
        "token",
        "user",
        "username",
        "test",
        "default",
        "testing",
    }
)
"""Words that code says of passwords more often than it takes them for one."""


class Keyed(Struct, frozen=True):
    """A name with a secret beside it."""

    kind: str
    title: str
    name: str
    value: str
    at: int
    """Where the value begins."""
    proof: Proof
    is_fallback: bool


class _Held(Struct, frozen=True):
    value: str
    at: int


def keyed(source: bytes, sign: Sign, *, is_plain: bool) -> Keyed | None:
    """The secret beside a sign, or None. `is_plain` says that values need no quotes in this file."""
    sign = _unpadded(source, sign) if is_plain else sign
    held = _held(source, sign, is_plain=is_plain)
    if held is None:
        return None
    name, is_default = _name(source, sign), False
    if (default := DEFAULT.fullmatch(held.value)) is not None:
        held, is_default = _Held(default[1], held.at + default.start(1)), True
    elif held.value.startswith("-") and source[sign.end - 1 : sign.end] == b":":
        return None  # of `${NAME:-value}`: the sign before it tells the same value
    if not name or _is_its_name(name, held.value):
        return None
    is_fallback = is_default or source[sign.end - 1 : sign.end] in {b",", b"?", b"r"}
    found = _said(source, sign, name, held, is_fallback=is_fallback, is_plain=is_plain)
    return Keyed(*found[:2], name, held.value, held.at, found[2], is_fallback) if found else None


def _said(
    source: bytes, sign: Sign, name: str, held: _Held, *, is_fallback: bool, is_plain: bool
) -> tuple[str, str, Proof] | None:
    """What a value is by its name, its shape and its place."""
    if is_comparison(source, sign):
        return compared(source, sign, name, held.value)
    may_be_set = is_fallback or b":" in source[sign.tail : sign.end]  # a field of settings, or of a file of them
    spoken = within(source, sign.tail, name)
    if is_stand_in(held.value) or MEANT.search(held.value.translate(SPELT)):
        if is_bytes_of_key(source, sign, name, held.value, held.at):
            return "signing-key", "signing key", Proof.GUESSABLE
        return _left_in_code(source, sign, spoken, held.value, is_default=may_be_set) if not is_plain else None
    text = _in_manifest(source, held.value) if is_plain else held.value
    found = weigh(spoken, text, is_configured=is_plain) or placed(
        source, sign, name, text, held.at, is_key=spoken != name
    )
    found = surer(found, source, sign, text) if found and not is_plain else found
    is_phrase = is_fallback and not is_plain and SIGNING.search(spoken.lower()) and SENTENCE.fullmatch(text)
    return found or (("signing-key", "signing key", Proof.GUESSABLE) if is_phrase else None)


def _unpadded(source: bytes, sign: Sign) -> Sign:
    """The sign before a value in base 64, whose padding looks like a sign of its own: `password: c3Vuc2hpbmU=`."""
    colon = source.find(b":", sign.tail, sign.end) if source[sign.end - 1 : sign.end] == b"=" else -1
    return Sign(colon + 1, sign.tail) if colon >= 0 and PADDED.match(source, sign.end) else sign


def _in_manifest(source: bytes, value: str) -> str:
    """A value as it is meant: manifests of Kubernetes hold their secrets in base 64."""
    return (decoded(value) or value) if b"kind: Secret" in source else value


def weigh(name: str, value: str, *, is_configured: bool) -> tuple[str, str, Proof] | None:
    """What a value is beside a name: (format, title, proof), or None for no secret."""
    own = re.split(r"[.:$]", name.lower())[-1]
    flat = bare(own)
    if NOT_SECRET.search(own) and not re.search(r"secret|password|passwd", flat):
        return None
    if re.search(
        r"(?:hash|hashed|_?hint|length|policy|field|label|error|column|url|uri|path|file|name|id|type|regex)$", flat
    ):
        return None
    for each in named() if words().search(name.lower()) else ():
        if any(word in name.lower() for word in each.words) and each.fits(value) and _is_drawn(value):
            return each.id, each.title, Proof.WEAK if each.is_weak else Proof.FORMAT
    if PASSWORDS.search(flat) and not (flat.endswith("pass") and not OF_ACCOUNT.search(flat)):
        if not is_configured and value.lower() in SAID:
            return None
        proof = _password(flat, value, is_configured=is_configured)
        return ("password", "password", proof) if proof else None
    if is_random(value) and not (UUID.fullmatch(value) and "secret" not in flat):
        return _random(flat)
    if name.lower().endswith(SETTING):
        return "signing-key", "signing key", Proof.GUESSABLE
    return _signing(own, value)


def _random(flat: str) -> tuple[str, str, Proof] | None:
    """What a random value is beside a name."""
    if flat.endswith("key") and not KEYS.search(flat) and flat != "key":
        return None
    proof = Proof.WEAK if flat in {"key", "salt", "token"} or flat.endswith(OPEN) else Proof.ENTROPY
    return "keyed", "secret value", proof


def _signing(own: str, value: str) -> tuple[str, str, Proof] | None:
    """What a value that is not random is beside the name of a key that signs."""
    if SIGNING.search(own) and value.isdigit() and len(value) >= LONG:
        return "keyed", "secret value", Proof.ENTROPY
    if SIGNING.search(own) and _is_guessable(value):
        return "signing-key", "signing key", Proof.GUESSABLE if not CONSTANT.fullmatch(value) else Proof.WEAK
    return None


def _left_in_code(
    source: bytes, sign: Sign, name: str, value: str, *, is_default: bool
) -> tuple[str, str, Proof] | None:
    """What a placeholder is in code: that signs with it all the same, unless it only shows how to set it.

    A default that says itself that something else is to stand there is a suspicion: the code does not tell whether that happened.
    """
    is_shown = source[max(0, sign.tail - 100) : sign.tail].rpartition(b"\n")[2].lstrip().startswith(b"export ")
    if is_shown or not SIGNING.search(name.lower()) or not CHANGE.fullmatch(value.translate(SPELT)):
        return None
    return "signing-key", "signing key", Proof.WEAK if is_default and MEANT.search(value) else Proof.GUESSABLE


def _is_its_name(name: str, value: str) -> bool:
    """Whether a value only says the name again, as constants for keys of a dictionary do."""
    own, said = bare(name.rpartition(".")[2]), bare(value)
    return own == said or (said in own and not value.isalnum())


def _is_drawn(value: str) -> bool:
    """Whether a value of a known shape is more than a word of that length."""
    return (is_random(value) or UUID.fullmatch(value) is not None) or (
        len(value) < 20 and sum(one.isdigit() for one in value) >= 3 and not PARTED.fullmatch(value)
    )


def _password(name: str, value: str, *, is_configured: bool) -> Proof | None:
    if is_app_password(value, is_of_mail=MAIL.search(name) is not None):
        return Proof.ENTROPY
    if (is_chosen(value) and not is_well_known(value)) or (value.isdigit() and len(value) >= LONG):
        return Proof.ENTROPY
    is_word = len(value) >= 6 and IN_WORDS.fullmatch(value) is not None and not CONSTANT.fullmatch(value)
    is_meant = OF_SERVICE.match(name) is not None or (is_configured and value.isalpha())
    if is_well_known(value) or (is_word and is_meant):
        return Proof.WEAK
    return None


def _is_guessable(value: str) -> bool:
    """Whether it is a word or phrase of one piece that somebody took for a key."""
    if PHRASE.fullmatch(value):
        return True
    if (
        any(one.isspace() for one in value)
        or len(value) < 4
        or ":" in value
        or CONSTANT.fullmatch(value)
        or DATE.fullmatch(value)
    ):
        return False
    return (
        re.search(r"(?i)secret|key|jwt|sign|\d", value) is not None
        and re.fullmatch(r"[a-z]+[A-Z]\w*|[\w-]+\.[\w.-]+", value) is None
    )


def _name(source: bytes, sign: Sign) -> str:
    """The whole name around a place in it."""
    rest = REST.match(source, sign.tail)
    stop = rest.end() if rest else sign.tail
    return name_before(source, stop).decode("ascii", "ignore").strip(".:$-")


def _held(source: bytes, sign: Sign, *, is_plain: bool) -> _Held | None:
    """The value after a sign; the text of an expression is none."""
    mark = source[sign.end - 1 : sign.end]
    window = source[sign.end : sign.end + REACH]
    before = source[max(0, sign.tail - 100) : sign.tail]
    line = before.rpartition(b"\n")[2]
    if mark in {b",", b"r"}:
        return _quoted(window, sign.end) if ASKED.search(before) else None
    if mark == b"?":
        return _quoted(window, sign.end) if source[sign.end - 2 : sign.end] == b"??" else None
    if mark == b"=" and JOINED.fullmatch(source, sign.tail, sign.end):
        inside = INSIDE.match(window)
        # a call in a script that stands in a string is none
        if inside and not inside[1].endswith(b"(") and re.search(rb"(?:[;\"'][\w ]*|[?&]\w*)\Z", line):
            return _Held(inside[1].decode("utf-8", "replace"), sign.end + inside.start(1))
        if part := connection.spaced(source, sign.tail, sign.end):
            return _Held(part[1].decode("utf-8", "replace"), part.start(1))
    found = _quoted(window, sign.end)
    if found is not None or not is_plain:
        return found
    plain = PLAIN.match(window)
    return _Held(plain[1].decode("utf-8", "replace"), sign.end + plain.start(1)) if plain else None


def _quoted(window: bytes, base: int) -> _Held | None:
    found = QUOTED.match(window)
    if found is None:
        return None
    is_filled = (b"f" in found[1].lower() or b"$" in found[1]) and b"{" in found[3]
    if is_filled or window[found.end() : found.end() + 1] in {b"+", b"."}:
        return None
    return _Held(found[3].decode("utf-8", "replace"), base + found.start(3))
