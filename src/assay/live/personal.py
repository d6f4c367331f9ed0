"""Finds personal data and secrets in texts: what a detector is sure of by a checksum or a shape of its own, and names that tell."""

import math
import re
from collections.abc import Iterator

from msgspec import Struct

TEST_CARDS = frozenset(
    {
        *("4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556", "5555555555554444"),
        *("5105105105105100", "2223003122003222", "5200828282828210", "378282246310005", "371449635398431"),
        *(
            "6011111111111117",
            "6011000990139424",
            "30569309025904",
            "38520000023237",
            "3530111333300000",
            "4222222222222",
        ),
    }
)
"""Numbers that payment providers publish for tests: right by their checksum, nobody's card."""
CARD = re.compile(r"(?<![\d.\-])(?:\d[ -]?){12,18}\d(?![\d.\-])")
CARD_PREFIX = re.compile(r"4|5[1-5]|2[2-7]|3[47]|6(?:011|5|4[4-9])|35|30[0-5]|3[689]")
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}(?![\w-])")
US_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
JWT = re.compile(r"eyJ[A-Za-z0-9_-]{6,}\.eyJ[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*")
KEY = re.compile(
    r"(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|xox[abprs]-[A-Za-z0-9-]{10,}|sk_live_[A-Za-z0-9]{16,}"
    r"|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:[\s\S]*?-----END (?:[A-Z]+ )?PRIVATE KEY-----)?|AIza[0-9A-Za-z_-]{35}"
)
HASH = re.compile(
    r"\$(?:2[abxy]\$\d\d|argon2i?d?|5|6|scrypt|pbkdf2[\w-]*)\$[\w./+=,$-]{20,}|pbkdf2_sha\d+\$\d+\$[\w./+=]+\$[\w./+=]+"
)
SECRET_NAME = re.compile(
    r"(?:^|_)(?:passwords?|passwd|pwd|password_hash|hashed_password|pass_hash|secrets?|client_secret|api_?keys?|access_key"
    r"|secret_key|private_key|refresh_tokens?|access_tokens?|auth_tokens?|session_tokens?|reset_tokens?|otp|otp_secret|totp|totp_secret|mfa_secret"
    r"|pin|pin_code|cvv2?|cvc2?|security_answer|recovery_codes?|salt|token|tokens)$"
)
SENSITIVE_NAME = re.compile(
    r"(?:^|_)(?:ssn|social_security(?:_number)?|national_id|passport(?:_number|_no)?|tax_id|iban|card_number|pan)$"
)
PASSING = re.compile(
    r"(?:page|next|prev|previous|continuation|sync|cursor|csrf|xsrf|idempotency|device|push|total|max|min|num|count)_tokens?$"
)
"""Tokens that open nothing."""
EMPTY = re.compile(r"^(?:\*+|x+|\.+|-+|null|none|redacted|hidden|masked|\[.*\]|<.*>|\W*)$", re.IGNORECASE)
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Sighting(Struct, frozen=True, order=True):
    """Something personal or secret in an answer."""

    kind: str
    """card, iban, email, ssn, national-id, jwt, key, password-hash, or `named` for a value whose field says that it is secret."""
    where: str
    """Path of the field in a document, as `items[].password`; "" in a text."""
    value: str


def sightings(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of everything in a text that is personal or secret by its shape; they do not overlap."""
    found = sorted(
        ((start, -end, kind) for kind, pattern in PATTERNS for start, end in _spans(kind, pattern, text)),
    )
    last = 0
    for start, negative, kind in found:
        if start >= last:
            last = -negative
            yield kind, start, last


def in_document(document: object, where: str = "") -> Iterator[Sighting]:
    """What a JSON document shows: by the names of its fields and the shape of its values."""
    match document:
        case dict():
            for key, value in document.items():
                inner = f"{where}.{key}" if where else str(key)
                if (
                    isinstance(value, str | int)
                    and not isinstance(value, bool)
                    and (kind := named(str(key), str(value)))
                ):
                    yield Sighting(kind, inner, str(value))
                else:
                    yield from in_document(value, inner)
        case list():
            for item in document:
                yield from in_document(item, f"{where}[]")
        case str():
            for kind, start, end in sightings(document):
                yield Sighting(kind, where, document[start:end])


def named(name: str, value: str) -> str:
    """`named` or `national-id` for a value that its field's name gives away; "" for an empty, masked or ordinary one."""
    word = snake(name)
    if EMPTY.match(value):
        return ""
    if SECRET_NAME.search(word) and not PASSING.search(word):
        return "named"
    return "national-id" if SENSITIVE_NAME.search(word) and any(each.isdigit() for each in value) else ""


def snake(name: str) -> str:
    """A name in lower case with underscores."""
    return CAMEL.sub("_", name).replace("-", "_").lower()


def is_card(digits: str) -> bool:
    """Whether digits are a card number: a known prefix, a right checksum (ISO/IEC 7812), no published test number, no plain pattern."""
    if digits in TEST_CARDS or len(set(digits)) < 4 or not CARD_PREFIX.match(digits):
        return False
    total = 0
    for index, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + index % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_iban(text: str) -> bool:
    """Whether a text is an account number by its checksum (ISO 13616)."""
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 == 1


def entropy(text: str) -> float:
    """Bits per character."""
    counts = [text.count(each) / len(text) for each in set(text)]
    return -sum(share * math.log2(share) for share in counts)


PATTERNS = (
    ("jwt", JWT),
    ("key", KEY),
    ("password-hash", HASH),
    ("card", CARD),
    ("iban", IBAN),
    ("ssn", US_SSN),
    ("email", EMAIL),
)


def _spans(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        if kind == "card" and not is_card(re.sub(r"\D", "", match[0])):
            continue
        if kind == "iban" and not is_iban(match[0]):
            continue
        yield match.start(), match.end()
