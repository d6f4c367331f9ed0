"""Passwords in connection strings: `Server=db.example.com;User Id=app;Password=...`; what stands there is one, whatever it looks like."""

import re

from assay.model.secret import Proof
from assay.source.secrets.shape import is_stand_in, is_well_known

SPAN = 400
"""Bytes around a password in which its connection string begins and ends."""
HOST = re.compile(rb"(?i)\b(?:host|hostaddr|server|data source|address|addr)\s*=\s*(?:tcp:)?([^;\"'\s,]{2,120})")
ELSEWHERE = re.compile(r"(?i)(?!localhost|127\.|10\.|192\.168\.|\.|\(|host\.docker)[a-z0-9-]+(?:\.[a-z0-9-]+)+")
"""A host that is not the developer's own."""
PART = re.compile(rb"\b(?:host|hostaddr|port|user|dbname|sslmode|application_name)=\S")
"""A part of what libpq takes, parted by blanks."""
SPACED = re.compile(rb"([^\s'\"\\{}$;&]{4,200})(?=[\s'\"]|\Z)")
PARTED = re.compile(rb"(?:[\"'=]|[^\s,(]\s)\w*\Z")
"""What stands before a name there: no comma, as between the arguments of a call."""
LEAST, FEW = 6, 4
"""Characters of a password that is surely one, and of one that may be one."""


def proof(source: bytes, tail: int, value: str) -> Proof | None:
    """How sure it is that a part of a connection string that is named so is a password in use; None where it is none."""
    hosts = HOST.findall(_line(source, tail))
    if not hosts or is_stand_in(value) or is_well_known(value) or len(value) < FEW:
        return None
    host = hosts[-1].decode("utf-8", "ignore").strip()
    return Proof.ENTROPY if ELSEWHERE.match(host) and len(value) >= LEAST else Proof.WEAK


def is_elsewhere(source: bytes, tail: int) -> bool:
    """Whether a part of a connection string is one of a host that is not the developer's own."""
    hosts = HOST.findall(_line(source, tail))
    host = hosts[-1].decode("utf-8", "ignore").strip() if hosts else ""
    return ELSEWHERE.match(host) is not None and not is_stand_in(host)


def spaced(source: bytes, tail: int, end: int) -> re.Match[bytes] | None:
    """The value at `end` of `host=db user=app password=...`, if it stands in such a line."""
    found = SPACED.match(source, end)
    if found is None or found[1].endswith((b",", b")")) or PART.search(_line(source, tail)) is None:
        return None
    return found if PARTED.search(source, max(0, tail - 40), tail) else None


def _line(source: bytes, tail: int) -> bytes:
    """The line around a place, as far as a connection string reaches."""
    before = source[max(0, tail - SPAN) : tail].rpartition(b"\n")[2]
    return before + source[tail : tail + SPAN].partition(b"\n")[0]
