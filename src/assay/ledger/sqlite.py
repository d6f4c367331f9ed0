"""The ledger in one SQLite file: crash-safe, one writer at a time, any number of readers.

Entries are kept as the canonical text that was hashed. What look-ups go by is computed from that text by SQLite itself, so no column
can say something else than the entry does. WAL and full synchronisation: what `append` returned survives a power failure
(https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger import merkle
from assay.ledger.canonical import Json, canonical, digest, read_canonical
from assay.ledger.chain import Sealed, instant, unsealed, written
from assay.ledger.store import Clock, Fact
from assay.ledger.tiles import Tiles

STEP = timedelta(seconds=5)
"""How far a clock may be set back between two entries; the later one then bears the time of the earlier."""
ENTRY = "SELECT text, hash FROM entry "
BATCH = 64
"""Rows that are fetched at once."""
LARGEST = 1 << 30
"""Bytes of an attachment: more is none, and is not unpacked."""


class Ledger(Struct, frozen=True):
    """An open ledger file; one process may have it open several times, but a thread needs its own."""

    path: Path
    connection: sqlite3.Connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def append(self, facts: Sequence[Fact], clock: Clock) -> tuple[Sealed, ...]:
        texts = [canonical(fact.body) for fact in facts]
        drafts = [fact.entry(text) for fact, text in zip(facts, texts, strict=True)]
        blobs = {digest(blob): blob for fact in facts for blob in fact.blobs}
        sealed: list[Sealed] = []
        rows: list[tuple[int, str, str]] = []
        with self._writing():
            last = self.head()
            before = last.sequence if last else 0
            for name, blob in blobs.items():
                # What is kept already, as the files that every run is weighed with, is not packed again.
                if self._value("SELECT 1 FROM attachment WHERE digest = ?", name) is None:
                    self.connection.execute("INSERT INTO attachment VALUES (?, ?)", (name, zlib.compress(blob)))
            for entry in drafts:
                last, raw = written(entry, last, _forward(clock(), last))
                sealed.append(last)
                rows.append((last.sequence, raw.decode(), last.hash))
            bodies = ((entry.payload, text.decode()) for entry, text in zip(drafts, texts, strict=True))
            self.connection.executemany("INSERT OR IGNORE INTO body (digest, text) VALUES (?, ?)", bodies)
            self.connection.executemany("INSERT INTO entry (sequence, text, hash) VALUES (?, ?, ?)", rows)
            for tile in self._tiles.completed(before, before + len(sealed)):
                self.connection.execute("INSERT INTO tile VALUES (?, ?, ?)", tile)
        return tuple(sealed)

    def drop(self, digest_: str) -> None:
        """Drop an attachment. Raises `LedgerError` while no entry says that it was removed."""
        if not any(sealed.entry.type == "removal" for sealed in self.of_subject(digest_)):
            raise LedgerError(f"{digest_}: no entry says that it was removed. Mend: record the removal first.")
        with self._writing():
            self.connection.execute("DELETE FROM attachment WHERE digest = ?", (digest_,))

    def has(self, digest_: str) -> bool:
        """Whether an attachment is there."""
        return self._value("SELECT 1 FROM attachment WHERE digest = ?", digest_) is not None

    def head(self) -> Sealed | None:
        return next(self._select("ORDER BY sequence DESC LIMIT 1"), None)

    def entry(self, sequence: int) -> Sealed | None:
        return next(self._select("WHERE sequence = ?", sequence), None)

    def body(self, payload: str) -> Json:
        return read_canonical(self.body_text(payload))

    def body_text(self, payload: str) -> bytes:
        text: str | None = self._value("SELECT text FROM body WHERE digest = ?", payload)
        if text is None:
            raise LedgerError(f"{self.path}: the body {payload} is not there. Mend: restore the ledger from a copy.")
        raw = text.encode()
        if digest(raw) != payload:
            raise LedgerError(f"{self.path}: the body {payload} was changed. Mend: restore the ledger from a copy.")
        return raw

    def attachment(self, digest_: str) -> bytes:
        packed: bytes | None = self._value("SELECT packed FROM attachment WHERE digest = ?", digest_)
        if packed is None:
            raise LedgerError(
                f"{self.path}: the attachment {digest_} is not there. Mend: restore the ledger from a copy."
            )
        try:
            found = zlib.decompressobj().decompress(packed, LARGEST)
        except zlib.error:
            found = b""
        if digest(found) != digest_:
            raise LedgerError(
                f"{self.path}: the attachment {digest_} was changed. Mend: restore the ledger from a copy."
            )
        return found

    def entries(self) -> Iterator[Sealed]:
        return self._select("ORDER BY sequence")

    def texts(self) -> Iterator[tuple[bytes, str]]:
        for text, hash_ in self._rows(ENTRY + "ORDER BY sequence"):
            yield text.encode(), hash_

    def backwards(self, type_: str = "") -> Iterator[Sealed]:
        """All of them, newest first; of one type, if it is named."""
        if type_:
            return self._select("WHERE type = ? ORDER BY recorded_at DESC, sequence DESC", type_)
        return self._select("ORDER BY sequence DESC")

    def of_subject(self, subject: str) -> Iterator[Sealed]:
        return self._select("WHERE subject = ? ORDER BY sequence", subject)

    def newest(self, subject: str, type_: str, before: int = 0) -> Sealed | None:
        # The plus keeps SQLite from taking the index of types, which holds most of the ledger.
        condition = "WHERE subject = ? AND +type = ? AND sequence < ? ORDER BY sequence DESC LIMIT 1"
        return next(self._select(condition, subject, type_, before or 1 << 62), None)

    def of_type(self, type_: str) -> Iterator[Sealed]:
        # Time never runs backwards in a chain, so this is also the order of the sequence.
        return self._select("WHERE type = ? ORDER BY recorded_at, sequence", type_)

    def of_run(self, run: str) -> Sealed | None:
        return next(self._select("WHERE payload = ? AND type = 'run' ORDER BY sequence LIMIT 1", run), None)

    def of_endpoint(self, endpoint: str) -> tuple[str, ...]:
        asked = "SELECT DISTINCT text ->> '$.fingerprint' FROM body WHERE endpoint = ? AND endpoint IS NOT NULL"
        return tuple(sorted(row[0] for row in self._rows(asked, endpoint)))

    def beginning_with(self, prefix: str) -> tuple[str, ...]:
        asked = "SELECT DISTINCT subject FROM entry WHERE subject >= ? AND subject < ? ORDER BY subject LIMIT 5"
        return tuple(row[0] for row in self._rows(asked, prefix, prefix + "\U0010ffff"))

    def within(self, start: datetime, end: datetime, type_: str = "") -> Iterator[Sealed]:
        times = "recorded_at >= ? AND recorded_at < ? ORDER BY recorded_at, sequence"
        if type_:
            return self._select(f"WHERE type = ? AND {times}", type_, instant(start), instant(end))
        return self._select(f"WHERE {times}", instant(start), instant(end))

    def position(self, at: datetime) -> int:
        asked = "SELECT sequence FROM entry WHERE recorded_at <= ? ORDER BY recorded_at DESC, sequence DESC LIMIT 1"
        found: int | None = self._value(asked, instant(at))
        return found or 0

    def counts(self) -> dict[str, int]:
        return dict(self._rows("SELECT type, count(*) FROM entry GROUP BY type ORDER BY type"))

    def keep(self, size: int, note: bytes) -> None:
        with self._writing():
            self.connection.execute("INSERT OR IGNORE INTO checkpoint VALUES (?, ?)", (size, note.decode()))

    def checkpoints(self) -> Iterator[tuple[int, bytes]]:
        for size, note in self._rows("SELECT size, note FROM checkpoint ORDER BY size"):
            yield size, note.encode()

    def root(self, size: int) -> bytes:
        return self._tiles.root(size)

    def inclusion(self, sequence: int, size: int) -> tuple[bytes, ...]:
        return self._tiles.inclusion(sequence - 1, size)

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        return self._tiles.consistency(old, size)

    @property
    def _tiles(self) -> Tiles:
        return Tiles(self._hashes)

    def _hashes(self, level: int, start: int, end: int) -> list[bytes]:
        if level:
            asked = "SELECT hash FROM tile WHERE level = ? AND number >= ? AND number < ? ORDER BY number"
            found: list[bytes] = [row[0] for row in self._rows(asked, level, start, end)]
        else:
            asked = "SELECT text FROM entry WHERE sequence > ? AND sequence <= ? ORDER BY sequence"
            found = [merkle.leaf(row[0].encode()) for row in self._rows(asked, start, end)]
        if len(found) != end - start:
            raise LedgerError(
                f"{self.path}: {end - start - len(found)} hashes are missing. Mend: restore it from a copy."
            )
        return found

    def _select(self, condition: str, *values: str | int) -> Iterator[Sealed]:
        for text, hash_ in self._rows(ENTRY + condition, *values):
            yield unsealed(text.encode(), hash_)

    def _rows(self, asked: str, *values: str | int) -> Iterator[tuple]:  # type: ignore[type-arg]  # as SQLite gives them
        with told(self.path):
            cursor = self.connection.execute(asked, values)
        rows = [()]
        while rows:
            with told(self.path):
                rows = cursor.fetchmany(BATCH)
            yield from rows

    def _value(self, asked: str, *values: str | int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as SQLite gives it
        row = next(self._rows(asked, *values), None)
        return row[0] if row else None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The only writer, until it is done; everything or nothing is kept."""
        with told(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What SQLite says, as a refusal with a mend."""
    try:
        yield
    except sqlite3.Error as error:
        mend = (
            "free some space" if "full" in str(error) or "I/O" in str(error) else "see that it is a ledger and writable"
        )
        raise LedgerError(f"{path}: the ledger cannot be used: {error}. Mend: {mend}.") from error


def _forward(at: datetime, last: Sealed | None) -> datetime:
    if last and at < last.recorded_at <= at + STEP:
        return last.recorded_at
    return at
