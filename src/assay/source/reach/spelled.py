"""Secrets in log lines that the line itself calls so: `LogInformation("Code for {Email}: {Otp}", email, otp)`, `f"OTP is {otp}"`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assay.source.evaluate.values import Const, Made, Template, Unknown, Value, options
from assay.source.mentions import walk
from assay.source.reach.secrecy import is_secret, tells_other

PLACE = re.compile(r"(?<!\{)\{@?(\w+)[^{}]*\}")
"""A place in the message of a structured log line."""
SAID = re.compile(
    r"\b(otp|one[- ]time (?:code|password)|password|passcode|pin|api[ _-]?key"
    r"|(?:reset|verification|access|refresh|auth|session|activation|security)[ _]?(?:token|code))\b[^.;,]{0,40}?(?:\bis|=|:|->)[ '\"]*$",
    re.IGNORECASE,
)
"""What stands before a value that is one."""
DRAWING = re.compile(
    r"^(token_urlsafe|token_hex|randint|randbelow|randrange|choices?|uuid4|Next|GetInt32|NewGuid|get_random_string)$"
    r"|^(generate|create|make|issue)_?\w*(token|otp|code|password|jwt)(async)?$",
    re.IGNORECASE,
)
"""Calls that make a new one."""


def spelled(given: Sequence[Value]) -> Iterator[str]:
    """The names of those among what a log line is given."""
    for at, value in enumerate(given):
        for option in options(value):
            if isinstance(option, Const) and isinstance(option.value, str):
                names = PLACE.findall(option.value)
                yield from (name for name, held in zip(names, given[at + 1 :], strict=False) if is_told(name, held))
            elif isinstance(option, Template):
                yield from in_text(option)


def is_told(name: str, held: Value) -> bool:
    """Whether a place is named like a secret, and filled with something that may be one."""
    return is_secret(name) and not any(isinstance(each, Const | Unknown) or tells_other(each) for each in options(held))


def in_text(text: Template) -> Iterator[str]:
    """The names that stand before values that were just made."""
    for at, piece in enumerate(text.pieces):
        before = "".join(each if isinstance(each, str) else "_" for each in text.pieces[:at])
        found = SAID.search(before) if isinstance(piece, Value) else None
        if isinstance(piece, Value) and found is not None and is_new(piece):
            yield found[1]


def is_new(value: Value) -> bool:
    """Whether a value was just made."""
    return any(isinstance(part, Made) and DRAWING.match(part.name) for part in walk(value))
