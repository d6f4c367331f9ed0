"""Values that must look exactly so: digests, times, base64, paths."""

import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime

DIGEST = re.compile(r"[0-9a-f]{64}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
LONGEST_PATH = 240
"""Longer ones cannot be unpacked everywhere."""


def is_digest(text: object) -> bool:
    """Whether it is a SHA-256 in lower-case hexadecimal digits."""
    return isinstance(text, str) and bool(DIGEST.fullmatch(text))


def is_path(text: str) -> bool:
    """Whether a file may have that name: relative, below the pack, plain characters, no hidden files."""
    return (
        len(text) <= LONGEST_PATH
        and bool(PATH.fullmatch(text))
        and not any(part.endswith(".") for part in text.split("/"))
    )


def time_of(text: object) -> datetime | None:
    """The time of RFC 3339 text in UTC with microseconds, the one form in which a ledger writes it; None for anything else."""
    if not isinstance(text, str) or not INSTANT.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def bytes_of(text: object) -> bytes | None:
    """The bytes of base64 in its one spelling; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return None
    return raw if b64encode(raw).decode() == text else None
