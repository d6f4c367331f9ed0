"""Where entries are kept: what a store must do, as the rest of the room needs it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from msgspec import Struct

from assay.ledger.canonical import Json, canonical, digest
from assay.ledger.chain import Entry, Sealed

Clock: TypeAlias = "Callable[[], datetime]"
"""Gives the time in UTC; asked while no other writer can append, so that order and time agree."""


class Fact(Struct, frozen=True):
    """An entry with its body, about to be appended."""

    type: str
    actor: str
    observed_at: datetime
    subject: str
    body: Json
    blobs: tuple[bytes, ...] = ()
    """The attachments that the body names by their digests."""

    def entry(self, text: bytes = b"") -> Entry:
        """As it stands in the chain, with the digest of its body; `text` is the canonical body, where it was written already."""
        payload = digest(text or canonical(self.body))
        return Entry(self.type, self.actor, self.observed_at, self.subject, payload)


class Store(Protocol):
    """An append-only ledger. Whatever `append` returned is kept; whatever it did not is not there at all, or there whole."""

    def append(self, facts: Sequence[Fact], clock: Clock) -> tuple[Sealed, ...]:
        """Seal facts upon the newest entry, all of them or none. Raises `LedgerError` if they cannot be kept."""

    def head(self) -> Sealed | None:
        """The newest entry, if there is any."""

    def entry(self, sequence: int) -> Sealed | None:
        """The entry in that place, if there is one."""

    def body(self, payload: str) -> Json:
        """What an entry says, by its digest. Raises `LedgerError` if it is not there or not what was recorded."""

    def attachment(self, digest: str) -> bytes:
        """The bytes of a digest. Raises `LedgerError` if they are not there or not what was recorded."""

    def entries(self) -> Iterator[Sealed]:
        """All of them, in their order; those that were there when it began."""

    def texts(self) -> Iterator[tuple[bytes, str]]:
        """The canonical bytes and the hash of all of them, in their order, as they are kept: nothing was judged yet."""

    def body_text(self, payload: str) -> bytes:
        """The canonical bytes of a body. Raises `LedgerError` if they are not there or not what was recorded."""

    def of_subject(self, subject: str) -> Iterator[Sealed]:
        """Those about one subject, in their order."""

    def newest(self, subject: str, type_: str, before: int) -> Sealed | None:
        """The newest of one type about a subject, of those before a place; 0: of all."""

    def of_type(self, type_: str) -> Iterator[Sealed]:
        """Those of one type, in their order."""

    def of_run(self, run: str) -> Sealed | None:
        """The entry of a run, by its run id."""

    def of_endpoint(self, endpoint: str) -> tuple[str, ...]:
        """The fingerprints of all findings that an endpoint ever had, sorted."""

    def beginning_with(self, prefix: str) -> tuple[str, ...]:
        """The subjects that begin with a text, at most a few, sorted."""

    def within(self, start: datetime, end: datetime, type_: str = "") -> Iterator[Sealed]:
        """Those recorded from `start` on and before `end`, in their order; of one type, if it is named."""

    def position(self, at: datetime) -> int:
        """How many entries had been recorded by then."""

    def counts(self) -> dict[str, int]:
        """How many entries of each type there are."""

    def keep(self, size: int, note: bytes) -> None:
        """Keep a signed checkpoint."""

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        """The signed checkpoints with their sizes, smallest first."""

    def root(self, size: int) -> bytes:
        """The Merkle root over the first `size` entries."""

    def inclusion(self, sequence: int, size: int) -> tuple[bytes, ...]:
        """The proof that an entry is among the first `size`."""

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """The proof that the first `old` entries are the beginning of the first `size`."""
