"""Passwords that everybody knows, or that are plain words: whether what stands beside one says that it opens something."""

import re

from assay.model.secret import Proof
from assay.source.secrets import connection
from assay.source.secrets.candidates import Sign
from assay.source.secrets.placed import Said
from assay.source.secrets.shape import is_well_known

NEAR = 250
"""Bytes before a password in which the rest of what it belongs to stands."""
ENGINE = re.compile(rb"[\"']ENGINE[\"']\s*:\s*[\"'][\w.]+[\"']")
"""An entry of the databases of Django."""
PAIR = re.compile(
    rb"(?i)\b\w*(?:user|login|server|host)(?:name|id)?[\"']?\s*(?::\s*\w+\s*)?=\s*[@$]?[\"'][^\"'\r\n]{2,80}[\"'][^{}]{0,160}\Z"
)
"""A name of somebody or of a machine that is set just before."""
HANDED_OUT = frozenset({"guest", "minioadmin"})
"""What services come with, and let in from the same machine only."""


def surer(found: Said, source: bytes, sign: Sign, value: str) -> Said:
    """What was found, as sure as the text around it makes it; passwords that code sets and that may be words for something else."""
    kind, title, proof = found
    if kind != "password" or proof is not Proof.WEAK:
        return found
    is_set = source[sign.end - 1 : sign.end] == b"=" and source[sign.end - 2 : sign.end - 1] not in b"=!<>"
    before = source[max(0, sign.tail - NEAR) : sign.tail]
    is_of_database = source[sign.end - 1 : sign.end] == b":" and ENGINE.search(before.rpartition(b"}")[2]) is not None
    is_pair = is_well_known(value) and value not in HANDED_OUT and PAIR.search(before) is not None
    is_used = is_set and (is_pair or any(one.isdigit() for one in value))
    is_elsewhere = is_set and connection.is_elsewhere(source, sign.tail)
    return (kind, title, Proof.GUESSABLE) if is_of_database or is_used or is_elsewhere else found
