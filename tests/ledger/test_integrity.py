"""Whatever is changed in a ledger file is caught: any bit of an entry, a body, an attachment or a head; rows dropped, put in, moved."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.archive import Archive
from tests.ledger.world import Scan, identity, subject

from assay.errors import LedgerError
from assay.ledger import heads
from assay.ledger.integrity import Verified, verified
from assay.ledger.opening import opened
from assay.model.decision import FixClaim, Removal

A, B = subject("/a"), subject("/b")
COLUMNS = {
    "entry": ("sequence", "text", "hash"),
    "body": ("digest", "text"),
    "attachment": ("digest", "packed"),
    "checkpoint": ("size", "note"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = Archive(tmp_path_factory.mktemp("ledger"))
    archive.scan(Scan(failing=(A, B)))
    archive.say(identity(A), FixClaim(identity(A), "abc", "", "ann", ""))
    archive.scan(Scan(failing=(B,), passing=(A,)))
    archive.scan(Scan(passing=(A, B)))
    connection = sqlite3.connect(archive.places.ledger)
    for table in COLUMNS:
        connection.execute(f"DROP TRIGGER {table}_stays")
        connection.execute(f"DROP TRIGGER {table}_is")
    # Without the columns that SQLite computes, which refuse what is no JSON; whoever changes a file can do the same.
    for table, key in (("entry", "sequence INTEGER"), ("body", "digest TEXT")):
        columns = ", ".join(COLUMNS[table])
        connection.execute(f"CREATE TABLE bare ({key} PRIMARY KEY, {columns.partition(', ')[2]})")
        connection.execute(f"INSERT INTO bare SELECT {columns} FROM {table}")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"ALTER TABLE bare RENAME TO {table}")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return archive.folder


@pytest.fixture(scope="module")
def damaged(
    whole: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Callable[[sqlite3.Connection], None]], Verified]:
    def damage(change: Callable[[sqlite3.Connection], None]) -> Verified:
        folder = tmp_path_factory.mktemp("damaged")
        path = shutil.copy(whole / "ledger.sqlite", folder / "ledger.sqlite")
        connection = sqlite3.connect(path)
        change(connection)
        connection.commit()
        connection.close()
        with opened(Path(path)) as ledger:
            return verified(ledger, [(whole / "head").read_bytes()])

    return damage


def rows(connection: sqlite3.Connection, table: str) -> list[tuple[int | str, str | bytes]]:
    key, column = COLUMNS[table][:2]
    return connection.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key}").fetchall()


def test_an_untouched_copy_is_sound(damaged: Callable[..., Verified]) -> None:
    found = damaged(lambda _: None)
    assert found.is_sound, found
    assert found.checkpoints == 5


@given(given_=st.data())
@settings(max_examples=120, deadline=None)
def test_any_flipped_bit_is_caught(given_: st.DataObject, damaged: Callable[..., Verified]) -> None:
    table = given_.draw(st.sampled_from(sorted(COLUMNS)))

    def flip(connection: sqlite3.Connection) -> None:
        found = rows(connection, table)
        key, value = found[given_.draw(st.integers(0, len(found) - 1))]
        raw = bytearray(value.encode() if isinstance(value, str) else value)
        at = given_.draw(st.integers(0, len(raw) * 8 - 1))
        raw[at // 8] ^= 1 << at % 8
        new = bytes(raw) if isinstance(value, bytes) else raw.decode("utf-8", "replace")
        name, column = COLUMNS[table][:2]
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {name} = ?", (new, key))

    assert _is_caught(damaged, flip)


@pytest.mark.parametrize("sequence", range(1, 10))
def test_any_dropped_entry_is_caught(damaged: Callable[..., Verified], sequence: int) -> None:
    assert _is_caught(damaged, lambda at: at.execute("DELETE FROM entry WHERE sequence = ?", (sequence,)))
    assert _is_caught(damaged, lambda at: _dropped(at, sequence))


@given(st.tuples(st.integers(1, 9), st.integers(1, 9)).filter(lambda pair: pair[0] != pair[1]))
@settings(max_examples=30, deadline=None)
def test_any_two_entries_that_change_places_are_caught(damaged: Callable[..., Verified], pair: tuple[int, int]) -> None:
    def swap(connection: sqlite3.Connection) -> None:
        for old, new in ((pair[0], 100), (pair[1], pair[0]), (100, pair[1])):
            connection.execute("UPDATE entry SET sequence = ? WHERE sequence = ?", (new, old))

    assert _is_caught(damaged, swap)


@pytest.mark.parametrize("sequence", range(1, 10))
def test_an_entry_that_is_put_in_is_caught(damaged: Callable[..., Verified], sequence: int) -> None:
    def insert(connection: sqlite3.Connection) -> None:
        row = connection.execute("SELECT text, hash FROM entry WHERE sequence = ?", (sequence,)).fetchone()
        connection.execute("INSERT INTO entry (sequence, text, hash) VALUES (10, ?, ?)", row)

    assert _is_caught(damaged, insert)


def test_a_tile_that_is_changed_misleads_no_reading(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.open() as session:
        session.remember([session.fact("f", FixClaim("f", str(each), "", "ann", "")) for each in range(600)])
    connection = sqlite3.connect(archive.places.ledger)
    connection.execute("UPDATE tile SET hash = zeroblob(32)")
    connection.commit()
    connection.close()
    with opened(archive.places.ledger) as ledger:
        assert verified(ledger, [archive.places.head.read_bytes()]).is_sound
    with pytest.raises(LedgerError, match="are not those that were signed"):
        archive.say("f", FixClaim("f", "x", "", "ann", ""))


def test_an_attachment_may_go_only_with_a_tombstone(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.scan(Scan(failing=(A,)))
    with archive.open() as session:
        (digest,) = [row[0] for row in session.ledger.connection.execute("SELECT digest FROM attachment")]
        session.ledger.connection.execute("DROP TRIGGER attachment_stays")
        session.ledger.connection.execute("DELETE FROM attachment")
        assert not verified(session.ledger).is_sound
        session.remember([session.fact(digest, Removal(digest, "retention ended", "ann"))])
        assert verified(session.ledger).is_sound


def test_roots_and_proofs_of_tiles_are_those_of_the_plain_tree(tmp_path: Path) -> None:
    from assay.ledger import merkle

    archive = Archive(tmp_path)
    with archive.open() as session:
        for count in (1, 254, 1, 300, 700):
            session.remember([session.fact("f", FixClaim("f", str(each), "", "ann", "")) for each in range(count)])
        ledger = session.ledger
        leaves = [merkle.leaf(sealed.body()) for sealed in ledger.entries()]
        for size in (1, 2, 255, 256, 257, 511, 512, 513, 1000, len(leaves)):
            assert ledger.root(size) == merkle.root(leaves[:size])
            for sequence in (1, size // 2 + 1, size):
                assert ledger.inclusion(sequence, size) == merkle.inclusion(sequence - 1, leaves[:size])
        for old in (1, 255, 256, 700):
            assert ledger.consistency(old, len(leaves)) == merkle.consistency(old, leaves)
        assert heads.head_of(ledger, "x", 300).root == merkle.root(leaves[:300])


def _is_caught(damaged: Callable[..., Verified], change: Callable[[sqlite3.Connection], object]) -> bool:
    return not damaged(change).is_sound


def _dropped(connection: sqlite3.Connection, sequence: int) -> None:
    """Take an entry out and close the gap."""
    connection.execute("DELETE FROM entry WHERE sequence = ?", (sequence,))
    for each in range(sequence + 1, 10):
        connection.execute("UPDATE entry SET sequence = ? WHERE sequence = ?", (each - 1, each))
