"""Names that mean something only inside the object that they stand in: `"Jwt": { "Key": "..." }` of a file of settings."""

import re

SHORT = frozenset({"key", "secret", "token", "secretkey", "securitykey"})
"""Names that say too little by themselves."""
SPAN = 700
"""Bytes before a name in which the object around it begins."""
QUOTE = re.compile(rb"\"\w*\Z")
OPENED = re.compile(rb"\"([\w .-]{2,60})\"\s*:\s*\Z")
ABOUT = re.compile(
    r"(?i)(?:jwt|token|auth|authentication|authorization|bearer|identity|security|app|application)*(?:settings?|options?|configs?|configuration"
    r"|section|parameters)?"
)
"""Names of objects that hold settings of what signs tokens."""
SIGNING = "jwt_secret_key"
"""What a name means there."""


def within(source: bytes, tail: int, name: str) -> str:
    """What a name means that is too short to say anything: in an object of settings of tokens that of a key, else itself."""
    if name.replace("_", "").lower() not in SHORT or not QUOTE.search(source, max(0, tail - len(name) - 1), tail):
        return name
    depth, start = 0, max(0, tail - SPAN)
    for at in range(tail - 1, start, -1):
        mark = source[at : at + 1]
        if mark == b"}":
            depth += 1
        elif mark == b"{" and depth:
            depth -= 1
        elif mark == b"{":
            found = OPENED.search(source, max(start, at - 80), at)
            around = found[1].decode("ascii", "ignore") if found else ""
            return SIGNING if around and ABOUT.fullmatch(around) else name
    return name
