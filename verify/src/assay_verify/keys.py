"""Whom to trust: the key with a fingerprint that came another way, and the keys that it handed over to or took over from.

A pack carries its keys, for the reader cannot have them otherwise; what makes one of them trusted is the fingerprint alone, which is the
SHA-256 of the key's 32 bytes.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from assay_verify.outcome import tampered
from assay_verify.shape import bytes_of, time_of
from assay_verify.text import Json, Misspelt, parsed, spelt

FILE = "keys/keys.json"
SCHEMA = "assay/keys/v1"
ROTATION = "assay/key-rotation/v1"
NEVER = 2**53
"""Beyond any entry."""
NOTE_ED25519 = b"\x01"
"""The byte of the algorithm in a signed note (C2SP signed-note)."""


@dataclass(frozen=True, slots=True)
class Key:
    """An Ed25519 public key (RFC 8032) with the name by which notes know it."""

    name: str
    raw: bytes
    until: int = NEVER
    """The entry with which it handed over or was revoked; a head of that size or more is not for it to sign."""

    @property
    def fingerprint(self) -> str:
        """What people compare."""
        return sha256(self.raw).hexdigest()

    @property
    def note_id(self) -> bytes:
        """The four bytes by which a signed note names it."""
        return sha256(self.name.encode() + b"\n" + NOTE_ED25519 + self.raw).digest()[:4]

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether it signed these very bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Rotation:
    """One key hands over to the next; both signed it."""

    sequence: int
    """Of its entry in the ledger."""
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of a pack, and which of them are trusted."""

    keys: tuple[Key, ...]
    trusted: frozenset[str]
    """Fingerprints."""
    handed: tuple[tuple[int, str], ...] = ()
    """(sequence of the entry, fingerprint of the new key) of every rotation."""
    revoked: tuple[tuple[int, str], ...] = ()
    """(sequence of the entry, fingerprint) of every revocation."""
    is_pinned: bool = True
    """False if no fingerprint was given: then every key of the pack counts, and the signer is unknown."""

    def find(self, fingerprint: str) -> Key | None:
        """The trusted key with that fingerprint."""
        if fingerprint not in self.trusted:
            return None
        return next(key for key in self.keys if key.fingerprint == fingerprint)

    def for_note(self, name: str, note_id: bytes) -> Key | None:
        """The trusted key that a line of a note names."""
        return next(
            (
                key
                for key in self.keys
                if (key.name, key.note_id) == (name, note_id) and key.fingerprint in self.trusted
            ),
            None,
        )


def ring(raw: bytes, fingerprints: Sequence[str]) -> Ring:
    """The keys in the file of a pack, of which the given fingerprints and what they lead to are trusted.

    Raises `Tampered` if the file is not as it must be, a rotation was not signed by both keys, or no key has one of the fingerprints.
    """
    try:
        content = parsed(raw)
    except Misspelt as error:
        raise tampered(FILE, str(error)) from error
    match content:
        case {
            "schema": "assay/keys/v1",
            "keys": [_, *_] as listed,
            "rotations": [*rotations],
            "revocations": [*revoked],
            **more,
        } if not more:
            named = {key.fingerprint: key for key in map(_key, listed)}
            moves = tuple(_rotation(each, named) for each in rotations)
            fallen = tuple(_revocation(each, named) for each in revoked)
            ends = _ends(moves, fallen)
            keys = tuple(Key(key.name, key.raw, ends.get(key.fingerprint, NEVER)) for key in named.values())
            if len(named) == len(listed):
                trusted = _reached(fingerprints, named, moves) if fingerprints else frozenset(named)
                handed = tuple((move.sequence, move.new) for move in moves)
                return Ring(keys, trusted, handed, tuple((at, print_) for print_, at in fallen), bool(fingerprints))
    raise tampered(FILE, "is not a list of keys as a pack has it")


def _key(value: Json) -> Key:
    match value:
        case {"name": str(name), "fingerprint": str(fingerprint), "key": coded, **more} if not more:
            raw = bytes_of(coded)
            if raw and len(raw) == 32 and sha256(raw).hexdigest() == fingerprint and _is_name(name):
                return Key(name, raw)
    raise tampered(FILE, "holds a key whose fingerprint is not that of its bytes")


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and name.isprintable() and not any(map(str.isspace, name))


def _rotation(value: Json, keys: Mapping[str, Key]) -> Rotation:
    match value:
        case {
            "sequence": int(sequence), "at": at, "old": str(old), "new": str(new), "by_old": by_old, "by_new": by_new, **more,
        } if not more:  # fmt: skip
            first, second = keys.get(old), keys.get(new)
            if time_of(at) and first and second and first is not second and sequence > 0:
                message = spelt({"schema": ROTATION, "at": at, "old": _named(first), "new": _named(second)})
                if first.signed(message, bytes_of(by_old) or b"") and second.signed(message, bytes_of(by_new) or b""):
                    return Rotation(sequence, old, new)
    raise tampered(FILE, "holds a rotation that its two keys did not sign")


def _named(key: Key) -> Json:
    return {"name": key.name, "key": b64encode(key.raw).decode()}


def _revocation(value: Json, keys: Mapping[str, Key]) -> tuple[str, int]:
    match value:
        case {"sequence": int(sequence), "fingerprint": str(fingerprint), **more} if (
            not more and fingerprint in keys and sequence > 0
        ):
            return fingerprint, sequence
    raise tampered(FILE, "holds a revocation that is not written as it must be")


def _ends(moves: Sequence[Rotation], revoked: Sequence[tuple[str, int]]) -> dict[str, int]:
    """From which entry on a key may sign no more."""
    if len({move.old for move in moves}) < len(moves) or len({move.new for move in moves}) < len(moves):
        raise tampered(FILE, "holds a key that handed over, or was handed to, twice")
    found: dict[str, int] = {}
    for fingerprint, sequence in (*((move.old, move.sequence) for move in moves), *revoked):
        found[fingerprint] = min(sequence, found.get(fingerprint, NEVER))
    return found


def _reached(fingerprints: Sequence[str], keys: Mapping[str, Key], moves: Sequence[Rotation]) -> frozenset[str]:
    """The given keys, those they handed over to, and those they took over from; each step bears both signatures."""
    found = {each for each in fingerprints if each in keys}
    if not found:
        raise tampered(
            FILE, "holds no key with the fingerprint that you gave: the pack was signed by somebody else, or changed"
        )
    for _ in moves:
        found |= {move.new for move in moves if move.old in found} | {move.old for move in moves if move.new in found}
    return frozenset(found)
