"""What a value looks like: a secret, a placeholder for one, a reference to one, or a word."""

import re
from base64 import b64decode
from collections import Counter
from math import log2

LEAST = 16
"""Characters of a value that is random."""
HEX, OTHER = 2.9, 3.3
"""Bits a character, from which on digits of hex and other characters are random."""
LEFT = 8
"""Characters that are left of a random value when its words are taken away."""

PLACEHOLDER = re.compile(
    r"(?i)change[ _-]?(?:me|it|this)|replace|your[ _-]|\byour|my[_-]?(?:secret|password|token|key)\b|example|sample|dummy"
    r"|placeholder|redacted|insert|put[_-]|fill[_-]|todo|fixme|not[_-]?(?:a|set|real|used)|fake|mock|x{4,}|\*{3,}|\.{3}|…"
    r"|^-+$|^_+$|0{8,}|1234567890abcdef|lorem|foo|bar\b|deadbeef|abcdef0123|^(.)\1+$|^test|test$|^(?:some|any|the|a|enter|set)[_ -]"
    r"|^(?:none|null|nil|true|false|undefined|default|empty|unset|string|required|optional|n/?a)$|^<.*>$|generate|^\[.*\]$"
    r"|aabbccdd|(?:b64|base64)[_-]?encoded|123456789[:_-]abc|^JBSWY3DPEHPK3PXP|^KRSXG5CTMVRRAC2H$|^Eby8vdM02xNOcqFl|^C2y6yDjf5/R\+ob0N8A7"
    r"|(?:sua|seu|tua|teu)[ _-]?(?:chave|senha|segredo|token)|(?:tu|su)[ _-](?:clave|contrase|secreto|llave)|votre[ _-]"
    r"|\b(?:dein|ihre?)[ _-]|[ _-](?:aqui|aquí|ici|hier|buraya|qui|hasło)$|troque|\baltere|cambia[rm ]|\bwechsel|ersetz|remplac"
    r"|substitu[ae]|sostitui|değiştir|degistir|\bzmień|замен|измен|ваш[аие]?[ _-]|替换|修改|你的|请"
)
REFERENCE = re.compile(
    r"\$\{|^\$\(|\{\{|%\(\w+\)s|#\{|<%|\{[\w.:]*\}|^`?\$[A-Za-z_]|^%\w+%$|^@\w+[.(]|^@\([A-Z]\w*\.|\\|^\^.*[\])}+*]\$$|^[\w.]+\(.*\)$|::|\benviron\b|process\.env|getenv"
    r"|^(?:env|vault|secret|secrets|ssm|keyvault|kms|file|data|op|arn|ref|sm):|^[A-Za-z][\w+.-]*://"
    r"|^#/|^[~.]{0,2}/|^[A-Za-z]:\\|^sha\d{3}-|^\$2[aby]\$|^\$argon2|^pbkdf2|^\{\w+\}|^-----BEGIN (?:PUBLIC|CERT)"
    r"|^ssh-(?:rsa|ed25519|dss) |^ecdsa-|^MII[BCD]IjAN"
    r"|^[\w.-]+\.(?:json|ya?ml|pem|key|txt|py|cs|js|ts|html|crt|pfx|svg|png|md|com|org|net|io)$"
)
OF_DJANGO = re.compile(r"(?=(?:.*?[!@#$%^&*(=+)]){4})[A-Za-z0-9!@#$%^&*(\-_=+)]{45,60}")
"""What Django draws for a new project; it may begin like a variable of a shell."""
UUID = re.compile(r"(?i)\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?")
CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{2,}")
BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
DATE = re.compile(r"\d{4}-\d\d-\d\d.*|[\d.,:/ -]+")
RATE = re.compile(r"\d+/(?:\d*[a-z]+)(?:/[a-z]+)?(?:[,;]\d+/\d*[a-z]+(?:/[a-z]+)?)*")
"""How often something may be asked for: `5/m`, `1/m/ip,10/h/key`."""
PUBLISHED = re.compile(r"phc_\w+|pk\.eyJ[\w.-]+|sb_publishable_\w+|6LeIxAcTAAAAA[\w-]+")
"""Keys that services hand out for pages and programs of everybody: of PostHog, Mapbox and Supabase, for tests of reCAPTCHA."""
WORDS = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}(?![a-z])")
PARTED = re.compile(r"[A-Za-z]+(?:[._:/-][A-Za-z0-9]+)+|[A-Za-z_]+")
IN_WORDS = re.compile(r"[^\W\d_]+(?:[_-][^\W\d_]+)*")
"""A password of words: `shop_pass`."""
SPOKEN = re.compile(r"(?=.*(?:password|passwd|secret|token|key|pass))[a-z0-9]+(?:[-_.][a-z0-9]+)+")
"""A name in small letters that speaks of a secret: a key of a dictionary, an option of a command."""
APP, LETTERS = re.compile(r"[a-z]{4}(?: [a-z]{4}){3}"), re.compile(r"[a-z]{16}")
DRAWN = 2.9
"""Bits a character, from which on sixteen small letters are no words."""
SPELT_OUT = re.compile(r"(?=(?:.*?[A-Z][a-z]{2}){2})(?:[A-Z][a-z]+|[A-Z]{1,4}(?=[A-Z][a-z])|[A-Z]?\d{1,2})+")
"""Words that are written together, as the names of types are: `V1UserRegisteredEvent`."""
WELL_KNOWN = frozenset(
    {
        "admin",
        "administrator",
        "root",
        "guest",
        "postgres",
        "postgresql",
        "mysql",
        "redis",
        "rabbitmq",
        "mongo",
        "sa",
        "user",
    }
    | {
        "username",
        "password",
        "passwd",
        "pass",
        "pwd",
        "secret",
        "test",
        "testing",
        "demo",
        "dev",
        "development",
        "local",
    }
    | {
        "qwerty",
        "letmein",
        "welcome",
        "master",
        "default",
        "token",
        "123",
        "1234",
        "12345",
        "123456",
        "12345678",
        "123456789",
    }
    | {
        "password1",
        "password123",
        "admin123",
        "pass123",
        "minioadmin",
        "minio",
        "elastic",
        "symfony",
        "laravel",
        "django",
    }
)
"""Passwords that everybody knows."""


def is_stand_in(value: str) -> bool:
    """Whether a value stands for one that comes from elsewhere or is still to be filled in."""
    if OF_DJANGO.fullmatch(value):
        return False
    return (
        REFERENCE.search(value) is not None
        or PLACEHOLDER.search(value) is not None
        or PUBLISHED.fullmatch(value) is not None
        or PLACEHOLDER.search(decoded(value, LEAST)) is not None
    )


def decoded(value: str, least: int = 8) -> str:
    """The text that a value of at least so many characters holds in base 64; "" when it holds none."""
    if len(value) < least or len(value) % 4 or BASE64.fullmatch(value) is None:
        return ""
    held = b64decode(value)
    return held.decode() if held.isascii() and held.decode().isprintable() else ""


def bits(value: str) -> float:
    """Entropy, in bits a character."""
    size = len(value)
    return -sum(count / size * log2(count / size) for count in Counter(value).values())


def is_random(value: str) -> bool:
    """Whether a value looks as if a machine had drawn it."""
    if len(value) < LEAST or any(one.isspace() for one in value) or not value.isascii():
        return False
    if DATE.fullmatch(value) or CONSTANT.fullmatch(value) or SPELT_OUT.fullmatch(value) or _left(value) < LEFT:
        return False
    digits = sum(one.isdigit() for one in value)
    if re.fullmatch(r"[0-9a-fA-F]+", value):
        return digits < len(value) and bits(value) >= HEX
    is_mixed = any(one.islower() for one in value) and any(one.isupper() for one in value)
    return bits(value) >= OTHER and (digits >= 2 or (is_mixed and len(value) >= 24))


def is_chosen(value: str) -> bool:
    """Whether a value looks like a password that a person chose: letters with digits or signs among them."""
    if not 6 <= len(value) <= 64 or any(one.isspace() for one in value) or PARTED.fullmatch(value):
        return False
    if DATE.fullmatch(value) or CONSTANT.fullmatch(value) or UUID.fullmatch(value) or SPOKEN.fullmatch(value):
        return False
    if RATE.fullmatch(value):
        return False
    return any(one.isalpha() for one in value) and any(one.isdigit() for one in value)


def is_app_password(value: str, *, is_of_mail: bool) -> bool:
    """Whether it is a password that Google draws for a program that sends mail; one without blanks is told only by what it is for."""
    return APP.fullmatch(value) is not None or (
        is_of_mail and LETTERS.fullmatch(value) is not None and bits(value) >= DRAWN
    )


def is_well_known(value: str) -> bool:
    """Whether it is a password that everybody knows."""
    return value.lower() in WELL_KNOWN


def bare(text: str) -> str:
    """Letters and digits in lower case."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _left(value: str) -> int:
    """Characters that are no part of a word."""
    if not PARTED.fullmatch(value) and "-" not in value:
        return len(value)
    parts = (part for part in re.split(r"[^A-Za-z0-9]", value) if not part.isalpha() and not part.isdigit())
    return sum(len(WORDS.sub("", part)) for part in parts)
