"""The ledger in one SQLite file: crash-safe, one writer at a time, any number of readers.

Entries are kept as the canonical text that was hashed. What look-ups go by is computed from that text by SQLite itself, so no column
can say something else than the entry does. WAL and full synchronisation: what `append` returned survives a power failure
(https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from assay.errors import LedgerError
from assay.ledger.canonical import Json, canonical, digest, read_canonical
from assay.ledger.chain import NOTHING, Broken, Intact, Sealed, instant, misfit, seal, unsealed
from assay.ledger.store import Clock, Fact

APPLICATION = 0x41535359
"""The file says in its header that it is a ledger of Assay: "ASSY"."""
PATIENCE = 60.0
"""Seconds that a writer waits for those before it."""
STEP = timedelta(seconds=5)
"""How far a clock may be set back between two entries; the later one then bears the time of the earlier."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS body (digest TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
    sequence INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    subject TEXT GENERATED ALWAYS AS (text ->> '$.subject') VIRTUAL,
    type TEXT GENERATED ALWAYS AS (text ->> '$.type') VIRTUAL,
    recorded_at TEXT GENERATED ALWAYS AS (text ->> '$.recorded_at') VIRTUAL
);
CREATE INDEX IF NOT EXISTS entry_subject ON entry (subject);
CREATE INDEX IF NOT EXISTS entry_type ON entry (type);
CREATE INDEX IF NOT EXISTS entry_recorded_at ON entry (recorded_at);
CREATE TRIGGER IF NOT EXISTS entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries stay'); END;
CREATE TRIGGER IF NOT EXISTS entry_is BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries stay as they are'); END;
CREATE TRIGGER IF NOT EXISTS body_stays BEFORE DELETE ON body BEGIN SELECT RAISE(ABORT, 'bodies stay'); END;
CREATE TRIGGER IF NOT EXISTS body_is BEFORE UPDATE ON body BEGIN SELECT RAISE(ABORT, 'bodies stay as they are'); END;
"""
ENTRY = "SELECT text, hash FROM entry "


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger file; one process may have it open several times, but a thread needs its own."""

    path: Path
    connection: sqlite3.Connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def append(self, facts: Sequence[Fact], clock: Clock) -> tuple[Sealed, ...]:
        drafts = [(fact.entry(), canonical(fact.body).decode()) for fact in facts]
        sealed: list[Sealed] = []
        with self._writing():
            last = self.head()
            for entry, text in drafts:
                last = seal(entry, last, _forward(clock(), last))
                row = (last.sequence, last.body().decode(), last.hash)
                self.connection.execute("INSERT OR IGNORE INTO body VALUES (?, ?)", (entry.payload, text))
                self.connection.execute("INSERT INTO entry (sequence, text, hash) VALUES (?, ?, ?)", row)
                sealed.append(last)
        return tuple(sealed)

    def head(self) -> Sealed | None:
        return next(self._select("ORDER BY sequence DESC LIMIT 1"), None)

    def entry(self, sequence: int) -> Sealed | None:
        return next(self._select("WHERE sequence = ?", sequence), None)

    def body(self, payload: str) -> Json:
        with _told(self.path):
            row = self.connection.execute("SELECT text FROM body WHERE digest = ?", (payload,)).fetchone()
        if row is None:
            raise LedgerError(f"{self.path}: the body {payload} is not there. Mend: restore the ledger from a copy.")
        text: str = row[0]
        if digest(text.encode()) != payload:
            raise LedgerError(f"{self.path}: the body {payload} was changed. Mend: restore the ledger from a copy.")
        return read_canonical(text.encode())

    def entries(self) -> Iterator[Sealed]:
        return self._select("ORDER BY sequence")

    def of_subject(self, subject: str) -> Iterator[Sealed]:
        return self._select("WHERE subject = ? ORDER BY sequence", subject)

    def of_type(self, type_: str) -> Iterator[Sealed]:
        return self._select("WHERE type = ? ORDER BY sequence", type_)

    def within(self, start: datetime, end: datetime) -> Iterator[Sealed]:
        # Time never runs backwards in a chain, so this is also the order of the sequence.
        condition = "WHERE recorded_at >= ? AND recorded_at < ? ORDER BY recorded_at, sequence"
        return self._select(condition, instant(start), instant(end))

    def verify(self) -> Intact | Broken:
        last: Sealed | None = None
        with _told(self.path):
            for place, (text, hash_) in enumerate(self.connection.execute(ENTRY + "ORDER BY sequence"), 1):
                try:
                    sealed = unsealed(text.encode(), hash_)
                    reason = misfit(sealed, last, place) or self._amiss(sealed)
                except LedgerError as error:
                    return Broken(place, str(error))
                if reason:
                    return Broken(place, reason)
                last = sealed
        return Intact(last.sequence, last.hash) if last else Intact(0, NOTHING)

    def _amiss(self, sealed: Sealed) -> str:
        """Nothing, for a body that is what was recorded; `body` says what is wrong with any other."""
        self.body(sealed.entry.payload)
        return ""

    def _select(self, condition: str, *values: str | int) -> Iterator[Sealed]:
        with _told(self.path):
            for text, hash_ in self.connection.execute(ENTRY + condition, values):
                yield unsealed(text.encode(), hash_)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The only writer, until it is done; everything or nothing is kept."""
        with _told(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")


def opened(path: Path) -> Ledger:
    """The ledger in that file, made if there is none. Raises `LedgerError` if it cannot be, or the file is something else."""
    with _told(path), _alone(path.parent), ExitStack() as opening:
        connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        opening.callback(connection.close)
        _prepare(path, connection)
        opening.pop_all()
    return Ledger(path, connection)


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    """Make the file a ledger unless it is one."""
    kind = connection.execute("PRAGMA application_id").fetchone()[0]
    if kind != APPLICATION:
        if kind or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise LedgerError(f"{path}: this is a database of something else. Mend: name a new file for the ledger.")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id = {APPLICATION}; COMMIT;")
    connection.execute("PRAGMA synchronous = FULL")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The only one that opens a ledger in that folder: SQLite does not wait when two turn on the log at once."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise LedgerError(f"{folder}: no ledger can be kept here: {error.strerror}. Mend: make the folder.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _forward(at: datetime, last: Sealed | None) -> datetime:
    if last and at < last.recorded_at <= at + STEP:
        return last.recorded_at
    return at


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What SQLite says, as a refusal with a mend."""
    try:
        yield
    except sqlite3.Error as error:
        mend = (
            "free some space" if "full" in str(error) or "I/O" in str(error) else "see that it is a ledger and writable"
        )
        raise LedgerError(f"{path}: the ledger cannot be used: {error}. Mend: {mend}.") from error
