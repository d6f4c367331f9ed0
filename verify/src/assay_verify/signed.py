"""What bears signatures: heads of the log as C2SP checkpoints, and in-toto statements in DSSE envelopes.

Nothing is read out of either before its signature has been verified, and then it is read from the very bytes that were signed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assay_verify.keys import Key, Ring
from assay_verify.outcome import tampered
from assay_verify.shape import bytes_of, is_digest
from assay_verify.text import Json, Misspelt, parsed

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://assay.example/evidence-pack/v1"
LARGEST_NOTE = 100_000
SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Head:
    """How long the log was, and the root over it."""

    origin: str
    size: int
    root: bytes
    key: Key


@dataclass(frozen=True, slots=True)
class Statement:
    """What the signers of a pack state: the digests of its subjects."""

    subjects: tuple[tuple[str, str], ...]
    """(name, SHA-256)."""
    predicate: Json
    signers: tuple[Key, ...]


def head(raw: bytes, place: str, ring: Ring) -> Head:
    """The head that a checkpoint states. Raises `Tampered` if no trusted key signed it, or a byte is not as it must be."""
    text, gap, tail = raw.rpartition(b"\n\n")
    if not gap or not tail.endswith(b"\n") or len(raw) > LARGEST_NOTE:
        raise tampered(place, "is no signed note")
    text += b"\n"
    signers = [_note_signer(line, text, place, ring) for line in _lines(tail, place)]
    known = [key for key in signers if key]
    if not known:
        raise tampered(place, "is signed by no key that is trusted")
    match _lines(text, place):
        case [origin, size, root, *more] if all((origin, *more)):
            found = bytes_of(root)
            if found and len(found) == 32 and SIZE.fullmatch(size):
                return Head(origin, int(size), found, known[0])
    raise tampered(place, "is no checkpoint")


def _lines(raw: bytes, place: str) -> list[str]:
    try:
        return raw.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise tampered(place, "is not text") from error


def _note_signer(line: str, text: bytes, place: str, ring: Ring) -> Key | None:
    """Who signed, None for a key of others. The format lets strangers sign, as witnesses do."""
    match line.split(" "):
        case ["\u2014", name, coded] if name:
            raw = bytes_of(coded)
            if raw and len(raw) > 4:
                key = ring.for_note(name, raw[:4])
                if key and not key.signed(text, raw[4:]):
                    raise tampered(place, f"bears a signature of {key.name} that does not fit")
                return key
    raise tampered(place, "has a line that is no signature")


def statement(raw: bytes, place: str, ring: Ring) -> Statement:
    """The statement in an envelope. Raises `Tampered` unless every signature on it is by a trusted key and fits."""
    match _read(raw, place):
        case {
            "payload": coded,
            "payloadType": "application/vnd.in-toto+json",
            "signatures": [_, *_] as signatures,
            **more,
        } if not more:
            body = bytes_of(coded)
            if body:
                message = b" ".join(
                    (b"DSSEv1", str(len(PAYLOAD_TYPE)).encode(), PAYLOAD_TYPE.encode(), str(len(body)).encode(), body)
                )
                signers = tuple(_signer(each, message, place, ring) for each in signatures)
                return _stated(body, place, signers)
    raise tampered(place, "is no envelope of a signed statement")


def _signer(value: Json, message: bytes, place: str, ring: Ring) -> Key:
    match value:
        case {"keyid": str(fingerprint), "sig": coded, **more} if not more:
            key = ring.find(fingerprint)
            if not key:
                raise tampered(place, f"is signed by a key that is not trusted: {fingerprint[:64]}")
            if key.signed(message, bytes_of(coded) or b""):
                return key
            raise tampered(place, f"bears a signature of {key.name} that does not fit")
    raise tampered(place, "has a signature that is not written as it must be")


def _stated(body: bytes, place: str, signers: tuple[Key, ...]) -> Statement:
    match _read(body, place):
        case {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [_, *_] as subjects,
            "predicateType": kind,
            "predicate": predicate,
            **more,
        }:
            if not more and kind == PREDICATE_TYPE:
                return Statement(_subjects(subjects, place), predicate, signers)
    raise tampered(place, "states something else than what a pack holds")


def _subjects(values: Sequence[Json], place: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for value in values:
        match value:
            case {"name": str(name), "digest": {"sha256": str(digest), **others}, **more} if (
                is_digest(digest) and not more and not others
            ):
                found.append((name, digest))
            case _:
                raise tampered(place, "has a subject without a SHA-256")
    return tuple(found)


def _read(raw: bytes, place: str) -> Json:
    try:
        return parsed(raw)
    except Misspelt as error:
        raise tampered(place, f"cannot be read: {error}") from error
