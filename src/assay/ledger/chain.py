"""Entries sealed one upon the other, and the first of them that does not fit.

Each entry holds its place in a sequence without gaps and the hash of the one before it, so that none can be changed, taken out,
put in or moved without every later hash telling. What a chain alone cannot tell is that its newest entries are gone, or that all of it was
written anew: signed heads (`checkpoint`) are for that. Hashes are SHA-256 (FIPS 180-4) over canonical JSON (RFC 8785).
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger.canonical import canonical, digest, read_canonical

SCHEMA = "assay/entry/v1"
NOTHING = "0" * 64
"""What the first entry stands upon."""
DIGEST = re.compile(r"[0-9a-f]{64}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
"""RFC 3339 in UTC with microseconds: equally long, so that the order of the text is the order of time."""


class Entry(Struct, frozen=True):
    """One fact about to be remembered."""

    type: str
    """What kind of fact, as "run" or "fix-claim"."""
    actor: str
    """The person, service or CI identity that it is put down to."""
    observed_at: datetime
    """When it was so; in UTC."""
    subject: str
    """What it is about, as a run, a finding or a policy."""
    payload: str
    """The SHA-256 of its canonical body, in hexadecimal digits."""

    def __post_init__(self) -> None:
        for text in (self.type, self.actor, self.subject):
            if not text or min(text) < " ":
                raise LedgerError(f"{text!r} is empty or has a control character. Mend: name type, actor and subject.")
        if not DIGEST.fullmatch(self.payload):
            raise LedgerError(f"{self.payload[:80]!r} is no SHA-256. Mend: give 64 lower-case hexadecimal digits.")


class Sealed(Struct, frozen=True):
    """An entry in its place."""

    sequence: int
    """1 for the first."""
    previous: str
    """The hash of the entry before it; `NOTHING` for the first."""
    recorded_at: datetime
    """When it was sealed; in UTC, never before the entry before it."""
    entry: Entry
    hash: str
    """SHA-256 over `body`, in hexadecimal digits."""

    def body(self) -> bytes:
        """The canonical bytes that are hashed; they are also a leaf of the Merkle tree."""
        return _body(self.sequence, self.previous, self.recorded_at, self.entry)


class Intact(Struct, frozen=True):
    """Every entry fits."""

    count: int
    head: str
    """The hash of the last entry; `NOTHING` if there is none."""


class Broken(Struct, frozen=True):
    """The first entry that does not fit."""

    sequence: int
    """The place where it stands, or where one is missing; 1 for the first."""
    reason: str


def seal(entry: Entry, previous: Sealed | None, at: datetime) -> Sealed:
    """The entry in its place after another. Raises `LedgerError` if time would run backwards or is not in UTC."""
    return written(entry, previous, at)[0]


def written(entry: Entry, previous: Sealed | None, at: datetime) -> tuple[Sealed, bytes]:
    """What `seal` gives, with the canonical bytes that were hashed."""
    sequence = previous.sequence + 1 if previous else 1
    if previous and at < previous.recorded_at:
        last = instant(previous.recorded_at)
        raise LedgerError(
            f"Entry {sequence} at {instant(at)} would be before {sequence - 1} at {last}. Mend: the clock."
        )
    before = previous.hash if previous else NOTHING
    body = _body(sequence, before, at, entry)
    return Sealed(sequence, before, at, entry, digest(body)), body


def verify(entries: Iterable[Sealed]) -> Intact | Broken:
    """Whether the entries, from the first on, are a chain; else the first that does not fit."""
    last: Sealed | None = None
    for place, sealed in enumerate(entries, 1):
        reason = misfit(sealed, last, place)
        if reason:
            return Broken(place, reason)
        last = sealed
    return Intact(last.sequence, last.hash) if last else Intact(0, NOTHING)


def unsealed(body: bytes, hash_: str) -> Sealed:
    """The entry of which these are the stored bytes and hash; whether they fit is for `verify` to say.

    Raises `LedgerError` for bytes that `Sealed.body` never writes.
    """
    match read_canonical(body):
        case {
            "schema": "assay/entry/v1",
            "sequence": int(sequence),
            "previous": str(previous),
            "recorded_at": str(recorded_at),
            "type": str(type_),
            "actor": str(actor),
            "observed_at": str(observed_at),
            "subject": str(subject),
            "payload": str(payload),
            **more,
        } if not more and not isinstance(sequence, bool):
            entry = Entry(type_, actor, moment(observed_at), subject, payload)
            return Sealed(sequence, previous, moment(recorded_at), entry, hash_)
    raise LedgerError(f"This is no entry: {body[:80]!r}. Mend: read what a ledger of this version wrote.")


def instant(at: datetime) -> str:
    """A moment as text. Raises `LedgerError` if it is not in UTC."""
    if at.utcoffset() != timedelta(0):
        raise LedgerError(f"{at.isoformat()} is not in UTC. Mend: give the offset, and convert to UTC.")
    return f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def moment(text: str) -> datetime:
    """The moment that `instant` wrote. Raises `LedgerError` for any other text."""
    if INSTANT.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # told below, as any other text
    raise LedgerError(f"{text[:60]!r} is no time. Mend: write it as 2027-01-31T12:00:00.000000Z.")


def misfit(sealed: Sealed, last: Sealed | None, place: int, body: bytes = b"") -> str:
    """Why an entry cannot stand in this place after that one; empty if it can.

    `body` are the canonical bytes from which it was read; without them they are made anew.
    """
    if sealed.sequence != place:
        return f"entry {place} is missing: {sealed.sequence} stands in its place"
    if digest(body or sealed.body()) != sealed.hash:
        return f"entry {place} was changed: its hash is not that of its content"
    if sealed.previous != (last.hash if last else NOTHING):
        return f"entry {place} does not stand upon the entry before it"
    if last and sealed.recorded_at < last.recorded_at:
        return f"entry {place} was recorded before the entry before it"
    return ""


def _body(sequence: int, previous: str, at: datetime, entry: Entry) -> bytes:
    return canonical(
        {
            "schema": SCHEMA,
            "sequence": sequence,
            "previous": previous,
            "recorded_at": instant(at),
            "type": entry.type,
            "actor": entry.actor,
            "observed_at": instant(entry.observed_at),
            "subject": entry.subject,
            "payload": entry.payload,
        }
    )
