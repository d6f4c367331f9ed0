"""Opens a ledger file, or makes it: its tables, its indexes, and what keeps entries from being changed by mistake."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from assay.errors import LedgerError
from assay.ledger.sqlite import Ledger, told

APPLICATION = 0x41535359
"""The file says in its header that it is a ledger of Assay: "ASSY"."""
VERSION = 1
"""Of the tables."""
PATIENCE = 60.0
"""Seconds that a writer waits for those before it."""
CACHE = 192 * 1024
"""Kibibytes of pages that are held at most: the indexes of digests and subjects are written to all over."""
LOG = 8_000
"""Pages of the write-ahead log before they move into the file: a page that many appends touch is then moved once."""
TABLES = """
CREATE TABLE body (
    digest TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    endpoint TEXT GENERATED ALWAYS AS (text ->> '$.endpoint') VIRTUAL
);
CREATE TABLE entry (
    sequence INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    subject TEXT GENERATED ALWAYS AS (text ->> '$.subject') VIRTUAL,
    type TEXT GENERATED ALWAYS AS (text ->> '$.type') VIRTUAL,
    payload TEXT GENERATED ALWAYS AS (text ->> '$.payload') VIRTUAL,
    recorded_at TEXT GENERATED ALWAYS AS (text ->> '$.recorded_at') VIRTUAL
);
CREATE TABLE attachment (digest TEXT PRIMARY KEY, packed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL);
CREATE TABLE tile (level INTEGER, number INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, number)) WITHOUT ROWID;
CREATE INDEX entry_subject ON entry (subject);
CREATE INDEX entry_type ON entry (type, recorded_at);
CREATE INDEX entry_recorded_at ON entry (recorded_at);
CREATE INDEX entry_run ON entry (payload) WHERE type = 'run';
CREATE INDEX body_endpoint ON body (endpoint) WHERE endpoint IS NOT NULL;
"""
KEPT = ("entry", "body", "checkpoint")
REMOVABLE = """
CREATE TRIGGER attachment_is BEFORE UPDATE ON attachment BEGIN SELECT RAISE(ABORT, 'attachment: what was recorded stays as it is'); END;
"""
UNTIL = """
CREATE TRIGGER attachment_stays BEFORE DELETE ON attachment
WHEN NOT EXISTS (SELECT 1 FROM entry WHERE subject = OLD.digest AND +type = 'removal')
BEGIN SELECT RAISE(ABORT, 'attachment: what was recorded stays'); END;
"""
"""Bytes may go at the end of their retention, and only once an entry says so."""
STAYS = """
CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table}: what was recorded stays'); END;
CREATE TRIGGER {table}_is BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table}: what was recorded stays as it is'); END;
"""


def opened(path: Path) -> Ledger:
    """The ledger in that file, made if there is none. Raises `LedgerError` if it cannot be, or the file is something else."""
    with told(path), _alone(path.parent), ExitStack() as opening:
        connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        opening.callback(connection.close)
        _prepare(path, connection)
        opening.pop_all()
    return Ledger(path, connection)


def existing(path: Path) -> Ledger:
    """The ledger in a file that is there. Raises `LedgerError` if it is not."""
    if not path.is_file():
        raise LedgerError(f"{path}: there is no ledger yet. Mend: run assay scan, or name its folder with --path.")
    return opened(path)


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    """Make the file a ledger unless it is one."""
    kind = connection.execute("PRAGMA application_id").fetchone()[0]
    if kind != APPLICATION:
        if kind or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise LedgerError(f"{path}: this is a database of something else. Mend: name a new file for the ledger.")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        stays = "".join(STAYS.format(table=table) for table in KEPT) + REMOVABLE + UNTIL
        marks = f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};"
        connection.executescript(f"BEGIN IMMEDIATE; {TABLES} {stays} {marks} COMMIT;")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        raise LedgerError(
            f"{path}: a ledger of version {version}; this is {VERSION}. Mend: use the Assay that wrote it."
        )
    _let_removed_go(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{CACHE}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG}")


def _let_removed_go(connection: sqlite3.Connection) -> None:
    """Ledgers of before retention let no attachment go at all; they get the trigger of today."""
    found = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'attachment_stays'").fetchone()
    if found and "removal" not in found[0]:
        connection.executescript(f"BEGIN IMMEDIATE; DROP TRIGGER attachment_stays; {UNTIL} COMMIT;")


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
