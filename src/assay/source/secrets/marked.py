"""Secrets that neither a prefix nor a name tells: private keys, passwords in addresses and headers."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from assay.model.secret import Proof
from assay.source.secrets.shape import IN_WORDS, is_chosen, is_random, is_stand_in, is_well_known

PRIVATE = re.compile(
    rb"-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY(?: BLOCK)?-----(?:\\+[rn]|[\s\"'+,])*"
    rb"([A-Za-z0-9+/=][A-Za-z0-9+/=\s\\\"':,-]{60,})"
)
ADDRESS = re.compile(rb"://([^\s:/@\"'<>{}$\[\]()]{0,64}):([^\s/@\"'<>{}]{3,100})@([\w.-]+)")
SCHEME = re.compile(rb"[a-zA-Z][\w+.-]{1,24}\Z")
BASIC = re.compile(rb"Basic ([A-Za-z0-9+/]{12,200}={0,2})(?=[\"'\s])")
SHARED_ACCESS = re.compile(rb"[?&;]sig=([A-Za-z0-9%+/]{40,70}(?:%3[dD]|=))")
RFC = "open sesame"
"""The password of the example of RFC 7617 section 2."""
LOCAL = re.compile(r"localhost|127\.0\.0\.1|0\.0\.0\.0|host|[a-z0-9_-]+|.*\bexample\b.*")
"""Hosts that are reached from the same machine only, or that stand for one."""


class Marked(Struct, frozen=True):
    """A secret that a mark tells."""

    kind: str
    title: str
    name: str
    value: str
    at: int
    proof: Proof


def marked(source: bytes) -> Iterator[Marked]:
    """The secrets that a mark tells, by mark."""
    for mark, read in READERS:
        at = source.find(mark)
        while at >= 0:
            found = read(source, at)
            if found is not None:
                yield found
            at = source.find(mark, at + len(mark))


def _private(source: bytes, at: int) -> Marked | None:
    found = PRIVATE.match(source, at)
    if found is None or re.search(rb"x{6}|\.\.\.|example", found[2][:80], re.IGNORECASE):
        return None
    kind = found[1].decode().strip()
    proof = Proof.WEAK if kind == "ENCRYPTED" else Proof.FORMAT
    body = re.sub(r"[^A-Za-z0-9+/]|\\[rn]", "", found[2].decode())[:400]
    return Marked("private-key", f"{kind} private key".strip(), "", body, found.start(2), proof)


def _address(source: bytes, at: int) -> Marked | None:
    found = ADDRESS.match(source, at)
    scheme = SCHEME.search(source[max(0, at - 25) : at])
    if found is None or scheme is None:
        return None
    user, value, host = (found[part].decode("utf-8", "replace") for part in (1, 2, 3))
    if is_stand_in(value) or value.startswith(("$", "%", ":")) or value.lower() in {"pass", "pwd", "user", "pw"}:
        return None
    if not (is_chosen(value) or is_random(value) or is_well_known(value) or IN_WORDS.fullmatch(value)):
        return None
    is_known = is_well_known(value) or value == user or IN_WORDS.fullmatch(value) or LOCAL.fullmatch(host)
    name = f"{scheme[0].decode().lower()} address"
    return Marked(
        "address-password",
        "password in an address",
        name,
        value,
        found.start(2),
        Proof.WEAK if is_known else Proof.ENTROPY,
    )


def _basic(source: bytes, at: int) -> Marked | None:
    found = BASIC.match(source, at)
    if found is None:
        return None
    try:
        text = base64.b64decode(found[1], validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    value = text.partition(":")[2]
    if len(value) < 3 or not text.isprintable() or is_stand_in(value) or value == RFC:
        return None
    return Marked(
        "basic-credentials",
        "credentials of a Basic header",
        "",
        found[1].decode(),
        found.start(1),
        Proof.WEAK if is_well_known(value) else Proof.FORMAT,
    )


def _shared_access(source: bytes, at: int) -> Marked | None:
    found = SHARED_ACCESS.match(source, at - 1) if at else None
    if found is None or b"se=" not in source[max(0, at - 300) : at + 400]:
        return None
    kind, title = "azure-shared-access-signature", "Azure shared access signature"
    return Marked(kind, title, "sig", found[1].decode(), found.start(1), Proof.FORMAT)


READERS: tuple[tuple[bytes, Callable[[bytes, int], Marked | None]], ...] = (
    (b"-----BEGIN ", _private),
    (b"://", _address),
    (b"Basic ", _basic),
    (b"sig=", _shared_access),
)
