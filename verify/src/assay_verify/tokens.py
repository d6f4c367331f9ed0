"""The timestamps of a pack: which token is of which head, and what each says."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from cryptography.x509 import Certificate

from assay_verify.der import Malformed
from assay_verify.ledger import HEAD
from assay_verify.outcome import tampered
from assay_verify.shape import is_digest
from assay_verify.stamp import Stamp, stamp
from assay_verify.text import Json

REPLY = "timestamp-reply"
"""Part of the media type of a token (RFC 3161 §3.4)."""


def stamps(
    files: Mapping[str, bytes], bodies: Mapping[str, Json], size: int, roots: Sequence[Certificate]
) -> Iterator[Stamp]:
    """What the tokens say. Raises `Tampered` with the first that is of another head, or not signed as it must be."""
    for body in bodies.values():
        match body:
            case {
                "schema": "assay/timestamp/v1",
                "size": int(stamped),
                "checkpoint": str(note),
                "attachments": [*listed],
            }:
                for name in _tokens(listed, stamped, files):
                    yield _stamp(name, files, _note(stamped, note, size, files), roots)


def _tokens(listed: Sequence[Json], stamped: int, files: Mapping[str, bytes]) -> Iterator[str]:
    """The files with the tokens; one that is not in the pack is named in what it lacks."""
    for each in listed:
        match each:
            case {"media": str(media), "digest": str(digest)} if REPLY in media and is_digest(digest):
                name = f"timestamps/{stamped}/{digest}.tsr"
                if name in files:
                    yield name


def _note(stamped: int, digest: str, size: int, files: Mapping[str, bytes]) -> bytes:
    """The head that was stamped."""
    name = HEAD if stamped == size else f"ledger/heads/{stamped}.note"
    if name not in files or sha256(files[name]).hexdigest() != digest:
        raise tampered(name, "is not the head that its timestamp names")
    return files[name]


def _stamp(name: str, files: Mapping[str, bytes], note: bytes, roots: Sequence[Certificate]) -> Stamp:
    try:
        return stamp(files[name], note, roots)
    except Malformed as error:
        raise tampered(name, f"is no timestamp of its head: {error}") from error
