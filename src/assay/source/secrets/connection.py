"""Passwords in connection strings: `Server=db.example.com;User Id=app;Password=...`; what stands there is one, whatever it looks like."""

import re

from assay.model.secret import Proof
from assay.source.secrets.shape import is_stand_in, is_well_known

SPAN = 400
"""Bytes before a password in which its connection string begins."""
HOST = re.compile(rb"(?i)(?:host|server|data source|address|addr)\s*=\s*(?:tcp:)?([^;\"'\r\n]{2,120})")
ELSEWHERE = re.compile(r"(?i)(?!localhost|127\.|10\.|192\.168\.|\.|\(|host\.docker)[a-z0-9-]+(?:\.[a-z0-9-]+)+")
"""A host that is not the developer's own."""
LEAST, FEW = 6, 4
"""Characters of a password that is surely one, and of one that may be one."""


def proof(source: bytes, tail: int, value: str) -> Proof | None:
    """How sure it is that a part of a connection string that is named so is a password in use; None where it is none."""
    before = source[max(0, tail - SPAN) : tail]
    line = before.rpartition(b"\n")[2]
    hosts = HOST.findall(line)
    if not hosts or is_stand_in(value) or is_well_known(value) or len(value) < FEW:
        return None
    host = hosts[-1].decode("utf-8", "ignore").strip()
    return Proof.ENTROPY if ELSEWHERE.match(host) and len(value) >= LEAST else Proof.WEAK
